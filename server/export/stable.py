"""Items that are traits: answered alike by one and the same person throughout, and differently by different people.

A study may ask for gender or school class in a questionnaire. Such an answer tells people apart as demographics do, but
k-anonymity counts only what is known of people beside their diaries (`server.export.generalise.ordinary`). Whether an
item is of that kind is seen in the answers, or in what its author called it.
"""

import re
from collections import Counter
from collections.abc import Sequence

import polars as pl

from server.export.columns import NOT_SHOWN, Column

ALIKE = 0.95
"""The share of people, of those who answered at least twice, who always gave one answer: where an item is a trait."""
LEAST_PEOPLE = 10
_NAMES = re.compile(
    r"\b(age|birth|class|country|education|ethnic\w*|gender|grade|nationality|postcode|province|region|religion|sex|zip|"
    r"geboorte\w*|geloof|geslacht|godsdienst|klas|leeftijd|nationaliteit|opleiding|provincie|regio|schooltype)\b"
)


class Stable:
    """Looks at whole diaries as they pass by, and says which items were traits."""

    def __init__(self) -> None:
        self._people: Counter[str] = Counter()  # with two answers or more, by column
        self._alike: dict[str, Counter[float]] = {}  # of those with one answer throughout: people by that answer
        self._named: dict[str, Counter[float]] = {}  # items whose name says it: people by their first answer

    def take(self, frame: pl.DataFrame, columns: Sequence[Column]) -> None:
        """Take finished rows of whole diaries."""
        asked = [one for one in columns if one.role == "item" and one.name in frame.columns and is_kind(one)]
        if not asked:
            return
        told = frame.lazy().filter(pl.col("valid") == 1).group_by("id")
        facts = told.agg(
            expression
            for one in asked
            for given in [pl.col(one.name).filter(pl.col(one.name) > NOT_SHOWN)]
            for expression in (
                given.len().alias(f"n {one.name}"),
                given.min().cast(pl.Float64).alias(f"low {one.name}"),
                given.max().cast(pl.Float64).alias(f"high {one.name}"),
            )
        ).collect()
        for one in asked:
            rows = facts.select(f"n {one.name}", f"low {one.name}", f"high {one.name}").rows()
            twice = [(low, high) for count, low, high in rows if count > 1]
            self._people[one.name] += len(twice)
            self._alike.setdefault(one.name, Counter()).update(low for low, high in twice if low == high)
            if is_named(one):
                self._named.setdefault(one.name, Counter()).update(low for count, low, _ in rows if count)

    def find(self) -> dict[str, int]:
        """The items that are traits, each with the number of people who have the rarest answer."""
        found = {name: counts for name, counts in self._named.items() if len(counts) > 1}
        for name, counts in self._alike.items():
            enough = self._people[name] >= LEAST_PEOPLE and counts.total() >= ALIKE * self._people[name]
            if enough and len(counts) > 1 and sorted(counts.values())[-2] > 1:
                found.setdefault(name, counts)
        return {name: min(counts.values()) for name, counts in sorted(found.items())}


def is_kind(column: Column) -> bool:
    """Whether a column is of choices or whole numbers; a slider that somebody never moves is no trait."""
    return column.type == "integer" and (bool(column.codes) or column.unit is None)


def is_named(column: Column) -> bool:
    """Whether its name, or what its author says that it measures, is that of a trait."""
    said = [column.name.replace("_", " "), *(one.construct["en"] for one in column.sources if one.construct)]
    return any(_NAMES.search(words.lower()) for words in said)
