"""Moments that line people's calendars up: when the same failure hit many phones at once. Pure.

A reader of day numbers does not know the date, but sees that somebody's fourth day and another's ninth have the same
hole. With one such moment dated (an outage is in the news, a version in the change log), all days of both are dated.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

SHARE = 0.5
LEAST = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Outage:
    """An hour (its beginning, aware UTC) in which ``hit`` of ``planned`` people with a beep did not get it."""

    hour: datetime
    hit: int
    planned: int


def find_outages(
    beeps: Iterable[tuple[str, datetime, bool]], *, share: float = SHARE, least: int = LEAST
) -> tuple[Outage, ...]:
    """Hours in which at least ``share`` of the people with a beep, and at least ``least`` of them, did not get it.

    beeps: (person, due at, delivered). In order of time; for the controller's eyes, not for the bundle.
    """
    planned: dict[datetime, set[str]] = defaultdict(set)
    hit: dict[datetime, set[str]] = defaultdict(set)
    for person, due_at, delivered in beeps:
        hour = due_at - timedelta(minutes=due_at.minute, seconds=due_at.second, microseconds=due_at.microsecond)
        planned[hour].add(person)
        if not delivered:
            hit[hour].add(person)
    return tuple(
        Outage(hour=hour, hit=len(hit[hour]), planned=len(planned[hour]))
        for hour in sorted(hit)
        if len(hit[hour]) >= max(least, share * len(planned[hour]))
    )
