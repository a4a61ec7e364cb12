"""From ledger to file: one group of diaries de-identified, column by column, in polars.

What a row becomes is said by the pure modules (`calendar`, `careless`, `columns`, `items`); here it is said once more
for whole columns, because a million rows leave no time for a function call each. Tests hold the two to one another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from server.export import columns as c
from server.export.calendar import BANDS_MIN, DUMMY_MONDAY, STEP_MIN
from server.export.careless import FLAT_SD, LEAST_ITEMS, SAME_SHARE, SECONDS_AN_ITEM
from server.export.columns import Column
from server.export.items import Field, Layout
from server.export.ledger import Group
from server.export.profiles import Profile

_KEY = ("n", "local_date", "slot")
_EPOCH_MONDAY = (DUMMY_MONDAY - date(1970, 1, 1)).days
_STEP_S = STEP_MIN * 60
MEASURE_DECIMALS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """How rows are made. ``most_delay``: the top code of response delays in minutes. names: questionnaire by key."""

    profile: Profile
    layout: Layout
    beeps: tuple[Column, ...]
    events: tuple[Column, ...]
    most_delay: int
    names: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Diaries:
    """Rows with the columns of the recipe, before rare categories are collapsed."""

    beeps: pl.DataFrame
    events: pl.DataFrame


def lay_rows(group: Group, people: pl.DataFrame, recipe: Recipe) -> Diaries:
    """The rows of a group. ``people`` has n, id, starts_on and keep_weekday (whether rows may show her weekdays)."""
    frame = _with_times(_joined(group, people), recipe)
    parts = [_entries(frame, key, recipe) for key in recipe.layout.fields]
    laid = pl.concat(parts, how="diagonal") if parts else frame
    laid = laid.with_columns(_missing_fills(recipe, laid)).sort(*_KEY)
    return Diaries(beeps=_beeps(laid, recipe), events=_events(laid, recipe))


def _joined(group: Group, people: pl.DataFrame) -> pl.DataFrame:
    frame = group.beeps.join(people, on="n", how="inner")
    frame = frame.join(group.pushes, on=_KEY, how="left").join(group.opened, on=_KEY, how="left")
    if group.pauses.is_empty():
        return frame.with_columns(paused=pl.lit(False))
    quiet = (
        frame.select(*_KEY, "due")
        .join(group.pauses, on="n")
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
    """The rows of one instrument with its items and measures; those without an entry need no unpacking."""
    mine = frame.filter(pl.col("instrument") == key)
    fields, measures = recipe.layout.fields[key], recipe.layout.measures[key]
    answered = _unpacked(mine.filter("has_entry"), fields, measures, recipe.profile.sliders_step)
    silent = mine.filter(~pl.col("has_entry")).with_columns(
        *[pl.lit(c.MISSED, pl.Float64).alias(name) for field in fields for name in _value_names(field) if field.coded]
    )
    drop = ("answers", "skipped", "shown", "measures", "instrument")
    both = pl.concat([answered.drop(drop), silent.drop(drop)], how="diagonal")
    return both.with_columns(questionnaire=pl.lit(recipe.names[key]))


def _value_names(field: Field) -> list[str]:
    return list(field.names.values()) or [field.stem]


def _unpacked(
    frame: pl.DataFrame, fields: Sequence[Field], measures: Mapping[str, str], step: int | None
) -> pl.DataFrame:
    """Answers and measures out of their JSON. Items that have no column are passed over and never become values."""
    kinds: dict[str, pl.DataType] = {"single": pl.String(), "time": pl.String(), "multiple": pl.List(pl.String)}
    answers = pl.Struct([pl.Field(field.item.id, kinds.get(field.item.type, pl.Float64())) for field in fields])
    scores = pl.Struct([pl.Field(name, pl.Float64()) for name in measures])
    decoded = frame.with_columns(
        pl.col("answers").str.json_decode(answers), _measures=pl.col("measures").str.json_decode(scores)
    )
    raw = {field.stem: pl.col("answers").struct.field(field.item.id) for field in fields}
    given = {field.stem: raw[field.stem].is_not_null() for field in fields}
    asked = {field.stem: pl.col("shown").str.contains(f'"{field.item.id}"', literal=True) for field in fields}
    passed = {field.stem: pl.col("skipped").str.contains(f'"{field.item.id}"', literal=True) for field in fields}
    found: list[pl.Expr] = []
    for field in fields:
        absent = pl.when(asked[field.stem] | passed[field.stem]).then(c.SKIPPED).otherwise(c.NOT_SHOWN)
        for name, value in _values(field, raw[field.stem], step).items():
            coded = pl.when(given[field.stem]).then(value).otherwise(absent if field.coded else None)
            found.append(coded.cast(pl.Float64).alias(name))
        if field.shown:
            found.append(asked[field.stem].cast(pl.Int32).alias(field.shown))
    answered = _count(given.values())
    quiet = _count((asked[stem] & ~given[stem] & ~passed[stem]) for stem in given)
    silent = _count(((asked[stem] | passed[stem]) & ~given[stem]) for stem in given)
    sliders = [raw[field.stem] for field in fields if field.item.type == "slider"]
    round_to = step if step and step > 1 else None
    scored = [_score(pl.col("_measures").struct.field(name), round_to).alias(to) for name, to in measures.items()]
    return decoded.with_columns(
        *found,
        *scored,
        *_flags(sliders, answered),
        n_shown=answered + silent,
        n_answered=answered,
        partial=quiet > 0,
    ).drop("_measures")


def _count(truths: Iterable[pl.Expr]) -> pl.Expr:
    return pl.sum_horizontal([truth.cast(pl.Int32) for truth in truths] or [pl.lit(0, pl.Int32)]).cast(pl.Int32)


def _values(field: Field, raw: pl.Expr, step: int | None) -> dict[str, pl.Expr]:
    """The columns of one item where it has an answer."""
    match field.item.type:
        case "single":
            return {field.stem: raw.replace_strict(dict(field.codes), default=None, return_dtype=pl.Float64)}
        case "multiple":
            return {name: raw.list.contains(option).cast(pl.Float64) for option, name in field.names.items()}
        case "time":
            hours, minutes = raw.str.slice(0, 2).cast(pl.Float64), raw.str.slice(3, 2).cast(pl.Float64)
            return {field.stem: hours * 60 + minutes}
        case "slider" if step and step > 1:
            return {field.stem: (raw / step).round() * step}
    return {field.stem: raw}


def _score(measure: pl.Expr, step: int | None) -> pl.Expr:
    """Measures of rounded sliders are rounded as well, or they would give the sliders back."""
    return (measure / step).round() * step if step else measure.round(MEASURE_DECIMALS)


def _flags(sliders: Sequence[pl.Expr], answered: pl.Expr) -> list[pl.Expr]:
    """`careless.flag` for whole columns."""
    fast = pl.when(pl.col("lasted").is_not_null() & (answered > 0)).then(
        (pl.col("lasted") <= SECONDS_AN_ITEM * answered).cast(pl.Int32)
    )
    if len(sliders) < LEAST_ITEMS:
        none = pl.lit(None, pl.Int32)
        return [fast.alias("flag_fast"), none.alias("flag_flat"), none.alias("flag_longstring")]
    count = _count([slider.is_not_null() for slider in sliders])
    mean = pl.mean_horizontal(sliders)
    squares = pl.sum_horizontal([(slider - mean) ** 2 for slider in sliders])
    flat = (squares / (count - 1)).sqrt() <= FLAT_SD
    most = pl.max_horizontal([_count([(one == other) for other in sliders]) for one in sliders])
    same = most >= SAME_SHARE * count
    enough = count >= LEAST_ITEMS
    return [
        fast.alias("flag_fast"),
        pl.when(enough).then(flat.cast(pl.Int32)).alias("flag_flat"),
        pl.when(enough).then(same.cast(pl.Int32)).alias("flag_longstring"),
    ]


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
    kinds: dict[str, pl.DataType] = {
        "text": pl.String(),
        "integer": pl.Int32(),
        "number": pl.Float64(),
        "datetime": pl.Datetime("ms"),
    }
    return rows.select(pl.col(column.name).cast(kinds[column.type]) for column in columns)
