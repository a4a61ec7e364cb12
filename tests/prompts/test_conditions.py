"""Show-if rules: the vectors that the phone reads too, the closed set of operators, and a second evaluator."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.conditions import OPERATORS, check_rule, comparisons, holds

VECTORS: list[dict[str, Any]] = json.loads(
    (resources.files("prompts") / "condition_vectors.json").read_text(encoding="utf-8")
)
ITEMS = ("c", "t", "x", "y")
NAMES = {*ITEMS, "toString", "constructor"}


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["why"] for vector in VECTORS])
def test_vector(vector: dict[str, Any]) -> None:
    assert check_rule(vector["rule"], NAMES) == []
    assert holds(vector["rule"], vector["answers"]) is vector["holds"]


def test_the_vectors_use_every_operator_both_ways() -> None:
    seen = {(operator, vector["holds"]) for vector in VECTORS for operator in operators_of(vector["rule"])}
    assert seen == {(operator, outcome) for operator in OPERATORS for outcome in (True, False)}


def operators_of(rule: Any) -> set[str]:
    if isinstance(rule, list):
        return set().union(*(operators_of(inner) for inner in rule)) if rule else set()
    if not isinstance(rule, dict):
        return set()
    return set(rule).union(*(operators_of(operand) for operand in rule.values()))


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ("x", "one operator"),
        ({}, "one operator"),
        ({"var": "x", "!": {"var": "x"}}, "one operator"),
        ({"===": [{"var": "x"}, 1]}, "unknown operator"),
        ({"if": [{"var": "x"}, 1, 2]}, "unknown operator"),
        ({"var": "z"}, "not asked before"),
        ({"var": ["x", 1]}, "name of one item"),
        ({"==": [{"var": "z"}, 1]}, "not asked before"),
        ({"==": [1, 1]}, "one var"),
        ({"==": [{"var": "x"}, {"var": "y"}]}, "one var"),
        ({"<": [1, {"var": "x"}, 9]}, "one var"),
        ({"==": {"var": "x"}}, "needs a list"),
        ({"and": []}, "needs a list"),
        ({"and": [{"var": "x"}, True]}, "one operator"),
        ({"!": [{"var": "x"}, {"var": "y"}]}, "one operator"),
        ({"==": [{"var": "x"}, True]}, "text or a number"),
        ({"==": [{"var": "x"}, None]}, "text or a number"),
        ({"==": [{"var": "x"}, ["a"]]}, "text or a number"),
        ({"in": [{"var": "x"}, "abc"]}, "list of texts"),
        ({"in": [{"var": "x"}, []]}, "list of texts"),
        ({"<": [{"var": "t"}, "late"]}, "time of day"),
        ({">": [{"var": "x"}, float("nan")]}, "text or a number"),
        ({"or": [{"var": "z"}, {"xor": []}]}, "unknown operator"),
    ],
)
def test_a_rule_outside_the_closed_set_is_refused(rule: Any, complaint: str) -> None:
    assert any(complaint in problem for problem in check_rule(rule, ITEMS))


def test_all_mistakes_of_a_rule_are_named() -> None:
    assert len(check_rule({"or": [{"var": "z"}, {"xor": []}, {"<": [{"var": "q"}, "late"]}]}, ITEMS)) == 4


def test_a_rule_that_was_never_checked_does_not_pass_silently() -> None:
    with pytest.raises(ValueError, match="unknown operator"):
        holds({"xor": []}, {})
    with pytest.raises(ValueError, match="one operator"):
        holds({}, {})


def test_comparisons_lists_what_a_rule_looks_at() -> None:
    rule = {"and": [{"var": "c"}, {"!": {"in": ["alone", {"var": "c"}]}}, {"in": [{"var": "x"}, ["a", "b"]]}]}
    leaves = [(leaf.operator, leaf.item, leaf.values, leaf.looks_inside) for leaf in comparisons(rule)]
    assert leaves == [("var", "c", (), False), ("in", "c", ("alone",), True), ("in", "x", ("a", "b"), False)]


WORDS = st.sampled_from(["a", "b", "alone", "12:30", "09:05", "1", ""])
NUMBERS = st.one_of(st.integers(-3, 3), st.sampled_from([0.5, 1.0, 50.0]))
PLAIN = WORDS | NUMBERS
VAR = st.sampled_from(ITEMS).map(lambda item: {"var": item})
ORDERED = st.tuples(st.sampled_from([">", ">=", "<", "<="]), NUMBERS | st.sampled_from(["12:30", "09:05"]))
LEAVES = st.one_of(
    VAR,
    st.tuples(st.sampled_from(["==", "!="]), PLAIN, VAR, st.booleans()).map(
        lambda parts: {parts[0]: [parts[1], parts[2]] if parts[3] else [parts[2], parts[1]]}
    ),
    st.tuples(ORDERED, VAR, st.booleans()).map(
        lambda parts: {parts[0][0]: [parts[0][1], parts[1]] if parts[2] else [parts[1], parts[0][1]]}
    ),
    st.tuples(VAR, st.lists(PLAIN, min_size=1, max_size=3)).map(lambda parts: {"in": list(parts)}),
    st.tuples(WORDS, VAR).map(lambda parts: {"in": list(parts)}),
)
RULES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda rule: {"!": rule}),
        inner.map(lambda rule: {"!": [rule]}),
        st.lists(inner, min_size=1, max_size=3).map(lambda rules: {"and": rules}),
        st.lists(inner, min_size=1, max_size=3).map(lambda rules: {"or": rules}),
    ),
    max_leaves=8,
)
ANSWERS = st.dictionaries(
    st.sampled_from(ITEMS), st.one_of(st.none(), PLAIN, st.lists(WORDS, min_size=1, max_size=3)), max_size=4
)


def reference(rule: Any, answers: dict[str, Any]) -> bool:
    """The rules of the module's docstring once more, written as sets of facts and not as an evaluator."""
    ((operator, operand),) = rule.items()
    if operator in {"and", "or"}:
        outcomes = {reference(inner, answers) for inner in operand}
        return outcomes == {True} if operator == "and" else True in outcomes
    if operator == "!":
        return not reference(operand[0] if isinstance(operand, list) else operand, answers)
    if operator == "var":
        return answers.get(operand) is not None
    left, right = (answers.get(side["var"]) if isinstance(side, dict) else side for side in operand)
    if left is None or right is None:
        return False
    if operator == "in":
        return isinstance(right, list) and (kind_of(left), left) in [(kind_of(member), member) for member in right]
    alike = kind_of(left) == kind_of(right) != "list"
    if operator in {"==", "!="}:
        return (alike and left == right) is (operator == "==")
    clocks = {"12:30", "09:05"}
    if not alike or (kind_of(left) == "text" and not {left, right} <= clocks):
        return False
    return {">": left > right, ">=": left >= right, "<": left < right, "<=": left <= right}[operator]


def kind_of(value: Any) -> str:
    return "list" if isinstance(value, list) else "text" if isinstance(value, str) else "number"


@given(rule=RULES, answers=ANSWERS)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_second_evaluator_agrees_and_every_such_rule_is_accepted(rule: Any, answers: dict[str, Any]) -> None:
    assert check_rule(rule, ITEMS) == []
    assert holds(rule, answers) is reference(rule, answers)
