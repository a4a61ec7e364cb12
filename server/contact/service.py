"""Keeping, finding, moving to a new key and forgetting contact data.

Every statement here runs with the database role ``identity`` (`server.grants`), which has no right to anything else:
whoever gets hold of this code reads addresses and no answers.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import LargeBinary, delete, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from server.contact.models import Contact
from server.crypto_fields import FieldKeys, keys_of
from server.db import with_role

IDENTITY_ROLE = "identity"
PLACE = "contact.value"
SIGNS_SHOWN = 1


def keep(session: Session, participant_id: uuid.UUID, role: str, kind: str, value: str, *, now: datetime) -> Contact:
    """Keep (or replace) how this person is reached; ``kind`` is mail or phone."""
    with with_role(session, IDENTITY_ROLE):
        row = session.get(Contact, (participant_id, role, kind))
        if row is None:
            row = Contact(participant_id=participant_id, role=role, kind=kind)
            session.add(row)
        row.value, row.value_index, row.made_at = value, _keys(session).index(normal(kind, value), place=PLACE), now
        session.flush()
    return row


def find(session: Session, participant_id: uuid.UUID, role: str, kind: str) -> str | None:
    """The address or number, or None."""
    with with_role(session, IDENTITY_ROLE):
        row = session.get(Contact, (participant_id, role, kind))
    return row.value if row is not None else None


def whose(session: Session, kind: str, value: str) -> Sequence[tuple[uuid.UUID, str]]:
    """(participant id, role) of everybody with this address or number; nothing is opened for it."""
    indexes = _keys(session).indexes(normal(kind, value), place=PLACE)
    found = select(Contact.participant_id, Contact.role).where(Contact.kind == kind, Contact.value_index.in_(indexes))
    with with_role(session, IDENTITY_ROLE):
        return [(row.participant_id, row.role) for row in session.execute(found)]


def forget(session: Session, participant_id: uuid.UUID, role: str) -> int:
    """Delete every contact of this person; how many there were."""
    with with_role(session, IDENTITY_ROLE):
        gone = session.execute(delete(Contact).where(Contact.participant_id == participant_id, Contact.role == role))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE's result counts rows


def rotate(session: Session) -> int:
    """Seal what an older key sealed with the newest one; how many rows. After it the older keys may be taken away."""
    keys, moved = _keys(session), 0
    sealed = type_coerce(Contact.value, LargeBinary).label("sealed")  # as it lies in the database
    with with_role(session, IDENTITY_ROLE):
        for row, raw in session.execute(select(Contact, sealed).with_for_update()).all():
            if keys.is_current(bytes(raw)):
                continue
            row.value_index = keys.index(normal(row.kind, row.value), place=PLACE)
            flag_modified(row, "value")  # the same words, sealed anew
            moved += 1
        session.flush()
    return moved


def normal(kind: str, value: str) -> str:
    """The form in which equal ones are equal: capitals and outer spaces of mail, separators of numbers do not count."""
    if kind == "mail":
        return value.strip().casefold()
    return "".join(sign for sign in value if sign.isdigit() or sign == "+")


def mask(kind: str, value: str) -> str:
    """Enough for its owner to recognise: ``a•••@example.org``, ``•••78``."""
    if kind == "mail":
        name, _, host = value.rpartition("@")
        return f"{name[:SIGNS_SHOWN]}•••@{host}"
    return f"•••{value[-2:]}"


def _keys(session: Session) -> FieldKeys:
    return keys_of(session.get_bind().dialect)
