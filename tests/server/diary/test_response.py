"""PUT /beeps/<id>/response"""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from server.clock import SetClock
from server.db import Database
from server.diary.models import Response
from server.people.models import Participant
from server.planning.models import Beep, beep_id
from tests.answering import make_body
from tests.cast import NOW, TODAY, Cast
from tests.databases import both_databases, watch_driver
from tests.factories import make_beep, make_token


@pytest.fixture
def beep(database: Database, cast: Cast) -> Beep:
    """Noor's momentary beep, due ten minutes ago, with a reminder to come."""
    with database.transaction() as session:
        due = NOW - timedelta(minutes=10)
        return make_beep(session, participant=cast.noor.participant, due_at=due, next_push_at=NOW)


def put(client: FlaskClient, beep: Beep | uuid.UUID, body: Any, headers: dict[str, str]) -> Any:
    key = beep if isinstance(beep, uuid.UUID) else beep.id
    return client.put(f"/api/v1/beeps/{key}/response", json=body, headers=headers)


def stored(database: Database) -> list[Response]:
    with database.reading() as session:
        found = list(session.scalars(select(Response)))
        session.expunge_all()
        return found


@both_databases
def test_an_answer_is_kept_with_both_clocks_and_its_measures(
    client: FlaskClient, database: Database, cast: Cast, beep: Beep
) -> None:
    body = make_body(beep, slider=80, answers={"ctx_company": ["friends", "online"]})
    answer = put(client, beep, body, cast.noor.headers)
    assert answer.status_code == 201
    assert answer.get_json() == {"received_at": NOW.isoformat(), "late_upload": False, "zone": "Europe/Amsterdam"}
    (row,) = stored(database)
    assert (row.participant_id, row.local_date, row.slot) == (beep.participant_id, TODAY, beep.slot)
    assert row.answers == body["answers"]
    assert row.shown == body["shown"]
    assert row.item_ms == body["item_ms"]
    assert row.finished_at == beep.due_at + timedelta(minutes=5)
    assert row.received_at == NOW
    assert row.measures["mood"] == 50.0  # positive and negative feelings at 80 cancel out
    assert row.measures["pa"] == 80.0
    assert (row.zone, row.utc_offset_min, row.app, row.scoring_version) == ("Europe/Amsterdam", 60, "1.0.0", 1)


@both_databases
def test_the_same_answer_again_is_a_success_and_changes_nothing(
    client: FlaskClient, database: Database, cast: Cast, beep: Beep, clock: SetClock
) -> None:
    body = make_body(beep)
    first = put(client, beep, body, cast.noor.headers)
    clock.move(timedelta(hours=5))
    again = put(client, beep, dict(reversed(body.items())), cast.noor.headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json() == first.get_json()
    assert [row.received_at for row in stored(database)] == [NOW]


def test_the_same_instants_in_another_offset_are_the_same_answer(client: FlaskClient, cast: Cast, beep: Beep) -> None:
    body = make_body(beep)
    put(client, beep, body, cast.noor.headers)
    shifted = {**body, "started_at": body["started_at"].replace("T10:54:00+00:00", "T11:54:00+01:00")}
    assert shifted != body
    assert put(client, beep, shifted, cast.noor.headers).status_code == 200


@both_databases
def test_another_answer_is_a_conflict_and_the_first_one_stays(
    client: FlaskClient, database: Database, cast: Cast, beep: Beep
) -> None:
    put(client, beep, make_body(beep, slider=20), cast.noor.headers)
    answer = put(client, beep, make_body(beep, slider=90), cast.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "response-differs")
    (row,) = stored(database)
    assert row.answers["pa_cheerful"] == 20


@both_databases
def test_eight_phones_at_once_leave_one_answer(app: Flask, database: Database, cast: Cast, beep: Beep) -> None:
    body = make_body(beep)

    def send(_: int) -> int:
        return int(put(app.test_client(), beep, body, cast.noor.headers).status_code)

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(send, range(8)))
    assert statuses == [200] * 7 + [201]
    assert len(stored(database)) == 1


@both_databases
def test_eight_different_answers_at_once_leave_the_first(
    app: Flask, database: Database, cast: Cast, beep: Beep
) -> None:
    def send(slider: int) -> int:
        return int(put(app.test_client(), beep, make_body(beep, slider=slider), cast.noor.headers).status_code)

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(send, range(8)))
    assert statuses == [201] + [409] * 7
    assert len(stored(database)) == 1


