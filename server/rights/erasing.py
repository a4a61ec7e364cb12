"""Erasing one person: every row about her in one transaction, a receipt for her, a tombstone that does not know her.

1. Her row is locked; every table that mentions her (`server.rights.mentions`) is emptied of her, children first.
2. A tombstone is added: receipt, time, rows per table, a keyed hash of the id that is now gone, chained to the last.
3. The same line goes to the list outside the database, before the commit: should the commit fail, the list has asked
   for too much, and she asked for it herself; the other way round a restored backup would bring her back for good.
"""

import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from server.audit import service as audit
from server.crypto import hash_with_key, new_code, same
from server.db import with_role
from server.errors import NotFound
from server.export.models import ExportJob
from server.people.models import Participant
from server.rights.mentions import RIGHTS_ROLE, find_mentions
from server.rights.models import Erasure
from server.studies.models import Study

RECEIPT_SIGNS = 16
FIRST = bytes(32)
_LOCK = 0x45726173  # whoever adds a tombstone waits for the one before, so that numbers have no gaps


class AlreadyGone(NotFound):
    """There is nothing kept about this person any more."""

    code = "already-gone"


class ListBroken(Exception):
    """A line of the list of erased people is not as it was written; the message has its number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tombstone:
    """One erasure as a plain value; ``rows`` is table -> count."""

    receipt: str
    study_id: uuid.UUID | None
    at: datetime
    why: str
    rows: Mapping[str, int]
    mark: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Keeper:
    """Where erasures are written down: the installation's secret, and the list outside the database."""

    secret: bytes = field(repr=False)
    path: Path

    @property
    def key(self) -> bytes:
        return hash_with_key(self.secret, "erasures")

    def mark_of(self, participant_id: uuid.UUID) -> bytes:
        """What the tombstone knows of somebody: HMAC-SHA256 of her id."""
        return hash_with_key(self.key, "mark", participant_id.hex)

    def note(self, tombstone: Tombstone) -> None:
        """Add a line to the list and wait until the disk has it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        body = as_text(tombstone)
        line = json.dumps({"body": body, "hash": hash_with_key(self.key, "line", body).hex()}) + "\n"
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b", buffering=0) as file:
            length = file.seek(0, os.SEEK_END)
            if length and os.pread(file.fileno(), 1, length - 1) != b"\n":
                line = "\n" + line  # whoever wrote last was stopped in the middle of a line
            rest = line.encode()
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())

    def read(self) -> tuple[list[Tombstone], tuple[int, ...]]:
        """Every line, oldest first, and the numbers of those that break off. Raises `ListBroken`.

        A line that was never finished is an erasure that was never finished: the line comes before the commit.
        """
        if not self.path.exists():
            return [], ()
        found, torn = [], []
        for number, line in enumerate(self.path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                wrapped = json.loads(line)
                body, written = str(wrapped["body"]), bytes.fromhex(wrapped["hash"])
                if not same(written, hash_with_key(self.key, "line", body)):
                    raise ListBroken(f"line {number} does not fit its hash")
                found.append(_from_text(body))
            except (ValueError, KeyError, TypeError):
                if not line.endswith("}"):
                    torn.append(number)
                    continue
                raise ListBroken(f"line {number} cannot be read") from None
        return found, tuple(torn)


def erase(session: Session, participant_id: uuid.UUID, *, why: str, keeper: Keeper, now: datetime) -> Tombstone:
    """Erase this participant; ``why`` is self, parent, retention or staff. Raises `AlreadyGone`."""
    locked = select(Participant.study_id).where(Participant.id == participant_id).with_for_update()
    study_id = session.scalar(locked)
    if study_id is None:
        raise AlreadyGone
    tombstone = Tombstone(
        receipt=new_code(RECEIPT_SIGNS),
        study_id=study_id,
        at=now,
        why=why,
        rows=delete_rows(session, participant_id),
        mark=keeper.mark_of(participant_id),
    )
    add_tombstone(session, tombstone, key=keeper.key)
    name = session.scalar(select(Study.name).where(Study.id == study_id))
    total = sum(tombstone.rows.values())
    audit.record(
        session, audit.Actor(who=why), "participant.erased", secret=keeper.secret, now=now, study=name, rows=total
    )
    keeper.note(tombstone)
    return tombstone


def delete_rows(session: Session, participant_id: uuid.UUID) -> dict[str, int]:
    """Delete every row about her; table -> rows, tables without any left out."""
    counts = {}
    with with_role(session, RIGHTS_ROLE):
        for mention in find_mentions(participant_id):
            gone = session.execute(delete(mention.table).where(mention.rows))
            if gone.rowcount:  # type: ignore[attr-defined]  # a DELETE's result counts rows
                counts[mention.table.name] = int(gone.rowcount)  # type: ignore[attr-defined]
    session.expunge_all()  # nothing of her is written back
    return counts


def add_tombstone(session: Session, tombstone: Tombstone, *, key: bytes) -> Erasure:
    """Append to the chain."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite's BEGIN IMMEDIATE lets one writer in anyway
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    last = session.execute(select(Erasure.number, Erasure.hash).order_by(Erasure.number.desc()).limit(1)).one_or_none()
    number, previous = (last.number, bytes(last.hash)) if last else (0, FIRST)
    row = Erasure(
        number=number + 1,
        receipt=tombstone.receipt,
        study_id=tombstone.study_id,
        at=tombstone.at,
        why=tombstone.why,
        rows=dict(tombstone.rows),
        mark=tombstone.mark,
        hash=_link(key, previous, number + 1, tombstone),
    )
    session.add(row)
    session.flush()
    return row


