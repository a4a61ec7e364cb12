"""Looking at a protocol before anybody is asked: the plans of imagined people, without a database.

The same code draws real days; only the seed is made from a number that the reader chooses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from prompts.chance import day_seed
from prompts.day_table import day_table
from prompts.picture import draw_picture
from prompts.protocols import Protocol
from prompts.rhythm import DayShape
from prompts.yaml_reader import CLOCK_TIME

__all__ = ["PreviewRow", "draw_picture", "preview", "read_quiet"]


class PreviewRow(TypedDict):
    """One planned beep. `person` counts from 1; the times are local ISO 8601 times with their offset."""

    person: int
    date: str
    slot: int
    kind: str
    due_at: str
    expires_at: str
    instrument: str | None


def preview(
    protocol: Protocol,
    zone: str,
    first_date: date,
    days: int,
    people: int,
    seed: int | str,
    quiet: Sequence[tuple[time, time]] = (),
) -> Iterator[PreviewRow]:
    """The plans of `people` people for `days` dates, person by person, each day in the order of the clock.

    `quiet` holds on every day. The same arguments give the same rows. Raises `zoneinfo.ZoneInfoNotFoundError` for an
    unknown zone, with the first row.
    """
    tz = ZoneInfo(zone)
    shape = DayShape(quiet=tuple(quiet))
    study_seed = f"preview {seed}".encode()
    for person in range(1, people + 1):
        for on in (first_date + timedelta(days=ahead) for ahead in range(days)):
            own = day_seed(study_seed, str(person), on, protocol.key)
            moments = day_table(protocol, on, zone, shape).draw(own)
            for moment in sorted(moments, key=lambda moment: (moment.due_at, moment.slot)):
                yield PreviewRow(
                    person=person,
                    date=on.isoformat(),
                    slot=moment.slot,
                    kind=moment.kind,
                    due_at=_local(moment.due_at, tz),
                    expires_at=_local(moment.expires_at, tz),
                    instrument=moment.instrument,
                )


def read_quiet(text: str) -> tuple[time, time]:
    """A quiet window written as "08:30-15:00"; raises ValueError with what is wrong."""
    begin, dash, end = text.partition("-")
    if not dash or not CLOCK_TIME.fullmatch(begin) or not CLOCK_TIME.fullmatch(end) or begin == end:
        raise ValueError(f'"{text}" is not a quiet window like 08:30-15:00')
    return time.fromisoformat(begin), time.fromisoformat(end)


def _local(at: datetime, tz: ZoneInfo) -> str:
    return at.astimezone(tz).isoformat(timespec="seconds")
