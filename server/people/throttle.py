"""Slows down guessing. Only failures count, so a whole class can join from one school's address in one minute.

Counts live in the database, for every process alike, under a keyed hash: no address is kept. The window is fixed: it
begins with a first failure and is forgotten as a whole. Requests that are under way at the same time may all pass the
check before any is counted; that is as many guesses as there are threads, and codes have forty bits and more.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import case, delete, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.crypto import hash_with_key
from server.db import Database, UtcTime
from server.errors import DomainError, TooManyTries
from server.people.models import Throttle

WINDOW = timedelta(minutes=10)
MOST_FAILURES = 20


@contextmanager
def limit_failures(
    database: Database, action: str, address: str | None, *, counted: type[DomainError], key: bytes, now: datetime
) -> Iterator[None]:
    """Refuse the block with `TooManyTries` after too many failures, and count it when it raises ``counted``."""
    key_hash = hash_with_key(key, action, network_of(address))
    with database.reading() as session:
        refuse_if_full(session, key_hash, now=now)
    try:
        yield
    except counted:
        with database.transaction() as session:
            count_failure(session, key_hash, now=now)
        raise


def refuse_if_full(session: Session, key_hash: bytes, *, now: datetime) -> None:
    """Raise `TooManyTries`, with the seconds to wait, when this key has failed too often in its window."""
    row = session.get(Throttle, key_hash)
    if row is None or row.tries < MOST_FAILURES:
        return
    left = (row.window_start + WINDOW - now).total_seconds()
    if left > 0:
        raise TooManyTries(headers={"Retry-After": str(math.ceil(left))})


def count_failure(session: Session, key_hash: bytes, *, now: datetime) -> None:
    """One more; the first after a window that is over begins a new one. One statement, so no failure is lost."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    is_over = Throttle.window_start <= now - WINDOW
    session.execute(
        insert(Throttle)
        .values(key_hash=key_hash, window_start=now, tries=1)
        .on_conflict_do_update(
            index_elements=[Throttle.key_hash],
            set_={
                "tries": case((is_over, 1), else_=Throttle.tries + 1),
                "window_start": case((is_over, literal(now, UtcTime())), else_=Throttle.window_start),
            },
        )
    )


def forget_old_windows(session: Session, *, now: datetime) -> int:
    """Delete windows that are over; how many there were."""
    result = session.execute(delete(Throttle).where(Throttle.window_start <= now - WINDOW))
    return int(result.rowcount)  # type: ignore[attr-defined]  # a DELETE's result counts rows


def network_of(address: str | None) -> str:
    """What counts as one caller: an IPv4 address, the /64 of an IPv6 one (a home has at least that many)."""
    try:
        parsed = ip_address((address or "").split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return parsed.packed[:8].hex()
    return str(parsed)
