"""Is this a possible answer to what was asked? Either the clean answers, or every problem at once.

Whether an item was asked is worked out here again, from the order that was sent and the answers themselves, with the
same rules as on the phone. So the data can tell these five apart (`Checked.states`):

    left_out     not in this beep by design (planned missing)
    not_shown    in the order, but its show-if rule did not hold, or the phone never came to it
    skipped      shown, and passed over with "rather not"
    unanswered   shown and left empty, which only an item that is not required may be
    answered

Nothing is mended on the way in: no clamping, no rounding, no trimming. An untouched slider sends no answer and is
missing, never 50. Text keeps line breaks and tabs; other control characters and broken characters are refused.
Messages name items and limits, never an answer, so they may be logged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from prompts import conditions, scoring, sleep
from prompts.answer_values import find_value_problem
from prompts.instruments import Instrument, Item

CODES: Mapping[str, str] = {
    "unknown_item": "the questionnaire has no such item",
    "not_presented": "the item was not part of this beep",
    "not_shown": "the item was not asked, its condition does not hold",
    "wrong_type": "the answer has the wrong shape for this kind of item",
    "out_of_range": "the number lies outside what the item allows",
    "off_step": "the number lies between two steps, or has too many decimals",
    "not_an_option": "the item has no such option",
    "exclusive_with_others": "this option cannot go together with another",
    "duplicate": "the same thing is there twice",
    "empty": "an empty answer; send none instead",
    "bad_time": "not a time of day HH:MM",
    "too_long": "the text is too long",
    "bad_text": "the text holds control characters or broken characters",
    "missing": "the item was asked and must be answered or passed over",
    "not_skippable": "the item cannot be passed over",
    "answered_and_skipped": "the item is both answered and passed over",
    "implausible_sleep": "the times of the night cannot all be true",
}
"""Every code a problem can have. Codes are part of the API and never change meaning."""

LONGEST_ITEM_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing wrong with one item; `code` is one of CODES, `message` is English for people who read logs."""

    item: str
    code: str
    message: str


