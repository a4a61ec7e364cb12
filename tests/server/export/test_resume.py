"""An export whose process dies goes on where it was, and nobody can tell from the bytes that it ever died."""

import os
import re
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text

from server.clock import SetClock
from server.config import Settings
from server.db import Database
from server.delivery.models import Receipt
from server.export import assembly, ledger
from server.export.bundle import hash_file
from server.export.models import ExportJob
from server.export.options import Doors, export
from server.export.rounds import remove_files
from server.export.running import FILE_KEPT, LEASE, Workshop, claim, work
from server.people.models import Participant
from server.planning.models import Beep
from server.rights.erasing import Keeper, erase, half_made_with_erased
from server.schema import newest_revision
from tests.export_studies import AFTERWARDS
from tests.factories import add
from tests.server.desk.desk import SECRET

ROWS_A_GROUP = 150
KEY = b"k" * 32
WORDS = ["--rank", "birth_year", "--reason", "A paper", "--derived", "--no-openesm"]
DYING = """
import os, signal, sys
from server.export import ledger, workplace

ledger.ROWS_A_GROUP = int(sys.argv[1])
fatal, noted = sys.argv[2], workplace.Workplace.note

def note(self, name, *more):
    noted(self, name, *more)
    if name == fatal:
        os.kill(os.getpid(), signal.SIGKILL)

workplace.Workplace.note = note
from server.export_cli import Doors, _ready, cli, hand_over_own
cli.main(["export", *sys.argv[3:]], obj=Doors(ready=_ready, own=hand_over_own))
"""


@pytest.fixture(autouse=True, scope="module")
def small_groups() -> Iterator[None]:
    """A study of 36 people in five groups."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "ROWS_A_GROUP", ROWS_A_GROUP)
        yield


def installation_in(folder: Path, file: Path) -> Settings:
    """An installation with a copy of ``file`` and a key for exports that can be made twice."""
    shutil.copy(file, folder / "kiem.sqlite3")
    (folder / "key").write_bytes(KEY)
    database = Database(f"sqlite:///{folder / 'kiem.sqlite3'}")
    with database.transaction() as session:  # as after ./run migrate
        session.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        session.execute(
            text("INSERT INTO alembic_version VALUES (:now) ON CONFLICT DO NOTHING"), {"now": newest_revision()}
        )
    database.dispose()
    return settings_of(folder)


def settings_of(folder: Path) -> Settings:
    return Settings(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'kiem.sqlite3'}",
        public_url="http://127.0.0.1:8000",
        push_gateway="recording",
        vapid_key_file=folder / "vapid.pem",
    )


@pytest.fixture
def home(small_file: Path, tmp_path: Path) -> Settings:
    """An installation with the study ``small``."""
    return installation_in(tmp_path, small_file)


def run(settings: Settings, *words: str) -> Result:
    doors = Doors(ready=lambda: settings, own=lambda *_: 0)
    return CliRunner().invoke(export, ["small", *words], obj=doors)


def uninterrupted(file: Path, folder: Path) -> str:
    """The SHA-256 of the same bundle made in one go, as the first export from a copy of the same database."""
    folder.mkdir()
    copy = installation_in(folder, file)
    out = folder / "whole.zip"
    done = run(copy, *WORDS, "--key", str(folder / "key"), "--out", str(out), "--json")
    assert done.exit_code == 0, done.output
    return hash_file(out)


@pytest.fixture(scope="module")
def wanted(small_file: Path, small_groups: None, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The SHA-256 of the bundle that every one of these exports should be."""
    return uninterrupted(small_file, tmp_path_factory.mktemp("wanted") / "whole")


def die_after(settings: Settings, note: str, *words: str) -> str:
    """Run the command in a process that is killed once so much is noted; what it had said."""
    variables = {
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(settings.data_dir),
        "PUBLIC_URL": settings.public_url,
        "PUSH_GATEWAY": "recording",
    }
    named = {f"KIEM_{name}": value for name, value in variables.items()}
    program = [sys.executable, "-c", DYING, str(ROWS_A_GROUP), note, "small", *words]
    told = subprocess.run(program, env={**os.environ, **named}, capture_output=True, text=True, check=False)
    assert told.returncode == -signal.SIGKILL, told.stderr[-2_000:]
    return told.stderr


def parts_of(settings: Settings) -> dict[str, int]:
    """When each part that is kept was written."""
    (folder,) = (settings.data_dir / "exports").glob(".work-*")
    return {path.name: path.stat().st_mtime_ns for path in (folder / "parts").iterdir()}


def test_killed_twice_it_goes_on_and_gives_the_bytes_of_an_export_that_never_was(
    home: Settings, tmp_path: Path, wanted: str
) -> None:
    out = tmp_path / "out.zip"
    said = die_after(home, "group-00001", *WORDS, "--key", str(tmp_path / "key"), "--out", str(out))
    (job,) = re.findall(r"--resume ([0-9a-f-]{36})", said)
    first = parts_of(home)
    assert {name for name in first if name.startswith("beeps")} == {"beeps-00000.arrow", "beeps-00001.arrow"}
    die_after(home, "beeps", "--resume", job, "--out", str(out))
    second = parts_of(home)
    assert len(second) > len(first)
    assert {name: second[name] for name in first} == first, "what the first try had made was made again"
    assert not out.exists()
    done = run(home, "--resume", job, "--out", str(out))
    assert done.exit_code == 0, done.output
    assert "Going on after 6 parts" in done.output
    assert hash_file(out) == wanted
    assert list((home.data_dir / "exports").iterdir()) == [], "nothing is left of the parts"


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@dataclass(frozen=True, kw_only=True, slots=True)
class Stopped:
    """An installation whose export of ``small`` was stopped when all its rows were written; ``job`` takes it up."""

    folder: Path
    job: str


