from datetime import date, datetime, timedelta

import pytest

from server.trends.series import Day, day_means, day_profile, in_order, last_days, part_of_day, rolling_means, series_of
from tests.server.trends.diaries import MONDAY, seen, series


def test_a_day_mean_is_the_mean_of_its_answers_with_their_count() -> None:
    days = day_means(series([(0, 1, 40.0), (0, 2, 50.0), (0, 5, 63.0), (1, 3, 20.0)]))
    assert days == [Day(date=MONDAY, mean=51.0, n=3), Day(date=MONDAY + timedelta(1), mean=20.0, n=1)]


def test_a_day_without_answers_is_there_and_empty() -> None:
    days = day_means(series([(0, 1, 40.0), (3, 1, 60.0)]))
    assert [(day.mean, day.n) for day in days] == [(40.0, 1), (None, 0), (None, 0), (60.0, 1)]


def test_days_reach_to_the_asked_span_and_stay_empty_there() -> None:
    days = day_means(series([(1, 1, 40.0)]), first=MONDAY, last=MONDAY + timedelta(3))
    assert [day.mean for day in days] == [None, 40.0, None, None]


def test_nothing_answered_gives_no_days() -> None:
    assert day_means(series([])) == []


def test_an_answer_after_midnight_belongs_to_the_day_it_was_asked_on() -> None:
    late = seen(0, 5, mood=30.0)
    late = type(late)(at_local=datetime(2026, 3, 3, 0, 40), local_date=late.local_date, slot=5, measures=late.measures)
    days = day_means(series_of(in_order([seen(0, 1, mood=50.0), late]), "mood"))
    assert days == [Day(date=MONDAY, mean=40.0, n=2)]


def test_a_response_without_the_measure_is_no_zero() -> None:
    found = series_of(in_order([seen(0, 1, mood=50.0), seen(0, 2, stress=10.0)]), "mood")
    assert list(found.values) == [50.0]


def test_the_rolling_mean_is_by_date_and_needs_three_days() -> None:
    # Hand-worked: means 10, 20, -, 30, -, -, -, 70, 80. The window of day 7 holds days 1..7: 20, 30, 70.
    days = day_means(series([(0, 1, 10.0), (1, 1, 20.0), (3, 1, 30.0), (7, 1, 70.0), (8, 1, 80.0)]))
    rolled = rolling_means(days)
    assert [day.n for day in rolled] == [1, 2, 2, 3, 3, 3, 3, 3, 3]
    assert [day.mean for day in rolled] == [None, None, None, 20.0, 20.0, 20.0, 20.0, 40.0, 60.0]


def test_the_rolling_mean_takes_days_alike_whatever_their_answers() -> None:
    days = day_means(series([(0, 1, 0.0), (0, 2, 0.0), (0, 3, 0.0), (1, 1, 30.0), (2, 1, 60.0)]))
    assert rolling_means(days)[-1].mean == 30.0


def test_a_rolling_mean_over_missing_dates_is_refused() -> None:
    with pytest.raises(ValueError, match="consecutive"):
        rolling_means([Day(date=MONDAY, mean=1.0, n=1), Day(date=MONDAY + timedelta(2), mean=1.0, n=1)])


@pytest.mark.parametrize(
    ("hour", "part"),
    [
        (4, "evening"),
        (5, "morning"),
        (11, "morning"),
        (12, "midday"),
        (14, "midday"),
        (15, "afternoon"),
        (17, "afternoon"),
        (18, "evening"),
        (23, "evening"),
        (0, "evening"),
    ],
)
def test_each_hour_has_its_part_of_the_day(hour: int, part: str) -> None:
    assert part_of_day(hour) == part


def test_the_profile_counts_every_part_and_leaves_an_unseen_one_empty() -> None:
    parts = day_profile(series([(0, 1, 10.0), (1, 1, 30.0), (0, 5, 80.0)]))
    assert [(part.name, part.mean, part.n) for part in parts] == [
        ("morning", 20.0, 2),
        ("midday", None, 0),
        ("afternoon", None, 0),
        ("evening", 80.0, 1),
    ]


def test_a_week_is_seven_dates_and_ends_today() -> None:
    days = day_means(series([(0, 1, 1.0), (9, 1, 1.0)]))
    week = last_days(days, until=MONDAY + timedelta(8))
    assert (week[0].date, week[-1].date, len(week)) == (date(2026, 3, 4), date(2026, 3, 10), 7)


def test_order_is_by_study_day_first() -> None:
    ordered = in_order([seen(1, 1), seen(0, 5), seen(0, 2)])
    assert [(day.day, slot) for day, slot in zip(ordered.dates, ordered.slots, strict=True)] == [(2, 2), (2, 5), (3, 1)]
