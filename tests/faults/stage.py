"""Where a run takes place: a database, the processes around it, and the means to break each of them."""

import asyncio
import os
import shutil
import signal
import socket
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bench.certificate import make_certificate
from challenges.library import load_starter
from server.coordination.service import sync_starter
from server.crypto import load_or_create_secret
from server.db import Database, make_engine
from server.partitions import make_ahead
from server.schema import create_all
from tests.faults.births import Nursery
from tests.faults.board import Board
from tests.faults.brisk import BEGINS, NAMES, write_protocol
from tests.faults.orphans import end_family, find_family, tell_of
from tests.faults.pacing import Pacer
from tests.postgres import Cluster, find_programs

PACE = 120  # a minute of the study is half a second
PATIENCE_S = 0.3  # of a sender with the push service, in real time


@dataclass(kw_only=True, slots=True)
class House:
    """What outlives a run: the nursery, a PostgreSQL server, an empty SQLite file with every table."""

    nursery: Nursery
    cluster: Cluster | None
    sqlite: Path
    served: int = 0

    def make_database(self, backend: str, folder: Path) -> str:
        """The URL of a new database with every table."""
        self.served += 1
        if backend == "sqlite":
            shutil.copy(self.sqlite, folder / "kiem.sqlite3")
            return f"sqlite:///{folder / 'kiem.sqlite3'}"
        assert self.cluster is not None
        name = f"run_{self.served}"
        self.on_server(f"CREATE DATABASE {name} TEMPLATE kiem_template")
        return _named(self.cluster.url, name)

    def drop_database(self, url: str) -> None:
        if not url.startswith("sqlite"):
            self.on_server(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def on_server(self, statement: str) -> list[Any]:
        """Run one statement beside everything, on the maintenance database; the first column of what it returns."""
        assert self.cluster is not None
        engine = create_engine(
            make_url(self.cluster.url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            result = connection.execute(text(statement))
            found = list(result.scalars()) if result.returns_rows else []
        engine.dispose()
        return found

    def wait_for_server(self) -> None:
        """Until PostgreSQL has put itself in order after one of its processes died."""
        until = time.monotonic() + 30
        while True:
            try:
                self.on_server("SELECT 1")
            except OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)
            else:
                return


@contextmanager
def open_house(*, quick: Path = Path("/dev/shm")) -> Iterator[House]:
    """Start what outlives the runs, and end it."""
    with TemporaryDirectory(prefix="kiem-faults-", dir=quick if quick.is_dir() else None) as folder:
        place = Path(folder)
        (place / "protocols").mkdir()
        nursery = Nursery(write_protocol(place / "protocols"))
        cluster = None
        try:
            sqlite = place / "template.sqlite3"
            _make_tables(f"sqlite:///{sqlite}")
            programs = find_programs()
            house = House(nursery=nursery, cluster=None, sqlite=sqlite)
            if programs is not None:
                house.cluster = cluster = Cluster(programs, sure=True)
                cluster.start()
                house.on_server("CREATE DATABASE kiem_template")
                _make_tables(_named(cluster.url, "kiem_template"))
            yield house
        finally:
            nursery.close()
            if cluster is not None:
                cluster.remove()


@dataclass(kw_only=True, slots=True)
class Process:
    """One process of a run, now or just gone."""

    order: dict[str, Any]
    pid: int | None = None
    ends: list[int | None] = field(default_factory=list)


class Stage:
    """One run's processes by name: sink, web (web-1 and so on when there are more), worker-0 and, on PostgreSQL,
    worker-1."""

    def __init__(
        self,
        house: House,
        backend: str,
        folder: Path,
        *,
        at_once: int = 4,
        pace: int = PACE,
        webs: int = 1,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.house = house
        self.backend = backend
        self.locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)  # one mishap at a time of the same thing
        self.folder = folder
        self.database_url = house.make_database(backend, folder)
        self.board_path = folder / "board"
        self.board = Board.make(self.board_path, at=BEGINS)
        self.pacer = Pacer(self.board, pace, self.find_processes)
        self.started: set[int] = set()
        make_certificate(folder, NAMES)
        for name in ("secret.key", "contact.key"):  # of an installation that has begun long ago
            load_or_create_secret(folder / name)
        workers = 1 if backend == "sqlite" else 2
        ports = _free_ports(webs + workers)
        self.web_ports, self.sink_ports = ports[:webs], ports[webs:]
        self.web_port = self.web_ports[0]
        common: dict[str, Any] = {
            "pace": pace,
            "folder": str(folder),
            "database_url": self.database_url,
            "board": str(self.board_path),
        }
        orders: dict[str, dict[str, Any]] = {
            "sink": {"role": "sink", "ports": self.sink_ports},
        }
        for number, port in enumerate(self.web_ports):
            orders[f"web-{number}" if number else "web"] = {"role": "web", "port": port, "at_once": at_once}
        orders |= {
            f"worker-{n}": {"role": "worker", "port": port, "patience_s": patience_s}
            for n, port in enumerate(self.sink_ports)
        }
        self.processes = {
            name: Process(order={**common, **order, "log": str(folder / f"{name}.log")})
            for name, order in orders.items()
        }

    @property
    def workers(self) -> list[str]:
        return [name for name in self.processes if name.startswith("worker")]

    def begin(self) -> None:
        """Start everything; the clock runs a little later."""
        for name in self.processes:
            self.start(name)
        for port in (*self.web_ports, *self.sink_ports):
            wait_for_port(port)
        self.pacer.start()

    def start(self, name: str) -> None:
        process = self.processes[name]
        if process.pid is None:
            process.pid = self.house.nursery.start(**process.order)
            self.started.add(process.pid)

    def signal(self, name: str, number: signal.Signals) -> None:
        """To a process and its children: what happens to a machine or a container."""
        pid = self.processes[name].pid
        if pid is None:
            return
        try:
            os.killpg(pid, number)
        except ProcessLookupError:  # it has no group of its own yet
            os.kill(pid, number)

    def kill(self, name: str) -> None:
        """Kill it at once and wait until it is gone."""
        self.signal(name, signal.SIGKILL)
        self._note_end(name)

    def ask_to_stop(self, name: str, within: float = 30.0) -> int | None:
        """SIGTERM to the process itself; its exit code, None when it had to be killed."""
        process = self.processes[name]
        if process.pid is None:
            return 0
        os.kill(process.pid, signal.SIGTERM)
        code = self.house.nursery.end(process.pid, within)
        if code is None:
            self.kill(name)
            process.ends[-1] = None
        else:
            process.pid = None
            process.ends.append(code)
        return code

    def tend(self, name: str) -> None:
        """What a supervisor does: start what has ended by itself."""
        process = self.processes[name]
        if process.pid is not None and (code := self.house.nursery.end(process.pid, 0)) is not None:
            process.ends.append(code)
            process.pid = None
            self.start(name)

    def find_processes(self) -> list[int]:
        """The pids of every process of the run, with their children."""
        there = [process.pid for process in list(self.processes.values()) if process.pid is not None]
        return [*there, *(pid for name in list(self.processes) for pid in self.children(name))]

    def find_left_behind(self, within: float = 5.0) -> list[str]:
        """What is still there of the processes that have ended, children of children too."""
        until = time.monotonic() + within
        ended = self.started - {process.pid for process in self.processes.values()}
        while (found := find_family(ended)) and time.monotonic() < until:
            time.sleep(0.02)
        return [tell_of(pid) for pid in found]

    def children(self, name: str) -> list[int]:
        """The pids of a process's own children."""
        pid = self.processes[name].pid
        try:
            return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except OSError:
            return []

    def ask_where(self) -> None:
        """Let web processes and workers write into their logs where each of their threads is."""
        webs = [pid for name in self.processes if name.startswith("web") for pid in self.children(name)]
        for pid in (*webs, *(self.processes[name].pid for name in self.workers)):
            if pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGUSR1)
        time.sleep(0.5)

    def read_logs(self, most: int = 8000) -> str:
        """The ends of all logs, each of so many characters at most."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"== {path.name}\n{path.read_text(errors='replace')[-most:]}" for path in logs)

    def end(self) -> None:
        """Whatever is still there goes, with the database."""
        self.pacer.stop()
        for name in self.processes:
            if self.processes[name].pid is not None:
                self.kill(name)
        end_family(self.started)
        self.house.drop_database(self.database_url)

    def _note_end(self, name: str) -> None:
        process = self.processes[name]
        if process.pid is not None:
            process.ends.append(self.house.nursery.end(process.pid))
            process.pid = None


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _make_tables(url: str) -> None:
    engine = make_engine(url)
    create_all(engine)
    with Session(engine) as session, session.begin():
        sync_starter(session, load_starter(), BEGINS)
    engine.dispose()
    database = Database(url)
    make_ahead(database, on=BEGINS.date())  # as where a worker has run before: it takes longer than a window of a run
    database.dispose()


def wait_for_port(port: int) -> None:
    """Until somebody listens there; a machine that is busy with other things needs its time."""
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise RuntimeError("A process of the run did not start.")


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
