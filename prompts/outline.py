"""What an instrument looks like, as plain text for its author: `./run content show momentary.1`."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

from prompts.instruments import Instrument, Item, MeasureRule

_WIDTH = 100


def draw_outline(instrument: Instrument, language: str) -> str:
    """Title, blocks, items with their answers and rules, and the measures, one under the other; texts in `language`."""
    return "\n".join(line.rstrip() for line in _lines(instrument, language)) + "\n"


def _lines(instrument: Instrument, language: str) -> Iterator[str]:
    yield f"{instrument.key} · {instrument.title[language]}"
    if instrument.source:
        yield from textwrap.wrap(instrument.source, _WIDTH, initial_indent="   ", subsequent_indent="   ")
    for block in instrument.blocks:
        title = f" · {block.title[language]}" if block.title else ""
        yield ""
        yield f"== {block.id}{title}" + (" (in random order)" if block.order == "random" else "")
        for item in block.items:
            yield ""
            yield from _item_lines(item, language)
    yield ""
    yield f"== measures (scoring version {instrument.scoring_version})"
    for rule in instrument.measures:
        yield f"   {rule.name}: {_formula(rule)} [{rule.covers}]"


def _item_lines(item: Item, language: str) -> Iterator[str]:
    yield f"   {item.prompt[language]}"
    if item.hint:
        yield f"   ({item.hint[language]})"
    if item.low and item.high:
        yield f"      {item.low[language]}  |-----------------------|  {item.high[language]}"
    for option in item.options:
        sign = "( )" if item.type == "single" else "[ ]"
        yield f"      {sign} {option.label[language]}" + (" (on its own)" if option.exclusive else "")
    if item.type == "number":
        unit = f" {item.unit[language]}" if item.unit else ""
        yield f"      [____]{unit}, {item.minimum:g} to {item.maximum:g} in steps of {item.step:g}"
    if item.type == "time":
        yield "      [__:__]"
    if item.type == "text":
        yield f"      [______________________________] at most {item.max_length} characters"
    yield f"      {' · '.join(_remarks(item))}"


def _remarks(item: Item) -> Iterator[str]:
    yield f"{item.id} ({item.type})"
    if item.asks and not item.required:
        yield "optional"
    if item.asks and not item.skippable:
        yield "cannot be passed over"
    if item.private:
        yield "private"
    if item.shown_share < 1:
        yield f"in {item.shown_share:.0%} of the beeps"
    if item.show_if:
        yield f"only if {json.dumps(item.show_if, ensure_ascii=False)}"


def _formula(rule: MeasureRule) -> str:
    arguments = rule.arguments
    if rule.operator == "mean":
        terms = [*arguments["items"], *(f"(100 - {item})" for item in arguments["reversed"])]
        return f"mean of {', '.join(terms)}, with at least {arguments['at_least']} answered"
    if rule.operator == "scale":
        return f"{arguments['item']} on 0-100"
    if rule.operator == "night":
        return f"{arguments['quantity']} of the night"
    words = "one" if rule.operator == "any_of" else "none"
    return f"1 if {words} of {', '.join(arguments['options'])} in {arguments['item']}, else 0"
