"""The command hands over whole bundles or none, and the register knows of each."""

import json
import shutil
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import polars as pl
import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from server.config import Settings
from server.db import Database
from server.export import assembly, service
from server.export.asking import add_job
from server.export.bundle import hash_file
from server.export.checks import count_withdrawn
from server.export.command import INTERRUPTED, run_export
from server.export.key_window import destroy_keys
from server.export.keys import KeyFileUnusable, load_wrapping_key, unwrap, wrap
from server.export.models import Export, ExportMember
from server.export.request import Request, Responsible
from server.people.models import Participant
from server.studies.service import find_study
from tests.export_studies import AFTERWARDS
from tests.server.desk.desk import make_staff

RENA = Responsible(reason="Paper on mood", requested_by="Rena", recipient="Rena's group")
PLAIN = Request(ranking=("birth_year",), sav=False, openesm=False)


@pytest.fixture
def small(small_file: Path, settings: Settings) -> Iterator[Database]:
    """The study ``small`` in the database of the test's settings."""
    shutil.copy(small_file, settings.database_url.removeprefix("sqlite:///"))
    database = Database(settings.database_url)
    yield database
    database.dispose()


def registered(database: Database) -> list[Export]:
    with database.reading() as session:
        return list(session.scalars(select(Export).order_by(Export.created_at)))


