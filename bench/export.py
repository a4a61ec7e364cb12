"""What an export costs beside PostgreSQL's own COPY TO of the same rows, as one JSON line.

    python -m bench.export [--people 5000] [--days 42] [--beeps 5] [--rounds 1] [--answered 0.7]

Fills a database of its own with ``people * days * beeps`` planned questionnaires (momentary.1, 18 items each as JSON),
pushes and openings. The limits are taken in the same run, to nowhere: ``joined`` is COPY TO of the very join that an
export reads, pushes and openings besides the responses, with every item unpacked into a column by the database;
``items`` the same of beeps and responses only; ``packed`` that with the answers as they are stored. All with parallel
workers as the database likes, and ``..._alone`` without them.
Ours is the research profile with all of its de-identification: reading, both passes, and the file. Only ratios mean
something. CPU is of this process and the database together, and is what can be compared on a machine that others use
too (``load``: how many wanted to run, before and after); wall is what somebody waits. Everything is on disk before the
first of it, and each is done once before it counts, so that what comes first does not pay for what comes later; rounds
go through all of it in turn, every other one backwards, and the fastest counts. ``whole`` is everything up to the zip.
"""

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import text

from bench.databases import open_database, postmaster_of, settle_down
from bench.figures import Figure, report
from bench.meters import Meter
from server.content import instruments
from server.db import Database
from server.export import assembly, service
from server.export.ledger import Wanted, bare_query, ledger_query
from server.export.request import Request
from server.export.workplace import Workplace
from server.studies.service import find_study

Kind = Literal["cpu", "wall"]
AGAINST = {
    "joined_best": "COPY TO of the very join that is read, with parallel workers or without: the faster",
    "items": "COPY TO of beeps with responses, items unpacked",
    "items_alone": "the same without parallel workers",
    "joined_alone": "COPY TO of the very join that is read, pushes and openings too",
}
NOW = datetime(2026, 12, 1, tzinfo=UTC)
INSTRUMENT = "momentary.1"


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--days", type=int, default=42)
    parser.add_argument("--beeps", type=int, default=5)
    parser.add_argument("--answered", type=float, default=0.7)
    parser.add_argument("--rounds", type=int, default=1, help="the fastest of so many counts")
    args = parser.parse_args()
    with open_database("postgres") as database, tempfile.TemporaryDirectory(prefix="kiem-bench-") as folder:
        _fill(database, args)
        _run(database, Path(folder), args)


def _run(database: Database, folder: Path, args: argparse.Namespace) -> None:
    load = os.getloadavg()[0]
    with service.one_moment(database) as session:
        study = find_study(session, "bench")
        preparing, plan = _timed(
            lambda: service.prepare(
                session,
                study,
                Request(ranking=("birth_year", "language"), sav=False, openesm=False),
                key=b"k" * 32,
                now=NOW,
            ),
        )
        connection = session.connection()
        ids = [member.id for member in plan.members]
        items, packed = _limits(connection, ids)
        joined = ledger_query(connection, ids, _wanted())
        limits = {"packed": packed, "items": items, "joined": joined}
        work: dict[str, Callable[[], Any]] = {
            **{name: partial(_copy, database, query, alone=False) for name, query in limits.items()},
            **{f"{name}_alone": partial(_copy, database, limits[name], alone=True) for name in ("items", "joined")},
            "csv": lambda: _rows_only(connection, plan, folder, parquet=False),
            "parquet": lambda: _rows_only(connection, plan, folder, parquet=True),
        }
        gauge = Gauge(meter=Meter(postmaster_of(database)))
        for number in range(args.rounds + 1):
            for name in list(work)[:: -1 if number % 2 else 1]:
                gauge.take(name, work[name], counts=number > 0)
        gauge.wall["joined_best"] = min(gauge.wall["joined"], gauge.wall["joined_alone"])
        memory_of_rows = _peak_mb()
        whole, built = _timed(lambda: service.build(session, plan, folder / "b.zip", lambda *_: None))
    rows = args.people * args.days * args.beeps
    report(
        "export",
        [
            gauge.figure(f"CSV of {rows:,} rows, de-identified: CPU", "cpu", "csv", "joined_alone", most=2.0),
            gauge.figure("CSV and Parquet: CPU", "cpu", "parquet", "joined_alone", most=2.5),
            gauge.figure("CSV: wall", "wall", "csv", "joined_best", most=2.0),
            gauge.figure("CSV and Parquet: wall", "wall", "parquet", "joined_best", most=2.5),
            gauge.figure("CSV: wall, without pushes and openings in the limit", "wall", "csv", "items", most=2.0),
            gauge.figure("CSV and Parquet: wall, the same", "wall", "parquet", "items", most=2.5),
            gauge.figure("CSV: CPU, without pushes and openings in the limit", "cpu", "csv", "items_alone"),
            gauge.figure("CSV: wall, one process of the database", "wall", "csv", "items_alone"),
            Figure(name="the most memory held", ours=_peak_mb(), unit="MB", most=400, absolute=True),
        ],
        cpu_s=gauge.rounded("cpu"), wall_s=gauge.rounded("wall"), prepare_s=round(preparing, 2),
        whole_s=round(whole, 2), memory_of_rows_mb=round(memory_of_rows), zip_mb=round(built.packed.bytes / 1e6, 1),
        load=[round(load, 1), round(os.getloadavg()[0], 1)],
    )  # fmt: skip


