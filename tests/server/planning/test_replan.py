"""New settings plan the days anew that have not begun, and no others."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from server.db import Database
from server.people.models import Participant
from server.planning.models import FIRST_EVENT_SLOT, Assignment, Beep
from server.planning.replan import change_me, replan
from server.planning.service import Planned, plan_ahead
from tests.cast import NOW, STARTED, TODAY, Cast
from tests.databases import both_databases
from tests.delivery_factories import make_attempt, make_receipt
from tests.factories import make_beep, make_challenge, make_response

DAY = timedelta(days=1)
TOMORROW, LAST = TODAY + DAY, TODAY + 2 * DAY
Plan = dict[tuple[date, int], tuple[datetime, datetime, str, int]]
LATER = {"school": {"start": "12:00", "end": "23:00"}, "free": {"start": "12:00", "end": "23:00"}}


def plan_of(database: Database, participant: Participant) -> Plan:
    with database.reading() as session:
        beeps = session.scalars(select(Beep).where(Beep.participant_id == participant.id))
        return {(b.local_date, b.slot): (b.due_at, b.expires_at, b.zone, b.order_seed) for b in beeps}


def change(database: Database, participant: Participant, now: datetime = NOW, **changes: Any) -> None:
    with database.reading() as session:  # as the sign-in does: detached, with the study
        caller = session.get_one(Participant, participant.id)
        session.expunge_all()
    with database.transaction() as session:
        change_me(session, caller, changes, now=now)


def changed_dates(before: Plan, after: Plan) -> set[date]:
    return {on for on, slot in before.keys() | after.keys() if before.get((on, slot)) != after.get((on, slot))}


@both_databases
def test_a_new_rhythm_plans_tomorrow_anew_and_leaves_today_alone(database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    before = plan_of(database, cast.noor.participant)
    others = plan_of(database, cast.sam.participant)
    change(database, cast.noor.participant, rhythm=LATER)
    after = plan_of(database, cast.noor.participant)
    assert changed_dates(before, after) == {TOMORROW, LAST}
    assert before.keys() == after.keys()
    assert all(due.hour >= 11 for (on, _), (due, *_rest) in after.items() if on > TODAY)
    assert plan_of(database, cast.sam.participant) == others


@both_databases
def test_what_has_been_planned_anew_is_pushed_at_its_new_time(database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    change(database, cast.noor.participant, rhythm=LATER)
    with database.reading() as session:
        beeps = session.scalars(select(Beep).where(Beep.local_date > TODAY)).all()
        assert all(beep.next_push_at == beep.due_at for beep in beeps)


def test_settings_that_come_back_bring_the_same_times_back(database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    before = plan_of(database, cast.noor.participant)
    change(database, cast.noor.participant, rhythm=LATER)
    change(database, cast.noor.participant, rhythm=None)
    assert plan_of(database, cast.noor.participant) == before


def test_a_new_language_plans_nothing(database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    before = plan_of(database, cast.noor.participant)
    change(database, cast.noor.participant, now=NOW + timedelta(minutes=1), language="en")
    assert plan_of(database, cast.noor.participant) == before
    with database.reading() as session:
        assert set(session.scalars(select(Beep.planned_at))) == {NOW}


def test_who_has_no_plan_yet_gets_one_from_the_planner(database: Database, cast: Cast) -> None:
    change(database, cast.noor.participant, rhythm=LATER)
    assert plan_of(database, cast.noor.participant) == {}
    plan_ahead(database, now=NOW)
    assert {due.hour >= 11 for due, *_ in plan_of(database, cast.noor.participant).values()} == {True}


@pytest.mark.parametrize(
    ("minute", "rhythm", "begun"),
    [
        (-1, LATER, False),  # the day is under way, and nothing of it has come yet: the new one begins at noon
        (0, LATER, True),  # its first moment is here
        (-1, {"school": {"start": "07:30"}}, True),  # drawn again, it would have moments in the past
    ],
)
def test_a_day_begins_with_its_first_moment_or_with_the_day_that_it_would_be(
    database: Database, cast: Cast, minute: int, rhythm: dict[str, Any], begun: bool
) -> None:
    plan_ahead(database, now=local(TODAY, 2, "Europe/Amsterdam"))
    before = plan_of(database, cast.noor.participant)
    first = before[TODAY, 1][0]
    assert local(TODAY, 9, "Europe/Amsterdam") < first < NOW
    at = first + timedelta(minutes=minute)
    change(database, cast.noor.participant, now=at, rhythm=rhythm)
    after = plan_of(database, cast.noor.participant)
    assert (TODAY in changed_dates(before, after)) is not begun
    assert TOMORROW in changed_dates(before, after)


@both_databases
@pytest.mark.parametrize("trace", ["response", "attempt", "receipt", "pushed", "tried", "ended"])
def test_a_day_with_any_trace_on_it_stays(database: Database, cast: Cast, trace: str) -> None:
    plan_ahead(database, now=NOW)
    with database.transaction() as session:
        beep = session.get_one(Beep, (cast.noor.participant.id, TOMORROW, 3))
        if trace == "response":
            make_response(session, beep=beep)
        elif trace == "attempt":
            make_attempt(session, beep=beep)
        elif trace == "receipt":
            make_receipt(session, beep=beep)
        elif trace == "pushed":
            beep.push_stage = 1
        elif trace == "tried":
            beep.push_tries = 1
        else:
            beep.next_push_at = None
    before = plan_of(database, cast.noor.participant)
    change(database, cast.noor.participant, rhythm=LATER)
    assert changed_dates(before, plan_of(database, cast.noor.participant)) == {LAST}


def test_an_entry_of_ones_own_is_kept_and_keeps_no_day(database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    with database.transaction() as session:
        event = make_beep(
            session,
            participant=session.get_one(Participant, cast.noor.participant.id),
            local_date=TOMORROW,
            slot=FIRST_EVENT_SLOT + 5,
            kind="event",
            due_at=NOW,
        )
        make_response(session, beep=event)
    before = plan_of(database, cast.noor.participant)
    change(database, cast.noor.participant, rhythm=LATER)
    after = plan_of(database, cast.noor.participant)
    assert changed_dates(before, after) == {TOMORROW, LAST}
    assert after[TOMORROW, FIRST_EVENT_SLOT + 5] == before[TOMORROW, FIRST_EVENT_SLOT + 5]


def local(on: date, hour: int, zone: str) -> datetime:
    return datetime.combine(on, time(hour), ZoneInfo(zone)).astimezone(UTC)


JOURNEYS = [
    # (from, to, hour of departure at home on TODAY, dates that are planned anew)
    ("Europe/Amsterdam", "America/New_York", 12, {TOMORROW, LAST}),
    ("Europe/Amsterdam", "Asia/Tokyo", 12, {TOMORROW, LAST}),  # 20:00 there, still today
    ("Europe/Amsterdam", "Pacific/Auckland", 12, {TOMORROW, LAST}),  # midnight there: tomorrow has not begun
    ("Europe/Amsterdam", "Pacific/Auckland", 22, {TOMORROW, LAST}),  # 10:00 of tomorrow there, nothing of it came yet
    ("Pacific/Auckland", "Pacific/Honolulu", 12, {TOMORROW, LAST}),  # back over the date line to yesterday
    ("Pacific/Honolulu", "Pacific/Kiritimati", 12, {TOMORROW, LAST}),  # the same hour of tomorrow: half a day is lost
    ("Europe/Amsterdam", "America/New_York", 1, {TODAY, TOMORROW, LAST}),  # yesterday there
    ("Europe/Amsterdam", "Asia/Tokyo", 2, {TODAY, TOMORROW, LAST}),  # 10:00 there
    ("Asia/Tokyo", "Europe/Amsterdam", 2, {TODAY, TOMORROW, LAST}),
    ("Pacific/Kiritimati", "Pacific/Honolulu", 12, {TOMORROW, LAST}),  # the same hour of yesterday: one is gained
]


@both_databases
@pytest.mark.parametrize(("home", "away", "hour", "anew"), JOURNEYS)
def test_a_traveller_has_one_plan_for_every_date_and_loses_none(
    database: Database, cast: Cast, home: str, away: str, hour: int, anew: set[date]
) -> None:
    noor, now = cast.noor.participant, local(TODAY, hour, home)
    with database.transaction() as session:
        session.get_one(Participant, noor.id).zone = home
    plan_ahead(database, now=now)
    before = plan_of(database, noor)
    assert max(on for on, _slot in before) == LAST
    change(database, noor, now=now, zone=away)
    plan_ahead(database, now=now)
    after = plan_of(database, noor)
    dates = {on for on, _slot in after}
    assert dates == {STARTED + day * DAY for day in range(len(dates))} >= {on for on, _slot in before}
    assert {on: [slot for at, slot in sorted(after) if at == on] for on in dates} == {
        on: [1, 2, 3, 4, 5] for on in dates
    }
    assert {on for on in changed_dates(before, after) if on <= LAST} == anew
    for (on, _slot), (due, _expires, zone, _seed) in after.items():
        assert zone == (away if on in anew or on > LAST else home)
        assert due.astimezone(ZoneInfo(zone)).date() == on


@both_databases
def test_who_flies_east_by_night_is_asked_by_day_and_not_for_what_lies_behind_her(
    database: Database, cast: Cast
) -> None:
    """At two at night in Amsterdam it is ten in Tokyo; her old day would have gone on there until five at night."""
    noor, now = cast.noor.participant, local(TODAY, 2, "Europe/Amsterdam")
    plan_ahead(database, now=now)
    change(database, noor, now=now, zone="Asia/Tokyo")
    with database.reading() as session:
        beeps = session.scalars(select(Beep).where(Beep.participant_id == noor.id, Beep.local_date == TODAY)).all()
        assert len(beeps) == 5
        for beep in beeps:
            assert 9 <= beep.due_at.astimezone(ZoneInfo("Asia/Tokyo")).hour < 21
            assert beep.next_push_at == (beep.due_at if beep.expires_at > now else None)
        pushed = [beep.next_push_at for beep in beeps if beep.next_push_at is not None]
    assert len(pushed) >= 4


def test_a_day_whose_first_moment_came_keeps_the_zone_it_was_planned_in(database: Database, cast: Cast) -> None:
    plan_ahead(database, now=local(TODAY, 2, "Europe/Amsterdam"))
    before = plan_of(database, cast.noor.participant)
    first = before[TODAY, 1][0]
    change(database, cast.noor.participant, now=first, zone="America/New_York")
    assert changed_dates(before, plan_of(database, cast.noor.participant)) == {TOMORROW, LAST}


def test_there_and_back_before_breakfast_changes_nothing(database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    before = plan_of(database, cast.noor.participant)
    change(database, cast.noor.participant, zone="America/New_York")
    change(database, cast.noor.participant, zone="Europe/Amsterdam")
    assert plan_of(database, cast.noor.participant) == before


@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_sunday_on_which_the_clock_changes_is_planned_anew_like_any_other(
    database: Database, cast: Cast, sunday: date
) -> None:
    noor, saturday = cast.noor.participant, datetime.combine(sunday - DAY, time(11), UTC)
    with database.transaction() as session:
        row = session.get_one(Participant, noor.id)
        row.starts_on, row.ends_on = sunday - 2 * DAY, sunday
    plan_ahead(database, now=saturday)
    before = plan_of(database, noor)
    change(database, noor, now=saturday, rhythm=LATER)
    after = plan_of(database, noor)
    assert changed_dates(before, after) == {sunday}
    walls = [due.astimezone(ZoneInfo("Europe/Amsterdam")) for (on, _), (due, *_rest) in after.items() if on == sunday]
    assert len(walls) == 5
    assert all(wall.date() == sunday and 12 <= wall.hour < 22 for wall in walls)


def test_nothing_is_planned_past_the_last_day(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        session.get_one(Participant, cast.noor.participant.id).ends_on = TOMORROW
    plan_ahead(database, now=NOW)
    change(database, cast.noor.participant, rhythm=LATER)
    assert max(on for on, _slot in plan_of(database, cast.noor.participant)) == TOMORROW
    assert plan_ahead(database, now=NOW) == Planned()


def test_a_date_keeps_its_challenge_unless_no_moment_is_left_for_one(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        for number in range(9):
            make_challenge(session, slug=f"dare-{number}", strategy=("kindness", "rest", "focus")[number % 3])
    plan_ahead(database, now=NOW)

    def cards() -> dict[date, str]:
        with database.reading() as session:
            mine = select(Assignment).where(Assignment.participant_id == cast.noor.participant.id)
            return {row.local_date: row.slug for row in session.scalars(mine)}

    before = cards()
    change(database, cast.noor.participant, rhythm=LATER)
    assert cards() == before
    # The service refuses days without any room; a stricter protocol of tomorrow might not fit those of today.
    with database.transaction() as session:
        noor = session.get_one(Participant, cast.noor.participant.id)
        noor.rhythm = {"school": {"quiet": [["00:00", "23:59"]]}}
        replan(session, noor, NOW)
    assert cards() == {on: slug for on, slug in before.items() if on <= TODAY}
    assert not any(on > TODAY for on, _slot in plan_of(database, cast.noor.participant))
