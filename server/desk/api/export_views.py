"""Exports for programs: seen beforehand, asked for, followed, decided on, taken back, fetched.

A researcher or owner of the study may do all of this; a coordinator nothing.
"""

import uuid
from dataclasses import asdict
from dataclasses import fields as fields_of
from typing import Any

from flask import Response

from server.context import Context, current, now
from server.desk.api.auth import api_blueprint, staff_api
from server.desk.api.export_schemas import AskIn, DecisionIn, ForecastOut, JobOut, JobsOut, LinkArgs, PlanIn
from server.desk.export_delivery_views import hand_over, link_of
from server.export import asking
from server.export.forecast import forecast
from server.export.keys import load_wrapping_key
from server.export.models import Export, ExportJob
from server.export.request import Request, Responsible
from server.staff.sessions import Caller
from server.studies.models import Study

exports = api_blueprint("exports", "de-identified data of a study, for its researchers")
PATH = "/studies/<study_name>/exports"
_PARTS = frozenset(field.name for field in fields_of(Request))


@exports.post(f"{PATH}/preview")
@staff_api(role="researcher", study_arg="study_name", acts_as=None)
@exports.arguments(PlanIn())
@exports.response(200, ForecastOut())
def post_preview(body: dict[str, Any], *, staff: Caller, study: Study) -> dict[str, Any]:
    """What would survive at k, and what it costs; nothing is made or noted"""
    with current().database.reading() as session:
        found = forecast(session, study, request_of(body), now=now())
    survives = found.survives
    chosen = survives.chosen if survives else None
    return {
        "profile": found.profile.name,
        "people": found.people,
        "enough": found.enough,
        "left_out": found.left_out,
        "k": found.profile.k,
        "alone": survives.alone if survives else None,
        "levels": found.levels,
        "chosen": {"levels": chosen.levels, "suppressed": chosen.suppressed} if chosen else None,
        "others": [{"levels": one.levels, "suppressed": one.suppressed} for one in survives.others] if survives else [],
        "costs": [asdict(one) for one in survives.costs] if survives else [],
        "at": {str(k): levels for k, levels in survives.at.items()} if survives else {},
        "lengths": {str(days): count for days, count in found.lengths.items()},
        "common_days": found.common_days,
        "start_dates": found.starts,
        "too_near": found.too_near,
        "overlaps": [overlap.text for overlap in found.overlaps],
    }


@exports.get(PATH)
@staff_api(role="researcher", study_arg="study_name", acts_as=None)
@exports.response(200, JobsOut())
def get_jobs(*, staff: Caller, study: Study) -> dict[str, Any]:
    """The latest exports of the study"""
    with current().database.reading() as session:
        jobs = asking.list_jobs(session, study)
        made = asking.exports_of(session, jobs)
        return {"jobs": [_tell(job, made.get(job.id), staff, study) for job in jobs]}


@exports.post(PATH)
@staff_api(role="researcher", study_arg="study_name", acts_as=None)
@exports.arguments(AskIn())
@exports.response(202, JobOut())
def post_job(body: dict[str, Any], *, staff: Caller, study: Study) -> dict[str, Any]:
    """Ask for an export; a worker makes it, after a second person agreed where the profile needs one"""
    with current().database.transaction() as session:
        responsible = Responsible(reason=body["reason"], requested_by=staff.mail, recipient=body["recipient"])
        job = asking.ask(session, study, request_of(body), responsible, staff_id=staff.id, **_powers(current()))
    return _tell(job, None, staff, study)


@exports.get(f"{PATH}/<uuid:job_id>")
@staff_api(role="researcher", study_arg="study_name", acts_as=None)
@exports.response(200, JobOut())
def get_job(job_id: uuid.UUID, *, staff: Caller, study: Study) -> dict[str, Any]:
    """How far an export is, and where it can be fetched"""
    with current().database.reading() as session:
        job = asking.find_job(session, study, job_id)
        return _tell(job, asking.exports_of(session, [job]).get(job.id), staff, study)


@exports.delete(f"{PATH}/<uuid:job_id>")
@staff_api(role="researcher", study_arg="study_name", acts_as=None)
@exports.response(200, JobOut())
def delete_job(job_id: uuid.UUID, *, staff: Caller, study: Study) -> dict[str, Any]:
    """Take an export back before it is done"""
    with current().database.transaction() as session:
        job = asking.cancel(session, study, job_id, actor=staff.actor, secret=current().secret, now=now())
    return _tell(job, None, staff, study)


@exports.put(f"{PATH}/<uuid:job_id>/decision")
@staff_api(role="researcher", study_arg="study_name", fresh=True, acts_as=None)
@exports.arguments(DecisionIn())
@exports.response(200, JobOut())
def put_decision(body: dict[str, Any], job_id: uuid.UUID, *, staff: Caller, study: Study) -> dict[str, Any]:
    """Agree with an export as the second person, or refuse it"""
    with current().database.transaction() as session:
        job = asking.decide(
            session,
            study,
            job_id,
            agree=body["agree"],
            note=body["note"],
            staff_id=staff.id,
            actor=staff.actor,
            secret=current().secret,
            now=now(),
        )
    return _tell(job, None, staff, study)


@exports.get(f"{PATH}/<uuid:job_id>/bundle")
@staff_api(role="researcher", study_arg="study_name", fresh=True, acts_as=None)
@exports.arguments(LinkArgs(), location="query")
@exports.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
def get_bundle(link: dict[str, str], job_id: uuid.UUID, *, staff: Caller, study: Study) -> Response:
    """The bundle, by the link of the export"""
    return hand_over(job_id, link["until"], link["proof"], staff=staff, study=study)


def request_of(body: dict[str, Any]) -> Request:
    """The parameters among what was sent."""
    told = {name: value for name, value in body.items() if name in _PARTS}
    return Request(**{**told, "ranking": tuple(told.get("ranking", ()))})


def _powers(context: Context) -> dict[str, Any]:
    return {"secret": context.secret, "wrapping": load_wrapping_key(context.settings.data_dir), "now": now()}


def _tell(job: ExportJob, made: Export | None, staff: Caller, study: Study) -> dict[str, Any]:
    told = {name: getattr(job, name) for name in JobOut().fields if hasattr(job, name)}
    return {
        **told,
        "profile": job.request["profile"],
        "link": link_of(job, staff, study, ".get_bundle"),
        "made": {
            "version": made.version,
            "people": made.people,
            "planned_questionnaires": made.rows,
            "k_reached": made.k_reached,
            "bytes": made.size,
            "sha256": made.sha256,
            "key_until": made.key_until,
            "replaced_at": made.replaced_at,
            "rows": made.summary.get("rows", {}),
            "warnings": [one["text"] for one in made.summary.get("warnings", [])],
        }
        if made
        else None,
    }
