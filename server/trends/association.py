"""Whether two things of one person go together, night by night: Spearman's rank correlation. Pure.

rho is Pearson's correlation of the ranks, equal values sharing the mean of their ranks (Spearman 1904, Am. J. Psychol.
15:72). Its interval is Fisher's z with the standard error of Bonett & Wright (2000, Psychometrika 65:23):
    tanh( atanh(rho) +- z * sqrt( (1 + rho^2 / 2) / (n - 3) ) )
It takes the nights as independent of each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import atanh, fsum, sqrt, tanh

from server.trends.student import normal_quantile, normal_two_sided_p


@dataclass(frozen=True, kw_only=True, slots=True)
class Association:
    """rho, low, high: -1 .. 1. p: two-sided for "no association", by the same normal law as the interval."""

    rho: float
    low: float
    high: float
    p: float
    n: int


def spearman(x: Sequence[float], y: Sequence[float], *, level: float = 0.95) -> Association | None:
    """The association of pairs; None when all x or all y are equal. Raises ValueError for fewer than four pairs."""
    n = len(x)
    if n < 4 or len(y) != n:
        raise ValueError("An association needs four pairs.")
    ranks_x, ranks_y = shared_ranks(x), shared_ranks(y)
    middle = (n + 1) / 2
    across = fsum((a - middle) * (b - middle) for a, b in zip(ranks_x, ranks_y, strict=True))
    spread_x = fsum((a - middle) ** 2 for a in ranks_x)
    spread_y = fsum((b - middle) ** 2 for b in ranks_y)
    if not spread_x or not spread_y:
        return None
    rho = max(-1.0, min(1.0, across / sqrt(spread_x * spread_y)))
    if abs(rho) >= 1 - 1e-12:
        return Association(rho=round(rho), low=round(rho), high=round(rho), p=0.0, n=n)
    error = sqrt((1 + rho * rho / 2) / (n - 3))
    centre, reach = atanh(rho), normal_quantile(level) * error
    return Association(
        rho=rho, low=tanh(centre - reach), high=tanh(centre + reach), p=normal_two_sided_p(centre / error), n=n
    )


def shared_ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1; equal values share the mean of the ranks they take up."""
    ranks = [0.0] * len(values)
    before = 0
    for _, equal in groupby(sorted(range(len(values)), key=values.__getitem__), key=values.__getitem__):
        places = list(equal)
        for place in places:
            ranks[place] = before + (len(places) + 1) / 2
        before += len(places)
    return ranks
