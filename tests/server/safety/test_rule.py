from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.safety.rule import AT_MOST_EVERY, DayMood, are_heavy, is_below_own_limit, is_due
from tests.cast import NOW

FIRST = date(2026, 3, 2)
fixed = settings(max_examples=200, derandomize=True, deadline=None)


def days(moods: Sequence[float], answers: int = 3) -> list[DayMood]:
    return [DayMood(on=FIRST + timedelta(days=number), mood=mood, answers=answers) for number, mood in enumerate(moods)]


@pytest.mark.parametrize(
    ("moods", "heavy"),
    [
        ([], False),
        ([10, 10], False),  # two days are not three
        ([10, 10, 10], True),  # of the last four there are three, and all of them
        ([25, 25, 25], True),  # 25 is low
        ([25.1, 25, 25], False),
        ([60, 20, 20, 20], True),
        ([20, 60, 20, 20], True),
        ([20, 20, 20, 60], True),
        ([20, 20, 60, 60], False),
        ([20, 20, 20, 60, 60], False),  # only the last four are looked at
        ([60, 60, 60, 60, 20, 20, 60, 20], True),
    ],
)
def test_three_of_the_last_four_answered_days(moods: Sequence[float], heavy: bool) -> None:
    assert are_heavy(days(moods)) is heavy


def test_days_without_an_answer_are_not_counted() -> None:
    with_gaps = [DayMood(on=FIRST + timedelta(days=3 * number), mood=20, answers=1) for number in range(3)]
    assert are_heavy(with_gaps)
    assert are_heavy(with_gaps[::-1]), "in whatever order they come"


USUAL = [60, 64, 58, 62, 66, 59, 61]  # mean 61.4, standard deviation 2.8: five is the least


@pytest.mark.parametrize(
    ("later", "below"),
    [
        ([], False),
        ([61], False),
        ([44], False),  # z 57.9 against 61.4 - 17.5 * 0.2 = 57.9: just not
        ([43], True),  # z 57.7
        ([50, 50, 50], True),
        ([57] * 30, False),  # a little lower is no fall: limit 61.4 - 17.5/3 = 55.6
        ([43, 61], False),  # and up again
        ([90] * 5, False),  # glad is no alarm
    ],
)
def test_the_moving_average_against_ones_own_limit(later: Sequence[float], below: bool) -> None:
    assert is_below_own_limit(days([*USUAL, *later])) is below


def test_there_is_no_own_limit_before_seven_days_with_two_answers() -> None:
    assert not is_below_own_limit(days([*USUAL[:6], 10, 10, 10], answers=1))
    assert not is_below_own_limit(days(USUAL[:6]) + days([*[0] * 6, 10, 10], answers=1)[6:])
    assert is_below_own_limit(days([*USUAL, 10, 10]))


def test_a_wide_life_has_a_wide_limit() -> None:
    wide = [30, 90, 45, 80, 35, 85, 65]
    assert not is_below_own_limit(days([*wide, 30, 30]))


@pytest.mark.parametrize(
    ("moods", "wished", "shown", "due"),
    [
        ([20, 20, 20], None, None, True),
        ([60, 60, 60], None, None, False),
        ([20, 20, 20], None, AT_MOST_EVERY - timedelta(seconds=1), False),
        ([20, 20, 20], None, AT_MOST_EVERY, True),
        ([60, 60, 60], timedelta(0), None, True),  # whoever asks is answered
        ([60, 60, 60], timedelta(hours=1), timedelta(days=2), True),  # also in the same week
        ([60, 60, 60], timedelta(days=2), timedelta(hours=1), False),  # but once for each time she asks
        ([60, 60, 60], timedelta(days=30), timedelta(days=20), False),
    ],
)
def test_when_the_card_is_due(
    moods: Sequence[float], wished: timedelta | None, shown: timedelta | None, due: bool
) -> None:
    wished_at = NOW - wished if wished is not None else None
    last_shown = NOW - shown if shown is not None else None
    assert is_due(days(moods), wished_at=wished_at, last_shown=last_shown, now=NOW) is due


@fixed
@given(st.lists(st.floats(0, 100), max_size=30), st.integers(0, 29))
def test_a_better_day_never_brings_the_card(moods: list[float], which: int) -> None:
    """For the days after the baseline: a higher mood there can only take a sign away."""
    if which < len(moods) and which >= 7:
        better = [*moods[:which], 100.0, *moods[which + 1 :]]
        assert are_heavy(days(moods)) or not are_heavy(days(better))
        assert is_below_own_limit(days(moods)) or not is_below_own_limit(days(better))
