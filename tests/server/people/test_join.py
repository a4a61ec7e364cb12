from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.clock import SetClock
from server.crypto import hash_code, hash_secret, read_code
from server.db import Database
from server.people.models import DeviceToken, Participant, RecoveryCode
from server.people.service import CodeUsedUp, LanguageNotOffered, change_me, describe_me, join
from server.studies.models import JoinCode, Study
from server.studies.rules import rules_of
from server.studies.service import protocol_of
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.factories import make_join_code, make_study

ZONE = "Europe/Amsterdam"


def ask(client: FlaskClient, code: str, **changes: Any) -> Any:
    body = {"code": code, "language": "nl", "zone": ZONE, "birth_year": 2011, **changes}
    return client.post("/api/v1/join", json={name: value for name, value in body.items() if value is not ...})


def count_people(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(Participant.id)).all())


@both_databases
def test_a_code_opens_the_study(client: FlaskClient, database: Database, cast: Cast) -> None:
    answer = ask(client, cast.join_code.code.lower())
    assert answer.status_code == 201
    me = answer.get_json()["participant"]
    assert me["study"] == {
        "title": cast.study.title,
        "protocol": "grow-it.1",
        "languages": ["nl", "en"],
        "days": 21,
        "starts_on": "2026-03-05",  # it is noon: her first day is tomorrow
        "ends_on": "2026-03-25",
        "study_day": 0,
    }
    assert (me["language"], me["zone"], me["rhythm"]) == ("nl", ZONE, None)
    assert len(me["code"]) == 7
    assert me["push_key"]
    with database.reading() as session:
        row = session.scalars(select(Participant).where(Participant.code == me["code"])).one()
        assert (row.study_id, row.birth_year, row.joined_at) == (cast.study.id, 2011, NOW)


def test_the_cookie_signs_the_phone_in(client: FlaskClient, cast: Cast) -> None:
    answer = ask(client, cast.join_code.code)
    cookies = answer.headers.getlist("Set-Cookie")
    host = next(cookie for cookie in cookies if cookie.startswith("__Host-kiem="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(host.split("; "))
    assert "Domain" not in host
    token = host.split(";")[0].partition("=")[2]
    me = client.get("/api/v1/me", headers={"Cookie": f"__Host-kiem={token}"})
    assert me.get_json() == answer.get_json()["participant"]


def test_only_this_very_machine_gets_a_cookie_without_tls(client: FlaskClient, cast: Cast) -> None:
    def names(base_url: str) -> list[str]:
        answer = client.post(
            "/api/v1/join",
            base_url=base_url,
            json={"code": cast.join_code.code, "language": "nl", "zone": ZONE, "birth_year": 2009},
        )
        return [cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")]

    assert names("http://localhost") == ["__Host-kiem", "kiem-loopback"]
    assert names("http://127.0.0.1:8000") == ["__Host-kiem", "kiem-loopback"]
    assert names("http://[::1]:8000") == ["__Host-kiem", "kiem-loopback"]
    assert names("https://localhost") == ["__Host-kiem"]
    assert names("http://kiem.example") == ["__Host-kiem"]


def test_secrets_are_kept_only_as_hashes(client: FlaskClient, database: Database, cast: Cast) -> None:
    answer = ask(client, cast.join_code.code)
    token = answer.headers["Set-Cookie"].split(";")[0].partition("=")[2]
    shown = answer.get_json()["recovery_code"]
    assert [len(part) for part in shown.split("-")] == [4, 4, 4]
    with database.reading() as session:
        assert session.get(DeviceToken, hash_secret(token)) is not None
        assert session.get(RecoveryCode, hash_code(read_code(shown))) is not None
        raw = repr([row.token_hash for row in session.scalars(select(DeviceToken))])
    assert token not in raw


def test_a_token_lives_until_sixty_days_after_the_study(client: FlaskClient, database: Database, cast: Cast) -> None:
    answer = ask(client, cast.join_code.code)
    token = answer.headers["Set-Cookie"].split(";")[0].partition("=")[2]
    with database.reading() as session:
        row = session.get_one(DeviceToken, hash_secret(token))
        assert row.expires_at.date() == date(2026, 3, 26) + timedelta(days=60)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"expires_at": NOW}, 410, "code-expired"),
        ({"max_uses": 2, "uses": 2}, 409, "code-used-up"),
    ],
)
def test_a_code_that_is_over_opens_nothing(
    client: FlaskClient, database: Database, change: dict[str, Any], status: int, code: str
) -> None:
    with database.transaction() as session:
        join_code = make_join_code(session, **change)
    answer = ask(client, join_code.code)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert count_people(database) == 0


