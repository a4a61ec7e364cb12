"""Hands a finished bundle to whoever holds a link of her own, and makes such links."""

import uuid
from typing import Any

from flask import Response, send_file, url_for

from server.context import current, now
from server.export import asking
from server.export.links import check_link, sign_link
from server.export.models import Export, ExportJob
from server.export.request import NotWaiting
from server.export.running import file_of
from server.staff.sessions import Caller
from server.studies.models import Study


def hand_over(job_id: uuid.UUID, until: str, proof: str, *, staff: Caller, study: Study) -> Response:
    """The file of a link, counted and logged before the first byte. Raises `LinkInvalid`, `TooManyExports`,
    `NotWaiting`."""
    context, at = current(), now()
    check_link(job_id, until, proof, study=study.id, staff=staff.id, secret=context.secret, now=at)
    with context.database.transaction() as session:
        job = asking.find_job(session, study, job_id, lock=True)
        asking.note_download(session, study, job, staff_id=staff.id, actor=staff.actor, secret=context.secret, now=at)
        version = session.get_one(Export, job.export_id).version
    path = file_of(context.settings.data_dir, job_id)
    if not path.is_file():
        raise NotWaiting("The bundle is not kept here any more; ask for the export again.")
    name = f"{study.name}-{job.request['profile']}-{version}.zip"
    response = send_file(
        path.absolute(), mimetype="application/zip", as_attachment=True, download_name=name, etag=False
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def link_of(job: ExportJob, staff: Caller, study: Study, endpoint: str) -> str | None:
    """Where this person fetches a finished export from now on, for a quarter of an hour; None when there is no file."""
    at = now()
    if job.state != "done" or job.file_until is None or job.file_until <= at:
        return None
    signed = sign_link(job.id, study=study.id, staff=staff.id, secret=current().secret, now=at)
    values: dict[str, Any] = {"study_name": study.name, "job_id": job.id, **signed}
    return url_for(endpoint, **values)
