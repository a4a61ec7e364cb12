"""GET /api/v1/trends, from rows to JSON."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from server.clock import SetClock
from server.db import Database
from server.people.models import Participant
from server.planning.models import FIRST_EVENT_SLOT
from server.trends.queries import load_diary
from server.trends.schemas import TrendsOut
from tests.cast import NOW, STARTED, Cast, Member
from tests.databases import both_databases
from tests.factories import make_beep, make_response
from tests.server.trends.diaries import diary


def answer(
    session: Session, who: Participant, day: int, slot: int, measures: Mapping[str, float], **response: Any
) -> None:
    beep = make_beep(session, participant=who, local_date=STARTED + timedelta(days=day), slot=slot)
    make_response(session, beep=beep, measures=measures, **response)


def get(client: FlaskClient, who: Member, query: str = "") -> dict[str, Any]:
    response = client.get(f"/api/v1/trends{query}", headers=who.headers)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.get_json()
    return found


def fill(database: Database, who: Participant, days: int, **options: Any) -> None:
    with database.transaction() as session:
        for seen in diary(days=days, **options):
            answer(session, who, (seen.local_date - STARTED).days, seen.slot, seen.measures)


@both_databases
def test_answers_come_back_as_dots_and_day_means(database: Database, client: FlaskClient, cast: Cast) -> None:
    with database.transaction() as session:
        answer(session, cast.noor.participant, 0, 1, {"mood": 40.0, "sleep": 75.0})
        answer(session, cast.noor.participant, 0, 2, {"mood": 63.5})
        answer(session, cast.noor.participant, 2, 1, {"mood": 50.0})
    found = get(client, cast.noor)
    mood = found["measures"]["mood"]
    assert mood["days"] == [
        {"date": "2026-03-02", "mean": 51.75, "n": 2},
        {"date": "2026-03-03", "mean": None, "n": 0},
        {"date": "2026-03-04", "mean": 50.0, "n": 1},
    ]
    assert mood["dots"][0] == {"at": "2026-03-02T10:33:00+01:00", "date": "2026-03-02", "slot": 1, "value": 40.0}
    assert found["measures"]["sleep"]["n"] == 1
    assert found["answers"] == {"n": 3, "planned": 3, "self_started": 0}
    assert mood["week"]["needs"] == [
        {"what": "answers", "have": 3, "need": 7, "missing": 4},
        {"what": "days", "have": 2, "need": 3, "missing": 1},
    ]


def test_sam_sees_nothing_of_noor(database: Database, client: FlaskClient, cast: Cast) -> None:
    fill(database, cast.noor.participant, 3)
    found = get(client, cast.sam)
    assert found["answers"] == {"n": 0, "planned": 0, "self_started": 0}
    assert [sentence["code"] for sentence in found["sentences"]] == ["start"]


def test_nobody_in_particular_is_refused(client: FlaskClient, cast: Cast) -> None:
    response = client.get("/api/v1/trends")
    assert (response.status_code, response.get_json()["code"]) == (401, "not-signed-in")


@pytest.mark.parametrize("weeks", ["0", "521", "many"])
def test_an_impossible_number_of_weeks_is_refused(client: FlaskClient, cast: Cast, weeks: str) -> None:
    response = client.get(f"/api/v1/trends?weeks={weeks}", headers=cast.noor.headers)
    assert (response.status_code, response.get_json()["code"]) == (422, "invalid")


@both_databases
def test_missed_beeps_are_planned_and_what_is_to_come_is_not(
    database: Database, client: FlaskClient, cast: Cast
) -> None:
    with database.transaction() as session:
        noor = cast.noor.participant
        answer(session, noor, 0, 1, {"mood": 40.0})
        make_beep(session, participant=noor, local_date=STARTED, slot=2)
        make_beep(session, participant=noor, local_date=STARTED, slot=0)  # the challenge is no questionnaire
        make_beep(session, participant=noor, local_date=STARTED + timedelta(3), slot=1)  # tomorrow
        make_beep(session, participant=noor, slot=1, due_at=NOW)
        unasked = make_beep(
            session, participant=noor, local_date=STARTED, slot=FIRST_EVENT_SLOT + 7, kind="event", due_at=NOW
        )
        make_response(session, beep=unasked, measures={"mood": 90.0})
    found = get(client, cast.noor)
    assert found["answers"] == {"n": 2, "planned": 3, "self_started": 1}
    assert found["measures"]["mood"]["days"][0]["mean"] == 65.0


def test_the_phones_own_offset_tells_the_time_of_day(database: Database, client: FlaskClient, cast: Cast) -> None:
    at = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
    with database.transaction() as session:
        answer(session, cast.noor.participant, 0, 1, {"mood": 40.0}, finished_at=at, utc_offset_min=-300)
    assert get(client, cast.noor)["measures"]["mood"]["dots"][0]["at"] == "2026-03-02T06:00:00-05:00"


def lengthen(session: Session, who: Participant, *, days: int) -> None:
    session.execute(
        update(Participant).where(Participant.id == who.id).values(ends_on=STARTED + timedelta(days=days - 1))
    )


def test_what_lies_further_back_than_asked_is_left_out(
    database: Database, client: FlaskClient, cast: Cast, clock: SetClock
) -> None:
    with database.transaction() as session:
        lengthen(session, cast.noor.participant, days=90)
        answer(session, cast.noor.participant, 0, 1, {"mood": 10.0})
        answer(session, cast.noor.participant, 20, 1, {"mood": 90.0})
    clock.move(timedelta(days=19))  # day 21
    assert get(client, cast.noor, "?weeks=3")["answers"]["n"] == 1
    assert get(client, cast.noor, "?weeks=4")["measures"]["mood"]["days"][0] == {
        "date": "2026-03-02",
        "mean": 10.0,
        "n": 1,
    }
    clock.move(timedelta(days=41 - 21))
    assert get(client, cast.noor)["answers"]["n"] == 2
    clock.move(timedelta(days=1))
    assert get(client, cast.noor)["answers"]["n"] == 1


def test_a_study_that_is_over_keeps_its_picture(
    database: Database, client: FlaskClient, cast: Cast, clock: SetClock
) -> None:
    fill(database, cast.noor.participant, 21)
    clock.move(timedelta(days=90))
    found = get(client, cast.noor)
    assert (found["from"], found["until"], found["answers"]["n"]) == ("2026-03-02", "2026-03-22", 105)
    assert found["measures"]["mood"]["week"]["n"] == 35


def test_the_same_picture_is_not_sent_twice(database: Database, client: FlaskClient, cast: Cast) -> None:
    fill(database, cast.noor.participant, 2)
    first = client.get("/api/v1/trends", headers=cast.noor.headers)
    again = client.get("/api/v1/trends", headers={**cast.noor.headers, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with database.transaction() as session:
        answer(session, cast.noor.participant, 2, 1, {"mood": 1.0})
    changed = client.get("/api/v1/trends", headers={**cast.noor.headers, "If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


@both_databases
def test_a_picture_that_somebody_has_is_named_by_counting(
    database: Database, client: FlaskClient, cast: Cast, clock: SetClock
) -> None:
    noor = cast.noor.participant

    def ask(name: str | None) -> TestResponse:
        headers = cast.noor.headers | ({"If-None-Match": name} if name else {})
        return client.get("/api/v1/trends", headers=headers)

    def come_due() -> None:
        with database.transaction() as session:
            make_beep(session, participant=noor, local_date=STARTED, slot=8)

    def come_in() -> None:
        with database.transaction() as session:
            answer(session, noor, 0, 9, {"mood": 1.0})

    def seal() -> None:
        with database.transaction() as session:
            session.execute(update(Participant).where(Participant.id == noor.id).values(sealed_at=NOW))

    fill(database, noor, 2)
    name = ask(None).headers["ETag"]
    for change in (come_due, come_in, seal, lambda: clock.move(timedelta(days=1))):
        statements: list[str] = []
        event.listen(database.engine, "before_cursor_execute", lambda *seen, to=statements: to.append(seen[2]))
        again = ask(name)
        assert (again.status_code, again.headers["ETag"]) == (304, name)
        assert again.headers["Cache-Control"] == "private, no-cache"
        asked = [statement for statement in statements if not statement.startswith("BEGIN")]
        assert len(asked) == 2
        assert "count(" in asked[1]
        change()
        other = ask(name)
        assert other.status_code == 200
        assert other.headers["ETag"] != name
        assert other.headers["ETag"] == ask(None).headers["ETag"]
        name = other.headers["ETag"]


@both_databases
def test_a_picture_takes_two_statements_the_caller_included(
    database: Database, client: FlaskClient, cast: Cast
) -> None:
    fill(database, cast.noor.participant, 10)
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    get(client, cast.noor)
    event.remove(database.engine, "before_cursor_execute", note)
    assert len(seen) <= 2


def test_the_diary_is_read_along_the_primary_keys(database: Database, cast: Cast) -> None:
    plans: list[Sequence[Any]] = []

    def explain(connection: Any, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            plans.extend(connection.connection.execute("EXPLAIN QUERY PLAN " + statement, parameters).fetchall())

    event.listen(database.engine, "before_cursor_execute", explain)
    with database.reading() as session:
        load_diary(session, cast.noor.participant.id, since=date(2026, 1, 1), now=NOW)
    event.remove(database.engine, "before_cursor_execute", explain)
    assert plans
    assert all("SEARCH" in plan[-1] and "SCAN" not in plan[-1] for plan in plans)


@pytest.mark.parametrize("options", [{"days": 2}, {"days": 60, "friends_add": 30.0}, {"days": 60, "share": 0.3}])
def test_every_picture_has_the_documented_shape(
    database: Database, client: FlaskClient, cast: Cast, clock: SetClock, options: dict[str, Any]
) -> None:
    with database.transaction() as session:
        lengthen(session, cast.noor.participant, days=60)
    fill(database, cast.noor.participant, **options)
    clock.move(timedelta(days=options["days"]))
    found = get(client, cast.noor)
    loaded = TrendsOut().load(found)  # refuses unknown fields and missing ones
    assert json.loads(TrendsOut().dumps(loaded))["measures"]["mood"]["trend"] == found["measures"]["mood"]["trend"]
