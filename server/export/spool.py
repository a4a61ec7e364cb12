"""Rows on their way to the file: kept group by group in a temporary folder, because what is rare is known at the end.

First pass: groups of whole diaries go to the spool, and it is counted who chose what. Second pass: rare categories
become "other", whole numbers become whole, derived variables are added, and the rows leave in order. Nothing in the
spool has an internal id or a true date.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from server.export.columns import Column
from server.export.derived import FORMULAS
from server.export.items import Field, Layout, collapse, other_code, other_name
from server.export.rarity import OTHER, collapse_rare


class Spool:
    """Rows of one file (beeps or events) and what must be known of all of them before the first is written."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._parts: list[Path] = []
        self.rows = 0
        self._broken: set[str] = set()  # number columns that somewhere have decimals

    def add(self, frame: pl.DataFrame, numbers: Sequence[str]) -> Path:
        """Keep some rows; ``numbers`` are the columns that may turn out to be whole. Where they lie."""
        path = self._next()
        frame.write_ipc(path, compression="lz4")
        self._see(frame, numbers)
        return path

    def take(self, numbers: Sequence[str]) -> pl.DataFrame:
        """The rows that an earlier try has kept in the next place."""
        frame = pl.read_ipc(self._next())
        self._see(frame, numbers)
        return frame

    def _next(self) -> Path:
        path = self._folder / f"{self._name}-{len(self._parts):05}.arrow"
        self._parts.append(path)
        return path

    def _see(self, frame: pl.DataFrame, numbers: Sequence[str]) -> None:
        self.rows += frame.height
        open_ones = [name for name in numbers if name not in self._broken]
        if open_ones and frame.height:
            whole = frame.select(((pl.col(name) % 1) == 0).all() for name in open_ones)
            self._broken |= {name for name in open_ones if not whole[name][0]}

    def has_decimals(self, column: str) -> bool:
        return column in self._broken

    def read(self) -> Iterator[pl.DataFrame]:
        """The groups in the order in which they came."""
        for path in self._parts:
            yield pl.read_ipc(path)


class Choosers:
    """Who chose which option of the items whose rare options are collapsed."""

    def __init__(self, layout: Layout) -> None:
        self._fields = layout.nominal
        self._persons: dict[str, dict[str, set[str]]] = {stem: {} for stem in self._fields}

    def add(self, frame: pl.DataFrame) -> None:
        for stem, field in self._fields.items():
            if field.names:
                for option, name in field.names.items():
                    self._note(stem, option, frame.filter(pl.col(name) == 1)["id"])
            else:
                option_of = {code: option for option, code in field.codes.items()}
                pairs = frame.select("id", pl.col(stem)).unique()
                for (code,), part in pairs.group_by(stem):
                    if code in option_of:
                        self._note(stem, option_of[code], part["id"])

    def told(self, *, below: int) -> dict[str, dict[str, str]]:
        """For every item, what is written for each chosen option."""
        return {stem: collapse_rare(options, below=below) for stem, options in self._persons.items()}

    def _note(self, stem: str, option: str, ids: pl.Series) -> None:
        self._persons[stem].setdefault(option, set()).update(ids.unique().to_list())


@dataclass(frozen=True, kw_only=True, slots=True)
class Finish:
    """What the second pass does to the rows of one file, and the columns that come out of it."""

    before: tuple[Column, ...]  # ledger columns
    layout: Layout  # as collapsed
    fields: Mapping[str, Field]
    told: Mapping[str, Mapping[str, str]]
    whole: frozenset[str]
    derived: tuple[str, ...]
    lagged: frozenset[str]  # those of the derived that are asked several times a day

    @property
    def columns(self) -> tuple[Column, ...]:
        laid = tuple(
            replace(column, type="integer") if column.name in self.whole else column for column in self.layout.columns
        )
        labels = {column.name: column.label for column in laid}
        derived = [
            _derived(name, kind, labels[name])
            for name in self.derived
            for kind in (("lag", "pc") if name in self.lagged else ("pc",))
        ]
        return (*self.before, *laid, *derived)

    def apply(self, frame: pl.DataFrame) -> pl.DataFrame:
        frame = frame.with_columns(_collapsed(self.fields, self.told))
        frame = frame.with_columns(pl.col(name).cast(pl.Int32) for name in self.whole)
        frame = frame.with_columns(_lag(name) for name in self.derived if name in self.lagged)
        frame = frame.with_columns(_centred(name) for name in self.derived)
        return frame.select(column.name for column in self.columns)


