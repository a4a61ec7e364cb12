"""Every gate one short of opening, and just open; first the rules alone, then with diaries."""

from collections.abc import Sequence
from typing import Any

import pytest

from server.trends import gates
from server.trends.series import Observation
from server.trends.summary import summarise
from tests.server.trends.diaries import MONDAY, seen

Picture = dict[str, Any]


def picture(observations: Sequence[Observation], *, day: int | None = None) -> Picture:
    last = max((o.local_date for o in observations), default=MONDAY)
    until = last if day is None else seen(day).local_date
    return summarise(observations, until=until, planned=0)


def mood(observations: Sequence[Observation], *, day: int | None = None) -> Picture:
    found: Picture = picture(observations, day=day)["measures"]["mood"]
    return found


def needs(block: Picture) -> dict[str, tuple[int, int, int]]:
    assert block["ready"] is False
    assert all(need["missing"] == need["need"] - need["have"] > 0 for need in block["needs"])
    return {need.get("where", need["what"]): (need["have"], need["need"], need["missing"]) for need in block["needs"]}


def assert_silent(block: Picture) -> None:
    """A closed gate holds nothing but its needs and names."""
    assert block["ready"] is False
    assert set(block) <= {"ready", "needs", "applies", "unclear", "part", "code", "measure", "per", "a", "b"}


def test_the_first_answer_shows_its_dot_and_day() -> None:
    shown = mood([seen(0, 2, mood=64.0)])
    assert [(dot["date"], dot["slot"], dot["value"]) for dot in shown["dots"]] == [("2026-03-02", 2, 64.0)]
    assert shown["days"] == [{"date": "2026-03-02", "mean": 64.0, "n": 1}]
    assert shown["rolling"] == [{"date": "2026-03-02", "mean": None, "n": 1}]


def test_nothing_answered_is_an_empty_picture_with_every_gate_closed() -> None:
    shown = mood([])
    assert (shown["dots"], shown["days"], shown["rolling"], shown["n"]) == ([], [], [], 0)
    for gate in ("week", "profile", "trend", "variability"):
        assert_silent(shown[gate])


