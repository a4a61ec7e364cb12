"""The profile ``aggregate``: tables of persons and of means, from which no diary can be read. No row leaves.

counts.csv says how many persons there are of a kind: by each ranked demographic, by each two of them, by how much they
answered, and by whether they ever chose an option. A cell of fewer than ten persons is hidden, zeros too, and as many
others as it takes that nothing hidden can be worked out (`tables`).

means.csv has the mean over persons of each person's own mean, with the spread between persons and the mean spread
within them, for everybody and by demographic, day of the study and beep of the day. A group is told only if its count
is, at least ten of its persons have a value, and the groups that are not told cannot be worked out from the total.
How many persons have a value is not told: who has none would be a small cell of its own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import polars as pl

from server.export.columns import NOT_SHOWN, Column, Text
from server.export.plan import Plan
from server.export.tables import Counts, Protected, as_rows, cross, protect, protect_together

EVERYBODY = "everybody"
QUARTERS = 4
"""Into how many parts people are told by the share of beeps that they answered, where each has enough of them."""
_DECIMALS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Tables:
    """What may be published. ``hidden``: cells of counts.csv that are not told."""

    counts: pl.DataFrame
    means: pl.DataFrame
    hidden: int


class Sums:
    """Per person, day and beep: sums of what is averaged, taken while whole diaries pass by."""

    def __init__(self, variables: Sequence[Column], options: Mapping[str, pl.Expr]) -> None:
        """options: what a person may have chosen at some time, and how a row shows it."""
        self._columns, self._options = list(variables), dict(options)
        self._variables = [column.name for column in variables]
        self._people: list[pl.DataFrame] = []
        self._by: dict[str, list[pl.DataFrame]] = {"dayno": [], "beepno": []}

    def add(self, beeps: pl.DataFrame) -> None:
        """Take the rows of some whole diaries."""
        if beeps.is_empty():
            return
        values = [_value(column) for column in self._columns]
        chosen = [is_chosen.any().alias(name) for name, is_chosen in self._options.items()]
        person = beeps.group_by("id", maintain_order=True)
        self._people.append(
            person.agg(
                *(value.mean().alias(f"{name}:mean") for name, value in zip(self._variables, values, strict=True)),
                *(value.std().alias(f"{name}:sd") for name, value in zip(self._variables, values, strict=True)),
                *chosen,
                share=pl.col("valid").mean(),
            )
        )
        for name, found in self._by.items():
            found.append(
                beeps.group_by("id", name).agg(
                    value.mean().alias(one) for one, value in zip(self._variables, values, strict=True)
                )
            )

    def publish(self, plan: Plan) -> Tables:
        """The tables, protected."""
        least = plan.profile.cell_below or 1
        people = pl.concat(self._people)
        labels = {
            plan.ids[member.key]: {
                name: plan.anonymised.rows[member.key][name]
                for name in plan.ranking
                if name in plan.anonymised.rows[member.key]
            }
            for member in plan.members
        }
        answered = merge_quarters(people["share"].to_list(), least=least)
        known = [
            {**labels[row["id"]], **_answered(row, self._options, answered)} for row in people.iter_rows(named=True)
        ]
        told = [name for name in plan.ranking if plan.anonymised.levels.get(name, "withheld") != "withheld"]
        kinds: list[tuple[str, str | None]] = [(name, None) for name in (*told, "answered")]
        kinds += [*combinations(told, 2), *((name, "answered") for name in told)]
        kinds += [(name, None) for name in self._options]
        # Who took part is as it is; that nobody ever chose something is a zero to hide like any other small cell.
        possible = dict.fromkeys(self._options, ("no", "yes"))
        protected = protect_together([cross(known, kind, possible) for kind in kinds], least=least)
        lines = [
            (table.by[0], row, table.by[1] or None, column or None, int(count) if count else None)
            for table in protected
            for row, column, count in as_rows(table)
        ]
        schema = {"variable": pl.String, "label": pl.String, "by": pl.String, "by_label": pl.String}
        counts = pl.DataFrame(lines, schema={**schema, "persons": pl.Int32}, orient="row")
        single = {table.by[0]: table for table in protected if not table.by[1]}
        means = list(self._means(people, labels, {name: single[name] for name in told}, least))
        return Tables(
            counts=counts,
            means=pl.DataFrame(
                means,
                schema={
                    **{name: pl.String for name in ("variable", "by", "group")},
                    **{name: pl.Float64 for name in ("mean", "sd_between", "sd_within")},
                },
                orient="row",
            ),
            hidden=sum(table.hidden for table in protected),
        )

    def _means(
        self, people: pl.DataFrame, labels: Mapping[str, Mapping[str, str]], told: Mapping[str, Protected], least: int
    ) -> Iterator[tuple[str, str, str, float | None, float | None, float | None]]:
        groupings = {name: [labels[person].get(name, "") for person in people["id"]] for name in told}
        frame = people.with_columns(pl.Series(f"by:{name}", column) for name, column in groupings.items())
        for name in self._variables:
            yield (name, EVERYBODY, EVERYBODY, *_summary(frame, name, least))
            for by, table in told.items():
                renamed = frame.rename({f"by:{by}": "group"}).sort("group", maintain_order=True)
                yield from _grouped(renamed, name, by, least, table)
        for by, parts in self._by.items():
            moments = pl.concat(parts).rename({by: "group"}).sort("group", "id")
            moments = moments.with_columns(pl.col("group").cast(pl.String))
            for name in self._variables:
                plain = moments.rename({name: f"{name}:mean"}).with_columns(
                    pl.lit(None, pl.Float64).alias(f"{name}:sd")
                )
                yield from _grouped(plain, name, by, least, None)


def _value(column: Column) -> pl.Expr:
    """A true value, not a missing code."""
    value = pl.col(column.name)
    return pl.when(value > NOT_SHOWN).then(value) if column.missing else value


def _quarter(share: object) -> int:
    return min(int(share * QUARTERS), QUARTERS - 1) if isinstance(share, float) else 0


def merge_quarters(shares: Iterable[object], *, least: int) -> tuple[str, ...]:
    """What each quarter of beeps answered is called: those with fewer than ``least`` people go with a neighbour, so
    that no quarter that lacks tells that nobody answered so little or so much."""
    found = Counter(map(_quarter, shares))
    spans: list[list[int]] = []
    for quarter in range(QUARTERS):
        if spans and sum(found[one] for one in spans[-1]) < least:
            spans[-1].append(quarter)
        else:
            spans.append([quarter])
    if len(spans) > 1 and sum(found[one] for one in spans[-1]) < least:
        last = spans.pop()
        spans[-1] += last
    width = 100 // QUARTERS
    return tuple(f"{span[0] * width}-{(span[-1] + 1) * width}%" for span in spans for _ in span)


def _answered(row: Mapping[str, object], options: Iterable[str], names: Sequence[str]) -> dict[str, str]:
    return {"answered": names[_quarter(row["share"])], **{name: "yes" if row[name] else "no" for name in options}}


def _grouped(
    frame: pl.DataFrame, name: str, by: str, least: int, table: Protected | None
) -> Iterator[tuple[str, str, str, float | None, float | None, float | None]]:
    """The groups that may be told. ``table``: counts of the same groups, whose hidden ones stay hidden here."""
    with_value = frame.filter(pl.col(f"{name}:mean").is_not_null())
    groups = list(dict.fromkeys(frame["group"]))
    found = dict(with_value.group_by("group").len().iter_rows())
    counts = Counts(
        by=(by, ""), rows=tuple(groups), columns=("",), cells=tuple((int(found.get(group, 0)),) for group in groups)
    )
    hide = frozenset((by, row) for (row, _), count in table.cells.items() if count is None) if table else frozenset()
    shown = protect(counts, least=least, hide=hide)
    for group in groups:
        if shown.cells[group, ""] is not None:
            yield (name, by, group, *_summary(with_value.filter(group=group), name, least))


def _summary(frame: pl.DataFrame, name: str, least: int) -> tuple[float | None, float | None, float | None]:
    """Mean and spread over persons of their own means, and the mean of their own spreads."""
    means, spreads = frame[f"{name}:mean"].drop_nulls(), frame[f"{name}:sd"].drop_nulls()
    if len(means) < least:
        return None, None, None
    within = spreads.mean() if len(spreads) >= least else None
    return _rounded(means.mean()), _rounded(means.std()), _rounded(within)


def _rounded(value: object) -> float | None:
    return round(value, _DECIMALS) if isinstance(value, float) else None


def table_columns(
    variables: Sequence[str], counted: Sequence[str], kinds: Sequence[str]
) -> tuple[list[Column], list[Column]]:
    """The columns of counts.csv and of means.csv."""

    def word(name: str, label: Text, values: Sequence[str] = (), *, required: bool = True) -> Column:
        return Column(
            name=name, type="text", role="table", label=label, values=tuple(values), level="nominal", required=required
        )

    def number(name: str, nl: str, en: str) -> Column:
        return Column(name=name, type="number", role="table", label={"nl": nl, "en": en})

    counts = [
        word("variable", {"nl": "waarnaar geteld is", "en": "what is counted by"}, counted),
        word("label", {"nl": "groep daarvan; total is het totaal", "en": "group of it; total is the total"}),
        word("by", {"nl": "en ook naar", "en": "and also by"}, kinds, required=False),
        word("by_label", {"nl": "groep daarvan", "en": "group of that"}, required=False),
        Column(
            name="persons",
            type="integer",
            role="table",
            label={"nl": "aantal personen; leeg is verborgen", "en": "number of persons; empty is hidden"},
            low=0,
        ),
    ]
    means = [
        word("variable", {"nl": "score of vraag", "en": "measure or item"}, variables),
        word("by", {"nl": "naar", "en": "by"}, [EVERYBODY, *kinds, "dayno", "beepno"]),
        word("group", {"nl": "groep", "en": "group"}),
        number("mean", "gemiddelde van de gemiddelden van personen", "mean of the persons' means"),
        number("sd_between", "standaarddeviatie tussen personen", "standard deviation between persons"),
        number(
            "sd_within",
            "gemiddelde standaarddeviatie binnen personen; leeg per dag en beep",
            "mean standard deviation within persons; empty by day and beep",
        ),
    ]
    return counts, means
