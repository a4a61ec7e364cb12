"""Several workers at once, and one that dies at the worst moment; all on PostgreSQL and as processes of their own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.clock import SetClock
from server.config import Settings
from server.db import Database
from server.delivery.gateway import RecordingGateway
from server.delivery.models import Attempt
from server.delivery.payload import topic_of
from server.installation import open_installation
from server.planning.models import Beep
from server.worker import Worker
from tests.cast import NOW, STARTED, TODAY, Cast
from tests.delivery_factories import make_device
from tests.factories import make_beep, make_participant, make_study

ROOT = Path(__file__).resolve().parents[2]
LEASE = timedelta(seconds=60)
PEOPLE = 60
DAYS = (TODAY - STARTED).days + 3  # from the first study day to the one that begins within 48 hours


@contextmanager
def workers(settings: Settings, *arguments: tuple[str, ...]) -> Iterator[list[subprocess.Popen[str]]]:
    """One process for each tuple of arguments; whoever is still there at the end is killed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KIEM_")}
    environment |= {
        "KIEM_DATABASE_URL": settings.database_url,
        "KIEM_DATA_DIR": str(settings.data_dir),
        "KIEM_PUSH_GATEWAY": "recording",
        "KIEM_LEASE_S": str(int(LEASE.total_seconds())),
        "KIEM_BATCH": "5",
    }
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.journey.worker_process", *each],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for each in arguments
    ]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.communicate()


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def the_beep(database: Database) -> Beep:
    with database.reading() as session:
        return session.scalars(select(Beep)).one()


@pytest.mark.postgres
def test_a_worker_killed_between_claim_and_settle_loses_no_beep(
    settings: Settings, database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        beep = make_beep(session, participant=cast.noor.participant, due_at=NOW, next_push_at=NOW)
        make_device(session, participant=cast.noor.participant)
    with workers(settings, ("stall", NOW.isoformat())) as (victim,):
        handed_over = json.loads(read_line(victim))
        victim.send_signal(signal.SIGKILL)
        assert victim.wait(10) == -signal.SIGKILL
    assert handed_over == [topic_of(beep.id)] * 2
    left = the_beep(database)
    assert (left.next_push_at, left.push_stage, left.push_tries) == (NOW + LEASE, 0, 1)

    clock, gateway = SetClock(NOW + LEASE / 2), RecordingGateway()
    installation = open_installation(settings, clock=clock)
    worker = Worker(installation, gateway=gateway)
    assert worker.deliver() == 0  # the lease is still the dead one's
    clock.set(NOW + LEASE)
    assert worker.deliver() == 1
    assert worker.deliver() == 0
    worker.close()
    installation.database.dispose()

    (sent,) = gateway.sent
    assert [sent.message.topic, json.loads(sent.message.payload)["notification"]["tag"]] == handed_over
    assert beep.due_at < sent.at < beep.expires_at
    assert sent.ttl_s == (beep.expires_at - sent.at).total_seconds()
    with database.reading() as session:
        assert [(attempt.at, attempt.outcome) for attempt in session.scalars(select(Attempt))] == [
            (NOW + LEASE, "accepted")
        ]


@pytest.mark.postgres
def test_two_planners_and_four_claimers_at_once_do_everything_once(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    with database.transaction() as session:
        study = make_study(session)
        for _ in range(PEOPLE):
            make_device(session, participant=make_participant(session, study=study))
    names = ("a", "b", "c", "d")
    folder = tmp_path / "go"
    folder.mkdir()
    moment = NOW + timedelta(days=1)
    with workers(settings, *(("work", moment.isoformat(), str(folder), name) for name in names)) as running:
        assert [read_line(process) for process in running] == ["ready"] * 4
        give_the_word(folder / "plan", "a b")
        assert [read_line(process) for process in running[:2]] == ["planned"] * 2
        due = make_all_due(database, moment)
        give_the_word(folder / "claim", "all")
        did = [json.loads(read_line(process)) for process in running]

    assert sum(each["days"] for each in did) == PEOPLE * (DAYS + 1)
    assert sum(each["beeps"] for each in did) == count(database, Beep) == PEOPLE * (DAYS + 1) * 5

    topics = [topic for each in did for topic in each["topics"]]
    assert len(topics) == len(set(topics)) == len(due)
    assert set(topics) == due
    assert sum(each["handled"] for each in did) == count(database, Attempt) == len(due)
    assert sum(bool(each["topics"]) for each in did) >= 2


def give_the_word(path: Path, text: str) -> None:
    """The file appears with its text, never empty."""
    path.with_suffix(".new").write_text(text, encoding="utf-8")
    path.with_suffix(".new").rename(path)


def make_all_due(database: Database, now: datetime) -> set[str]:
    """Let one beep of everybody fall due at this very moment; their topics."""
    with database.transaction() as session:
        beeps = session.scalars(select(Beep).where(Beep.slot == 3, Beep.local_date == TODAY + timedelta(days=1))).all()
        assert len(beeps) == PEOPLE
        for beep in beeps:
            beep.due_at, beep.expires_at, beep.next_push_at = now, now + timedelta(hours=1), now
        others = session.scalars(select(Beep).where(Beep.next_push_at < now))
        for other in others:
            other.next_push_at = None
        return {topic_of(beep.id) for beep in beeps}


def count(database: Database, table: type[Beep] | type[Attempt]) -> int:
    with database.reading() as session:
        return session.scalars(select(func.count()).select_from(table)).one()
