"""SIGTERM: what is in hand is finished, nothing new is begun, and the process ends by itself."""

import json
import os
import random
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from server.crypto_fields import give_keys, load_field_keys
from server.db import Database
from server.delivery.models import Attempt
from server.delivery.vapid import load_or_create_key
from server.diary.models import Response
from server.monitoring.counters import ANSWERS
from server.monitoring.models import Counter
from server.phone import Line
from server.planning.models import Beep
from tests.answering import make_body
from tests.factories import make_beep, make_participant, make_study, make_token
from tests.faults.brisk import BEGINS, TODAY, seat
from tests.faults.sink import Mode
from tests.faults.stage import PACE, House, Stage


@contextmanager
def staged(
    house: House, backend: str, folder: Path, *, at_once: int = 4, pace: int = PACE, **more: Any
) -> Iterator[tuple[Stage, Database]]:
    """A stage with nothing on it yet, and its database; ``more`` is the stage's to understand."""
    if backend == "postgres" and house.cluster is None:
        pytest.skip("PostgreSQL's programs are not here.")
    stage = Stage(house, backend, folder, at_once=at_once, pace=pace, **more)
    database = Database(stage.database_url)
    give_keys(database.engine, load_field_keys((folder / "contact.key",)))
    try:
        yield stage, database
    finally:
        database.dispose()
        stage.end()


def wait_for(holds: Callable[[], object], *, every_s: float = 0.005) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until, "this never came"
        time.sleep(every_s)


def test_a_worker_that_is_asked_to_stop_writes_down_what_it_has_sent(house: House, folder: Path) -> None:
    with staged(house, "sqlite", folder, pace=10) as (stage, database):  # windows of twelve seconds
        key = load_or_create_key(folder / "vapid.pem")
        seat(database, people=15, push_key_id=key.id, rng=random.Random(1))
        stage.board.write("mode", Mode.DAWDLES)
        stage.begin()
        pushes = folder / "pushes.jsonl"
        wait_for(lambda: pushes.exists() and pushes.read_bytes())
        assert stage.ask_to_stop("worker-0") == 0
        sent = [json.loads(line)["topic"] for line in pushes.read_text().splitlines()]
        with database.reading() as session:
            written = session.scalars(select(Attempt.outcome)).all()
            tried = select(Attempt.slot).where(Attempt.participant_id == Beep.participant_id, Attempt.slot == Beep.slot)
            in_hand = session.scalars(select(Beep).where(Beep.push_tries > 0, ~tried.exists())).all()
            waiting = session.scalars(select(Beep).where(Beep.next_push_at.is_not(None))).all()
    assert sent
    assert len(written) >= len(sent)
    assert set(written) <= {"accepted", "unreachable"}  # the latter on a machine too busy for a sender's patience
    assert not in_hand  # nothing that was sent is left for a lease to run out
    assert waiting  # and it did not go on to the beeps that were not begun


@pytest.mark.postgres
@pytest.mark.parametrize("whole", [True, False], ids=["the server", "one of its processes"])
def test_a_web_process_that_is_asked_to_stop_takes_in_the_answer_in_hand(
    house: House, folder: Path, whole: bool
) -> None:
    with staged(house, "postgres", folder) as (stage, database):
        with database.transaction() as session:
            person = make_participant(session, study=make_study(session), starts_on=TODAY)
            beep = make_beep(session, participant=person, due_at=BEGINS, window_min=30)
            token = make_token(session, person)
            body, beep_id = make_body(beep, finished_at=BEGINS), beep.id
        stage.start("web")
        wait_for(lambda: _listens(stage.web_port))
        replies: list[int] = []
        with database.engine.connect() as holder:
            holder.execute(text("SELECT 1 FROM beep FOR UPDATE"))  # an answer refers to its beep, and waits
            sending = threading.Thread(target=lambda: replies.append(_put(stage.web_port, token, beep_id, body)))
            sending.start()
            wait_for(lambda: _someone_waits(database))
            if whole:
                stopping = threading.Thread(target=stage.ask_to_stop, args=("web",))
                stopping.start()
                wait_for(lambda: not _listens(stage.web_port))
            else:
                for pid in stage.children("web"):
                    os.kill(pid, signal.SIGTERM)
                time.sleep(0.2)
            assert replies == []
            holder.rollback()
        sending.join(15)
        assert replies == [201]
        if whole:
            stopping.join(15)
            assert stage.processes["web"].ends == [0]
        with database.reading() as session:
            assert len(session.scalars(select(Response)).all()) == 1
        wait_for(lambda: _counted(database) == {"kept": 1})  # perhaps a moment after the reply


@pytest.mark.parametrize("whole", [True, False], ids=["the server", "one of its processes"])
def test_a_web_process_that_is_asked_to_stop_writes_down_what_it_has_counted(
    house: House, folder: Path, whole: bool
) -> None:
    with staged(house, "sqlite", folder) as (stage, database):
        with database.transaction() as session:
            person = make_participant(session, study=make_study(session), starts_on=TODAY)
            beep = make_beep(session, participant=person, due_at=BEGINS, window_min=30)
            token = make_token(session, person)
            body, beep_id = make_body(beep, finished_at=BEGINS), beep.id
        stage.start("web")
        wait_for(lambda: _answers(stage.web_port))
        assert [_put(stage.web_port, token, beep_id, body) for _ in range(3)] == [201, 200, 200]
        if whole:
            assert stage.ask_to_stop("web") == 0
        else:
            (asked,) = stage.children("web")
            os.kill(asked, signal.SIGTERM)
            wait_for(lambda: asked not in stage.children("web"))
        assert _counted(database) == {"kept": 1, "repeated": 2}


def test_a_web_process_that_dies_is_replaced(house: House, folder: Path) -> None:
    with staged(house, "sqlite", folder) as (stage, _):
        stage.start("web")
        wait_for(lambda: _listens(stage.web_port))
        wait_for(lambda: stage.children("web"))
        (victim,) = stage.children("web")
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: (alive := stage.children("web")) and alive != [victim])
        wait_for(lambda: _answers(stage.web_port))


def _put(port: int, token: str, beep: object, body: object) -> int:
    with Line(port) as line:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        reply, _ = line.request("PUT", f"/api/v1/beeps/{beep}/response", json.dumps(body).encode(), headers)
    return reply.status


def _counted(database: Database) -> dict[str, int]:
    with database.reading() as session:
        rows = session.execute(select(Counter.label, Counter.total).where(Counter.name == ANSWERS))
        return {label: total for label, total in rows}


def _someone_waits(database: Database) -> bool:
    with database.reading() as session:
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(session.scalar(waiting))


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _answers(port: int) -> bool:
    try:
        with Line(port) as line:
            return line.request("GET", "/healthz", None, {})[0].status == 200
    except OSError:
        return False
