"""Setting a study up: made from a protocol, its names and dates, whom young people may ask, and a look at its plan."""

from datetime import date, timedelta
from typing import Any

from flask import Response, request, url_for
from markupsafe import Markup

from prompts.preview import preview, read_quiet
from server.audit.service import record
from server.consent.parents_wanted import Concerned, foresee_parents, settle_parents
from server.consent.publishing import Foreseen, foresee_default, names_of, publish_default
from server.content import protocols
from server.context import current, now
from server.desk.calendar_drawing import draw_calendar
from server.desk.forms import WHOLE, Form
from server.desk.frame import desk_blueprint, go, language, render, t
from server.desk.setting_forms import (
    RESPONSIBLE,
    START_RULES,
    Settings,
    differences,
    form_of,
    read_settings,
    settings_of,
)
from server.desk.wording import day
from server.staff.auth import staff_required
from server.staff.service import make_owner
from server.staff.sessions import Caller
from server.studies.calendar import local_date
from server.studies.changes import change_study
from server.studies.facts import NAME
from server.studies.models import Study
from server.studies.service import StudyExists, StudyInvalid, create_study, protocol_of

studies = desk_blueprint("desk_studies")
WEEKS = 2


@studies.route("/new-study", methods=["GET", "POST"])
@staff_required(role="desk")
def new_study(*, staff: Caller) -> Response:
    """Make a study from a protocol; whoever makes it owns it."""
    usual = Form.of(zone="Europe/Amsterdam", start_rule="next_day", protocol="grow-it.1")
    form = Form(request.form) if request.method == "POST" else usual
    if request.method == "POST":
        name = form.shaped("name", NAME, t("study.name_shape"))
        title = {code: form.text(f"title_{code}", most=80) for code in ("nl", "en")}
        protocol, zone = form.choice("protocol", list(protocols())), form.text("zone", most=64)
        rule = form.choice("start_rule", START_RULES)
        opens_on, closes_on = form.day("opens_on", required=False), form.day("closes_on", required=False)
        if opens_on and closes_on and closes_on < opens_on:
            form.wrong("closes_on", "error.dates-turned")
        if form.ok:
            try:
                with current().database.transaction() as session:
                    made = create_study(
                        session,
                        name=name,
                        title=title,
                        protocol=protocol,
                        zone=zone,
                        start_rule=rule,
                        opens_on=opens_on,
                        closes_on=closes_on,
                        now=now(),
                    )
                    make_owner(session, staff.id, made, now=now())
                    _note(session, staff, "study.made", made, protocol=protocol)
                return go(url_for(".settings", study_name=name), "study.made")
            except StudyExists as error:
                form.blame(error, name="name", key="error.study-exists")
            except StudyInvalid as error:  # the form has looked at everything else
                form.blame(error, name="zone", key="error.zone-unknown")
    return render(
        "desk/study_new.html",
        status=200 if form.ok else 422,
        title=t("study.new"),
        form=form,
        protocols=[(key, one.title[language()], one.description[language()]) for key, one in protocols().items()],
        rules=[(name, t(f"study.start.{name}")) for name in START_RULES],
    )


@studies.route("/studies/<study_name>/settings", methods=["GET", "POST"])
@staff_required(role="coordinator", study_arg="study_name")
def settings(*, staff: Caller, study: Study) -> Response:
    """Names, dates, and who is responsible; what brings a new consent text is looked at first, on a page of its own."""
    present = settings_of(study)
    form = Form(request.form) if request.method == "POST" else form_of(present)
    if request.method == "POST":
        wanted = read_settings(form, present)
        if form.ok:
            return _save(staff, study, form, wanted)
    return render(
        "desk/study_settings.html",
        status=200 if form.ok else 422,
        title=t("study.settings"),
        study=study,
        form=form,
        protocol=protocol_of(study),
        rules=[(name, t(f"study.start.{name}")) for name in START_RULES],
    )


