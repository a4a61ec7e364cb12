"""The audit log: adding to it, reading it, and showing that nobody changed it.

Each row carries HMAC-SHA256 over the previous row's hash and its own canonical JSON. Without the installation's secret
nobody can write a row that fits; with it, a change would still not fit a seal (`Seal`) noted elsewhere before.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from server.audit.models import AuditEntry
from server.crypto import hash_with_key, same

COMMAND_LINE = "command line"
FIRST = bytes(32)
_LOCK = 0x4B69656D  # "Kiem": whoever appends waits for the one before, so that numbers have no gaps


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who did it: a member of staff, or (without an id) somebody at the command line."""

    staff_id: uuid.UUID | None = None
    who: str = COMMAND_LINE


@dataclass(frozen=True, kw_only=True, slots=True)
class Seal:
    """The log's end at some moment: how many entries, and the last one's hash in hexadecimal."""

    number: int
    hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """``broken`` names the first entry that does not fit, None when all do; ``seal`` is the end of what was read."""

    entries: int
    broken: int | None
    why: str
    seal: Seal


def audit_key(secret: bytes) -> bytes:
    """The key of the chain, derived from the installation's secret."""
    return hash_with_key(secret, "audit")


def record(
    session: Session,
    actor: Actor,
    action: str,
    *,
    secret: bytes,
    now: datetime,
    study: str | None = None,
    subject: str | None = None,
    why: str | None = None,
    **facts: str | int | bool | None,
) -> AuditEntry:
    """Add one act, in the transaction of the act itself: both happen or neither.

    ``study`` is its name; ``facts`` are keys and counts, never an answer, a name of a young person or a text somebody
    wrote. ``secret`` is the installation's.
    """
    if session.get_bind().dialect.name == "postgresql":  # SQLite's BEGIN IMMEDIATE lets one writer in anyway
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    last = session.execute(select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1))
    number, previous = last.one_or_none() or (0, FIRST)
    entry = AuditEntry(
        number=number + 1,
        at=now,
        staff_id=actor.staff_id,
        who=actor.who,
        action=action,
        study=study,
        subject=subject,
        facts=dict(facts),
        why=why or None,
    )
    entry.hash = _seal(audit_key(secret), previous, entry)
    session.add(entry)
    session.flush()
    return entry


def subject_of(participant_id: uuid.UUID, *, secret: bytes) -> str:
    """What the log calls a participant: a keyed name that leads from her id to her entries, and from them to nobody.

    Entries can never be changed, so whoever is erased must not be in them by code or id.
    """
    return f"participant {hash_with_key(audit_key(secret), 'participant', participant_id.hex).hex()[:16]}"


def verify(session: Session, *, secret: bytes, noted: Seal | None = None) -> Verdict:
    """Follow the chain from its first entry. ``noted`` is a seal from before: cutting off the end shows against it."""
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=1000))
    try:
        return _follow(rows, audit_key(secret), noted)
    finally:
        rows.close()


def _follow(entries: Iterable[AuditEntry], key: bytes, noted: Seal | None) -> Verdict:
    previous, count = FIRST, 0
    found = noted is None or noted.number == 0
    for entry in entries:
        if entry.number != count + 1:
            return _verdict(count, count + 1, "is missing", previous)
        if not same(entry.hash, _seal(key, previous, entry)):
            return _verdict(count, entry.number, "does not fit its hash", previous)
        count, previous = entry.number, entry.hash
        if noted is not None and noted.number == count:
            if noted.hash != entry.hash.hex():
                return _verdict(count, count, "is not the one that was noted", previous)
            found = True
    if not found:
        return _verdict(count, count + 1, "was noted and is gone", previous)
    return _verdict(count, None, "", previous)


def recent(
    session: Session, *, studies: Iterable[str] | None = None, limit: int = 50, skip: int = 0
) -> list[AuditEntry]:
    """Entries, newest first; ``studies`` (names) leaves out the rest and what concerns no study."""
    query = select(AuditEntry).order_by(AuditEntry.number.desc()).limit(limit).offset(skip)
    if studies is not None:
        query = query.where(AuditEntry.study.in_(list(studies)))
    return list(session.scalars(query))


def count_entries(session: Session, *, studies: Iterable[str] | None = None) -> int:
    """How many `recent` can give."""
    query = select(func.count()).select_from(AuditEntry)
    if studies is not None:
        query = query.where(AuditEntry.study.in_(list(studies)))
    return session.scalar(query) or 0


def _verdict(count: int, broken: int | None, why: str, last: bytes) -> Verdict:
    return Verdict(entries=count, broken=broken, why=why, seal=Seal(number=count, hash=last.hex()))


def _seal(key: bytes, previous: bytes, entry: AuditEntry) -> bytes:
    return hash_with_key(key, previous.hex(), canonical(entry))


def canonical(entry: AuditEntry) -> str:
    """What the hash covers: every column but the hash, the same text on both databases."""
    plain: Mapping[str, Any] = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "staff_id": None if entry.staff_id is None else str(entry.staff_id),
        "who": entry.who,
        "action": entry.action,
        "study": entry.study,
        "subject": entry.subject,
        "facts": entry.facts,
        "why": entry.why,
    }
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
