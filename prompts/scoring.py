"""From answers to measures, as the instrument's own `measures:` section says, with a closed set of operators.

    mood:            {mean: [pa_cheerful, pa_relaxed], reversed: [na_down, na_tense], at_least: 3, covers: moment}
    stress:          {scale: stress_now, covers: moment}
    with_company:    {none_of: {ctx_company: [alone]}, covers: moment}
    time_asleep_min: {night: time_asleep, covers: night}

Every item used by `mean` and `scale` is first placed on 0..100: a slider as it is, a choice by its `value` and a number
by its place between the lowest and the highest possible, (x - low) / (high - low) * 100. Placing an ordered choice so
treats its steps as equal; it is a picture of more and less, not of minutes.

A measure is absent, never guessed, when it has too few answers. Change a rule and `scoring_version` goes up by one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from prompts import sleep
from prompts.instruments import Instrument, Item, MeasureRule

NIGHT_QUANTITIES: dict[str, Callable[[sleep.Night], float | None]] = {
    "time_asleep": sleep.time_asleep,
    "efficiency": sleep.sleep_efficiency,
    "midpoint": sleep.sleep_midpoint,
}


def measures(instrument: Instrument, answers: Mapping[str, Any]) -> dict[str, float]:
    """Every measure these answers allow, by name; units and ranges are in `measures.MEASURES`.

    `answers` are clean (as `answers.check` returns them): item id to value, unanswered items absent.
    """
    items = {item.id: item for item in instrument.items}
    scores: dict[str, float] = {}
    for rule in instrument.measures:
        score = OPERATORS[rule.operator](rule, instrument, items, answers)
        if score is not None:
            scores[rule.name] = score
    return scores


def place_on_100(item: Item, answer: Any) -> float | None:
    """The answer as 0..100 between the lowest and highest the item allows; None where it has no number."""
    number = choice_value(item, answer) if item.type == "single" else answer
    if number is None:
        return None
    low, high = item.limits()
    return (float(number) - low) / (high - low) * 100


def choice_value(item: Item, answer: Any) -> float | None:
    """The `value` written at the chosen option; None when that option has none."""
    option = item.option(answer)
    return option.value if option else None


def read_night(instrument: Instrument, answers: Mapping[str, Any]) -> sleep.Night:
    """The night an instrument with a `night:` section asks about; all of it unknown for another instrument."""
    values: dict[str, Any] = {}
    for role, item_id in (instrument.night or {}).items():
        if item_id in answers:
            item, answer = instrument.item(item_id), answers[item_id]
            values[role] = choice_value(item, answer) if item.type == "single" else answer
    return sleep.read_night(values)


def _mean(rule: MeasureRule, _: Instrument, items: Mapping[str, Item], answers: Mapping[str, Any]) -> float | None:
    """The plain mean of the items, with x -> 100 - x for the reversed ones, if at least `at_least` were answered."""
    placed: list[float] = []
    for item_id in (*rule.arguments["items"], *rule.arguments["reversed"]):
        place = place_on_100(items[item_id], answers[item_id]) if item_id in answers else None
        if place is not None:
            placed.append(100 - place if item_id in rule.arguments["reversed"] else place)
    if len(placed) < rule.arguments["at_least"]:
        return None
    return math.fsum(placed) / len(placed)


def _scale(rule: MeasureRule, _: Instrument, items: Mapping[str, Item], answers: Mapping[str, Any]) -> float | None:
    """One item on 0..100."""
    item_id = rule.arguments["item"]
    return place_on_100(items[item_id], answers[item_id]) if item_id in answers else None


def _any_of(rule: MeasureRule, _: Instrument, __: Mapping[str, Item], answers: Mapping[str, Any]) -> float | None:
    """1 when one of the options was chosen, 0 when none was; absent without an answer."""
    answer = answers.get(rule.arguments["item"])
    if answer is None:
        return None
    chosen = {answer} if isinstance(answer, str) else set(answer)
    return float(not chosen.isdisjoint(rule.arguments["options"]))


def _none_of(
    rule: MeasureRule, instrument: Instrument, items: Mapping[str, Item], answers: Mapping[str, Any]
) -> float | None:
    """1 when none of the options was chosen, 0 when one was; absent without an answer."""
    found = _any_of(rule, instrument, items, answers)
    return None if found is None else 1 - found


def _night(
    rule: MeasureRule, instrument: Instrument, _: Mapping[str, Item], answers: Mapping[str, Any]
) -> float | None:
    """A quantity of the night (see `sleep`); absent when a part of it is unknown or the night is not plausible."""
    night = read_night(instrument, answers)
    return None if sleep.find_problems(night) else NIGHT_QUANTITIES[rule.arguments["quantity"]](night)


OPERATORS: dict[str, Callable[[MeasureRule, Instrument, Mapping[str, Item], Mapping[str, Any]], float | None]] = {
    "mean": _mean,
    "scale": _scale,
    "any_of": _any_of,
    "none_of": _none_of,
    "night": _night,
}