class AnswerProblems(ValueError):
    """The answers cannot be taken; `problems` names every reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.item}: {problem.message}" for problem in problems))


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """Answers that can be stored and scored.

    `shown` are the items that were asked, in order, information included; `states` has every item that asks something;
    `item_ms` is the time on each item in milliseconds, as far as the phone told it.
    """

    answers: dict[str, Any]
    shown: tuple[str, ...]
    states: dict[str, str]
    item_ms: dict[str, int]


def check(instrument: Instrument, presented: Sequence[str], body: Mapping[str, Any]) -> Checked:
    """Check one diary entry; AnswerProblems names every problem.

    `presented` are the item ids that were sent, in shown order (ids the instrument does not have: ValueError, that is
    our own mistake). `body` may hold `answers` {item: value}, `skipped` [item], `shown` [item] (what the phone says it
    showed) and `item_ms` {item: whole milliseconds}; its other fields are none of our business.

    1. Sort out the shape of the body and what it says of items that do not exist or were not sent.
    2. Walk the presented items in order. An item is asked if its rule holds for the answers before it.
    3. Check each asked item on its own: the value, or the right to have none.
    4. Check the night as a whole, if the instrument asks about one and its times are in order.
    """
    if unknown := set(presented) - _items(instrument).keys():
        raise ValueError(f"{instrument.key} has no {', '.join(sorted(unknown))}")
    return _Check(instrument, presented, body).run()


@cache
def _items(instrument: Instrument) -> Mapping[str, Item]:
    """The items by their ids, in file order."""
    return {item.id: item for item in instrument.items}


class _Check:
    """One run over one body; a class only so that the steps can share what they found."""

    def __init__(self, instrument: Instrument, presented: Sequence[str], body: Mapping[str, Any]) -> None:
        self.instrument = instrument
        self.items = _items(instrument)
        self.presented = tuple(presented)
        self.sent = frozenset(presented)
        self.problems: list[Problem] = []
        self.doubtful: set[str] = set()
        self.given = self._mapping(body, "answers")
        self.skipped = self._ids(body, "skipped")
        self.told = self._ids(body, "shown") if body.get("shown") is not None else None
        self.item_ms = self._milliseconds(body)

    def run(self) -> Checked:
        clean: dict[str, Any] = {}
        shown: list[str] = []
        states = {item.id: "left_out" for item in self.items.values() if item.asks}
        for item_id in self.presented:
            item = self.items[item_id]
            state = self._state(item, clean)
            if state == "answered":
                clean[item_id] = self.given[item_id]
            if item.asks:
                states[item_id] = state
            if state != "not_shown":
                shown.append(item_id)
        self._check_night(clean)
        if self.problems:
            raise AnswerProblems(self.problems)
        return Checked(answers=clean, shown=tuple(shown), states=states, item_ms=self.item_ms)

    def _state(self, item: Item, clean: Mapping[str, Any]) -> str:
        """What became of this item. Items that hang on a wrong answer are in doubt: they are not blamed for it."""
        answered, skipped = item.id in self.given, item.id in self.skipped
        if item.show_if is not None:
            in_doubt = bool(self.doubtful) and any(
                leaf.item in self.doubtful for leaf in conditions.comparisons(item.show_if)
            )
            if in_doubt and not answered:
                self.doubtful.add(item.id)
                return "unanswered"
            if not in_doubt and not conditions.holds(item.show_if, clean):
                if answered or skipped:
                    self._add(item.id, "not_shown")
                return "not_shown"
        if answered and skipped:
            self._add(item.id, "answered_and_skipped")
            self.doubtful.add(item.id)
        elif answered:
            if problem := find_value_problem(item, self.given[item.id]):
                self._add(item.id, *problem)
                self.doubtful.add(item.id)
                return "unanswered"
            return "answered"
        elif skipped:
            if not (item.asks and item.skippable):
                self._add(item.id, "not_skippable")
            return "skipped"
        elif item.required:
            self._add(item.id, "missing")
            self.doubtful.add(item.id)
        elif self.told is not None and item.id not in self.told:
            return "not_shown"
        return "unanswered"

    def _check_night(self, clean: Mapping[str, Any]) -> None:
        roles = self.instrument.night or {}
        for role, message in sleep.find_problems(scoring.read_night(self.instrument, clean)):
            self._add(roles.get(role) or roles.get(f"{role}_minutes", role), "implausible_sleep", message)

    def _add(self, item_id: object, code: str, message: str = "") -> None:
        self.problems.append(Problem(item=str(item_id)[:64], code=code, message=message or CODES[code]))

    def _belongs(self, item_id: object) -> bool:
        """Whether the item was sent in this beep; a problem if not."""
        if not isinstance(item_id, str) or item_id not in self.items:
            self._add(item_id, "unknown_item")
        elif item_id not in self.sent:
            self._add(item_id, "not_presented")
        else:
            return True
        return False

    def _mapping(self, body: Mapping[str, Any], field: str) -> dict[str, Any]:
        value = body.get(field)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self._add(field, "wrong_type", "must be an object of items")
            return {}
        if value.keys() <= self.sent:  # as nearly always
            return dict(value)
        return {item_id: inner for item_id, inner in value.items() if self._belongs(item_id)}

    def _ids(self, body: Mapping[str, Any], field: str) -> set[str]:
        value = body.get(field)
        if value is None:
            return set()
        if not isinstance(value, list | tuple):
            self._add(field, "wrong_type", "must be a list of items")
            return set()
        if all(type(item_id) is str for item_id in value):
            whole = set(value)
            if len(whole) == len(value) and whole <= self.sent:  # as nearly always
                return whole
        found: set[str] = set()
        for item_id in value:
            if not self._belongs(item_id):
                continue
            if item_id in found:
                self._add(item_id, "duplicate", f"is in {field} twice")
            found.add(item_id)
        return found

    def _milliseconds(self, body: Mapping[str, Any]) -> dict[str, int]:
        times = self._mapping(body, "item_ms")
        for item_id, value in times.items():
            if isinstance(value, bool) or not isinstance(value, int):
                self._add(item_id, "wrong_type", "item_ms must be whole milliseconds")
            elif not 0 <= value <= LONGEST_ITEM_MS:
                self._add(item_id, "out_of_range", "item_ms must lie between 0 and one day")
        return times
