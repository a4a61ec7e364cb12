"""Taking in answers over HTTP: our real endpoint beside a FastAPI + asyncpg program and beside the bare framework.

    python -m bench.ingest [--answers 5000] [--rounds 2] [--clients 32] [--database postgres|sqlite]

Ours is `./run serve` as it is: sign-in, the whole check of the answers against the questionnaire, scoring, one row. The
rival (bench/rival.py) checks the shape of the body, looks up token and beep, and writes the same row in a transaction,
without checking or scoring an answer. Both have two processes on the same PostgreSQL, the same bodies of a full
momentary.1, and an update that ends the reminders. ``p99`` is taken at 70 % of the sustained rate, calls beginning on
time whatever came before. The bare framework is Flask saying hello behind the same server. Rounds take turns.
On SQLite, one process: rate and p99 with 16 clients; the limit is the rate at which sqlite3 itself commits such rows.
"""

import argparse
import json
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bench.crowd import Answered, call
from bench.databases import open_database, plain_url, postmaster_of, settle_down
from bench.figures import Figure, report
from bench.meters import percentile, tree_cpu
from server.crypto import hash_secret
from server.db import Database
from server.people.models import DeviceToken, Participant
from server.planning.models import Beep, beep_id
from server.studies.models import Study
from tests.answering import make_body

WARM = 400
SLOTS = 5
ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, default=5_000, help="for each program and round")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--threads", type=int, default=0, help="of our server; 0: its own choice")
    parser.add_argument("--processes", type=int, default=0, help="of our server; 0: its own choice")
    parser.add_argument("--database", choices=("postgres", "sqlite"), nargs="+", default=("postgres", "sqlite"))
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # and the servers with us
    for kind in args.database:
        with open_database(kind, migrated=True) as database, tempfile.TemporaryDirectory() as folder:
            (_on_postgres if kind == "postgres" else _on_sqlite)(database, Path(folder), args)


def _on_postgres(database: Database, folder: Path, args: argparse.Namespace) -> None:
    late = args.answers // 2
    bodies = fill(database, 2 * (WARM + args.rounds * args.answers + late))
    postmaster = postmaster_of(database)
    assert postmaster is not None
    with ExitStack() as stack:
        ours = stack.enter_context(_ours(database, folder, args))
        rival = stack.enter_context(_rival(database))
        bare = stack.enter_context(_bare())
        rounds: dict[str, list[_Round]] = {"ours": [], "rival": []}
        take = iter(bodies)
        for server in (ours, rival):
            _round(server, [next(take) for _ in range(WARM)], args.clients, postmaster)
        for _ in range(args.rounds):
            for name, server in (("ours", ours), ("rival", rival)):
                share = [next(take) for _ in range(args.answers)]
                rounds[name].append(_round(server, share, args.clients, postmaster))
        best = {name: max(found, key=lambda one: one.answered.per_s) for name, found in rounds.items()}
        p99 = {}
        for name, server in (("ours", ours), ("rival", rival)):
            share = [next(take) for _ in range(late)]
            rate = 0.7 * best[name].answered.per_s
            p99[name] = percentile(call(server.port, share, clients=args.clients, rate=rate).ms, 0.99)
        hello = _hello(bare, args)
        fast_hello = _hello(rival, args)
    mine, theirs = best["ours"], best["rival"]
    report(
        "ingest",
        [
            Figure(
                name="answers over HTTP, PostgreSQL", ours=mine.answered.per_s, unit="/s", limit=theirs.answered.per_s,
                against="FastAPI + asyncpg, checking less", least=0.8,
            ),
            Figure(
                name="the same, by the CPU of web and database", ours=_per_cpu_s(rounds["ours"]), unit="/s CPU",
                limit=_per_cpu_s(rounds["rival"]), against="FastAPI + asyncpg", least=0.8,
            ),
            Figure(
                name="the same, CPU of the web processes", ours=mine.web_ms, unit="ms", limit=theirs.web_ms,
                against="FastAPI + asyncpg",
            ),
            Figure(
                name="the same, CPU of PostgreSQL", ours=mine.database_ms, unit="ms", limit=theirs.database_ms,
                against="FastAPI + asyncpg",
            ),
            Figure(
                name="the same, against the bare framework", ours=mine.answered.per_s, unit="/s", limit=hello,
                against="Flask saying hello, same server",
            ),
            Figure(
                name="p99 at 70 % of that rate", ours=p99["ours"], unit="ms", limit=p99["rival"],
                against="FastAPI + asyncpg", most=60, absolute=True,
            ),
        ],
        answers=args.answers, clients=args.clients, fastapi_hello_per_s=round(fast_hello),
        refused=sum(one.answered.refused for one in rounds["ours"]),
        rates={name: [round(one.answered.per_s) for one in found] for name, found in rounds.items()},
    )  # fmt: skip


