"""What the database says of every planned beep: read in whole diaries, in the order in which people stand in the file.

People come in groups, so memory does not grow with the study; within one read transaction, so that all tables are of
one moment. The database unpacks the answers, and only those that have a column: free text and private items are not
even read. It also gives a number in place of the participant's id, so that no internal id ever comes near a file.
On PostgreSQL a group is one COPY for each questionnaire, read by polars as it is, and the next groups are read on
several connections while one is de-identified; on SQLite rows are fetched.
"""

import io
import json
import uuid
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import text
from sqlalchemy.engine import Connection

from server.export.ahead import connected, share_out

ROWS_A_GROUP = 15_000
READERS = 2
"""Connections on which PostgreSQL reads groups at the same time, all of the same moment."""
AHEAD = 2
"""How many groups may be on their way at most, besides the one that is de-identified."""

_BEEPS = """
SELECT p.n, b.local_date, b.slot, b.kind, {due} AS due, b.utc_offset_min AS utc_offset, {started} AS started,
       {finished} AS finished, CAST(r.late_upload AS integer) AS late_upload, r.skipped, r.shown,
       {sent} AS sent, a.reminders, a.tried, t.opened{items}
FROM {people}
JOIN beep b ON b.participant_id = p.id
LEFT JOIN (SELECT * FROM response WHERE participant_id {among}) r
  ON r.participant_id = b.participant_id AND r.local_date = b.local_date AND r.slot = b.slot
LEFT JOIN (
    SELECT participant_id, local_date, slot, min(CASE WHEN outcome IN ('accepted', 'recorded') THEN at END) AS sent,
           max(CASE WHEN outcome IN ('accepted', 'recorded') THEN stage END) AS reminders,
           max(CASE WHEN outcome <> 'no_device' THEN 1 ELSE 0 END) AS tried
    FROM attempt WHERE participant_id {among} GROUP BY 1, 2, 3
) a ON a.participant_id = b.participant_id AND a.local_date = b.local_date AND a.slot = b.slot
LEFT JOIN (
    SELECT participant_id, local_date, slot, 1 AS opened
    FROM receipt WHERE participant_id {among} AND kind IN ('opened', 'started') GROUP BY 1, 2, 3
) t ON t.participant_id = b.participant_id AND t.local_date = b.local_date AND t.slot = b.slot
WHERE b.instrument = '{instrument}' AND b.participant_id {among}
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

_COUNTS = """
SELECT (SELECT count(*) FROM response WHERE participant_id {among}),
       (SELECT count(*) FROM receipt WHERE participant_id {among}),
       (SELECT count(*) FROM challenge_outcome WHERE participant_id {among}),
       (SELECT count(*) FROM pause WHERE participant_id {among}),
       (SELECT count(ended_at) FROM pause WHERE participant_id {among})
"""

_SECONDS, _WORD, _WHOLE = pl.Float64(), pl.String(), pl.Int32()
ITEM, MEASURE = "a_", "m_"
"""What the columns of answers and measures begin with in a group."""
_SCHEMAS: dict[str, dict[str, pl.DataType]] = {
    "beeps": {
        **{"n": _WHOLE, "local_date": _WORD, "slot": _WHOLE, "kind": _WORD, "due": _SECONDS, "utc_offset": _WHOLE},
        **{"started": _SECONDS, "finished": _SECONDS, "late_upload": _WHOLE, "skipped": _WORD, "shown": _WORD},
        **{"sent": _SECONDS, "reminders": _WHOLE, "tried": _WHOLE, "opened": _WHOLE},
    },
    "pauses": {"n": _WHOLE, "starts_on": _WORD, "ends_on": _WORD, "ended": _SECONDS},
    "challenges": {
        **{"n": _WHOLE, "local_date": _WORD, "slot": _WHOLE, "slug": _WORD, "version": _WHOLE},
        **{"outcome": _WORD, "done_slug": _WORD, "fun": _WHOLE, "helped": _WHOLE},
    },
}
_DATES = ("local_date", "starts_on", "ends_on")


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is read of one questionnaire: items as text (choices, times, lists as JSON) or as numbers, and measures."""

    instrument: str
    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    measures: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """What is known of some people, as it is in the database. ``n`` is a person's place in the file, from 0.

    beeps: by instrument, its questionnaires and own entries with answers (``a_...``) and measures (``m_...``); sent,
    reminders, tried and opened are empty where there was nothing. Instants are seconds since 1970 (UTC).
    counts: what `count_entries` says of these people at that moment.
    """

    first: int
    people: int
    beeps: Mapping[str, pl.DataFrame]
    pauses: pl.DataFrame
    challenges: pl.DataFrame
    counts: tuple[int, ...]


