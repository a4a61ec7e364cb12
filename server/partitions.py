"""Tables that grow by the day, kept by the month on PostgreSQL: made ahead of time, dropped whole when it is over.

| | |
|---|---|
| which | every table whose model says `server.db.BY_DATE`: beeps, responses, push attempts, receipts |
| month | ``beep_2026_03`` holds the local dates of March 2026 |
| rest | ``beep_rest`` takes any other date (imports of old diaries, a clock far off), so that no row is ever refused |

Rows of a month that were there before it (people joined while no worker ran) move into it when it is made.

A month is dropped in one go, without a row being read, when it is over and empty (everybody in it was erased) or, for
attempts and receipts, when all of it is older than logs are kept. On SQLite these are plain tables and nothing happens.

Only the owner of a table may give it partitions, and the worker may be somebody else (`server.serving`): two functions
of the database do it in the owner's name, for these tables and months only.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from string import Template
from typing import Any

import structlog
from sqlalchemy import Connection, MetaData, event, text
from sqlalchemy.exc import DBAPIError

from server.db import Base, Database

log = structlog.get_logger()

MONTHS_AHEAD = 3
MOST_MOVED = 100_000  # rows of a month that are moved out of the rest; some seconds, in which the tables wait
LOGS = ("attempt", "receipt")
# Every push moves its beep within the index of what is due, and leaves a dead entry there. A fifth of a month of dead
# rows (the default) is millions to step over at every claim; a fiftieth is cleaned up several times a day.
_VACUUM = "WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05)"
_OPTION = "postgresql_partition_by"
# With the rights of whoever made them, and names looked up in no place where somebody else could put a table.
_SAFELY = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
FUNCTIONS = ("kiem_make_month(text, date)", "kiem_drop_month(text, text, boolean)")
_FUNCTIONS = {
    # made, there, moved (and made), or rest: so many rows of this month lie with the rest that they stay there. What
    # moves is taken out and put back, and with it whatever refers to it, which would be deleted along: in one
    # transaction, while nobody else is at the table.
    FUNCTIONS[0]: Template(
        f"""
CREATE OR REPLACE FUNCTION kiem_make_month(of_table text, first date) RETURNS text {_SAFELY} AS $$$$
DECLARE
    until date := first + interval '1 month';
    name text := of_table || to_char(first, '_YYYY_MM');
    found bigint;
    moving text[] := ARRAY[of_table];
    one text;
BEGIN
    IF of_table <> ALL (ARRAY[$tables]) OR extract(day FROM first) <> 1 THEN RAISE EXCEPTION 'not for this'; END IF;
    IF to_regclass(name) IS NOT NULL THEN RETURN 'there'; END IF;
    EXECUTE format('SELECT count(*) FROM '
        '(SELECT 1 FROM %I WHERE local_date >= %L AND local_date < %L LIMIT $most) few',
        of_table || '_rest', first, until) INTO found;
    IF found >= $most THEN RETURN 'rest'; END IF;
    IF found > 0 THEN
        EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', of_table);
        moving := moving || ARRAY(SELECT DISTINCT relname::text
            FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
            WHERE contype = 'f' AND confrelid = of_table::regclass AND NOT relispartition ORDER BY 1);
        FOREACH one IN ARRAY moving LOOP
            EXECUTE format('CREATE TEMPORARY TABLE %I ON COMMIT DROP AS '
                'SELECT * FROM public.%I WHERE local_date >= %L AND local_date < %L',
                'moving_' || one, one, first, until);
        END LOOP;
        EXECUTE format('DELETE FROM %I WHERE local_date >= %L AND local_date < %L', of_table || '_rest', first, until);
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L) $vacuum',
        name, of_table, first, until);
    IF found > 0 THEN
        FOREACH one IN ARRAY moving LOOP
            EXECUTE format('INSERT INTO public.%I SELECT * FROM pg_temp.%I', one, 'moving_' || one);
            EXECUTE format('DROP TABLE pg_temp.%I', 'moving_' || one);
        END LOOP;
        RETURN 'moved';
    END IF;
    RETURN 'made';
END $$$$
"""  # noqa: S608  names are quoted by the database
    ),
    # Taken off first: what refers to the table refers to each of its parts as well.
    FUNCTIONS[1]: Template(
        f"""
CREATE OR REPLACE FUNCTION kiem_drop_month(of_table text, name text, whole boolean) RETURNS boolean {_SAFELY} AS $$$$
DECLARE
    found boolean;
