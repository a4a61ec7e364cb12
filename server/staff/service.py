"""Who is what in which study: roles, and the end of an account.

Every function here that is told an `Actor` writes its own audit entry, in the caller's transaction.
"""

import uuid
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from server.audit.service import Actor, record
from server.staff.listing import Member, list_members
from server.staff.models import Invitation, Passkey, Staff, StudyRole
from server.staff.refusals import AlreadyMember, LastAdministrator, LastOwner, NotYourself, StaffUnknown
from server.staff.sessions import revoke_all
from server.studies.models import Study


def make_owner(session: Session, staff_id: uuid.UUID, study: Study, *, now: datetime) -> None:
    """Who makes a study owns it."""
    session.add(StudyRole(staff_id=staff_id, study_id=study.id, role="owner", since=now))
    session.flush()


def change_role(
    session: Session, actor: Actor, staff_id: uuid.UUID, study: Study, role: str, *, secret: bytes, now: datetime
) -> None:
    """Give a member of a study another role, and end her sessions. Raises `StaffUnknown`, `LastOwner`."""
    held = _member(session, staff_id, study)
    if held.role == role:
        return
    if held.role == "owner":
        _keep_an_owner(session, study)
    before, held.role, held.since = held.role, role, now
    session.flush()
    revoke_all(session, staff_id, now)
    mail = session.get_one(Staff, staff_id).mail
    facts = {"before": before, "role": role}
    record(session, actor, "staff.role-changed", secret=secret, now=now, study=study.name, subject=mail, **facts)


def remove_from_study(
    session: Session,
    actor: Actor,
    staff_id: uuid.UUID,
    study: Study,
    *,
    secret: bytes,
    now: datetime,
    why: str | None = None,
) -> None:
    """Take somebody's role in a study away; her account stays. Raises `StaffUnknown`, `LastOwner`."""
    held = _member(session, staff_id, study)
    if held.role == "owner":
        _keep_an_owner(session, study)
    role = held.role
    session.delete(held)
    session.flush()
    revoke_all(session, staff_id, now)
    mail = session.get_one(Staff, staff_id).mail
    record(session, actor, "staff.removed", secret=secret, now=now, study=study.name, subject=mail, why=why, role=role)


def end_account(session: Session, actor: Actor, staff_id: uuid.UUID, *, secret: bytes, now: datetime) -> None:
    """End somebody's account: sessions, roles, passkeys and open links go, the log keeps her name.

    Should the address be invited again, it may be another person's by then: nothing that opened the account before
    opens it then, an organisation's word for her included.

    Raises `StaffUnknown`, `NotYourself`, `LastAdministrator`, `LastOwner`.
    """
    staff = find_active(session, staff_id)
    if actor.staff_id == staff_id:
        raise NotYourself
    if staff.administrator and _count_administrators(session) == 1:
        raise LastAdministrator
    for held, study in session.execute(
        select(StudyRole, Study).join(Study, Study.id == StudyRole.study_id).where(StudyRole.staff_id == staff_id)
    ):
        if held.role == "owner":
            _keep_an_owner(session, study)
        session.delete(held)
    staff.ended_at, staff.administrator, staff.oidc_subject = now, False, None
    session.execute(delete(Passkey).where(Passkey.staff_id == staff_id))
    session.execute(
        update(Invitation)
        .where(Invitation.mail == staff.mail, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    session.flush()
    revoke_all(session, staff_id, now)
    record(session, actor, "staff.ended", secret=secret, now=now, subject=staff.mail)


def find_active(session: Session, staff_id: uuid.UUID) -> Staff:
    """Somebody whose account was not ended. Raises `StaffUnknown`."""
    staff = session.get(Staff, staff_id)
    if staff is None or staff.ended_at is not None:
        raise StaffUnknown
    return staff


def give_role(session: Session, staff_id: uuid.UUID, study: Study, role: str, now: datetime) -> None:
    """Make somebody a member of a study. Raises `AlreadyMember`."""
    if session.get(StudyRole, (staff_id, study.id)) is not None:
        raise AlreadyMember
    session.add(StudyRole(staff_id=staff_id, study_id=study.id, role=role, since=now))
    session.flush()


def find_member(session: Session, staff_id: uuid.UUID, study: Study) -> Member:
    """Somebody of this study. Raises `StaffUnknown`."""
    for member in list_members(session, study):
        if member.staff_id == staff_id:
            return member
    raise StaffUnknown


def _member(session: Session, staff_id: uuid.UUID, study: Study) -> StudyRole:
    held = session.get(StudyRole, (staff_id, study.id))
    if held is None:
        raise StaffUnknown
    return held


def _keep_an_owner(session: Session, study: Study) -> None:
    """Called before one owner goes. The study's row is locked, so that two owners cannot remove each other at once."""
    session.execute(select(Study.id).where(Study.id == study.id).with_for_update())
    owners = session.scalar(
        select(func.count()).where(StudyRole.study_id == study.id, StudyRole.role == "owner").select_from(StudyRole)
    )
    if (owners or 0) < 2:
        raise LastOwner


def _count_administrators(session: Session) -> int:
    query = select(func.count()).select_from(Staff).where(Staff.administrator, Staff.ended_at.is_(None))
    return session.scalar(query) or 0
