"""Wall time to UTC on the days when the clock is moved."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from prompts.wallclock import instant, quiet_minutes, stretches

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("zone", "on", "minute", "expected"),
    [
        ("Europe/Amsterdam", date(2026, 3, 27), 540, "2026-03-27T08:00"),
        # 29 March 2026: 02:00 becomes 03:00. A skipped time is the moment of the change.
        ("Europe/Amsterdam", date(2026, 3, 29), 119, "2026-03-29T00:59"),
        ("Europe/Amsterdam", date(2026, 3, 29), 120, "2026-03-29T01:00"),
        ("Europe/Amsterdam", date(2026, 3, 29), 150, "2026-03-29T01:00"),
        ("Europe/Amsterdam", date(2026, 3, 29), 180, "2026-03-29T01:00"),
        ("Europe/Amsterdam", date(2026, 3, 29), 540, "2026-03-29T07:00"),
        # 25 October 2026: 03:00 becomes 02:00. A time that comes twice is its first coming.
        ("Europe/Amsterdam", date(2026, 10, 25), 150, "2026-10-25T00:30"),
        ("Europe/Amsterdam", date(2026, 10, 25), 180, "2026-10-25T02:00"),
        # The evening before, counted past midnight.
        ("Europe/Amsterdam", date(2026, 3, 28), 1440 + 150, "2026-03-29T01:00"),
        # Cairo moves the clock at midnight: 24 April 2026 begins at 01:00.
        ("Africa/Cairo", date(2026, 4, 24), 0, "2026-04-23T22:00"),
        # Lord Howe Island moves it by half an hour: 4 October 2026, 02:00 becomes 02:30.
        ("Australia/Lord_Howe", date(2026, 10, 4), 135, "2026-10-03T15:30"),
        # Samoa had no 30 December 2011: all its times are the first moment of the 31st.
        ("Pacific/Apia", date(2011, 12, 30), 540, "2011-12-30T10:00"),
        ("Pacific/Apia", date(2011, 12, 30), 1260, "2011-12-30T10:00"),
        ("Pacific/Apia", date(2011, 12, 31), 0, "2011-12-30T10:00"),
    ],
)
def test_a_wall_time_is_the_first_instant_that_shows_it_or_a_later_one(
    zone: str, on: date, minute: int, expected: str
) -> None:
    assert instant(on, minute, ZoneInfo(zone)) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_wall_times_never_change_their_order() -> None:
    for on in (date(2026, 3, 29), date(2026, 10, 25)):
        found = [instant(on, minute, AMSTERDAM) for minute in range(0, 2880, 5)]
        assert found == sorted(found)


def test_the_night_of_a_clock_change_has_two_stretches() -> None:
    spring = stretches(datetime(2026, 3, 28, 23, tzinfo=UTC), 300, AMSTERDAM)
    assert [(part.first, part.wall_min, part.offset_min) for part in spring] == [(0, 0, 60), (120, 180, 120)]
    autumn = stretches(datetime(2026, 10, 24, 22, tzinfo=UTC), 300, AMSTERDAM)
    assert [(part.first, part.wall_min, part.offset_min) for part in autumn] == [(0, 0, 120), (180, 120, 60)]


def test_a_quiet_hour_that_comes_twice_is_quiet_twice_and_one_that_is_skipped_never() -> None:
    window = [(time(2), time(3))]
    autumn = quiet_minutes(stretches(datetime(2026, 10, 24, 22, tzinfo=UTC), 300, AMSTERDAM), 300, window)
    assert [minute for minute, hushed in enumerate(autumn) if hushed] == list(range(120, 240))
    spring = quiet_minutes(stretches(datetime(2026, 3, 28, 23, tzinfo=UTC), 300, AMSTERDAM), 300, window)
    assert len(spring) == 301
    assert not any(spring)


def test_a_quiet_window_may_run_over_midnight() -> None:
    parts = stretches(datetime(2026, 1, 1, 21, tzinfo=UTC), 180, AMSTERDAM)  # 22:00 to 01:00
    hushed = quiet_minutes(parts, 180, [(time(23, 30), time(0, 30))])
    assert [minute for minute, quiet in enumerate(hushed) if quiet] == list(range(90, 150))
