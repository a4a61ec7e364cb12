"""What the board shows, as plain values made of counts. Pure: nothing here knows a database or an answer."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

SLOPE_DAYS = 7
SLOPE_FEWEST = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """Questionnaires that were planned, and how many of them were answered."""

    planned: int = 0
    answered: int = 0

    @property
    def share(self) -> float | None:
        """Answered of planned, 0..1; None where nothing was planned."""
        return self.answered / self.planned if self.planned else None

    def __add__(self, other: "Count") -> "Count":
        return Count(planned=self.planned + other.planned, answered=self.answered + other.answered)


NO_COUNT = Count()


@dataclass(frozen=True, kw_only=True, slots=True)
class DaySlots:
    """So many people who began on ``starts_on`` had exactly these slots on a date; ``mask`` has bit n for slot n."""

    starts_on: date
    local_date: date
    mask: int
    people: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sums:
    """One participant's questionnaires: all, of the first and of the last days, and the last date with any."""

    total: int = 0
    first: int = 0
    recent: int = 0
    last_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A participant as the board knows her: a code, dates and counts."""

    id: uuid.UUID
    code: str
    starts_on: date
    ends_on: date
    waiting: str | None
    joined_at: datetime
    left: bool
    paused: bool
    count: Count
    first: Count
    recent: Count
    last_on: date | None

    def study_day(self, on: date) -> int:
        """1 on the first day; 0 or less before it."""
        return (on - self.starts_on).days + 1


@dataclass(frozen=True, kw_only=True, slots=True)
class PushCount:
    """Phones of one platform, and what came of the first pushes of the last days to them.

    ``posts`` were sent to the push service and ``accepted`` taken by it; ``shown`` and ``opened`` are beeps of which a
    phone said so, counted for each platform that their owner has.
    """

    platform: str
    phones: int = 0
    dead: int = 0
    posts: int = 0
    accepted: int = 0
    shown: int = 0
    opened: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Views:
    """The same counts along the axes of the board."""

    total: Count
    by_day: Mapping[date, Count]
    by_slot: Mapping[int, Count]
    by_weekday: Mapping[int, Count]  # ISO, Monday = 1
    by_study_day: Mapping[int, Count]
    by_day_and_slot: Mapping[tuple[date, int], Count]


Cells = Mapping[tuple[date, date, int], Count]
"""(first day of the people, local date, slot) -> count."""


def make_cells(planned: Iterable[DaySlots], answered: Iterable[DaySlots]) -> Cells:
    """The rows of both tables, slot by slot."""
    cells: dict[tuple[date, date, int], list[int]] = defaultdict(lambda: [0, 0])
    for place, rows in enumerate((planned, answered)):
        for row in rows:
            for slot in slots_of(row.mask):
                cells[row.starts_on, row.local_date, slot][place] += row.people
    return {key: Count(planned=both[0], answered=both[1]) for key, both in cells.items()}


def spread(counts: Cells) -> Views:
    """Fold the cells along every axis."""
    return Views(
        total=sum(counts.values(), Count()),
        by_day=_along(counts, lambda starts, on, slot: on),
        by_slot=_along(counts, lambda starts, on, slot: slot),
        by_weekday=_along(counts, lambda starts, on, slot: on.isoweekday()),
        by_study_day=_along(counts, lambda starts, on, slot: (on - starts).days + 1),
        by_day_and_slot=_along(counts, lambda starts, on, slot: (on, slot)),
    )


def slots_of(mask: int) -> list[int]:
    """The numbers of the bits that are set, rising."""
    return [slot for slot in range(mask.bit_length()) if mask >> slot & 1]


def slope(by_study_day: Mapping[int, Count]) -> float | None:
    """How the answered share changes over the first week, in percentage points a day; None with fewer than 3 days.

    Ordinary least squares over study days 1 to 7, each day weighted by what was planned on it.
    """
    points = [
        (day, 100 * count.answered / count.planned, count.planned)
        for day, count in by_study_day.items()
        if 1 <= day <= SLOPE_DAYS and count.planned
    ]
    if len(points) < SLOPE_FEWEST:
        return None
    weight = sum(w for _, _, w in points)
    x_mean = sum(x * w for x, _, w in points) / weight
    y_mean = sum(y * w for _, y, w in points) / weight
    return sum(w * (x - x_mean) * (y - y_mean) for x, y, w in points) / sum(w * (x - x_mean) ** 2 for x, _, w in points)


def in_quarters(minutes: Sequence[tuple[int, int]], *, first: int, hours: int) -> list[int]:
    """Counts per quarter of an hour for ``hours`` from ``first``; both are whole minutes since 1970."""
    quarters = [0] * (hours * 4)
    for minute, number in minutes:
        place = (minute - first) // 15
        if 0 <= place < len(quarters):
            quarters[place] += number
    return quarters


def _along(counts: Mapping[tuple[date, date, int], Count], axis: Callable[[date, date, int], K]) -> Mapping[K, Count]:
    folded: dict[K, Count] = {}
    for key, count in counts.items():
        place = axis(*key)
        folded[place] = folded.get(place, Count()) + count
    return dict(sorted(folded.items(), key=lambda item: item[0]))  # type: ignore[arg-type, return-value]
