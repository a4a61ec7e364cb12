"""Another number of parents, while a study runs: what it means for who is under sixteen now.

Two instead of one: whoever takes part with one parent's yes waits for the second, as with a new text; nothing of hers
is lost. One instead of two: whoever has one yes, and no no, need wait no longer.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal, select, update
from sqlalchemy.orm import Session

from server.consent.ages import EASTERNMOST
from server.consent.models import ParentInvitation
from server.consent.renewing import is_running
from server.consent.settling import settle
from server.people.models import Participant
from server.studies.calendar import local_date
from server.studies.models import Study


@dataclass(frozen=True, kw_only=True, slots=True)
class Concerned:
    """How many young people ``wait`` for a second parent from now on, and how many may ``go_on`` with one."""

    wait: int = 0
    go_on: int = 0

    def __bool__(self) -> bool:
        return bool(self.wait or self.go_on)


def foresee_parents(session: Session, study: Study, wanted: int, *, now: datetime) -> Concerned:
    """Whom ``wanted`` parents instead of those required now would concern; nothing is changed."""
    if wanted == study.parents_required:
        return Concerned()
    count = select(func.count()).select_from(Participant)
    if wanted > study.parents_required:
        return Concerned(wait=session.scalar(count.where(_lacks(study, wanted, now))) or 0)
    return Concerned(go_on=session.scalar(count.where(_has_enough(study, wanted, now))) or 0)


def settle_parents(session: Session, study: Study, *, now: datetime) -> Concerned:
    """Let the number of parents that the study requires now hold for everybody whose days are not over."""
    wanted = study.parents_required
    waits = (
        update(Participant)
        .where(_lacks(study, wanted, now))
        .values(waiting="parent", asked_again_at=literal(now, Participant.asked_again_at.type), cleared_at=None)
        .returning(Participant.id)
        .execution_options(synchronize_session=False)
    )
    wait = len(session.scalars(waits).all())
    session.expire_all()
    enough = select(Participant).where(_has_enough(study, wanted, now))
    rows = session.scalars(enough.with_for_update(of=Participant, key_share=True)).all()
    for row in rows:
        settle(session, row, now=now)
    return Concerned(wait=wait, go_on=sum(row.waiting is None for row in rows))


def _lacks(study: Study, wanted: int, now: datetime) -> ColumnElement[bool]:
    return _is_young(study, now) & Participant.waiting.is_(None) & (_yeses() < wanted)


def _has_enough(study: Study, wanted: int, now: datetime) -> ColumnElement[bool]:
    no = select(ParentInvitation.parent).where(
        ParentInvitation.participant_id == Participant.id, ParentInvitation.decision.in_(("refused", "withdrawn"))
    )
    return _is_young(study, now) & (Participant.waiting == "parent") & (_yeses() >= wanted) & ~no.exists()


def _is_young(study: Study, now: datetime) -> ColumnElement[bool]:
    """Under sixteen wherever she is, and her days are not over."""
    return is_running(study, now) & (Participant.parents_until > local_date(now, EASTERNMOST))


def _yeses() -> ColumnElement[int]:
    """Parents whose yes is to a text that still binds: their places are opened when one no longer does."""
    count = select(func.count()).select_from(ParentInvitation)
    return count.where(
        ParentInvitation.participant_id == Participant.id, ParentInvitation.decision == "agreed"
    ).scalar_subquery()
