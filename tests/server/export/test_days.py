"""How long somebody took part: what the rows show of it, and an export in which it tells nobody apart."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import delete, select

from server.db import Database
from server.export.forecast import forecast
from server.export.request import NotAnonymousEnough, Request
from server.people.models import Participant
from server.planning.models import Assignment, Beep
from server.studies.service import find_study
from tests.databases import both_databases
from tests.export_studies import AFTERWARDS, make_finished_study
from tests.server.export.conftest import export

PLAIN = Request(ranking=("age",), sav=False, openesm=False)


@pytest.fixture(scope="module")
def uneven_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """36 people of four days, of whom two stopped being asked earlier: after three days, and after one."""
    path = tmp_path_factory.mktemp("uneven") / "kiem.sqlite3"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    make_finished_study(database, name="small", people=36, days=4, starts=2)
    with database.transaction() as session:
        for person, days in zip(session.scalars(select(Participant).order_by(Participant.id)), (3, 1), strict=False):
            person.ends_on = person.planned_through = person.starts_on + timedelta(days=days - 1)
            for table in (Beep, Assignment):
                session.execute(
                    delete(table).where(table.participant_id == person.id, table.local_date > person.ends_on)
                )
    database.dispose()
    return path


@pytest.fixture
def uneven(uneven_file: Path, tmp_path: Path) -> Database:
    shutil.copy(uneven_file, tmp_path / "kiem.sqlite3")
    return Database(f"sqlite:///{tmp_path / 'kiem.sqlite3'}")


def test_a_rare_length_is_a_danger_and_the_form_names_the_way_out(uneven: Database, tmp_path: Path) -> None:
    with uneven.reading() as session:
        seen = forecast(session, find_study(session, "small"), PLAIN, now=AFTERWARDS)
    assert (seen.lengths, seen.common_days) == ({1: 1, 3: 1, 4: 34}, 4)
    made = export(uneven, "small", tmp_path / "all", PLAIN)
    assert ("lengths-differ", "danger") in {(one.code, one.severity) for one in made.built.contents.risk.warnings}
    assert made.plan.anonymised.k_reached == 1
    with pytest.raises(NotAnonymousEnough, match="the first days of all"):
        export(uneven, "small", tmp_path / "open", replace(PLAIN, profile="open"))
    uneven.dispose()


def test_the_first_days_of_whoever_had_them_all_tell_nobody_apart(uneven: Database, tmp_path: Path) -> None:
    made = export(uneven, "small", tmp_path / "trimmed", Request(ranking=("age",), sav=False, days=3))
    beeps, challenges = made.read("beeps.csv"), made.read("challenges.csv")
    assert beeps.group_by("id").agg(pl.col("dayno").max())["dayno"].unique().to_list() == [3]
    assert (beeps.height, challenges.height) == (35 * 3 * 5, 35 * 3)
    assert made.plan.selection.left_out["too-short"] == 1
    assert made.plan.anonymised.k_reached >= 5
    assert "lengths-differ" not in {one.code for one in made.built.contents.risk.warnings}
    readme = (made.folder / "README.md").read_text()
    assert "the first 3 study days" in readme
    assert "de eerste 3 studiedagen" in readme
    uneven.dispose()


@both_databases
def test_days_are_counted_alike_on_both_databases(database: Database) -> None:
    make_finished_study(database, name="small", people=12, days=3, starts=2)
    with database.reading() as session:
        seen = forecast(session, find_study(session, "small"), Request(days=2), now=AFTERWARDS)
    assert (seen.people, seen.lengths) == (12, {2: 12})
