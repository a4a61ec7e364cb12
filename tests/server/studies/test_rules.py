"""A study's own rules: what may be chosen, what is refused and why, and the protocol that comes of it."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from server.content import instruments, protocols
from server.studies.rule_checks import check_rules
from server.studies.rules import FIELDS, StudyRules, rules_of, with_rules

GROW, SCHOOL = protocols()["grow-it.1"], protocols()["school-day.1"]
THERE: dict[str, Any] = {
    "zone": "Europe/Amsterdam",
    "instruments": list(instruments()),
    "strategies": ["kindness", "humour"],
    "challenges": ["tell-a-joke"],
}


def problems(rules: StudyRules, protocol: Any = GROW) -> dict[str, str]:
    return {one.field: one.code for one in check_rules(protocol, rules, **THERE)}


@pytest.mark.parametrize("key", protocols())
def test_a_protocols_own_rules_are_allowed_and_change_nothing(key: str) -> None:
    protocol = protocols()[key]
    rules = rules_of(protocol)
    assert check_rules(protocol, rules, **THERE) == []
    assert replace(with_rules(protocol, rules, 3), rules=0) == protocol
    assert with_rules(protocol, rules, 3).edition == f"{key}/3"


@pytest.mark.parametrize("key", protocols())
def test_rules_come_back_from_json(key: str) -> None:
    rules = replace(rules_of(protocols()[key]), languages=("nl",), strategies=("humour",))
    assert set(rules.as_json()) == set(FIELDS)
    assert StudyRules.from_json(rules.as_json(), protocols()[key]) == rules


def test_rules_from_before_a_study_could_spread_the_challenge_keep_the_protocols_spread() -> None:
    assert GROW.challenge is not None
    spread_out = replace(GROW, challenge=replace(GROW.challenge, within_min=45))
    older = {name: value for name, value in rules_of(GROW).as_json().items() if name != "challenge_within"}
    read = StudyRules.from_json(older, spread_out)
    assert read.challenge_within == 45
    assert with_rules(spread_out, read, 1).challenge == spread_out.challenge
    assert StudyRules.from_json(older | {"challenge_within": 0}, spread_out).challenge_within == 0


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"days": 0}, {"days": "between"}),
        ({"min_gap": 5}, {"min_gap": "between"}),
        ({"answer_window": 5, "reminders": ()}, {"answer_window": "between"}),
        ({"reminders": (60,)}, {"reminders": "reminders"}),  # the answer window is over by then
        ({"reminders": (20, 10)}, {"reminders": "reminders"}),
        ({"start": time(5)}, {"start": "outside-protocol"}),  # grow-it allows 07:00 to 23:00
        ({"start": time(18), "challenge_at": time(18)}, {"min_gap": "beeps-do-not-fit"}),
        ({"challenge_at": time(21)}, {"challenge_at": "outside-day"}),  # the day ends at 21:00
        ({"challenge_within": 241}, {"challenge_within": "between"}),
        ({"other": "fried.1"}, {"other": "instrument"}),  # of another protocol
        ({"languages": ()}, {"languages": "languages"}),
        ({"strategies": ()}, {"strategies": "empty"}),
        ({"challenges": ("walk", "tell-a-joke")}, {"challenges": "unknown"}),
        ({"alternatives": 9}, {"alternatives": "between"}),
        ({"min_gap": 240}, {"min_gap": "beeps-do-not-fit"}),  # five beeps four hours apart
    ],
)
def test_what_the_protocol_does_not_allow_is_refused_with_its_reason(
    changes: dict[str, Any], refused: dict[str, str]
) -> None:
    rules = replace(rules_of(GROW), **changes)
    assert problems(rules) == refused
    for one in check_rules(GROW, rules, **THERE):
        assert one.text["nl"] != one.text["en"]


def test_every_mistake_is_told_at_once() -> None:
    rules = replace(rules_of(GROW), days=0, reminders=(90,), start=time(5), other="fried.1", languages=())
    assert problems(rules).keys() == {"days", "reminders", "start", "other", "languages"}


@pytest.mark.parametrize(
    "changes",
    [
        {"start": time(7), "end": time(23)},
        {"min_gap": 30, "answer_window": 30, "reminders": (10, 20)},
        {"challenge_within": 90},
        {"first": "momentary.1", "last": "momentary.1"},
        {"strategies": ("humour",), "alternatives": 0, "languages": ("nl",)},
    ],
)
def test_what_the_protocol_allows_is_allowed(changes: dict[str, Any]) -> None:
    assert problems(replace(rules_of(GROW), **changes)) == {}


def test_fixed_times_move_within_the_day_and_stay_as_many() -> None:
    rules = rules_of(SCHOOL)
    assert rules.times is not None
    earlier = replace(rules, times=(time(7, 20), *rules.times[1:]))
    assert problems(earlier, SCHOOL) == {}
    assert with_rules(SCHOOL, earlier, 1).scheme.times[0] == time(7, 20)  # type: ignore[union-attr]
    assert problems(replace(rules, times=rules.times[1:]), SCHOOL) == {"times": "times"}
    assert problems(replace(rules, times=(*rules.times[:3], time(20, 30))), SCHOOL) == {"times": "outside-day"}
