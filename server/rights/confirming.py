"""Showing that it is she who holds the phone, before everything that is kept about her is handed over.

Proof is the recovery code. She has had it since she joined, it has sixty bits, and it is nothing new to forget; a PIN
of four digits would be one more secret of a fourteen-year-old's to guess or to lose. It is looked at, not used up: a
diary downloaded must not cost her the way to another phone. Whoever has lost it asks the coordinator for a new one.

A code that came from the coordinator proves less, for the coordinator has seen it: it does not open what was answered
before (`Participant.sealed_at`); the code from joining does.
"""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.crypto import hash_code, hash_secret, read_code
from server.db import insert_into
from server.errors import DomainError
from server.people.models import Participant, RecoveryCode
from server.people.service import RecoveryUnknown
from server.rights.models import Confirmation

LASTS = timedelta(minutes=10)


class ConfirmFirst(DomainError):
    """Show with your recovery code that it is you; then ask again within ten minutes."""

    status = 403
    code = "confirm-first"


class DataSealed(DomainError):
    """This phone came in with a code that the study gave. Show the code you got when you joined, or ask the study."""

    status = 403
    code = "data-sealed"


def confirm(session: Session, participant_id: uuid.UUID, token: str, recovery_code: str, *, now: datetime) -> datetime:
    """Until when this phone (its ``token``) may ask for everything. Raises `RecoveryUnknown`.

    A code that staff have never seen opens a sealed diary as well.
    """
    hers = select(RecoveryCode.by_staff).where(
        RecoveryCode.code_hash == hash_code(read_code(recovery_code)),
        RecoveryCode.participant_id == participant_id,
        RecoveryCode.used_at.is_(None),
    )
    by_staff = session.scalar(hers)
    if by_staff is None:
        raise RecoveryUnknown
    if not by_staff:
        session.execute(update(Participant).where(Participant.id == participant_id).values(sealed_at=None))
    until = now + LASTS
    statement = insert_into(session, Confirmation).values(token_hash=hash_secret(token), until=until)
    session.execute(statement.on_conflict_do_update(index_elements=[Confirmation.token_hash], set_={"until": until}))
    return until


def require_open(participant: Participant) -> None:
    """Raise `DataSealed` while what was answered before must not be shown on this phone."""
    if participant.sealed_at is not None:
        raise DataSealed


def require_confirmed(session: Session, token: str, *, now: datetime) -> None:
    """Raise `ConfirmFirst` unless this phone has confirmed within the last ten minutes."""
    row = session.get(Confirmation, hash_secret(token))
    if row is None or row.until <= now:
        raise ConfirmFirst
