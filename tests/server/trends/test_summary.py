"""Properties of the whole picture that hold for any diary."""

import json
import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.catalogue import load_instruments
from server.trends.contexts import SHOWN, asked_once_a_day
from server.trends.contrast import Side, compare
from server.trends.series import Observation, in_order, parts_of, series_of
from server.trends.summary import MOST_DAYS_WITH_DOTS, summarise
from tests.server.trends.diaries import diary, seen

slots = st.integers(min_value=1, max_value=5)
answers = st.lists(
    st.tuples(st.integers(0, 40), slots, st.integers(0, 100)), min_size=1, max_size=80, unique_by=lambda row: row[:2]
)


def picture(observations: list[Observation]) -> dict[str, Any]:
    return summarise(observations, until=max(seen.local_date for seen in observations), planned=210)


def mood_of(rows: list[tuple[int, int, float]]) -> dict[str, Any]:
    found: dict[str, Any] = picture([seen(day, slot, mood=float(value)) for day, slot, value in rows])["measures"][
        "mood"
    ]
    return found


def swings(variability: dict[str, Any]) -> tuple[float, int]:
    """RMSSD and its pairs; below the gate how many pairs there are."""
    rmssd = variability["rmssd"]
    return (rmssd["value"], rmssd["pairs"]) if rmssd["ready"] else (0.0, rmssd["needs"][0]["have"])


@given(answers)
@settings(max_examples=80, derandomize=True, deadline=None)
def test_a_date_has_a_mean_exactly_when_it_has_answers(rows: list[tuple[int, int, float]]) -> None:
    days = mood_of(rows)["days"]
    answered = {seen(day).local_date.isoformat() for day, _, _ in rows}
    assert {day["date"] for day in days if day["mean"] is not None} == answered
    assert all((day["mean"] is None) == (day["n"] == 0) for day in days)
    assert sum(day["n"] for day in days) == len(rows)
    assert len(days) == max(row[0] for row in rows) - min(row[0] for row in rows) + 1


@given(answers, st.integers(-50, 50))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_a_constant_added_moves_the_means_and_nothing_else(rows: list[tuple[int, int, float]], by: int) -> None:
    before, after = mood_of(rows), mood_of([(day, slot, value + by) for day, slot, value in rows])
    for old, new in zip(before["days"], after["days"], strict=True):
        assert (old["mean"] is None) == (new["mean"] is None)
        if old["mean"] is not None:
            assert new["mean"] == pytest.approx(old["mean"] + by)
    for name, keys in (
        ("trend", ("per_week", "low", "high", "tau", "direction")),
        ("variability", ("isd",)),
    ):
        assert before[name]["ready"] == after[name]["ready"]
        for key in keys if before[name]["ready"] else ():
            assert after[name][key] == pytest.approx(before[name][key], abs=1e-9)
    if before["variability"]["ready"]:
        assert swings(after["variability"]) == pytest.approx(swings(before["variability"]))


@given(answers, st.integers(0, 1000))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_days_in_another_order_leave_spread_and_swings(rows: list[tuple[int, int, float]], seed: int) -> None:
    shuffled = list(range(41))
    random.Random(seed).shuffle(shuffled)
    before = mood_of(rows)["variability"]
    after = mood_of([(shuffled[day], slot, value) for day, slot, value in rows])["variability"]
    assert before["ready"] == after["ready"]
    if before["ready"]:
        assert after["isd"] == pytest.approx(before["isd"])
        assert swings(after) == pytest.approx(swings(before))


def test_the_order_in_which_answers_arrive_does_not_matter() -> None:
    observations = diary(days=30, share=0.6)
    mixed = observations[:]
    random.Random(5).shuffle(mixed)
    assert picture(mixed) == picture(observations)


def test_a_flipped_scale_flips_the_trend() -> None:
    rows = [(day, slot, float(day + slot)) for day in range(20) for slot in (1, 3)]
    up, down = mood_of(rows)["trend"], mood_of([(day, slot, -value) for day, slot, value in rows])["trend"]
    assert (up["direction"], down["direction"]) == ("up", "down")
    assert (down["per_week"], down["low"], down["high"]) == pytest.approx((-up["per_week"], -up["high"], -up["low"]))


def test_every_measure_is_there_even_when_never_asked() -> None:
    found = picture([seen(0, 1, mood=50.0)])["measures"]
    assert list(found) == [shown.key for shown in SHOWN]
    assert list(found) == ["mood", "sleep", "time_asleep", "social_contact", "movement", "stress"]
    assert (found["time_asleep"]["unit"], found["time_asleep"]["low"], found["time_asleep"]["high"]) == (
        "minutes",
        0,
        960,
    )


def test_loneliness_is_never_drawn() -> None:
    assert "loneliness" not in json.dumps(picture(diary(days=30)))


def test_the_days_go_on_to_today_and_stay_empty() -> None:
    found = summarise([seen(0, 1, mood=50.0)], until=seen(3).local_date, planned=20)
    assert (found["from"], found["until"]) == ("2026-03-02", "2026-03-05")
    assert [day["mean"] for day in found["measures"]["mood"]["days"]] == [50.0, None, None, None]


