"""What can be inferred of people who are alike: l-diversity and t-closeness of their sensitive values. Pure.

Distinct l-diversity (Machanavajjhala, Kifer, Gehrke & Venkitasubramaniam 2007, ACM TKDD 1:3): a class has as many
different values as it has different *known* ones. Missing is no value here, other than for k: beside "depressed" a
blank protects nobody. A class in which nothing is known gives nothing away.

t-closeness (Li, Li & Venkatasubramanian 2007, ICDE 106-115) with equal distances between values: how far the shares in
a class are from those of everybody, sum |p - q| / 2. It is reported, never enforced: in a few hundred people it would
empty the table.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from server.export.generalise import MISSING


def distinct_known(labels: Iterable[str]) -> int:
    """How many different values, missing and withheld aside."""
    return len({label for label in labels if label not in (MISSING, "")})


def is_diverse(labels: Sequence[str], least: int) -> bool:
    """Whether the values of one class differ enough. True where nothing is known of anybody."""
    found = distinct_known(labels)
    return found == 0 or found >= least


def least_diversity(classes: Iterable[Sequence[str]]) -> int | None:
    """l: the smallest number of different known values in any class; None where no class knows any."""
    counts = [found for found in map(distinct_known, classes) if found]
    return min(counts, default=None)


def closeness(classes: Iterable[Sequence[str]]) -> float:
    """t: the largest distance (0..1) of a class's shares from everybody's; missing counts as a value here. 0 without
    people."""
    groups = [Counter(labels) for labels in classes]
    everybody: Counter[str] = sum(groups, Counter())
    total = everybody.total()
    return max(
        (
            sum(abs(group[label] / group.total() - count / total) for label, count in everybody.items()) / 2
            for group in groups
            if group
        ),
        default=0.0,
    )
