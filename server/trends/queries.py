"""What trends asks of the database: one statement a participant, along the primary keys of beep and response.

A diary only grows: beeps come due, answers come in, and neither is changed afterwards. So three numbers say whether it
is still the one that somebody has seen (`Version`), and the database counts them in a twentieth of the time.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session

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
    counted = select(func.count(), func.count(Response.slot), func.max(Response.received_at)).select_from(Beep)
    beeps, answers, newest = session.execute(_within(counted, participant_id, since, now, sealed_at)).one()
    return Version(beeps, answers, newest)


def load_diary(
    session: Session, participant_id: uuid.UUID, *, since: date, now: datetime, sealed_at: datetime | None = None
) -> Diary:
    """Everything this participant was asked and answered for local dates from ``since`` on, up to ``now``.

    Answers that came in before ``sealed_at`` are left out, as if they had not been given.

    The clock time of an answer is that of the phone at the time, by the offset it sent along, or else by the offset
    that the beep was planned with.
    """
    wanted = select(
        Response.slot.is_not(None),
        Beep.kind,
        Beep.local_date,
        Beep.slot,
        Beep.utc_offset_min,
        Response.utc_offset_min,
        Response.finished_at,
        Response.instrument,
        cast(Response.measures, Text),
        Response.received_at,
    )
    rows = session.execute(_within(wanted, participant_id, since, now, sealed_at)).all()
    answered = [row for row in rows if row[0]]
    # One parse of all measures together: row by row it takes twice as long.
    measures = json.loads("[" + ",".join([row[8] for row in answered]) + "]")
    return Diary(
        observations=[
            Observation(
                at_local=finished_at.astimezone(_fixed(planned_offset if offset is None else offset)),
                local_date=local_date,
                slot=slot,
                measures=scores,
            )
            for (_, _, local_date, slot, planned_offset, offset, finished_at, _, _, _), scores in zip(
                answered, measures, strict=True
            )
        ],
        instruments=frozenset(row[7] for row in answered),
        planned=sum(row[1] == "questionnaire" for row in rows),
        self_started=sum(row[1] == "event" for row in answered),
        version=Version(len(rows), len(answered), max((row[9] for row in answered), default=None)),
    )


def _within(
    wanted: Select[*tuple[Any, ...]], participant_id: uuid.UUID, since: date, now: datetime, sealed_at: datetime | None
) -> Select[*tuple[Any, ...]]:
    same: list[ColumnElement[bool]] = [
        Response.participant_id == Beep.participant_id,
        Response.local_date == Beep.local_date,
        Response.slot == Beep.slot,
    ]
    if sealed_at is not None:
        same.append(Response.received_at >= sealed_at)
    return wanted.outerjoin(Response, and_(*same)).where(
        Beep.participant_id == participant_id,
        Beep.local_date >= since,
        Beep.kind != "challenge",
        # A phone whose clock is ahead answers a moment early by ours.
        or_(Beep.due_at <= now, Response.finished_at.is_not(None)),
    )


@cache
def _fixed(offset_min: int) -> timezone:
    return timezone(timedelta(minutes=offset_min))
