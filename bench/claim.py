"""Taking 1,000 due beeps out of millions: ours beside the bare SQL, with 1, 2 and 4 claimers, and after a busy day
that a long read has kept the database from cleaning up.

    python -m bench.claim [--beeps 500000] [--rounds 15] [--database postgres sqlite]

``beeps`` rows over a hundred slots a person, one phone each; the past has no push to come, the last twentieth waits for
the days ahead, and a thousand for each round are due. Ours is `server.delivery.claims.claim_due` in a transaction, from
where a `Lookout` says, as the dispatcher does: two statements, and the claims ready to send. The limit is the same two
statements through the driver with nothing made of them. Milliseconds are the median of wall time. ``after a busy day``
repeats our claim once a snapshot as old as an export of hours holds every dead index entry of ``--churn`` thousand
claims; its first one, which a dispatcher makes once a minute, looks at everything and is shown by itself.
"""

import argparse
import multiprocessing
import sqlite3
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text

from bench.databases import open_database, plain_url, settle_down
from bench.figures import Figure, report
from server.collector import settle_in
from server.db import Database
from server.delivery.claims import Claim, claim_due
from server.delivery.lookout import Lookout
from server.delivery.models import Device
from server.people.models import Participant
from server.studies.models import Study

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
TODAY = date(2026, 3, 20)
LEASE = timedelta(minutes=1)
DAYS, SLOTS = 20, 5
LIMIT = 1_000


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--beeps", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--churn", type=int, default=40, help="thousands of claims while an old snapshot is held")
    parser.add_argument("--database", choices=("postgres", "sqlite"), nargs="+", default=("postgres", "sqlite"))
    args = parser.parse_args()
    for kind in args.database:
        with open_database(kind) as database:
            people = fill(database, args.beeps)
            settle_in()  # as the worker does
            figures = _measure(database, args, people)
            report("claim", figures, database=kind, beeps=people * DAYS * SLOTS, people=people)