@pytest.mark.parametrize(
    ("answers", "days", "waiting"),
    [(6, 3, {"answers": (6, 7, 1)}), (7, 2, {"days": (2, 3, 1)}), (1, 1, {"answers": (1, 7, 6), "days": (1, 3, 2)})],
)
def test_a_week_one_short_says_what_is_missing(answers: int, days: int, waiting: object) -> None:
    week = mood([seen(i % days, 1 + i // days, mood=50.0 + i) for i in range(answers)])["week"]
    assert_silent(week)
    assert needs(week) == waiting


def test_a_week_opens_at_seven_answers_on_three_days() -> None:
    week = mood([seen(i % 3, 1 + i // 3, mood=50.0 + i) for i in range(7)])["week"]
    assert week == {
        "ready": True,
        "mean": 53.0,
        "n": 7,
        "days": 3,
        "from": "2026-02-26",
        "to": "2026-03-04",
        "sureness": "rough",
    }


def test_a_week_forgets_what_is_eight_days_old() -> None:
    answers = [seen(0, 1, mood=0.0)] + [seen(1 + i % 3, 1 + i // 3, mood=50.0) for i in range(7)]
    assert mood(answers, day=7)["week"]["mean"] == 50.0
    assert needs(mood(answers, day=8)["week"]) == {"answers": (4, 7, 3), "days": (2, 3, 1)}


def test_a_week_of_nights_opens_at_four_nights() -> None:
    nights = [seen(day, 1, sleep=75.0) for day in range(4)]
    assert needs(picture(nights[:3])["measures"]["sleep"]["week"]) == {"answers": (3, 4, 1)}
    assert picture(nights)["measures"]["sleep"]["week"]["mean"] == 75.0


def test_a_profile_opens_at_twenty_answers() -> None:
    answers = [seen(i // 5, 1 + i % 5, mood=50.0 + i) for i in range(20)]
    assert needs(mood(answers[:19])["profile"]) == {"answers": (19, 20, 1)}
    assert mood(answers)["profile"]["ready"] is True


def test_a_part_of_the_day_is_shown_from_four_answers_on() -> None:
    answers = [seen(i, 1, mood=50.0) for i in range(16)] + [seen(i, 5, mood=70.0) for i in range(4)]
    answers += [seen(i, 3, mood=10.0) for i in range(3)]
    parts = {part["part"]: part for part in mood(answers)["profile"]["parts"]}
    assert parts["evening"] == {"part": "evening", "ready": True, "mean": 70.0, "n": 4}
    assert needs(parts["midday"]) == {"answers": (3, 4, 1)}
    assert needs(parts["afternoon"]) == {"answers": (0, 4, 4)}
    assert_silent(parts["midday"])


def test_what_is_asked_once_a_day_has_no_profile() -> None:
    nights = [seen(day, 1, sleep=75.0) for day in range(30)]
    assert picture(nights)["measures"]["sleep"]["profile"] == {"ready": False, "needs": [], "applies": False}


def two_a_day(days: Sequence[int]) -> list[Observation]:
    return [seen(day, slot, mood=40.0 + day + slot) for day in days for slot in (2, 4)]


def test_a_trend_opens_at_ten_days_of_two_answers_over_fourteen_days() -> None:
    nine = [0, 1, 2, 3, 4, 5, 6, 7, 13]
    assert needs(mood(two_a_day(nine))["trend"]) == {"days": (9, 10, 1)}
    assert needs(mood(two_a_day([*range(9), 12]))["trend"]) == {"span_days": (13, 14, 1)}
    trend = mood(two_a_day([*range(9), 13]))["trend"]
    assert (trend["ready"], trend["days"], trend["per_week"]) == (True, 10, pytest.approx(7.0))


def test_a_day_with_one_answer_does_not_count_in_the_trend() -> None:
    days = two_a_day([*range(9), 13])
    assert needs(mood(days[:-1])["trend"]) == {"days": (9, 10, 1), "span_days": (9, 14, 5)}


def test_a_night_counts_in_the_trend_with_its_one_answer() -> None:
    nights = [seen(day, 1, sleep=50.0 + day) for day in (*range(9), 13)]
    assert picture(nights)["measures"]["sleep"]["trend"]["ready"] is True
    assert needs(picture(nights[:-1])["measures"]["sleep"]["trend"]) == {"days": (9, 10, 1), "span_days": (9, 14, 5)}


def test_the_spread_opens_at_twenty_answers_and_the_swings_at_twenty_pairs() -> None:
    full = [seen(day, slot, mood=50.0 + (day + slot) % 3) for day in range(5) for slot in range(1, 6)]
    assert needs(mood(full[:19])["variability"]) == {"answers": (19, 20, 1)}
    short = mood(full[:24])["variability"]
    assert short["ready"] is True
    assert needs(short["rmssd"]) == {"pairs": (19, 20, 1)}
    assert mood(full)["variability"]["rmssd"]["pairs"] == 20


def company(friends: int, alone: int, *, friends_mood: float = 80.0, alone_mood: float = 40.0) -> list[Observation]:
    rows = [(1.0, friends_mood)] * friends + [(0.0, alone_mood)] * alone
    return [
        seen(i // 5, 1 + i % 5, mood=value + i % 4, with_company=with_friends, with_friends=with_friends)
        for i, (with_friends, value) in enumerate(rows)
    ]


def friends_block(observations: Sequence[Observation]) -> Picture:
    found: Picture = next(block for block in picture(observations)["contrasts"] if block["code"] == "friends")
    return found


def test_a_contrast_opens_at_twenty_answers_and_six_on_each_side() -> None:
    assert needs(friends_block(company(6, 13))) == {"answers": (19, 20, 1)}
    assert needs(friends_block(company(5, 15))) == {"with_friends": (5, 6, 1)}
    assert needs(friends_block(company(15, 5))) == {"alone": (5, 6, 1)}
    found = friends_block(company(6, 14))
    assert (found["ready"], found["n_a"], found["n_b"]) == (True, 6, 14)
    assert found["low"] > 0


def test_a_contrast_with_zero_in_its_interval_stays_closed_without_a_number() -> None:
    block = friends_block(company(10, 10, friends_mood=50.0, alone_mood=50.0))
    assert (block["ready"], block["unclear"], block["needs"]) == (False, True, [])
    assert_silent(block)


def test_a_contrast_below_its_counts_is_not_called_unclear() -> None:
    assert friends_block(company(5, 15))["unclear"] is False


def nights(n: int) -> list[Observation]:
    return [
        answer
        for day in range(n)
        for answer in (seen(day, 1, sleep=25.0 * (day % 5)), seen(day, 3, mood=40.0 + 10 * (day % 5) + day / 10))
    ]


def test_sleep_and_mood_open_at_fourteen_pairs() -> None:
    assert needs(picture(nights(13))["sleep_mood"]) == {"pairs": (13, 14, 1)}
    found = picture(nights(14))["sleep_mood"]
    assert (found["ready"], found["pairs"], found["direction"]) == (True, 14, "together")


def test_mood_of_the_same_morning_answer_makes_no_pair() -> None:
    mornings = [seen(day, 1, sleep=25.0 * (day % 5), mood=20.0 * (day % 5)) for day in range(20)]
    assert needs(picture(mornings)["sleep_mood"]) == {"pairs": (0, 14, 14)}


def test_nights_that_are_all_alike_say_nothing() -> None:
    same = [answer for day in range(20) for answer in (seen(day, 1, sleep=50.0), seen(day, 2, mood=float(day)))]
    block = picture(same)["sleep_mood"]
    assert_silent(block)
    assert block["unclear"] is True


def test_open_gates_need_nothing() -> None:
    assert gates.week_needs(answers=7, days=3, once_a_day=False) == ()
    assert gates.contrast_needs(answers={"a": 6, "b": 14}) == ()
    assert gates.trend_needs(days=10, span_days=14) == ()
