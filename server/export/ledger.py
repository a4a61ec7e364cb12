"""What the database says of every planned beep: read in whole diaries, in the order in which people stand in the file.

People come in groups, so memory does not grow with the study; within one read transaction, so that all tables are of
one moment. On PostgreSQL a group is one COPY, read by polars as it is; on SQLite rows are fetched. The database gives a
number in place of the participant's id, so that no internal id ever comes near a file.
"""

import io
import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import text
from sqlalchemy.engine import Connection

ROWS_A_GROUP = 25_000

_BEEPS = """
SELECT p.n, b.local_date, b.slot, b.kind, {due} AS due, b.utc_offset_min AS utc_offset, b.instrument,
       r.answers, r.skipped, r.shown, r.measures, {started} AS started, {finished} AS finished,
       CAST(r.late_upload AS integer) AS late_upload
FROM {people}
JOIN beep b ON b.participant_id = p.id
LEFT JOIN response r ON r.participant_id = b.participant_id AND r.local_date = b.local_date AND r.slot = b.slot
WHERE b.kind <> 'challenge'
"""
_PUSHES = """
SELECT p.n, a.local_date, a.slot, min(CASE WHEN a.outcome IN ('accepted', 'recorded') THEN {at} END) AS sent,
       max(CASE WHEN a.outcome IN ('accepted', 'recorded') THEN a.stage END) AS reminders,
       max(CASE WHEN a.outcome <> 'no_device' THEN 1 ELSE 0 END) AS tried
FROM {people}
JOIN attempt a ON a.participant_id = p.id
GROUP BY 1, 2, 3
"""
_OPENED = """
SELECT DISTINCT p.n, t.local_date, t.slot, 1 AS opened
FROM {people}
JOIN receipt t ON t.participant_id = p.id
WHERE t.kind IN ('opened', 'started')
"""
_PAUSES = """
SELECT p.n, q.starts_on, q.ends_on, {ended} AS ended
FROM {people}
JOIN pause q ON q.participant_id = p.id
"""
_CHALLENGES = """
SELECT p.n, b.local_date, b.slot, g.slug, g.version, o.outcome, o.slug AS done_slug, o.fun, o.helped
FROM {people}
JOIN beep b ON b.participant_id = p.id
LEFT JOIN assignment g ON g.participant_id = b.participant_id AND g.local_date = b.local_date
LEFT JOIN challenge_outcome o ON o.participant_id = b.participant_id AND o.local_date = b.local_date
     AND o.slot = b.slot
WHERE b.kind = 'challenge'
"""

_SECONDS, _WORD, _WHOLE = pl.Float64(), pl.String(), pl.Int32()
_SCHEMAS: dict[str, dict[str, pl.DataType]] = {
    "beeps": {
        **{"n": _WHOLE, "local_date": _WORD, "slot": _WHOLE, "kind": _WORD, "due": _SECONDS, "utc_offset": _WHOLE},
        **dict.fromkeys(("instrument", "answers", "skipped", "shown", "measures"), _WORD),
        **{"started": _SECONDS, "finished": _SECONDS, "late_upload": _WHOLE},
    },
    "pushes": {
        "n": _WHOLE,
        "local_date": _WORD,
        "slot": _WHOLE,
        "sent": _SECONDS,
        "reminders": _WHOLE,
        "tried": _WHOLE,
    },
    "opened": {"n": _WHOLE, "local_date": _WORD, "slot": _WHOLE, "opened": _WHOLE},
    "pauses": {"n": _WHOLE, "starts_on": _WORD, "ends_on": _WORD, "ended": _SECONDS},
    "challenges": {
        **{"n": _WHOLE, "local_date": _WORD, "slot": _WHOLE, "slug": _WORD, "version": _WHOLE},
        **{"outcome": _WORD, "done_slug": _WORD, "fun": _WHOLE, "helped": _WHOLE},
    },
}
_DATES = ("local_date", "starts_on", "ends_on")


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """What is known of some people, as it is in the database. ``n`` is a person's place in the file, from 0.

    beeps: questionnaires and own entries with their responses. pushes, opened: by beep, only where there were any.
    Instants are seconds since 1970 (UTC); local dates are dates.
    """

    first: int
    people: int
    beeps: pl.DataFrame
    pushes: pl.DataFrame
    opened: pl.DataFrame
    pauses: pl.DataFrame
    challenges: pl.DataFrame


