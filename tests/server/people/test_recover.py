from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from server.clock import SetClock
from server.db import Database
from server.people import tokens
from server.people.models import Participant
from server.people.service import RecoveryUnknown, recover
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.factories import make_beep, make_response


def give_code(database: Database, participant: Participant) -> str:
    with database.transaction() as session:
        return tokens.issue_recovery_code(session, participant, NOW)


def ask(client: FlaskClient, code: str) -> Any:
    return client.post("/api/v1/recover", json={"recovery_code": code})


@both_databases
def test_a_recovery_code_opens_the_account_on_another_phone(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    answer = ask(client, give_code(database, cast.noor.participant).lower())
    assert answer.status_code == 200
    assert answer.get_json()["participant"]["code"] == cast.noor.participant.code
    token = answer.headers["Set-Cookie"].split(";")[0].partition("=")[2]
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_the_lost_phone_is_signed_out_and_nobody_else(client: FlaskClient, database: Database, cast: Cast) -> None:
    ask(client, give_code(database, cast.noor.participant))
    old = client.get("/api/v1/me", headers=cast.noor.headers)
    assert (old.status_code, old.get_json()["code"]) == (401, "session-revoked")
    assert client.get("/api/v1/me", headers=cast.sam.headers).status_code == 200


def test_a_recovery_code_works_once_and_its_successor_once(client: FlaskClient, database: Database, cast: Cast) -> None:
    first = give_code(database, cast.noor.participant)
    second = ask(client, first).get_json()["recovery_code"]
    again = ask(client, first)
    assert (again.status_code, again.get_json()["code"]) == (404, "recovery-unknown")
    assert ask(client, second).status_code == 200


def test_a_mistyped_recovery_code_says_no_more_than_a_used_one(client: FlaskClient, cast: Cast) -> None:
    for typed in ("ABCD-ABCD-ABCD", "x"):
        answer = ask(client, typed)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "recovery-unknown")


@both_databases
def test_two_phones_cannot_use_one_code_at_once(database: Database, cast: Cast) -> None:
    code = give_code(database, cast.noor.participant)

    def try_to_recover(_: int) -> bool:
        try:
            with database.transaction() as session:
                recover(session, code, now=NOW)
        except RecoveryUnknown:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(try_to_recover, range(4))) == [False, False, False, True]


def test_long_after_the_study_a_code_opens_it_for_a_day(
    client: FlaskClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    code = give_code(database, cast.noor.participant)
    clock.move(timedelta(days=400))
    token = ask(client, code).headers["Set-Cookie"].split(";")[0].partition("=")[2]
    signed_in = {"Authorization": f"Bearer {token}"}
    clock.move(timedelta(hours=23))
    assert client.get("/api/v1/me", headers=signed_in).status_code == 200
    clock.move(timedelta(hours=1))
    assert client.get("/api/v1/me", headers=signed_in).get_json()["code"] == "session-expired"


def test_a_code_that_staff_gave_shows_nothing_that_was_answered_before(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    """Whoever gives a code could use it herself. Noor's own code, which nobody at the desk has seen, opens it all."""
    noor = cast.noor.participant
    with database.transaction() as session:
        beep = make_beep(session, participant=session.merge(noor), due_at=NOW - timedelta(hours=3))
        make_response(session, beep=beep, measures={"mood": 60.0})
        own = tokens.issue_recovery_code(session, noor, NOW)
        given = tokens.issue_recovery_code(session, noor, NOW, by_staff=True)

    def open_with(code: str) -> tuple[dict[str, str], str]:
        answer = ask(client, code)
        token = answer.headers["Set-Cookie"].split(";")[0].partition("=")[2]
        return {"Authorization": f"Bearer {token}"}, answer.get_json()["recovery_code"]

    def answers(headers: dict[str, str]) -> int:
        return client.get("/api/v1/trends", headers=headers).get_json()["answers"]["n"]

    assert answers(cast.noor.headers) == 1
    headers, following = open_with(given)
    assert answers(headers) == 0
    headers, another = open_with(following)  # a code that came from it is no better
    assert answers(headers) == 0
    shut = client.post("/api/v1/me/confirm", json={"recovery_code": another}, headers=headers)
    assert shut.get_json()["sealed"] is True
    refused = client.get("/api/v1/me/data", headers=headers)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "data-sealed")
    opened = client.post("/api/v1/me/confirm", json={"recovery_code": own}, headers=headers)
    assert opened.get_json()["sealed"] is False
    assert client.get("/api/v1/me/data", headers=headers).status_code == 200
    assert answers(headers) == 1
