"""Exports: what survives before it is asked for, the asking, the second person, how far it is, the bundle.

For researchers and owners. These views have the process's own rights to the database: an export reads answers. No page
of theirs shows one.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from server.context import current, now
from server.desk.export_delivery_views import hand_over, link_of
from server.desk.export_forms import plan_of, read_plan
from server.desk.forms import Form
from server.desk.frame import desk_blueprint, go, language, render, t
from server.desk.paging import Pages
from server.errors import DomainError
from server.export import asking
from server.export.checks import profile_of
from server.export.forecast import Forecast, forecast, word_levels
from server.export.generalise import MISSING, ordinary
from server.export.keys import load_wrapping_key
from server.export.models import Export
from server.export.people import LEFT_OUT
from server.export.profile_words import describe
from server.export.profiles import FOUR_BANDS, PROFILES, TWO_BANDS
from server.export.request import ExportRefused, NotAnonymousEnough, Request, Responsible, TablesDiffer
from server.export.running import can_make
from server.staff.auth import staff_required
from server.staff.sessions import Caller
from server.studies.models import Study

exports = desk_blueprint("desk_exports")
DEMOGRAPHICS = ordinary((FOUR_BANDS, TWO_BANDS))
WHY_K = (5, 10, 20)


@exports.get("/studies/<study_name>/exports")
@staff_required(role="researcher", study_arg="study_name", acts_as=None)
def list_all(*, staff: Caller, study: Study) -> Response:
    """What left this study, and what is about to."""
    with current().database.reading() as session:
        pages = Pages(total=asking.count_jobs(session, study), number=request.args.get("page", 1, type=int))
        jobs = asking.list_jobs(session, study, limit=pages.size, skip=pages.skip)
        made = asking.exports_of(session, jobs)
        rows = [(job, made.get(job.id)) for job in jobs]
        session.expunge_all()
    return render("desk/exports.html", title=t("nav.exports"), study=study, rows=rows, pages=pages)


@exports.route("/studies/<study_name>/exports/new", methods=["GET", "POST"])
@staff_required(role="researcher", study_arg="study_name", acts_as=None)
def new(*, staff: Caller, study: Study) -> Response:
    """Choose a profile, rank demographics, see what survives; then ask for it."""
    asked = request.method == "POST"
    usual = Form.of(profile="research", rank_1="age", rank_2="language", language=language())
    form = Form(request.form) if asked else usual
    plan = read_plan(form)
    ask = asked and form.value("do") == "ask"
    reason = form.text("reason", required=ask, most=500)
    recipient = form.text("recipient", required=False, most=200)
    found: Forecast | None = None
    if form.ok:
        try:
            if ask:
                with current().database.transaction() as session:
                    job = asking.ask(
                        session,
                        study,
                        plan,
                        Responsible(reason=reason, requested_by=staff.mail, recipient=recipient or None),
                        staff_id=staff.id,
                        secret=current().secret,
                        wrapping=load_wrapping_key(current().settings.data_dir),
                        now=now(),
                    )
                return go(url_for(".show", study_name=study.name, job_id=job.id), f"export.did.{job.state}")
            with current().database.reading() as session:
                found = forecast(session, study, plan, now=now())
        except (NotAnonymousEnough, TablesDiffer) as error:
            form.blame(error)
            with current().database.reading() as session:
                found = forecast(session, study, plan, now=now())  # it names the way out
        except DomainError as error:
            form.blame(error)
    return render(
        "desk/export_new.html",
        status=200 if form.ok else 422,
        title=t("export.new"),
        study=study,
        form=form,
        profiles=[
            (name, PROFILES[name].title[language()], t(f"export.about.{name}"))
            for name in ("research", "open", "aggregate", "linked")
        ],
        demographics=[(name, one.title[language()]) for name, one in DEMOGRAPHICS.items()],
        found=_in_words(found, plan) if found else None,
        can_make=can_make(),
        least_k={"usual": PROFILES["research"].k, "open": PROFILES["open"].k},
    )


@exports.get("/studies/<study_name>/exports/<uuid:job_id>")
@staff_required(role="researcher", study_arg="study_name", acts_as=None)
def show(job_id: uuid.UUID, *, staff: Caller, study: Study) -> Response:
    """One export: what was asked, who agreed, how far it is, and where to fetch it."""
    return _page(Form(), job_id, staff, study)


@exports.route("/studies/<study_name>/exports/<uuid:job_id>/decision", methods=["GET", "POST"])
@staff_required(role="researcher", study_arg="study_name", fresh=True, acts_as=None)
def decide(job_id: uuid.UUID, *, staff: Caller, study: Study) -> Response:
    """The second person agrees or refuses."""
    form = Form(request.form)
    if request.method == "GET":
        return _page(form, job_id, staff, study, deciding=True)
    agree = form.choice("agree", ("yes", "no")) == "yes"
    note = form.text("note", required=False, most=1000)
    if form.ok:
        try:
            with current().database.transaction() as session:
                asking.decide(
                    session,
                    study,
                    job_id,
                    agree=agree,
                    note=note,
                    staff_id=staff.id,
                    actor=staff.actor,
                    secret=current().secret,
                    now=now(),
                )
            onward = url_for(".show", study_name=study.name, job_id=job_id)
            return go(onward, "export.agreed" if agree else "export.did.refused")
        except ExportRefused as error:
            key = f"error.{error.code}"
            form.blame(error, name="note" if error.code == "export-reason" else "agree", key=key)
    return _page(form, job_id, staff, study, deciding=True)


@exports.post("/studies/<study_name>/exports/<uuid:job_id>/cancel")
@staff_required(role="researcher", study_arg="study_name", acts_as=None)
def cancel(job_id: uuid.UUID, *, staff: Caller, study: Study) -> Response:
    """Take an export back."""
    with current().database.transaction() as session:
        asking.cancel(session, study, job_id, actor=staff.actor, secret=current().secret, now=now())
    return go(url_for(".list_all", study_name=study.name), "export.did.cancelled")


@exports.get("/studies/<study_name>/exports/<uuid:job_id>/bundle")
@staff_required(role="researcher", study_arg="study_name", fresh=True, acts_as=None)
def bundle(job_id: uuid.UUID, *, staff: Caller, study: Study) -> Response:
    """The zip, by a link of one's own that still holds."""
    return hand_over(job_id, request.args.get("until", ""), request.args.get("proof", ""), staff=staff, study=study)


