"""Join codes, people by code, the board, and the challenges of a study."""

import random
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.audit.service import subject_of
from server.consent.opening import issue_codes
from server.context import current, now
from server.crypto import group_code
from server.delivery.messages import send_message
from server.delivery.models import Message
from server.desk.api import schemas
from server.desk.api.auth import api_blueprint, note, staff_api
from server.errors import DomainError
from server.game.settling import settle_reports
from server.monitoring.board import read_board
from server.monitoring.one_person import find_participant, read_traces
from server.monitoring.team_reports import list_reported
from server.people import tokens
from server.people.models import Participant
from server.people.notices import NOTICES, current_notice, leave_notice, take_notice_back
from server.staff.sessions import Caller
from server.studies.codes import end_code, list_codes, state_of
from server.studies.models import JoinCode, Study

people = api_blueprint("people", "join codes, people by code, messages")


class DatePastHere(DomainError):
    """That day is over already; choose a later one."""

    status = 422
    code = "date-past"


@people.get("/studies/<study_name>/codes")
@staff_api(role="coordinator", study_arg="study_name")
@people.response(200, schemas.CodesOut())
def get_codes(*, staff: Caller, study: Study) -> dict[str, Any]:
    """Every join code of the study, the newest first"""
    with current().database.reading() as session:
        return {"codes": [_code(row, now()) for row in list_codes(session, study)]}


@people.post("/studies/<study_name>/codes")
@staff_api(role="coordinator", study_arg="study_name")
@people.arguments(schemas.CodesIn())
@people.response(201, schemas.CodesOut())
def post_codes(body: dict[str, Any], *, staff: Caller, study: Study) -> dict[str, Any]:
    """A batch of join codes"""
    at, last = now(), body["expires_on"]
    expires_at = None
    if last is not None:
        expires_at = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(study.zone)).astimezone(at.tzinfo)
        if expires_at <= at:
            raise DatePastHere
    facts: dict[str, Any] = {"count": body["count"], "max_uses": body["max_uses"], "expires_at": expires_at, "now": at}
    with current().database.transaction() as session:
        made = issue_codes(session, session.get_one(Study, study.id), **facts)
        note(session, staff, "code.issued", study=study.name, count=body["count"])
        return {"codes": [_code(row, at) for row in made]}


@people.post("/studies/<study_name>/codes/<code>/end")
@staff_api(role="coordinator", study_arg="study_name")
@people.response(204)
def post_end(code: str, *, staff: Caller, study: Study) -> None:
    """Let nobody join with this code any more"""
    with current().database.transaction() as session:
        end_code(session, study, code, now=now())
        note(session, staff, "code.ended", study=study.name)


@people.get("/studies/<study_name>/people")
@staff_api(role="coordinator", study_arg="study_name")
@people.response(200, schemas.PeopleOut())
def get_people(*, staff: Caller, study: Study) -> dict[str, Any]:
    """Everybody by code, with how many questionnaires were answered"""
    with current().database.reading() as session:
        return {"people": read_board(session, study, now=now()).people}


@people.get("/studies/<study_name>/team-reports")
@staff_api(role="coordinator", study_arg="study_name")
@people.response(200, schemas.TeamReportsOut())
def get_team_reports(*, staff: Caller, study: Study) -> dict[str, Any]:
    """Who was reported by team-mates: counts, never who reported"""
    with current().database.reading() as session:
        return {"reported": list_reported(session, study.id)}


@people.post("/studies/<study_name>/team-reports/<code>/settle")
@staff_api(role="coordinator", study_arg="study_name")
@people.arguments(schemas.SettleIn())
@people.response(204)
def post_settle(body: dict[str, str], code: str, *, staff: Caller, study: Study) -> None:
    """Answer what team-mates reported: it was seen, she gets another nickname, or a seat in another team"""
    with current().database.transaction() as session:
        one = find_participant(session, study.id, code)
        settle_reports(session, one, body["way"], now=now(), rng=random.SystemRandom())
        note(session, staff, "team-report.settled", **_subject(one, study), way=body["way"])


