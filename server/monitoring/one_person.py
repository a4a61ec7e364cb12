"""One participant as staff may see her: her code, her days as counts, her phones. Never an answer."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.delivery.models import Attempt, Device, Receipt
from server.errors import NotFound
from server.monitoring.answered import ANSWERED
from server.monitoring.shapes import Count
from server.people.models import Participant
from server.planning.models import FIRST_EVENT_SLOT, Beep


class ParticipantUnknown(NotFound):
    """There is nobody with this code in the study."""

    code = "participant-unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Phone:
    """One subscription."""

    platform: str
    standalone: bool
    created_at: datetime
    last_accepted_at: datetime | None
    retired_at: datetime | None
    retired_why: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Traces:
    """Counts by date of one participant, past and running days only, and her phones."""

    days: dict[date, Count]
    accepted: dict[date, int]
    shown: dict[date, int]
    phones: list[Phone]


def find_participant(session: Session, study_id: uuid.UUID, code: str) -> Participant:
    """By the code that staff see; raises `ParticipantUnknown`."""
    found = session.scalar(
        select(Participant).where(Participant.study_id == study_id, Participant.code == code.upper())
    )
    if found is None:
        raise ParticipantUnknown
    return found


def read_traces(session: Session, participant: Participant, *, now: datetime) -> Traces:
    """What is known of her days, in five statements along the primary keys."""
    me = participant.id
    asked = Beep.slot.between(1, FIRST_EVENT_SLOT - 1)
    planned = _by_date(
        session,
        select(Beep.local_date, func.count()).where(Beep.participant_id == me, asked, Beep.due_at <= now),
        Beep.local_date,
    )
    answered = _by_date(
        session,
        select(ANSWERED.c.local_date, func.count()).where(
            ANSWERED.c.participant_id == me, ANSWERED.c.slot.between(1, FIRST_EVENT_SLOT - 1)
        ),
        ANSWERED.c.local_date,
    )
    accepted = _by_date(
        session,
        select(Attempt.local_date, func.count()).where(
            Attempt.participant_id == me, Attempt.outcome == "accepted", Attempt.stage == 0
        ),
        Attempt.local_date,
    )
    shown = _by_date(
        session,
        select(Receipt.local_date, func.count()).where(Receipt.participant_id == me, Receipt.kind == "shown"),
        Receipt.local_date,
    )
    columns = (Device.platform, Device.standalone, Device.created_at, Device.last_accepted_at, Device.retired_at)
    devices: Any = session.execute(
        select(*columns, Device.retired_why).where(Device.participant_id == me).order_by(Device.created_at)
    )
    return Traces(
        days={on: Count(planned=planned[on], answered=answered.get(on, 0)) for on in sorted(planned)},
        accepted=accepted,
        shown=shown,
        phones=[Phone(**row._mapping) for row in devices],
    )


def _by_date(session: Session, statement: Any, column: Any) -> dict[date, int]:
    return {on: int(number) for on, number in session.execute(statement.group_by(column))}
