"""Stores drafts as beeps, insert-or-nothing, at nearly the speed of the database's own bulk load.

PostgreSQL: the rows are encoded in COPY's binary format. They are copied straight into the table; should one of them
exist already, that copy is taken back and the rows take the long way through a temporary table and
``INSERT ... SELECT ... ON CONFLICT DO NOTHING``. SQLite: ``INSERT OR IGNORE`` with tuples through the driver.

Both write what `server.db` would write: instants are microseconds since 1970 on SQLite, a UUID is 32 hex digits there,
a date ISO text. tests/server/planning/test_bulk.py reads every column back through the mapped class.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import Connection

from prompts.sampling import ALGORITHM
from server.planning.drafts import Draft, Facts, order_seeds
from server.planning.models import pack_beep_id

COLUMNS = (
    "participant_id, local_date, slot, id, due_at, expires_at, order_seed, next_push_at, "
    "kind, zone, utc_offset_min, instrument, protocol, rules, algorithm, planned_at, push_stage, push_tries"
)


def store_drafts(connection: Connection, drafts: Sequence[Draft], *, now: datetime) -> int:
    """Insert every beep of ``drafts`` that is not there yet, within the connection's transaction; the number inserted.

    A beep whose window is over at ``now`` (the worker was down) is kept for the ledger and will never be pushed; of one
    that is open the push is due at once.
    """
    if not drafts:
        return 0
    now_us = round(now.timestamp() * 1_000_000)
    if connection.dialect.name == "sqlite":
        return _store_sqlite(connection, drafts, now_us)
    return _store_postgres(connection, drafts, now_us)


def _store_sqlite(connection: Connection, drafts: Sequence[Draft], now_us: int) -> int:
    rows = list(encode_sqlite(drafts, now_us))
    if not rows:
        return 0
    marks = ", ".join("?" * 14)
    statement = f"INSERT OR IGNORE INTO beep ({COLUMNS}) VALUES ({marks}, {ALGORITHM:d}, {now_us:d}, 0, 0)"  # noqa: S608
    return connection.exec_driver_sql(statement, rows).rowcount


def encode_sqlite(drafts: Iterable[Draft], now_us: int) -> Iterator[tuple[Any, ...]]:
    """The beeps as tuples in the order of `COLUMNS`, less the last four."""
    for draft in drafts:
        lines = draft.lines()
        if not lines:
            continue
        on = draft.sheet.local_date
        person, day, ordinal = draft.participant_id.bytes, on.isoformat(), on.toordinal()
        name = person.hex()
        seeds = order_seeds(draft.seed, lines[-1][0] + 1)
        for slot, due, expires, facts in lines:
            due_us, expires_us = due * 1_000_000, expires * 1_000_000
            yield (
                name,
                day,
                slot,
                pack_beep_id(person, ordinal, slot).hex(),
                due_us,
                expires_us,
                seeds[slot],
                due_us if expires_us > now_us else None,
                *facts,
            )


def _store_postgres(connection: Connection, drafts: Sequence[Draft], now_us: int) -> int:
    """1. Copy into the table, under a savepoint. 2. If a row exists already, back to the savepoint, and copy into a
    temporary table; 3. insert from there whatever is not there yet."""
    rows = encode_postgres(drafts, now_us)
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    with driver.cursor() as cursor:
        try:
            with driver.transaction():
                return _copy(cursor, "beep", rows)
        except psycopg.errors.UniqueViolation:
            cursor.execute("CREATE TEMPORARY TABLE beep_arrival (LIKE beep) ON COMMIT DROP")
            _copy(cursor, "beep_arrival", rows)
            cursor.execute(
                f"INSERT INTO beep ({COLUMNS}) SELECT {COLUMNS} FROM beep_arrival ON CONFLICT DO NOTHING"  # noqa: S608
            )
            inserted = cursor.rowcount
            cursor.execute("DROP TABLE beep_arrival")
            return inserted


def _copy(cursor: psycopg.Cursor[Any], table: str, rows: bytes) -> int:
    with cursor.copy(f"COPY {table} ({COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(rows)
    return cursor.rowcount


# COPY's binary format (PostgreSQL manual, "COPY", File Formats): a row is its number of fields, then each field's
# length and bytes, big-endian; length -1 is NULL. Instants are microseconds, dates days, both since 2000-01-01.
_PG_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_PG_TRAILER = b"\xff\xff"
_PG_EPOCH_US = 946_684_800_000_000
_PG_EPOCH_DAY = 730_120  # date(2000, 1, 1).toordinal()
_DAY = struct.Struct(">hi16sii")  # number of fields; participant_id, local_date
_ROW = struct.Struct(">iii16siqiqiqiq")  # slot, id, due_at, expires_at, order_seed, next_push_at
_ROW_PAST = struct.Struct(">iii16siqiqiqi")  # the same with next_push_at NULL


def encode_postgres(drafts: Iterable[Draft], now_us: int) -> bytes:
    """The beeps as the bytes of a binary COPY of `COLUMNS`."""
    tails: dict[Facts, bytes] = {}
    chunks = [_PG_HEADER]
    add, pack, pack_past, now_pg = chunks.append, _ROW.pack, _ROW_PAST.pack, now_us - _PG_EPOCH_US
    for draft in drafts:
        lines = draft.lines()
        if not lines:
            continue
        ordinal = draft.sheet.local_date.toordinal()
        person = draft.participant_id.bytes
        head = _DAY.pack(18, 16, person, 4, ordinal - _PG_EPOCH_DAY)
        seeds = order_seeds(draft.seed, lines[-1][0] + 1)
        for slot, due, expires, facts in lines:
            tail = tails.get(facts)
            if tail is None:
                tail = tails[facts] = _encode_tail(facts, now_pg)
            due_pg, expires_pg = due * 1_000_000 - _PG_EPOCH_US, expires * 1_000_000 - _PG_EPOCH_US
            beep = pack_beep_id(person, ordinal, slot)
            add(head)
            if expires_pg > now_pg:
                add(pack(4, slot, 16, beep, 8, due_pg, 8, expires_pg, 8, seeds[slot], 8, due_pg))
            else:
                add(pack_past(4, slot, 16, beep, 8, due_pg, 8, expires_pg, 8, seeds[slot], -1))
            add(tail)
    add(_PG_TRAILER)
    return b"".join(chunks)


def _encode_tail(facts: Facts, now_pg: int) -> bytes:
    """kind, zone, utc_offset_min, instrument, protocol, rules, algorithm, planned_at, push_stage, push_tries"""
    fields: list[bytes | None] = [
        facts.kind.encode(),
        facts.zone.encode(),
        struct.pack(">h", facts.utc_offset_min),
        None if facts.instrument is None else facts.instrument.encode(),
        facts.protocol.encode(),
        struct.pack(">h", facts.rules),
        struct.pack(">h", ALGORITHM),
        struct.pack(">q", now_pg),
        struct.pack(">h", 0),
        struct.pack(">h", 0),
    ]
    return b"".join(
        struct.pack(">i", -1) if field is None else struct.pack(">i", len(field)) + field for field in fields
    )
