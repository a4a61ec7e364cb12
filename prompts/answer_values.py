"""One value against one item: the shape, the range and the options. What belongs to several items is in `answers`."""

from __future__ import annotations

import math
import unicodedata
from typing import Any

from prompts.instruments import SLIDER_STEP, Item
from prompts.yaml_reader import CLOCK_TIME

_TEXT_MAY_HOLD = frozenset("\n\r\t")
_STEP_TOLERANCE = 1e-9


def find_value_problem(item: Item, value: Any) -> tuple[str, str] | None:
    """What is wrong with this value as an answer to this item, as (code, message); None when it is a fine answer.

    slider: a number 0..100 with at most one decimal. single: an option id. multiple: a list of different option ids, an
    exclusive one alone. time: "HH:MM". number: a number between min and max on a step. text: 1..max_length characters.
    True and False are not numbers; neither are NaN and the infinities.
    """
    if item.type in {"slider", "number"}:
        return _number_problem(item, value)
    if item.type == "multiple":
        return _multiple_problem(item, value)
    if item.type == "info":
        return "wrong_type", "information takes no answer"
    if not isinstance(value, str):
        return "wrong_type", "must be text"
    if item.type == "single":
        return None if item.option(value) else ("not_an_option", "must be one of the item's options")
    if item.type == "time":
        return None if CLOCK_TIME.fullmatch(value) else ("bad_time", "must be a time of day HH:MM")
    return _text_problem(item, value)


def _number_problem(item: Item, value: Any) -> tuple[str, str] | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
        return "wrong_type", "must be a number"
    low, high = item.limits()
    step = item.step or SLIDER_STEP
    if not low <= value <= high:
        return "out_of_range", f"must lie between {low:g} and {high:g}"
    steps = (value - low) / step
    if abs(steps - round(steps)) > _STEP_TOLERANCE * max(1.0, abs(steps)):
        return "off_step", f"must go in steps of {step:g}"
    return None


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number too large for a float
        return False


def _multiple_problem(item: Item, value: Any) -> tuple[str, str] | None:
    if not isinstance(value, list | tuple) or not all(isinstance(chosen, str) for chosen in value):
        return "wrong_type", "must be a list of options"
    if not value:
        return "empty", "must hold at least one option"
    if any(item.option(chosen) is None for chosen in value):
        return "not_an_option", "must hold only the item's options"
    if len(set(value)) < len(value):
        return "duplicate", "must hold each option once"
    if len(value) > 1 and any(option.exclusive for option in item.options if option.id in value):
        return "exclusive_with_others", "an exclusive option must stand alone"
    return None


def _text_problem(item: Item, value: str) -> tuple[str, str] | None:
    if not value.strip():
        return "empty", "must not be empty"
    if item.max_length is not None and len(value) > item.max_length:
        return "too_long", f"must have at most {item.max_length} characters"
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in _TEXT_MAY_HOLD for sign in value):
        return "bad_text", "must not hold control characters or broken characters"
    return None
