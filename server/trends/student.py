"""Student's t distribution in plain Python, for the intervals of the other modules.

The distribution function goes through the regularised incomplete beta function I_x(a, b), evaluated by its continued
fraction with the modified Lentz method (Abramowitz & Stegun 1964, 26.5.8 and 26.7.1; Lentz 1976, Applied Optics 15:668;
Thompson & Barnett 1986, J. Comput. Phys. 64:490). The quantile is Newton's method on it, begun at the expansion in
powers of 1/df (Abramowitz & Stegun 26.7.5). Degrees of freedom need not be whole.
"""

from functools import lru_cache
from math import exp, lgamma, log, log1p, pi
from statistics import NormalDist

NORMAL = NormalDist()
_TINY = 1e-300
_CLOSE = 1e-15


def two_sided_p(t: float, df: float) -> float:
    """Chance of a value at least as far from zero as ``t`` (0..1). Raises ValueError for df <= 0."""
    if df <= 0:
        raise ValueError("Degrees of freedom must be positive.")
    return _regularised_beta(df / (df + t * t), df / 2, 0.5)


@lru_cache(maxsize=256)
def quantile(p: float, df: float) -> float:
    """The t below which a share ``p`` of the distribution lies. Raises ValueError unless 0 < p < 1 and df > 0."""
    if not 0 < p < 1:
        raise ValueError("A quantile needs a share between 0 and 1.")
    if p < 0.5:
        return -quantile(1 - p, df)
    if p == 0.5:
        return 0.0
    # Bisection brackets the answer, Newton finishes inside the bracket: heavy tails (df near 1) throw Newton alone out.
    low, high = 0.0, 1.0
    while 1 - two_sided_p(high, df) / 2 < p:
        low, high = high, high * 2
    z = NORMAL.inv_cdf(p)
    t = z + (z**3 + z) / (4 * df)
    constant = lgamma((df + 1) / 2) - lgamma(df / 2) - log(df * pi) / 2
    for _ in range(200):
        if not low < t < high:
            t = (low + high) / 2
        miss = 1 - two_sided_p(t, df) / 2 - p
        low, high = (low, t) if miss > 0 else (t, high)
        step = miss / exp(constant - (df + 1) / 2 * log1p(t * t / df))
        t -= step
        if abs(step) <= 1e-13 * max(1.0, abs(t)):
            break
    return t


def _regularised_beta(x: float, a: float, b: float) -> float:
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):  # the fraction converges fast on this side only
        return front * _beta_fraction(x, a, b) / a
    return 1 - front * _beta_fraction(1 - x, b, a) / b


def _beta_fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > _TINY else _TINY)
    value = d
    for m in range(1, 1000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 + term * d
            d = 1 / (d if abs(d) > _TINY else _TINY)
            c = 1 + term / c
            c = c if abs(c) > _TINY else _TINY
            value *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return value


def normal_two_sided_p(z: float) -> float:
    """The same chance for the standard normal distribution."""
    return 2 * NORMAL.cdf(-abs(z))


def normal_quantile(level: float) -> float:
    """The z that bounds a two-sided interval: 1.96 for level 0.95."""
    return NORMAL.inv_cdf((1 + level) / 2)


def t_quantile(level: float, df: float) -> float:
    """The t that bounds a two-sided interval: 2.228 for level 0.95 and 10 degrees of freedom."""
    return quantile((1 + level) / 2, df)
