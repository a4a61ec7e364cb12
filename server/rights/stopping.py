"""Stopping without a reason: pushes end now, what was planned is taken away, what was answered stays until it is
erased."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from server.delivery.models import Device
from server.diary.models import Response
from server.people.models import Participant
from server.planning.models import Beep


def stop(session: Session, participant: Participant, *, now: datetime) -> datetime:
    """End this participant's part in the study; since when it is ended. Again changes nothing.

    She stays signed in: to look back, to download, and to be erased later.
    """
    row = session.get_one(Participant, participant.id, with_for_update={"of": Participant})
    if row.left_at is not None:
        return row.left_at
    row.left_at = now
    own = Beep.participant_id == row.id
    quiet = {"synchronize_session": False}
    # Moments to come were never hers to miss.
    session.execute(delete(Beep).where(own, Beep.due_at > now).execution_options(**quiet))
    session.execute(
        update(Beep).where(own, Beep.next_push_at.is_not(None)).values(next_push_at=None).execution_options(**quiet)
    )
    session.execute(
        update(Device)
        .where(Device.participant_id == row.id, Device.retired_at.is_(None))
        .values(retired_at=now, retired_why="left")
        .execution_options(**quiet)
    )
    session.flush()
    return now


def count_answers(session: Session, participant: Participant) -> int:
    """How many diary entries she has sent."""
    counted = select(func.count()).select_from(Response).where(Response.participant_id == participant.id)
    return session.scalar(counted) or 0