BEGIN
    IF of_table <> ALL (ARRAY[$tables]) OR name !~ ('^' || of_table || '_[0-9]{{4}}_[0-9]{{2}}$$') THEN
        RAISE EXCEPTION 'not for this';
    END IF;
    IF NOT (whole AND of_table = ANY (ARRAY[$logs])) THEN
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', name) INTO found;
        IF found THEN RETURN false; END IF;
    END IF;
    EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', of_table, name);
    EXECUTE format('DROP TABLE %I', name);
    RETURN true;
END $$$$
"""  # noqa: S608  names are quoted by the database
    ),
}
_PART = re.compile(r"(?P<table>\w+)_(?:(?P<year>\d{4})_(?P<month>\d\d)|rest)")
_PARTS = text(
    "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent"
    " WHERE p.relname = :table"
)


def partitioned() -> list[str]:
    """The tables that have partitions, those first to which the others refer."""
    return [table.name for table in Base.metadata.sorted_tables if table.kwargs.get(_OPTION)]


def is_partition(name: str | None) -> bool:
    """Whether this is the name of a partition and not of a table of the models."""
    match = _PART.fullmatch(name or "")
    return match is not None and match["table"] in partitioned()


def install_rest(connection: Connection) -> None:
    """Make the partitions that take whatever has no month of its own, and the functions that make and drop months."""
    if connection.dialect.name != "postgresql":
        return
    for table in partitioned():
        connection.execute(text(f"CREATE TABLE IF NOT EXISTS {table}_rest PARTITION OF {table} DEFAULT"))
    blanks = {
        "tables": ", ".join(f"'{table}'" for table in partitioned()),
        "logs": ", ".join(f"'{table}'" for table in LOGS),
        "vacuum": _VACUUM,
        "most": str(MOST_MOVED),
    }
    for function in FUNCTIONS:
        connection.execute(text(_FUNCTIONS[function].substitute(blanks)))
        connection.execute(text(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC"))


@event.listens_for(Base.metadata, "after_create")
def _with_the_tables(_metadata: MetaData, connection: Connection, **_: Any) -> None:
    """Whoever makes all tables without a migration (tests, benchmarks) gets tables that take rows."""
    install_rest(connection)


def make_ahead(database: Database, *, on: date, months: int = MONTHS_AHEAD) -> int:
    """Make the partitions of the month of ``on`` and of the ``months`` after it; how many were new.

    Each in a transaction of its own that waits two seconds for its lock and otherwise leaves it for the next round:
    whoever is at work on the tables goes first.
    """
    if database.is_sqlite:
        return 0
    made = 0
    for table in partitioned():
        for first in _months(on, months):
            made += _try(database, f"{table}_{first:%Y_%m}", table, first)
    return made


def _try(database: Database, name: str, table: str, first: date) -> bool:
    try:
        with database.transaction() as session:
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            came = session.scalar(text("SELECT kiem_make_month(:table, :first)"), {"table": table, "first": first})
            if came == "rest":
                log.warning("rows of a month stay with the rest", action="partitions.rest", partition=name)
            elif came == "moved":
                log.info("rows from before their month have moved", action="partitions.moved", partition=name)
    except DBAPIError as error:
        _tell("a partition could not be made now", name, error)
        return False
    return came in ("made", "moved")


def drop_over(database: Database, *, today: date, logs_before: date) -> list[str]:
    """Drop months that are over and empty, and months of logs that end before ``logs_before``; their names."""
    if database.is_sqlite:
        return []
    gone = []
    for table in reversed(partitioned()):
        with database.reading() as session:
            names = sorted(session.scalars(_PARTS, {"table": table}))
        for name in names:
            match = _PART.fullmatch(name)
            if match is None or match["year"] is None:
                continue
            until = _next(date(int(match["year"]), int(match["month"]), 1))
            if until <= today and _drop(database, name, table, whole=table in LOGS and until <= logs_before):
                gone.append(name)
    return gone


def _drop(database: Database, name: str, table: str, *, whole: bool) -> bool:
    try:
        with database.transaction() as session:
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            asked = {"table": table, "name": name, "whole": whole}
            gone = session.scalar(text("SELECT kiem_drop_month(:table, :name, :whole)"), asked)
    except DBAPIError as error:
        _tell("a partition could not be dropped now", name, error)
        return False
    return bool(gone)


def _tell(sentence: str, name: str, error: DBAPIError) -> None:
    log.warning(sentence, action="partitions.later", partition=name, error=type(error.orig).__name__)


def _months(on: date, after: int) -> Iterator[date]:
    first = on.replace(day=1)
    for _ in range(after + 1):
        yield first
        first = _next(first)


def _next(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
