"""How every score is computed, so that a reader of the file can compute it again from the columns. Pure.

What is said here in words is done by `prompts.scoring` and `prompts.sleep`.
"""

from collections.abc import Callable, Mapping, Sequence

from prompts.instruments import Instrument, Item, MeasureRule
from prompts.measures import MEASURES
from prompts.sleep import DAY, LONGEST_IN_BED, LONGEST_STEP, SHORTEST_IN_BED
from server.export.columns import MEASURE_DECIMALS
from server.export.condition_words import Told
from server.export.generalise import Text

UNITS: Mapping[str, Text | None] = {
    "points": {"nl": "punten van 0 tot 100", "en": "points from 0 to 100"},
    "yes_no": None,  # its codes say it
    "minutes": {"nl": "minuten", "en": "minutes"},
    "share": {"nl": "aandeel van 0 tot 1", "en": "share from 0 to 1"},
    "clock_minutes": {
        "nl": "minuten na de middernacht waarmee de dag van opstaan begint",
        "en": "minutes from the midnight at which the day of getting up begins",
    },
}
_COVERS: Mapping[str, Text] = {
    "moment": {"nl": "gaat over het moment", "en": "covers: moment"},
    "since_last": {"nl": "gaat over de tijd sinds de vorige beep", "en": "covers: since the beep before"},
    "day": {"nl": "gaat over de dag", "en": "covers: day"},
    "night": {"nl": "gaat over de nacht", "en": "covers: night"},
}
Say = Callable[[str, str], str]


def word_formula(
    rule: MeasureRule, instrument: Instrument, told: Mapping[str, Told], *, sliders_step: int | None
) -> Text:
    """The formula of a measure with names of columns, rounding, and what stretch of time it is about.

    told: items by id, those without a column left out; they go by their id.
    """
    return {language: _formula(rule, instrument, told, sliders_step, language) for language in ("nl", "en")}


def _formula(
    rule: MeasureRule, instrument: Instrument, told: Mapping[str, Told], step: int | None, language: str
) -> str:
    def say(nl: str, en: str) -> str:
        return nl if language == "nl" else en

    arguments = rule.arguments
    if rule.operator == "mean":
        terms = [_placed(item, instrument, told, say) for item in arguments["items"]]
        terms += [f"100 - {_placed(item, instrument, told, say)}" for item in arguments["reversed"]]
        least = arguments["at_least"]
        text = (
            f"{say('gemiddelde', 'mean')}({', '.join(terms)}), "
            f"{say('van wat beantwoord is; leeg bij minder dan', 'of what is answered; empty with fewer than')} "
            f"{least} {say('antwoorden', 'answers')}"
        )
    elif rule.operator == "scale":
        text = _placed(arguments["item"], instrument, told, say)
    elif rule.operator == "night":
        text = _night(arguments["quantity"], instrument, told, say)
    else:
        met, not_met = ("1", "0") if rule.operator == "any_of" else ("0", "1")
        chosen = _chosen(arguments["item"], arguments["options"], told, language)
        text = (
            f"{met} {say('als', 'if')} {chosen}, {say('anders', 'else')} {not_met}; "
            f"{say('leeg zonder antwoord', 'empty without an answer')} "
            f"({say('opties zoals ze waren voor samenvoeging', 'options as they were before any were merged')})"
        )
    return f"{text}; {_rounding(rule, step, say)}; {_COVERS[rule.covers][language]}"


def _rounding(rule: MeasureRule, step: int | None, say: Say) -> str:
    if step and step > 1 and MEASURES[rule.name].unit == "points":
        return say(
            f"van de antwoorden voor afronding, en dan afgerond op veelvouden van {step}",
            f"of the answers before they were rounded, and then rounded to multiples of {step}",
        )
    return say(f"afgerond op {MEASURE_DECIMALS} decimalen", f"rounded to {MEASURE_DECIMALS} decimals")


