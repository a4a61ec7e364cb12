"""What trends asks of the database: one statement a participant, along the primary keys of beep and response.

A diary only grows: beeps come due, answers come in, and neither is changed afterwards. So three numbers say whether it
is still the one that somebody has seen (`Version`), and the database counts them in a twentieth of the time.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Select, Text, and_, bindparam, cast, func, or_, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from server.db import UtcTime
from server.diary.models import Response
from server.planning.models import Beep
from server.trends.series import Observation


class Version(NamedTuple):
    """Which rows there are: how many beeps, how many answers to them, and when the newest answer came in."""

    beeps: int
    answers: int
    newest: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Diary:
    """A participant's scored answers, the keys of the instruments they came from, and what was asked for them.

    planned: questionnaires that have come due, answered or not. self_started: observations nobody asked for. version:
    of the rows it was read from.
    """

    observations: list[Observation]
    instruments: frozenset[str]
    planned: int
    self_started: int
    version: Version


def find_version(
    session: Session, participant_id: uuid.UUID, *, since: date, now: datetime, sealed_at: datetime | None = None
) -> Version:
    """The version of what `load_diary` would read."""
    within = _within(participant_id, since, now, sealed_at)
    beeps, answers, newest = session.execute(_counted(sealed=sealed_at is not None), within).one()
    return Version(beeps, answers, newest)


def load_diary(
    session: Session, participant_id: uuid.UUID, *, since: date, now: datetime, sealed_at: datetime | None = None
) -> Diary:
    """Everything this participant was asked and answered for local dates from ``since`` on, up to ``now``.

    Answers that came in before ``sealed_at`` are left out, as if they had not been given.

    The clock time of an answer is that of the phone at the time, by the offset it sent along, or else by the offset
    that the beep was planned with.
    """
    within = _within(participant_id, since, now, sealed_at)
    rows = session.execute(_wanted(sealed=sealed_at is not None), within).all()
    planned = sum(row[0] == "questionnaire" for row in rows)
    answered = [row for row in rows if row[7] is not None]
    if not answered:
        return Diary(
            observations=[],
            instruments=frozenset(),
            planned=planned,
            self_started=0,
            version=Version(len(rows), 0, None),
        )
    # Column by column from here on: a year is too many rows to ask each of them for each of its parts.
    kinds, dates, slots, offsets, finished, received, instruments, scores = zip(*answered, strict=True)
    # One parse of all measures together: row by row it takes twice as long.
    measures = json.loads("[" + ",".join(scores) + "]")
    zones = map(_fixed, offsets)
    return Diary(
        observations=list(map(Observation, map(_read_instant, finished, zones), dates, slots, measures)),
        instruments=frozenset(instruments),
        planned=planned,
        self_started=kinds.count("event"),
        version=Version(len(rows), len(answered), _read_instant(max(received), UTC)),
    )


def _read_instant(stored: Any, zone: timezone) -> datetime:
    """An instant as the driver hands it over: microseconds since 1970 on SQLite, an aware datetime on PostgreSQL."""
    if isinstance(stored, int):
        # A double tells microseconds apart until the year 2242.
        return datetime.fromtimestamp(stored / 1_000_000, zone)
    moment: datetime = stored.astimezone(zone)
    return moment


@cache
def _wanted(*, sealed: bool) -> Select[*tuple[Any, ...]]:
    """Put together once: for a short diary that takes as long as reading it.

    Instants come as the driver has them. Going through `UtcTime` one by one costs more than fetching them.
    """
    return _joined(
        select(
            Beep.kind,
            Beep.local_date,
            Beep.slot,
            func.coalesce(Response.utc_offset_min, Beep.utc_offset_min),
            type_coerce(Response.finished_at, NullType()),
            type_coerce(Response.received_at, NullType()),
            Response.instrument,
            cast(Response.measures, Text),
        ),
        sealed=sealed,
    )


@cache
def _counted(*, sealed: bool) -> Select[*tuple[Any, ...]]:
    counted = select(func.count(), func.count(Response.slot), func.max(Response.received_at)).select_from(Beep)
    return _joined(counted, sealed=sealed)


def _joined(wanted: Select[*tuple[Any, ...]], *, sealed: bool) -> Select[*tuple[Any, ...]]:
    same: list[ColumnElement[bool]] = [
        Response.participant_id == Beep.participant_id,
        Response.local_date == Beep.local_date,
        Response.slot == Beep.slot,
    ]
    if sealed:
        same.append(Response.received_at >= bindparam("sealed_at", type_=UtcTime()))
    return wanted.outerjoin(Response, and_(*same)).where(
        Beep.participant_id == bindparam("participant_id"),
        Beep.local_date >= bindparam("since", type_=Date()),
        Beep.kind != "challenge",
        # A phone whose clock is ahead answers a moment early by ours.
        or_(Beep.due_at <= bindparam("now", type_=UtcTime()), Response.finished_at.is_not(None)),
    )


def _within(participant_id: uuid.UUID, since: date, now: datetime, sealed_at: datetime | None) -> dict[str, Any]:
    sealed = {} if sealed_at is None else {"sealed_at": sealed_at}
    return {"participant_id": participant_id, "since": since, "now": now} | sealed


@cache
def _fixed(offset_min: int) -> timezone:
    return timezone(timedelta(minutes=offset_min))
