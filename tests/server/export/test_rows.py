"""What is done to whole columns is what the pure modules say of one value."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.content import instruments
from server.db import Database
from server.diary.models import Response
from server.export.calendar import delay_min, dummy_time, wall_time
from server.export.careless import flag
from server.export.derived import centred, lagged, person_statistics
from server.export.request import Request
from server.planning.models import Beep
from tests.factories import letters, make_beep, make_participant, make_response, make_study
from tests.server.export.conftest import Bundle, export


def test_delays_flags_and_dummy_times_are_those_of_the_pure_modules(small: Database, little: Bundle) -> None:
    rows = {
        (row["id"], row["dayno"], row["beepno"]): row
        for row in little.read("beeps.csv").filter(valid=1).iter_rows(named=True)
    }
    members = {member.id: member for member in little.plan.members}
    told = little.plan.people_frame().rows_by_key("id", named=True, unique=True)
    with small.reading() as session:
        for beep, response in session.execute(_pairs()).all():
            member = members[beep.participant_id]
            mine = little.plan.ids[member.key]
            row = rows[mine, (beep.local_date - member.starts_on).days + 1, beep.slot]
            walls = [
                wall_time(at, beep.utc_offset_min) for at in (beep.due_at, response.started_at, response.finished_at)
            ]
            due, started, finished = walls
            assert row["resp_delay_min"] == delay_min(due, started, most=60)
            assert row["duration_min"] == delay_min(started, finished, most=60)
            assert row["sched_hour"] == due.hour
            keep = told[mine]["keep_weekday"]
            for name, wall in (("scheduled", due), ("start", started), ("end", finished)):
                assert row[name] == f"{dummy_time(wall, starts_on=member.starts_on, keep_weekday=keep)}"
            assert [row["flag_fast"], row["flag_flat"], row["flag_longstring"]] == _flags(response, row["n_answered"])


def _pairs() -> object:
    return select(Beep, Response).join(
        Response,
        (Response.participant_id == Beep.participant_id)
        & (Response.local_date == Beep.local_date)
        & (Response.slot == Beep.slot),
    )


def _flags(response: Response, answered: int) -> list[int | None]:
    sliders = {item.id for item in instruments()[response.instrument].items if item.type == "slider"}
    ratings = [float(response.answers[item]) for item in response.shown if item in sliders & response.answers.keys()]
    duration = (response.finished_at - response.started_at).total_seconds()
    found = flag(duration_s=duration, answered=answered, ratings=ratings)
    return [None if one is None else int(one) for one in (found.fast, found.flat, found.longstring)]


@pytest.mark.parametrize("name", ["mood", "stress"])
def test_derived_variables_are_those_of_the_pure_module(little: Bundle, name: str) -> None:
    people = little.read("participants.csv").rows_by_key("id", named=True, unique=True)
    for (person,), rows in little.read("beeps.csv").group_by("id", maintain_order=True):
        points = rows.select("dayno", "beepno", name).rows()
        wanted = person_statistics(points)
        found = people[str(person)]
        assert (found[f"{name}_n"], found[f"{name}_pairs"]) == (wanted.n, wanted.pairs)
        for kind in ("mean", "isd", "rmssd"):
            assert found[f"{name}_{kind}"] == pytest.approx(getattr(wanted, kind), abs=1e-4)
        assert rows[f"{name}_lag"].to_list() == lagged(points)
        assert rows[f"{name}_pc"].to_list() == pytest.approx(centred(points), abs=1e-3)


def test_a_clock_change_does_not_show(sqlite_template: Path, tmp_path: Path) -> None:
    """The same wall-clock diary, once over the change of 29 March and once not: the same rows, byte for byte."""
    made = []
    for name, monday in (("winter", date(2026, 2, 2)), ("change", date(2026, 3, 23))):
        path = tmp_path / f"{name}.sqlite3"
        shutil.copy(sqlite_template, path)
        database = Database(f"sqlite:///{path}")
        with database.transaction() as session:
            ids = _wall_clock_study(session, monday)
        bundle = export(database, "clock", tmp_path / name, Request(dummy_calendar=True, sav=False, ranking=("age",)))
        database.dispose()
        order = {bundle.plan.ids[str(one)]: place for place, one in enumerate(ids)}
        rows = bundle.read("beeps.csv").with_columns(pl.col("id").replace_strict(order)).sort("id", "obsno")
        made.append(rows.write_csv())
    assert made[0] == made[1]


def _wall_clock_study(session: Session, monday: date) -> list[object]:
    study = make_study(session, name="clock")
    people = []
    for number in range(10):
        person = make_participant(
            session, study=study, code=f"CLCK{letters(number)}", starts_on=monday, ends_on=monday + timedelta(days=13)
        )
        people.append(person.id)
        for day in range(14):
            for slot in (1, 2, 3):
                beep = make_beep(session, participant=person, local_date=monday + timedelta(days=day), slot=slot)
                if (day + slot + number) % 3:
                    at = beep.due_at + timedelta(minutes=7 + number)
                    make_response(session, beep=beep, answers={"pa_cheerful": 50}, finished_at=at)
    return people
