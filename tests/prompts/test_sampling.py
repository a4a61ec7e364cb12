"""The day plan: exactly uniform, never breaking a constraint, never refusing a feasible day, the same for ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from itertools import pairwise, product
from math import comb
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from prompts.chance import draw_below
from prompts.feasible import plan_space
from prompts.protocols import DailyChallenge, DayWindow, FixedTimes, Protocol, Scheme, StratifiedRandom
from prompts.sampling import ALGORITHM, DayShape, Moment, Rhythm, day_seed, day_table, infeasible, plan_day

ZONE = "Europe/Amsterdam"
FRIDAY = date(2026, 3, 27)
Windows = tuple[tuple[time, time], ...]


def make_protocol(
    start: time = time(9),
    end: time = time(21),
    *,
    beeps: int = 5,
    gap: int = 60,
    window: int = 60,
    reminders: tuple[int, ...] = (15,),
    challenge: time | None = None,
    fixed: tuple[time, ...] = (),
    in_quiet: Literal["keep", "drop"] = "drop",
) -> Protocol:
    scheme: Scheme = StratifiedRandom(beeps=beeps, min_gap_min=gap)
    if fixed:
        scheme = FixedTimes(times=fixed, in_quiet=in_quiet)
    return Protocol(
        id="own",
        version=1,
        title={"nl": "Eigen", "en": "Own"},
        description={"nl": "Eigen", "en": "Own"},
        days=7,
        day=DayWindow(start=start, end=end),
        scheme=scheme,
        answer_window_min=window,
        reminders_min=reminders,
        instruments_by_slot=tuple(f"q{slot}.1" for slot in range(1, scheme.beeps + 1)),
        challenge=DailyChallenge(at=challenge) if challenge else None,
    )


def quiet_rhythm(*windows: tuple[time, time]) -> Rhythm:
    return Rhythm(school=DayShape(quiet=windows), free=DayShape(quiet=windows))


def seed(number: int) -> bytes:
    return number.to_bytes(8, "big")


def plan(
    protocol: Protocol, number: int = 1, *, on: date = FRIDAY, zone: str = ZONE, quiet: Windows = ()
) -> list[Moment]:
    moments = plan_day(protocol, date=on, zone=zone, rhythm=quiet_rhythm(*quiet), seed=seed(number))
    return [moment for moment in moments if moment.kind == "questionnaire"]


def is_quiet(wall: datetime, quiet: Windows) -> bool:
    clock = wall.time()
    return any(a <= clock < b if a < b else (clock >= a or clock < b) for a, b in quiet)


def assert_sound(protocol: Protocol, moments: list[Moment], *, on: date, zone: str, quiet: Windows) -> None:
    """Every promise about a day, looked at with zoneinfo alone."""
    tz = ZoneInfo(zone)
    ends_on = on + timedelta(days=1 if protocol.day.end <= protocol.day.start else 0)
    closing = datetime.combine(ends_on, protocol.day.end)
    assert isinstance(protocol.scheme, StratifiedRandom)
    for moment in moments:
        due, expires = moment.due_at.astimezone(tz), moment.expires_at.astimezone(tz)
        assert moment.due_at.utcoffset() == moment.expires_at.utcoffset() == timedelta(0)
        assert due.utcoffset() == timedelta(minutes=moment.utc_offset_min)
        # A repeated hour can take the clock back to before the start; the day has begun all the same.
        assert due.replace(tzinfo=None) >= datetime.combine(on, protocol.day.start) or due.fold
        assert moment.expires_at - moment.due_at == timedelta(minutes=protocol.answer_window_min)
        assert expires.replace(tzinfo=None, fold=0) <= closing
        for push in (0, *protocol.reminders_min):
            assert not is_quiet((moment.due_at + timedelta(minutes=push)).astimezone(tz), quiet)
    for earlier, later in pairwise(moments):
        assert later.due_at - earlier.due_at >= timedelta(minutes=protocol.scheme.min_gap_min)
    assert [moment.slot for moment in moments] == sorted({moment.slot for moment in moments})


# --- uniformity -------------------------------------------------------------------------------------------------------

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


# --- the constraints --------------------------------------------------------------------------------------------------

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


# --- the same for ever ------------------------------------------------------------------------------------------------


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


# --- challenge and fixed times ----------------------------------------------------------------------------------------


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
