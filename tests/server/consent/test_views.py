from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.clock import SetClock
from server.consent import service
from server.consent.models import ConsentRecord
from server.db import Database
from server.diary.models import Response
from server.people.models import Participant
from server.people.throttle import MOST_FAILURES
from server.studies.models import JoinCode
from tests.answering import make_body
from tests.cast import NOW, Cast
from tests.consent_factories import as_body, choice, publish
from tests.factories import make_beep, make_join_code

ZONE = "Europe/Amsterdam"
SHA = "0" * 64


@pytest.fixture
def asking(database: Database, cast: Cast) -> Cast:
    with database.transaction() as session:
        publish(session, cast.study)
    return cast


def intro(client: FlaskClient, code: str, language: str = "nl") -> Any:
    return client.get(f"/api/v1/intro/{code}?language={language}")


def ask(client: FlaskClient, code: str, **changes: Any) -> Any:
    body = {"code": code, "language": "nl", "zone": ZONE, "birth_year": 2009, "birth_month": 1, **changes}
    return client.post("/api/v1/join", json={name: value for name, value in body.items() if value is not ...})


def yes(client: FlaskClient, code: str, **scopes: bool) -> dict[str, Any]:
    text = intro(client, code).get_json()["consent"]
    said = {"use": True, "research": True, **scopes}
    return {"version": text["version"], "sha256": text["sha256"], "language": text["language"], "scopes": said}


def signed_in(answer: Any) -> dict[str, str]:
    token = answer.headers["Set-Cookie"].split(";")[0].partition("=")[2]
    return {"Authorization": f"Bearer {token}"}


def test_a_code_tells_what_the_study_is_about_before_anybody_joins(client: FlaskClient, asking: Cast) -> None:
    body = intro(client, asking.join_code.code.lower()).get_json()
    assert body["study"] == {
        "title": asking.study.title,
        "protocol": "grow-it.1",
        "languages": ["nl", "en"],
        "days": 21,
        "beeps_a_day": 5,
        "challenge": True,
        "institution": "Tuin",
        "contact": {"name": "Cleo", "role": None, "phone": None, "mail": "cleo@garden.example", "hours": None},
        "monitored": False,
    }
    assert (body["consent_from"], body["minimum_age"], body["parents_required"]) == (16, 12, 1)
    text = body["consent"]
    assert (text["version"], text["language"], len(text["sha256"])) == (1, "nl", 64)
    assert text["sections"][0]["title"] == "Wat is dit?"
    other = intro(client, asking.join_code.code, "en").get_json()["consent"]
    assert (other["language"], other["sections"][0]["title"]) == ("en", "What is this?")
    assert other["sha256"] != text["sha256"]


def test_looking_uses_nothing_up_and_a_code_that_is_over_shows_nothing(
    client: FlaskClient, database: Database, clock: SetClock, asking: Cast
) -> None:
    with database.transaction() as session:
        full = make_join_code(session, study=session.merge(asking.study), max_uses=1, uses=1).code
        short = make_join_code(session, study=session.merge(asking.study), expires_at=NOW + timedelta(hours=1)).code
    assert intro(client, asking.join_code.code).status_code == 200
    with database.reading() as session:
        assert session.get_one(JoinCode, asking.join_code.code).uses == 0
    assert (intro(client, full).status_code, intro(client, full).get_json()["code"]) == (409, "code-used-up")
    assert intro(client, short).status_code == 200
    clock.move(timedelta(hours=1))
    assert (intro(client, short).status_code, intro(client, short).get_json()["code"]) == (410, "code-expired")
    assert intro(client, asking.join_code.code, "fr").status_code == 422


def test_looking_and_joining_share_their_guesses(client: FlaskClient, asking: Cast) -> None:
    for _ in range(MOST_FAILURES):
        assert intro(client, "ZZZZ-ZZZZ").status_code == 404
    assert ask(client, asking.join_code.code).status_code == 429
    assert intro(client, asking.join_code.code).status_code == 429


