from datetime import UTC, date, datetime

import pytest

from server.content import protocols
from server.studies.calendar import ZoneUnknown, first_day, last_day, local_date, require_zone

GROW_IT = protocols()["grow-it.1"]  # its day begins at 09:00, for 21 days
WEDNESDAY = date(2026, 3, 4)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "zone", "first"),
    [
        ("2026-03-04T08:59:59+01:00", "Europe/Amsterdam", date(2026, 3, 4)),  # her day has not begun
        ("2026-03-04T09:00:00+01:00", "Europe/Amsterdam", date(2026, 3, 5)),  # it has
        ("2026-03-04T23:30:00+01:00", "Europe/Amsterdam", date(2026, 3, 5)),
        ("2026-03-05T00:30:00+01:00", "Europe/Amsterdam", date(2026, 3, 5)),
        ("2026-03-04T22:30:00+00:00", "Pacific/Auckland", date(2026, 3, 6)),  # 11:30 on the 5th there
        ("2026-03-29T09:30:00+02:00", "Europe/Amsterdam", date(2026, 3, 30)),  # after the clocks went forward
        ("2026-03-29T08:30:00+02:00", "Europe/Amsterdam", date(2026, 3, 29)),
    ],
)
def test_who_joins_before_the_day_begins_starts_today(now: str, zone: str, first: date) -> None:
    assert first_day(GROW_IT, "next_day", zone, now=at(now)) == first


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2026-03-04T12:00:00+01:00", date(2026, 3, 9)),
        ("2026-03-08T23:00:00+01:00", date(2026, 3, 9)),  # Sunday night
        ("2026-03-09T08:00:00+01:00", date(2026, 3, 9)),  # Monday before it begins
        ("2026-03-09T09:00:00+01:00", date(2026, 3, 16)),  # Monday, too late
    ],
)
def test_the_monday_rule_starts_everybody_on_a_monday(now: str, first: date) -> None:
    assert first_day(GROW_IT, "monday", "Europe/Amsterdam", now=at(now)) == first
    assert first.isoweekday() == 1


def test_nobody_starts_before_the_study_opens() -> None:
    now = at("2026-03-04T12:00:00+01:00")
    opens = date(2026, 3, 20)
    assert first_day(GROW_IT, "next_day", "Europe/Amsterdam", now=now, opens_on=opens) == opens
    assert first_day(GROW_IT, "monday", "Europe/Amsterdam", now=now, opens_on=opens) == date(2026, 3, 23)


def test_three_weeks_end_on_the_twenty_first_day() -> None:
    assert (last_day(GROW_IT, WEDNESDAY) - WEDNESDAY).days + 1 == 21


def test_the_date_is_the_one_on_the_wall() -> None:
    now = at("2026-03-04T23:30:00+00:00")
    assert local_date(now, "Europe/Amsterdam") == date(2026, 3, 5)
    assert local_date(now, "America/New_York") == WEDNESDAY


@pytest.mark.parametrize("name", ["Europe/Amsterdam", "UTC", "America/Argentina/Buenos_Aires", "Europe/Kyiv"])
def test_iana_names_are_zones(name: str) -> None:
    require_zone(name)


@pytest.mark.parametrize(
    "name", ["", "Amsterdam", "europe/amsterdam", "../../etc/passwd", "+01:00", "localtime", "a\0b"]
)
def test_other_names_are_not(name: str) -> None:
    with pytest.raises(ZoneUnknown):
        require_zone(name)
