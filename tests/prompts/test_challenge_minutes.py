"""The challenge does not call everybody at once: each participant and date has a moment of its own in a stretch."""

from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from prompts.catalogue import load_protocols
from prompts.day_table import challenge_minutes
from prompts.protocols import DailyChallenge, Protocol
from prompts.sampling import DayShape, Moment, Rhythm, day_seed, plan_day

GROW = load_protocols()["grow-it.1"]
ZONE = "Europe/Amsterdam"
ON = date(2026, 10, 12)


def plan(person: int, *, protocol: Protocol = GROW, on: date = ON, rhythm: Rhythm | None = None) -> tuple[Moment, ...]:
    seed = day_seed(b"s" * 32, f"person-{person}", on, protocol.key)
    return plan_day(protocol, date=on, zone=ZONE, rhythm=rhythm or Rhythm(), seed=seed)


def clock(moment: Moment) -> time:
    return moment.due_at.astimezone(ZoneInfo(ZONE)).time()


def test_people_are_called_evenly_over_the_half_hour() -> None:
    times = [clock(plan(person)[0]) for person in range(3_000)]
    assert all(time(9) <= at < time(9, 30) for at in times)
    minutes = Counter(at.minute for at in times)
    assert len(minutes) == 30
    # Chi-squared with 29 degrees of freedom: above 58.3 once in a thousand.
    assert sum((minutes[minute] - 100) ** 2 / 100 for minute in range(30)) < 58.3
    assert len({at.second for at in times}) == 60


def test_the_same_day_is_drawn_again_and_another_day_is_another_moment() -> None:
    assert plan(1) == plan(1)
    days = {clock(plan(1, on=ON + timedelta(days=day))[0]) for day in range(14)}
    assert len(days) > 10


def test_the_questionnaires_are_those_without_a_spread() -> None:
    sharp = replace(GROW, challenge=DailyChallenge(at=time(9)), rules=1)
    for person in range(20):
        spread, all_at_once = plan(person), plan(person, protocol=sharp)
        assert spread[1:] == all_at_once[1:]
        assert clock(all_at_once[0]) == time(9)


@pytest.mark.parametrize(
    ("quiet", "first", "last"),
    [
        (((time(8, 30), time(9, 20)),), time(9, 20), time(9, 50)),  # the day begins in it: from its end on
        (((time(9, 10), time(9, 25)),), time(9), time(9, 30)),
        (((time(8, 30), time(15)),), time(15), time(15, 30)),
    ],
)
def test_it_keeps_out_of_quiet_windows(quiet: tuple[tuple[time, time], ...], first: time, last: time) -> None:
    shape = DayShape(quiet=quiet)
    for person in range(200):
        at = clock(plan(person, rhythm=Rhythm(school=shape, free=shape))[0])
        assert first <= at < last
        assert not any(begin <= at < end for begin, end in quiet)


def test_a_day_of_ones_own_that_begins_later_moves_it_along() -> None:
    shape = DayShape(start=time(11), end=time(21))
    times = {clock(plan(person, rhythm=Rhythm(school=shape, free=shape))[0]) for person in range(100)}
    assert time(11) <= min(times) < max(times) < time(11, 30)


def test_on_the_day_the_clock_changes_it_has_the_offset_of_its_moment() -> None:
    night = replace(GROW.day, start=time(1), earliest=time(1))
    early = replace(GROW, day=night, challenge=DailyChallenge(at=time(1, 30), within_min=120))
    seen = set()
    for person in range(60):
        card = plan(person, protocol=early, on=date(2026, 10, 25))[0]
        there = card.due_at.astimezone(ZoneInfo(ZONE)).utcoffset()
        assert there == timedelta(minutes=card.utc_offset_min)
        seen.add(card.utc_offset_min)
    assert seen == {60, 120}


def test_the_minutes_of_a_day() -> None:
    free = bytes(121)
    hushed = bytes(60) + bytes([1]) * 60 + bytes(1)
    assert challenge_minutes(free, 120, 30, 0) == (30,)
    assert challenge_minutes(free, 120, 110, 30) == tuple(range(110, 120))  # the day ends
    assert challenge_minutes(free, 120, -40, 3) == (0, 1, 2)
    assert challenge_minutes(hushed, 120, 70, 4) == (56, 57, 58, 59)  # nearest is before: it leads away from there
    assert challenge_minutes(hushed, 120, 58, 30) == (58, 59)
    assert challenge_minutes(bytes([1]) * 121, 120, 30, 30) == ()


def test_what_a_phone_is_told_says_how_wide_it_is() -> None:
    assert GROW.as_json()["challenge"] == {"at": "09:00", "within": 30}
