"""How much one person's values go up and down: the formulas that her own trends and the research export share. Pure.

iSD, the individual standard deviation, is the sample standard deviation of all her values around her own mean:
    iSD = sqrt( sum (x_i - mean)^2 / (n - 1) )
RMSSD, the root mean square of successive differences, is about moment-to-moment change:
    RMSSD = sqrt( sum (x_(i+1) - x_i)^2 / pairs )
(von Neumann, Kent, Bellinson & Hart 1941, Ann. Math. Stat. 12:153; for momentary affect Ebner-Priemer, Eid,
Kleindienst, Stabenow & Trull 2009, J. Abnorm. Psychol. 118:195, and Jahng, Wood & Trull 2008, Psychol. Methods 13:354).

A pair is two planned beeps next to each other on one day, both answered. A night is no interval between beeps, and with
a missed beep between them two answers lie twice as far apart and differ more for that reason alone (Jahng et al. 2008).
Self-started entries have no place in the plan and make no pairs.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from math import fsum, sqrt


def mean_of(values: Sequence[float]) -> float:
    """The arithmetic mean. Raises ValueError without values."""
    if not values:
        raise ValueError("No values, no mean.")
    return fsum(values) / len(values)


def individual_sd(values: Sequence[float]) -> float:
    """iSD, in the unit of the values. Raises ValueError for fewer than two."""
    if len(values) < 2:
        raise ValueError("A standard deviation needs two values.")
    mean = mean_of(values)
    return sqrt(fsum([(value - mean) ** 2 for value in values]) / (len(values) - 1))


def neighbour_differences(points: Iterable[tuple[date, int, float]] | Iterable[tuple[int, int, float]]) -> list[float]:
    """Later minus earlier for each pair of neighbouring beeps of one day, from (day, slot, value) in any order."""
    return [
        value - before
        for (day, slot, before), (next_day, next_slot, value) in pairwise(sorted(points))
        if next_slot == slot + 1 and next_day == day
    ]


def rmssd(differences: Sequence[float]) -> float:
    """RMSSD, in the unit of the values. Raises ValueError without differences."""
    if not differences:
        raise ValueError("No pairs, no RMSSD.")
    return sqrt(fsum([difference * difference for difference in differences]) / len(differences))
