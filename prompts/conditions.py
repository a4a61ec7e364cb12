"""Show-if rules: when is an item asked? A small closed part of JSONLogic's notation, with one meaning everywhere.

    {"in": ["alone", {"var": "ctx_company"}]}                                   alone was ticked
    {"and": [{"var": "ctx_company"}, {"!": {"in": ["alone", {"var": "ctx_company"}]}}]}     answered, and not alone
    {"in": [{"var": "day_hard"}, ["little", "yes"]]}                            one of two options was chosen
    {">=": [{"var": "stress_now"}, 70]}                                         a slider at 70 or higher

The phone decides with the same rules, offline; `condition_vectors.json` beside this file is read by the tests of both.
Where JSONLogic libraries differ (an unanswered item, 0, text against a number) these are the rules:

* An item that is unanswered, skipped or not shown has no answer. A comparison with no answer is false, `!=` included.
* A bare `{"var": item}` says: it was answered. 0 is an answer.
* `==` and `!=` never convert: 1 is not "1", and a list equals nothing.
* The order signs compare a number with a number, or a clock time "HH:MM" with a clock time; anything else is false.
* `in` looks for an answer in a written list, or for an option in a multiple-choice answer; never inside a text.
* Every comparison has one `var` and one written value. `and` and `or` take a list of rules, `!` takes one rule.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from prompts.yaml_reader import CLOCK_TIME

Rule = Mapping[str, Any]

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
}
_COMPARE = frozenset({"==", "!=", "in", *_ORDER})
OPERATORS = frozenset({"var", "and", "or", "!", *_COMPARE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """One leaf of a rule: the item it looks at and the written values it is compared with (none for a bare var).

    `looks_inside` is true for `{"in": [option, {"var": item}]}`, which looks for one option in a multiple choice.
    """

    operator: str
    item: str
    values: tuple[Any, ...]
    looks_inside: bool = False


def holds(rule: Rule, answers: Mapping[str, Any]) -> bool:
    """Whether the rule holds for these answers; `answers` has no entry (or None) where there is no answer.

    The rule must have passed `check_rule`; one that has not raises ValueError.
    """
    operator, operand = _split(rule)
    if operator == "var":
        return answers.get(operand) is not None
    if operator == "and":
        return all(holds(inner, answers) for inner in operand)
    if operator == "or":
        return any(holds(inner, answers) for inner in operand)
    if operator == "!":
        return not holds(_only(operand), answers)
    left, right = (_value(side, answers) for side in operand)
    if left is None or right is None:
        return False
    if operator == "in":
        return isinstance(right, list | tuple) and any(_same(left, member) for member in right)
    if operator == "==":
        return _same(left, right)
    if operator == "!=":
        return not _same(left, right)
    return _comparable(left, right) and _ORDER[operator](left, right)


def check_rule(rule: object, item_ids: Collection[str]) -> list[str]:
    """What is wrong with the rule, in words; empty when it may be used. `item_ids` are the items it may look at."""
    if not isinstance(rule, Mapping) or len(rule) != 1:
        return ["must be a mapping with one operator"]
    operator, operand = next(iter(rule.items()))
    if operator not in OPERATORS:
        return [f"unknown operator {operator}; known: {' '.join(sorted(OPERATORS))}"]
    if operator == "var":
        return _check_var(operand, item_ids)
    if operator == "!":
        inner = operand[0] if isinstance(operand, list) and len(operand) == 1 else operand
        return check_rule(inner, item_ids)
    if not isinstance(operand, list) or not operand:
        return [f"{operator} needs a list"]
    if operator in {"and", "or"}:
        return [problem for inner in operand for problem in check_rule(inner, item_ids)]
    return _check_comparison(operator, operand, item_ids)


def comparisons(rule: Rule) -> Iterator[Comparison]:
    """Every leaf of a checked rule, from left to right."""
    operator, operand = _split(rule)
    if operator == "var":
        yield Comparison(operator="var", item=operand, values=())
    elif operator in {"and", "or"}:
        for inner in operand:
            yield from comparisons(inner)
    elif operator == "!":
        yield from comparisons(_only(operand))
    else:
        left, right = operand
        item, value = (left["var"], right) if _is_var(left) else (right["var"], left)
        values = tuple(value) if isinstance(value, list) else (value,)
        looks_inside = operator == "in" and not _is_var(left)
        yield Comparison(operator=operator, item=item, values=values, looks_inside=looks_inside)


def _check_var(name: object, item_ids: Collection[str]) -> list[str]:
    if not isinstance(name, str):
        return ["var needs the name of one item"]
    return [] if name in item_ids else [f"looks at {name}, which is not asked before this item"]


def _check_comparison(operator: str, operand: list[Any], item_ids: Collection[str]) -> list[str]:
    variables = [side["var"] for side in operand if _is_var(side)]
    written = [side for side in operand if not _is_var(side)]
    if len(operand) != 2 or len(variables) != 1:
        return [f"{operator} compares one var with one written value"]
    problems = _check_var(variables[0], item_ids)
    value = written[0]
    if operator == "in" and _is_var(operand[0]):
        if not isinstance(value, list) or not value or not all(_is_plain(member) for member in value):
            problems.append("in looks for the answer in a list of texts or numbers")
    elif not _is_plain(value):
        problems.append(f"{operator} compares with a text or a number")
    elif operator in _ORDER and isinstance(value, str) and not CLOCK_TIME.fullmatch(value):
        problems.append(f"{operator} compares with a number or a time of day HH:MM")
    return problems


def _split(rule: Rule) -> tuple[str, Any]:
    if len(rule) != 1:
        raise ValueError("a rule is a mapping with one operator")
    operator, operand = next(iter(rule.items()))
    if operator not in OPERATORS:
        raise ValueError(f"unknown operator {operator}")
    return operator, operand


def _only(operand: Any) -> Rule:
    rule: Rule = operand[0] if isinstance(operand, list) else operand
    return rule


def _value(side: Any, answers: Mapping[str, Any]) -> Any:
    return answers.get(side["var"]) if _is_var(side) else side


def _is_var(side: Any) -> bool:
    return isinstance(side, Mapping) and set(side) == {"var"}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) or (_is_number(value) and math.isfinite(value))


def _same(left: Any, right: Any) -> bool:
    both = (isinstance(left, str) and isinstance(right, str)) or (_is_number(left) and _is_number(right))
    return both and bool(left == right)


def _comparable(left: Any, right: Any) -> bool:
    if _is_number(left) and _is_number(right):
        return True
    return all(isinstance(side, str) and CLOCK_TIME.fullmatch(side) is not None for side in (left, right))
