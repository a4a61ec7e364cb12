"""Measures against numbers worked out by hand, and their ranges for every possible entry."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.answers import check
from prompts.catalogue import load_instruments
from prompts.instruments import Instrument
from prompts.measures import MEASURES
from prompts.scoring import measures, place_on_100
from prompts.sleep import Night, find_problems, sleep_midpoint, time_in_bed
from tests.prompts.diary_entries import Entry, entries

INSTRUMENTS = load_instruments()
MOMENTARY, MORNING, EVENING, FRIED = (INSTRUMENTS[key] for key in ("momentary.1", "morning.1", "evening.1", "fried.1"))

CORE = {"pa_cheerful": 80, "pa_relaxed": 60, "na_down": 10, "na_tense": 30}


@pytest.mark.parametrize("instrument", [MOMENTARY, MORNING, EVENING], ids=lambda instrument: instrument.key)
def test_mood_is_the_same_number_in_every_slot_of_the_day(instrument: Instrument) -> None:
    assert measures(instrument, CORE)["mood"] == (80 + 60 + 90 + 70) / 4


def test_other_feelings_do_not_move_the_mood_of_the_moment() -> None:
    others = {"pa_content": 0, "pa_energetic": 0, "na_irritated": 100, "na_lonely": 100}
    scores = measures(MOMENTARY, CORE | others)
    assert scores["mood"] == 75
    assert scores["pa"] == (80 + 0 + 60 + 0) / 4
    assert scores["na"] == (10 + 30 + 100 + 100) / 4


@pytest.mark.parametrize("left_out", sorted(CORE))
def test_mood_bears_one_missing_item_but_not_two(left_out: str) -> None:
    three = {item: value for item, value in CORE.items() if item != left_out}
    turned = {item: 100 - value if item.startswith("na_") else value for item, value in three.items()}
    assert measures(MOMENTARY, three)["mood"] == pytest.approx(sum(turned.values()) / 3)
    assert "mood" not in measures(MOMENTARY, dict(list(three.items())[:2]))


def test_nothing_answered_gives_no_measure_at_all() -> None:
    assert all(measures(instrument, {}) == {} for instrument in INSTRUMENTS.values())


@pytest.mark.parametrize(
    ("company", "with_company", "with_friends"),
    [
        (["alone"], 0, 0),
        (["friends"], 1, 1),
        (["parents", "siblings"], 1, 0),
        (["parents", "partner"], 1, 1),
        (["strangers"], 1, 0),
    ],
)
def test_company_is_anything_but_alone(company: list[str], with_company: int, with_friends: int) -> None:
    scores = measures(MOMENTARY, {"ctx_company": company})
    assert (scores["with_company"], scores["with_friends"]) == (with_company, with_friends)


def test_choices_are_placed_between_the_lowest_and_the_highest() -> None:
    assert [measures(MOMENTARY, {"move_recent": option})["movement"] for option in ("none", "some", "very_much")] == [
        0,
        50,
        100,
    ]
    assert measures(MORNING, {"sl_quality": "well"})["sleep"] == 75
    assert measures(EVENING, {"soc_f2f": "under_1", "out_door": "over_60"}) == {"social_contact": 25, "outdoors": 100}


def test_a_number_is_placed_between_its_limits() -> None:
    waso = MORNING.item("sl_waso")
    assert place_on_100(replace(waso, minimum=0, maximum=200), 50) == 25


NIGHT = {
    "sl_bed": "23:00",
    "sl_try": "23:30",
    "sl_latency": "upto_30",
    "sl_awak_n": "twice",
    "sl_waso": 17,
    "sl_wake": "07:00",
    "sl_up": "07:30",
}


@pytest.mark.parametrize(
    ("changes", "asleep", "efficiency", "midpoint"),
    [
        # 23:30 to 07:00 is 450; 23 to fall asleep and 17 awake leave 410; in bed 23:00 to 07:30 is 510.
        # Asleep from 23:53 to 07:00: the middle is 03:26:30.
        ({}, 410, 410 / 510, 206.5),
        # All after midnight: 00:15 to 07:00 is 405; in bed 00:00 to 07:30.
        ({"sl_bed": "00:00", "sl_try": "00:15"}, 365, 365 / 450, (38 + 420) / 2),
        # All before midnight: 17:30 to 23:00, in bed 17:00 to 23:30; the middle is 20:26:30 of the waking day.
        (
            {"sl_bed": "17:00", "sl_try": "17:30", "sl_wake": "23:00", "sl_up": "23:30"},
            290,
            290 / 390,
            (17 * 60 + 53 + 23 * 60) / 2,
        ),
        # Awake just after midnight: 20:00 to 00:30, the middle is 22:26:30 and so 93.5 minutes before midnight.
        (
            {"sl_bed": "20:00", "sl_try": "20:00", "sl_wake": "00:30", "sl_up": "00:30"},
            230,
            230 / 270,
            -93.5,
        ),
        # No awakenings: no minutes are asked.
        ({"sl_awak_n": "none", "sl_waso": None}, 427, 427 / 510, 206.5),
        # Longer than an hour, in own minutes.
        ({"sl_latency": "over_60", "sl_latency_min": 90}, 343, 343 / 510, 240),
    ],
)
def test_the_night_by_hand(changes: dict[str, Any], asleep: float, efficiency: float, midpoint: float) -> None:
    answers = {item: value for item, value in (NIGHT | changes).items() if value is not None}
    scores = measures(MORNING, answers)
    assert scores["time_asleep_min"] == pytest.approx(asleep)
    assert scores["sleep_efficiency"] == pytest.approx(efficiency)
    assert scores["sleep_midpoint_min"] == pytest.approx(midpoint)


@pytest.mark.parametrize(
    ("missing", "lost"),
    [
        ("sl_bed", {"sleep_efficiency"}),
        ("sl_up", {"sleep_efficiency"}),
        ("sl_waso", {"time_asleep_min", "sleep_efficiency"}),
        ("sl_latency", {"time_asleep_min", "sleep_efficiency", "sleep_midpoint_min"}),
        ("sl_wake", {"time_asleep_min", "sleep_efficiency", "sleep_midpoint_min"}),
    ],
)
def test_a_missing_part_of_the_night_takes_only_what_hangs_on_it(missing: str, lost: set[str]) -> None:
    answers = {item: value for item, value in NIGHT.items() if item != missing}
    assert measures(MORNING, NIGHT).keys() - measures(MORNING, answers).keys() == lost


def test_longer_than_an_hour_without_minutes_is_unknown_and_not_an_hour() -> None:
    assert "time_asleep_min" not in measures(MORNING, NIGHT | {"sl_latency": "over_60"})


def test_an_impossible_night_is_not_scored() -> None:
    assert measures(MORNING, NIGHT | {"sl_try": "22:00"}) == {}


CLOCK = st.integers(0, 1439)


@given(in_bed=CLOCK, tried=CLOCK, woke=CLOCK, got_up=CLOCK, shift=CLOCK)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_where_midnight_falls_makes_no_difference(in_bed: int, tried: int, woke: int, got_up: int, shift: int) -> None:
    night = Night(in_bed=in_bed, tried=tried, woke=woke, got_up=got_up, latency=0.0, awake=0.0)
    moved = Night(
        in_bed=(in_bed + shift) % 1440,
        tried=(tried + shift) % 1440,
        woke=(woke + shift) % 1440,
        got_up=(got_up + shift) % 1440,
        latency=0.0,
        awake=0.0,
    )
    assert find_problems(night) == find_problems(moved)
    assert time_in_bed(night) == time_in_bed(moved)
    before, after = sleep_midpoint(night), sleep_midpoint(moved)
    assert before is not None
    assert after is not None
    assert (before + shift - after) % 1440 == 0


def fried(values: dict[str, int]) -> dict[str, str]:
    """Answers by the codebook's numbers 1..5."""
    chosen = {}
    for item_id, value in values.items():
        chosen[item_id] = next(option.id for option in FRIED.item(item_id).options if option.value == value)
    return chosen


