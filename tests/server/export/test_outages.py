"""Moments that line people's calendars up."""

from datetime import UTC, datetime, timedelta

from server.export.outages import find_outages

NOON = datetime(2026, 6, 8, 12, tzinfo=UTC)


def test_an_hour_in_which_half_the_phones_failed_is_an_outage() -> None:
    beeps = [(f"p{n}", NOON + timedelta(minutes=n), n >= 5) for n in range(10)]
    beeps += [(f"p{n}", NOON + timedelta(hours=3, minutes=n), n > 0) for n in range(10)]
    (found,) = find_outages(beeps)
    assert (found.hour, found.hit, found.planned) == (NOON, 5, 10)


def test_one_lost_phone_is_none() -> None:
    assert find_outages([("noor", NOON, False)]) == ()


def test_somebody_with_two_beeps_in_an_hour_is_one_person() -> None:
    beeps = [(name, NOON + timedelta(minutes=m), False) for name in ("noor", "sam", "cleo") for m in (0, 30)]
    (found,) = find_outages([*beeps, ("rena", NOON, True)])
    assert (found.hit, found.planned) == (3, 4)


def test_somebody_hit_twice_counts_once() -> None:
    assert (
        find_outages([("noor", NOON, False), ("noor", NOON, False), ("sam", NOON, False), ("cleo", NOON, True)]) == ()
    )
