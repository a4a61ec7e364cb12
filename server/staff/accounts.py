"""What somebody does with her own account."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.audit.service import record
from server.staff.models import Staff
from server.staff.sessions import Caller, list_sessions, revoke_session
from server.staff.totp import issue_recovery_codes


def change_details(session: Session, caller: Caller, *, name: str, language: str) -> None:
    """How she is called, and the language in which the desk speaks to her ("nl" or "en")."""
    staff = session.get_one(Staff, caller.id)
    staff.name, staff.language = name, language


def renew_recovery_codes(session: Session, caller: Caller, *, secret: bytes, now: datetime) -> list[str]:
    """Ten new codes, shown once; the old ones open nothing any more."""
    codes = issue_recovery_codes(session, session.get_one(Staff, caller.id), secret=secret, now=now)
    record(session, caller.actor, "staff.recovery-codes-renewed", secret=secret, now=now, subject=caller.mail)
    return codes


def sign_out_others(session: Session, caller: Caller, *, secret: bytes, now: datetime) -> int:
    """End her sessions in other browsers; how many there were."""
    others = [row for row in list_sessions(session, caller.id, now) if row.id != caller.session_id]
    for row in others:
        revoke_session(session, caller.id, row.id, now)
    if others:
        count = len(others)
        record(session, caller.actor, "staff.signed-out-elsewhere", secret=secret, now=now, count=count)
    return len(others)
