"""Every profile through the command as it is typed, and an interrupted export taken up again."""

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.config import Settings
from server.db import Database
from server.export import assembly
from server.export.models import Export
from server.export.options import Doors
from server.export_cli import cli, hand_over_own
from server.people.models import Participant
from server.studies.service import find_study
from tests.export_studies import CANARY
from tests.server.desk.desk import make_staff


@pytest.fixture
def settings(settings: Settings, small_file: Path) -> Settings:
    shutil.copy(small_file, settings.database_url.removeprefix("sqlite:///"))
    database = Database(settings.database_url)
    with database.transaction() as session:
        make_staff(session, "Olga", roles={find_study(session, "small"): "owner"})
    database.dispose()
    return settings


def run(settings: Settings, *words: str) -> Result:
    doors = Doors(ready=lambda: settings, own=hand_over_own)
    return CliRunner().invoke(cli, ["export", "small", "--reason", "Paper on mood", *words], obj=doors)


def names_in(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        return {name.partition("/")[2] or name for name in archive.namelist()}


@pytest.mark.parametrize(
    ("profile", "more", "has", "lacks"),
    [
        ("research", ["--rank", "birth_year"], "beeps.csv", "counts.csv"),
        ("open", ["--rank", "language", "--approved-by", "olga@kiem.example"], "beeps.csv", "counts.csv"),
        ("linked", ["--agreement", "2026-17", "--approved-by", "olga@kiem.example"], "beeps.csv", "counts.csv"),
        ("aggregate", ["--rank", "age,language"], "counts.csv", "beeps.csv"),
    ],
)
def test_each_profile_comes_out_of_the_command(
    settings: Settings, tmp_path: Path, profile: str, more: list[str], has: str, lacks: str
) -> None:
    out = tmp_path / "out.zip"
    done = run(settings, "--profile", profile, "--out", str(out), "--no-sav", "--no-openesm", "--json", *more)
    assert done.exit_code == 0, done.output
    told = json.loads(done.output.splitlines()[-1])
    assert (told["profile"], told["participants"]) == (profile, 36)
    assert has in names_in(out)
    assert lacks not in names_in(out)
    database = Database(settings.database_url)
    with database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "export.made"))
        assert entry.facts["sha256"] == session.scalars(select(Export.sha256)).one() == told["sha256"]
        assert (entry.who, entry.why) == ("command line", "Paper on mood")
    database.dispose()


def test_somebodys_own_data_are_hers_alone_and_noted_without_her_name(settings: Settings, tmp_path: Path) -> None:
    database = Database(settings.database_url)
    with database.reading() as session:
        noor, sam = session.scalars(select(Participant).order_by(Participant.code).limit(2)).all()
    out = tmp_path / "own.zip"
    assert run(settings, "--profile", "own", "--out", str(out)).exit_code != 0, "whose?"
    done = run(settings, "--profile", "own", "--participant", noor.code, "--out", str(out))
    assert done.exit_code == 0, done.output
    assert out.stat().st_mode & 0o777 == 0o600, "nobody else on this machine reads her words"
    with zipfile.ZipFile(out) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
        data = json.loads(archive.read("data.json"))
    assert CANARY.encode() in whole, "her own words are hers"
    assert len(data["beep"]) == 18
    assert re.search(rb"2026-03-0\d", whole), "true dates"
    assert sam.code.encode() not in whole
    with database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "export.own"))
    assert noor.code not in f"{entry.subject} {entry.facts}"
    database.dispose()


def test_an_interrupted_export_is_taken_up_with_the_same_parameters(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.zip"

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    words = ["--rank", "language", "--no-sav", "--no-openesm", "--out", str(out)]
    with monkeypatch.context() as patch:
        patch.setattr(assembly, "seal", interrupt)
        stopped = run(settings, *words)
    assert stopped.exit_code == 130
    assert not out.exists()
    (job,) = set(re.findall(r"--resume ([0-9a-f-]{36})", stopped.output))
    resumed = run(settings, "--resume", job, "--out", str(out), "--json")
    assert resumed.exit_code == 0, resumed.output
    assert json.loads(resumed.output.splitlines()[-1])["levels"]["language"] == "exact"
    again = run(settings, "--resume", job, "--out", str(out))
    assert again.exit_code != 0
    assert "nothing to take up" in again.output


@pytest.mark.parametrize("profile", [["--profile", "research"], ["--profile", "own", "--participant", "A"]])
def test_no_folder_is_made_for_a_bundle(settings: Settings, tmp_path: Path, profile: list[str]) -> None:
    done = run(settings, *profile, "--out", str(tmp_path / "typo" / "out.zip"))
    assert done.exit_code == 2
    assert "there is no folder" in done.output
    assert not (tmp_path / "typo").exists()


def test_who_is_refused_is_not_told_how_to_go_on(settings: Settings, tmp_path: Path) -> None:
    refused = run(settings, "--days", "4", "--out", str(tmp_path / "out.zip"))
    assert refused.exit_code == 1
    assert "0 participants can be exported" in refused.output
    assert "interrupted" not in refused.output
    made = run(settings, "--no-sav", "--no-openesm", "--out", str(tmp_path / "out.zip"))
    assert made.output.index("If this is interrupted") < made.output.index("Reading diaries")