def read_groups(
    connection: Connection,
    people: Sequence[uuid.UUID],
    cuts: Sequence[tuple[int, int]],
    wanted: Sequence[Wanted],
) -> Generator[Group]:
    """The ledger of ``people`` group by group; ``cuts``: the first of each group and the one after its last."""
    if connection.dialect.name != "postgresql":
        for first, last in cuts:
            yield _read_group(connection, people[first:last], first, wanted)
        return
    with connected(connection, READERS) as readers:
        for reader in readers:
            # Several workers would each build the same small hash tables anew, for every group; a group fits into this
            # memory; and no group is worth a look at everybody's answers.
            reader.execute(text("SET LOCAL max_parallel_workers_per_gather = 0"))
            reader.execute(text("SET LOCAL work_mem = '64MB'"))
            reader.execute(text("SET LOCAL enable_seqscan = off"))
        yield from share_out(
            cuts, readers, lambda reader, cut: _read_group(reader, people[cut[0] : cut[1]], cut[0], wanted), ahead=AHEAD
        )


def count_entries(connection: Connection, people: Sequence[uuid.UUID]) -> tuple[int, ...]:
    """How many answers, openings, outcomes of challenges, pauses and ended pauses the database has of these people.

    As long as these are the same, so is their ledger: their studies are over, and what was sent is never changed.
    """
    if connection.dialect.name == "postgresql":
        among, ids = "= ANY(CAST(:ids AS uuid[]))", "{" + ",".join(map(str, people)) + "}"
    else:
        among, ids = "IN (SELECT value FROM json_each(:ids))", json.dumps([person.hex for person in people])
    return tuple(connection.execute(text(_COUNTS.format(among=among)), {"ids": ids}).one())


def bare_query(connection: Connection, ids: Sequence[uuid.UUID], wanted: Wanted) -> str:
    """All beeps joined with their responses, items unpacked, ready to COPY: what a benchmark compares with."""
    items = _unpacked(wanted, connection.dialect.name)
    return f"""
        SELECT b.local_date, b.slot, b.kind, b.due_at, b.utc_offset_min, r.started_at, r.finished_at, r.late_upload,
               r.skipped, r.shown{items}
        FROM beep b LEFT JOIN response r
          ON r.participant_id = b.participant_id AND r.local_date = b.local_date AND r.slot = b.slot
        WHERE b.instrument = '{wanted.instrument}' AND b.participant_id IN ({_listed(ids)})"""  # noqa: S608


def ledger_query(connection: Connection, ids: Sequence[uuid.UUID], wanted: Wanted) -> str:
    """The very join that is read here, of everybody at once: with pushes and openings besides the responses."""
    dialect = connection.dialect.name
    query = _filled(_BEEPS, dialect, items=_unpacked(wanted, dialect), instrument=wanted.instrument)
    return query.replace(":ids", "'{" + ",".join(map(str, ids)) + "}'")


def _listed(ids: Sequence[uuid.UUID]) -> str:
    return ",".join(f"'{one}'" for one in ids)