def read_groups(
    connection: Connection, people: Sequence[uuid.UUID], rows: Sequence[int], *, at_once: int = ROWS_A_GROUP
) -> Iterator[Group]:
    """Everybody's ledger, in groups of about ``at_once`` beeps. ``rows``: how many beeps each of the people has."""
    read = _read_by_copy if connection.dialect.name == "postgresql" else _read_rows
    for first, last in _cut(rows, at_once):
        ids = people[first:last]
        frames = {
            name: _dated(read(connection, name, query, ids, first))
            for name, query in (
                ("beeps", _BEEPS),
                ("pushes", _PUSHES),
                ("opened", _OPENED),
                ("pauses", _PAUSES),
                ("challenges", _CHALLENGES),
            )
        }
        yield Group(first=first, people=last - first, **frames)


def bare_query(connection: Connection, ids: Sequence[uuid.UUID]) -> str:
    """The join of all beeps with their responses, ready to COPY: what a benchmark compares with. PostgreSQL only."""
    return _filled(_BEEPS, "postgresql").replace(":ids", "'{" + ",".join(map(str, ids)) + "}'")


def _cut(rows: Sequence[int], at_once: int) -> Iterator[tuple[int, int]]:
    first = total = 0
    for place, count in enumerate(rows):
        if total and total + count > at_once:
            yield first, place
            first, total = place, 0
        total += count
    if first < len(rows):
        yield first, len(rows)


def _filled(query: str, dialect: str) -> str:
    """The query with what the two databases say differently."""
    if dialect == "postgresql":
        people = "unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS p(id, n)"
        seconds: Callable[[str], str] = lambda column: f"date_part('epoch', {column})"  # noqa: E731
    else:
        people = "(SELECT key + 1 AS n, value AS id FROM json_each(:ids)) AS p"
        seconds = lambda column: f"{column} / 1e6"  # noqa: E731
    return query.format(
        people=people,
        due=seconds("b.due_at"),
        started=seconds("r.started_at"),
        finished=seconds("r.finished_at"),
        at=seconds("a.at"),
        ended=seconds("q.ended_at"),
    )


def _read_by_copy(connection: Connection, name: str, query: str, ids: Sequence[uuid.UUID], first: int) -> pl.DataFrame:
    """JSON has no control characters outside of escapes, so with two of them as quote and delimiter nothing needs
    quoting, and the text goes through as it is."""
    statement = _filled(query, "postgresql").replace(":ids", "%s")
    driver: Any = connection.connection.driver_connection
    copy = f"COPY ({statement}) TO STDOUT (FORMAT csv, DELIMITER E'\\x1f', QUOTE E'\\x01')"
    with driver.cursor() as cursor, cursor.copy(copy, (list(ids),)) as stream:
        content = b"".join(bytes(block) for block in stream)
    if not content:
        return pl.DataFrame(schema=_SCHEMAS[name])
    frame = pl.read_csv(
        io.BytesIO(content), has_header=False, separator="\x1f", quote_char="\x01", schema=_SCHEMAS[name]
    )
    return frame.with_columns(pl.col("n") + (first - 1))


def _read_rows(connection: Connection, name: str, query: str, ids: Sequence[uuid.UUID], first: int) -> pl.DataFrame:
    wanted = json.dumps([person.hex for person in ids])
    rows = connection.execute(text(_filled(query, "sqlite")), {"ids": wanted}).fetchall()
    frame = pl.DataFrame([tuple(row) for row in rows], schema=_SCHEMAS[name], orient="row")
    return frame.with_columns(pl.col("n") + (first - 1))


def _dated(frame: pl.DataFrame) -> pl.DataFrame:
    present = [name for name in _DATES if name in frame.columns]
    return frame.with_columns(pl.col(present).str.to_date("%Y-%m-%d"))