def test_an_unknown_code_opens_nothing(client: FlaskClient, cast: Cast) -> None:
    for typed in ("ZZZZ-ZZZZ", "U", "🦕"):
        answer = ask(client, typed)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "code-unknown")
    assert ask(client, "\0").get_json()["code"] == "not-text"


def test_a_closed_study_takes_nobody(client: FlaskClient, database: Database, clock: SetClock) -> None:
    with database.transaction() as session:
        code = make_join_code(session, study=make_study(session, closes_on=NOW.date())).code
    assert ask(client, code).status_code == 201  # the last day
    clock.move(timedelta(days=1))
    answer = ask(client, code)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "study-closed")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"zone": "Mars/Base"}, 422, "zone-unknown"),
        ({"zone": "../../etc/passwd"}, 422, "zone-unknown"),
        ({"zone": "a\0b"}, 400, "not-text"),
        ({"birth_year": 2027}, 422, "birth-year-unlikely"),
        ({"birth_year": 1901}, 422, "birth-year-unlikely"),
        ({"birth_year": "2011"}, 422, "invalid"),
        ({"birth_year": True}, 422, "invalid"),
        ({"language": "de"}, 422, "invalid"),
        ({"language": ...}, 422, "invalid"),
        ({"name": "Noor"}, 422, "invalid"),  # we do not want to know
    ],
)
def test_what_cannot_be_is_refused(
    client: FlaskClient, database: Database, cast: Cast, changes: dict[str, Any], status: int, code: str
) -> None:
    before = count_people(database)
    answer = ask(client, cast.join_code.code, **changes)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert answer.mimetype == "application/problem+json"
    assert count_people(database) == before
    with database.reading() as session:
        assert session.get_one(JoinCode, cast.join_code.code).uses == 0


def test_without_a_year_of_birth_nobody_knows_who_must_agree(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    answer = ask(client, cast.join_code.code, birth_year=...)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "birth-needed")


@both_databases
def test_no_more_join_than_may_even_all_at_once(database: Database) -> None:
    with database.transaction() as session:
        code = make_join_code(session, max_uses=3).code

    def try_to_join(_: int) -> bool:
        try:
            with database.transaction() as session:
                join(session, code, language="nl", zone=ZONE, now=NOW)
        except CodeUsedUp:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        joined = list(pool.map(try_to_join, range(8)))
    assert sum(joined) == 3
    assert count_people(database) == 3
    with database.reading() as session:
        assert session.get_one(JoinCode, code).uses == 3


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (b'{"code": ', "application/json", 400, "bad-request"),
        (b"\xff\xfe", "application/json", 400, "bad-request"),
        (b"[]", "application/json", 422, "invalid"),
        (b"", "application/json", 422, "invalid"),
        (b"", "text/plain", 422, "invalid"),
        (b"code=7K3M", "application/x-www-form-urlencoded", 415, "unsupported-media-type"),
        (b'{"code": "7K3M"}', "text/plain", 415, "unsupported-media-type"),
        (b"[" * 50_000, "application/json", 400, "bad-request"),
    ],
)
def test_garbage_gets_a_plain_answer(
    client: FlaskClient, cast: Cast, data: bytes, kind: str, status: int, code: str
) -> None:
    answer = client.post("/api/v1/join", data=data, content_type=kind)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_a_study_in_one_language_takes_everybody_in_that_language(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        study = session.get_one(Study, cast.study.id)
        study.rules = {**rules_of(protocol_of(study)).as_json(), "languages": ["nl"]}
        study.rules_version = 1
        joined = join(session, cast.join_code.code, language="en", zone="Europe/Amsterdam", now=NOW)
        assert (joined.participant.language, joined.participant.rules_version) == ("nl", 1)
        assert describe_me(joined.participant, push_key="", now=NOW)["study"]["languages"] == ["nl"]
        with pytest.raises(LanguageNotOffered):
            change_me(session, joined.participant, {"language": "en"}, now=NOW)
