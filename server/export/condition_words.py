"""When an item is asked, in words, Dutch and English, with the names of the columns in the file. Pure.

{"in": [{"var": "day_hard"}, ["little", "yes"]]}   day_hard is 2 (a little) or 3 (yes)
"""

from collections.abc import Mapping
from typing import Any, Protocol

from prompts.conditions import Rule
from prompts.instruments import Item
from server.export.generalise import Text


class Told(Protocol):
    """An item as the file has it: the name of its column, or of one for each option, and the codes of its options."""

    @property
    def item(self) -> Item: ...
    @property
    def stem(self) -> str: ...
    @property
    def codes(self) -> Mapping[str, int]: ...
    @property
    def names(self) -> Mapping[str, str]: ...


_ORDER: Mapping[str, tuple[str, Text]] = {
    ">=": ("<=", {"nl": "minstens", "en": "at least"}),
    ">": ("<", {"nl": "meer dan", "en": "more than"}),
    "<=": (">=", {"nl": "hoogstens", "en": "at most"}),
    "<": (">", {"nl": "minder dan", "en": "less than"}),
}
"""The sign the other way round, and its words."""
_AND, _OR, _NOT, _IS = (
    {"nl": " en ", "en": " and "},
    {"nl": " of ", "en": " or "},
    {"nl": "niet ", "en": "not "},
    {"nl": "is", "en": "is"},
)
_ANSWERED: Text = {"nl": "is beantwoord", "en": "is answered"}


def word_condition(rule: Rule, told: Mapping[str, Told]) -> Text:
    """A checked rule (`prompts.conditions`) in words; ``told``: items by id. One without a column goes by its id."""
    return {language: _word(rule, told, language) for language in ("nl", "en")}


def _word(rule: Rule, told: Mapping[str, Told], language: str) -> str:
    ((operator, operand),) = rule.items()
    if operator == "var":
        return f"{_name(operand, told)} {_ANSWERED[language]}"
    if operator in ("and", "or"):
        parts = [_within(inner, told, language) for inner in operand]
        return (_AND if operator == "and" else _OR)[language].join(parts)
    if operator == "!":
        inner = operand[0] if isinstance(operand, list) else operand
        return f"{_NOT[language]}({_word(inner, told, language)})"
    return _comparison(operator, operand, told, language)


def _within(rule: Rule, told: Mapping[str, Told], language: str) -> str:
    words = _word(rule, told, language)
    return f"({words})" if rule.keys() & {"and", "or"} else words


def _comparison(operator: str, operand: list[Any], told: Mapping[str, Told], language: str) -> str:
    left, right = operand
    turned = not isinstance(left, Mapping)
    item, value = (right["var"], left) if turned else (left["var"], right)
    name, known = _name(item, told), told.get(item)
    if operator == "in" and turned:  # one option of several that can be ticked
        column = known.names.get(value) if known else None
        chosen = {"nl": f"bij {name} {value} gekozen is", "en": f"{value} is chosen in {name}"}
        return f"{column} = 1" if column else chosen[language]
    if operator in _ORDER:
        sign = _ORDER[operator][0] if turned else operator
        return f"{name} {_IS[language]} {_ORDER[sign][1][language]} {_value(value, known, language)}"
    values = value if isinstance(value, list) else [value]
    listed = _OR[language].join(_value(one, known, language) for one in values)
    if operator == "!=":
        return f"{name} {_ANSWERED[language]}{_AND[language]}{_NOT[language]}{listed}"
    return f"{name} {_IS[language]} {listed}"


def _name(item: str, told: Mapping[str, Told]) -> str:
    return told[item].stem if item in told else item


def _value(value: Any, known: Told | None, language: str) -> str:
    option = known.item.option(value) if known and isinstance(value, str) else None
    if known is None or option is None:
        return f"{value:g}" if isinstance(value, int | float) else str(value)
    code = known.codes.get(option.id)
    return option.label[language] if code is None else f"{code} ({option.label[language]})"
