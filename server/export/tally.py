"""Counts for the compliance report, taken while the rows pass by."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import sqrt

import polars as pl

from server.export.columns import COMPLETE, PARTIAL


@dataclass(kw_only=True, slots=True)
class Tally:
    """What became of the planned questionnaires. by_day, by_beep: (number, status) -> beeps. delays: minutes or band
    -> entries. seconds: from start to end -> entries. shares: compliance of every person, 0-1. flags: entries by flag.
    last_days: the last day answered."""

    by_day: Counter[tuple[int, int]] = field(default_factory=Counter)
    by_beep: Counter[tuple[int, int]] = field(default_factory=Counter)
    by_status: Counter[int] = field(default_factory=Counter)
    delays: Counter[int] = field(default_factory=Counter)
    seconds: Counter[int] = field(default_factory=Counter)
    shares: list[float] = field(default_factory=list)
    planned: list[int] = field(default_factory=list)
    last_days: list[int] = field(default_factory=list)
    flags: Counter[str] = field(default_factory=Counter)
    answered_items: int = 0
    shown_items: int = 0
    reminded: int = 0
    late_upload: int = 0
    own_entries: int = 0

    def add(self, beeps: pl.DataFrame, events: pl.DataFrame) -> None:
        """Take the rows of some whole diaries."""
        self.own_entries += events.height
        if beeps.is_empty():
            return
        for number, to in (("dayno", self.by_day), ("beepno", self.by_beep)):
            for key, status, count in beeps.group_by(number, "status").len().iter_rows():
                to[key, status] += count
        for status, count in beeps.group_by("status").len().iter_rows():
            self.by_status[status] += count
        name = "resp_delay_min" if "resp_delay_min" in beeps.columns else "resp_delay_band"
        for value, count in beeps.filter(valid=1).drop_nulls(name).group_by(name).len().iter_rows():
            self.delays[value] += count
        people = beeps.group_by("id", maintain_order=True).agg(  # a sum of shares hangs on their order
            pl.len(), pl.col("valid").sum(), last=pl.col("dayno").filter(pl.col("valid") == 1).max()
        )
        self.shares += [valid / planned for planned, valid in people.select("len", "valid").iter_rows()]
        self.planned += people["len"].to_list()
        self.last_days += people["last"].drop_nulls().to_list()
        totals = beeps.select(
            pl.col("n_shown", "n_answered", "late_upload", "flag_fast", "flag_flat", "flag_longstring").sum(),
            reminded=(pl.col("reminders") > 0).sum(),
        ).row(0, named=True)
        self.shown_items += totals["n_shown"]
        self.answered_items += totals["n_answered"]
        self.late_upload += totals["late_upload"]
        self.reminded += totals["reminded"]
        for flag in ("flag_fast", "flag_flat", "flag_longstring"):
            self.flags[flag] += totals[flag]

    def add_seconds(self, lasted: Iterable[tuple[int, int]]) -> None:
        """Take seconds and how many entries lasted so long; rows have whole minutes, which for most are none."""
        for seconds, count in lasted:
            self.seconds[seconds] += count

    @property
    def beeps(self) -> int:
        return sum(self.by_status.values())

    @property
    def valid(self) -> int:
        return self.by_status[COMPLETE] + self.by_status[PARTIAL]

    def mean_and_sd(self) -> tuple[float, float]:
        """Of the people's compliance."""
        return mean_and_sd(self.shares)


def mean_and_sd(values: list[float]) -> tuple[float, float]:
    """Mean and sample standard deviation; (0, 0) without values, sd 0 for one."""
    if not values:
        return 0.0, 0.0
    mean = sum(values) / len(values)
    spread = sum((value - mean) ** 2 for value in values) / max(len(values) - 1, 1)
    return mean, sqrt(spread)


def spread_counts(counts: Counter[int]) -> tuple[float, float]:
    """Mean and sample standard deviation of counted whole numbers."""
    total = counts.total()
    if total == 0:
        return 0.0, 0.0
    mean = sum(value * count for value, count in counts.items()) / total
    squares = sum((value - mean) ** 2 * count for value, count in counts.items())
    return mean, sqrt(squares / max(total - 1, 1))


def quartiles(counts: Counter[int]) -> tuple[int, int, int]:
    """First quartile, median and third of counted whole numbers: each the least number that so many do not go above.

    Raises ValueError without any.
    """
    total = counts.total()
    if total == 0:
        raise ValueError("No numbers, no quartiles.")
    found: list[int] = []
    seen = 0
    for number, count in sorted(counts.items()):
        seen += count
        while len(found) < 3 and 4 * seen >= (len(found) + 1) * total:
            found.append(number)
    return found[0], found[1], found[2]
