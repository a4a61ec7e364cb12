"""Who is signed in: server-side sessions that end after half an hour of rest, and after twelve hours in any case."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.audit.service import Actor
from server.crypto import hash_secret, new_token
from server.staff.models import Staff, StaffSession, StudyRole
from server.staff.refusals import StaffNotSignedIn
from server.staff.roles import allows

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
FRESH = timedelta(minutes=5)
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """A member of staff who is signed in, with what she may do; ``roles`` maps a study's id to her role in it."""

    id: uuid.UUID
    mail: str
    name: str
    language: str
    administrator: bool
    roles: Mapping[uuid.UUID, str]
    session_id: uuid.UUID
    seen_at: datetime
    verified_at: datetime

    @property
    def actor(self) -> Actor:
        """How the audit log names her."""
        return Actor(staff_id=self.id, who=self.mail)

    def is_fresh(self, now: datetime) -> bool:
        """Did she give password and code in the last five minutes?"""
        return now - self.verified_at < FRESH

    def is_noted(self, now: datetime) -> bool:
        """Is the row's ``seen_at`` new enough, or should `note_seen` be called?"""
        return now - self.seen_at < _NOTED_EVERY

    def may(self, wanted: str, study_id: uuid.UUID | None = None) -> bool:
        """May she do what ``wanted`` names (`server.staff.roles`) in this study; without one: in any study at all?"""
        held = self.roles.values() if study_id is None else [self.roles.get(study_id, "")]
        return allows(wanted, administrator=self.administrator, held=set(held))


def open_session(session: Session, staff: Staff, *, browser: str, now: datetime, fresh: bool = True) -> str:
    """Sign a browser in; its new token, which is not kept. ``fresh``: she has shown herself to us, just now."""
    token = new_token()
    row = StaffSession(
        token_hash=hash_secret(token),
        staff_id=staff.id,
        browser=browser[:24],
        created_at=now,
        seen_at=now,
        verified_at=now if fresh else now - FRESH,
        expires_at=now + LONGEST,
    )
    session.add(row)
    session.flush()
    return token


def find_caller(session: Session, token: str, now: datetime) -> Caller:
    """Whose token it is. Raises `StaffNotSignedIn` when it opens nothing (any more)."""
    found = session.execute(
        select(StaffSession, Staff)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.token_hash == hash_secret(token), StaffSession.revoked_at.is_(None))
    ).one_or_none()
    if found is None:
        raise StaffNotSignedIn
    row, staff = found
    if staff.ended_at is not None or row.expires_at <= now or row.seen_at + IDLE <= now:
        raise StaffNotSignedIn
    roles = session.execute(select(StudyRole.study_id, StudyRole.role).where(StudyRole.staff_id == staff.id))
    return Caller(
        id=staff.id,
        mail=staff.mail,
        name=staff.name,
        language=staff.language,
        administrator=staff.administrator,
        roles={study_id: role for study_id, role in roles},
        session_id=row.id,
        seen_at=row.seen_at,
        verified_at=row.verified_at,
    )


def note_seen(session: Session, caller: Caller, now: datetime) -> None:
    """She is there: the half hour begins again."""
    session.execute(update(StaffSession).where(StaffSession.id == caller.session_id).values(seen_at=now))


def note_proved(session: Session, caller: Caller, now: datetime) -> None:
    """She has just shown once more that it is she."""
    session.execute(
        update(StaffSession).where(StaffSession.id == caller.session_id).values(verified_at=now, seen_at=now)
    )


def list_sessions(session: Session, staff_id: uuid.UUID, now: datetime) -> list[StaffSession]:
    """Where she is signed in now, the last seen first."""
    return list(
        session.scalars(
            select(StaffSession)
            .where(
                StaffSession.staff_id == staff_id,
                StaffSession.revoked_at.is_(None),
                StaffSession.expires_at > now,
                StaffSession.seen_at > now - IDLE,
            )
            .order_by(StaffSession.seen_at.desc(), StaffSession.id)
        )
    )


def revoke_session(session: Session, staff_id: uuid.UUID, session_id: uuid.UUID, now: datetime) -> bool:
    """End one of her own sessions; False when there is none of that id."""
    ended = (
        update(StaffSession)
        .where(StaffSession.id == session_id, StaffSession.staff_id == staff_id, StaffSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return session.scalar(ended.returning(StaffSession.id)) is not None


def revoke_all(session: Session, staff_id: uuid.UUID, now: datetime, *, but: uuid.UUID | None = None) -> None:
    """End all her sessions, but for one."""
    ended = update(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.revoked_at.is_(None))
    if but is not None:
        ended = ended.where(StaffSession.id != but)
    session.execute(ended.values(revoked_at=now))


def forget_old_sessions(session: Session, *, now: datetime, after: timedelta = timedelta(days=30)) -> int:
    """Delete sessions that ended long ago; how many there were."""
    result = session.execute(delete(StaffSession).where(StaffSession.expires_at <= now - after))
    return int(result.rowcount)  # type: ignore[attr-defined]  # a DELETE's result counts rows


def name_browser(user_agent: str) -> str:
    """A browser and a system, so that she recognises a session; no versions, nothing else of the header is kept."""
    browsers = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
    systems = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac", "macOS"),
        ("Linux", "Linux"),
    )
    browser = next((name for sign, name in browsers if sign in user_agent), "")
    system = next((name for sign, name in systems if sign in user_agent), "")
    return ", ".join(filter(None, (browser, system))) or "?"