def _placed(item_id: str, instrument: Instrument, told: Mapping[str, Told], say: Say) -> str:
    """An item on 0..100."""
    item, known = instrument.item(item_id), told.get(item_id)
    name = known.stem if known else item_id
    if item.type == "slider":
        return name
    low, high = item.limits()
    if item.type == "single" and not (known and _own(item, known)):
        return _table(name, [(code, (value - low) / (high - low) * 100) for code, value in _coded(item, known)], say)
    return f"({name} - {low:g}) / {high - low:g} * 100"


def _minutes(item_id: str, instrument: Instrument, told: Mapping[str, Told], say: Say) -> str:
    """An item as the minutes it stands for."""
    item, known = instrument.item(item_id), told.get(item_id)
    name = known.stem if known else item_id
    if item.type != "single" or (known and _own(item, known)):
        return name
    return _table(name, _coded(item, known), say)


def _own(item: Item, known: Told) -> bool:
    """Whether the codes in the file are the values of the options themselves."""
    return all(option.value is not None and known.codes.get(option.id) == option.value for option in item.options)


def _coded(item: Item, known: Told | None) -> list[tuple[str, float]]:
    codes = known.codes if known else {}
    return [(str(codes.get(one.id, one.id)), one.value) for one in item.options if one.value is not None]


def _table(name: str, pairs: Sequence[tuple[str, float]], say: Say) -> str:
    return f"{name} {say('als', 'as')} [{', '.join(f'{code} = {value:.6g}' for code, value in pairs)}]"


def _chosen(item_id: str, options: Sequence[str], told: Mapping[str, Told], language: str) -> str:
    known, either = told.get(item_id), " of " if language == "nl" else " or "
    if known is None:
        return f"{item_id} = {either.join(options)}"
    if known.names:
        return either.join(f"{known.names[option]} = 1" for option in options)
    found = [(known.codes[option], known.item.option(option)) for option in options]
    return f"{known.stem} = " + either.join(f"{code} ({one.label[language]})" for code, one in found if one)


def _night(quantity: str, instrument: Instrument, told: Mapping[str, Told], say: Say) -> str:
    roles = instrument.night or {}

    def name(role: str) -> str:
        return told[roles[role]].stem if roles.get(role) in told else roles.get(role, "?")

    def step(start: str, end: str) -> str:
        return f"(({name(end)} - {name(start)}) mod {DAY})"

    latencies = [
        _minutes(roles[role], instrument, told, say) for role in ("latency_minutes", "latency") if role in roles
    ]
    first, *others = latencies or ["?"]
    until_asleep = first + "".join(f" {say('indien beantwoord, anders', 'if answered, else')} {one}" for one in others)
    awake = name("awake_minutes")
    if "awakenings" in roles:
        times = _minutes(roles["awakenings"], instrument, told, say)
        awake = f"0 {say('als', 'if')} {times} = 0, {say('anders', 'else')} {awake}"
    parts = {
        "S": step("tried", "woke"),
        "L": until_asleep,
        "A": awake,
        "T": f"{step('in_bed', 'tried')} + S + {step('woke', 'got_up')}",
    }
    text = {
        "time_asleep": "S - L - A",
        "efficiency": "(S - L - A) / T",
        "midpoint": f"{name('woke')} - (S - L) / 2",
    }[quantity]
    where = "; ".join(f"{letter} = {part}" for letter, part in parts.items())
    impossible = ", ".join(
        (
            f"{step('in_bed', 'tried')} > {LONGEST_STEP}",
            f"{step('woke', 'got_up')} > {LONGEST_STEP}",
            f"S = 0, S > {LONGEST_IN_BED}",
            f"T < {SHORTEST_IN_BED}, T > {LONGEST_IN_BED}",
            "L + A >= S",
        )
    )
    empty = say(
        f"leeg als een deel dat in de formule staat onbekend is, en bij een onmogelijke nacht: {impossible} "
        "(wat onbekend is wordt daarbij overgeslagen)",
        f"empty if a part of the formula is unknown, and for a night that cannot be: {impossible} (what is unknown is "
        "passed over in these)",
    )
    clock = say("tijden in minuten na middernacht", "times in minutes after midnight")
    return f"{text}, {say('met', 'where')} {where} ({clock}); {empty}"