@pytest.mark.parametrize(
    ("finished", "status", "code"),
    [
        (timedelta(0), 201, None),
        (timedelta(microseconds=-1), 409, "beep-not-yet"),  # answered before it was asked
        (timedelta(minutes=60), 201, None),
        (timedelta(minutes=60, seconds=5), 201, None),
        (timedelta(minutes=60, seconds=5, microseconds=1), 410, "beep-expired"),
        (timedelta(days=1), 410, "beep-expired"),
    ],
)
def test_the_window_is_judged_by_when_it_was_answered(
    client: FlaskClient,
    database: Database,
    cast: Cast,
    beep: Beep,
    clock: SetClock,
    finished: timedelta,
    status: int,
    code: str | None,
) -> None:
    clock.move(timedelta(days=2))
    answer = put(client, beep, make_body(beep, finished_at=beep.due_at + finished), cast.noor.headers)
    assert (answer.status_code, answer.get_json().get("code")) == (status, code)
    assert len(stored(database)) == (status == 201)


@pytest.mark.parametrize(("after", "late"), [(timedelta(minutes=50), False), (timedelta(minutes=51), True)])
def test_an_answer_in_time_may_come_late_and_is_marked(
    client: FlaskClient, database: Database, cast: Cast, beep: Beep, clock: SetClock, after: timedelta, late: bool
) -> None:
    clock.move(after)
    answer = put(client, beep, make_body(beep), cast.noor.headers)
    assert (answer.status_code, answer.get_json()["late_upload"]) == (201, late)
    assert [row.late_upload for row in stored(database)] == [late]


def test_a_clock_may_run_five_minutes_ahead(client: FlaskClient, cast: Cast, beep: Beep) -> None:
    ahead = make_body(beep, finished_at=NOW + timedelta(minutes=5, seconds=1))
    answer = put(client, beep, ahead, cast.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "clock-ahead")
    within = make_body(beep, finished_at=NOW + timedelta(minutes=5))
    assert put(client, beep, within, cast.noor.headers).status_code == 201


@both_databases
def test_an_answer_ends_the_pushes_of_its_beep_and_of_no_other(
    client: FlaskClient, database: Database, cast: Cast, beep: Beep
) -> None:
    with database.transaction() as session:
        make_beep(session, participant=cast.noor.participant, slot=3, next_push_at=NOW)
        make_beep(session, participant=cast.sam.participant, slot=beep.slot, next_push_at=NOW)
    put(client, beep, make_body(beep), cast.noor.headers)
    with database.reading() as session:
        left = session.execute(select(Beep.participant_id, Beep.slot).where(Beep.next_push_at.is_not(None))).all()
    assert set(left) == {(cast.noor.participant.id, 3), (cast.sam.participant.id, beep.slot)}


@both_databases
def test_an_answer_takes_one_look_and_one_round_of_writing(
    client: FlaskClient, database: Database, cast: Cast, beep: Beep
) -> None:
    put(client, uuid.uuid4(), make_body(beep), cast.noor.headers)  # the first request of a process looks around more
    others: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *seen: others.append(seen[2]))
    with watch_driver(database) as seen:
        assert put(client, beep, make_body(beep), cast.noor.headers).status_code == 201
    assert [statement for statement in others if not statement.startswith("BEGIN")] == []
    kinds = [statement.split()[0] for statement, _ in seen if statement.split()[0] not in ("BEGIN", "COMMIT")]
    # To store it and to end the beep's pushes are two statements, or one where the database takes them together.
    assert kinds == (
        ["SELECT", "WITH"] if database.engine.dialect.name == "postgresql" else ["SELECT", "INSERT", "UPDATE"]
    )


def test_a_refused_answer_leaves_the_reminder(client: FlaskClient, database: Database, cast: Cast, beep: Beep) -> None:
    put(client, beep, {**make_body(beep), "answers": {}}, cast.noor.headers)
    with database.reading() as session:
        assert session.scalars(select(Beep.next_push_at)).one() == NOW


