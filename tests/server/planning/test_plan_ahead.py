"""Everybody has 48 hours ahead of her own clock, once."""

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

from server.db import Database
from server.people.models import Participant
from server.planning import service
from server.planning.models import Assignment, Beep
from server.planning.service import Planned, plan_ahead
from tests.cast import NOW, STARTED, TODAY, Cast
from tests.databases import both_databases
from tests.factories import make_challenge, make_participant, make_study

DAY = timedelta(days=1)
HORIZON = TODAY + 2 * DAY


def dates_of(database: Database, participant: Participant) -> list[date]:
    with database.reading() as session:
        statement = select(Beep.local_date).where(Beep.participant_id == participant.id).distinct()
        return sorted(session.scalars(statement))


def beeps_of(database: Database, participant: Participant) -> Sequence[Beep]:
    with database.reading() as session:
        statement = select(Beep).where(Beep.participant_id == participant.id).order_by(Beep.local_date, Beep.slot)
        return session.scalars(statement).all()


def planned_through(database: Database, participant: Participant) -> date | None:
    with database.reading() as session:
        return session.get_one(Participant, participant.id).planned_through


@both_databases
def test_everybody_is_planned_from_the_first_day_to_the_horizon(database: Database, cast: Cast) -> None:
    planned = plan_ahead(database, now=NOW)
    assert planned == Planned(people=3, days=15, beeps=75)
    for member in (cast.noor, cast.sam, cast.zoe):
        assert dates_of(database, member.participant) == [STARTED + day * DAY for day in range(5)]
        assert planned_through(database, member.participant) == HORIZON


