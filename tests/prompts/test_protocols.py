"""Protocol files: what ships, and what an author is told about a wrong one."""

from __future__ import annotations

import json
from datetime import time
from pathlib import Path

import pytest

from prompts.catalogue import PROTOCOLS, load_instruments, load_protocols
from prompts.protocols import DailyChallenge, FixedTimes, Protocol, StratifiedRandom, read_protocol
from prompts.sampling import Rhythm, infeasible
from prompts.yaml_reader import ContentError, read_file

GOOD = """
id: own
version: 1
title: {nl: Eigen, en: Own}
description: {nl: Een eigen protocol, en: A protocol of our own}
days: 7
day: {start: "09:00", end: "21:00"}
scheme: {kind: stratified-random, beeps: 3, min_gap: 45}
answer_window: 30
reminders: [10, 20]
instruments: {first: morning.1, other: momentary.1}
challenge: {at: "10:00"}
"""
KNOWN = frozenset(("morning.1", "momentary.1", "evening.1"))


def read(text: str, folder: Path) -> tuple[Protocol | None, list[ContentError]]:
    path = folder / "own.1.yaml"
    path.write_text(text, encoding="utf-8")
    errors: list[ContentError] = []
    root = read_file(path, errors)
    return (read_protocol(root, instruments=KNOWN) if root else None), errors


def test_grow_it_asks_what_the_study_asked() -> None:
    protocol = load_protocols()["grow-it.1"]
    assert protocol.days == 21
    assert protocol.scheme == StratifiedRandom(beeps=5, min_gap_min=60)
    assert (protocol.day.start, protocol.day.end) == (time(9), time(21))
    assert (protocol.answer_window_min, protocol.reminders_min) == (60, (15,))
    assert protocol.instruments_by_slot == ("morning.1", "momentary.1", "momentary.1", "momentary.1", "evening.1")
    assert protocol.challenge == DailyChallenge(at=time(9), within_min=30)


def test_fried_asks_at_the_four_recorded_times() -> None:
    protocol = load_protocols()["fried.1"]
    assert protocol.scheme == FixedTimes(times=(time(12), time(15), time(18), time(21)), in_quiet="keep")
    assert (protocol.days, protocol.answer_window_min, protocol.challenge) == (14, 60, None)


@pytest.mark.parametrize("name", sorted(path.stem for path in PROTOCOLS.glob("*.yaml")))
def test_every_released_protocol_is_feasible_and_names_real_instruments(name: str) -> None:
    protocol = load_protocols()[name]
    assert protocol.key == name
    assert set(protocol.instruments_by_slot) <= set(load_instruments())
    assert len(protocol.instruments_by_slot) == protocol.scheme.beeps
    assert not infeasible(protocol, Rhythm(), "Europe/Amsterdam")
    assert {"nl", "en"} == set(protocol.title) == set(protocol.description)


@pytest.mark.parametrize("name", sorted(path.stem for path in PROTOCOLS.glob("*.yaml")))
def test_a_protocol_survives_json(name: str) -> None:
    body = load_protocols()[name].as_json()
    assert json.loads(json.dumps(body)) == body
    assert body["key"] == name


def test_a_good_file_has_no_errors_and_first_and_last_default_to_the_others(tmp_path: Path) -> None:
    protocol, errors = read(GOOD, tmp_path)
    assert errors == []
    assert protocol is not None
    assert protocol.instruments_by_slot == ("morning.1", "momentary.1", "momentary.1")
    assert protocol.reminders_min == (10, 20)


def test_every_mistake_is_named_at_once_with_line_and_field(tmp_path: Path) -> None:
    text = (
        GOOD.replace("days: 7", "days: 0")
        .replace("min_gap: 45", "min_gap: 400")
        .replace("[10, 20]", "[10, 30]")
        .replace("first: morning.1", "first: mourning.1")
        .replace('at: "10:00"', 'at: "22:00"')
        .replace("en: Own}", "eng: Own}")
        .replace("answer_window", "answer_windw", 1)
    )
    protocol, errors = read(text, tmp_path)
    assert protocol is None
    named = {(error.line, error.field) for error in errors}
    assert {
        (4, "title.eng"),
        (4, "title.en"),
        (6, "days"),
        (8, "scheme.beeps"),
        (9, "answer_windw"),
        (11, "instruments.first"),
        (12, "challenge.at"),
    } <= named
    assert any("did you mean answer_window?" in str(error) for error in errors)
    assert all(str(error).startswith("own.1.yaml:") for error in errors)


@pytest.mark.parametrize(
    ("good", "bad", "field", "message"),
    [
        # The last answer window would run past the end of the day.
        ('end: "21:00"}', 'end: "09:40"}', "scheme.beeps", "only 1 fit"),
        ("beeps: 3", "beeps: three", "scheme.beeps", "whole number"),
        ("[10, 20]", "[20, 10]", "reminders", "must rise"),
        ("[10, 20]", "[10, 30]", "reminders", "inside the answer window"),
        ("[10, 20]", "[true]", "reminders", "whole minutes"),
        ("[10, 20]", "soon", "reminders", "whole minutes"),
        ('end: "21:00"}', 'end: "21:00", earliest: "07:00"}', "day.earliest", "adjustable"),
        (
            'end: "21:00"}',
            'end: "21:00", adjustable: true, earliest: "10:00", latest: "22:00"}',
            "day.earliest",
            "enclose",
        ),
        (
            'end: "21:00"}',
            'end: "21:00", adjustable: true, earliest: "07:00", latest: "22:00", min_length: 800}',
            "day.min_length",
            "longer than",
        ),
        ("stratified-random, beeps: 3, min_gap: 45", "fixed, times: ['20:45'], in_quiet: drop", "scheme.times", "end"),
        ("stratified-random, beeps: 3, min_gap: 45", "fixed, times: ['8:45'], in_quiet: drop", "scheme.times", "time"),
        (
            "stratified-random, beeps: 3, min_gap: 45",
            "fixed, times: ['12:00', '10:00'], in_quiet: drop",
            "scheme.times",
            "order",
        ),
        ("stratified-random, beeps: 3, min_gap: 45", "fixed, times: ['12:00']", "scheme.in_quiet", "missing"),
        ("kind: stratified-random", "kind: stratified", "scheme.kind", "must be one of"),
        ('{at: "10:00"}', '{at: "10:00", alone: true}', "challenge.alone", "unknown field"),
        ('{at: "10:00"}', '{at: "10:00", within: 241}', "challenge.within", "between 0 and 240"),
        ("days: 7\n", "", "days", "missing"),
    ],
)
def test_a_mistake_is_named_in_its_field(tmp_path: Path, good: str, bad: str, field: str, message: str) -> None:
    assert good in GOOD
    protocol, errors = read(GOOD.replace(good, bad), tmp_path)
    assert protocol is None
    assert any(error.field == field and message in error.message for error in errors), [str(e) for e in errors]


def test_a_night_protocol_may_end_after_midnight(tmp_path: Path) -> None:
    protocol, errors = read(
        GOOD.replace('"09:00", end: "21:00"', '"20:00", end: "04:00"').replace('"10:00"', '"01:00"'), tmp_path
    )
    assert errors == []
    assert protocol is not None


def test_two_protocols_are_equal_by_what_they_decide_not_by_their_texts(tmp_path: Path) -> None:
    first, _ = read(GOOD, tmp_path)
    second, _ = read(GOOD.replace("en: Own}", "en: Ours}"), tmp_path)
    third, _ = read(GOOD.replace("beeps: 3", "beeps: 4"), tmp_path)
    assert first == second
    assert hash(first) == hash(second)
    assert first != third
