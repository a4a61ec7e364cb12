"""Whether one kind of moment differs from another within one person. Pure.

The difference of two means, mean(a) - mean(b), with an interval that is the wider of two:

1. Welch (1947, Biometrika 34:28): SE^2 = s_a^2/n_a + s_b^2/n_b, with Satterthwaite's degrees of freedom. It takes the
   answers as independent, which answers of one day are not.
2. Clustered by day (Liang & Zeger 1986, Biometrika 73:13; Cameron & Miller 2015, J. Hum. Resour. 50:317): with e the
   distance of an answer to the mean of its own side and u_d = sum over a of e/n_a - sum over b of e/n_b on day d,
   SE^2 = G/(G-1) * sum over days of u_d^2, with G-1 degrees of freedom, G the number of days. Likeness of answers
   within a day, of whatever shape, is in it.

Neither knows of likeness between days: a bad week spent mostly alone still looks like "alone". The sentences therefore
never say why, and call nothing certain.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum, sqrt

from server.trends.student import t_quantile, two_sided_p


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """The answers given in one kind of moment, with the day of each; two columns of equal length."""

    dates: Sequence[date]
    values: Sequence[float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Contrast:
    """a minus b in the unit of the values; p two-sided for "no difference"."""

    mean_a: float
    mean_b: float
    n_a: int
    n_b: int
    difference: float
    low: float
    high: float
    p: float

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


def compare(a: Side, b: Side, *, level: float = 0.95) -> Contrast:
    """The contrast of two sides. Raises ValueError when a side has fewer than two values."""
    n_a, n_b = len(a.values), len(b.values)
    if n_a < 2 or n_b < 2:
        raise ValueError("A contrast needs two values on each side.")
    mean_a, mean_b = fsum(a.values) / n_a, fsum(b.values) / n_b
    rest_a, rest_b = [value - mean_a for value in a.values], [value - mean_b for value in b.values]
    difference = mean_a - mean_b
    reaches, chances = [0.0], [0.0 if difference else 1.0]
    for error, df in (_welch(rest_a, rest_b), _by_day(a.dates, rest_a, b.dates, rest_b)):
        if error > 0 and df > 0:
            reaches.append(error * t_quantile(level, df))
            chances.append(two_sided_p(difference / error, df))
    reach = max(reaches)
    return Contrast(
        mean_a=mean_a,
        mean_b=mean_b,
        n_a=n_a,
        n_b=n_b,
        difference=difference,
        low=difference - reach,
        high=difference + reach,
        p=max(chances),
    )


def _welch(rest_a: Sequence[float], rest_b: Sequence[float]) -> tuple[float, float]:
    """Standard error and degrees of freedom, from the distances to the mean of each side."""
    n_a, n_b = len(rest_a), len(rest_b)
    share_a = fsum([value * value for value in rest_a]) / (n_a - 1) / n_a
    share_b = fsum([value * value for value in rest_b]) / (n_b - 1) / n_b
    total = share_a + share_b
    if not total:
        return 0.0, 0.0
    return sqrt(total), total**2 / (share_a**2 / (n_a - 1) + share_b**2 / (n_b - 1))


def _by_day(
    dates_a: Sequence[date], rest_a: Sequence[float], dates_b: Sequence[date], rest_b: Sequence[float]
) -> tuple[float, float]:
    """Standard error and degrees of freedom, from the same; both 0 with one day only."""
    sums = dict.fromkeys((*dates_a, *dates_b), 0.0)
    for dates, rest, weight in ((dates_a, rest_a, 1 / len(rest_a)), (dates_b, rest_b, -1 / len(rest_b))):
        for day, value in zip(dates, rest, strict=True):
            sums[day] += value * weight
    days = len(sums)
    if days < 2:
        return 0.0, 0.0
    return sqrt(days / (days - 1) * fsum([part * part for part in sums.values()])), days - 1.0
