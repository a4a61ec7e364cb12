import random
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from server.trends.slopes import ranked_slopes, sign_counts
from server.trends.trend import neighbour_inflation, theil_sen

KINDS: dict[str, Callable[[random.Random, int], float]] = {
    "smooth": lambda rng, day: rng.gauss(50, 12),
    "rising": lambda rng, day: 40 + 0.2 * day + rng.gauss(0, 3),
    "whole numbers": lambda rng, day: float(rng.randint(0, 100)),
    "five steps": lambda rng, day: rng.choice((0.0, 25.0, 50.0, 75.0, 100.0)),
    "nearly always the same": lambda rng, day: 50.0 if rng.random() < 0.9 else 60.0,
}


def make_days(kind: str, n: int, seed: int) -> tuple[list[int], list[float]]:
    """n days out of a third more, so that there are gaps."""
    rng = random.Random(f"{kind} {n} {seed}")
    x = sorted(rng.sample(range(n + n // 3 + 1), n))
    return [738_000 + day for day in x], [KINDS[kind](rng, day) for day in x]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [3, 4, 10, 21, 64, 90, 200, 365])
def test_slope_and_interval_are_those_of_scipy(kind: str, n: int) -> None:
    for seed in range(3):
        x, y = make_days(kind, n, seed)
        ours, theirs = theil_sen(x, y), stats.theilslopes(y, x)
        assert ours.slope == pytest.approx(theirs.slope, abs=1e-11)
        assert ours.low == pytest.approx(theirs.low_slope, abs=1e-11)
        assert ours.high == pytest.approx(theirs.high_slope, abs=1e-11)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [5, 30, 120])
def test_tau_is_that_of_scipy(kind: str, n: int) -> None:
    x, y = make_days(kind, n, 7)
    assert theil_sen(x, y).tau == pytest.approx(stats.kendalltau(x, y).statistic, abs=1e-12)


def test_without_likeness_of_neighbours_the_chance_is_scipys_up_to_its_last_step() -> None:
    # scipy's asymptotic p leaves out the step of one towards zero, so ours is the larger by a hair.
    x, y = make_days("smooth", 60, 3)
    x = list(range(0, 120, 2))  # no two days are neighbours
    theirs = stats.kendalltau(x, y, method="asymptotic").pvalue
    assert theirs < theil_sen(x, y).p < theirs + 0.02


@pytest.mark.parametrize("kind", KINDS)
def test_any_stretch_of_ranks_is_that_of_the_full_sort(kind: str) -> None:
    x, y = make_days(kind, 110, 5)
    every = sorted((y[j] - y[i]) / (x[j] - x[i]) for i in range(110) for j in range(i + 1, 110))
    for first, last in [(0, 0), (0, 40), (2990, 3010), (1500, 4400), (5994, 5994), (0, 5994), (3000, 5900), (90, 3000)]:
        assert ranked_slopes(x, y, range(first, last + 1)) == every[first : last + 1]


def test_pairs_are_counted_by_their_sign() -> None:
    assert sign_counts([0, 1, 2, 3], [5.0, 5.0, 7.0, 1.0]) == (3, 1, 2)


def test_repeated_days_and_missing_ranks_are_refused() -> None:
    with pytest.raises(ValueError, match="ascending"):
        ranked_slopes([1, 1, 2], [1.0, 2.0, 3.0], [0])
    with pytest.raises(ValueError, match="not so many"):
        ranked_slopes([1, 2, 3], [1.0, 2.0, 3.0], [0, 3])
    with pytest.raises(ValueError, match="three points"):
        theil_sen([1, 2], [1.0, 2.0])


def test_a_flat_line_has_no_trend() -> None:
    flat = theil_sen(range(20), [50.0] * 20)
    assert (flat.slope, flat.low, flat.high, flat.tau, flat.p) == (0.0, 0.0, 0.0, 0.0, 1.0)


def test_the_inflation_is_the_written_sum() -> None:
    x, y = make_days("smooth", 40, 1)
    x = list(range(40))
    y = list(np.convolve(y, [0.5, 0.5], mode="same"))  # neighbours alike
    rest = np.array(y) - 0.1 * np.array(x)
    rest -= np.median(rest)
    r = np.mean(rest[:-1] * rest[1:]) / np.mean(rest**2)
    written = 1 + 2 * sum((1 - k / 40) * r**k for k in range(1, 40))
    assert written > 1.5
    assert neighbour_inflation(x, y, 0.1) == pytest.approx(written)


def test_days_that_are_not_neighbours_say_nothing_about_likeness() -> None:
    assert neighbour_inflation(list(range(0, 80, 2)), [float(i // 10) for i in range(40)], 0.0) == 1.0


def test_drifting_days_are_called_a_trend_far_less_often_than_without_the_correction() -> None:
    # A person without any trend whose days resemble each other (correlation 0.5); 5 in 100 would be fair.
    rng = random.Random(20260302)
    ours = plain = 0
    for _ in range(400):
        level, y = 0.0, []
        for _ in range(42):
            level = 0.5 * level + rng.gauss(0, 1)
            y.append(level)
        ours += theil_sen(range(42), y).p < 0.05
        plain += stats.kendalltau(range(42), y).pvalue < 0.05
    assert plain > 80
    assert ours < 45
