"""What a process of a run does: the real web process, the real worker, or the push service that misbehaves.

Everything is what production starts, but for the clock, the pace of the rounds and where push services are.
"""

import asyncio
import faulthandler
import logging
import signal
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event

from bench.certificate import trusting
from server.app import create_app
from server.config import Settings
from server.content import instruments, protocols
from server.context import bind
from server.delivery.addresses import EndpointPolicy, Loopback
from server.delivery.webpush import SendLimits, WebPushGateway
from server.installation import Installation, open_installation
from server.log import set_up_logging
from server.worker import run_worker
from server.wsgi import serve
from tests.faults import sink
from tests.faults.board import Board, Names, ServerClock
from tests.faults.brisk import NAMES

LEASE_S = 120
BATCH = 10
BUDGET_S = 40.0  # for beginning sends, of the servers' clock
# A sender's usual patience of 10 s and 5 s, and the time until it stops to begin sends, in the run's own pace.
LIMITS = SendLimits(connect_s=0.25, budget_s=BUDGET_S, failures_in_a_row=8, idle_s=0.5, names_s=0)
PROGRAM: list[Flask] = []  # made once, before the first process is: making it takes half a second


def make_settings(folder: Path, database_url: str) -> Settings:
    """The settings of all processes of a run."""
    return Settings(
        data_dir=folder,
        database_url=database_url,
        public_url="http://127.0.0.1:8000",
        push_gateway="recording",
        vapid_key_file=folder / "vapid.pem",
        lease_s=LEASE_S,
        batch=BATCH,
        log_level="warning",
        log_format="text",
    )


def prepare() -> None:
    """Whatever every process needs and none of them owns."""
    instruments(), protocols()
    with tempfile.TemporaryDirectory() as folder:
        installation = open_installation(make_settings(Path(folder), "sqlite://"))
        PROGRAM.append(create_app(installation.context))
        installation.database.dispose()


def play(order: dict[str, Any]) -> None:
    """Be what ``order["role"]`` says until the end."""
    ROLES[order["role"]](order)


def _open(order: dict[str, Any]) -> Installation:
    faulthandler.register(signal.SIGUSR1)  # where all its threads are, into its log: see `Stage.ask_where`
    settings = make_settings(Path(order["folder"]), order["database_url"])
    set_up_logging(level=settings.log_level, form=settings.log_format)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it tells of every tick that found a round under way
    board = Board(Path(order["board"]))
    installation = open_installation(settings, clock=ServerClock(board))
    if installation.database.is_sqlite:
        _let_the_disk_be_full(installation, board)
    return installation


def _let_the_disk_be_full(installation: Installation, board: Board) -> None:
    """While the board says so, the database may have no page more than it has."""

    @event.listens_for(installation.database.engine, "begin")
    def _limit(connection: Any) -> None:
        pages = 1 if board.read("disk_full") else 2**31
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


def _web(order: dict[str, Any]) -> None:
    def load() -> Flask:
        bind(PROGRAM[0], _open(order).context)
        return PROGRAM[0]

    serve(host="127.0.0.1", port=order["port"], processes=1, at_once=order.get("at_once", 4), load=load)


def _worker(order: dict[str, Any]) -> None:
    board = Board(Path(order["board"]))
    installation = _open(order)
    policy = EndpointPolicy(allow_loopback=Loopback(ports=Names(board, NAMES, order["port"])))
    gateway = WebPushGateway(
        keyring=installation.keyring,
        policy=policy,
        limits=replace(LIMITS, total_s=order["patience_s"]),
        tls=trusting(Path(order["folder"]) / "certificate.pem"),
        resolver=sink.NoSuchName(),
        ticks=ServerClock(board).ticks,
    )
    # Its rounds come at a third of that: three dozen a second and process would only keep two processors busy.
    run_worker(installation, gateway=gateway, pace=order["pace"] / 3)


def _sink(order: dict[str, Any]) -> None:
    folder, board = Path(order["folder"]), Board(Path(order["board"]))
    asyncio.run(sink.serve(folder=folder, ports=order["ports"], ledger=folder / "pushes.jsonl", board=board))


ROLES: dict[str, Callable[[dict[str, Any]], None]] = {"web": _web, "worker": _worker, "sink": _sink}
