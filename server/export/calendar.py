"""Time without a calendar: day numbers, the dummy calendar and delays, all from the clock on the wall. Pure.

Everything here takes naive local wall times, as the participant's own clock showed them. Hours that elapsed in UTC,
next to local clock times, step out of line on the Sunday of a clock change, and that Sunday is a date; so a delay here
is the difference of two wall times, which at that one hour of the year is an hour wrong, and says nothing.

Day numbers beside a mark for the weekend tell on which weekday somebody began, and with a known recruitment week the
date. So the weekday of the start is a demographic like any other (`generalise.start_weekday`): where it is withheld,
``weekend`` is left out and the dummy calendar begins on its Monday for everybody.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

DUMMY_MONDAY = date(2001, 1, 1)
STEP_MIN = 15
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

BANDS_MIN = (5, 15, 30, 60)
"""Upper edges of the classes of a banded delay, in minutes; those of the answer windows in use."""


def wall_time(at: datetime, utc_offset_min: int) -> datetime:
    """What the participant's clock showed: an aware UTC instant and the offset of her zone, as a naive datetime."""
    if at.tzinfo is None:
        raise ValueError("An instant is aware.")
    return at.replace(tzinfo=None) - (at.utcoffset() or timedelta()) + timedelta(minutes=utc_offset_min)


def day_number(local_date: date, starts_on: date) -> int:
    """1 on the first day of the study."""
    return (local_date - starts_on).days + 1


def is_weekend(local_date: date) -> bool:
    """Saturday or Sunday. Holidays are not known here, they would be dates."""
    return local_date.isoweekday() >= 6


def weekday_of(starts_on: date) -> str:
    """The value of the demographic ``start_weekday``."""
    return WEEKDAYS[starts_on.weekday()]


def dummy_time(wall: datetime, *, starts_on: date, keep_weekday: bool) -> datetime:
    """A wall time on the dummy calendar, where everybody's study begins in the week of Monday 1 January 2001.

    Clock time is kept, floored to a quarter of an hour; the day is as far from the start as it was. With keep_weekday
    it is also the same day of the week, else the start is the Monday. Raises ValueError for an aware datetime.
    """
    _refuse_aware(wall)
    first = DUMMY_MONDAY + timedelta(days=starts_on.weekday() if keep_weekday else 0)
    floored = wall.replace(minute=wall.minute - wall.minute % STEP_MIN, second=0, microsecond=0)
    return floored + (first - starts_on)


def delay_min(earlier: datetime, later: datetime, *, most: int) -> int:
    """Whole minutes between two wall times, floored; never below 0 nor above ``most`` (the top code)."""
    _refuse_aware(earlier)
    _refuse_aware(later)
    return max(0, min(int((later - earlier).total_seconds() // 60), most))


def delay_band(minutes: int) -> int:
    """The class of a delay: 1 under 5 minutes, 2 to under 15, 3 to under 30, 4 to under 60, 5 from 60 on."""
    return 1 + sum(minutes >= edge for edge in BANDS_MIN)


def delay_band_labels() -> dict[int, dict[str, str]]:
    """Value labels of `delay_band`."""
    edges = (0, *BANDS_MIN)
    labels = {
        number: {"nl": f"{low} tot {high} minuten", "en": f"{low} to under {high} minutes"}
        for number, (low, high) in enumerate(zip(edges, BANDS_MIN, strict=False), start=1)
    }
    last = len(BANDS_MIN) + 1
    return labels | {last: {"nl": f"{BANDS_MIN[-1]} minuten of meer", "en": f"{BANDS_MIN[-1]} minutes or more"}}


def readable_weekdays(marks: Iterable[tuple[int, bool | None]]) -> frozenset[str]:
    """The weekdays on which somebody can have begun, as a reader of (day number, weekend mark) would work it out.

    All seven: nothing can be read off. A mark that is not in the file is None.
    """
    told = [(day, mark) for day, mark in marks if mark is not None]
    return frozenset(
        name for start, name in enumerate(WEEKDAYS) if all(((start + day - 1) % 7 >= 5) == mark for day, mark in told)
    )


def _refuse_aware(wall: datetime) -> None:
    if wall.tzinfo is not None:
        raise ValueError("A wall time has no zone; instants would give the clock change away.")
