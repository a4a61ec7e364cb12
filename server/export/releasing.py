"""Releasing a study's seed: an owner's act, once every diary is over. From then on its planning can be proved."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.audit.service import Actor, record
from server.consent.settling import has_not_said_no
from server.errors import DomainError
from server.export.proof_file import fingerprint
from server.people.models import Participant
from server.planning.models import Beep
from server.studies.models import Study


class StillRunning(DomainError):
    """Somebody's diary still runs; with the seed, whoever has it could tell the moments to come."""

    status = 409
    code = "study-still-running"


def release_seed(session: Session, study: Study, *, actor: Actor, secret: bytes, now: datetime) -> None:
    """Release the seed; nothing happens when it was released before. Raises `StillRunning`."""
    row = session.get_one(Study, study.id, with_for_update={"key_share": True, "of": Study})
    if row.seed_released_at is not None:
        return
    if count_running(session, study, now=now):
        raise StillRunning
    row.seed_released_at = now
    session.flush()
    record(
        session,
        actor,
        "study.seed-released",
        secret=secret,
        now=now,
        study=study.name,
        seed_sha256=fingerprint(row.seed),
    )


def count_running(session: Session, study: Study, *, now: datetime) -> int:
    """How many have a beep that can still be answered, or days that are still to be planned."""
    open_beep = select(Beep.participant_id).where(Beep.participant_id == Participant.id, Beep.expires_at > now).exists()
    unplanned = (
        Participant.left_at.is_(None)
        & has_not_said_no()
        & (Participant.planned_through.is_(None) | (Participant.planned_through < Participant.ends_on))
    )
    mine = select(func.count()).select_from(Participant).where(Participant.study_id == study.id)
    return session.scalar(mine.where(open_beep | unplanned)) or 0
