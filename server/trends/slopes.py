"""The slopes between all pairs of points, by rank, without looking at every pair. Pure.

A year of days makes 66,430 pairs; sorting them takes plain Python tens of milliseconds for each measure. But the pairs
with a slope of at most t are exactly those whose later point lies no higher than the earlier one once the line t*x is
taken off, so they can be counted as inversions in n log n steps (Cole, Salowe, Steiger & Szemerédi 1989, SIAM J.
Comput. 18:792). Two such counts fence in the wanted ranks; the inversions between the two orders are the slopes in
between, and only those are computed and sorted. The result is that of the full sort, not an approximation.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import combinations, pairwise

from server.trends.levels import level_slopes

_ALL_PAIRS = 2_000  # up to here sorting everything is the faster way
_SAMPLE = 400
_PAIRS_A_SAMPLE = 32
_ATTEMPTS = 8
_SLACK = 128


def ranked_slopes(x: Sequence[int], y: Sequence[float], ranks: Sequence[int]) -> list[float]:
    """The slopes of these ranks (0 = smallest), in their order.

    ``x`` must ascend strictly (ValueError otherwise); n points have n(n-1)/2 slopes.
    """
    if any(later <= earlier for earlier, later in pairwise(x)):
        raise ValueError("Slopes need strictly ascending x.")
    total = len(x) * (len(x) - 1) // 2
    if not all(0 <= rank < total for rank in ranks):
        raise ValueError("There are not so many slopes.")
    if total <= _ALL_PAIRS:
        every = sorted([(y[j] - y[i]) / (x[j] - x[i]) for i, j in combinations(range(len(x)), 2)])
        return [every[rank] for rank in ranks]
    counted = level_slopes(x, y, ranks)
    return _fenced(x, y, ranks, total) if counted is None else counted


def sign_counts(x: Sequence[float], y: Sequence[float]) -> tuple[int, int, int]:
    """How many pairs fall, stay level and rise. ``x`` must ascend strictly."""
    seen: list[float] = []
    falling = level = 0
    for value in y:
        left, right = bisect_left(seen, value), bisect_right(seen, value)
        level += right - left
        falling += len(seen) - right
        seen.insert(right, value)
    total = len(x) * (len(x) - 1) // 2
    return falling, level, total - falling - level


class _Pairs:
    """The pairs of points seen from a slope t: which of them are at most that steep."""

    def __init__(self, x: Sequence[float], y: Sequence[float]) -> None:
        self.x, self.y = x, y
        self._backwards = range(len(x) - 1, -1, -1)

    def order(self, t: float) -> list[int]:
        """The points by their height above the line t*x; of two that are level the later one first."""
        heights = [height - t * at for at, height in zip(self.x, self.y, strict=True)]
        return sorted(self._backwards, key=heights.__getitem__)

    def count(self, t: float) -> int:
        """How many slopes are <= t."""
        # One bit for each point already passed: those to the left of a later point that comes lower are its inversions.
        passed = count = 0
        for point in self.order(t):
            count += (passed >> point).bit_count()
            passed |= 1 << point
        return count

    def between(self, low: float, high: float) -> list[float]:
        """The slopes in (low, high], in no order."""
        by_high = self.order(high)
        x, y = [self.x[point] for point in by_high], [self.y[point] for point in by_high]
        place = [0] * len(by_high)
        for position, point in enumerate(by_high):
            place[point] = position
        slopes: list[float] = []
        passed: list[int] = []
        for point in self.order(low):
            mine = place[point]
            at, height = x[mine], y[mine]
            crossed = bisect_left(passed, mine)
            slopes += [(height - y[other]) / (at - x[other]) for other in passed[crossed:] if x[other] < at]
            passed.insert(crossed, mine)
        return slopes


def _fenced(x: Sequence[float], y: Sequence[float], ranks: Sequence[int], total: int) -> list[float]:
    pairs = _Pairs(x, y)
    steepest = [(y[i + 1] - y[i]) / (x[i + 1] - x[i]) for i in range(len(x) - 1)]  # the extremes lie between neighbours
    ends = min(steepest) - 1, max(steepest)
    sample = _sampled(x, y)
    slack = max(_SLACK, total // 150)
    low, below = _fence(pairs, sample, ends, total, min(ranks) - slack, min(ranks))[0]
    high, _ = _fence(pairs, sample, ends, total, max(ranks) + 1, max(ranks) + 1 + slack)[1]
    between = sorted(pairs.between(low, high))
    return [between[rank - below] for rank in ranks]


def _sampled(x: Sequence[float], y: Sequence[float]) -> list[float]:
    """Some of the slopes, spread evenly over the pairs, ascending: where to begin looking."""
    n = len(x)
    size = min(_SAMPLE, n * (n - 1) // 2 // _PAIRS_A_SAMPLE)
    slopes = []
    for step in range(size):
        i = step * (n - 1) // size
        j = (i + 1 + step * 7919 % (n - 1)) % n  # 7919 is prime: the partners run through all points
        slopes.append((y[j] - y[i]) / (x[j] - x[i]))
    return sorted(slopes)


def _fence(
    pairs: _Pairs, sample: list[float], ends: tuple[float, float], total: int, least: int, most: int
) -> tuple[tuple[float, int], tuple[float, int]]:
    """Two slopes, each with its count: the highest found with a count of at most ``most`` and the lowest found with one
    of at least ``least``. They are the same when the count fits both, which many equal slopes can make impossible."""
    lower, upper = (ends[0], 0), (ends[1], total)
    share = wanted = (least + most) / 2 / total
    for attempt in range(_ATTEMPTS):
        if attempt < _ATTEMPTS // 2:
            t = sample[min(max(int(share * len(sample)), 0), len(sample) - 1)]
        if attempt >= _ATTEMPTS // 2 or not lower[0] < t < upper[0]:
            left, right = bisect_right(sample, lower[0]), bisect_left(sample, upper[0])
            t = sample[(left + right) // 2] if left < right else (lower[0] + upper[0]) / 2
        count = pairs.count(t)
        if least <= count <= most:
            return (t, count), (t, count)
        if count < least:
            lower = (t, count)
        else:
            upper = (t, count)
        share += wanted - count / total
    return lower, upper
