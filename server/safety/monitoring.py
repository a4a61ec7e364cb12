"""Setting up and ending staffed monitoring of a study, and who agreed to it.

Without it nobody is told anything about anybody.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from server.consent.settling import PARENTS, WATCHED, needs_parents, read_given
from server.people.models import Participant
from server.safety.staffing import Staffing
from server.studies.delicate import MonitoringNeeded, delicate_items
from server.studies.models import Study
from server.studies.service import protocol_of


def staffing_of(study: Study) -> Staffing | None:
    """Who looks after signs in this study; None where nobody does."""
    return Staffing.from_json(study.monitoring) if study.monitoring is not None else None


def is_watched(session: Session, participant: Participant, *, now: datetime) -> bool:
    """Whether she, and every parent whose consent is needed, agreed that staff are told."""
    given = read_given(session, participant)
    if not (given.get("participant") and given["participant"].scopes.get(WATCHED)):
        return False
    agreed = sum(bool(given[parent].scopes.get(WATCHED)) for parent in PARENTS if parent in given)
    spoken = sum(parent in given for parent in PARENTS)
    needed = needs_parents(participant, now=now)
    return needed == 0 or (agreed >= needed and agreed == spoken)


def set_up(session: Session, study: Study, staffing: Staffing) -> None:
    """Let staff look after signs from now on, of whoever consents to it. Raises `StaffingIncomplete`."""
    staffing.require_complete()
    row = session.get_one(Study, study.id, with_for_update=True)
    before = staffing_of(row)
    kept = staffing.as_json()
    if before is not None:
        kept["since"] = before.since.isoformat()
    row.monitoring = kept
    session.flush()


def end(session: Session, study: Study, *, now: datetime) -> None:
    """Nobody looks any more. Raises `MonitoringNeeded` for a study that asks about suicide and goes on."""
    row = session.get_one(Study, study.id, with_for_update=True)
    goes_on = row.closes_on is None or row.closes_on >= now.date()
    if goes_on and delicate_items(protocol_of(row)):
        raise MonitoringNeeded
    row.monitoring = None
    session.flush()
