"""The board of a study, and which challenge its dates have."""

from datetime import date
from typing import Any

from server.context import current, now
from server.coordination.refusals import DatePast
from server.coordination.scheduling import Reach, fix_date, free_date, list_fixed
from server.desk.api import board_schemas as schemas
from server.desk.api.auth import api_blueprint, note, staff_api
from server.errors import NotFound
from server.monitoring.board import Board, read_board
from server.monitoring.challenge_counts import count_challenges
from server.planning.redealing import redeal
from server.staff.sessions import Caller
from server.studies.calendar import local_date
from server.studies.models import Study

board = api_blueprint("board", "the board and the schedule of challenges")


@board.get("/studies/<study_name>/board")
@staff_api(role="coordinator", study_arg="study_name")
@board.response(200, schemas.BoardOut())
def get_board(*, staff: Caller, study: Study) -> Board:
    """How the study is doing today; counts only"""
    with current().database.reading() as session:
        return read_board(session, study, now=now())


@board.get("/studies/<study_name>/schedule")
@staff_api(role="coordinator", study_arg="study_name")
@board.response(200, schemas.ScheduleOut())
def get_schedule(*, staff: Caller, study: Study) -> dict[str, Any]:
    """Dates with a chosen challenge, and what became of the challenges that were given"""
    with current().database.reading() as session:
        fixed = list_fixed(session, study.id, since=local_date(now(), study.zone))
        return {"fixed": fixed, "counts": count_challenges(session, study.id, now=now())}


@board.put("/studies/<study_name>/schedule/<on>")
@staff_api(role="coordinator", study_arg="study_name")
@board.arguments(schemas.FixIn())
@board.response(200, schemas.ReachOut())
def put_date(body: dict[str, str], on: str, *, staff: Caller, study: Study) -> Reach:
    """Choose the challenge of a date for the whole study"""
    day = _coming(on, study)
    with current().database.transaction() as session:
        reach = fix_date(session, study.id, day, body["slug"], by=staff.name, now=now())
        redeal(session, study.id, day, now=now())
        note(session, staff, "challenge.scheduled", study=study.name, subject=body["slug"], on=day.isoformat())
    return reach


@board.delete("/studies/<study_name>/schedule/<on>")
@staff_api(role="coordinator", study_arg="study_name")
@board.response(204)
def delete_date(on: str, *, staff: Caller, study: Study) -> None:
    """Leave a date to the draw again"""
    day = _coming(on, study)
    with current().database.transaction() as session:
        if free_date(session, study.id, day):
            redeal(session, study.id, day, now=now())
            note(session, staff, "challenge.unscheduled", study=study.name, on=day.isoformat())


def _coming(on: str, study: Study) -> date:
    """A date after today in the study's zone; raises `NotFound`, `DatePast`."""
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise NotFound from None
    if day <= local_date(now(), study.zone):
        raise DatePast
    return day
