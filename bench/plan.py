"""What idempotent planning costs beside the database's own bulk load of the same rows, as one JSON line per database.

    python -m bench.plan [--beeps 500000] [--database sqlite|postgres|both] [--batch 2000] [--rounds 1] [--challenges]

Five beeps for each of ``beeps``/5 people who lack one day. ``cpu_s`` is user and system time of this process and, on
PostgreSQL, of every process of a server that the benchmark starts for itself. The raw limit loads the very rows that
were planned, ready made, into the same table with its key and indexes, in one transaction: ``COPY`` of a text file's
content on PostgreSQL, ``executemany`` on SQLite. Only the ratios mean something. With several rounds the cheapest of
each counts. ``--challenges`` also draws and stores a challenge a day out of the starter collection (six beeps a day).
"""

import argparse
import sqlite3
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
from sqlalchemy import insert, text

from bench.databases import open_database, postmaster_of
from bench.figures import Figure, report
from bench.meters import Meter
from challenges.library import load_starter
from server.collector import settle_in
from server.consent.publishing import publish_default
from server.coordination.service import sync_starter
from server.db import Database
from server.people.models import Participant
from server.planning.models import Beep
from server.planning.queries import Gap, Person
from server.planning.service import BATCH, Planned, fill_gaps, plan_ahead, read_rules
from server.studies.models import Study

NOW = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
DAY = date(2026, 3, 6)  # two days ahead of NOW
BEEPS_A_DAY = 5


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--beeps", type=int, default=500_000)
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--batch", type=int, default=BATCH, help="people in one transaction")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--challenges", action="store_true")
    args = parser.parse_args()
    for kind in ("sqlite", "postgres") if args.database == "both" else (args.database,):
        with open_database(kind) as database:
            raw = _raw_sqlite(database) if database.is_sqlite else _RawPostgres(database).load
            _run(database, Meter(postmaster_of(database)), args, raw)


def _run(database: Database, meter: Meter, args: argparse.Namespace, raw: Callable[[], Callable[[], int]]) -> None:
    people = args.beeps // BEEPS_A_DAY
    _settle_people(database, people)
    if args.challenges:
        with database.transaction() as session:
            sync_starter(session, load_starter(), now=NOW)
    plan = lambda: plan_ahead(database, now=NOW, batch=args.batch)  # noqa: E731
    plan_rounds, again_rounds, raw_rounds = [], [], []
    plan_ahead(database, now=NOW, batch=1, should_stop=_after(1))  # content and day tables are read once per process
    settle_in()  # as the worker does
    for _ in range(args.rounds):
        _empty(database)
        plan_rounds.append(meter.measure(plan))
        again_rounds.append(meter.measure(plan))
        load = raw()
        _empty(database)
        raw_rounds.append(meter.measure(load))
    cpu, wall, planned = min(plan_rounds, key=lambda run: run[0])
    again_cpu, _again_wall, again = min(again_rounds, key=lambda run: run[0])
    raw_cpu, raw_wall, raw_rows = min(raw_rounds, key=lambda run: run[0])
    warm_ms, cold_ms = _one_day_ms(database, meter)
    if again != Planned() or raw_rows != planned.beeps:
        raise SystemExit(f"The second run planned {again}; the limit loaded {raw_rows} of {planned.beeps} rows.")
    name, limit, most = ("SQLite", "executemany", 2.5) if database.is_sqlite else ("PostgreSQL", "COPY", 2.0)
    each = 1e6 / planned.beeps
    report(
        "plan",
        [
            Figure(
                name=f"plan {planned.beeps:,} beeps, {name}", ours=cpu * each, unit="us CPU", limit=raw_cpu * each,
                against=f"{limit} of ready rows", most=most,
            ),
            Figure(
                name=f"a second run that changes nothing, {name}", ours=again_cpu, unit="s CPU", limit=cpu,
                against="the first run", most=0.1,
            ),
            Figure(name=f"one person's day, {name}", ours=warm_ms, unit="ms CPU", most=2.0, absolute=True),
        ],
        people=planned.people, batch=args.batch, challenges=args.challenges, wall_s=round(wall, 2),
        raw_wall_s=round(raw_wall, 2), one_person_new_date_cpu_ms=round(cold_ms, 2),
    )  # fmt: skip