@both_databases
def test_a_second_run_adds_nothing(database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    before = [(b.local_date, b.slot, b.due_at, b.planned_at) for b in beeps_of(database, cast.noor.participant)]
    assert plan_ahead(database, now=NOW + timedelta(hours=1)) == Planned()
    after = [(b.local_date, b.slot, b.due_at, b.planned_at) for b in beeps_of(database, cast.noor.participant)]
    assert before == after


@both_databases
def test_the_next_day_brings_one_more_date(database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    assert plan_ahead(database, now=NOW + DAY) == Planned(people=3, days=3, beeps=15)


@both_databases
def test_a_small_batch_plans_as_much_as_a_large_one(database: Database, cast: Cast) -> None:
    assert plan_ahead(database, now=NOW, batch=1) == Planned(people=3, days=15, beeps=75)
    assert plan_ahead(database, now=NOW + DAY, batch=2) == Planned(people=3, days=3, beeps=15)


@pytest.mark.parametrize(
    ("zone", "horizon"),
    [
        ("Pacific/Kiritimati", date(2026, 3, 7)),  # 01:00 of the 5th there: two days on is the 7th
        ("Pacific/Pago_Pago", date(2026, 3, 6)),  # midnight of the 4th has just begun there
        ("Etc/GMT+12", date(2026, 3, 5)),  # still the 3rd, 23:00
        ("Asia/Kathmandu", date(2026, 3, 6)),
    ],
)
def test_the_horizon_is_on_the_wall_of_each_participant(
    database: Database, cast: Cast, zone: str, horizon: date
) -> None:
    with database.transaction() as session:
        far = make_participant(session, study=session.merge(cast.study), zone=zone)
    plan_ahead(database, now=NOW)
    assert dates_of(database, far)[-1] == horizon
    assert planned_through(database, cast.noor.participant) == HORIZON
    assert {beep.zone for beep in beeps_of(database, far)} == {zone}


@both_databases
def test_midnight_on_one_island_is_noticed_at_once(database: Database, cast: Cast) -> None:
    """Everybody is planned for; then the 5th begins on Kiritimati, where two days on is the 7th."""
    with database.transaction() as session:
        make_participant(session, study=session.merge(cast.study), zone="Pacific/Kiritimati")
    midnight = datetime(2026, 3, 4, 10, tzinfo=UTC)
    plan_ahead(database, now=midnight - timedelta(seconds=1))
    assert plan_ahead(database, now=midnight) == Planned(people=1, days=1, beeps=5)


@pytest.mark.parametrize("hour", range(24))
def test_no_beep_of_the_next_48_hours_is_ever_missing(database: Database, cast: Cast, hour: int) -> None:
    """Whoever plans further ahead finds nothing new that is due within the 48 hours."""
    now = NOW + timedelta(hours=hour)
    with database.transaction() as session:
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "America/St_Johns"):
            make_participant(session, study=session.merge(cast.study), zone=zone)
    plan_ahead(database, now=now)
    with database.reading() as session:
        due_soon = select(func.count()).where(Beep.due_at <= now + timedelta(hours=48))
        before = session.scalar(due_soon)
    assert plan_ahead(database, now=now, ahead=timedelta(hours=96)).beeps > 0
    with database.reading() as session:
        assert session.scalar(due_soon) == before


def test_nothing_lies_outside_the_study(database: Database, cast: Cast) -> None:
    """Noor's last day is the 5th, Sam starts on the 6th, Zoë on the 7th."""
    with database.transaction() as session:
        session.merge(cast.noor.participant).ends_on = date(2026, 3, 5)
        session.merge(cast.sam.participant).starts_on = date(2026, 3, 6)
        session.merge(cast.zoe.participant).starts_on = date(2026, 3, 7)
    plan_ahead(database, now=NOW)
    assert dates_of(database, cast.noor.participant)[-1] == date(2026, 3, 5)
    assert dates_of(database, cast.sam.participant) == [date(2026, 3, 6)]
    assert dates_of(database, cast.zoe.participant) == []
    assert planned_through(database, cast.noor.participant) == date(2026, 3, 5)
    assert planned_through(database, cast.zoe.participant) is None
    assert plan_ahead(database, now=NOW + 10 * DAY).people == 2


@both_databases
def test_who_has_left_is_not_planned_any_more(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        session.merge(cast.noor.participant).left_at = NOW
    assert plan_ahead(database, now=NOW).people == 2
    assert dates_of(database, cast.noor.participant) == []


def test_days_that_a_sleeping_worker_missed_are_on_the_ledger_but_never_pushed(database: Database, cast: Cast) -> None:
    """The worker was down since the start; it is noon of the third day."""
    plan_ahead(database, now=NOW)
    beeps = beeps_of(database, cast.noor.participant)
    assert {beep.local_date for beep in beeps} >= {STARTED, STARTED + DAY}
    assert all((beep.next_push_at is None) == (beep.expires_at <= NOW) for beep in beeps)
    assert all(beep.next_push_at is None for beep in beeps if beep.local_date < TODAY)


def test_a_planner_that_dies_leaves_nothing_and_the_next_one_plans_the_same(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(service, "mark_planned", die)
        with pytest.raises(Killed):
            plan_ahead(database, now=NOW)
    assert dates_of(database, cast.noor.participant) == []
    assert planned_through(database, cast.noor.participant) is None
    assert plan_ahead(database, now=NOW) == Planned(people=3, days=15, beeps=75)


@both_databases
def test_days_planned_again_after_a_restored_backup_keep_their_rows(database: Database, cast: Cast) -> None:
    """planned_through says nothing is planned, the beeps are there: insert or nothing."""
    plan_ahead(database, now=NOW)
    before = [(b.slot, b.due_at, b.planned_at) for b in beeps_of(database, cast.noor.participant)]
    with database.transaction() as session:
        session.execute(update(Participant).values(planned_through=None))
    assert plan_ahead(database, now=NOW + timedelta(minutes=5)).beeps == 0
    assert [(b.slot, b.due_at, b.planned_at) for b in beeps_of(database, cast.noor.participant)] == before


def test_one_broken_row_costs_nobody_else_a_day(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        session.merge(cast.noor.participant).rhythm = {"school": "from seven to four"}
    with capture_logs() as logs:
        planned = plan_ahead(database, now=NOW, batch=1)
    assert planned.people == 2
    assert planned_through(database, cast.noor.participant) is None
    assert planned_through(database, cast.sam.participant) == HORIZON
    assert [entry["action"] for entry in logs if entry["log_level"] == "error"] == ["plan.person"]


def test_a_study_whose_protocol_is_not_here_stops_nobody_else(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        stray = make_participant(session, study=make_study(session, protocol="of-tomorrow.7"))
    with capture_logs() as logs:
        assert plan_ahead(database, now=NOW, batch=1).people == 3
    assert dates_of(database, stray) == []
    assert [entry["protocol"] for entry in logs if entry["log_level"] == "error"] == ["of-tomorrow.7"]


def test_an_unknown_zone_stops_nobody_else(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        make_participant(session, study=session.merge(cast.study), zone="Mars/Olympus_Mons")
    with capture_logs() as logs:
        assert plan_ahead(database, now=NOW).people == 3
    assert [entry["zones"] for entry in logs if entry["log_level"] == "error"] == [["Mars/Olympus_Mons"]]


def test_a_planner_that_is_asked_to_stop_finishes_its_batch(database: Database, cast: Cast) -> None:
    answers = iter([False, True, True])
    planned = plan_ahead(database, now=NOW, batch=1, should_stop=lambda: next(answers))
    assert planned.people == 1


def test_a_rhythm_moves_the_beeps(database: Database, cast: Cast) -> None:
    late = {"school": {"start": "16:00", "end": "23:00"}, "free": {"start": "12:00", "end": "23:00"}}
    with database.transaction() as session:
        session.merge(cast.noor.participant).rhythm = late
    plan_ahead(database, now=NOW)
    assert all(beep.due_at.hour >= 15 for beep in beeps_of(database, cast.noor.participant))  # 16:00 in Amsterdam
    assert any(beep.due_at.hour < 15 for beep in beeps_of(database, cast.sam.participant))


@pytest.mark.parametrize(("day", "offsets"), [(date(2026, 3, 29), {120}), (date(2026, 10, 25), {60})])
def test_a_sunday_on_which_the_clock_changes_is_an_ordinary_day(
    database: Database, cast: Cast, day: date, offsets: set[int]
) -> None:
    with database.transaction() as session:
        someone = make_participant(session, study=session.merge(cast.study), starts_on=day, ends_on=day)
    plan_ahead(database, now=datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=2, hours=-6))
    beeps = beeps_of(database, someone)
    assert len(beeps) == 5
    assert {beep.utc_offset_min for beep in beeps} == offsets
    walls = [beep.due_at + timedelta(minutes=beep.utc_offset_min) for beep in beeps]
    assert all(wall.date() == day and 9 <= wall.hour < 20 for wall in walls)


@both_databases
def test_a_challenge_comes_with_a_beep_in_slot_0(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        for number in range(6):
            make_challenge(session, strategy=("kindness", "movement", "rest")[number % 3])
    assert plan_ahead(database, now=NOW).beeps == 3 * 5 * 6
    with database.reading() as session:
        noor = cast.noor.participant.id
        days = set(session.scalars(select(Assignment.local_date).where(Assignment.participant_id == noor)))
        slots = select(Beep.local_date).where(Beep.participant_id == noor, Beep.slot == 0, Beep.kind == "challenge")
        assert days == set(session.scalars(slots)) == {STARTED + day * DAY for day in range(5)}


def test_the_log_names_no_person(database: Database, cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        plan_ahead(database, now=NOW)
    assert [entry["action"] for entry in logs] == ["plan.ahead"]
    said = repr(logs) + caplog.text
    assert not any(str(m.participant.id) in said or m.participant.code in said for m in (cast.noor, cast.sam))