def test_the_published_study_by_hand() -> None:
    """The first recorded row: Q1..Q18 = 1 1 2 1 1 1 2 3 1 2 3 3 2 1 1 3 2 5."""
    row = dict(
        zip((item.id for item in FRIED.items), (1, 1, 2, 1, 1, 1, 2, 3, 1, 2, 3, 3, 2, 1, 1, 3, 2, 5), strict=True)
    )
    scores = measures(FRIED, fried(row))
    assert scores["na"] == pytest.approx((0 + 0 + 25 + 0 + 0 + 0 + 25) / 7)
    assert scores["mood"] == pytest.approx(100 - scores["na"])
    assert {name: score for name, score in scores.items() if name not in {"na", "mood"}} == {
        "worry": 25,
        "loneliness": 0,
        "tiredness": 25,
        "social_contact": 50,
        "social_media": 50,
        "outdoors": 0,
    }


def test_four_of_the_seven_negative_items_are_enough_and_three_are_not() -> None:
    four = {"relax": 5, "irritable": 5, "worry": 1, "nervous": 1}
    assert measures(FRIED, fried(four))["mood"] == 50
    assert "mood" not in measures(FRIED, fried({item: value for item, value in four.items() if item != "relax"}))


@given(entry=st.sampled_from(sorted(INSTRUMENTS)).flatmap(lambda key: entries(INSTRUMENTS[key])))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_every_score_of_every_possible_entry_lies_in_its_published_range(entry: Entry) -> None:
    answers = check(entry.instrument, entry.presented, entry.body).answers
    for name, score in measures(entry.instrument, answers).items():
        assert isinstance(score, float)
        assert MEASURES[name].low <= score <= MEASURES[name].high