def _read_group(connection: Connection, ids: Sequence[uuid.UUID], first: int, wanted: Sequence[Wanted]) -> Group:
    dialect = connection.dialect.name
    read = _read_by_copy if dialect == "postgresql" else _read_rows

    def rows_of(query: str, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
        return _dated(read(connection, query, schema, ids, first))

    return Group(
        first=first,
        people=len(ids),
        beeps={
            one.instrument: rows_of(
                _filled(_BEEPS, dialect, items=_unpacked(one, dialect), instrument=one.instrument), _schema_of(one)
            )
            for one in wanted
        },
        counts=count_entries(connection, ids),
        pauses=rows_of(_filled(_PAUSES, dialect), _SCHEMAS["pauses"]),
        challenges=rows_of(_filled(_CHALLENGES, dialect), _SCHEMAS["challenges"]),
    )


def _schema_of(wanted: Wanted) -> dict[str, pl.DataType]:
    return {
        **_SCHEMAS["beeps"],
        **{f"{ITEM}{name}": _WORD for name in wanted.texts},
        **{f"{ITEM}{name}": _SECONDS for name in wanted.numbers},
        **{f"{MEASURE}{name}": _SECONDS for name in wanted.measures},
    }


def _unpacked(wanted: Wanted, dialect: str) -> str:
    """The columns of answers and measures. Ids of items and measures are small letters, digits and underscores."""
    take = "r.{0} ->> '{1}'" if dialect == "postgresql" else "json_extract(r.{0}, '$.{1}')"
    items = [take.format("answers", name) for name in (*wanted.texts, *wanted.numbers)]
    scores = [take.format("measures", name) for name in wanted.measures]
    return "".join(f", {column}" for column in (*items, *scores))


def cut_groups(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Groups of about `ROWS_A_GROUP` beeps. ``rows``: how many beeps each of the people has."""
    first = total = 0
    for place, count in enumerate(rows):
        if total and total + count > ROWS_A_GROUP:
            yield first, place
            first, total = place, 0
        total += count
    if first < len(rows):
        yield first, len(rows)


def _filled(query: str, dialect: str, **blanks: str) -> str:
    """The query with what the two databases say differently."""
    if dialect == "postgresql":
        people = "unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS p(id, n)"
        among = "= ANY(CAST(:ids AS uuid[]))"
        seconds: Callable[[str], str] = lambda column: f"date_part('epoch', {column})"  # noqa: E731
    else:
        people = "(SELECT key + 1 AS n, value AS id FROM json_each(:ids)) AS p"
        among = "IN (SELECT value FROM json_each(:ids))"
        seconds = lambda column: f"{column} / 1e6"  # noqa: E731
    return query.format(
        people=people,
        among=among,
        due=seconds("b.due_at"),
        started=seconds("r.started_at"),
        finished=seconds("r.finished_at"),
        sent=seconds("a.sent"),
        ended=seconds("q.ended_at"),
        **blanks,
    )


def _read_by_copy(
    connection: Connection, query: str, schema: Mapping[str, pl.DataType], ids: Sequence[uuid.UUID], first: int
) -> pl.DataFrame:
    """JSON has no control characters outside of escapes, and ids of options have none, so one of them parts fields,
    lines part rows, and nothing needs quoting or is looked at by this interpreter."""
    driver: Any = connection.connection.driver_connection
    rows = query.replace(":ids", "'{" + ",".join(map(str, ids)) + "}'")
    content = io.BytesIO()
    copy = f"COPY ({rows}) TO STDOUT (FORMAT csv, DELIMITER E'\\x1f', QUOTE E'\\x01')"
    with driver.cursor() as cursor, cursor.copy(copy) as stream:
        content.writelines(stream)
    if not content.tell():
        return pl.DataFrame(schema=schema)
    content.seek(0)
    frame = pl.read_csv(content, has_header=False, separator="\x1f", quote_char=None, schema=schema)
    return frame.with_columns(pl.col("n") + (first - 1))


def _read_rows(
    connection: Connection, query: str, schema: Mapping[str, pl.DataType], ids: Sequence[uuid.UUID], first: int
) -> pl.DataFrame:
    wanted = json.dumps([person.hex for person in ids])
    rows = connection.execute(text(query), {"ids": wanted}).fetchall()
    frame = pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")
    return frame.with_columns(pl.col("n") + (first - 1))


def _dated(frame: pl.DataFrame) -> pl.DataFrame:
    present = [name for name in _DATES if name in frame.columns]
    return frame.with_columns(pl.col(present).str.to_date("%Y-%m-%d"))
