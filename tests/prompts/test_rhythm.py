"""A participant's own rhythm: its JSON, where it meets the protocol's day, and the reasons against it."""

from __future__ import annotations

from datetime import date, time

import pytest

from prompts.catalogue import load_protocols
from prompts.protocols import DayWindow
from prompts.rhythm import DayShape, Rhythm, RhythmProblems, own_day
from prompts.sampling import infeasible

BODY = {
    "school": {"start": "07:00", "end": "22:00", "quiet": [["08:30", "15:00"]]},
    "free": {"start": "10:00", "end": "00:30", "quiet": []},
    "school_days": [1, 2, 3, 4, 5],
}
ZONE = "Europe/Amsterdam"


def test_a_rhythm_survives_json() -> None:
    assert Rhythm.from_json(BODY).as_json() == BODY
    assert Rhythm.from_json(Rhythm().as_json()) == Rhythm() == Rhythm.from_json({})


def test_weekdays_choose_the_shape_of_the_day() -> None:
    rhythm = Rhythm.from_json(BODY)
    friday, saturday = date(2026, 3, 27), date(2026, 3, 28)
    assert (rhythm.kind_of(friday), rhythm.shape_of(friday)) == ("school", rhythm.school)
    assert (rhythm.kind_of(saturday), rhythm.shape_of(saturday)) == ("free", rhythm.free)


def test_every_mistake_in_a_rhythm_is_named_at_once() -> None:
    with pytest.raises(RhythmProblems) as caught:
        Rhythm.from_json(
            {
                "school": {"start": "7 uur", "end": 22, "quiet": [["08:30"], ["09:00", "09:00"], "x"], "lunch": 1},
                "free": [],
                "school_days": [0, True],
                "weekend": {},
            }
        )
    fields = {problem.split(":")[0] for problem in caught.value.problems}
    assert fields == {
        "school.start",
        "school.end",
        "school.quiet[1]",
        "school.quiet[2]",
        "school.quiet[3]",
        "school.lunch",
        "free",
        "school_days",
        "weekend",
    }


@pytest.mark.parametrize(
    ("day", "shape", "expected"),
    [
        # No wishes: the protocol's own day.
        (DayWindow(start=time(9), end=time(21)), DayShape(), (540, 1260)),
        # A day that may not be moved can only be narrowed.
        (DayWindow(start=time(9), end=time(21)), DayShape(start=time(7), end=time(20)), (540, 1200)),
        (DayWindow(start=time(9), end=time(21)), DayShape(start=time(10)), (600, 1260)),
        (DayWindow(start=time(9), end=time(21)), DayShape(end=time(2)), (540, 1260)),
        (DayWindow(start=time(9), end=time(21)), DayShape(start=time(22), end=time(2)), None),
        # An adjustable day follows its person, but not beyond earliest and latest.
        (
            DayWindow(start=time(9), end=time(21), adjustable=True, earliest=time(7), latest=time(23)),
            DayShape(start=time(6), end=time(22)),
            (420, 1320),
        ),
        # Latest after midnight, and a person whose evening ends then too.
        (
            DayWindow(start=time(9), end=time(21), adjustable=True, earliest=time(7), latest=time(2)),
            DayShape(start=time(12), end=time(1, 30)),
            (720, 1530),
        ),
        # A night protocol and somebody whose own day begins after midnight: it belongs to the night before.
        (DayWindow(start=time(22), end=time(6)), DayShape(start=time(0, 30), end=time(5)), (1470, 1740)),
        (DayWindow(start=time(22), end=time(6)), DayShape(start=time(1)), (1500, 1800)),
        (DayWindow(start=time(22), end=time(6)), DayShape(end=time(4)), (1320, 1680)),
    ],
)
def test_the_own_day_and_the_protocols_day_meet(
    day: DayWindow, shape: DayShape, expected: tuple[int, int] | None
) -> None:
    assert own_day(day, shape) == expected


def both(**shape: object) -> Rhythm:
    return Rhythm.from_json({"school": shape, "free": shape})


@pytest.mark.parametrize(
    ("protocol", "rhythm", "code", "sentence"),
    [
        (
            "grow-it.1",
            both(start="16:00", end="20:00"),
            "beeps-do-not-fit",
            "between 16:00 and 20:00 only 4 beeps at least 60 minutes apart fit, each with 60 minutes to answer; "
            "5 are asked",
        ),
        (
            "grow-it.1",
            both(quiet=[["10:00", "18:30"]]),
            "beeps-do-not-fit",
            "between 09:00 and 10:00 and between 18:30 and 21:00 only 3 beeps at least 60 minutes apart fit, "
            "each with 60 minutes to answer; 5 are asked",
        ),
        (
            "grow-it.1",
            both(start="20:00", end="20:30"),
            "beeps-do-not-fit",
            "between 20:00 and 20:30 no beep with 60 minutes to answer fits; 5 are asked",
        ),
        (
            "grow-it.1",
            both(start="23:30", end="06:00"),
            "day-outside-protocol",
            "the day from 23:30 to 06:00 lies outside the hours of the study, 07:00 to 23:00",
        ),
        (
            "school-day.1",
            both(quiet=[["07:20", "20:05"]]),
            "no-fixed-time-left",
            "all fixed times (07:30, 12:30, 16:00, 20:00) fall into quiet hours or outside the day",
        ),
    ],
)
def test_an_infeasible_rhythm_is_refused_with_figures(protocol: str, rhythm: Rhythm, code: str, sentence: str) -> None:
    reasons = infeasible(load_protocols()[protocol], rhythm, ZONE)
    assert [(reason.day_kind, reason.reason_code) for reason in reasons] == [("school", code), ("free", code)]
    assert {reason.reason["en"] for reason in reasons} == {sentence}
    assert all(reason.reason["nl"] and reason.reason["nl"] != sentence for reason in reasons)


def test_only_the_kind_of_day_that_is_wrong_is_named() -> None:
    rhythm = Rhythm.from_json({"school": {"quiet": [["08:00", "18:00"]]}, "free": {}})
    assert [reason.day_kind for reason in infeasible(load_protocols()["grow-it.1"], rhythm, ZONE)] == ["school"]
    never_school = Rhythm.from_json({"school": {"quiet": [["08:00", "18:00"]]}, "school_days": []})
    assert infeasible(load_protocols()["grow-it.1"], never_school, ZONE) == ()


def test_a_day_without_a_minute_for_the_challenge_says_so() -> None:
    reasons = infeasible(load_protocols()["school-day.1"], both(quiet=[["07:00", "21:00"]]), ZONE)
    assert "challenge-in-quiet" in {reason.reason_code for reason in reasons}


def test_a_school_day_with_quiet_lessons_is_fine() -> None:
    assert infeasible(load_protocols()["grow-it.1"], Rhythm.from_json(BODY), ZONE) == ()


def test_five_hours_hold_five_beeps_an_hour_apart_and_one_minute_less_does_not() -> None:
    protocol = load_protocols()["grow-it.1"]
    assert infeasible(protocol, both(start="15:00", end="20:00"), ZONE) == ()
    assert infeasible(protocol, both(start="15:00", end="19:59"), ZONE)


def test_an_unknown_zone_is_named() -> None:
    reasons = infeasible(load_protocols()["grow-it.1"], Rhythm(), "Europe/Amsterdamm")
    assert {reason.reason_code for reason in reasons} == {"zone-unknown"}
