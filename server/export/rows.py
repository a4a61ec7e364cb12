"""From ledger to file: one group of diaries de-identified, column by column, in polars.

What a row becomes is said by the pure modules (`calendar`, `careless`, `columns`, `items`); here it is said once more
for whole columns, because a million rows leave no time for a function call each. Tests hold the two to one another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from prompts.measures import MEASURES
from server.export import columns as c
from server.export.calendar import BANDS_MIN, DUMMY_MONDAY, STEP_MIN
from server.export.calendar_items import tells_the_calendar
from server.export.columns import Column
from server.export.flags import add_flags
from server.export.formats import schema_of
from server.export.items import Field, Layout
from server.export.ledger import ITEM, MEASURE, Group, Wanted
from server.export.profiles import Profile

_KEY = ("n", "local_date", "slot")
_EPOCH_MONDAY = (DUMMY_MONDAY - date(1970, 1, 1)).days
_STEP_S = STEP_MIN * 60
_NUMBERS = ("slider", "number")


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """How rows are made. ``most_delay``: the top code of response delays in minutes. names: questionnaire by key.

    days: only rows of the first so many study days.
    """

    profile: Profile
    layout: Layout
    beeps: tuple[Column, ...]
    events: tuple[Column, ...]
    most_delay: int
    names: Mapping[str, str]
    days: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Diaries:
    """Rows with the columns of the recipe, before rare categories are collapsed.

    lasted: entries to beeps by whole seconds from start to end, as far as known; of all together, so in no row.
    """

    beeps: pl.DataFrame
    events: pl.DataFrame
    lasted: tuple[tuple[int, int], ...]


def wanted_of(layout: Layout) -> list[Wanted]:
    """What must be read for these columns."""
    return [
        Wanted(
            instrument=key,
            texts=tuple(field.item.id for field in fields if field.item.type not in _NUMBERS),
            numbers=tuple(field.item.id for field in fields if field.item.type in _NUMBERS),
            measures=tuple(layout.measures[key]),
        )
        for key, fields in layout.fields.items()
    ]


def lay_rows(group: Group, people: pl.DataFrame, recipe: Recipe) -> Diaries:
    """The rows of a group. ``people`` has n, id, starts_on and keep_weekday (whether rows may show her weekdays)."""
    parts = []
    for key, beeps in group.beeps.items():
        if beeps.height:
            # Faster than a join: people stand in the order of their numbers, without a gap.
            whose = people.drop("n")[(beeps["n"] - group.first)]
            frame = _with_times(_paused(beeps.hstack(whose), group.pauses), recipe)
            parts.append(_entries(frame, key, recipe))
    if not parts:
        return Diaries(
            beeps=pl.DataFrame(schema=schema_of((*recipe.beeps, *recipe.layout.columns))),
            events=pl.DataFrame(schema=schema_of((*recipe.events, *recipe.layout.columns))),
            lasted=(),
        )
    laid = pl.concat(parts, how="diagonal")
    laid = laid.with_columns(_missing_fills(recipe, laid)).sort(*_KEY)
    return Diaries(beeps=_beeps(laid, recipe), events=_events(laid, recipe), lasted=_lasted(laid))


def _lasted(frame: pl.DataFrame) -> tuple[tuple[int, int], ...]:
    entries = frame.filter(pl.col("kind") == "questionnaire").select(s=pl.col("lasted").floor().cast(pl.Int64))
    return tuple(entries.drop_nulls().group_by("s").len().sort("s").iter_rows())


def _paused(frame: pl.DataFrame, pauses: pl.DataFrame) -> pl.DataFrame:
    """Whether a beep lies in a pause that was not over when it was due."""
    if pauses.is_empty():
        return frame.with_columns(paused=pl.lit(False))
    quiet = (
        frame.select(*_KEY, "due")
        .join(pauses, on="n")
        .filter(
            pl.col("local_date").is_between("starts_on", "ends_on")
            & (pl.col("ended").is_null() | (pl.col("due") < pl.col("ended")))
        )
        .select(*_KEY, paused=pl.lit(True))
        .unique()
    )
    return frame.join(quiet, on=_KEY, how="left").with_columns(pl.col("paused").fill_null(False))


def _with_times(frame: pl.DataFrame, recipe: Recipe) -> pl.DataFrame:
    """Day numbers, the hour, delays, and the dummy calendar: all of the beep's own wall clock."""
    profile = recipe.profile
    wall = pl.col("due") + pl.col("utc_offset") * 60
    delay = ((pl.col("started") - pl.col("due")) / 60).floor().clip(0, recipe.most_delay)
    # An imported entry has one time only; it did not take no time at all.
    lasted = pl.when(pl.col("finished") > pl.col("started")).then(pl.col("finished") - pl.col("started"))
    frame = frame.with_columns(
        dayno=((pl.col("local_date") - pl.col("starts_on")).dt.total_days() + 1).cast(pl.Int32),
        weekend=pl.when("keep_weekday").then((pl.col("local_date").dt.weekday() >= 6).cast(pl.Int32)),
        sched_hour=(wall % 86_400 // 3_600).cast(pl.Int32),
        has_entry=pl.col("finished").is_not_null(),
        resp_delay_min=delay.cast(pl.Int32),
        lasted=lasted,
        duration_min=(lasted / 60).floor().clip(0, c.MOST_DURATION_MIN).cast(pl.Int32),
    ).with_columns(
        resp_delay_band=_band("resp_delay_min"),
        duration_band=_band("duration_min"),
    )
    if recipe.days:
        frame = frame.filter(pl.col("dayno") <= recipe.days)
    if profile.dates != "dummy":
        return frame
    return frame.with_columns(
        scheduled=_dummy("due"), sent=_dummy("sent"), start=_dummy("started"), end=_dummy("finished")
    )


def _band(name: str) -> pl.Expr:
    return (
        1
        + pl.sum_horizontal((pl.col(name) >= edge).cast(pl.Int32) for edge in BANDS_MIN).cast(pl.Int32)
        + (
            pl.col(name) * 0  # no delay, no band
        )
    )


def _dummy(name: str) -> pl.Expr:
    """`calendar.dummy_time` of a column of instants."""
    wall = (pl.col(name) + pl.col("utc_offset") * 60).floor().cast(pl.Int64)
    first = pl.when("keep_weekday").then(pl.col("starts_on").dt.weekday().cast(pl.Int64) - 1).otherwise(0)
    shift = (first + _EPOCH_MONDAY) - pl.col("starts_on").cast(pl.Int32).cast(pl.Int64)
    return ((wall - wall % _STEP_S + shift * 86_400) * 1_000).cast(pl.Datetime("ms"))


def _entries(frame: pl.DataFrame, key: str, recipe: Recipe) -> pl.DataFrame:
    """The rows of one questionnaire with its items, measures and flags."""
    step = recipe.profile.sliders_step
    fields, measures = recipe.layout.fields[key], recipe.layout.measures[key]
    raw = {field.stem: pl.col(f"{ITEM}{field.item.id}") for field in fields}
    # Most items are answered in every entry; only for the others must be found out what became of them.
    entries = frame["finished"].count()
    doubtful = [field for field in fields if frame[f"{ITEM}{field.item.id}"].count() < entries]
    frame = frame.with_columns(
        *(_named(field, "shown").alias(f"_shown_{field.stem}") for field in fields if field in doubtful or field.shown),
        *(_named(field, "skipped").alias(f"_skipped_{field.stem}") for field in doubtful),
    )
    empty = {field.stem: pl.col("has_entry") & raw[field.stem].is_null() for field in doubtful}
    asked = {stem: pl.col(f"_shown_{stem}") | pl.col(f"_skipped_{stem}") for stem in empty}
    found: list[pl.Expr] = []
    for field in fields:
        for name, value in _values(field, raw[field.stem], step).items():
            told = _coded(field, raw[field.stem], value, asked.get(field.stem)).cast(pl.Float64)
            if tells_the_calendar(field.item):
                told = pl.when("keep_weekday").then(told)
            found.append(told.alias(name))
        if field.shown:
            found.append(pl.col(f"_shown_{field.stem}").cast(pl.Int32).alias(field.shown))
    without = _count(empty.values())
    silent = _count(empty[stem] & asked[stem] for stem in empty)
    quiet = _count(empty[stem] & pl.col(f"_shown_{stem}") & ~pl.col(f"_skipped_{stem}") for stem in empty)
    sliders = [f"{ITEM}{field.item.id}" for field in fields if field.item.type == "slider"]
    round_to = step if step and step > 1 else None
    scored = [
        _score(pl.col(f"{MEASURE}{name}"), round_to if MEASURES[name].unit == "points" else None).alias(to)
        for name, to in measures.items()
    ]
    answered = len(fields) - without
    with_entry = pl.when("has_entry")
    frame = frame.with_columns(
        *found,
        *scored,
        n_answered=with_entry.then(answered),
        n_shown=with_entry.then(answered + silent),
        partial=quiet > 0,
        questionnaire=pl.lit(recipe.names[key]),
    )
    return add_flags(frame, sliders).select(pl.exclude("^(a|m)_.*$", "^_(shown|skipped)_.*$", "shown", "skipped"))


def _named(field: Field, among: str) -> pl.Expr:
    """Whether the JSON list of item ids has this one."""
    return pl.col(among).str.contains(f'"{field.item.id}"', literal=True)


def _coded(field: Field, raw: pl.Expr, value: pl.Expr, asked: pl.Expr | None) -> pl.Expr:
    """The value, or why there is none; ``asked`` is None where every entry has an answer."""
    if not field.coded:
        return value
    coded = pl.when(raw.is_not_null()).then(value).when(~pl.col("has_entry")).then(c.MISSED)
    return coded.otherwise(c.MISSED if asked is None else pl.when(asked).then(c.SKIPPED).otherwise(c.NOT_SHOWN))


def _count(truths: Iterable[pl.Expr]) -> pl.Expr:
    return pl.sum_horizontal([truth.cast(pl.Int32) for truth in truths] or [pl.lit(0, pl.Int32)]).cast(pl.Int32)


def _values(field: Field, raw: pl.Expr, step: int | None) -> dict[str, pl.Expr]:
    """The columns of one item where it has an answer."""
    match field.item.type:
        case "single":
            return {field.stem: raw.replace_strict(dict(field.codes), default=None, return_dtype=pl.Float64)}
        case "multiple":
            return {
                name: raw.str.contains(f'"{option}"', literal=True).cast(pl.Float64)
                for option, name in field.names.items()
            }
        case "time":
            hours, minutes = raw.str.slice(0, 2).cast(pl.Float64), raw.str.slice(3, 2).cast(pl.Float64)
            return {field.stem: hours * 60 + minutes}
        case "slider" if step and step > 1:
            return {field.stem: (raw / step).round() * step}
    return {field.stem: raw}


def _score(measure: pl.Expr, step: int | None) -> pl.Expr:
    """Measures of rounded sliders are rounded as well (those in points), or they would give the sliders back."""
    return (measure / step).round() * step if step else measure.round(c.MEASURE_DECIMALS)


def _missing_fills(recipe: Recipe, frame: pl.DataFrame) -> list[pl.Expr]:
    """Items of the other questionnaires were not shown in this one; and columns that this group happens to lack."""
    there = set(frame.columns)
    found = []
    for column in recipe.layout.columns:
        here = pl.col(column.name) if column.name in there else pl.lit(None, pl.Float64).alias(column.name)
        found.append(here.fill_null(c.NOT_SHOWN) if column.missing else here)
    return found


def _status() -> pl.Expr:
    reached = pl.col("sent").is_not_null()
    return (
        pl.when(pl.col("has_entry"))
        .then(pl.when("partial").then(c.PARTIAL).otherwise(c.COMPLETE))
        .when(pl.col("opened").is_not_null())
        .then(c.EXPIRED)
        .when(reached)
        .then(c.UNANSWERED)
        .when("paused")
        .then(c.PAUSED)
        .when(pl.col("tried") == 0)
        .then(c.BLOCKED)
        .otherwise(c.NOT_DELIVERED)
        .cast(pl.Int32)
    )


def _beeps(frame: pl.DataFrame, recipe: Recipe) -> pl.DataFrame:
    rows = frame.filter(pl.col("kind") == "questionnaire").with_columns(
        beepno=pl.col("slot"),
        obsno=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("n"),
        valid=pl.col("has_entry").cast(pl.Int32),
        delivered=pl.col("sent").is_not_null().cast(pl.Int32),
        reminders=pl.col("reminders").fill_null(0),
        status=_status(),
        opened=pl.col("opened").fill_null(0),
    )
    return _typed(rows, (*recipe.beeps, *recipe.layout.columns))


def _events(frame: pl.DataFrame, recipe: Recipe) -> pl.DataFrame:
    """Own entries, numbered in the order in which they were made, whatever slot their keys have."""
    rows = (
        frame.filter((pl.col("kind") == "event") & pl.col("has_entry"))
        .sort("n", "due", "slot")
        .with_columns(entryno=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("n"), status=_status())
    )
    return _typed(rows, (*recipe.events, *recipe.layout.columns))


def _typed(rows: pl.DataFrame, columns: Sequence[Column]) -> pl.DataFrame:
    return rows.select(pl.col(name).cast(kind) for name, kind in schema_of(columns).items())
