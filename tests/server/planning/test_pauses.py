from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.clock import SetClock
from server.db import Database
from server.people.models import Participant
from server.planning.models import Beep, Pause
from server.planning.replan import change_me
from server.planning.service import plan_ahead
from tests.cast import NOW, TODAY, Cast, Member
from tests.databases import both_databases

DAY = timedelta(days=1)
TOMORROW = TODAY + DAY


def put(client: FlaskClient, member: Member, starts_on: date, ends_on: date) -> Any:
    body = {"from": starts_on.isoformat(), "until": ends_on.isoformat()}
    return client.put("/api/v1/me/pause", json=body, headers=member.headers)


def beeps(database: Database, member: Member) -> list[Beep]:
    with database.reading() as session:
        mine = select(Beep).where(Beep.participant_id == member.participant.id).order_by(Beep.local_date, Beep.slot)
        return list(session.scalars(mine))


def quiet_dates(database: Database, member: Member) -> set[date]:
    """Dates on which nothing that is still to come will be pushed."""
    ahead = [beep for beep in beeps(database, member) if beep.due_at > NOW]
    return {beep.local_date for beep in ahead} - {beep.local_date for beep in ahead if beep.next_push_at}


@both_databases
def test_no_push_in_a_pause_neither_for_days_that_are_planned_nor_for_those_planned_later(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    plan_ahead(database, now=NOW)
    answer = put(client, cast.noor, TOMORROW, TODAY + 5 * DAY)
    assert (answer.status_code, answer.get_json()) == (200, {"pause": {"from": "2026-03-05", "until": "2026-03-09"}})
    for days in range(1, 5):
        plan_ahead(database, now=NOW + days * DAY)
    assert quiet_dates(database, cast.noor) == {TODAY + number * DAY for number in range(1, 6)}
    assert max(beep.local_date for beep in beeps(database, cast.noor)) == TODAY + 6 * DAY
    assert quiet_dates(database, cast.sam) == set(), "Sam goes on"


@both_databases
def test_ending_a_pause_early_gives_the_coming_beeps_their_pushes_back(
    client: FlaskClient, database: Database, clock: SetClock, cast: Cast
) -> None:
    plan_ahead(database, now=NOW)
    put(client, cast.noor, TODAY, TOMORROW)
    assert all(beep.next_push_at is None for beep in beeps(database, cast.noor) if beep.local_date <= TOMORROW)
    later = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
    clock.set(later)
    answer = client.delete("/api/v1/me/pause", headers=cast.noor.headers)
    assert (answer.status_code, answer.get_json()) == (200, {"pause": None})
    for beep in beeps(database, cast.noor):
        if beep.local_date <= TOMORROW:
            assert beep.next_push_at == (beep.due_at if beep.due_at > later else None)
    assert client.get("/api/v1/me/pause", headers=cast.noor.headers).get_json() == {"pause": None}
    again = client.delete("/api/v1/me/pause", headers=cast.noor.headers)
    assert (again.status_code, again.get_json()) == (200, {"pause": None})


def test_a_new_pause_takes_the_place_of_the_old_one_and_both_are_kept(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    plan_ahead(database, now=NOW)
    put(client, cast.noor, TODAY, TODAY)
    put(client, cast.noor, TOMORROW, TOMORROW)
    assert quiet_dates(database, cast.noor) == {TOMORROW}
    with database.reading() as session:
        kept = session.scalars(select(Pause).order_by(Pause.number)).all()
    assert [(pause.starts_on, pause.ended_at) for pause in kept] == [(TODAY, NOW), (TOMORROW, None)]


def test_a_pause_is_over_after_its_last_day(client: FlaskClient, clock: SetClock, cast: Cast) -> None:
    put(client, cast.noor, TODAY, TOMORROW)
    clock.set(datetime(2026, 3, 5, 22, 59, tzinfo=UTC))  # one minute to midnight in Amsterdam
    assert client.get("/api/v1/me/pause", headers=cast.noor.headers).get_json()["pause"]["until"] == "2026-03-05"
    clock.move(timedelta(minutes=1))
    assert client.get("/api/v1/me/pause", headers=cast.noor.headers).get_json() == {"pause": None}


@both_databases
def test_a_paused_day_is_planned_anew_like_any_other_and_stays_quiet(database: Database, client, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    put(client, cast.noor, TOMORROW, TOMORROW)
    before = [beep.due_at for beep in beeps(database, cast.noor) if beep.local_date == TOMORROW]
    late = {"start": "12:00", "end": "21:00", "quiet": []}
    with database.transaction() as session:
        mine = session.get_one(Participant, cast.noor.participant.id)
        change_me(session, mine, {"rhythm": {"school": late, "free": late, "school_days": [1]}}, now=NOW)
    after = [beep for beep in beeps(database, cast.noor) if beep.local_date == TOMORROW]
    assert [beep.due_at for beep in after] != before
    assert quiet_dates(database, cast.noor) == {TOMORROW}


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "codes"),
    [
        (TODAY - DAY, TODAY, ["past"]),
        (TOMORROW, TODAY, ["reversed"]),
        (TODAY, TODAY + 22 * DAY, ["too-far"]),
        (TODAY + 30 * DAY, TODAY + 29 * DAY, ["reversed", "too-far"]),
    ],
)
def test_a_pause_that_cannot_be_is_refused_with_every_reason(
    client: FlaskClient, cast: Cast, starts_on: date, ends_on: date, codes: list[str]
) -> None:
    answer = put(client, cast.noor, starts_on, ends_on)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "pause-invalid")
    assert [error["code"] for error in answer.get_json()["errors"]] == codes


def test_three_weeks_to_the_day_is_a_pause(client: FlaskClient, cast: Cast) -> None:
    assert put(client, cast.noor, TODAY, TODAY + 21 * DAY).status_code == 200


@pytest.mark.parametrize(
    "body", [{}, {"from": "2026-03-05"}, {"from": "5 maart", "until": "2026-03-06"}, {"from": 1, "until": 2}]
)
def test_a_pause_in_another_shape_is_refused(client: FlaskClient, cast: Cast, body: dict[str, Any]) -> None:
    answer = client.put("/api/v1/me/pause", json=body, headers=cast.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")


def test_nobody_in_particular_has_no_pause(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/api/v1/me/pause").status_code == 401
    assert client.delete("/api/v1/me/pause").status_code == 401
    assert client.put("/api/v1/me/pause", json={"from": "2026-03-05", "until": "2026-03-05"}).status_code == 401


def test_sams_pause_is_not_noors(client: FlaskClient, cast: Cast) -> None:
    put(client, cast.noor, TODAY, TOMORROW)
    assert client.get("/api/v1/me/pause", headers=cast.sam.headers).get_json() == {"pause": None}
    client.delete("/api/v1/me/pause", headers=cast.sam.headers)
    assert client.get("/api/v1/me/pause", headers=cast.noor.headers).get_json()["pause"] is not None
