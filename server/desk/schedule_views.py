"""The challenges of one study: which date has a chosen one, and what became of those that were given."""

from datetime import date, timedelta
from typing import Any

from flask import Response, request, url_for

from server.audit.service import record
from server.context import current, now
from server.coordination.listing import list_challenges
from server.coordination.refusals import DatePast, NeverSuits
from server.coordination.scheduling import fix_date, free_date, list_fixed
from server.desk.forms import Form
from server.desk.frame import desk_blueprint, go, language, render, t
from server.errors import NotFound
from server.monitoring.challenge_counts import count_challenges
from server.planning.redealing import redeal
from server.staff.auth import staff_required
from server.staff.sessions import Caller
from server.studies.calendar import local_date
from server.studies.models import Study

schedule = desk_blueprint("desk_schedule")


@schedule.route("/studies/<study_name>/challenges", methods=["GET", "POST"])
@staff_required(role="coordinator", study_arg="study_name")
def show(*, staff: Caller, study: Study) -> Response:
    """Dates with a chosen challenge; all others are drawn."""
    form = Form(request.form)
    today = local_date(now(), study.zone)
    if request.method == "POST":
        on = form.day("on")
        slug = form.text("slug", most=40)
        if on is not None and on <= today:
            form.wrong("on", "error.date-past")
        if form.ok and on is not None:
            try:
                return _choose(staff, study, on, slug)
            except NeverSuits as refused:
                form.blame(refused, name="slug", key="error.never-suits")
    return _page(study, form, today)


@schedule.post("/studies/<study_name>/challenges/<on>/free")
@staff_required(role="coordinator", study_arg="study_name")
def free(on: str, *, staff: Caller, study: Study) -> Response:
    """Leave a date to the draw again."""
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise NotFound from None
    if day <= local_date(now(), study.zone):
        raise DatePast
    with current().database.transaction() as session:
        if free_date(session, study.id, day):
            redeal(session, study.id, day, now=now())
            facts = {"study": study.name, "on": on}
            record(session, staff.actor, "challenge.unscheduled", secret=current().secret, now=now(), **facts)
    return go(url_for(".show", study_name=study.name), "schedule.freed")


def _choose(staff: Caller, study: Study, on: date, slug: str) -> Response:
    with current().database.transaction() as session:
        reach = fix_date(session, study.id, on, slug, by=staff.name, now=now())
        redeal(session, study.id, on, now=now())
        facts: dict[str, Any] = {"study": study.name, "subject": slug, "on": on.isoformat()}
        record(session, staff.actor, "challenge.scheduled", secret=current().secret, now=now(), **facts)
    url = url_for(".show", study_name=study.name)
    if reach.everybody:
        return go(url, "schedule.chosen")
    return go(url, "schedule.chosen_some", youngest=reach.youngest, oldest=reach.oldest)


def _page(study: Study, form: Form, today: date) -> Response:
    with current().database.reading() as session:
        entries = list_challenges(session)
        fixed = list_fixed(session, study.id, since=today)
        counts = count_challenges(session, study.id, now=now())
    titles = {entry.challenge.slug: entry.challenge.title[language()] for entry in entries}
    live = [(entry.challenge.slug, titles[entry.challenge.slug]) for entry in entries if entry.live]
    return render(
        "desk/schedule.html",
        status=200 if form.ok else 422,
        title=t("schedule.title"),
        study=study,
        form=form,
        fixed=fixed,
        titles=titles,
        counts=[count for count in counts if count.offered is not None],
        hidden=sum(count.offered is None for count in counts),
        today=today,
        tomorrow=today + timedelta(days=1),
        options=sorted(live, key=lambda pair: pair[1].casefold()),
    )
