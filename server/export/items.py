"""From the questionnaires of a study to the columns of their items and measures. Pure.

* A slider or a number is one column, as answered.
* A choice of one is one column of codes: the option's own value where every option has a whole one, else its place in
  the list from 1 on.
* A choice of several is a column of 0 and 1 for every option: ``ctx_company_alone``.
* A time of day is minutes after midnight.
* Free text and private items have no column: they never leave.

The same item in several questionnaires (``pa_cheerful`` in momentary, morning and evening) is one column, as long as
its scale is the same; otherwise the questionnaire's name goes before it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from prompts.instruments import Instrument, Item, MeasureRule, Option
from prompts.measures import MEASURES
from server.export.calendar_items import NOTE as CALENDAR_NOTE
from server.export.calendar_items import tells_the_calendar
from server.export.columns import COLLAPSED, MISSED, YES_NO, Column, Level, Source, Text
from server.export.condition_words import word_condition
from server.export.construct_words import word_construct
from server.export.formula_words import UNITS, word_formula
from server.export.rarity import OTHER

KINDS = ("slider", "single", "multiple", "time", "number")
MINUTES_A_DAY = 1440
MOMENTS = ("moment", "since_last")


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """An item of one instrument and the columns it fills. ``stem`` is its name in the file.

    ``codes``: option id to code (single) or to the name of its column (multiple). ``nominal``: its options are kinds of
    things, which may be collapsed, not degrees. ``shown``: the column that says whether it was in the beep, or "".
    """

    item: Item
    stem: str
    codes: Mapping[str, int]
    names: Mapping[str, str]
    nominal: bool
    shown: str
    coded: bool  # whether missing codes fit below its true values


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """Fields and measures by instrument key, and the columns they make together, in order."""

    fields: Mapping[str, tuple[Field, ...]]
    measures: Mapping[str, Mapping[str, str]]  # instrument key -> measure -> column
    columns: tuple[Column, ...]
    of_moments: frozenset[str]  # columns of measures of a moment that two beeps next to each other can both have

    @property
    def nominal(self) -> dict[str, Field]:
        """Fields by stem whose rare options are collapsed."""
        return {field.stem: field for fields in self.fields.values() for field in fields if field.nominal}


def lay_out(
    instruments: Sequence[Instrument],
    *,
    reserved: Iterable[str],
    sliders_step: int | None = None,
    days: Iterable[Sequence[str]] | None = None,
    without: Collection[str] = (),
) -> Layout:
    """The columns of these instruments. ``reserved`` names are taken already; an item of such a name gets ``item_``.

    days: the questionnaires (keys) of a day in their order, one for each protocol; None: any may follow any. A measure
    that is asked once a day has no beep before it. without: ids of items that get no column.
    """
    taken = set(reserved)
    shapes: dict[str, Any] = {}
    columns: dict[str, Column] = {}
    fields: dict[str, list[Field]] = {}
    told: dict[str, dict[str, Field]] = {}  # conditions look back at items asked before
    for instrument in sorted(instruments, key=lambda one: (one.id, one.version)):
        for item in instrument.items:
            if item.type not in KINDS or item.private or item.id in without:
                continue
            field = _field(item, _stem(item, instrument, shapes, taken))
            fields.setdefault(instrument.key, []).append(field)
            told.setdefault(instrument.key, {})[item.id] = field
            for column in _columns(field, instrument.key, told[instrument.key], sliders_step):
                known = columns.get(column.name)
                columns[column.name] = replace(known, sources=known.sources + column.sources) if known else column
    measures: dict[str, dict[str, str]] = {}
    asked_in: dict[str, set[str]] = {}  # measures of a moment, and the questionnaires that give them
    for instrument in instruments:
        for rule in instrument.measures:
            name = rule.name if rule.name not in columns.keys() - _measured(columns) | taken else f"score_{rule.name}"
            formula = word_formula(rule, instrument, told.get(instrument.key, {}), sliders_step=sliders_step)
            column = _measure(rule, name, instrument.key, formula)
            known = columns.get(name)
            columns[name] = replace(known, sources=known.sources + column.sources) if known else column
            measures.setdefault(instrument.key, {})[rule.name] = name
            if rule.covers in MOMENTS:
                asked_in.setdefault(name, set()).add(instrument.key)
    following = None if days is None else {pair for slots in days for pair in pairwise(slots)}
    of_moments = {
        name
        for name, keys in asked_in.items()
        if following is None or any(first in keys and second in keys for first, second in following)
    }
    ordered = sorted(columns.values(), key=lambda column: column.role == "measure")
    return Layout(
        fields={one.key: tuple(fields.get(one.key, ())) for one in instruments},
        measures={one.key: measures.get(one.key, {}) for one in instruments},
        columns=tuple(ordered),
        of_moments=frozenset(of_moments),
    )


def _measured(columns: Mapping[str, Column]) -> set[str]:
    return {name for name, column in columns.items() if column.role == "measure"}


def _stem(item: Item, instrument: Instrument, shapes: dict[str, Any], taken: set[str]) -> str:
    """The first name that is free or already belongs to an item of the same scale."""
    shape = (item.type, [(option.id, option.value) for option in item.options], item.minimum, item.maximum)
    name = f"{instrument.id}_{item.id}".replace("-", "_")
    own = f"item_{item.id}" if item.id in taken else item.id
    for candidate in (own, name, f"{name}_{instrument.version}"):
        if candidate not in taken and shapes.setdefault(candidate, shape) == shape:
            return candidate
    raise ValueError(f"{instrument.key}: no name is left for {item.id}")


def _field(item: Item, stem: str) -> Field:
    values = [option.value for option in item.options]
    whole = bool(values) and all(value is not None and value == int(value) for value in values)
    own = whole and len(set(values)) == len(values) and min(value or 0 for value in values) > MISSED + 10
    single, several = item.type == "single", item.type == "multiple"
    lowest = item.minimum if item.type == "number" else 0
    return Field(
        item=item,
        stem=stem,
        codes={
            option.id: int(option.value or 0) if own else place for place, option in enumerate(item.options, start=1)
        }
        if single
        else {},
        names={option.id: f"{stem}_{option.id}" for option in item.options} if several else {},
        nominal=(single or several) and all(value is None for value in values),
        shown=f"{stem}__shown" if item.shown_share < 1 else "",
        coded=lowest is not None and lowest > MISSED + 10,
    )


def _columns(field: Field, key: str, told: Mapping[str, Field], sliders_step: int | None) -> list[Column]:
    item = field.item
    source = Source(
        instrument=key,
        question=item.prompt,
        low=item.low,
        high=item.high,
        construct=word_construct(item.construct),
        source=item.source,
        shown=_when_shown(item, told),
    )
    base = Column(
        name=field.stem, type="number", role="item", label=item.prompt, missing=field.coded, sources=(source,)
    )
    match item.type:
        case "slider":
            found = [replace(base, low=0, high=100, note=_rounded(sliders_step))]
        case "number":
            found = [replace(base, low=item.minimum, high=item.maximum, unit=item.unit)]
        case "time":
            minutes: Text = {"nl": "minuten na middernacht", "en": "minutes after midnight"}
            found = [replace(base, type="integer", low=0, high=MINUTES_A_DAY - 1, unit=minutes)]
        case "single":
            labels = {field.codes[option.id]: option.label for option in item.options}
            level: Level = "nominal" if field.nominal else "ordinal"
            note = CALENDAR_NOTE if tells_the_calendar(item) else _values(item.options)
            found = [replace(base, type="integer", codes=labels, level=level, note=note)]
        case _:
            found = [
                replace(
                    base,
                    name=field.names[option.id],
                    type="integer",
                    codes=YES_NO,
                    level="nominal",
                    label={language: f"{item.prompt[language]} [{option.label[language]}]" for language in item.prompt},
                )
                for option in item.options
            ]
    if field.shown:
        share = f"{item.shown_share:g}"
        label = {"nl": f"{field.stem} zat in deze beep", "en": f"{field.stem} was in this beep"}
        note = {
            "nl": f"Geloot, in {share} van de beeps; leeg zonder invulling.",
            "en": f"By lot, in {share} of the beeps; empty without an entry.",
        }
        found.append(
            Column(
                name=field.shown,
                type="integer",
                role="shown",
                label=label,
                codes=YES_NO,
                level="nominal",
                note=note,
                sources=(Source(instrument=key),),
            )
        )
    return found


def _rounded(step: int | None) -> Text | None:
    return {"nl": f"afgerond op {step}", "en": f"rounded to {step}"} if step and step > 1 else None


def _values(options: Sequence[Option]) -> Text | None:
    """Where scoring uses other numbers than the codes, they are told."""
    told = [(option.id, option.value) for option in options if option.value is not None]
    if not told or (all(value == int(value) for _, value in told) and len(told) == len(options)):
        return None
    words = ", ".join(f"{name} = {value:g}" for name, value in told)
    return {"nl": f"Waarden voor de scores: {words}.", "en": f"Values in scores: {words}."}


def _when_shown(item: Item, told: Mapping[str, Field]) -> Text | None:
    share = f"{item.shown_share:g}"
    drawn = {"nl": f"geloot, in {share} van de beeps", "en": f"drawn for {share} of beeps"}
    parts = [drawn] if item.shown_share < 1 else []
    if item.show_if is not None:
        words = word_condition(item.show_if, told)
        parts.append({"nl": f"als {words['nl']}", "en": f"if {words['en']}"})
    return {language: "; ".join(part[language] for part in parts) for language in ("nl", "en")} if parts else None


def _measure(rule: MeasureRule, name: str, key: str, formula: Text) -> Column:
    measure = MEASURES[rule.name]
    return Column(
        name=name,
        type="number",
        role="measure",
        label=measure.title,
        low=measure.low,
        high=measure.high,
        level="nominal" if measure.unit == "yes_no" else "scale",
        codes=YES_NO if measure.unit == "yes_no" else {},
        unit=UNITS[measure.unit],
        note=measure.direction,
        sources=(Source(instrument=key, formula=formula),),
    )


def collapse(layout: Layout, told: Mapping[str, Mapping[str, str]], *, below: int) -> Layout:
    """The layout after rare options became "other". ``told``: stem to option to what is written instead."""
    nominal = layout.nominal
    columns: list[Column] = []
    done: set[str] = set()
    gone = {
        nominal[stem].names[option]: stem
        for stem, words in told.items()
        for option, word in words.items()
        if nominal[stem].names and word != option
    }
    rare_code = {stem: other_code(nominal[stem]) for stem in told if nominal[stem].codes}
    for column in layout.columns:
        stem = gone.get(column.name)
        if stem is not None:
            if stem not in done and OTHER not in nominal[stem].names:
                columns.append(_other_column(column, nominal[stem], below))
            done.add(stem)
        elif column.name in rare_code and any(word != option for option, word in told[column.name].items()):
            columns.append(_with_other(column, nominal[column.name], told[column.name], below))
        else:
            columns.append(column)
    return replace(layout, columns=tuple(columns))


def other_code(field: Field) -> int:
    """The code of "other": the item's own if it has one."""
    return field.codes.get(OTHER, COLLAPSED)


def other_name(field: Field) -> str:
    """The column of "other" in a choice of several."""
    return field.names.get(OTHER, f"{field.stem}_{OTHER}")


def _rare_note(below: int) -> Text:
    return {
        "nl": f"Met wat minder dan {below} personen kozen samengevoegd tot anders.",
        "en": f"What fewer than {below} persons chose is merged into other.",
    }


def _with_other(column: Column, field: Field, words: Mapping[str, str], below: int) -> Column:
    keep = {
        field.codes[option]: column.codes[field.codes[option]]
        for option in field.codes
        if words.get(option, option) == option
    }
    other = other_code(field)
    keep[other] = column.codes.get(other) or {"nl": "anders (samengevoegd)", "en": "other (merged)"}
    return replace(column, codes=keep, note=_rare_note(below))


def _other_column(column: Column, field: Field, below: int) -> Column:
    label = {
        language: f"{text} [{'anders, samengevoegd' if language == 'nl' else 'other, merged'}]"
        for language, text in field.item.prompt.items()
    }
    return replace(column, name=other_name(field), label=label, note=_rare_note(below))
