"""What may be answered: every possible entry passes, and every single mistake is named."""

from __future__ import annotations

import copy
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.answers import CODES, AnswerProblems, Checked, check
from prompts.catalogue import load_instruments
from prompts.instruments import Instrument
from prompts.presentation import present
from tests.prompts.diary_entries import Entry, entries

INSTRUMENTS = load_instruments()
MOMENTARY, MORNING, EVENING = (INSTRUMENTS[key] for key in ("momentary.1", "morning.1", "evening.1"))
QUIETLY = settings(max_examples=40, deadline=None, derandomize=True)

ANY_INSTRUMENT = st.sampled_from(sorted(INSTRUMENTS)).map(lambda key: INSTRUMENTS[key])
ANY_ENTRY = ANY_INSTRUMENT.flatmap(entries)

NIGHT = {
    "pa_cheerful": 50,
    "pa_relaxed": 60,
    "na_down": 10,
    "na_tense": 20,
    "sl_bed": "23:00",
    "sl_try": "23:30",
    "sl_latency": "upto_15",
    "sl_awak_n": "once",
    "sl_waso": 10,
    "sl_wake": "07:00",
    "sl_up": "07:30",
    "sl_quality": "well",
    "sl_rested": 33.3,
    "sl_school": "yes",
}


def check_all(instrument: Instrument, answers: dict[str, Any], **rest: Any) -> Checked:
    """Check answers to everything the instrument can ask."""
    return check(instrument, [item.id for item in instrument.items], {"answers": answers, **rest})


def problems_of(instrument: Instrument, presented: Any, body: dict[str, Any]) -> set[tuple[str, str]]:
    try:
        check(instrument, presented, body)
    except AnswerProblems as error:
        return {(problem.item, problem.code) for problem in error.problems}
    return set()


@given(entry=ANY_ENTRY)
@QUIETLY
def test_every_possible_entry_passes_unchanged(entry: Entry) -> None:
    checked = check(entry.instrument, entry.presented, entry.body)
    assert checked.answers == entry.body["answers"]
    assert checked.states == entry.states
    assert checked.shown == tuple(entry.shown)
    assert checked.item_ms == entry.body["item_ms"]


def wrong_values(entry: Entry) -> list[tuple[str, Any, str]]:
    """(item, wrong value, code) for every item the entry answered."""
    wrong: list[tuple[str, Any, str]] = []
    for item in entry.items_in("answered"):
        wrong += [(item.id, value, "wrong_type") for value in (None, True, {"a": 1}, math.nan, math.inf, 10**400)]
        if item.type in {"slider", "number"}:
            low, high = item.limits()
            wrong += [(item.id, low - 1, "out_of_range"), (item.id, high + 0.1, "out_of_range")]
            wrong += [
                (item.id, low + 0.05, "off_step"),
                (item.id, f"{low:g}", "wrong_type"),
                (item.id, [1], "wrong_type"),
            ]
        if item.type == "single":
            wrong += [(item.id, "no-such", "not_an_option"), (item.id, "", "not_an_option"), (item.id, 1, "wrong_type")]
        if item.type == "multiple":
            first = item.options[1].id
            wrong += [(item.id, [], "empty"), (item.id, [first, first], "duplicate"), (item.id, first, "wrong_type")]
            wrong += [(item.id, [first, "no-such"], "not_an_option"), (item.id, [first, 1], "wrong_type")]
            wrong += [
                (item.id, [first, option.id], "exclusive_with_others") for option in item.options if option.exclusive
            ]
        if item.type == "time":
            wrong += [(item.id, value, "bad_time") for value in ("24:00", "9:05", "09:60", "09:05:00", "", "09:05\n")]
        if item.type == "text":
            wrong += [(item.id, " \n", "empty"), (item.id, "x" * ((item.max_length or 0) + 1), "too_long")]
            wrong += [(item.id, value, "bad_text") for value in ("a\x00b", "a\x1b[2J", "a\ud800b", "a\x85b")]
    return wrong


@given(entry=ANY_ENTRY)
@QUIETLY
def test_one_wrong_value_is_named_and_blames_nobody_else(entry: Entry) -> None:
    for item_id, value, code in wrong_values(entry):
        body = entry.body | {"answers": entry.body["answers"] | {item_id: value}}
        assert problems_of(entry.instrument, entry.presented, body) == {(item_id, code)}, value