def _on_sqlite(database: Database, folder: Path, args: argparse.Namespace) -> None:
    bodies = fill(database, WARM + args.rounds * args.answers)
    found: list[_Round] = []
    with _ours(database, folder, args) as ours:
        _round(ours, bodies[:WARM], 16, None)
        for turn in range(args.rounds):
            start = WARM + turn * args.answers
            found.append(_round(ours, bodies[start : start + args.answers], 16, None))
    best = max(found, key=lambda one: one.answered.per_s)
    limit = _commits(database, min(args.answers, 2_000))
    report(
        "ingest",
        [
            Figure(
                name="answers over HTTP, SQLite", ours=best.answered.per_s, unit="/s", limit=limit,
                against="sqlite3, a commit a row",
            ),
            Figure(
                name="the same, p99 with 16 clients", ours=percentile(best.answered.ms, 0.99), unit="ms", most=80,
                absolute=True,
            ),
        ],
        answers=args.answers, web_cpu_ms=best.web_ms,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class _Server:
    port: int
    process: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Round:
    answered: Answered
    web_ms: float
    database_ms: float


def _round(server: _Server, requests: list[bytes], clients: int, postmaster: int | None) -> _Round:
    """Every request as fast as it is answered; raises SystemExit unless every answer was kept."""
    web, base = tree_cpu(server.process), tree_cpu(postmaster) if postmaster else 0.0
    answered = call(server.port, requests, clients=clients)
    if answered.statuses != {201: len(requests)}:
        raise SystemExit(f"not every answer was kept: {answered.statuses}")
    return _Round(
        answered=answered,
        web_ms=(tree_cpu(server.process) - web) / len(requests) * 1000,
        database_ms=(tree_cpu(postmaster) - base) / len(requests) * 1000 if postmaster else 0.0,
    )


def _per_cpu_s(rounds: list[_Round]) -> float:
    """Answers for a second of CPU, in the cheapest round: what a rate comes to where nobody else is at work."""
    return 1000 / min(one.web_ms + one.database_ms for one in rounds)


def _hello(server: _Server, args: argparse.Namespace) -> float:
    request = b"GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    call(server.port, [request] * WARM, clients=args.clients)
    return max(call(server.port, [request] * args.answers, clients=args.clients).per_s for _ in range(2))


def fill(database: Database, count: int) -> list[bytes]:
    """A study with ``count`` open beeps of as many fifths of people; the HTTP requests that answer them."""
    now = datetime.now(UTC).replace(microsecond=0)
    on, due = now.date(), now - timedelta(minutes=10)
    study = uuid.uuid4()
    people, tokens, beeps, requests = [], [], [], []
    for number in range(-(-count // SLOTS)):
        person, token = uuid.uuid4(), secrets.token_urlsafe(32)
        people.append(
            {
                "id": person, "study_id": study, "code": f"B{number:07}", "language": "nl", "zone": "Europe/Amsterdam",
                "birth_year": 2010, "joined_at": due, "cleared_at": due, "starts_on": on - timedelta(days=5),
                "ends_on": on + timedelta(days=15), "planned_through": on + timedelta(days=15),
            }
        )  # fmt: skip
        end = now + timedelta(days=60)
        tokens.append(
            {"token_hash": hash_secret(token), "participant_id": person, "created_at": due, "expires_at": end}
        )
        for slot in range(1, SLOTS + 1):
            row = {
                "participant_id": person, "local_date": on, "slot": slot, "id": beep_id(person, on, slot),
                "kind": "questionnaire", "due_at": due, "expires_at": now + timedelta(hours=1), "push_stage": 1,
                "zone": "Europe/Amsterdam", "utc_offset_min": 60, "instrument": "momentary.1", "protocol": "grow-it.1",
                "algorithm": 1, "order_seed": number * SLOTS + slot, "planned_at": due, "push_tries": 0,
                "next_push_at": now + timedelta(minutes=20),
            }  # fmt: skip
            beeps.append(row)
            requests.append(_request(row, token))
    with database.transaction() as session:
        session.add(
            Study(id=study, name="bench", title={"nl": "x", "en": "x"}, protocol="grow-it.1", zone="Europe/Amsterdam",
                  seed=b"b" * 32, created_at=now)
        )  # fmt: skip
        session.flush()
        session.execute(insert(Participant), people)
        session.execute(insert(DeviceToken), tokens)
        for start in range(0, len(beeps), 10_000):
            session.execute(insert(Beep), beeps[start : start + 10_000])
    settle_down(database)
    return requests[:count]


def _request(row: dict[str, Any], token: str) -> bytes:
    body = json.dumps(make_body(Beep(**row), finished_at=row["due_at"] + timedelta(minutes=5))).encode()
    head = (
        f"PUT /api/v1/beeps/{row['id']}/response HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@contextmanager
def _ours(database: Database, folder: Path, args: argparse.Namespace) -> Iterator[_Server]:
    port = free_port()
    environment = {
        "KIEM_DATABASE_URL": plain_url(database),
        "KIEM_DATA_DIR": str(folder),
        "KIEM_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "KIEM_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "server.cli", "serve", "--port", str(port)]
    command += ["--threads", str(args.threads), "--processes", str(args.processes)]
    with _running(command, port, "/healthz", environment) as server:
        yield server


@contextmanager
def _rival(database: Database) -> Iterator[_Server]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "bench.rival:app", "--port", str(port), "--workers", "2"]
    command += ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
    with _running(command, port, "/hello", {"RIVAL_DATABASE": plain_url(database)}) as server:
        yield server


@contextmanager
def _bare() -> Iterator[_Server]:
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "bench.bare:load"]
    command += ["--port", str(port), "--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    with _running(command, port, "/hello", {}) as server:
        yield server


@contextmanager
def _running(command: list[str], port: int, path: str, environment: dict[str, str]) -> Iterator[_Server]:
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2):
                    break
            except OSError:
                if process.poll() is not None:
                    raise SystemExit(f"{command[2]} did not start.") from None
                time.sleep(0.1)
        yield _Server(port=port, process=process.pid)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
        with suppress(ProcessLookupError):  # and its workers, should one of them not hear
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _commits(database: Database, count: int) -> float:
    """Rows a second that sqlite3 commits one by one, each as large as an answer, as durably as ours."""
    path = Path(str(database.engine.url.database)).with_name("limit.sqlite3")
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE answer (a, b, c)"):
        connection.execute(statement)
    began = time.perf_counter()
    for number in range(count):
        connection.execute("INSERT INTO answer VALUES (?, ?, ?)", (number, "x" * 700, "y" * 300))
    rate = count / (time.perf_counter() - began)
    connection.close()
    return rate


if __name__ == "__main__":
    main()
