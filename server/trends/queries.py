"""What trends asks of the database: two statements a participant, both along the primary key."""

import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from server.diary.models import Response
from server.planning.models import FIRST_EVENT_SLOT, Beep
from server.trends.series import Observation


@dataclass(frozen=True, kw_only=True, slots=True)
class Diary:
    """A participant's scored answers, the keys of the instruments they came from, and how many she gave unasked."""

    observations: list[Observation]
    instruments: frozenset[str]
    self_started: int


def load_diary(session: Session, participant_id: uuid.UUID, *, zone: str, since: date) -> Diary:
    """Everything this participant answered for local dates from ``since`` on.

    The clock time of an answer is that of the phone then, by the offset it sent along; a response without one is put in
    ``zone``, the participant's IANA zone.
    """
    rows = session.execute(
        select(
            Response.local_date,
            Response.slot,
            Response.finished_at,
            Response.utc_offset_min,
            Response.instrument,
            cast(Response.measures, Text),
        )
        .where(Response.participant_id == participant_id, Response.local_date >= since)
        .order_by(Response.local_date, Response.slot)
    ).all()
    # One parse of all measures together: row by row it takes twice as long.
    measures = json.loads("[" + ",".join([row[5] for row in rows]) + "]")
    home = ZoneInfo(zone)
    observations = [
        Observation(
            at_local=finished_at.astimezone(home if offset is None else _fixed(offset)),
            local_date=local_date,
            slot=slot,
            measures=scores,
        )
        for (local_date, slot, finished_at, offset, _, _), scores in zip(rows, measures, strict=True)
    ]
    return Diary(
        observations=observations,
        instruments=frozenset(row[4] for row in rows),
        self_started=sum(row[1] >= FIRST_EVENT_SLOT for row in rows),
    )


def count_due(session: Session, participant_id: uuid.UUID, *, since: date, now: datetime) -> int:
    """How many questionnaires of local dates from ``since`` on have come due by ``now``, answered or not."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Beep)
            .where(
                Beep.participant_id == participant_id,
                Beep.local_date >= since,
                Beep.kind == "questionnaire",
                Beep.due_at <= now,
            )
        )
        or 0
    )


@cache
def _fixed(offset_min: int) -> timezone:
    return timezone(timedelta(minutes=offset_min))