def _settle_people(database: Database, count: int) -> None:
    study = uuid.UUID(int=1)
    with database.transaction() as session:
        session.add(
            Study(
                id=study,
                name="bench",
                title={"nl": "Meting", "en": "Benchmark"},
                protocol="grow-it.1",
                zone="Europe/Amsterdam",
                seed=b"b" * 32,
                created_at=NOW,
            )
        )
        session.flush()
        publish_default(session, session.get_one(Study, study), institution="Bench", contact={"name": "B"}, now=NOW)
        people = [
            {
                "id": uuid.UUID(int=(number * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**128),  # scattered, not in order
                "study_id": study,
                "code": f"B{number:07}",
                "language": "nl",
                "zone": "Europe/Amsterdam",
                "birth_year": 2010,
                "joined_at": NOW,
                "cleared_at": NOW,
                "starts_on": DAY - timedelta(days=5),
                "ends_on": DAY + timedelta(days=15),
                "planned_through": DAY - timedelta(days=1),
            }
            for number in range(1, count + 1)
        ]
        session.execute(insert(Participant), people)


def _empty(database: Database) -> None:
    """Nobody's day is planned."""
    with database.transaction() as session:
        for table in ("assignment", "beep"):
            session.execute(text(f"DELETE FROM {table}" if database.is_sqlite else f"TRUNCATE {table} CASCADE"))  # noqa: S608
        session.execute(text("UPDATE participant SET planned_through = :day"), {"day": str(DAY - timedelta(days=1))})
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE participant"))
            connection.execute(text("CHECKPOINT"))


def _one_day_ms(database: Database, meter: Meter) -> tuple[float, float]:
    """CPU milliseconds for one person's next day in a transaction of its own: the mean over 200 people of a date that
    others have been planned for, and over 20 dates of which nothing is known yet (the day's plans must be counted)."""
    with database.reading() as session:
        rows = session.query(Participant).limit(200).all()
        rules = read_rules(session, {rows[0].study_id})
    people = [
        Person(id=row.id, study_id=row.study_id, zone=row.zone, rhythm=row.rhythm, birth_year=row.birth_year)
        for row in rows
    ]

    def plan(days: list[tuple[Person, date]]) -> None:
        for person, on in days:
            with database.transaction() as session:
                fill_gaps(session, [Gap(person=person, first=on, last=on)], rules=rules, now=NOW)

    plan([(people[0], DAY + timedelta(days=1))])
    warm = [(person, DAY + timedelta(days=1)) for person in people]
    cold = [(people[0], DAY + timedelta(days=day)) for day in range(2, 22)]
    return (
        meter.measure(lambda: plan(warm))[0] / len(warm) * 1000,
        meter.measure(lambda: plan(cold))[0] / len(cold) * 1000,
    )


def _raw_sqlite(database: Database) -> Callable[[], Callable[[], int]]:
    return lambda: _load_sqlite(Path(str(database.engine.url.database)))


def _load_sqlite(path: Path) -> Callable[[], int]:
    connection = sqlite3.connect(path, isolation_level=None)
    columns = [column.name for column in Beep.__table__.columns]
    rows = connection.execute(f"SELECT {', '.join(columns)} FROM beep").fetchall()  # noqa: S608

    def load() -> int:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("BEGIN IMMEDIATE")
        marks = ", ".join("?" * len(columns))
        count = connection.executemany(
            f"INSERT INTO beep ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608
            rows,
        ).rowcount
        connection.execute("COMMIT")
        connection.close()
        return count

    return load


class _RawPostgres:
    """COPY of the planned rows, as text, through psycopg.

    On one connection that stays: the CPU of a server's process that has just ended is nowhere to be read for a moment.
    """

    def __init__(self, database: Database) -> None:
        url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(url, autocommit=True)

    def load(self) -> Callable[[], int]:
        with self._connection.cursor().copy("COPY (TABLE beep) TO STDOUT") as copy:
            content = b"".join(bytes(block) for block in copy)

        def load() -> int:
            with self._connection.cursor() as cursor:
                with cursor.copy("COPY beep FROM STDIN") as copy:
                    for start in range(0, len(content), 65_536):
                        copy.write(content[start : start + 65_536])
                return cursor.rowcount

        return load


def _after(times: int) -> Callable[[], bool]:
    left = iter(range(times))
    return lambda: next(left, None) is None


if __name__ == "__main__":
    main()
