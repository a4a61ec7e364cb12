"""The draw: exactly uniform over all feasible plans, and the same for ever."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from itertools import pairwise, product
from math import comb
from zoneinfo import ZoneInfo

import pytest
from scipy.stats import chisquare

from prompts.chance import draw_below
from prompts.feasible import plan_space
from prompts.sampling import ALGORITHM, DayShape, Rhythm, day_seed, day_table, plan_day
from tests.prompts.day_plans import (
    FRIDAY,
    ZONE,
    Windows,
    assert_sound,
    is_quiet,
    make_protocol,
    plan,
    quiet_rhythm,
    seed,
)

SMALL_DAYS = [
    # (minutes of the day, beeps, gap, answer window, reminders, quiet)
    (14, 3, 3, 2, (), ()),
    (12, 2, 5, 3, (1,), ()),
    # A quiet window in the middle: the strata move.
    (20, 3, 3, 2, (), ((time(9, 5), time(9, 11)),)),
    # A reminder may not fall into it either.
    (20, 3, 3, 4, (3,), ((time(9, 8), time(9, 10)),)),
    # Some hundreds of plans.
    (26, 3, 4, 3, (), ()),
    # Equal shares with a remainder: 11 minutes for 3 beeps.
    (13, 3, 2, 2, (), ()),
    # Tight: four minutes of freedom over the whole day.
    (20, 4, 4, 4, (), ()),
    # No plan has a beep in each stratum: all plans that keep the gap.
    (30, 3, 8, 2, (), ((time(9, 1), time(9, 10)), (time(9, 12), time(9, 20)))),
    # Only exact minutes are left: beeps on 09:00, 09:05, 09:10 and nothing else.
    (15, 3, 5, 5, (), ()),
]


def enumerate_plans(
    length: int, beeps: int, gap: int, window: int, reminders: tuple[int, ...], quiet: Windows
) -> tuple[set[tuple[int, ...]], int, str]:
    """All plans of a small day by trying everything, and on how many seconds each may begin."""

    def free(minute: int) -> bool:
        return not any(
            is_quiet(datetime(2026, 3, 27, 9, tzinfo=UTC) + timedelta(minutes=minute + push), quiet)
            for push in (0, *reminders)
        )

    whole = [minute for minute in range(length - window) if free(minute)]
    closed = [minute for minute in range(length - window + 1) if free(minute)]
    cuts = [len(whole) * stratum // beeps for stratum in range(beeps + 1)]
    strata = [whole[low:high] for low, high in pairwise(cuts)]
    for choices, seconds, relaxed in (
        (strata, 60, ""),
        ([whole] * beeps, 60, "strata"),
        ([closed] * beeps, 1, "seconds"),
    ):
        found = {plan for plan in product(*choices) if all(b - a >= gap for a, b in pairwise(plan))}
        if found:
            return found, seconds, relaxed
    raise AssertionError("the table holds feasible days only")


@pytest.mark.parametrize("small", SMALL_DAYS)
def test_the_counted_plans_are_all_feasible_plans_each_once(
    small: tuple[int, int, int, int, tuple[int, ...], Windows],
) -> None:
    length, beeps, gap, window, reminders, quiet = small
    expected, seconds, relaxed = enumerate_plans(*small)
    protocol = make_protocol(time(9), time(9, length), beeps=beeps, gap=gap, window=window, reminders=reminders)
    space = day_table(protocol, FRIDAY, ZONE, DayShape(quiet=quiet)).space
    assert space is not None
    counted = [space.plan(rank) for rank in range(space.total)]
    assert len(counted) == len(set(counted)) == len(expected)
    assert set(counted) == expected
    assert (space.seconds, space.relaxed) == (seconds, relaxed)
    assert counted == sorted(counted)


@pytest.mark.parametrize("small", SMALL_DAYS)
def test_every_feasible_plan_is_drawn_equally_often(small: tuple[int, int, int, int, tuple[int, ...], Windows]) -> None:
    length, beeps, gap, window, reminders, quiet = small
    expected, seconds, _ = enumerate_plans(*small)
    protocol = make_protocol(time(9), time(9, length), beeps=beeps, gap=gap, window=window, reminders=reminders)
    draws = 40 * len(expected) + 600
    start = datetime(2026, 3, 27, 8, tzinfo=UTC)
    plans: Counter[tuple[int, ...]] = Counter()
    offsets: Counter[int] = Counter()
    for number in range(draws):
        times = [int((moment.due_at - start).total_seconds()) for moment in plan(protocol, number, quiet=quiet)]
        plans[tuple(at // 60 for at in times)] += 1
        offsets[times[0] % 60] += 1
        assert len({at % 60 for at in times}) == 1
    assert set(plans) <= expected
    if len(expected) > 1:
        assert chisquare([plans[one] for one in expected]).pvalue > 0.001
    assert len(offsets) <= seconds
    if seconds > 1:
        assert chisquare([offsets[second] for second in range(60)]).pvalue > 0.001


@pytest.mark.parametrize("bound", [1, 2, 3, 7, 100, 257])
def test_numbers_below_a_bound_are_equally_likely(bound: int) -> None:
    counts = Counter(draw_below(seed(number), bound) for number in range(bound * 40))
    assert set(counts) <= set(range(bound))
    if bound > 1:
        assert chisquare([counts[number] for number in range(bound)]).pvalue > 0.001


def test_large_days_are_counted_exactly() -> None:
    # n beeps with gap g on m minutes in a row can be placed in C(m - (n-1)(g-1), n) ways. Here: three lone minutes and
    # then 200 in a row, all more than a gap apart; one share of them cannot hold two of the lone minutes.
    lone = bytes([1] + [0] * 90)
    space = plan_space(lone * 3 + bytes([1] * 200), False, 5, 60)
    assert space.relaxed == "strata"
    assert space.total == comb(200 - 59, 2) + 3 * comb(200 - 2 * 59, 3) + 3 * comb(200 - 3 * 59, 4)
    assert plan_space(bytes([1] * 660), False, 1, 60).total == 660


def test_the_same_seed_gives_the_same_plan_for_as_long_as_the_algorithm_has_its_number() -> None:
    """Recorded with ALGORITHM 1. If this fails, plans that were stored can no longer be drawn again: give the
    algorithm a new number and record new times beside it."""
    assert ALGORITHM == 1
    protocol = make_protocol()

    def times(on: date, quiet: Windows = ()) -> list[str]:
        own = day_seed(b"study", "noor", on, "grow-it.1")
        moments = plan_day(protocol, date=on, zone=ZONE, rhythm=quiet_rhythm(*quiet), seed=own)
        return [f"{moment.due_at:%H:%M:%S}" for moment in moments]

    assert day_seed(b"study", "noor", FRIDAY, "grow-it.1").hex()[:16] == GOLDEN_SEED
    assert times(FRIDAY) == GOLDEN[0]
    assert times(date(2026, 3, 29)) == GOLDEN[1]
    assert times(FRIDAY, ((time(8, 30), time(15)),)) == GOLDEN[2]


GOLDEN_SEED = "be3837f3c4541776"
GOLDEN = [
    ["08:25:39", "10:35:39", "12:32:39", "14:39:39", "18:16:39"],
    ["07:44:41", "10:15:41", "12:10:41", "14:58:41", "16:47:41"],
    ["14:02:52", "15:07:52", "16:14:52", "17:33:52", "18:54:52"],
]


def test_many_plans_together_are_as_recorded() -> None:
    digest = sha256()
    for number in range(300):
        for moment in plan(make_protocol(), number, quiet=((time(12), time(13)),)):
            digest.update(moment.due_at.isoformat().encode())
    assert digest.hexdigest()[:16] == GOLDEN_DIGEST


GOLDEN_DIGEST = "867a57bd512a5ed1"


def test_another_participant_date_protocol_or_study_gives_another_plan() -> None:
    seeds = {
        day_seed(b"study", "noor", FRIDAY, "grow-it.1"),
        day_seed(b"study", "sam", FRIDAY, "grow-it.1"),
        day_seed(b"study", "noor", date(2026, 3, 28), "grow-it.1"),
        day_seed(b"study", "noor", FRIDAY, "grow-it.2"),
        day_seed(b"other", "noor", FRIDAY, "grow-it.1"),
    }
    assert len(seeds) == 5
    plans = {tuple(plan_day(make_protocol(), date=FRIDAY, zone=ZONE, rhythm=Rhythm(), seed=one)) for one in seeds}
    assert len(plans) == 5


def test_who_travels_keeps_the_wall_times_of_the_day() -> None:
    protocol = make_protocol()
    here = plan(protocol, zone="Europe/Amsterdam")
    there = plan(protocol, zone="Asia/Tokyo")
    walls = [
        [moment.due_at.astimezone(ZoneInfo(zone)).time() for moment in moments]
        for zone, moments in (("Europe/Amsterdam", here), ("Asia/Tokyo", there))
    ]
    assert walls[0] == walls[1]
    assert here[0].due_at - there[0].due_at == timedelta(hours=8)
    assert_sound(protocol, there, on=FRIDAY, zone="Asia/Tokyo", quiet=())


def test_two_protocols_of_the_same_name_do_not_share_a_cached_day() -> None:
    assert len(plan(make_protocol(beeps=5))) == 5
    assert len(plan(make_protocol(beeps=4))) == 4
