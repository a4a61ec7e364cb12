"""From a questionnaire file to an `Instrument`, naming every mistake on the way.

A file is `questionnaires/<id>.<version>.yaml`; momentary.1.yaml shows every kind of field. YAML anchors (`&name`,
`*name`) may be used to write the words at the ends of a slider or a set of options once.
"""

from __future__ import annotations

import re
from typing import cast

from prompts import conditions
from prompts.instruments import ITEM_TYPES, Block, Instrument, Item, ItemType, Option
from prompts.measure_files import read_measures, read_night_roles
from prompts.yaml_reader import CLOCK_TIME, Node

ITEM_ID = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")

_COMMON = frozenset({"id", "type", "prompt", "hint", "show_if", "shown_share", "construct", "source"})
_ASKS = _COMMON | {"required", "skippable", "private"}
_FIELDS: dict[str, frozenset[str]] = {
    "slider": _ASKS | {"low", "high"},
    "single": _ASKS | {"options"},
    "multiple": _ASKS | {"options"},
    "time": _ASKS,
    "number": _ASKS | {"min", "max", "step", "unit"},
    "text": _ASKS | {"max_length"},
    "info": _COMMON,
}
LONGEST_TEXT = 2000


def read_instrument(root: Node) -> Instrument:
    """The instrument in this file. Usable only if nothing was added to `root.errors`."""
    root.refuse_unknown({"id", "version", "title", "source", "blocks", "night", "measures", "scoring_version"})
    blocks: list[Block] = []
    earlier: dict[str, Item] = {}
    for node in root.children("blocks"):
        if node.tree.get("id") in {block.id for block in blocks}:
            node.fail("id", "another block has this id")
        blocks.append(_read_block(node, earlier))
    instrument_id = root.string("id")
    if instrument_id and not re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", instrument_id):
        root.fail("id", "must be small letters and digits with - between, starting with a letter")
    return Instrument(
        id=instrument_id,
        version=root.whole("version", low=1),
        title=root.text("title") or {},
        source=root.string("source", required=False),
        blocks=tuple(blocks),
        night=read_night_roles(root, earlier),
        measures=read_measures(root, earlier),
        scoring_version=root.whole("scoring_version", low=1),
    )


def _read_block(node: Node, earlier: dict[str, Item]) -> Block:
    """A block; its items join `earlier`, where the rules of later items may look.

    In a random block nothing is earlier than anything else, so its own items do not count there.
    """
    node.refuse_unknown({"id", "title", "order", "items"})
    order = node.choice("order", {"fixed", "random"}, default="fixed")
    before = dict(earlier)
    items: list[Item] = []
    for child in node.children("items"):
        item = _read_item(child)
        if item.id in earlier:
            child.fail("id", "another item has this id")
        if order == "random" and item.type == "info":
            child.fail("type", "information cannot stand in a random block, it would wander")
        if item.show_if is not None:
            _check_show_if(child, item, earlier if order == "fixed" else before)
        earlier.setdefault(item.id, item)
        items.append(item)
    return Block(
        id=node.slug("id"),
        title=node.text("title", required=False),
        order="random" if order == "random" else "fixed",
        items=tuple(items),
    )


def _read_item(node: Node) -> Item:
    kind = cast(ItemType, node.choice("type", ITEM_TYPES, default="info"))
    if node.tree.get("type") in ITEM_TYPES:
        node.refuse_unknown(_FIELDS[kind])
    item_id = node.string("id")
    if item_id and not ITEM_ID.fullmatch(item_id):
        node.fail("id", "must be small letters and digits with _ between, starting with a letter")
    asks = kind != "info"
    slider, number = kind == "slider", kind == "number"
    item = Item(
        id=item_id,
        type=kind,
        prompt=node.text("prompt") or {},
        hint=node.text("hint", required=False),
        low=node.text("low") if slider else None,
        high=node.text("high") if slider else None,
        options=_read_options(node, kind) if kind in {"single", "multiple"} else (),
        minimum=node.number("min") if number else None,
        maximum=node.number("max") if number else None,
        step=node.number("step", required=False, default=1.0) if number else None,
        unit=node.text("unit", required=False) if number else None,
        max_length=node.whole("max_length", low=1, high=LONGEST_TEXT, default=1) if kind == "text" else None,
        required=asks and node.truth("required", default=True),
        skippable=asks and node.truth("skippable", default=True),
        show_if=node.plain("show_if"),
        shown_share=node.number("shown_share", low=0, high=1, required=False, default=1.0),
        private=node.truth("private", default=kind == "text"),
        construct=node.string("construct", required=False),
        source=node.string("source", required=False),
    )
    if item.shown_share <= 0:
        node.fail("shown_share", "must be above 0; leave the item out instead")
    if node.has("show_if") and item.show_if is None:
        node.fail("show_if", "is empty")
    if item.minimum is not None and item.maximum is not None and item.step is not None:
        _check_number(node, item.minimum, item.maximum, item.step)
    return item


def _read_options(node: Node, kind: str) -> tuple[Option, ...]:
    options: list[Option] = []
    for child in node.children("options"):
        child.refuse_unknown({"id", "label", "value", "exclusive"} if kind == "multiple" else {"id", "label", "value"})
        option_id = child.slug("id")
        if option_id in {option.id for option in options}:
            child.fail("id", "another option has this id")
        options.append(
            Option(
                id=option_id,
                label=child.text("label") or {},
                value=child.number("value") if child.has("value") else None,
                exclusive=child.truth("exclusive", default=False),
            )
        )
    if len(options) == 1:
        node.fail("options", "a choice needs at least two options")
    return tuple(options)


def _check_number(node: Node, low: float, high: float, step: float) -> None:
    if low >= high:
        node.fail("max", "must be above min")
    if step <= 0:
        node.fail("step", "must be above 0")


def _check_show_if(node: Node, item: Item, earlier: dict[str, Item]) -> None:
    """The rule is well formed, looks back only, and compares with answers its items can have."""
    asked = {item_id for item_id, other in earlier.items() if other.asks}
    problems = conditions.check_rule(item.show_if, asked)
    for problem in problems:
        node.fail("show_if", problem)
    if problems or item.show_if is None:
        return
    for leaf in conditions.comparisons(item.show_if):
        if leaf.values:
            _check_leaf(node, leaf, earlier[leaf.item])


def _check_leaf(node: Node, leaf: conditions.Comparison, other: Item) -> None:
    """A comparison that could never hold is a mistake of the author."""
    if leaf.looks_inside != (other.type == "multiple"):
        form = f'{{"in": [option, {{var: {other.id}}}]}}'
        node.fail(
            "show_if", f"{form} is for a multiple choice and a multiple choice needs it; {other.id} is {other.type}"
        )
    for value in leaf.values:
        if other.options:
            if not isinstance(value, str) or other.option(value) is None:
                node.fail("show_if", f"{other.id} has no option {value}")
        elif other.type == "text":
            node.fail("show_if", f"{other.id} is free text: only whether it was answered can be asked")
        elif other.type == "time" and not (isinstance(value, str) and CLOCK_TIME.fullmatch(value)):
            node.fail("show_if", f"{other.id} is compared with a time of day HH:MM")
        elif other.type in {"slider", "number"} and isinstance(value, str):
            node.fail("show_if", f"{other.id} is compared with a number")
