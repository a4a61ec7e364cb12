"""Safety at the desk: alerts with the response protocol beside them, who looks after signs, the ethics report."""

import uuid
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from server.audit.service import record, subject_of
from server.consent.publishing import find_text
from server.context import current, now
from server.desk.forms import Form
from server.desk.frame import desk_blueprint, go, render, t
from server.desk.strings import LANGUAGES
from server.safety import alerts, monitoring
from server.safety.alerts import OUTCOMES
from server.safety.ethics import read_ethics
from server.safety.staffing import MOST_HOURS, MOST_PEOPLE, Staffing
from server.staff.auth import staff_required
from server.staff.sessions import Caller
from server.studies.delicate import MonitoringNeeded, delicate_items
from server.studies.models import Study
from server.studies.service import protocol_of

safety_pages = desk_blueprint("desk_safety")


@safety_pages.get("/studies/<study_name>/safety")
@staff_required(role="coordinator", study_arg="study_name")
def show(*, staff: Caller, study: Study) -> Response:
    """What is open, what to do about it, and the counts for the ethics committee."""
    with current().database.reading() as session:
        still, done = alerts.list_alerts(session, study.id)
        report = read_ethics(session, study.id)
        text = find_text(session, study, "nl")
        session.expunge_all()
    staffing, names = monitoring.staffing_of(study), t("word.weekdays").split()
    return render(
        "desk/safety.html",
        title=t("safety.title"),
        study=study,
        staffing=staffing,
        days=" ".join(names[day - 1] for day in staffing.weekdays) if staffing else "",
        still=still,
        done=done,
        report=report,
        untold=staffing is not None and (text is None or text.published_at < staffing.since),
        outcomes=OUTCOMES,
        delicate=delicate_items(protocol_of(study)),
        may_set_up=staff.may("owner", study.id),
    )


@safety_pages.route("/studies/<study_name>/safety/monitoring", methods=["GET", "POST"])
@staff_required(role="owner", study_arg="study_name")
def set_up(*, staff: Caller, study: Study) -> Response:
    """Say who looks after signs, when, how fast, and what they do."""
    form = Form(request.form) if request.method == "POST" else _form_of(study)
    if request.method == "POST":
        days = form.many("weekdays", [str(day) for day in range(1, 8)], required=True)
        begins, ends = form.clock("begins"), form.clock("ends")
        if begins and ends and begins >= ends:
            form.wrong("ends", "monitoring.turned")
        hours = form.whole("within_h", least=1, most=MOST_HOURS)
        people = [line.strip() for line in form.text("people", most=2000).splitlines() if line.strip()]
        if len(people) > MOST_PEOPLE:
            form.wrong("people", "monitoring.too_many", most=MOST_PEOPLE)
        protocol = {code: form.text(f"protocol_{code}", least=40, most=6000) for code in LANGUAGES}
        if form.ok and begins and ends and hours:
            staffing = Staffing(
                weekdays=tuple(int(day) for day in days),
                begins=f"{begins:%H:%M}",
                ends=f"{ends:%H:%M}",
                within_h=hours,
                people=tuple(people),
                protocol=protocol,
                since=now(),
            )
            with current().database.transaction() as session:
                monitoring.set_up(session, study, staffing)
                _note(session, staff, "monitoring.set-up", study, people=len(people), within_h=hours)
            return go(url_for(".show", study_name=study.name), "monitoring.saved")
    return render(
        "desk/monitoring.html",
        status=200 if form.ok else 422,
        title=t("monitoring.title"),
        study=study,
        form=form,
        days=list(enumerate(t("word.weekdays").split(), start=1)),
        running=study.monitoring is not None,
    )


@safety_pages.post("/studies/<study_name>/safety/monitoring/end")
@staff_required(role="owner", study_arg="study_name")
def end(*, staff: Caller, study: Study) -> Response:
    """Nobody looks after signs any more."""
    try:
        with current().database.transaction() as session:
            monitoring.end(session, study, now=now())
            _note(session, staff, "monitoring.ended", study)
    except MonitoringNeeded:
        return go(url_for(".show", study_name=study.name), "monitoring.cannot_end")
    return go(url_for(".show", study_name=study.name), "monitoring.was_ended")


@safety_pages.post("/studies/<study_name>/safety/alerts/<uuid:alert_id>/take")
@staff_required(role="coordinator", study_arg="study_name")
def take(alert_id: uuid.UUID, *, staff: Caller, study: Study) -> Response:
    """Say that one looks after it."""
    with current().database.transaction() as session:
        row = alerts.take_up(session, study.id, alert_id, by=staff.mail, now=now())
        _note(session, staff, "alert.taken", study, about=row.participant_id)
    return go(url_for(".show", study_name=study.name), "alert.was_taken")


@safety_pages.post("/studies/<study_name>/safety/alerts/<uuid:alert_id>/close")
@staff_required(role="coordinator", study_arg="study_name")
def close(alert_id: uuid.UUID, *, staff: Caller, study: Study) -> Response:
    """Say how it ended."""
    outcome = Form(request.form).choice("outcome", OUTCOMES)
    if not outcome:
        return go(url_for(".show", study_name=study.name), "alert.say_how")
    with current().database.transaction() as session:
        row = alerts.close(session, study.id, alert_id, outcome, by=staff.mail, now=now())
        _note(session, staff, "alert.closed", study, about=row.participant_id, outcome=outcome)
    return go(url_for(".show", study_name=study.name), "alert.was_closed")


def _form_of(study: Study) -> Form:
    staffing = monitoring.staffing_of(study)
    if staffing is None:
        return Form.of(weekdays=[1, 2, 3, 4, 5], begins="09:00", ends="17:00", within_h=12)
    return Form.of(
        weekdays=staffing.weekdays,
        begins=staffing.begins,
        ends=staffing.ends,
        within_h=staffing.within_h,
        people="\n".join(staffing.people),
        protocol_nl=staffing.protocol["nl"],
        protocol_en=staffing.protocol["en"],
    )


def _note(
    session: Session, staff: Caller, action: str, study: Study, *, about: uuid.UUID | None = None, **facts: Any
) -> None:
    context = current()
    subject = subject_of(about, secret=context.secret) if about else None
    facts = {"secret": context.secret, "now": now(), "study": study.name, "subject": subject, **facts}
    record(session, staff.actor, action, **facts)
