"""A row in every table that is about participants, with values that can be looked for afterwards."""

import hashlib
import uuid
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Float, Integer, LargeBinary, SmallInteger, String, Table
from sqlalchemy.orm import Session

from server.contact import service as contacts
from server.crypto_fields import SealedText
from server.db import Base, UtcTime
from server.people.models import Participant
from server.rights.mentions import find_mentions
from tests.cast import NOW
from tests.delivery_factories import make_device
from tests.factories import make_beep, make_response

# What a check constraint or a reader of the value wants; everything else is made up by its type.
WORDS = {
    "role": "participant",
    "scope": "use",
    "method": "app",
    "language": "nl",
    "parent": "parent1",
    "kind": "shown",
    "outcome": "done",
    "purpose": "ask",
    "zone": "Europe/Amsterdam",
}
SPECIAL = {
    ("contact", "kind"): "mail",
    ("contact", "role"): "parent1",
    ("safety_alert", "kind"): "wish",
    ("safety_alert", "outcome"): None,
    ("parent_invitation", "method"): "mail",
    ("export", "wrapped_key"): b"key",
}


def mail_of(person: Participant) -> str:
    """The address of her parent."""
    return f"parent-of-{person.code.lower()}@home.example"


def endpoint_of(person: Participant) -> str:
    """Where her phone is pushed."""
    return f"https://push.example/send/endpoint-of-{person.code.lower()}"


def answer_of(person: Participant) -> str:
    """What she wrote."""
    return f"diary-canary-{person.code.lower()}"


def fill_every_table(session: Session, person: Participant) -> None:
    """Walk the tables as the database orders them; what already has a row of hers is left alone."""
    contacts.keep(session, person.id, "parent1", "mail", mail_of(person), now=NOW)
    make_device(session, participant=person, endpoint=endpoint_of(person))
    make_response(session, beep=make_beep(session, participant=person), answers={"note": answer_of(person)})
    session.flush()
    rows: dict[Table, dict[str, Any]] = {}
    mentions = {mention.table: mention for mention in find_mentions(person.id)}
    for table in Base.metadata.sorted_tables:
        if table in mentions:
            found = session.execute(table.select().where(mentions[table].rows).limit(1)).mappings().one_or_none()
            rows[table] = dict(found) if found is not None else _make(session, table, person, rows)
        elif any(key.referred_table in mentions for key in table.foreign_key_constraints):
            raise AssertionError(f"{table.name} refers to her and is not covered")


def _make(session: Session, table: Table, person: Participant, rows: dict[Table, dict[str, Any]]) -> dict[str, Any]:
    values = {column.name: _value(session, table, column, person, rows) for column in table.c}
    session.execute(table.insert().values(**values))
    return values


@cache
def _about_people() -> frozenset[Table]:
    """Asked of the models once: it takes longer than making the rows."""
    return frozenset(mention.table for mention in find_mentions(uuid.UUID(int=0)))


def _value(
    session: Session, table: Table, column: Column[Any], person: Participant, rows: dict[Table, dict[str, Any]]
) -> Any:
    if column.name == "participant_id":
        return person.id
    for key in table.foreign_key_constraints:
        for element in key.elements:
            if element.parent is column:
                if key.referred_table is table:
                    return None  # a row before it, which there need not be
                return _target(session, key.referred_table, element.column.name, person, rows, other=column.name)
    if (table.name, column.name) in SPECIAL:
        return SPECIAL[table.name, column.name]
    if column.name in WORDS and isinstance(column.type, String):
        return WORDS[column.name]
    whose = f"{person.code}." if table in _about_people() else ""
    return _made_up(column, f"{whose}{table.name}.{column.name}")


def _target(
    session: Session, table: Table, name: str, person: Participant, rows: dict[Table, dict[str, Any]], *, other: str
) -> Any:
    """What a foreign key is to hold: a row of hers, her study's, or one made here. ``reported_id`` is another."""
    if table.name == "study":
        return person.study_id
    if table not in rows or other == "reported_id":
        made = {column.name: _value(session, table, column, person, rows) for column in table.c}
        if other == "reported_id":
            made["left_at"] = NOW  # one is in one team at a time
            made["animal"] = "owl"
        session.execute(table.insert().values(**made))
        rows.setdefault(table, made)
        return made[name]
    return rows[table][name]


def _made_up(column: Column[Any], seed: str) -> Any:
    kind = column.type
    if column.nullable and not column.primary_key:
        return None
    if isinstance(kind, UtcTime):
        return NOW
    if isinstance(kind, SealedText):
        return seed
    if isinstance(kind, LargeBinary):
        return hashlib.sha256(seed.encode()).digest()
    if isinstance(kind, JSON):
        return {}
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Integer | SmallInteger | Float):
        return 1
    python = kind.python_type
    if python is uuid.UUID:
        return uuid.uuid4()
    if python is datetime:
        return NOW
    if python is date:
        return NOW.date() + timedelta(days=0)
    return seed[: getattr(kind, "length", None) or 60]
