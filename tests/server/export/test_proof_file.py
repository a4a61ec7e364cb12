"""The planning of a whole study proved from its database, from a file, and not where anything was moved."""

import gzip
import json
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from io import BytesIO
from pathlib import Path

import click
import pytest
from sqlalchemy import delete, select

from server.config import Settings
from server.db import Database
from server.export.planned_days import prove_study, read_days, read_grounds
from server.export.proof_command import DIFFERS, check_file, prove_here
from server.export.proof_file import ProofFileBroken, check_proof, write_proof
from server.people.models import FormerRhythm, Participant
from server.planning.models import Beep
from server.planning.replan import change_me
from server.planning.service import plan_ahead
from server.studies.models import Study
from server.studies.rules import rules_of
from server.studies.service import find_study, protocol_of
from server.studies.versions import add_version
from tests.cast import NOW
from tests.factories import make_participant, make_study

LATE = {kind: {"start": "11:00", "end": "22:00", "quiet": [["13:00", "15:00"]]} for kind in ("school", "free")}


@pytest.fixture
def garden_copy(garden_file: Path, settings: Settings) -> Iterator[Database]:
    shutil.copy(garden_file, settings.database_url.removeprefix("sqlite:///"))
    database = Database(settings.database_url)
    yield database
    database.dispose()


def file_of(database: Database, study: str = "garden") -> bytes:
    out = BytesIO()
    with database.reading() as session:
        found = find_study(session, study)
        write_proof(out, study=found.name, grounds=read_grounds(session, found), days=read_days(session, found))
    return out.getvalue()


@pytest.fixture(scope="module")
def garden_proof(garden: Database) -> bytes:
    return file_of(garden)


def test_a_study_of_120_people_and_21_days_is_as_drawn(garden: Database) -> None:
    with garden.reading() as session:
        proof = prove_study(session, find_study(session, "garden"))
    assert proof.holds
    assert proof.verdict["en"] == "12,600 of 12,600 as drawn; 2,520 of 2,520 challenges at their time"
    assert proof.verdict["nl"].startswith("12.600 van 12.600 zoals geloot")


def test_the_file_alone_proves_it_and_a_moved_beep_shows(garden: Database, garden_proof: bytes, tmp_path: Path) -> None:
    file = tmp_path / "proof.jsonl.gz"
    file.write_bytes(garden_proof)
    checked = check_proof(file)
    assert (checked.study, checked.proof.planned, checked.proof.holds) == ("garden", 12_600, True)
    assert file.read_bytes() == file_of(garden), "the same study, the same bytes"
    lines = gzip.decompress(file.read_bytes()).splitlines()
    day = json.loads(lines[100])
    day[6][1][1] += 60
    lines[100] = json.dumps(day).encode()
    file.write_bytes(gzip.compress(b"\n".join(lines)))
    assert check_proof(file).proof.as_drawn == 12_599
    assert check_file(file, as_json=True) == DIFFERS


def test_a_file_that_was_cut_short_is_no_proof(garden_proof: bytes, tmp_path: Path) -> None:
    file = tmp_path / "proof.jsonl.gz"
    whole = gzip.decompress(garden_proof).splitlines()
    lines = [*whole[:60], json.dumps({"days": 59}).encode()]
    for broken, words in (
        (lines[:-1], "end is missing"),
        ([*lines[:50], *lines[51:]], "has 58 days"),
        (lines[1:], "does not begin"),
        ([*lines, lines[5]], "follows its end"),
    ):
        file.write_bytes(gzip.compress(b"\n".join(broken)))
        with pytest.raises(ProofFileBroken, match=words):
            check_proof(file)
    file.write_bytes(b"not gzip")
    with pytest.raises(ProofFileBroken):
        check_proof(file)


def test_a_beep_that_somebody_moved_put_in_or_took_out_is_found(garden_copy: Database) -> None:
    with garden_copy.transaction() as session:
        study = find_study(session, "garden")
        beeps = session.scalars(select(Beep).where(Beep.slot == 3).order_by(Beep.participant_id).limit(2)).all()
        moved, gone = beeps
        moved.due_at += timedelta(minutes=5)
        moved.expires_at += timedelta(minutes=5)
        session.delete(gone)
        session.flush()
        proof = prove_study(session, study)
    assert (proof.planned, proof.absent, proof.holds) == (12_599, 1, False)
    assert {"other-time", "missing"} <= {one.reason for one in proof.differences}


