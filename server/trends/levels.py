"""The slopes between all pairs of points that lie on a few levels, counted instead of computed. Pure.

What is asked once a day is often answered in five steps, so that a year has 66,430 slopes and hardly two thousand
different ones: a difference of two levels over a number of days. How many pairs of points lie two given levels and so
many days apart is a correlation of the days of the one level with those of the other, and multiplying two long whole
numbers works out all of its terms at once (Kronecker substitution: one field of 16 bits for each day).
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, combinations
from struct import unpack

_MOST_DIFFERENCES = 8
_FIELD = 16  # bits: a term counts each point once at the most
_MOST_POINTS = 1 << _FIELD


def level_slopes(x: Sequence[int], y: Sequence[float], ranks: Sequence[int]) -> list[float] | None:
    """The slopes of these ranks (0 = smallest); None when the levels differ in more than a few ways.

    ``x`` must ascend strictly.
    """
    days: dict[float, list[int]] = {}
    for day, level in zip(x, y, strict=True):
        if level in days:
            days[level].append(day - x[0])
        elif len(days) > _MOST_DIFFERENCES:
            return None
        else:
            days[level] = [day - x[0]]
    levels = sorted(days)
    differences = {high - low for low, high in combinations(levels, 2)}
    if len(differences) > _MOST_DIFFERENCES or len(x) >= _MOST_POINTS:
        return None
    slopes, counts = _tally(days, levels, x[-1] - x[0])
    up_to = list(accumulate(counts))
    return [slopes[bisect_right(up_to, rank)] for rank in ranks]


def _tally(days: dict[float, list[int]], levels: list[float], span: int) -> tuple[list[float], list[int]]:
    """The different slopes, ascending, and how many pairs have each."""
    forwards = {level: _fields(days[level], span) for level in levels}
    backwards = {level: _fields([span - day for day in days[level]], span) for level in levels}
    apart: dict[float, int] = {}
    for low, high in combinations(levels, 2):
        apart[high - low] = apart.get(high - low, 0) + forwards[high] * backwards[low]
    tally = {0.0: sum(len(same) * (len(same) - 1) // 2 for same in days.values())}
    for difference, product in apart.items():
        # Field span + d counts the pairs whose higher point comes d days later; before it are those that fall.
        fields = unpack(f"<{2 * span + 1}H", product.to_bytes(_FIELD // 8 * (2 * span + 1), "little"))
        for later, count in enumerate(fields, -span):
            if count:
                slope = difference / later
                tally[slope] = tally.get(slope, 0) + count
    slopes = sorted(tally)
    return slopes, [tally[slope] for slope in slopes]


def _fields(days: Sequence[int], span: int) -> int:
    """The number with a one in the field of each of these days (0 .. span)."""
    fields = bytearray(_FIELD // 8 * (span + 1))
    for day in days:
        fields[_FIELD // 8 * day] = 1
    return int.from_bytes(fields, "little")
