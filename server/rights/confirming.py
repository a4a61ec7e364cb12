"""Showing that it is she who holds the phone, before everything that is kept about her is handed over.

Proof is the recovery code. She has had it since she joined, it has sixty bits, and it is nothing new to forget; a PIN
of four digits would be one more secret of a fourteen-year-old's to guess or to lose. It is looked at, not used up: a
diary downloaded must not cost her the way to another phone. Whoever has lost it asks the coordinator for a new one.
"""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from server.crypto import hash_secret, read_code
from server.db import insert_into
from server.errors import DomainError
from server.people.models import RecoveryCode
from server.people.service import RecoveryUnknown
from server.rights.models import Confirmation

LASTS = timedelta(minutes=10)


class ConfirmFirst(DomainError):
    """Show with your recovery code that it is you; then ask again within ten minutes."""

    status = 403
    code = "confirm-first"


def confirm(session: Session, participant_id: uuid.UUID, token: str, recovery_code: str, *, now: datetime) -> datetime:
    """Until when this phone (its ``token``) may ask for everything. Raises `RecoveryUnknown`."""
    hers = exists().where(
        RecoveryCode.code_hash == hash_secret(read_code(recovery_code)),
        RecoveryCode.participant_id == participant_id,
        RecoveryCode.used_at.is_(None),
    )
    if not session.scalar(select(hers)):
        raise RecoveryUnknown
    until = now + LASTS
    statement = insert_into(session, Confirmation).values(token_hash=hash_secret(token), until=until)
    session.execute(statement.on_conflict_do_update(index_elements=[Confirmation.token_hash], set_={"until": until}))
    return until


def require_confirmed(session: Session, token: str, *, now: datetime) -> None:
    """Raise `ConfirmFirst` unless this phone has confirmed within the last ten minutes."""
    row = session.get(Confirmation, hash_secret(token))
    if row is None or row.until <= now:
        raise ConfirmFirst