@pytest.mark.parametrize("who", ["sam", "zoe"])
def test_nobody_answers_for_noor(client: FlaskClient, database: Database, cast: Cast, beep: Beep, who: str) -> None:
    answer = put(client, beep, make_body(beep), getattr(cast, who).headers)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "beep-unknown")
    assert stored(database) == []


def test_somebody_elses_beep_looks_like_one_that_never_was(client: FlaskClient, cast: Cast, beep: Beep) -> None:
    never = beep_id(cast.noor.participant.id, TODAY, 77)
    hers = put(client, beep, make_body(beep), cast.sam.headers)
    none = put(client, never, make_body(beep), cast.sam.headers)
    random = put(client, uuid.uuid4(), make_body(beep), cast.sam.headers)
    assert hers.get_json() == none.get_json() == random.get_json()


def test_sam_cannot_reach_his_own_beep_through_hers(
    client: FlaskClient, database: Database, cast: Cast, beep: Beep
) -> None:
    with database.transaction() as session:
        make_beep(session, participant=cast.sam.participant, slot=beep.slot, due_at=beep.due_at)
    assert put(client, beep, make_body(beep), cast.sam.headers).status_code == 404


@pytest.mark.parametrize(
    ("given", "skipped", "problems"),
    [
        ({"pa_cheerful": 101}, [], {("answers.pa_cheerful", "out_of_range")}),
        ({"pa_cheerful": "60"}, [], {("answers.pa_cheerful", "wrong_type")}),
        ({"ctx_company": ["alone", "friends"]}, [], {("answers.ctx_company", "exclusive_with_others")}),
        ({"favourite_colour": 3}, [], {("answers.favourite_colour", "unknown_item")}),
        (
            {"act_what": "sleeping", "move_recent": "a lot"},
            [],
            {("answers.act_what", "not_an_option"), ("answers.move_recent", "not_an_option")},
        ),
        ({}, ["pa_cheerful"], {("answers.pa_cheerful", "answered_and_skipped")}),
        ({"pa_cheerful": float("nan")}, [], None),
        ({"pa_cheerful": 10**400}, [], None),
        ({"act_what": {"$ne": ""}}, [], None),
    ],
)
def test_impossible_answers_are_all_named_and_none_is_kept(
    client: FlaskClient,
    database: Database,
    cast: Cast,
    beep: Beep,
    given: dict[str, Any],
    skipped: list[str],
    problems: set[tuple[str, str]] | None,
) -> None:
    body = make_body(beep)
    body["answers"] |= given
    body["skipped"] = skipped
    answer = put(client, beep, body, cast.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "answers-invalid")
    if problems is not None:
        assert {(error["where"], error["code"]) for error in answer.get_json()["errors"]} == problems
    assert stored(database) == []


def test_rather_not_is_an_answer_too(client: FlaskClient, database: Database, cast: Cast, beep: Beep) -> None:
    body = make_body(beep)
    del body["answers"]["na_lonely"]
    body["skipped"] = ["na_lonely"]
    assert put(client, beep, body, cast.noor.headers).status_code == 201
    (row,) = stored(database)
    assert row.skipped == ["na_lonely"]
    assert "na_lonely" not in row.answers


def test_the_questionnaire_must_be_the_one_that_was_asked(client: FlaskClient, cast: Cast, beep: Beep) -> None:
    for key in ("evening.1", "momentary.2", "\x01"):
        answer = put(client, beep, {**make_body(beep), "instrument": key}, cast.noor.headers)
        assert (answer.status_code, answer.get_json()["code"]) == (422, "instrument-differs")


def test_a_challenge_takes_no_answers(client: FlaskClient, database: Database, cast: Cast, beep: Beep) -> None:
    with database.transaction() as session:
        dare = make_beep(session, participant=cast.noor.participant, slot=0)
    answer = put(client, dare, make_body(beep), cast.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "instrument-differs")