@dataclass(kw_only=True, slots=True)
class Gauge:
    """CPU and wall seconds by name: of each the least that was taken."""

    meter: Meter
    cpu: dict[str, float] = field(default_factory=dict)
    wall: dict[str, float] = field(default_factory=dict)

    def take(self, name: str, work: Callable[[], Any], *, counts: bool) -> None:
        """Do it, and note what it cost if it counts."""
        cpu, wall, _ = self.meter.measure(work)
        if counts:
            self.cpu[name] = min(cpu, self.cpu.get(name, cpu))
            self.wall[name] = min(wall, self.wall.get(name, wall))

    def figure(self, name: str, kind: Kind, ours: str, limit: str, *, most: float | None = None) -> Figure:
        """What was noted of ours beside what was noted of a limit."""
        noted = self.cpu if kind == "cpu" else self.wall
        return Figure(
            name=name, ours=noted[ours], unit=f"s {kind}", limit=noted[limit], against=AGAINST[limit], most=most
        )

    def rounded(self, kind: Kind) -> dict[str, float]:
        """Everything noted, to two decimals."""
        return {name: round(value, 2) for name, value in (self.cpu if kind == "cpu" else self.wall).items()}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _rows_only(connection: Any, plan: Any, folder: Path, *, parquet: bool) -> None:
    """The diary rows of a bundle, without its papers: both passes into CSV, and Parquet besides."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        work = Workplace(Path(place))
        work.open("")
        assembly.write_rows_only(connection, plan, work, parquet=parquet)


def _copy(database: Database, query: str, *, alone: bool) -> int:
    """COPY TO, thrown away as it comes; the bytes. alone: without parallel workers."""
    with database.engine.connect() as connection:
        if alone:
            connection.execute(text("SET LOCAL max_parallel_workers_per_gather = 0"))
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as stream:
            return sum(len(block) for block in stream)


def _limits(connection: Any, ids: Any) -> tuple[str, str]:
    """The join with its items as columns, the way a researcher would write it in SQL; and with the JSON as it is."""
    query = bare_query(connection, ids, _wanted())
    head, _, tail = query.partition("r.shown")
    return query, f"{head}r.shown, r.answers, r.measures {tail[tail.index('FROM') :]}"


def _wanted() -> Wanted:
    instrument = instruments()[INSTRUMENT]
    names = tuple(item.id for item in instrument.items if item.asks)
    measured = tuple(rule.name for rule in instrument.measures)
    return Wanted(instrument=INSTRUMENT, texts=names, numbers=(), measures=measured)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def _fill(database: Database, args: argparse.Namespace) -> None:
    """Everything by the database itself; values are random, shapes are those of real entries."""
    values = {"people": args.people, "days": args.days, "beeps": args.beeps, "answered": args.answered}
    answers = ", ".join(_random(item) for item in instruments()[INSTRUMENT].items if item.asks)
    shown = json.dumps([item.id for item in instruments()[INSTRUMENT].items])
    with database.transaction() as session:
        for statement in _FILL.format(answers=answers, shown=shown.replace(":", "\\:")).split(";\n"):
            session.execute(text(statement), values)
    settle_down(database)


def _random(item: Any) -> str:
    match item.type:
        case "single":
            options = ",".join(option.id for option in item.options)
            value = f"(CAST('{{{{{options}}}}}' AS text[]))[1 + floor(random() * {len(item.options)})]"
        case "multiple":
            value = f"jsonb_build_array('{item.options[1].id}', '{item.options[2].id}')"
        case _:
            value = "floor(random() * 101)\\:\\:int"
    return f"'{item.id}', {value}"


_FILL = """
INSERT INTO study (id, name, title, protocol, zone, start_rule, parents_required, seed, rules_version, created_at)
VALUES (gen_random_uuid(), 'bench', '{{"nl"\\:"Meting","en"\\:"Bench"}}', 'grow-it.1', 'Europe/Amsterdam', 'next_day',
        1, 'x', 0, '2026-01-01');