def _save(staff: Caller, study: Study, form: Form, wanted: Settings) -> Response:
    """Save what was looked at, or changes no text; else show what it would do. One transaction sees both."""
    with current().database.transaction() as session:
        mine = session.get_one(Study, study.id, with_for_update=True)
        changes, was = differences(settings_of(mine), wanted), names_of(mine)
        text = foresee_default(session, mine, wanted.named, now=now())
        parents = foresee_parents(session, mine, wanted.parents, now=now())
        looked = form.value("base") if form.value("step") == "save" else ""
        if (text is not None or parents) and looked != _base(text):
            if looked:
                form.wrong(WHOLE, "error.text-changed")
            return _look(study, form, text, parents, changes)
        dates = {"opens_on": wanted.opens_on, "closes_on": wanted.closes_on}
        changed = change_study(session, mine, title=wanted.title, start_rule=wanted.start_rule, **dates)
        made = publish_default(
            session,
            mine,
            institution=wanted.institution,
            contact=wanted.contact,
            parents_required=wanted.parents,
            was=was,
            now=now(),
        )
        if "parents" in [name for name, _was, _will in changes]:
            settle_parents(session, mine, now=now())
        responsible = {name for name, _was, _will in changes} & RESPONSIBLE
        fields = [*changed, *(["contact"] if responsible else [])]
        if fields:
            _note(session, staff, "study.changed", mine, fields=" ".join(fields))
        people = made.asked.people
        if made.new:
            _note(session, staff, "consent.published", mine, version=made.version, count=people)
    if not made.new:
        return go(url_for(".settings", study_name=study.name), "study.saved")
    notice = "study.opened" if made.version == 1 else "study.saved_text" if people else "study.saved_quietly"
    return go(url_for("desk_consent.show", study_name=study.name), notice, count=people)


def _base(text: Foreseen | None) -> str:
    """What was looked at: the text that was in force, or that none would come."""
    return str(text.version) if text is not None else "0"


def _look(
    study: Study, form: Form, text: Foreseen | None, parents: Concerned, changes: list[tuple[str, Any, Any]]
) -> Response:
    return render(
        "desk/study_confirm.html",
        status=200 if form.ok else 422,
        title=t("study.confirm"),
        study=study,
        form=form,
        text=text,
        parents=None if text is not None and text.binds else parents,  # who is asked anew waits for both anyway
        base=_base(text),
        changes=[(name, _worded(name, was), _worded(name, will)) for name, was, will in changes],
    )


def _worded(name: str, value: Any) -> str:
    if isinstance(value, date):
        return day(value, language())
    return t(f"study.start.{value}") if name == "start_rule" else str(value or "–")


@studies.get("/studies/<study_name>/calendar")
@staff_required(role="coordinator", study_arg="study_name")
def calendar(*, staff: Caller, study: Study) -> Response:
    """Two weeks of a made-up participant, with quiet hours and clock changes."""
    today = local_date(now(), study.zone)
    sent = request.args
    form = Form.of(
        first=sent.get("first") or today + timedelta(days=1), person=sent.get("person") or 1, quiet=sent.get("quiet")
    )
    first = form.day("first", required=False) or today + timedelta(days=1)
    quiet = []
    if written := form.text("quiet", required=False, most=11):
        try:
            quiet = [read_quiet(written)]
        except ValueError:
            form.wrong("quiet", "study.quiet_shape")
    person = form.whole("person", least=1, most=1000, required=False) or 1
    rows = [
        row
        for row in preview(protocol_of(study), study.zone, first, 7 * WEEKS, person, study.name, quiet)
        if row["person"] == person
    ]
    dates = [first + timedelta(days=ahead) for ahead in range(7 * WEEKS)]
    words = t("word.weekdays").split()
    labels = {on.isoformat(): f"{words[on.weekday()]} {on.day}/{on.month}" for on in dates}
    asked = sum(row["kind"] == "questionnaire" for row in rows)
    text = t("study.calendar_text", count=asked, days=len(dates), first=day(first, language()))
    svg = Markup(draw_calendar(rows, labels, quiet=quiet, title=t("study.calendar"), text=text))
    return render(
        "desk/study_calendar.html",
        status=200 if form.ok else 422,
        title=t("study.calendar"),
        study=study,
        form=form,
        text=text,
        svg=svg,
        days=[(on, [row for row in rows if row["date"] == on.isoformat()]) for on in dates],
        spring=_last_sunday(first, 3) - timedelta(days=6),
        autumn=_last_sunday(first, 10) - timedelta(days=6),
    )


def _last_sunday(after: date, month: int) -> date:
    """The next last Sunday of a month: when Europe's clocks change."""
    for year in (after.year, after.year + 1):
        last = date(year, month, 31)
        last -= timedelta(days=last.isoweekday() % 7)
        if last >= after:
            return last
    raise AssertionError("A year has a last Sunday of every month.")


def _note(session: Any, staff: Caller, action: str, study: Study, **facts: Any) -> None:
    record(session, staff.actor, action, secret=current().secret, now=now(), study=study.name, **facts)