def test_an_answer_on_a_date_ahead_of_here_is_kept() -> None:
    found = summarise([seen(1, 1, mood=50.0)], until=seen(0).local_date, planned=1)
    assert found["until"] == "2026-03-03"
    assert found["measures"]["mood"]["n"] == 1


def test_the_picture_is_plain_json() -> None:
    found = picture(diary(days=42, friends_add=20.0))
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_more_contact_than_usual_is_compared_by_day() -> None:
    rows = []
    for day in range(30):
        more = day % 3 == 0
        rows += [seen(day, slot, mood=50.0 + 20 * more + (day * 7 + slot) % 5) for slot in (1, 3)]
        rows.append(seen(day, 5, social_contact=75.0 if more else 25.0))
    block = next(block for block in picture(rows)["contrasts"] if block["code"] == "contact")
    assert (block["ready"], block["per"], block["n_a"], block["n_b"]) == (True, "day", 10, 20)
    assert block["difference"] == pytest.approx(20, abs=2)


def test_the_instruments_say_what_is_asked_once_a_day() -> None:
    instruments = load_instruments()
    ours = asked_once_a_day(instruments[key] for key in ("morning.1", "momentary.1", "evening.1"))
    assert (ours["mood"], ours["movement"], ours["sleep"], ours["time_asleep_min"], ours["social_contact"]) == (
        False,
        False,
        True,
        True,
        True,
    )
    assert asked_once_a_day([instruments["fried.1"]])["social_contact"] is False


def test_asked_by_the_day_in_one_instrument_and_by_the_moment_in_another_is_not_once_a_day() -> None:
    instruments = load_instruments()
    both = [instruments["evening.1"], instruments["fried.1"]]
    assert asked_once_a_day(both)["social_contact"] is False
    assert asked_once_a_day(both[::-1])["social_contact"] is False


def test_a_part_of_the_day_picked_out_of_four_must_stand_out_four_times_as_clearly() -> None:
    told = kept_back = 0
    for seed in range(60):
        ordered = diary(days=14, seed=seed)
        series = series_of(in_order(ordered), "mood")
        profile = picture(ordered)["measures"]["mood"]["profile"]
        total, n = sum(series.values), len(series)
        furthest = max(
            profile["parts"], key=lambda part: abs(part["mean"] - (total - part["mean"] * part["n"]) / (n - part["n"]))
        )
        rows = list(zip(series.dates, series.values, parts_of(series), strict=True))
        inside = [(day, value) for day, value, part in rows if part == furthest["part"]]
        outside = [(day, value) for day, value, part in rows if part != furthest["part"]]
        p = compare(
            Side(dates=[day for day, _ in inside], values=[value for _, value in inside]),
            Side(dates=[day for day, _ in outside], values=[value for _, value in outside]),
        ).p
        told += p < 0.0125
        kept_back += 0.0125 <= p < 0.05
        assert (profile["stands_out"] is not None) == (p < 0.0125)
    assert told
    assert kept_back


def test_a_measure_asked_at_every_moment_needs_two_answers_a_day() -> None:
    rows = [seen(day, 1, social_contact=float(day)) for day in range(20)]
    until = rows[-1].local_date + timedelta(0)
    once = summarise(rows, until=until, planned=20)["measures"]["social_contact"]
    often = summarise(rows, until=until, planned=20, once_a_day={"social_contact": False})["measures"]["social_contact"]
    assert (once["trend"]["ready"], often["trend"]["ready"]) == (True, False)


@given(st.lists(st.integers(0, 120), min_size=1, max_size=60, unique=True))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_the_rolling_mean_is_that_of_the_last_seven_dates(days: list[int]) -> None:
    shown = mood_of([(day, 1, day * 37 % 101) for day in days])
    by_date = {day["date"]: day["mean"] for day in shown["days"]}
    for place, rolled in enumerate(shown["rolling"]):
        week = [day["mean"] for day in shown["days"][max(0, place - 6) : place + 1] if day["mean"] is not None]
        assert rolled["date"] in by_date
        assert rolled["n"] == len(week)
        assert rolled["mean"] == (pytest.approx(sum(week) / len(week)) if len(week) >= 3 else None)


def test_a_picture_of_more_days_than_dots_fit_in_has_its_days_and_no_dots() -> None:
    fits = diary(days=MOST_DAYS_WITH_DOTS)
    longer = [*fits, seen(MOST_DAYS_WITH_DOTS, mood=50.0)]
    with_dots, without = picture(fits)["measures"], picture(longer)["measures"]
    for shown in SHOWN:
        assert len(with_dots[shown.key]["dots"]) == with_dots[shown.key]["n"] > 0
        assert without[shown.key]["dots"] == []
    assert without["mood"]["n"] == with_dots["mood"]["n"] + 1
    assert without["mood"]["days"][:-1] == with_dots["mood"]["days"]
    assert without["mood"]["days"][-1] == {"date": longer[-1].local_date.isoformat(), "mean": 50.0, "n": 1}
