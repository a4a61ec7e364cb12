"""Who is staff, for the desk's lists."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.staff.models import Invitation, Staff, StaffSession, StudyRole
from server.studies.models import Study


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Somebody in a study."""

    staff_id: uuid.UUID
    name: str
    mail: str
    role: str
    since: datetime
    seen_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Somebody on this installation; ``roles`` are (name of a study, role)."""

    staff_id: uuid.UUID
    name: str
    mail: str
    administrator: bool
    ended_at: datetime | None
    seen_at: datetime | None
    roles: Sequence[tuple[str, str]]


_SEEN = select(func.max(StaffSession.seen_at)).where(StaffSession.staff_id == Staff.id).scalar_subquery()


def list_members(session: Session, study: Study) -> list[Member]:
    """A study's staff, owners first, then by name."""
    rows = session.execute(
        select(Staff.id, Staff.name, Staff.mail, StudyRole.role, StudyRole.since, _SEEN.label("seen_at"))
        .join(StudyRole, StudyRole.staff_id == Staff.id)
        .where(StudyRole.study_id == study.id)
        .order_by(StudyRole.role != "owner", Staff.name)
    )
    return [
        Member(staff_id=row.id, name=row.name, mail=row.mail, role=row.role, since=row.since, seen_at=row.seen_at)
        for row in rows
    ]


def has_owner(session: Session, study: Study) -> bool:
    """Whether somebody with an account owns it. A study that was made on the command line may have nobody yet."""
    owners = select(StudyRole.staff_id).join(Staff, Staff.id == StudyRole.staff_id)
    owners = owners.where(StudyRole.study_id == study.id, StudyRole.role == "owner", Staff.ended_at.is_(None))
    return session.scalar(owners.limit(1)) is not None


def list_accounts(session: Session) -> list[Account]:
    """Everybody, those whose account was ended last."""
    roles: dict[uuid.UUID, list[tuple[str, str]]] = {}
    for staff_id, study, role in session.execute(
        select(StudyRole.staff_id, Study.name, StudyRole.role)
        .join(Study, Study.id == StudyRole.study_id)
        .order_by(Study.name)
    ):
        roles.setdefault(staff_id, []).append((study, role))
    rows = session.execute(select(Staff, _SEEN).order_by(Staff.ended_at.is_not(None), Staff.name))
    return [
        Account(
            staff_id=staff.id,
            name=staff.name,
            mail=staff.mail,
            administrator=staff.administrator,
            ended_at=staff.ended_at,
            seen_at=seen_at,
            roles=roles.get(staff.id, []),
        )
        for staff, seen_at in rows
    ]


def list_invitations(session: Session, now: datetime, *, study: Study | None = None) -> list[Invitation]:
    """Links that still open something: to one study, or all of them; those that expire first on top."""
    query = (
        select(Invitation)
        .where(Invitation.used_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > now)
        .order_by(Invitation.expires_at, Invitation.mail)
    )
    if study is not None:
        query = query.where(Invitation.study_id == study.id)
    return list(session.scalars(query))