def wrong_bodies(entry: Entry) -> list[tuple[dict[str, Any], str, str]]:
    """(body, item, code): the entry with one mistake about whether an item has an answer at all."""
    wrong: list[tuple[dict[str, Any], str, str]] = []

    def add(item_id: str, code: str, **changes: Any) -> None:
        body = copy.deepcopy(entry.body)
        for name, change in changes.items():
            if isinstance(change, dict):
                body.setdefault(name, {}).update(change)
            else:
                body[name] = [*body.get(name, []), *change]
        wrong.append((body, item_id, code))

    add("pa_cheery", "unknown_item", answers={"pa_cheery": 50})
    add("pa_cheery", "unknown_item", skipped=["pa_cheery"])
    add("pa_cheery", "unknown_item", shown=["pa_cheery"])
    add("pa_cheery", "unknown_item", item_ms={"pa_cheery": 5})
    for item in entry.items_in("left_out"):
        add(item.id, "not_presented", answers={item.id: 50})
        add(item.id, "not_presented", skipped=[item.id])
    for item in entry.items_in("not_shown"):
        add(item.id, "not_shown", answers={item.id: 50})
        add(item.id, "not_shown", skipped=[item.id])
    for item in entry.items_in("answered"):
        add(item.id, "answered_and_skipped", skipped=[item.id])
        add(item.id, "wrong_type", item_ms={item.id: 1.5})
        add(item.id, "wrong_type", item_ms={item.id: True})
        add(item.id, "out_of_range", item_ms={item.id: -1})
        if item.required:
            add(item.id, "missing")
            del wrong[-1][0]["answers"][item.id]
    for item in entry.items_in("skipped"):
        add(item.id, "duplicate", skipped=[item.id])
    return wrong


@given(entry=ANY_ENTRY)
@QUIETLY
def test_one_wrong_claim_about_an_item_is_named(entry: Entry) -> None:
    for body, item_id, code in wrong_bodies(entry):
        assert problems_of(entry.instrument, entry.presented, body) == {(item_id, code)}


JSON_LIKE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(instrument=ANY_INSTRUMENT, data=st.data())
@QUIETLY
def test_whatever_is_sent_is_taken_or_refused_with_known_codes(instrument: Instrument, data: st.DataObject) -> None:
    ids = st.sampled_from([item.id for item in instrument.items])
    field = st.one_of(JSON_LIKE, st.dictionaries(ids, JSON_LIKE, max_size=6), st.lists(ids, max_size=6))
    body = {name: data.draw(field) for name in ("answers", "skipped", "shown", "item_ms")}
    assert {code for _, code in problems_of(instrument, present(instrument, 1), body)} <= CODES.keys()


def test_an_untouched_slider_is_missing_never_50() -> None:
    answers = {**NIGHT}
    del answers["sl_rested"]
    with pytest.raises(AnswerProblems) as caught:
        check_all(MORNING, answers)
    assert [(problem.item, problem.code) for problem in caught.value.problems] == [("sl_rested", "missing")]


def test_all_problems_come_at_once() -> None:
    answers = {**NIGHT, "pa_cheerful": 101, "sl_quality": "splendid", "sl_bed": "25:00", "mood": 3}
    with pytest.raises(AnswerProblems) as caught:
        check_all(MORNING, answers, skipped=["na_down"])
    assert {(problem.item, problem.code) for problem in caught.value.problems} == {
        ("pa_cheerful", "out_of_range"),
        ("sl_quality", "not_an_option"),
        ("sl_bed", "bad_time"),
        ("mood", "unknown_item"),
        ("na_down", "answered_and_skipped"),
    }


def test_no_message_repeats_an_answer() -> None:
    answers = {**NIGHT, "pa_cheerful": 123456, "sl_quality": "geheimwoord", "sl_bed": "geheimtijd"}
    with pytest.raises(AnswerProblems) as caught:
        check_all(MORNING, answers)
    assert "geheim" not in str(caught.value)
    assert "123456" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "asked_again"),
    [
        ({"sl_try": "22:30"}, "sl_try"),  # tried before bed
        ({"sl_up": "06:30"}, "sl_up"),  # up before awake
        ({"sl_bed": "11:00", "sl_try": "11:30"}, "sl_wake"),  # noon and midnight mixed up: asleep for 19.5 hours
        ({"sl_bed": "06:00", "sl_try": "06:10", "sl_up": "07:05"}, "sl_up"),  # an hour in bed
        ({"sl_bed": "14:00", "sl_try": "20:00"}, "sl_up"),  # 17.5 hours in bed
        ({"sl_wake": "23:30"}, "sl_wake"),  # awake the moment sleep was tried
        ({"sl_waso": 445}, "sl_latency"),  # awake for longer than the night
        ({"sl_latency": "over_60", "sl_latency_min": 450}, "sl_latency"),
    ],
)
def test_an_impossible_night_is_asked_again_and_not_mended(changes: dict[str, Any], asked_again: str) -> None:
    with pytest.raises(AnswerProblems) as caught:
        check_all(MORNING, {**NIGHT, **changes})
    assert [(problem.item, problem.code) for problem in caught.value.problems] == [(asked_again, "implausible_sleep")]


