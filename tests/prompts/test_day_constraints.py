"""What a day promises whatever is drawn: spacing, quiet, the day's end, clock changes, challenge and fixed times."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.sampling import DayShape, Moment, Rhythm, day_table, infeasible, plan_day
from tests.prompts.day_plans import (
    FRIDAY,
    ZONE,
    assert_sound,
    is_quiet,
    make_protocol,
    plan,
    quiet_rhythm,
    seed,
)

PROTOCOLS = [
    (make_protocol(), ((time(12), time(13)),)),
    # A night that holds the change itself, with quiet hours around it.
    (make_protocol(time(21), time(6), beeps=4, gap=61, window=45, reminders=(10, 20)), ((time(1, 30), time(2, 15)),)),
    # A whole day from midnight to midnight.
    (make_protocol(time(0), time(0), beeps=6, gap=90), ((time(8, 30), time(15)), (time(23), time(0, 30)))),
]


@cache
def clock_changes() -> tuple[tuple[str, tuple[date, ...]], ...]:
    """Every zone with the local dates of 2026 and 2027 on which its clock is moved (a plain date where it never is)."""
    found = []
    for zone in sorted(available_timezones()):
        tz = ZoneInfo(zone)
        at, end, step = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC), timedelta(days=14)
        dates: list[date] = []
        while at < end:
            low, high = at, at + step
            if low.astimezone(tz).utcoffset() != high.astimezone(tz).utcoffset():
                while high - low > timedelta(minutes=1):
                    middle = low + (high - low) / 2
                    same = middle.astimezone(tz).utcoffset() == low.astimezone(tz).utcoffset()
                    low, high = (middle, high) if same else (low, middle)
                dates.append(high.astimezone(tz).date())
            at += step
        found.append((zone, tuple(dates) or (FRIDAY,)))
    return tuple(found)


@pytest.mark.parametrize("which", range(len(PROTOCOLS)), ids=["day", "night", "whole-day"])
def test_every_zone_keeps_every_promise_over_its_clock_changes(which: int) -> None:
    protocol, quiet = PROTOCOLS[which]
    changes = clock_changes()
    assert len(changes) > 400
    assert sum(len(dates) for _, dates in changes) > 900
    for zone, dates in changes:
        for on in dates:
            # The day that begins before a change at night is the date before.
            day = on - timedelta(days=1) if which == 1 else on
            moments = plan(protocol, on.toordinal(), on=day, zone=zone, quiet=quiet)
            assert len(moments) == protocol.scheme.beeps
            assert_sound(protocol, moments, on=day, zone=zone, quiet=quiet)


@pytest.mark.parametrize("on", [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)])
def test_gaps_on_the_clock_change_days_are_real_minutes(on: date) -> None:
    # Eight beeps an hour apart between 23:00 and 08:00: hardly any room, with an hour more or less.
    protocol = make_protocol(time(22), time(9), beeps=8, gap=60, window=30, reminders=())
    for number in range(200):
        moments = plan(protocol, number, on=on)
        assert len(moments) == 8
        assert_sound(protocol, moments, on=on, zone=ZONE, quiet=())


def test_strata_are_equal_shares_of_the_minutes_that_are_not_quiet() -> None:
    protocol = make_protocol(reminders=())
    blocks: list[set[int]] = [set() for _ in range(5)]
    start = datetime(2026, 3, 27, 8, tzinfo=UTC)
    for number in range(3000):
        for block, moment in zip(blocks, plan(protocol, number), strict=True):
            block.add(int((moment.due_at - start).total_seconds()) // 60)
    for stratum, block in enumerate(blocks):  # 660 minutes in five blocks of 132
        assert min(block) >= 132 * stratum
        assert max(block) < 132 * (stratum + 1)
        assert len(block) > 100
    # School until 15:00 leaves five shares of 60 minutes after it; nothing is lost.
    for number in range(200):
        moments = plan(protocol, number, quiet=((time(8, 30), time(15)),))
        shares = [int((moment.due_at - start).total_seconds()) // 60 - 360 for moment in moments]
        assert [share // 60 for share in shares] == [0, 1, 2, 3, 4]


def exists(minutes: list[int], beeps: int, gap: int) -> bool:
    """Whether a plan exists, by trying every first minute."""
    if not beeps:
        return True
    return any(exists([later for later in minutes if later >= at + gap], beeps - 1, gap) for at in minutes)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_a_feasible_day_is_never_refused_and_an_infeasible_one_always_named(data: st.DataObject) -> None:
    length = data.draw(st.integers(6, 40))
    beeps, gap = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 12))
    window = data.draw(st.integers(1, 6))
    reminders = tuple(sorted(data.draw(st.sets(st.integers(1, 5), max_size=2)) & set(range(1, window))))
    cuts = sorted(data.draw(st.sets(st.integers(0, length), max_size=4)))
    quiet = tuple((time(9, a), time(9, b)) for a, b in zip(cuts[::2], cuts[1::2], strict=False))
    protocol = make_protocol(time(9), time(9, length), beeps=beeps, gap=gap, window=window, reminders=reminders)
    start = datetime(2026, 3, 27, 9, tzinfo=UTC)
    free = [
        minute
        for minute in range(length - window + 1)
        if not any(is_quiet(start + timedelta(minutes=minute + push), quiet) for push in (0, *reminders))
    ]
    moments = plan(protocol, data.draw(st.integers(0, 999)), quiet=quiet)
    assert_sound(protocol, moments, on=FRIDAY, zone=ZONE, quiet=quiet)
    reasons = infeasible(protocol, quiet_rhythm(*quiet), ZONE)
    if exists(free, beeps, gap):
        assert [moment.slot for moment in moments] == list(range(1, beeps + 1))
        assert reasons == ()
    else:
        assert "beeps-do-not-fit" in {reason.reason_code for reason in reasons}
        assert not exists(free, len(moments) + 1, gap)


def test_a_day_that_a_clock_change_made_too_short_asks_less_and_ends_with_the_evening() -> None:
    protocol = make_protocol(time(0), time(6), beeps=5, gap=75, window=60, reminders=())
    assert infeasible(protocol, Rhythm(), ZONE) == ()
    assert len(plan(protocol, on=date(2026, 3, 28))) == 5
    short = plan(protocol, on=date(2026, 3, 29))
    assert [moment.instrument for moment in short] == ["q1.1", "q2.1", "q3.1", "q5.1"]
    assert day_table(protocol, date(2026, 3, 29), ZONE, DayShape()).relaxed == "beeps"
    assert_sound(protocol, short, on=date(2026, 3, 29), zone=ZONE, quiet=())


def test_a_date_that_the_zone_skips_has_no_beeps_and_its_neighbours_have_all() -> None:
    protocol = make_protocol(challenge=time(9))
    counts = [
        len(plan_day(protocol, date=date(2011, 12, day), zone="Pacific/Apia", rhythm=Rhythm(), seed=seed(1)))
        for day in (29, 30, 31)
    ]
    assert counts == [6, 0, 6]
    fixed = make_protocol(fixed=(time(9), time(12)), in_quiet="keep")
    assert plan(fixed, on=date(2011, 12, 30), zone="Pacific/Apia") == []


@pytest.mark.parametrize(
    ("at", "shape", "expected"),
    [
        (time(9), DayShape(), "09:00"),
        # Bound to the own day: who gets up at ten gets it at ten.
        (time(9), DayShape(start=time(10)), "10:00"),
        # In a quiet window: the nearest minute that is not, before or after.
        (time(10), DayShape(quiet=((time(9, 45), time(15)),)), "09:44"),
        (time(10), DayShape(quiet=((time(8), time(10, 30)),)), "10:30"),
        (time(10), DayShape(quiet=((time(9), time(21)),)), None),
    ],
)
def test_the_challenge_comes_in_the_morning_of_the_own_day_outside_quiet(
    at: time, shape: DayShape, expected: str | None
) -> None:
    protocol = make_protocol(challenge=at)
    moments = plan_day(protocol, date=FRIDAY, zone=ZONE, rhythm=Rhythm(school=shape), seed=seed(1))
    challenges = [moment for moment in moments if moment.kind == "challenge"]
    tz = ZoneInfo(ZONE)
    assert [f"{moment.due_at.astimezone(tz):%H:%M}" for moment in challenges] == ([expected] if expected else [])
    for moment in challenges:
        assert (moment.slot, moment.instrument) == (0, None)
        assert f"{moment.expires_at.astimezone(tz):%H:%M}" == "21:00"


def walls(moments: Iterable[Moment]) -> list[tuple[int, str]]:
    return [(moment.slot, f"{moment.due_at.astimezone(ZoneInfo(ZONE)):%H:%M}") for moment in moments]


def test_fixed_times_come_at_their_wall_time_also_on_the_sunday_of_the_clock_change() -> None:
    protocol = make_protocol(fixed=(time(12), time(15), time(18), time(20)), in_quiet="keep")
    for on in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)):
        moments = plan(protocol, on=on)
        assert walls(moments) == [(1, "12:00"), (2, "15:00"), (3, "18:00"), (4, "20:00")]
        assert all(moment.expires_at - moment.due_at == timedelta(hours=1) for moment in moments)
        assert {moment.utc_offset_min for moment in moments} == {60 if on.day == 28 else 120}


def test_fixed_times_in_quiet_windows_are_kept_or_dropped_as_the_protocol_says() -> None:
    times = (time(9), time(12), time(15), time(18), time(20))
    quiet = ((time(12), time(13)), (time(18, 15), time(19)))
    assert len(plan(make_protocol(fixed=times, in_quiet="keep"), quiet=quiet)) == 5
    # 12:00 is quiet itself, and the reminder of 18:00 is.
    dropped = plan(make_protocol(fixed=times, in_quiet="drop"), quiet=quiet)
    assert walls(dropped) == [(1, "09:00"), (3, "15:00"), (5, "20:00")]
    assert [moment.instrument for moment in dropped] == ["q1.1", "q3.1", "q5.1"]
    # The same for an own day that begins later and ends earlier.
    narrow = Rhythm(school=DayShape(start=time(10), end=time(20, 30)))
    moments = plan_day(make_protocol(fixed=times), date=FRIDAY, zone=ZONE, rhythm=narrow, seed=seed(1))
    assert walls(moments) == [(2, "12:00"), (3, "15:00"), (4, "18:00")]