def test_days_planned_by_an_earlier_rhythm_stay_proved_after_she_changed_hers(database: Database) -> None:
    """School hours and bedtimes change midway, twice; every day is drawn again by the one in force when it began."""
    with database.transaction() as session:
        study = make_study(session, name="living", seed=b"s" * 32)
        make_participant(session, study=study, starts_on=NOW.date(), ends_on=NOW.date() + timedelta(days=9))
    for day, rhythm in ((0, None), (3, LATE), (6, None)):
        at = NOW + timedelta(days=day)
        if day:
            with database.transaction() as session:
                person = session.scalars(select(Participant)).one()
                change_me(session, person, {"rhythm": rhythm}, now=at)
        plan_ahead(database, now=at, ahead=timedelta(hours=48))
    plan_ahead(database, now=NOW + timedelta(days=8), ahead=timedelta(hours=72))
    with database.transaction() as session:
        study = find_study(session, "living")
        proof = prove_study(session, study)
        assert proof.planned == 50
        assert proof.holds, proof.differences[:3]
        assert [row.number for row in session.scalars(select(FormerRhythm))] == [1, 2]
        session.execute(delete(FormerRhythm))
        assert not prove_study(session, study).holds, "without the history the middle days cannot be drawn"


def test_a_study_whose_rules_changed_is_proved_by_the_rules_of_each_day(database: Database) -> None:
    with database.transaction() as session:
        study = make_study(session, name="living", seed=b"s" * 32)
        make_participant(session, study=study, starts_on=NOW.date(), ends_on=NOW.date() + timedelta(days=5))
    plan_ahead(database, now=NOW, ahead=timedelta(hours=48))
    with database.transaction() as session:
        study = session.scalars(select(Study)).one()
        wider = replace(rules_of(protocol_of(study)), start=time(10))
        add_version(session, study, wider, base=0, by="Cleo", why="later mornings", now=NOW + timedelta(days=2))
    plan_ahead(database, now=NOW + timedelta(days=3), ahead=timedelta(hours=72))
    with database.reading() as session:
        study = find_study(session, "living")
        editions = set(session.execute(select(Beep.protocol, Beep.rules)).all())
        assert len(editions) == 2
        proof = prove_study(session, study)
        assert proof.holds, proof.differences[:3]
        grounds = read_grounds(session, study)
    assert "grow-it.1/1" in grounds.protocols


def test_the_command_says_it_and_hands_out_the_file_only_once_the_seed_is_free(
    small_file: Path, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(small_file, settings.database_url.removeprefix("sqlite:///"))
    out = tmp_path / "proof.jsonl.gz"
    assert prove_here(lambda: settings, "small", None, as_json=False) == 0
    assert "540 of 540 as drawn" in capsys.readouterr().out
    with pytest.raises(click.ClickException, match="has not been released"):
        prove_here(lambda: settings, "small", out, as_json=False)
    assert not out.exists()
    database = Database(settings.database_url)
    with database.transaction() as session:
        find_study(session, "small").seed_released_at = NOW
    database.dispose()
    assert prove_here(lambda: settings, "small", out, as_json=True) == 0
    assert out.stat().st_mode & 0o777 == 0o600, "ids and true dates are its owner's only"
    assert "give it to nobody" in capsys.readouterr().err
    assert check_file(out, as_json=True) == 0


def test_no_answer_and_no_name_is_in_the_file(garden_proof: bytes) -> None:
    plain = gzip.decompress(garden_proof)
    assert b"kanarie" not in plain
    assert b"KANA" not in plain
    assert b"pa_cheerful" not in plain
    day = json.loads(plain.splitlines()[1])
    assert (str(uuid.UUID(day[0])), str(date.fromisoformat(day[1]))) == (day[0], day[1])
