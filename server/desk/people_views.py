"""One participant at the desk: whether she is reached, a message from reviewed texts, a new code for a lost phone."""

import random

from flask import Response, request, url_for
from markupsafe import Markup

from server.audit.service import record, subject_of
from server.context import current, now
from server.crypto import group_code
from server.delivery.messages import list_messages, send_message
from server.desk.board_charts import chart_person
from server.desk.forms import Form
from server.desk.frame import desk_blueprint, go, language, render, t
from server.game.refusals import ReportUnknown
from server.game.settling import WAYS, settle_reports
from server.monitoring.one_person import find_participant, read_traces
from server.people import tokens
from server.people.notices import NOTICES, SAID, current_notice, leave_notice, take_notice_back
from server.planning.pauses import find_pause
from server.staff.auth import staff_required
from server.staff.sessions import Caller
from server.staff.totp import draw_qr
from server.studies.calendar import local_date
from server.studies.models import Study

person = desk_blueprint("desk_people")


@person.get("/studies/<study_name>/people/<code>")
@staff_required(role="coordinator", study_arg="study_name")
def show(code: str, *, staff: Caller, study: Study) -> Response:
    """Her days as counts, her phones, what is on her today screen."""
    return _page(code, study, Form())


def _page(code: str, study: Study, form: Form) -> Response:
    at = now()
    with current().database.reading() as session:
        participant = find_participant(session, study.id, code)
        traces = read_traces(session, participant, now=at)
        messages = list_messages(session, participant)
        on = local_date(at, participant.zone)
        pause = find_pause(session, participant, now=at)
    notice = current_notice(participant, now=at)
    return render(
        "desk/participant.html",
        status=200 if form.ok else 422,
        title=t("person.title", code=participant.code),
        study=study,
        one=participant,
        on=on,
        paused=pause is not None and pause.starts_on <= on <= pause.ends_on,
        traces=traces,
        chart=chart_person(traces),
        notice_text=notice[1][language()] if notice else "",
        notice_since=notice[2] if notice else None,
        messages=[(one, SAID.get(one.notice, {}).get(language(), one.notice)) for one in messages],
        notices=[(key, text[language()]) for key, text in NOTICES.items()],
        form=form,
    )


@person.post("/studies/<study_name>/people/<code>/notice")
@staff_required(role="coordinator", study_arg="study_name")
def notice(code: str, *, staff: Caller, study: Study) -> Response:
    """Put a reviewed text on her today screen, or take it away."""
    if "notice" not in request.form:  # nothing chosen takes nothing away: that is a button of its own
        form = Form(request.form)
        form.wrong("notice", "wrong.required")
        return _page(code, study, form)
    key = request.form["notice"]
    with current().database.transaction() as session:
        participant = find_participant(session, study.id, code)
        if key:
            leave_notice(session, participant, key, now=now())
        else:
            take_notice_back(session, participant)
        facts = {
            "study": study.name,
            "subject": subject_of(participant.id, secret=current().secret),
            "text": key or "none",
        }
        record(session, staff.actor, "participant.notice", secret=current().secret, now=now(), **facts)
    return go(url_for(".show", study_name=study.name, code=code), "person.notice_left" if key else "person.notice_gone")


@person.post("/studies/<study_name>/people/<code>/message")
@staff_required(role="coordinator", study_arg="study_name")
def message(code: str, *, staff: Caller, study: Study) -> Response:
    """Push a reviewed text to her phones; it stands on her today screen as well."""
    with current().database.transaction() as session:
        participant = find_participant(session, study.id, code)
        sent = send_message(session, participant, request.form.get("notice", ""), by=staff.name, now=now())
        subject = subject_of(participant.id, secret=current().secret)
        facts = {"study": study.name, "subject": subject, "text": sent.notice}
        record(session, staff.actor, "participant.message", secret=current().secret, now=now(), **facts)
        later = sent.next_push_at is not None and sent.next_push_at > now()
    return go(
        url_for(".show", study_name=study.name, code=code), "person.message_later" if later else "person.message_sent"
    )


@person.post("/studies/<study_name>/people/<code>/reports")
@staff_required(role="coordinator", study_arg="study_name")
def settle(code: str, *, staff: Caller, study: Study) -> Response:
    """Answer what team-mates reported about her: seen, another nickname, another team."""
    way = Form(request.form).choice("way", WAYS)
    back = url_for("desk_board.people", study_name=study.name)
    try:
        with current().database.transaction() as session:
            participant = find_participant(session, study.id, code)
            if not way:
                return go(back, "reports.say_how")
            settle_reports(session, participant, way, now=now(), rng=random.SystemRandom())
            facts = {"study": study.name, "subject": subject_of(participant.id, secret=current().secret), "way": way}
            record(session, staff.actor, "team-report.settled", secret=current().secret, now=now(), **facts)
    except ReportUnknown:
        return go(back, "reports.settled_already")
    return go(back, f"reports.did.{way}")


@person.post("/studies/<study_name>/people/<code>/new-code")
@staff_required(role="coordinator", study_arg="study_name")
def new_code(code: str, *, staff: Caller, study: Study) -> Response:
    """A one-time code for another phone; every phone so far is signed out. The code is shown once."""
    with current().database.transaction() as session:
        participant = find_participant(session, study.id, code)
        tokens.revoke_all_tokens(session, participant, now())
        made = tokens.issue_recovery_code(session, participant, now(), by_staff=True)
        facts = {"study": study.name, "subject": subject_of(participant.id, secret=current().secret)}
        record(session, staff.actor, "participant.new_code", secret=current().secret, now=now(), **facts)
    return render(
        "desk/new_code.html",
        title=t("person.new_code"),
        study=study,
        one=participant,
        made=group_code(made),
        link=f"{current().settings.public_url}/join",
        qr=Markup(draw_qr(f"{current().settings.public_url}/join")),
    )