def test_joining_with_consent_clears_and_without_waits(client: FlaskClient, asking: Cast) -> None:
    code = asking.join_code.code
    assert ask(client, code, consent=yes(client, code)).get_json()["participant"]["waiting"] is None
    assert ask(client, code).get_json()["participant"]["waiting"] == "consent"
    younger = ask(client, code, birth_year=2012, consent=yes(client, code))
    assert younger.get_json()["participant"]["waiting"] == "parent"
    assert client.get("/api/v1/me", headers=signed_in(younger)).get_json()["waiting"] == "parent"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"birth_year": ..., "birth_month": ...}, 422, "birth-needed"),
        ({"birth_year": ...}, 422, "invalid"),  # a month needs its year
        ({"birth_month": 0}, 422, "invalid"),
        ({"birth_month": 13}, 422, "invalid"),
        ({"birth_month": "3"}, 422, "invalid"),
        ({"birth_year": 2015}, 403, "too-young"),
        ({"consent": {"version": 1}}, 422, "invalid"),
        ({"consent": {"version": 1, "sha256": SHA, "language": "nl", "scopes": {"use": True}}}, 422, "invalid"),
        (
            {"consent": {"version": 1, "sha256": SHA, "language": "nl", "scopes": {"use": True, "research": True}}},
            409,
            "consent-text-changed",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    client: FlaskClient, database: Database, asking: Cast, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = ask(client, asking.join_code.code, **changes)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    with database.reading() as session:
        assert len(session.scalars(select(Participant.id)).all()) == 3, "the cast"
        assert session.get_one(JoinCode, asking.join_code.code).uses == 0


def test_agreeing_later_clears_and_says_what_was_agreed_to(client: FlaskClient, asking: Cast) -> None:
    code = asking.join_code.code
    me = signed_in(ask(client, code))
    answer = client.put("/api/v1/me/consent", json=yes(client, code, sharing=True), headers=me)
    assert answer.status_code == 200
    body = answer.get_json()
    assert (body["required"], body["waiting"], body["text_changed"]) == (True, None, False)
    assert body["given"]["scopes"] == {"use": True, "research": True, "sharing": True, "recontact": False}
    assert body["given"]["sha256"] == body["text"]["sha256"]
    assert client.get("/api/v1/me/consent", headers=me).get_json() == body
    again = client.put("/api/v1/me/consent", json=yes(client, code, sharing=True), headers=me)
    assert (again.status_code, again.get_json()) == (200, body)


def test_a_new_text_is_told_of(client: FlaskClient, database: Database, asking: Cast) -> None:
    code = asking.join_code.code
    me = signed_in(ask(client, code, consent=yes(client, code)))
    with database.transaction() as session:
        publish(session, asking.study, institution="Elders")
    body = client.get("/api/v1/me/consent?language=en", headers=me).get_json()
    assert (body["text_changed"], body["text"]["version"], body["text"]["language"]) == (True, 2, "en")


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0},
        {"version": "1"},
        {"sha256": "abc"},
        {"sha256": SHA + "\n"},
        {"language": "fr"},
        {"scopes": {}},
        {"scopes": {"use": True, "research": True, "selling": True}},
        {"role": "parent1"},
    ],
)
def test_consent_in_another_shape_is_refused(client: FlaskClient, asking: Cast, change: dict[str, Any]) -> None:
    body = {"version": 1, "sha256": SHA, "language": "nl", "scopes": {"use": True, "research": True}, **change}
    answer = client.put("/api/v1/me/consent", json=body, headers=asking.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")


def test_nobody_in_particular_has_no_consent(client: FlaskClient, asking: Cast) -> None:
    said = {"version": 1, "sha256": SHA, "language": "nl", "scopes": {"use": True, "research": True}}
    assert client.get("/api/v1/me/consent").status_code == 401
    assert client.put("/api/v1/me/consent", json=said).status_code == 401


def test_sam_does_not_speak_for_noor(client: FlaskClient, database: Database, asking: Cast) -> None:
    with database.reading() as session:
        said = as_body(choice(session, asking.study, "en"))
    assert client.put("/api/v1/me/consent", json=said, headers=asking.sam.headers).status_code == 200
    with database.reading() as session:
        people = set(session.scalars(select(ConsentRecord.participant_id)))
    assert people == {asking.sam.participant.id}
    assert client.get("/api/v1/me/consent", headers=asking.noor.headers).get_json()["given"] is None


def test_the_words_of_another_study_are_not_mine(client: FlaskClient, database: Database, asking: Cast) -> None:
    with database.transaction() as session:
        publish(session, asking.other_study, institution="Haven")
        theirs = as_body(choice(session, asking.other_study))
    answer = client.put("/api/v1/me/consent", json=theirs, headers=asking.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "consent-text-changed")


def test_without_consent_no_answer_is_kept(client: FlaskClient, database: Database, asking: Cast) -> None:
    with database.transaction() as session:
        beep = make_beep(session, participant=asking.noor.participant, due_at=NOW)
        row = session.get_one(Participant, asking.noor.participant.id)
        row.cleared_at, row.waiting = None, "consent"
    body = make_body(beep, finished_at=NOW + timedelta(minutes=1))
    answer = client.put(f"/api/v1/beeps/{beep.id}/response", json=body, headers=asking.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "consent-missing")
    with database.reading() as session:
        assert session.scalars(select(Response.slot)).all() == []
    with database.transaction() as session:
        service.record_own(session, asking.noor.participant, choice(session, asking.study), now=NOW)
        service.record_on_paper(
            session, asking.study, asking.noor.participant.code, "parent1", {"use": True, "research": True}, now=NOW
        )
    again = client.put(f"/api/v1/beeps/{beep.id}/response", json=body, headers=asking.noor.headers)
    assert again.status_code == 201
