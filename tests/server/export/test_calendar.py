"""No true date can be worked out from the times in an export."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.export.calendar import (
    DUMMY_MONDAY,
    WEEKDAYS,
    day_number,
    delay_band,
    delay_band_labels,
    delay_min,
    dummy_time,
    is_weekend,
    readable_weekdays,
    wall_time,
    weekday_of,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def instant(on: date, at: time) -> tuple[datetime, int]:
    """A wall time in Amsterdam as it is stored: aware UTC, and minutes ahead of UTC."""
    local = datetime.combine(on, at, AMSTERDAM)
    return local.astimezone(UTC), int((local.utcoffset() or timedelta()).total_seconds() // 60)


def export_times(starts_on: date, *, keep_weekday: bool) -> list[tuple[datetime, int]]:
    """Dummy time and delay of five beeps a day for three weeks, each answered after seven minutes."""
    told = []
    for day in range(21):
        for hour in (9, 12, 15, 18, 20):
            due_at, offset = instant(starts_on + timedelta(days=day), time(hour, 37))
            due = wall_time(due_at, offset)
            answered = wall_time(due_at + timedelta(minutes=7, seconds=20), offset)
            dummy = dummy_time(due, starts_on=starts_on, keep_weekday=keep_weekday)
            told.append((dummy, delay_min(due, answered, most=60)))
    return told


def test_a_clock_change_does_not_give_the_date_away() -> None:
    """A start on 14 October 2026 has the clock change on day 12; one in June has none. Nobody can tell them apart."""
    october, june = date(2026, 10, 14), date(2026, 6, 10)
    assert october.weekday() == june.weekday()
    through, beside = (export_times(start, keep_weekday=True) for start in (october, june))
    assert through == beside
    # What must never be told instead, hours that passed in UTC since the start, does give it away.
    elapsed = [
        instant(start + timedelta(days=12), time(9, 37))[0] - instant(start, time(9, 37))[0]
        for start in (october, june)
    ]
    assert elapsed[0] != elapsed[1]


def test_every_dummy_time_lies_in_the_weeks_after_the_first_monday_of_2001() -> None:
    for start in (date(2026, 10, 14), date(2024, 2, 25), date(2027, 3, 22)):
        times = [at for at, _ in export_times(start, keep_weekday=True)]
        assert DUMMY_MONDAY <= times[0].date() < DUMMY_MONDAY + timedelta(days=7)
        assert times[-1].date() - times[0].date() == timedelta(days=20)
        assert {at.minute for at in times} == {30}
        assert {at.second for at in times} == {0}
        assert all(at.tzinfo is None for at in times)
        assert all(is_weekend(at.date()) == (at.isoweekday() in (6, 7)) for at in times)


def test_where_the_weekday_of_the_start_is_withheld_everybody_begins_on_the_monday() -> None:
    wednesday, saturday = date(2026, 6, 10), date(2026, 6, 13)
    first, second = (export_times(start, keep_weekday=False) for start in (wednesday, saturday))
    assert first == second
    assert first[0][0].date() == DUMMY_MONDAY


def test_day_numbers_beside_the_weekend_give_the_weekday_of_the_start_away() -> None:
    """The leak itself, so that nobody takes it for harmless: two weeks of marks name the weekday exactly."""
    for day in range(7):
        starts_on = date(2026, 6, 8) + timedelta(days=day)
        marks = [(number + 1, is_weekend(starts_on + timedelta(days=number))) for number in range(14)]
        assert readable_weekdays(marks) == {weekday_of(starts_on)}


def test_without_the_weekend_no_weekday_of_the_start_can_be_read() -> None:
    assert readable_weekdays([(number + 1, None) for number in range(14)]) == set(WEEKDAYS)


def test_the_same_weekday_is_kept_when_it_may_be_told() -> None:
    starts_on = date(2026, 6, 13)
    at = datetime(2026, 6, 14, 20, 59, 59)
    assert dummy_time(at, starts_on=starts_on, keep_weekday=True) == datetime(2001, 1, 7, 20, 45)


def test_a_beep_after_midnight_belongs_to_the_next_dummy_date_as_it_did_on_the_wall() -> None:
    at = dummy_time(datetime(2026, 6, 9, 0, 20), starts_on=date(2026, 6, 8), keep_weekday=True)
    assert at == datetime(2001, 1, 2, 0, 15)


def test_instants_are_refused_where_wall_times_are_wanted() -> None:
    aware = datetime(2026, 6, 8, 9, tzinfo=UTC)
    with pytest.raises(ValueError, match="no zone"):
        dummy_time(aware, starts_on=date(2026, 6, 8), keep_weekday=True)
    with pytest.raises(ValueError, match="no zone"):
        delay_min(aware, aware, most=60)
    with pytest.raises(ValueError, match="aware"):
        wall_time(datetime(2026, 6, 8, 9), 120)


def test_a_delay_is_whole_minutes_and_neither_negative_nor_endless() -> None:
    due = datetime(2026, 6, 8, 9)
    rows = [(59, 0), (60, 1), (7 * 60 + 59, 7), (3_600, 60), (90_000, 60), (-5, 0)]
    for seconds, minutes in rows:
        assert delay_min(due, due + timedelta(seconds=seconds), most=60) == minutes


def test_a_band_of_delay_has_a_label_and_meets_its_edges() -> None:
    assert [delay_band(minutes) for minutes in (0, 4, 5, 14, 15, 29, 30, 59, 60, 600)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert set(delay_band_labels()) == {1, 2, 3, 4, 5}


def test_the_first_day_is_day_one() -> None:
    assert day_number(date(2026, 6, 8), date(2026, 6, 8)) == 1
    assert day_number(date(2026, 6, 28), date(2026, 6, 8)) == 21