def test_the_register_knows_who_what_why_and_the_very_bytes(
    small: Database, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "bundle.zip"
    assert run_export(settings, "small", PLAIN, RENA, out, as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    (row,) = registered(small)
    assert row.sha256 == told["sha256"] == hash_file(out)
    assert (row.reason, row.requested_by, row.recipient) == ("Paper on mood", "Rena", "Rena's group")
    assert (row.people, row.rows, row.profile) == (36, 36 * 3 * 5, "research")
    assert told["rows"]["beeps.csv"] == 540
    with small.reading() as session:
        members = session.scalars(select(ExportMember.participant_id)).all()
        assert set(members) == set(session.scalars(select(Participant.id)))


def test_the_key_in_the_register_makes_the_same_bytes_again(
    small: Database, settings: Settings, tmp_path: Path
) -> None:
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    run_export(settings, "small", PLAIN, RENA, first, as_json=True)
    (row,) = registered(small)
    assert run_export(settings, "small", Request(), RENA, second, again=row.id, as_json=True) == 0
    assert first.read_bytes() == second.read_bytes()


def test_the_same_request_and_key_give_the_same_bytes_after_other_exports_too(
    small: Database, settings: Settings, tmp_path: Path
) -> None:
    first, between, second = (tmp_path / f"{number}.zip" for number in "123")
    assert run_export(settings, "small", PLAIN, RENA, first, key=bytes(32), as_json=True) == 0
    assert run_export(settings, "small", replace(PLAIN, ranking=("language",)), RENA, between, as_json=True) == 0
    assert run_export(settings, "small", PLAIN, RENA, second, key=bytes(32), as_json=True) == 0
    assert first.read_bytes() == second.read_bytes()
    kept = [row.parameters["keep_levels"] for row in registered(small)]
    assert kept[0] != kept[2], "what earlier exports told is in the register"


def test_made_again_it_lacks_who_has_left_since(small: Database, settings: Settings, tmp_path: Path) -> None:
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    run_export(settings, "small", PLAIN, RENA, first, as_json=True)
    (row,) = registered(small)
    with small.transaction() as session:
        gone = session.scalars(select(Participant)).first()
        assert gone is not None
        gone.left_at = AFTERWARDS
        session.flush()
        assert count_withdrawn(session, row) == 1
    run_export(settings, "small", PLAIN, RENA, second, again=row.id, as_json=True)
    before, after = (ids_in(path) for path in (first, second))
    assert len(before - after) == 1
    assert after < before, "the others keep their ids"


def ids_in(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        return set(pl.read_csv(archive.read("small-research/participants.csv"))["id"])


def test_a_key_is_destroyed_when_its_window_is_over(small: Database, settings: Settings, tmp_path: Path) -> None:
    run_export(settings, "small", PLAIN, RENA, tmp_path / "1.zip", as_json=True)
    (row,) = registered(small)
    with small.transaction() as session:
        assert destroy_keys(session, now=row.key_until.replace(microsecond=0) - service.WITHDRAWAL_WINDOW) == 0
        assert destroy_keys(session, now=row.key_until) == 1
    assert registered(small)[0].wrapped_key is None
    with pytest.raises(click.ClickException, match="window of this export is over"):
        run_export(settings, "small", PLAIN, RENA, tmp_path / "2.zip", again=row.id, as_json=True)


@pytest.mark.parametrize(
    ("request_", "responsible", "words"),
    [
        (PLAIN, replace(RENA, reason=" "), "needs a reason"),
        (replace(PLAIN, profile="open"), RENA, "needs: a second person"),
        (replace(PLAIN, profile="open"), replace(RENA, approved_by="Rena"), "needs: a second person"),
        (replace(PLAIN, profile="linked"), replace(RENA, approved_by="Cleo"), "agreement"),
        (replace(PLAIN, profile="aggregate", derived=True), RENA, "Tables have no rows"),
        (replace(PLAIN, profile="own"), RENA, "one participant's"),
        (replace(PLAIN, ranking=("income",)), RENA, "income"),
        (replace(PLAIN, k=3), RENA, "k = 5"),
        (replace(PLAIN, licence="nonsense lic"), RENA, "SPDX"),
    ],
)
def test_what_may_not_be_is_refused_and_leaves_nothing(
    small: Database, settings: Settings, tmp_path: Path, request_: Request, responsible: Responsible, words: str
) -> None:
    out = tmp_path / "out" / "bundle.zip"
    out.parent.mkdir()
    with pytest.raises(click.ClickException, match=words):
        run_export(settings, "small", request_, responsible, out, as_json=True)
    assert list(out.parent.iterdir()) == []
    assert registered(small) == []


def test_an_interrupted_export_leaves_the_old_bundle_and_no_entry(
    small: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out" / "bundle.zip"
    out.parent.mkdir()
    out.write_bytes(b"the old one")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(assembly, "seal", interrupt)  # as if Ctrl-C came between the last file and the zip
    assert run_export(settings, "small", PLAIN, RENA, out, as_json=True) == INTERRUPTED
    assert [path.name for path in out.parent.iterdir()] == ["bundle.zip"]
    assert out.read_bytes() == b"the old one"
    assert registered(small) == []


@pytest.fixture
def team(small: Database) -> None:
    """Olga owns the study, Rena and Rob read it, Cleo runs it; Otto owned it and has gone."""
    with small.transaction() as session:
        study = find_study(session, "small")
        for name, role in {"Olga": "owner", "Rena": "researcher", "Rob": "researcher", "Cleo": "coordinator"}.items():
            make_staff(session, name, roles={study: role})
        make_staff(session, "Otto", roles={study: "owner"})[0].ended_at = AFTERWARDS


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    ("by", "second", "words"),
    [
        ("rena@kiem.example", "nobody-at-all", "neither"),
        ("rena@kiem.example", "cleo@kiem.example", "neither"),
        ("rena@kiem.example", "otto@kiem.example", "neither"),
        ("rena@kiem.example", "rob@kiem.example", "one of the two is an owner"),
        ("olga@kiem.example", "Olga@kiem.example", "Somebody else"),
        ("rena@kiem.example", "Olga@kiem.example", None),
        ("olga@kiem.example", "rob@kiem.example", None),
    ],
)
def test_the_second_person_is_a_researcher_or_owner_and_one_of_the_two_an_owner(
    small: Database, settings: Settings, tmp_path: Path, by: str, second: str, words: str | None
) -> None:
    request, both = replace(PLAIN, profile="open"), replace(RENA, requested_by=by, approved_by=second)
    if words is None:
        assert run_export(settings, "small", request, both, tmp_path / "1.zip", as_json=True) == 0
        assert [row.approved_by for row in registered(small)] == [second.lower()]
        return
    with pytest.raises(click.ClickException, match=words):
        run_export(settings, "small", request, both, tmp_path / "1.zip", as_json=True)
    assert registered(small) == []


def test_ten_exports_a_day_are_enough_by_hand_too(small: Database, settings: Settings, tmp_path: Path) -> None:
    now, out = datetime.now(UTC), tmp_path / "1.zip"
    with small.transaction() as session:
        study = find_study(session, "small")
        for number in range(12):
            state = "done" if 1 <= number <= 10 else "failed"  # what was refused takes no turn
            at = now - timedelta(hours=1 + 2 * number)
            add_job(session, study, PLAIN, RENA, staff_id=None, state=state, wrapping=bytes(32), now=at, by_hand=True)
    with pytest.raises(click.ClickException, match="enough"):
        run_export(settings, "small", PLAIN, RENA, out, as_json=True)
    assert run_export(settings, "small", PLAIN, replace(RENA, requested_by="Rob"), out, as_json=True) == 0


@pytest.mark.usefixtures("team")
def test_linked_exports_of_one_agreement_have_the_same_ids(small: Database, settings: Settings, tmp_path: Path) -> None:
    cleo = replace(RENA, approved_by="olga@kiem.example")
    linked = replace(PLAIN, profile="linked", agreement="2026-17")
    for name, request in {"1": linked, "2": linked, "3": replace(linked, agreement="2026-18")}.items():
        run_export(settings, "small", request, cleo, tmp_path / f"{name}.zip", as_json=True)
    first, again, other = (linked_ids(tmp_path / f"{name}.zip") for name in "123")
    assert first == again
    assert first.isdisjoint(other)


def linked_ids(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        assert b"2026-17" not in archive.read("small-linked/manifest.json")
        return set(pl.read_csv(archive.read("small-linked/participants.csv"))["id"])


def test_a_wrapped_key_opens_only_as_its_own_export(tmp_path: Path) -> None:
    wrapping, one = load_wrapping_key(tmp_path), uuid.uuid4()
    assert wrapping == load_wrapping_key(tmp_path)
    assert (tmp_path / "export.key").stat().st_mode & 0o777 == 0o600
    wrapped = wrap(b"k" * 32, one, wrapping=wrapping)
    assert unwrap(wrapped, one, wrapping=wrapping) == b"k" * 32
    with pytest.raises(InvalidTag):
        unwrap(wrapped, uuid.uuid4(), wrapping=wrapping)


def test_a_file_of_keys_that_others_can_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    load_wrapping_key(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["export.key"], "nothing half made lies beside it"
    (tmp_path / "export.key").chmod(0o640)
    with pytest.raises(KeyFileUnusable, match="chmod 600"):
        load_wrapping_key(tmp_path)
    (tmp_path / "export.key").chmod(0o600)
    (tmp_path / "export.key").write_bytes(b"short")
    with pytest.raises(KeyFileUnusable, match="not a key"):
        load_wrapping_key(tmp_path)