def verify_chain(session: Session, *, key: bytes) -> int | None:
    """The number of the first tombstone that is missing or changed; None when all fit."""
    previous, count = FIRST, 0
    for row in session.scalars(select(Erasure).order_by(Erasure.number)):
        if row.number != count + 1 or not same(row.hash, _link(key, previous, row.number, value_of(row))):
            return count + 1
        count, previous = row.number, row.hash
    return None


def half_made_with_erased(session: Session, now: datetime) -> set[uuid.UUID]:
    """Exports that wait to be taken up again and may hold parts of somebody erased since they were asked for."""
    erased = select(Erasure.number).where(Erasure.study_id == ExportJob.study_id, Erasure.at >= ExportJob.asked_at)
    at_work = (ExportJob.state == "running") & (ExportJob.lease_until > now)
    waiting = ExportJob.state.in_(("queued", "running")) & ~at_work
    return set(session.scalars(select(ExportJob.id).where(waiting, erased.exists())))


def value_of(row: Erasure) -> Tombstone:
    """The tombstone of a row."""
    return Tombstone(
        receipt=row.receipt, study_id=row.study_id, at=row.at, why=row.why, rows=row.rows, mark=bytes(row.mark)
    )


def as_text(tombstone: Tombstone) -> str:
    """Canonical JSON, the same on both databases."""
    plain: dict[str, Any] = {
        "receipt": tombstone.receipt,
        "study": None if tombstone.study_id is None else tombstone.study_id.hex,
        "at": tombstone.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "why": tombstone.why,
        "rows": dict(tombstone.rows),
        "mark": tombstone.mark.hex(),
    }
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))


def _from_text(body: str) -> Tombstone:
    plain = json.loads(body)
    return Tombstone(
        receipt=plain["receipt"],
        study_id=None if plain["study"] is None else uuid.UUID(hex=plain["study"]),
        at=datetime.fromisoformat(plain["at"]),
        why=plain["why"],
        rows=plain["rows"],
        mark=bytes.fromhex(plain["mark"]),
    )


def _link(key: bytes, previous: bytes, number: int, tombstone: Tombstone) -> bytes:
    return hash_with_key(key, "tombstone", previous.hex(), str(number), as_text(tombstone))