@pytest.mark.parametrize(
    "change",
    [
        {"started_at": "yesterday"},
        {"started_at": "2026-03-04T10:54:00"},  # without an offset nobody knows when that was
        {"finished_at": "0001-01-01T00:00:00+14:00"},
        {"finished_at": "9999-12-31T23:59:59-14:00"},
        {"finished_at": None},
        {"answers": [1, 2]},
        {"answers": None},
        {"skipped": "pa_cheerful"},
        {"shown": [1]},
        {"item_ms": []},
        {"answers": {f"item_{n}": 1 for n in range(301)}},
        {"zone": "a\x01b"},
        {"zone": "Europe/Amsterdam\n"},
        {"app": "<script>"},
        {"utc_offset_min": 10_000},
        {"participant_id": "somebody"},
    ],
)
def test_a_shape_that_is_wrong_is_refused(
    client: FlaskClient, database: Database, cast: Cast, beep: Beep, change: dict[str, Any]
) -> None:
    answer = put(client, beep, {**make_body(beep), **change}, cast.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")
    assert answer.get_json()["errors"][0]["where"].startswith(next(iter(change)))
    assert stored(database) == []


@pytest.mark.parametrize(
    "change",
    [{"answers": {"act_what": "\x00"}}, {"answers": {"act_what": "\ud800"}}, {"instrument": "\x00"}, {"app": "\ud800"}],
)
def test_what_no_database_keeps_is_refused_before_anything_is_asked(
    client: FlaskClient, database: Database, cast: Cast, beep: Beep, change: dict[str, Any]
) -> None:
    answer = put(client, beep, {**make_body(beep), **change}, cast.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "not-text")
    assert stored(database) == []


@pytest.mark.parametrize(
    "change",
    [{"item_ms": {"pa_cheerful": -1}}, {"item_ms": {"pa_cheerful": "long"}}, {"shown": ["nothing_of_ours"]}],
)
def test_what_only_the_questionnaire_can_judge_is_judged_by_it(
    client: FlaskClient, cast: Cast, beep: Beep, change: dict[str, Any]
) -> None:
    answer = put(client, beep, {**make_body(beep), **change}, cast.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "answers-invalid")


def test_an_end_before_its_beginning_is_refused(client: FlaskClient, cast: Cast, beep: Beep) -> None:
    body = make_body(beep)
    body["started_at"], body["finished_at"] = body["finished_at"], body["started_at"]
    answer = put(client, beep, body, cast.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "times-reversed")


@both_databases
def test_the_least_a_phone_may_send_is_enough(client: FlaskClient, database: Database, cast: Cast, beep: Beep) -> None:
    body = make_body(beep)
    for name in ("skipped", "shown", "item_ms", "zone", "utc_offset_min", "app"):
        del body[name]
    assert put(client, beep, body, cast.noor.headers).status_code == 201
    (row,) = stored(database)
    assert (row.zone, row.utc_offset_min, row.app, row.item_ms) == (None, None, None, {})


def test_whoever_left_leaves_nothing_more(client: FlaskClient, database: Database, cast: Cast, beep: Beep) -> None:
    with database.transaction() as session:
        session.get_one(Participant, cast.noor.participant.id).left_at = NOW - timedelta(minutes=1)
    answer = put(client, beep, make_body(beep), cast.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "left-study")
    assert stored(database) == []


def test_without_a_token_nothing_is_even_read(client: FlaskClient, database: Database, cast: Cast, beep: Beep) -> None:
    answer = put(client, beep, {"garbage": True}, {})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "not-signed-in")
    with database.transaction() as session:
        token = make_token(session, session.merge(cast.noor.participant), expires_at=NOW)
    expired = put(client, beep, make_body(beep), {"Authorization": f"Bearer {token}"})
    assert (expired.status_code, expired.get_json()["code"]) == (401, "session-expired")
    assert stored(database) == []


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "bad-request"),
        (b"null", "application/json", 422, "invalid"),
        (b'"text"', "application/json", 422, "invalid"),
        (b"{}", "text/plain", 415, "unsupported-media-type"),
        (b"{" + b'"a":[' * 20_000, "application/json", 400, "bad-request"),
        (b'{"answers": "' + b"x" * 300_000 + b'"}', "application/json", 413, "too-large"),
    ],
)
def test_garbage_gets_a_plain_answer(
    client: FlaskClient, database: Database, cast: Cast, beep: Beep, data: bytes, kind: str, status: int, code: str
) -> None:
    answer = client.put(f"/api/v1/beeps/{beep.id}/response", data=data, content_type=kind, headers=cast.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert stored(database) == []


def test_an_address_that_is_no_id_leads_nowhere(client: FlaskClient, cast: Cast) -> None:
    answer = client.put("/api/v1/beeps/17/response", json={}, headers=cast.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not-found")
