"""A study's own rules: changed within what the protocol allows, with what it does to coming days told before saving."""

from datetime import date, timedelta
from typing import Any

from flask import Response, request, url_for
from markupsafe import Markup

from challenges.strategies import STRATEGIES
from prompts.preview import PreviewRow, preview
from server.audit.service import record
from server.consent.figures import foresee_text
from server.content import instruments
from server.context import current, now
from server.desk.calendar_drawing import draw_calendar, hours_of
from server.desk.forms import Form
from server.desk.frame import desk_blueprint, go, language, render, t
from server.desk.rule_forms import POOLS, differences, form_of, read_rules
from server.desk.strings import LANGUAGES
from server.planning.rule_changes import (
    Offer,
    RulesAlike,
    find_problems,
    foresee_rules,
    offer,
    protocol_with,
    save_rules,
)
from server.staff.auth import staff_required
from server.staff.sessions import Caller
from server.studies.calendar import local_date
from server.studies.delicate import MonitoringNeeded
from server.studies.models import Study
from server.studies.rules import StudyRules
from server.studies.service import protocol_of
from server.studies.versions import RulesChanged, list_versions, rules_in_force

rules = desk_blueprint("desk_rules")
PREVIEW_DAYS = 7


@rules.route("/studies/<study_name>/rules", methods=["GET", "POST"])
@staff_required(role="coordinator", study_arg="study_name")
def edit(*, staff: Caller, study: Study) -> Response:
    """The rules in force, and a form to change them; what is sent is looked at first and saved from the next page."""
    present = rules_in_force(study)
    with current().database.reading() as session:
        there = offer(session, study)
        if request.method == "GET":
            return _page(study, form_of(present), there)
        form = Form(request.form)
        wanted = read_rules(form, present, there.strategies, list(there.challenges))
        for problem in find_problems(session, study, wanted):
            form.say(problem.field, problem.text[language()])
        if not form.ok:
            return _page(study, form, there)
        if form.value("step") == "save":
            base, why = form.whole("base", least=0, most=32_000), form.text("why", most=300)
            if not form.errors and base is not None:
                try:
                    return _save(staff, study, wanted, base, why)
                except (RulesChanged, MonitoringNeeded) as refused:
                    form.blame(refused)
                    return _page(study, form, there)
        try:
            impact = foresee_rules(session, study, wanted, now=now())
            text = foresee_text(session, study, protocol_with(study, wanted), now=now())
        except (RulesAlike, MonitoringNeeded) as refused:
            form.blame(refused)
            return _page(study, form, there)
    after = protocol_with(study, wanted)
    first = local_date(now(), study.zone) + timedelta(days=1)
    weeks = {
        name: list(preview(protocol, study.zone, first, PREVIEW_DAYS, 1, study.name))
        for name, protocol in (("before", protocol_of(study)), ("after", after))
    }
    across = hours_of([row for week in weeks.values() for row in week])  # one axis, or nobody can compare
    return render(
        "desk/rules_confirm.html",
        status=422 if form.errors else 200,
        title=t("rules.confirm"),
        study=study,
        form=form,
        base=study.rules_version,
        impact=impact,
        text=text,
        changes=differences(present, wanted),
        before=_calendar(weeks["before"], first, "before", across),
        after=_calendar(weeks["after"], first, "after", across),
    )


def _save(staff: Caller, study: Study, wanted: StudyRules, base: int, why: str) -> Response:
    changed = " ".join(name for name, _before, _after in differences(rules_in_force(study), wanted))
    with current().database.transaction() as session:
        saved = save_rules(session, study.id, wanted, base=base, by=staff.name, why=why, now=now())
        facts: dict[str, Any] = {"study": study.name, "why": why, "secret": current().secret, "now": now()}
        record(session, staff.actor, "rules.changed", version=saved.version, fields=changed, **facts)
        if saved.text is not None:
            count = saved.text.asked.people
            record(session, staff.actor, "consent.published", version=saved.text.version, count=count, **facts)
    if saved.text is not None:
        notice = "rules.saved_text" if count else "rules.saved_quietly"
        return go(url_for(".edit", study_name=study.name), notice, version=saved.version, count=count)
    return go(url_for(".edit", study_name=study.name), "rules.saved", version=saved.version)


def _page(study: Study, form: Form, there: Offer) -> Response:
    with current().database.reading() as session:
        versions = list_versions(session, study.id)
    return render(
        "desk/rules.html",
        status=200 if form.ok else 422,
        title=t("nav.rules"),
        study=study,
        form=form,
        protocol=protocol_of(study),
        present=rules_in_force(study),
        versions=versions,
        instruments=[(key, f"{instruments()[key].title[language()]} ({key})") for key in there.instruments],
        languages_offered=list(zip(LANGUAGES, ("Nederlands", "English"), strict=True)),
        pools=[(name, t(f"rules.pool.{name}")) for name in POOLS],
        strategies=[(name, STRATEGIES[name].name[language()]) for name in there.strategies],
        challenges=sorted(
            ((slug, title[language()]) for slug, title in there.challenges.items()), key=lambda one: one[1].casefold()
        ),
    )


def _calendar(rows: list[PreviewRow], first: date, name: str, across: tuple[int, int]) -> Markup:
    """A week of the first made-up participant, as `study_views.calendar` shows it."""
    words = t("word.weekdays").split()
    dates = [first + timedelta(days=ahead) for ahead in range(PREVIEW_DAYS)]
    labels = {on.isoformat(): f"{words[on.weekday()]} {on.day}/{on.month}" for on in dates}
    times = " ".join(row["due_at"][11:16] for row in rows if row["date"] == first.isoformat())
    text = t("rules.calendar_text", times=times)
    return Markup(draw_calendar(rows, labels, quiet=(), title=t(f"rules.{name}"), text=text, name=name, hours=across))