@pytest.mark.parametrize(
    "changes",
    [
        {"sl_bed": "00:10", "sl_try": "00:40"},  # to bed after midnight
        {"sl_bed": "23:50", "sl_try": "00:10"},  # trying to sleep after midnight
        {"sl_bed": "08:00", "sl_try": "08:15", "sl_wake": "15:30", "sl_up": "16:00"},  # a night shift
        {"sl_bed": "23:30", "sl_up": "07:00"},  # everything at once
        {"sl_bed": "15:30", "sl_try": "15:30", "sl_wake": "07:30"},  # exactly 16 hours
        {"sl_bed": "05:30", "sl_try": "05:30", "sl_wake": "07:30"},  # exactly 2 hours
    ],
)
def test_an_unusual_night_is_taken_as_told(changes: dict[str, Any]) -> None:
    assert check_all(MORNING, {**NIGHT, **changes}).answers == {**NIGHT, **changes}


def test_not_shown_is_not_the_same_as_not_answered() -> None:
    answers = {**NIGHT, "sl_awak_n": "none"}
    del answers["sl_waso"], answers["sl_quality"]
    states = check_all(MORNING, answers, skipped=["sl_quality"]).states
    assert (states["sl_waso"], states["sl_quality"], states["sl_up"]) == ("not_shown", "skipped", "answered")


def test_neither_branch_opens_when_the_question_before_it_is_passed_over() -> None:
    presented = [item.id for item in MOMENTARY.items if item.id != "event_valence"]
    body = {
        "answers": {item.id: 50 for item in MOMENTARY.items if item.type == "slider" and item.id in presented},
        "skipped": ["ctx_company", "act_what", "move_recent"],
    }
    branches = {"soc_pleasant", "soc_ratheralone", "soc_alonefine", "soc_rathercompany"}
    body["answers"] = {item: value for item, value in body["answers"].items() if item not in branches}
    checked = check(MOMENTARY, presented, body)
    assert {checked.states[item] for item in branches} == {"not_shown"}
    assert checked.states["event_valence"] == "left_out"


def test_a_wrong_answer_does_not_put_the_blame_on_the_branch_behind_it() -> None:
    presented = ["ctx_company", "soc_alonefine", "soc_rathercompany"]
    body = {"answers": {"ctx_company": ["alonee"], "soc_alonefine": 40, "soc_rathercompany": 20}}
    assert problems_of(MOMENTARY, presented, body) == {("ctx_company", "not_an_option")}


def test_an_item_that_cannot_be_passed_over_must_be_answered() -> None:
    item = replace(MOMENTARY.item("stress_now"), skippable=False)
    block = replace(MOMENTARY.blocks[1], items=(item,))
    strict = replace(MOMENTARY, blocks=(block,))
    assert problems_of(strict, ["stress_now"], {"skipped": ["stress_now"]}) == {("stress_now", "not_skippable")}


def test_information_takes_no_answer() -> None:
    assert problems_of(MORNING, ["sl_intro"], {"answers": {"sl_intro": "ok"}}) == {("sl_intro", "wrong_type")}
    assert problems_of(MORNING, ["sl_intro"], {"skipped": ["sl_intro"]}) == {("sl_intro", "not_skippable")}
    assert "sl_intro" not in check(MORNING, ["sl_intro"], {}).states


def test_an_optional_item_the_phone_never_came_to_was_not_shown() -> None:
    presented = ["day_best"]
    assert check(EVENING, presented, {}).states["day_best"] == "unanswered"
    assert check(EVENING, presented, {"shown": ["day_best"]}).states["day_best"] == "unanswered"
    assert check(EVENING, presented, {"shown": []}).states["day_best"] == "not_shown"
    assert check(EVENING, presented, {"shown": []}).shown == ()


def test_saying_that_it_was_not_shown_does_not_excuse_a_required_item() -> None:
    assert problems_of(EVENING, ["day_sat"], {"shown": []}) == {("day_sat", "missing")}


def test_text_keeps_its_spaces_line_breaks_and_pictures() -> None:
    words = "  zon \n\t en zee 👩‍👩‍👧 "
    assert check(EVENING, ["day_best"], {"answers": {"day_best": words}}).answers["day_best"] == words


def test_an_order_of_another_instrument_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="momentary"):
        check(MOMENTARY, ["sl_bed"], {})
