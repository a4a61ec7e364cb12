import random
from datetime import timedelta

import numpy as np
import pytest
from scipy import stats

from server.trends.contrast import Side, compare
from tests.server.trends.diaries import MONDAY


def make_side(rng: random.Random, n: int, *, days: int, mean: float, step: float = 0.0) -> Side:
    """n answers spread over days; a ``step`` makes ties."""
    values = [rng.gauss(mean, 15) for _ in range(n)]
    if step:
        values = [round(value / step) * step for value in values]
    return Side(dates=[MONDAY + timedelta(rng.randrange(days)) for _ in range(n)], values=values)


def sandwich_error(a: Side, b: Side) -> tuple[float, int]:
    """The day-clustered standard error by the textbook matrix product, and the number of days."""
    y = np.array([*a.values, *b.values])
    x = np.column_stack([np.ones(len(y)), [1.0] * len(a.values) + [0.0] * len(b.values)])
    days = np.array([day.toordinal() for day in (*a.dates, *b.dates)])
    bread = np.linalg.inv(x.T @ x)
    rest = y - x @ (bread @ x.T @ y)
    meat = np.zeros((2, 2))
    for day in np.unique(days):
        score = x[days == day].T @ rest[days == day]
        meat += np.outer(score, score)
    g = len(np.unique(days))
    return float(np.sqrt((bread @ meat @ bread)[1, 1] * g / (g - 1))), g


@pytest.mark.parametrize("step", [0.0, 5.0, 25.0])
@pytest.mark.parametrize("seed", range(8))
def test_the_interval_is_the_wider_of_welch_and_the_day_clustered_one(seed: int, step: float) -> None:
    rng = random.Random(seed)
    a = make_side(rng, rng.randint(6, 40), days=14, mean=60, step=step)
    b = make_side(rng, rng.randint(6, 40), days=14, mean=50, step=step)
    welch = stats.ttest_ind(a.values, b.values, equal_var=False)
    bounds = welch.confidence_interval(0.95)
    error, days = sandwich_error(a, b)
    clustered = stats.t.ppf(0.975, days - 1) * error
    ours = compare(a, b)
    reach = max((bounds.high - bounds.low) / 2, clustered)
    assert ours.difference == pytest.approx(np.mean(a.values) - np.mean(b.values))
    assert ours.high - ours.difference == pytest.approx(reach)
    assert ours.difference - ours.low == pytest.approx(reach)
    assert ours.p == pytest.approx(max(welch.pvalue, 2 * stats.t.sf(abs(ours.difference) / error, days - 1)))


def test_with_every_answer_on_its_own_day_and_equal_sides_it_is_welch() -> None:
    rng = random.Random(3)
    dates = [MONDAY + timedelta(day) for day in range(60)]
    a = Side(dates=dates[::2], values=[rng.gauss(60, 20) for _ in range(30)])
    b = Side(dates=dates[1::2], values=[rng.gauss(50, 20) for _ in range(30)])
    interval = stats.ttest_ind(a.values, b.values, equal_var=False).confidence_interval(0.95)
    ours = compare(a, b)
    assert ours.low == pytest.approx(interval.low, rel=0.02)
    assert ours.high == pytest.approx(interval.high, rel=0.02)


def test_answers_that_only_repeat_their_day_do_not_make_it_surer() -> None:
    # Four days with friends at 60-66, four alone at 50-56, each answer given five times over.
    few_a, few_b = [60.0, 66.0, 61.0, 65.0], [56.0, 50.0, 55.0, 51.0]
    a = Side(dates=[MONDAY + timedelta(i % 4) for i in range(20)], values=few_a * 5)
    b = Side(dates=[MONDAY + timedelta(4 + i % 4) for i in range(20)], values=few_b * 5)
    repeated = compare(a, b)
    alone = stats.ttest_ind(few_a * 5, few_b * 5, equal_var=False).confidence_interval(0.95)
    assert repeated.low < alone.low - 1
    assert repeated.high > alone.high + 1


def test_equal_values_on_both_sides_are_no_difference() -> None:
    side = Side(dates=[MONDAY, MONDAY + timedelta(1)], values=[50.0, 50.0])
    same = compare(side, side)
    assert (same.difference, same.low, same.high, same.p, same.excludes_zero) == (0.0, 0.0, 0.0, 1.0, False)


def test_one_answer_on_a_side_is_refused() -> None:
    with pytest.raises(ValueError, match="two values"):
        compare(Side(dates=[MONDAY], values=[1.0]), Side(dates=[MONDAY] * 2, values=[1.0, 2.0]))
