"""The slopes by rank are those of the definition: every pair, sorted."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from server.trends.levels import level_slopes
from server.trends.slopes import ranked_slopes

FIVE_STEPS = (0.0, 25.0, 50.0, 75.0, 100.0)
UNEVEN = (0.0, 10.0, 33.3, 34.0)
days = st.lists(st.integers(738_000, 738_700), min_size=3, max_size=90, unique=True).map(sorted)
many_days = st.lists(st.integers(738_000, 738_400), min_size=70, max_size=120, unique=True).map(sorted)


def every_slope(x: list[int], y: list[float]) -> list[float]:
    return sorted((y[j] - y[i]) / (x[j] - x[i]) for i, j in combinations(range(len(x)), 2))


@given(days, st.sampled_from((FIVE_STEPS, UNEVEN, (50.0,), (0.0, 1.0))), st.data())
@settings(max_examples=80, derandomize=True, deadline=None)
def test_counted_by_level_they_are_the_same_slopes(x: list[int], steps: tuple[float, ...], data: st.DataObject) -> None:
    y = data.draw(st.lists(st.sampled_from(steps), min_size=len(x), max_size=len(x)))
    every = every_slope(x, y)
    assert level_slopes(x, y, range(len(every))) == every


@given(many_days, st.sampled_from((1.0, 0.1, 1 / 3)), st.integers(1, 100), st.data())
@settings(max_examples=60, derandomize=True, deadline=None)
def test_fenced_in_they_are_the_same_slopes(x: list[int], step: float, most: int, data: st.DataObject) -> None:
    # A small ``most`` makes ties, down to two levels.
    y = [number * step for number in data.draw(st.lists(st.integers(0, most), min_size=len(x), max_size=len(x)))]
    every = every_slope(x, y)
    ranks = sorted(data.draw(st.lists(st.integers(0, len(every) - 1), min_size=1, max_size=4)))
    assert ranked_slopes(x, y, ranks) == [every[rank] for rank in ranks]


def test_values_that_lie_on_no_few_levels_are_not_counted() -> None:
    assert level_slopes(range(20), [float(day * day) for day in range(20)], [0]) is None
    assert level_slopes(range(5), [0.0, 1.0, 3.0, 7.0, 15.0], [0]) is None  # few levels, ten differences
