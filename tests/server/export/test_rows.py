"""What is done to whole columns is what the pure modules say of one value."""

from pathlib import Path

import pytest
from sqlalchemy import select

from server.content import instruments
from server.db import Database
from server.diary.models import Response
from server.export.calendar import delay_min, dummy_time, wall_time
from server.export.careless import flag
from server.export.derived import centred, lagged, person_statistics
from server.export.request import Request
from server.planning.models import Beep
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


def test_rounding_sliders_leaves_a_share_a_time_and_a_yes_what_they_are(small: Database, tmp_path: Path) -> None:
    rounded = Request(sliders_step=10, sav=False, openesm=False)
    rows = export(small, "small", tmp_path, rounded).read("beeps.csv").filter(valid=1)
    assert set(rows["mood"].drop_nulls() % 10) == {0.0}
    shares = rows["sleep_efficiency"].drop_nulls()
    assert 0.3 < shares.mean() < 1  # type: ignore[operator]  # rounded like a slider all of them were 0
    assert set(rows["with_company"].drop_nulls()) == {0, 1}
    assert set(rows["time_asleep_min"].drop_nulls() % 10) != {0.0}
