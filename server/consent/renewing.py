"""A new text that binds: everybody who is still being asked says yes again before the next beep, parents too.

One statement for the young people, two for their parents, whatever the size of the study: nobody can have agreed to a
text that has just come into force. Plans, answers, teams and points stay as they are; `server.consent.settling` clears
each of them again when her yeses are there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, literal, or_, select, update
from sqlalchemy.orm import Session

from server.consent.ages import EASTERNMOST, LINK_LASTS
from server.consent.models import ParentInvitation
from server.people.models import Participant
from server.studies.calendar import local_date
from server.studies.models import Study

_DAY = timedelta(days=1)
_WAITS_NOT_FOR_HER = or_(Participant.waiting.is_(None), Participant.waiting == "parent")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Who is asked again: young people, and their parents by mail or letter.

    ``letters`` are parents whom only paper reaches: staff make each a new code.
    """

    people: int = 0
    mails: int = 0
    letters: int = 0


def ask_again(session: Session, study: Study, *, now: datetime) -> Asked:
    """Let everybody of the study whose days are not over wait for a new yes."""
    mails, letters = _ask_parents(session, study, now)
    at = literal(now, Participant.asked_again_at.type)
    people = session.scalars(
        update(Participant)
        .where(is_running(study, now), _WAITS_NOT_FOR_HER)
        .values(
            waiting="consent",
            # Who was not cleared had a no, or never a yes, before: that is not healed by a new text.
            asked_again_at=case((Participant.cleared_at.is_not(None), at), else_=Participant.asked_again_at),
            cleared_at=None,
        )
        .returning(Participant.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.expire_all()
    return Asked(people=len(people), mails=mails, letters=letters)


def count_asked(session: Session, study: Study, *, now: datetime) -> int:
    """How many people a new binding text would ask again."""
    counted = select(func.count()).select_from(Participant).where(is_running(study, now), _WAITS_NOT_FOR_HER)
    return session.scalar(counted) or 0


def is_anybody_waiting(session: Session, study: Study, *, now: datetime) -> bool:
    """Whether somebody whose days are not over has yet to say yes again to what came into force before."""
    waiting = select(Participant.id).where(is_running(study, now), Participant.asked_again_at.is_not(None))
    return session.scalar(waiting.limit(1)) is not None


def foresee_asked(session: Session, study: Study, *, now: datetime) -> Asked:
    """Whom a new binding text would ask again, their parents too; nobody is asked."""
    counted = select(ParentInvitation.method, func.count()).where(*_has_agreed(study, now))
    parents = {method: count for method, count in session.execute(counted.group_by(ParentInvitation.method))}
    people = count_asked(session, study, now=now)
    return Asked(people=people, mails=parents.get("mail", 0), letters=parents.get("letter", 0))


def is_running(study: Study, now: datetime) -> ColumnElement[bool]:
    """Her days are not over on every clock of the earth (a day too long for some, which costs them nothing)."""
    running = or_(Participant.planned_through.is_(None), Participant.ends_on > local_date(now, EASTERNMOST) - 2 * _DAY)
    return (Participant.study_id == study.id) & Participant.left_at.is_(None) & running


def _has_agreed(study: Study, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Of invitations: to the parent of somebody who is asked again and needs one."""
    young = select(Participant.id).where(
        is_running(study, now), Participant.parents_until > local_date(now, EASTERNMOST)
    )
    return ParentInvitation.participant_id.in_(young), ParentInvitation.decision == "agreed"


def _ask_parents(session: Session, study: Study, now: datetime) -> tuple[int, int]:
    """Open the places of parents who had agreed: by mail at once, by letter as one that has run out."""
    agreed = update(ParentInvitation).where(*_has_agreed(study, now))
    open_again = {
        "decision": None,
        "decided_at": None,
        "reminded_at": None,
        "asked_at": now,
        "mail_tries": 0,
        "undeliverable": False,
    }
    counts = []
    for method, more in (
        ("mail", {"next_mail": "renew", "next_mail_at": now, "mails": 1, "expires_at": now + LINK_LASTS}),
        ("letter", {"next_mail": None, "next_mail_at": None, "expires_at": now}),
    ):
        opened = agreed.where(ParentInvitation.method == method).values(**open_again, **more)
        found = opened.returning(ParentInvitation.parent).execution_options(synchronize_session=False)
        counts.append(len(session.scalars(found).all()))
    return counts[0], counts[1]
