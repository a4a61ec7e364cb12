"""Consent texts, staffed monitoring, alerts and the ethics report, as the desk's pages have them."""

import uuid
from typing import Any

from flask import Response

from server.audit.service import subject_of
from server.consent.inviting import invite_by_letter
from server.consent.overview import read_overview
from server.consent.publishing import publish_own
from server.consent.renewing import count_asked
from server.consent.service import find_participant
from server.consent.texts import read_sections
from server.context import current, now
from server.crypto import group_code
from server.desk.api import care_schemas as schemas
from server.desk.api.auth import api_blueprint, note, staff_api
from server.errors import DomainError
from server.safety import alerts, monitoring
from server.safety.alerts import OpenAlert
from server.safety.ethics import read_ethics
from server.safety.staffing import Staffing
from server.staff.sessions import Caller
from server.studies.models import Study

care = api_blueprint("care", "consent texts, monitoring, alerts")


class TextUnreadable(DomainError):
    """This text cannot be read as titles and paragraphs; see errors."""

    status = 422
    code = "text-unreadable"


@care.get("/studies/<study_name>/consent")
@staff_api(role="coordinator", study_arg="study_name")
@care.response(200, schemas.StudyConsentOut())
def get_consent_overview(*, staff: Caller, study: Study) -> dict[str, Any]:
    """Versions of the text, and how far the yeses are"""
    with current().database.reading() as session:
        found = read_overview(session, study, now=now())
        would_ask = count_asked(session, study, now=now())
    names = ("versions", "cleared", "consent", "parent", "again", "letters")
    return {name: getattr(found, name) for name in names} | {"would_ask": would_ask}


@care.post("/studies/<study_name>/consent")
@staff_api(role="owner", study_arg="study_name")
@care.arguments(schemas.ConsentTextIn())
@care.response(201, schemas.PublishedOut())
def post_consent_text(body: dict[str, Any], *, staff: Caller, study: Study) -> dict[str, int]:
    """Publish a text of one's own: everybody says yes again, or it is a correction with its reason"""
    texts = {}
    for language, written in body["texts"].items():
        try:
            texts[language] = read_sections(written)
        except ValueError as error:
            raise TextUnreadable(
                errors=[{"where": f"texts.{language}", "code": str(error).split()[0], "message": str(error)}]
            ) from None
    facts = {"changes": body["changes"], "binding": body["binding"], "why": body["why"], "now": now()}
    with current().database.transaction() as session:
        made = publish_own(session, session.get_one(Study, study.id), texts, **facts)
        told = {"version": made.version, "binding": body["binding"], "count": made.asked.people}
        note(session, staff, "consent.published", study=study.name, why=body["why"] or None, **told)
    asked = made.asked
    return {"version": made.version, "people": asked.people, "mails": asked.mails, "letters": asked.letters}


@care.post("/studies/<study_name>/consent/letters/<code>/<int:parent>")
@staff_api(role="coordinator", study_arg="study_name", acts_as=None)
@care.response(201, schemas.ParentLetterOut())
def post_parent_letter(code: str, parent: int, *, staff: Caller, study: Study) -> dict[str, str]:
    """A fresh code for a letter to parent 1 or 2, shown once"""
    context, number = current(), 2 if parent == 2 else 1
    with context.database.transaction() as session:
        person = find_participant(session, session.get_one(Study, study.id), code)
        secret = invite_by_letter(session, person, number, person.language, now=now())
        subject = subject_of(person.id, secret=context.secret)
        note(session, staff, "parent.letter", study=study.name, subject=subject, parent=number)
    return {"code": group_code(secret), "address": f"{context.settings.public_url}/parent"}


@care.get("/studies/<study_name>/safety")
@staff_api(role="coordinator", study_arg="study_name")
@care.response(200, schemas.StudySafetyOut())
def get_safety(*, staff: Caller, study: Study) -> dict[str, Any]:
    """Who looks after signs, what is open, and the counts for the ethics committee"""
    with current().database.reading() as session:
        still, done = alerts.list_alerts(session, study.id)
        return {
            "monitoring": monitoring.staffing_of(study),
            "open": [_alert(one) for one in still],
            "closed": [_alert(one) for one in done],
            "ethics": read_ethics(session, study.id),
        }


@care.put("/studies/<study_name>/safety/monitoring")
@staff_api(role="owner", study_arg="study_name")
@care.arguments(schemas.StaffingIn())
@care.response(200, schemas.StaffingOut())
def put_monitoring(body: dict[str, Any], *, staff: Caller, study: Study) -> Staffing:
    """Set staffed monitoring up, or change it"""
    lists = {"weekdays": tuple(sorted(set(body["weekdays"]))), "people": tuple(body["people"])}
    staffing = Staffing(**{**body, **lists, "since": now()})
    with current().database.transaction() as session:
        monitoring.set_up(session, study, staffing)
        facts = {"people": len(staffing.people), "within_h": staffing.within_h}
        note(session, staff, "monitoring.set-up", study=study.name, **facts)
        return monitoring.staffing_of(session.get_one(Study, study.id)) or staffing


@care.delete("/studies/<study_name>/safety/monitoring")
@staff_api(role="owner", study_arg="study_name")
@care.response(204)
def delete_monitoring(*, staff: Caller, study: Study) -> Response:
    """Nobody looks after signs any more"""
    with current().database.transaction() as session:
        monitoring.end(session, study, now=now())
        note(session, staff, "monitoring.ended", study=study.name)
    return Response(status=204)


@care.post("/studies/<study_name>/safety/alerts/<uuid:alert_id>/take")
@staff_api(role="coordinator", study_arg="study_name")
@care.response(204)
def post_take_alert(alert_id: uuid.UUID, *, staff: Caller, study: Study) -> Response:
    """Say that one looks after it"""
    with current().database.transaction() as session:
        row = alerts.take_up(session, study.id, alert_id, by=staff.mail, now=now())
        subject = subject_of(row.participant_id, secret=current().secret)
        note(session, staff, "alert.taken", study=study.name, subject=subject)
    return Response(status=204)


@care.post("/studies/<study_name>/safety/alerts/<uuid:alert_id>/close")
@staff_api(role="coordinator", study_arg="study_name")
@care.arguments(schemas.OutcomeOfAlertIn())
@care.response(204)
def post_close_alert(body: dict[str, str], alert_id: uuid.UUID, *, staff: Caller, study: Study) -> Response:
    """Say how it ended"""
    with current().database.transaction() as session:
        row = alerts.close(session, study.id, alert_id, body["outcome"], by=staff.mail, now=now())
        subject = subject_of(row.participant_id, secret=current().secret)
        note(session, staff, "alert.closed", study=study.name, subject=subject, outcome=body["outcome"])
    return Response(status=204)


def _alert(one: OpenAlert) -> dict[str, Any]:
    names = ("id", "kind", "raised_at", "respond_by", "taken_by", "closed_at", "outcome")
    return {name: getattr(one.row, name) for name in names} | {"code": one.code}