INSERT INTO participant (id, study_id, code, language, zone, birth_year, joined_at, cleared_at, starts_on, ends_on,
                         rules_version)
SELECT gen_random_uuid(), (SELECT id FROM study), 'P' || n, CASE WHEN n % 5 = 0 THEN 'en' ELSE 'nl' END,
       'Europe/Amsterdam', 2005 + n % 8, '2026-01-01', '2026-01-01', d, d + CAST(:days AS int) - 1, 0
FROM generate_series(1, :people) AS n, LATERAL (SELECT DATE '2026-01-05' + (n % 8) * 7 AS d) AS s;
INSERT INTO beep (participant_id, local_date, slot, id, kind, due_at, expires_at, zone, utc_offset_min, instrument,
                  protocol, rules, algorithm, order_seed, planned_at, push_stage, push_tries)
SELECT p.id, p.starts_on + d, s, gen_random_uuid(), 'questionnaire', at, at + INTERVAL '1 hour', p.zone, 60,
       'momentary.1', 'grow-it.1', 0, 1, 7, '2026-01-01', 0, 0
FROM participant p, generate_series(0, CAST(:days AS int) - 1) AS d, generate_series(1, :beeps) AS s,
     LATERAL (SELECT CAST(p.starts_on + d AS timestamp) AT TIME ZONE 'UTC' + INTERVAL '7 hours'
                     + s * INTERVAL '2 hours' + random() * INTERVAL '1 hour' AS at) AS t;
INSERT INTO attempt (participant_id, local_date, slot, at, device_id, stage, outcome)
SELECT participant_id, local_date, slot, due_at, gen_random_uuid(), 0, 'accepted' FROM beep;
INSERT INTO response (participant_id, local_date, slot, instrument, answers, skipped, shown, item_ms, measures,
                      scoring_version, started_at, finished_at, received_at, late_upload, digest)
SELECT participant_id, local_date, slot, instrument, jsonb_build_object({answers}), '[]', '{shown}', '{{}}',
       jsonb_build_object('mood', random() * 100, 'pa', random() * 100, 'na', random() * 100, 'stress', random() * 100),
       1, due_at + INTERVAL '4 minutes', due_at + INTERVAL '6 minutes', due_at + INTERVAL '6 minutes', false, 'x'
FROM beep WHERE random() < :answered;
INSERT INTO receipt (participant_id, local_date, slot, kind, device_at, received_at)
SELECT participant_id, local_date, slot, 'opened', started_at, started_at FROM response
"""


if __name__ == "__main__":
    main()
