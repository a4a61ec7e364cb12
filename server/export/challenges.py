"""challenges.csv: every planned challenge, what it was and what became of it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from server.export.codebook import Table
from server.export.columns import Column, challenge_columns
from server.export.dated import cover_dated
from server.export.formats import schema_of, write_csv_and_parquet
from server.export.ledger import Group
from server.export.plan import Plan
from server.export.rarity import OTHER, choosers, collapse_rare
from server.export.spool import Spool

_OUTCOMES = {"done": 1, "skipped": 2, "swapped": 3}
UNKNOWN = "unknown"
MOST_DAYS = 100_000


class ChallengeRows:
    """The rows on their way; challenges and strategies that few people were given are told as "other", and so are
    challenges that would date a row."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._plan = plan
        self._spool = Spool(folder, "challenges")
        self._given: dict[str, dict[str, set[str]]] = {"challenge": {}, "strategy": {}}
        self._rows_of: Counter[str] = Counter()  # by challenge

    @property
    def rows(self) -> int:
        return self._spool.rows

    def lay(self, group: Group, people: pl.DataFrame) -> pl.DataFrame:
        """The rows of a group, before what is rare is told as "other"."""
        slug = pl.coalesce("done_slug", "slug")
        return (
            group.challenges.join(people, on="n")
            .sort("n", "local_date")
            .select(
                "id",
                dayno=((pl.col("local_date") - pl.col("starts_on")).dt.total_days() + 1).cast(pl.Int32),
                weekend=pl.when("keep_weekday").then((pl.col("local_date").dt.weekday() >= 6).cast(pl.Int32)),
                strategy=slug.replace_strict(
                    dict(self._plan.strategies), default=UNKNOWN, return_dtype=pl.String
                ).fill_null(UNKNOWN),
                challenge=slug.fill_null(UNKNOWN),
                outcome=pl.col("outcome").replace_strict(_OUTCOMES, default=0, return_dtype=pl.Int32).fill_null(0),
                fun="fun",
                helped="helped",
            )
            .filter(pl.col("dayno") <= (self._plan.request.days or MOST_DAYS))
        )

    def add(self, frame: pl.DataFrame) -> Path:
        """Keep the rows of a group. Where they lie."""
        self._see(frame)
        return self._spool.add(frame, ())

    def take(self) -> None:
        """Count in the rows that an earlier try has kept in the next place."""
        self._see(self._spool.take(()))

    def _see(self, frame: pl.DataFrame) -> None:
        self._rows_of.update(dict(frame["challenge"].value_counts().iter_rows()))
        for name, given in self._given.items():
            pairs = frame.select("id", name).unique().iter_rows()
            for option, ids in choosers((person, option) for person, option in pairs).items():
                given.setdefault(option, set()).update(map(str, ids))

    def write(self, folder: Path) -> Table | None:
        """Write challenges.csv; None when the study has no challenges."""
        if not self.rows:
            return None
        below = self._plan.profile.rare_below
        besides = {"challenge": cover_dated(self._plan.dated, self._rows_of, self._plan.strategies)}
        if self._plan.unnamed_strategies:
            besides = {name: frozenset(given) for name, given in self._given.items()}
        told = {
            name: collapse_rare(given, below=below, besides=besides.get(name, ()))
            for name, given in self._given.items()
        }
        columns = self._columns(told)
        table = Table(path="challenges.csv", columns=tuple(columns), key=("id", "dayno"), rows=self.rows)

        def finished() -> Iterator[pl.DataFrame]:
            for frame in self._spool.read():
                yield frame.with_columns(
                    pl.col(name).replace_strict(words, default=OTHER) for name, words in told.items()
                ).select(pl.col(name).cast(kind) for name, kind in schema_of(columns).items())

        write_csv_and_parquet(finished(), columns, folder / table.path, None, table)
        return table

    def _columns(self, told: dict[str, dict[str, str]]) -> list[Column]:
        return challenge_columns(
            self._plan.row_profile,
            strategies=set(told["strategy"].values()),
            slugs=set(told["challenge"].values()),
        )
