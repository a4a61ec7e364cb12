"""Whether a person's days go up or down over the weeks. Pure.

Theil-Sen: the slope is the median of the slopes between all pairs of days (Theil 1950, Proc. KNAW 53:386; Sen 1968,
J. Am. Stat. Assoc. 63:1379). One strange day cannot bend it. Its interval takes the slopes whose ranks lie
z * sqrt(Var S) / 2 to either side of the middle, with
    Var S = ( n(n-1)(2n+5) - sum over ties t(t-1)(2t+5) ) / 18                                   (Sen 1968, section 4)
Mann-Kendall: S = rising pairs - falling pairs; tau-b = S / sqrt( N (N - tied pairs) ), N = n(n-1)/2 (Mann 1945,
Econometrica 13:245; Kendall 1945, Biometrika 33:239).

Days resemble the days before them, and S then swings more widely than Var S says, so that chance looks like a trend.
How sure a trend is called therefore rests on Var S multiplied by
    1 + 2 * sum over k of (1 - k/n) * r^k
where r is the correlation of neighbouring days after the slope is taken off, when it is positive (Hamed & Rao 1998,
J. Hydrol. 204:182, in the form for an AR(1) series of Yue & Wang 2004, Water Resour. Manag. 18:201).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from statistics import median

from server.trends.slopes import ranked_slopes, sign_counts
from server.trends.student import normal_quantile, normal_two_sided_p


@dataclass(frozen=True, kw_only=True, slots=True)
class Trend:
    """slope, low, high: units per step of x, with the ends of the interval. p: two-sided, neighbours allowed for."""

    slope: float
    low: float
    high: float
    tau: float
    p: float
    n: int


def theil_sen(x: Sequence[int], y: Sequence[float], *, level: float = 0.95) -> Trend:
    """The trend of ``y`` over day numbers ``x`` (strictly ascending, gaps allowed).

    Raises ValueError for fewer than three points.
    """
    n = len(x)
    if n < 3 or len(y) != n:
        raise ValueError("A trend needs three points.")
    falling, tied, rising = sign_counts(x, y)
    total = n * (n - 1) // 2
    score = rising - falling
    variance = score_variance(y)
    reach = normal_quantile(level) * sqrt(variance)
    # The ranks are rounded as scipy.stats.theilslopes rounds them, so that the two can be compared digit by digit.
    upper = min(round((total + reach) / 2), total - 1)
    lower = max(round((total - reach) / 2) - 1, 0)
    middles = (total // 2,) if total % 2 else (total // 2 - 1, total // 2)
    low, high, *median_of = ranked_slopes(x, y, (lower, upper, *middles))
    slope = sum(median_of) / len(median_of)
    return Trend(
        slope=slope,
        low=low,
        high=high,
        tau=score / sqrt(total * (total - tied)) if tied < total else 0.0,
        p=_score_p(score, variance * neighbour_inflation(x, y, slope)),
        n=n,
    )


def score_variance(y: Sequence[float]) -> float:
    """Var S under chance, with Sen's correction for ties in ``y``; 0 when all are equal."""
    n = len(y)
    ties = sum(t * (t - 1) * (2 * t + 5) for t in Counter(y).values() if t > 1)
    return (n * (n - 1) * (2 * n + 5) - ties) / 18


def neighbour_inflation(x: Sequence[int], y: Sequence[float], slope: float) -> float:
    """The factor (>= 1) by which likeness of neighbouring days widens Var S; only adjacent dates are neighbours."""
    rest = [value - slope * day for day, value in zip(x, y, strict=True)]
    centre = median(rest)
    rest = [value - centre for value in rest]
    spread = fsum(value * value for value in rest) / len(rest)
    pairs = [rest[i] * rest[i + 1] for i in range(len(x) - 1) if x[i + 1] - x[i] == 1]
    if not pairs or not spread:
        return 1.0
    r = min(fsum(pairs) / len(pairs) / spread, 0.95)
    if r <= 0:
        return 1.0
    n = len(x)
    # The sum of (1 - k/n) r^k for k = 1 .. n-1, in closed form.
    return 1 + 2 * (r / (1 - r) - r * (1 - r**n) / (n * (1 - r) ** 2))


def _score_p(score: int, variance: float) -> float:
    """Two-sided p of S by the normal law, with the usual step of one towards zero (Kendall 1975)."""
    if not variance or not score:
        return 1.0
    return normal_two_sided_p((abs(score) - 1) / sqrt(variance))