@people.get("/studies/<study_name>/people/<code>")
@staff_api(role="coordinator", study_arg="study_name")
@people.response(200, schemas.OnePersonOut())
def get_person(code: str, *, staff: Caller, study: Study) -> dict[str, Any]:
    """One participant's days as counts, and her phones"""
    at = now()
    with current().database.reading() as session:
        one = find_participant(session, study.id, code)
        traces = read_traces(session, one, now=at)
    shown = current_notice(one, now=at)
    names = ("code", "language", "zone", "starts_on", "ends_on", "waiting")
    return {
        **{name: getattr(one, name) for name in names},
        "notice": shown[0] if shown else None,
        "days": traces.days,
        "phones": traces.phones,
    }


@people.get("/notices")
@staff_api(role="desk")
@people.response(200, schemas.NoticesOut())
def get_notices(*, staff: Caller) -> dict[str, Any]:
    """The reviewed texts there are for a participant"""
    return {"notices": [{"key": key, "text": dict(text)} for key, text in NOTICES.items()]}


@people.put("/studies/<study_name>/people/<code>/notice")
@staff_api(role="coordinator", study_arg="study_name")
@people.arguments(schemas.NoticeIn())
@people.response(204)
def put_notice(body: dict[str, str], code: str, *, staff: Caller, study: Study) -> None:
    """Put a reviewed text on her today screen"""
    with current().database.transaction() as session:
        one = find_participant(session, study.id, code)
        leave_notice(session, one, body["notice"], now=now())
        note(session, staff, "participant.notice", **_subject(one, study), text=body["notice"])


@people.post("/studies/<study_name>/people/<code>/message")
@staff_api(role="coordinator", study_arg="study_name")
@people.arguments(schemas.NoticeIn())
@people.response(202, schemas.MessageOut())
def post_message(body: dict[str, str], code: str, *, staff: Caller, study: Study) -> Message:
    """Push a reviewed text to her phones; one a day, three a week, never at night or in quiet hours"""
    with current().database.transaction() as session:
        one = find_participant(session, study.id, code)
        sent = send_message(session, one, body["notice"], by=staff.name, now=now())
        note(session, staff, "participant.message", **_subject(one, study), text=sent.notice)
    return sent


@people.delete("/studies/<study_name>/people/<code>/notice")
@staff_api(role="coordinator", study_arg="study_name")
@people.response(204)
def delete_notice(code: str, *, staff: Caller, study: Study) -> None:
    """Take the text from her today screen"""
    with current().database.transaction() as session:
        one = find_participant(session, study.id, code)
        take_notice_back(session, one)
        note(session, staff, "participant.notice", **_subject(one, study), text="none")


@people.post("/studies/<study_name>/people/<code>/new-code")
@staff_api(role="coordinator", study_arg="study_name")
@people.response(201, schemas.NewCodeOut())
def post_new_code(code: str, *, staff: Caller, study: Study) -> dict[str, str]:
    """A one-time code for another phone; every phone so far is signed out"""
    with current().database.transaction() as session:
        one = find_participant(session, study.id, code)
        tokens.revoke_all_tokens(session, one, now())
        made = tokens.issue_recovery_code(session, one, now(), by_staff=True)
        note(session, staff, "participant.new_code", **_subject(one, study))
    return {"code": group_code(made)}


def _subject(one: Participant, study: Study) -> dict[str, str]:
    return {"study": study.name, "subject": subject_of(one.id, secret=current().secret)}


def _code(row: JoinCode, at: datetime) -> dict[str, Any]:
    names = ("uses", "max_uses", "expires_at", "created_at")
    return {**{name: getattr(row, name) for name in names}, "code": group_code(row.code), "state": state_of(row, at)}
