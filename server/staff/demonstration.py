"""Ready accounts for the demo on one's own machine. Nothing about them is special: they sign in like everybody.

At every start they get a new password and new recovery codes, which stand in for a code app.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.crypto import group_code, new_code
from server.staff.models import Staff, StudyRole
from server.staff.passwords import hash_password
from server.staff.totp import issue_recovery_codes, new_totp_secret, seal_totp_secret
from server.studies.models import Study

PEOPLE = (("Cleo", "coordinator", False), ("Rena", "researcher", False), ("Otto", "owner", True))
SHOWN = 3


def open_accounts(session: Session, studies: Sequence[Study], *, secret: bytes, now: datetime) -> list[str]:
    """Make the accounts with their roles in the studies if need be, and one line for each: who it is, mail address,
    password, some codes."""
    lines = []
    for name, role, administrator in PEOPLE:
        mail = f"{name.lower()}@kiem.example"
        staff = session.scalar(select(Staff).where(Staff.mail == mail))
        if staff is None:
            staff = Staff(mail=mail, name=name, language="nl", administrator=administrator, created_at=now)
            staff.password_hash, staff.totp_secret = "", b""
            session.add(staff)
            session.flush()
            staff.totp_secret = seal_totp_secret(secret, new_totp_secret(), owner=str(staff.id))
        for study in studies:
            if session.get(StudyRole, (staff.id, study.id)) is None:
                session.add(StudyRole(staff_id=staff.id, study_id=study.id, role=role, since=now))
        password = group_code(new_code(12)).lower()
        staff.password_hash = hash_password(password)
        codes = issue_recovery_codes(session, staff, secret=secret, now=now)
        shown = " ".join(group_code(code) for code in codes[:SHOWN])
        what = f"{name}, {role}{' and administrator' if administrator else ''}:"
        lines.append(f"{what:31} {mail}  password {password}  codes {shown}")
    return lines
