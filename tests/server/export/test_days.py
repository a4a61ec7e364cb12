"""How long somebody took part: what the rows show of it, and an export in which it tells nobody apart."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click
import polars as pl
import pytest
from sqlalchemy import delete, select

from server.config import Settings
from server.db import Database
from server.export.command import run_export
from server.export.forecast import forecast
from server.export.kanonymity import anonymise
from server.export.lengths import first_days
from server.export.profiles import RESEARCH
from server.export.request import NotAnonymousEnough, Request, Responsible
from server.people.models import Participant
from server.planning.models import Assignment, Beep
from server.studies.service import find_study
from tests.databases import both_databases
from tests.export_studies import AFTERWARDS, make_finished_study
from tests.server.export.conftest import export
from tests.server.export.people import SHOWN, people_of

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


def test_a_rare_length_is_refused_and_the_form_names_the_way_out(uneven: Database, tmp_path: Path) -> None:
    with uneven.reading() as session:
        seen = forecast(session, find_study(session, "small"), PLAIN, now=AFTERWARDS)
    assert (seen.lengths, seen.common_days) == ({1: 1, 3: 1, 4: 34}, 4)
    assert seen.survives is not None
    assert seen.survives.chosen is None
    for request in (PLAIN, replace(PLAIN, profile="open"), replace(PLAIN, profile="linked", agreement="1")):
        with pytest.raises(NotAnonymousEnough, match=r"k = 1 is reached.*--days 4\): 34 people"):
            export(uneven, "small", tmp_path / request.profile, request)
    made = export(uneven, "small", tmp_path / "four", replace(PLAIN, days=seen.common_days))
    assert made.plan.anonymised.k_reached >= 5
    uneven.dispose()


def test_the_command_refuses_a_smaller_group_than_it_promises_and_writes_nothing(
    uneven_file: Path, settings: Settings, tmp_path: Path
) -> None:
    shutil.copy(uneven_file, settings.database_url.removeprefix("sqlite:///"))
    out, rena = tmp_path / "out" / "bundle.zip", Responsible(reason="A paper", requested_by="Rena")
    out.parent.mkdir()
    with pytest.raises(click.ClickException, match="--days 4") as refused:
        run_export(settings, "small", PLAIN, rena, out, as_json=True)
    assert refused.value.exit_code != 0
    assert list(out.parent.iterdir()) == []
    assert run_export(settings, "small", replace(PLAIN, days=4), rena, out, as_json=True) == 0


def test_the_number_of_first_days_that_is_named_leaves_enough_people() -> None:
    assert first_days({14: 1, 21: 89}, RESEARCH) == 21
    assert first_days({1: 4, 14: 8, 21: 4}, RESEARCH) == 14, "with the 4 of 21 days there would be too few"
    assert first_days({7: 5, 14: 5}, RESEARCH) is None, "neither is rare"
    assert first_days({day: 1 for day in range(1, 10)}, RESEARCH) is None, "nine people are no export"


def test_what_is_withheld_in_vain_is_not_said_to_reach_k() -> None:
    facts = [{"age": 12, "study_days": days} for days in (21,) * 9 + (14,)]
    done = anonymise(people_of(facts), ranking=["age"], demographics={one: SHOWN[one] for one in facts[0]}, k=5)
    assert not done.met
    assert done.lost["age"].text["en"] == "age: withheld."


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
