"""Wall time and UTC: how the clock on the wall of a zone runs through one day.

A wall time on a date becomes **the first instant at which the clock shows that time or a later one**. So a time that a
clock change skips means the moment of the change, a time that comes twice means its first coming, and the order of two
wall times is never turned round. On a date that a zone skips altogether every wall time is the same instant.

All arithmetic about distances is in UTC; wall time is only looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_MIN = 24 * 60

_MINUTE = timedelta(minutes=1)


def minutes(at: time) -> int:
    """Minutes from midnight to this time of day."""
    return at.hour * 60 + at.minute


def span(start: time, end: time) -> tuple[int, int]:
    """A stretch of wall clock as minutes from the midnight before `start`; an end at or before the start is the next
    day's, so the second number is 1..1440 above the first."""
    first, last = minutes(start), minutes(end)
    return first, last if last > first else last + DAY_MIN


def instant(on: date, minute: int, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall time, `minute` wall minutes after midnight of `on` (1440 and more: the next day)."""
    wall = datetime.combine(on, time()) + timedelta(minutes=minute)
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    if _wall(found, zone) == wall:
        return found
    # Skipped: the offsets before and after the change (fold 0 and 1) enclose the instant of the change.
    late, early = found, wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        if _wall(middle, zone) >= wall:
            late = middle
        else:
            early = middle
    return late


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Part of a day between two clock changes: from minute `first` on, counted in real minutes from the day's start,
    the wall clock shows `wall_min` minutes after a midnight and is `offset_min` minutes ahead of UTC."""

    first: int
    wall_min: int
    offset_min: int


def stretches(start: datetime, length: int, zone: ZoneInfo) -> tuple[Stretch, ...]:
    """How the wall clock runs through `length` real minutes from `start` (UTC); a clock change begins a new part."""
    found = [_stretch(start, 0, zone)]
    minute = 0
    while minute < length:
        ahead = min(minute + 60, length)
        if _offset(start + ahead * _MINUTE, zone) != found[-1].offset_min:
            while ahead - minute > 1:
                middle = (minute + ahead) // 2
                if _offset(start + middle * _MINUTE, zone) == found[-1].offset_min:
                    minute = middle
                else:
                    ahead = middle
            found.append(_stretch(start, ahead, zone))
        minute = ahead
    return tuple(found)


def quiet_minutes(parts: Sequence[Stretch], length: int, quiet: Sequence[tuple[time, time]]) -> bytes:
    """One byte for each real minute 0..length of a day: 1 where the wall clock is inside a quiet window.

    A window [from, until) whose end is at or before its start runs over midnight; a wall time that comes twice is quiet
    twice.
    """
    daily = bytearray(DAY_MIN)
    for begin, end in quiet:
        first, last = span(begin, end)
        for minute in range(first, last):
            daily[minute % DAY_MIN] = 1
    result = bytearray()
    for part, until in zip(parts, [*(later.first for later in parts[1:]), length + 1], strict=True):
        run = until - part.first
        turns = (part.wall_min + run) // DAY_MIN + 1
        result += (daily * turns)[part.wall_min : part.wall_min + run]
    return bytes(result)


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def _offset(at: datetime, zone: ZoneInfo) -> int:
    offset = at.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) // 60 if offset is not None else 0


def _stretch(start: datetime, first: int, zone: ZoneInfo) -> Stretch:
    at = start + first * _MINUTE
    return Stretch(first=first, wall_min=minutes(_wall(at, zone).time()), offset_min=_offset(at, zone))