@pytest.fixture(scope="module")
def stopped(small_file: Path, small_groups: None, tmp_path_factory: pytest.TempPathFactory) -> Stopped:
    folder = tmp_path_factory.mktemp("stopped")
    there = installation_in(folder, small_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "seal", interrupt)
        told = run(there, *WORDS, "--key", str(folder / "key"), "--out", str(folder / "out.zip"))
    assert told.exit_code == 130
    assert "What is made is kept. To go on: ./run export small --resume" in told.output
    return Stopped(folder=folder, job=re.findall(r"--resume (\S+)", told.output)[-1])


@pytest.fixture
def halfway(stopped: Stopped, tmp_path: Path) -> Settings:
    """A copy of that installation, to go on in."""
    shutil.copytree(stopped.folder, tmp_path, dirs_exist_ok=True)
    return settings_of(tmp_path)


@pytest.fixture
def way_on(stopped: Stopped, tmp_path: Path) -> list[str]:
    """The words that take it up."""
    return ["--resume", stopped.job, "--out", str(tmp_path / "out.zip")]


def test_a_part_that_is_not_as_it_was_written_is_made_again(
    halfway: Settings, tmp_path: Path, way_on: list[str], wanted: str
) -> None:
    (folder,) = (halfway.data_dir / "exports").glob(".work-*")
    for path in (folder / "parts" / "beeps-00001.arrow", folder / "files" / "beeps.csv"):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    done = run(halfway, *way_on)
    assert done.exit_code == 0, done.output
    assert hash_file(tmp_path / "out.zip") == wanted


def test_whoever_has_sent_something_since_is_read_again(
    halfway: Settings, tmp_path: Path, way_on: list[str], wanted: str
) -> None:
    database = Database(halfway.database_url)
    with database.transaction() as session:
        opened = select(Receipt.participant_id, Receipt.local_date, Receipt.slot)
        known = {tuple(row) for row in session.execute(opened)}
        beep = next(
            one
            for one in session.scalars(select(Beep).where(Beep.kind == "questionnaire"))
            if (one.participant_id, one.local_date, one.slot) not in known
        )
        add(
            session,
            Receipt(
                participant_id=beep.participant_id,
                local_date=beep.local_date,
                slot=beep.slot,
                kind="opened",
                device_at=beep.due_at + timedelta(minutes=1),
                received_at=AFTERWARDS,
            ),
        )
    database.dispose()
    since = uninterrupted(Path(halfway.database_url.removeprefix("sqlite:///")), tmp_path / "since")
    assert run(halfway, *way_on).exit_code == 0
    assert hash_file(tmp_path / "out.zip") == since != wanted


class Killed(BaseException):
    """What no program can catch, nearly."""


def test_the_workers_export_goes_on_after_a_crash_and_parts_with_somebody_erased_do_not_stay(
    halfway: Settings, tmp_path: Path, way_on: list[str], wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SetClock(AFTERWARDS)
    shop = Workshop(database=Database(halfway.database_url), data_dir=halfway.data_dir, secret=SECRET, clock=clock)
    with shop.database.transaction() as session:
        job = session.scalars(select(ExportJob).where(ExportJob.state == "queued")).one()
        job.by_hand, job.asked_at = False, AFTERWARDS  # as one that was asked for at the desk
        job_id = job.id
        assert remove_files(session, halfway.data_dir, now=AFTERWARDS) == 0

    def take() -> tuple[uuid.UUID, uuid.UUID]:
        with shop.database.transaction() as session:
            taken = claim(session, now=clock.now())
            assert taken is not None
            assert taken.runner is not None
            return taken.id, taken.runner

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(assembly, "seal", die)
        with pytest.raises(Killed):
            work(shop, *take())
    before = parts_of(halfway)
    clock.move(LEASE)
    with shop.database.transaction() as session:
        assert remove_files(session, halfway.data_dir, now=clock.now()) == 0, "somebody will take it up"
        assert half_made_with_erased(session, clock.now()) == set()
        somebody = session.scalars(select(Participant.id)).first()
        assert somebody is not None
        keeper = Keeper(secret=SECRET, path=tmp_path / "erasures")
        erase(session, somebody, why="self", keeper=keeper, now=clock.now())
        gone = half_made_with_erased(session, clock.now())
        assert gone == {job_id}
        (parts,) = (halfway.data_dir / "exports").glob(".work-*")
        shutil.copytree(parts, tmp_path / "parts")
        assert remove_files(session, halfway.data_dir, now=clock.now(), begin_anew=gone) == 1, "but not with her in it"
        assert not parts.exists()
        shutil.copytree(tmp_path / "parts", parts)
        assert remove_files(session, halfway.data_dir, now=AFTERWARDS + FILE_KEPT + LEASE) == 1, "or nobody will"
        session.rollback()
    row = work(shop, *take())
    assert row is not None
    assert row.sha256 == wanted
    assert len(before) == 15
    assert [path.name for path in (halfway.data_dir / "exports").iterdir()] == [f"{job_id}.zip"]
    shop.database.dispose()
