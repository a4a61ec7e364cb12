"""The `measures:` and `night:` sections of a questionnaire file, with every mistake named.

measures:
  mood: {mean: [pa_cheerful, pa_relaxed], reversed: [na_down, na_tense], at_least: 3, covers: moment}
night: {in_bed: sl_bed, tried: sl_try, woke: sl_wake, got_up: sl_up, latency: sl_latency}
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from prompts import sleep
from prompts.instruments import Item, MeasureRule
from prompts.measures import MEASURES
from prompts.scoring import NIGHT_QUANTITIES, OPERATORS
from prompts.yaml_reader import Node, plain

COVERS = ("moment", "since_last", "day", "night")

_ROLE_TYPES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(sleep.TIME_ROLES, ("time",)),
    "latency": ("single", "number"),
    "latency_minutes": ("number",),
    "awakenings": ("single", "number"),
    "awake_minutes": ("number",),
}
_UNITS = {"mean": "points", "scale": "points", "any_of": "yes_no", "none_of": "yes_no"}
_NIGHT_UNITS = {"time_asleep": "minutes", "efficiency": "share", "midpoint": "clock_minutes"}


def read_night_roles(root: Node, items: Mapping[str, Item]) -> Mapping[str, str] | None:
    """Which item tells which part of the night; None for an instrument without a `night:` section."""
    if not root.has("night"):
        return None
    node = root.child("night")
    node.refuse_unknown(sleep.ROLES)
    roles: dict[str, str] = {}
    for role, types in _ROLE_TYPES.items():
        item_id = node.string(role, required=False)
        item = _find(node, role, item_id, items) if item_id else None
        if item is not None and item.type not in types:
            node.fail(role, f"{item_id} must be of type {' or '.join(types)}")
        if item is not None:
            roles[role] = item_id
    return roles


def read_measures(root: Node, items: Mapping[str, Item]) -> tuple[MeasureRule, ...]:
    section = root.child("measures", required=False)
    rules: list[MeasureRule] = []
    for name in section.tree:
        if name not in MEASURES:
            section.fail(str(name), f"unknown measure{_guess(str(name), MEASURES)}")
            continue
        node = section.child(name)
        operators = [operator for operator in OPERATORS if operator in node.tree]
        if len(operators) != 1:
            node.fail("", f"needs exactly one of {', '.join(OPERATORS)}")
            continue
        arguments = _read_arguments(node, operators[0], items)
        covers = node.choice("covers", COVERS)
        unit = _NIGHT_UNITS.get(arguments.get("quantity", ""), _UNITS.get(operators[0], ""))
        if unit and unit != MEASURES[name].unit:
            node.fail(operators[0], f"gives {unit}, but {name} is in {MEASURES[name].unit}")
        if operators[0] == "night" and not root.has("night"):
            node.fail("night", "there is no night: section in this file")
        rules.append(MeasureRule(name=name, operator=operators[0], arguments=arguments, covers=covers))
    return tuple(rules)


def _read_arguments(node: Node, operator: str, items: Mapping[str, Item]) -> dict[str, Any]:
    node.refuse_unknown({operator, "covers"} | ({"reversed", "at_least"} if operator == "mean" else set()))
    if operator == "mean":
        straight = node.strings("mean", required=False) if node.tree["mean"] != [] else ()
        turned = node.strings("reversed", required=False)
        for field, ids in (("mean", straight), ("reversed", turned)):
            for item_id in ids:
                _find_placed(node, field, item_id, items)
        for item_id in set(straight) & set(turned):
            node.fail("reversed", f"{item_id} is both plain and reversed")
        at_least = node.whole("at_least", low=1, high=max(1, len(straight) + len(turned)))
        return {"items": straight, "reversed": turned, "at_least": at_least}
    if operator == "scale":
        item_id = node.string("scale")
        _find_placed(node, "scale", item_id, items)
        return {"item": item_id}
    if operator == "night":
        return {"quantity": node.choice("night", NIGHT_QUANTITIES)}
    pairs = plain(node.child(operator).tree)
    if len(pairs) != 1:
        node.fail(operator, "names one choice item with a list of its options")
        return {}
    item_id, options = next(iter(pairs.items()))
    item = _find(node, operator, item_id, items)
    for option in options if isinstance(options, list) else [options]:
        if item is not None and (not isinstance(option, str) or item.option(option) is None):
            node.fail(operator, f"{item_id} has no option {option}")
    return {"item": item_id, "options": tuple(options) if isinstance(options, list) else ()}


def _find(node: Node, field: str, item_id: str, items: Mapping[str, Item]) -> Item | None:
    if item_id not in items:
        node.fail(field, f"there is no item {item_id}{_guess(item_id, items)}")
        return None
    if items[item_id].private:
        node.fail(field, f"{item_id} is private, a measure would let it out")
    return items[item_id]


def _find_placed(node: Node, field: str, item_id: str, items: Mapping[str, Item]) -> None:
    """The item exists and has a place on 0..100: a slider, a number, or a choice with two different values."""
    item = _find(node, field, item_id, items) if item_id else None
    if item is None or item.type in {"slider", "number"}:
        return
    values = {option.value for option in item.options if option.value is not None}
    if item.type != "single" or len(values) < 2:
        node.fail(field, f"{item_id} has no numbers: it must be a slider, a number or a single choice with values")


def _guess(name: str, known: Mapping[str, Any]) -> str:
    guess = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {guess[0]}?" if guess else ""