def _page(form: Form, job_id: uuid.UUID, staff: Caller, study: Study, *, deciding: bool = False) -> Response:
    with current().database.reading() as session:
        job = asking.find_job(session, study, job_id)
        made = session.get(Export, job.export_id) if job.export_id else None
        plan = Request.from_json(job.request)
        found = _still(session, study, plan) if job.state == "waiting" else None
        session.expunge_all()
    return render(
        "desk/export.html",
        status=200 if form.ok else 422,
        title=t("export.titled", profile=PROFILES[plan.profile].title[language()]),
        study=study,
        job=job,
        made=made,
        plan=plan_of(plan, DEMOGRAPHICS),
        describes=_told(plan, found.levels if found else dict(made.levels) if made else None),
        found=_in_words(found, plan) if found else None,
        form=form,
        deciding=deciding,
        may_decide=asking.may_decide(job, staff.id, staff.mail),
        needs_note=asking.needs_note(PROFILES[plan.profile]),
        link=link_of(job, staff, study, ".bundle"),
        fresh=staff.is_fresh(now()),
        share=job.done / job.total if job.total else 0.0,
        left_out=LEFT_OUT,
    )


def _still(session: Session, study: Study, plan: Request) -> Forecast | None:
    """What would come out of an export that waits, as its second person must see it; None where nothing can now."""
    try:
        return forecast(session, study, plan, now=now())
    except ExportRefused:
        return None


def _told(plan: Request, levels: Mapping[str, str] | None) -> list[tuple[str, str]]:
    """What the profile tells, with what was chosen within it; of what could not be asked for any more, as it is."""
    try:
        profile = profile_of(plan)
    except ExportRefused:
        profile = PROFILES[plan.profile]
    lines = describe(profile, levels)
    return [(t(f"export.what.{_key(what)}"), nl if language() == "nl" else en) for what, nl, en in lines]


def _key(what: str) -> str:
    return what.replace(" ", "_").replace("-", "_")


def _in_words(found: Forecast, plan: Request) -> dict[str, Any]:
    """A forecast as the page shows it."""
    said, demographics = language(), found.demographics
    survives, least = found.survives, PROFILES[plan.profile].k or 1
    shown = [name for name in (*found.ranking, *demographics) if name in found.levels]
    order = list(dict.fromkeys(shown))

    def told(levels: Any) -> list[str]:
        words = word_levels(demographics, levels, said)
        return [words.get(name) or t("export.withheld") for name in order]

    return {
        "people": found.people,
        "enough": found.enough,
        "least": found.profile.minimum_people,
        "left_out": [(LEFT_OUT[code][said], count) for code, count in found.left_out.items()],
        "tables": found.profile.rows == "tables",
        "k": found.profile.k,
        "order": [demographics[name].title[said] for name in order],
        "alone": survives.alone if survives else None,
        "chosen": told(survives.chosen.levels) if survives and survives.chosen else None,
        "levels": told(found.levels) if found.levels else None,
        "suppressed": survives.chosen.suppressed if survives and survives.chosen else 0,
        "costs": [
            {
                "people": cost.people,
                "values": ", ".join(t("export.value.missing") if one == MISSING else one for one in cost.values),
                "name": demographics[cost.name].title[said],
                "level": word_levels(demographics, {cost.name: cost.level}, said)[cost.name],
            }
            for cost in (survives.costs if survives else ())
        ],
        "lost": [loss.text[said] for loss in survives.chosen.lost.values()] if survives and survives.chosen else [],
        "others": [(told(way.levels), way.suppressed) for way in survives.others] if survives else [],
        "at": [(k, told(survives.at[k]) if k in survives.at else None) for k in WHY_K if k >= least]
        if survives
        else [],
        "lengths": found.lengths,
        "common_days": found.common_days,
        "trimmed": plan.days,
        "starts": found.starts,
        "too_near": found.too_near[said] if found.too_near else None,
        "overlaps": [overlap.text[said] for overlap in found.overlaps],
        "kept": bool(found.kept),
    }