def _measure(database: Database, args: argparse.Namespace, people: int) -> list[Figure]:
    bare, ours = [], []
    rounds = min(args.rounds, people * SLOTS // LIMIT)
    make_due(database, 2 * rounds, at=NOW)
    settle_down(database)
    lookout = Lookout(batch=LIMIT)
    for _ in range(rounds):
        bare.append(_timed(lambda: claim_bare(database, NOW)))
        ours.append(_timed(lambda: _claim(database, NOW, lookout)))
    kind, most = ("SQLite", 60.0) if database.is_sqlite else ("PostgreSQL", 40.0)
    size = f"{args.beeps / 1e6:g} million"
    figures = [
        Figure(
            name=f"claim 1,000 of {size}, {kind}", ours=statistics.median(ours), unit="ms",
            limit=statistics.median(bare), against="the same SQL, bare", most=most, absolute=True,
        )
    ]  # fmt: skip
    if not database.is_sqlite:
        for claimers in (2, 4):
            per_s, doubles = _together(database, claimers, rounds)
            figures.append(Figure(name=f"claims a second, {claimers} claimers", ours=per_s, unit="/s"))
            figures.append(Figure(name="claimed twice", ours=doubles, unit="beeps", most=0, absolute=True))
        quiet, busy, first = _after_a_busy_day(database, args.churn, rounds)
        figures.append(
            Figure(
                name="the same after a busy day, an old snapshot held", ours=busy, unit="ms", limit=quiet,
                against="before", most=2.0,
            )
        )  # fmt: skip
        name = "the first claim of a minute then, which looks at everything"
        figures.append(Figure(name=name, ours=first, unit="ms", limit=quiet, against="before"))
    return figures


def _claim(database: Database, now: datetime, lookout: Lookout) -> int:
    return len(_take(database, now, lookout))


def _take(database: Database, now: datetime, lookout: Lookout) -> list[Claim]:
    since = lookout.since(now)
    with database.transaction() as session:
        claims = claim_due(session, now=now, lease=LEASE, limit=LIMIT, since=since)
    lookout.took(claims, now=now)
    return claims


def claim_bare(database: Database, now: datetime) -> int:
    """The two statements of a claim through the driver."""
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if database.is_sqlite:
            return _claim_sqlite(driver, now)
        rows = driver.execute(_TAKE, {"now": now, "until": now + LEASE, "limit": LIMIT}).fetchall()
        people = ",".join([person.hex for person in {row[0] for row in rows}])
        driver.execute(_PHONES, {"people": f"{{{people}}}"}).fetchall()
        driver.commit()
        return len(rows)


def _claim_sqlite(driver: sqlite3.Connection, now: datetime) -> int:
    at = _us(now)
    driver.execute("BEGIN IMMEDIATE")
    due = {"now": at, "until": at + 60_000_000, "limit": LIMIT}
    rows = driver.execute(_TAKE_SQLITE, due).fetchall()
    marks = ", ".join("?" * len(people := list({row[0] for row in rows})))
    driver.execute(_PHONES_SQLITE.replace("?", marks), people).fetchall()
    driver.execute("COMMIT")
    return len(rows)


_TAKE = """
    WITH due AS (
        SELECT ctid, participant_id, local_date, slot FROM beep WHERE next_push_at <= %(now)s
        ORDER BY next_push_at LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED)
    UPDATE beep SET next_push_at = %(until)s, push_tries = push_tries + 1 FROM due
    WHERE beep.ctid = due.ctid AND beep.participant_id = due.participant_id AND beep.local_date = due.local_date
        AND beep.slot = due.slot
    RETURNING beep.participant_id, beep.local_date, beep.slot, id, kind, protocol, due_at, expires_at, order_seed,
        push_stage, push_tries"""
_TAKE_SQLITE = """
    UPDATE beep SET next_push_at = :until, push_tries = push_tries + 1
    WHERE rowid IN (SELECT rowid FROM beep WHERE next_push_at <= :now ORDER BY next_push_at LIMIT :limit)
    RETURNING participant_id, local_date, slot, id, kind, protocol, due_at, expires_at, order_seed, push_stage,
        push_tries"""
_PHONES = """
    SELECT p.*, d.* FROM unnest(CAST(%(people)s AS uuid[])) AS named(id)
    JOIN LATERAL (
        SELECT id, language, left_at, cleared_at FROM participant WHERE participant.id = named.id OFFSET 0) p ON true
    LEFT JOIN LATERAL (
        SELECT id, endpoint, p256dh, auth, vapid_key_id, fail_count FROM device
        WHERE participant_id = p.id AND retired_at IS NULL OFFSET 0) d ON true"""
_PHONES_SQLITE = """
    SELECT p.id, p.language, p.left_at, p.cleared_at, d.id, d.endpoint, d.p256dh, d.auth, d.vapid_key_id, d.fail_count
    FROM participant p LEFT JOIN device d ON d.participant_id = p.id AND d.retired_at IS NULL WHERE p.id IN (?)"""


def _together(database: Database, claimers: int, rounds: int) -> tuple[float, int]:
    """Claims a second of so many processes at once, and how many beeps more than one of them got."""
    settle_down(database)
    make_due(database, rounds * 2, at=NOW)
    url = plain_url(database)
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(claimers) as pool:
        pool.map(_open_worker, [url] * claimers, chunksize=1)
        began = time.perf_counter()
        shares = pool.map(claim_all, [url] * claimers, chunksize=1)
        wall = time.perf_counter() - began
    taken = [one for share in shares for one in share]
    return len(taken) / wall, len(taken) - len(set(taken))


def _open_worker(url: str) -> None:
    """Imports and connections are made before the clock runs."""
    with Database(url).reading() as session:
        session.execute(text("SELECT 1"))
    settle_in()


def claim_all(url: str) -> list[tuple[uuid.UUID, int]]:
    """Claim until nothing is due; who and which slot."""
    database = Database(url)
    taken: list[tuple[uuid.UUID, int]] = []
    lookout = Lookout(batch=LIMIT)
    while True:
        claims = _take(database, NOW, lookout)
        if not claims:
            database.dispose()
            return taken
        taken += [(claim.participant_id, claim.slot) for claim in claims]


def _after_a_busy_day(database: Database, thousands: int, rounds: int) -> tuple[float, float, float]:
    """Median milliseconds of a claim before and after ``thousands`` of claims under a snapshot that is held open, and
    those of the first claim after."""
    settle_down(database)
    later = NOW + timedelta(hours=1)
    make_due(database, rounds, at=later)
    lookout = Lookout(batch=LIMIT)
    quiet = statistics.median(_timed(lambda: _claim(database, later, lookout)) for _ in range(rounds))
    with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as old:
        old.execute(text("SELECT count(*) FROM study"))
        for step in range(1, thousands + 1):
            moment = later + timedelta(minutes=10 * step)
            make_due(database, 1, at=moment)
            _claim(database, moment, lookout)
            with database.transaction() as session:
                session.execute(
                    text("UPDATE beep SET next_push_at = NULL WHERE next_push_at = :at"), {"at": moment + LEASE}
                )
        last = later + timedelta(minutes=10 * (thousands + 1))
        make_due(database, rounds, at=last)
        lookout = Lookout(batch=LIMIT)
        each = [_timed(lambda: _claim(database, last, lookout)) for _ in range(rounds)]
    return quiet, statistics.median(each), each[0]


def make_due(database: Database, thousands: int, *, at: datetime) -> None:
    """So many thousand beeps of today, chosen at random, fall due in the minute before ``at``."""
    share = thousands * LIMIT
    with database.transaction() as session:
        connection = session.connection()
        if database.is_sqlite:
            connection.exec_driver_sql(
                "UPDATE beep SET next_push_at = ? - abs(random() % 60000000) WHERE local_date = ?"
                " AND rowid IN (SELECT rowid FROM beep WHERE local_date = ? ORDER BY random() LIMIT ?)",
                (_us(at), TODAY.isoformat(), TODAY.isoformat(), share),
            )
        else:
            connection.execute(
                text(
                    "UPDATE beep SET next_push_at = :at - random() * INTERVAL '1 minute' WHERE local_date = :today"
                    " AND (participant_id, slot) IN (SELECT participant_id, slot FROM beep WHERE local_date = :today"
                    " ORDER BY random() LIMIT :share)"
                ),
                {"at": at, "today": TODAY, "share": share},
            )


def fill(database: Database, beeps: int) -> int:
    """People with twenty days of five beeps, a phone each; the number of people."""
    people = max(beeps // (DAYS * SLOTS), 1)
    with database.transaction() as session:
        study = Study(name="bench", title={"nl": "x", "en": "x"}, protocol="grow-it.1", zone="Europe/Amsterdam",
                      seed=b"b" * 32, created_at=NOW)  # fmt: skip
        session.add(study)
        session.flush()
        connection = session.connection()
        ids = [uuid.UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128) for number in range(1, people + 1)]
        first, last = TODAY - timedelta(days=DAYS - 1), TODAY + timedelta(days=1)
        at = NOW - timedelta(days=DAYS)
        connection.execute(
            Participant.__table__.insert(),
            [
                {"id": one, "study_id": study.id, "code": f"B{number:07}", "language": "nl", "zone": study.zone,
                 "joined_at": at, "cleared_at": at, "starts_on": first, "ends_on": last, "planned_through": last}
                for number, one in enumerate(ids)
            ],
        )  # fmt: skip
        connection.execute(
            Device.__table__.insert(),
            [
                {"id": uuid.UUID(int=one.int ^ 1), "participant_id": one, "endpoint": f"https://push.example/{one.hex}",
                 "endpoint_hash": one.bytes, "p256dh": "x" * 87, "auth": "x" * 22, "vapid_key_id": "k",
                 "platform": "android", "standalone": True, "created_at": at, "seen_at": at, "fail_count": 0}
                for one in ids
            ],
        )  # fmt: skip
        (_fill_sqlite if database.is_sqlite else _fill_postgres)(connection, ids, first)
    settle_down(database)
    return people


_COLUMNS = (
    "participant_id, local_date, slot, id, kind, due_at, expires_at, zone, utc_offset_min, instrument, protocol,"
    " rules, algorithm, order_seed, planned_at, push_stage, push_tries, next_push_at"
)
_SAME = "'Europe/Amsterdam', 60, 'momentary.1', 'grow-it.1', 0, 1, 7"


def _fill_postgres(connection: Any, _ids: list[uuid.UUID], first: date) -> None:
    connection.execute(
        text(
            f"INSERT INTO beep ({_COLUMNS}) SELECT p.id, d, s, gen_random_uuid(), 'questionnaire', at, at + INTERVAL"  # noqa: S608
            f" '1 hour', {_SAME}, at, 0, 0, CASE WHEN d = :last THEN at + INTERVAL '2 days' END"
            " FROM (SELECT CAST(:first AS date) + n AS d FROM generate_series(0, :days) AS n) AS dates,"
            " participant p, generate_series(1, :slots) AS s,"
            " LATERAL (SELECT d + INTERVAL '7 hours' + s * INTERVAL '2 hours' + random() * INTERVAL '1 hour' AS at) t"
        ),
        {"first": first, "last": TODAY, "days": DAYS - 1, "slots": SLOTS},
    )


def _fill_sqlite(connection: Any, ids: list[uuid.UUID], first: date) -> None:
    def rows() -> Iterator[tuple[object, ...]]:
        for day in range(DAYS):
            on = first + timedelta(days=day)
            midnight = _us(datetime.combine(on, datetime.min.time(), UTC))
            for one in ids:
                for slot in range(1, SLOTS + 1):
                    at = midnight + (7 + 2 * slot) * 3_600_000_000 + one.int % 3_600_000_000
                    ahead = at + 2 * 86_400_000_000 if on == TODAY else None
                    yield (one.hex, on.isoformat(), slot, uuid.uuid4().hex, at, at + 3_600_000_000, at, ahead)

    statement = f"INSERT INTO beep ({_COLUMNS}) VALUES (?, ?, ?, ?, 'questionnaire', ?, ?, {_SAME}, ?, 0, 0, ?)"  # noqa: S608
    connection.connection.driver_connection.executemany(statement, rows())


def _us(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)


def _timed(work: Callable[[], int]) -> float:
    began = time.perf_counter()
    taken = work()
    if taken != LIMIT:
        raise SystemExit(f"{taken} were taken instead of {LIMIT}.")
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