def plan_finish(
    spool: Spool,
    before: Sequence[Column],
    layout: Layout,
    told: Mapping[str, Mapping[str, str]],
    *,
    below: int,
    derived: bool,
) -> Finish:
    """The second pass, once everything has been through the first."""
    fields = {stem: field for stem, field in layout.nominal.items() if told.get(stem)}
    numbers = [column.name for column in layout.columns if column.role == "item" and column.type == "number"]
    return Finish(
        before=tuple(before),
        layout=collapse(layout, told, below=below),
        fields=fields,
        told=told,
        whole=frozenset(name for name in numbers if not spool.has_decimals(name)),
        derived=tuple(measures_to_derive(layout)) if derived else (),
        lagged=frozenset(column.name for column in layout.columns if column.name in layout.of_moments),
    )


def measures_to_derive(layout: Layout) -> list[str]:
    """The measures of more and less; a mean of yes and no is not derived."""
    return [column.name for column in layout.columns if column.role == "measure" and column.level == "scale"]


def person_columns(finish: Finish, labels: Mapping[str, Mapping[str, str]]) -> list[Column]:
    """The columns of participants.csv that come of the derived measures."""
    return [
        _derived(name, kind, labels[name])
        for name in finish.derived
        for kind in ("n", "mean", "isd", *(("pairs", "rmssd") if name in finish.lagged else ()))
    ]


def person_values(frame: pl.DataFrame, finish: Finish) -> pl.DataFrame:
    """`derived.person_statistics` of whole diaries: one row per person."""
    found: list[pl.Expr] = []
    for name in finish.derived:
        value = pl.col(name)
        found += [
            value.count().cast(pl.Int32).alias(f"{name}_n"),
            value.mean().round(4).alias(f"{name}_mean"),
            value.std(ddof=1).round(4).alias(f"{name}_isd"),
        ]
        if name in finish.lagged:
            step = value - pl.col(f"{name}_lag")
            found += [
                step.count().cast(pl.Int32).alias(f"{name}_pairs"),
                (step**2).mean().sqrt().round(4).alias(f"{name}_rmssd"),
            ]
    return frame.group_by("id", maintain_order=True).agg(found)


def _lag(name: str) -> pl.Expr:
    """`derived.lagged`: the beep before, if it is the one planned just before it."""
    before = pl.col(name).shift(1).over("id", "dayno")
    return pl.when(pl.col("beepno").diff().over("id", "dayno") == 1).then(before).alias(f"{name}_lag")


def _centred(name: str) -> pl.Expr:
    return (pl.col(name) - pl.col(name).mean().over("id")).round(4).alias(f"{name}_pc")


def _derived(name: str, kind: str, label: Mapping[str, str]) -> Column:
    formula = FORMULAS[kind]
    source = f" ({formula.source})" if formula.source else ""
    return Column(
        name=f"{name}{formula.suffix}",
        type="integer" if kind in ("n", "pairs") else "number",
        role="derived",
        label={language: f"{label[language]}: {formula.text[language]}" for language in label},
        note={language: f"{text}{source}" for language, text in formula.formula.items()},
    )


def _collapsed(fields: Mapping[str, Field], told: Mapping[str, Mapping[str, str]]) -> list[pl.Expr]:
    found: list[pl.Expr] = []
    for stem, field in fields.items():
        gone = [option for option, word in told[stem].items() if word != option]
        if not gone:
            continue
        if not field.names:
            codes = pl.Series([field.codes[option] for option in gone], dtype=pl.Int32)
            rare = pl.col(stem).is_in(codes.implode())
            found.append(pl.when(rare).then(other_code(field)).otherwise(pl.col(stem)).cast(pl.Int32).alias(stem))
            continue
        merged = [field.names[option] for option in gone]
        if OTHER in field.names and field.names[OTHER] not in merged:
            merged.append(field.names[OTHER])
        # All columns of one item have the same missing code, so the greatest of them is 1, 0 or that code.
        found.append(pl.max_horizontal(merged).cast(pl.Int32).alias(other_name(field)))
    return found
