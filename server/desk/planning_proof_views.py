"""The proof of a study's planning: its verdict, the release of the seed by an owner, and the file for an auditor."""

import io

from flask import Response, request, send_file, url_for

from server.audit.service import record
from server.context import current, now
from server.desk.forms import Form
from server.desk.frame import desk_blueprint, go, language, render, t
from server.errors import DomainError
from server.export.planned_days import count_planned, prove_study, read_days, read_grounds
from server.export.proof_file import fingerprint, write_proof
from server.export.releasing import count_running, release_seed
from server.export.request import NotWaiting
from server.staff.auth import staff_required
from server.staff.sessions import Caller
from server.studies.models import Study

planning_proof = desk_blueprint("desk_planning_proof")
MOST_PROVED_HERE = 250_000
"""Beeps that a page draws again while somebody waits; for more there is the command."""


@planning_proof.get("/studies/<study_name>/planning")
@staff_required(role="researcher", study_arg="study_name", acts_as=None)
def show(*, staff: Caller, study: Study) -> Response:
    """Every planned time drawn again, and what the seed's fingerprint is."""
    with current().database.reading() as session:
        planned = count_planned(session, study)
        proof = prove_study(session, study) if planned <= MOST_PROVED_HERE else None
        running = count_running(session, study, now=now())
    return render(
        "desk/planning_proof.html",
        title=t("proof.title"),
        study=study,
        planned=planned,
        verdict=proof.verdict[language()] if proof else None,
        holds=proof.holds if proof else None,
        differences=proof.differences[:20] if proof else (),
        running=running,
        seed_sha256=fingerprint(study.seed),
        owner=staff.may("owner", study.id),
    )


@planning_proof.route("/studies/<study_name>/planning/release", methods=["GET", "POST"])
@staff_required(role="owner", study_arg="study_name", fresh=True, acts_as=None)
def release(*, staff: Caller, study: Study) -> Response:
    """Release the seed; it cannot be taken back."""
    form = Form(request.form)
    if request.method == "POST":
        try:
            with current().database.transaction() as session:
                release_seed(session, study, actor=staff.actor, secret=current().secret, now=now())
            return go(url_for(".show", study_name=study.name), "proof.released_now")
        except DomainError as error:
            form.blame(error, key=f"error.{error.code}")
    return render(
        "desk/planning_release.html", status=200 if form.ok else 409, title=t("proof.release"), study=study, form=form
    )


@planning_proof.get("/studies/<study_name>/planning/proof")
@staff_required(role="owner", study_arg="study_name", fresh=True, acts_as=None)
def file(*, staff: Caller, study: Study) -> Response:
    """The file with which anybody can draw the times again: with true dates, so for owners only."""
    if study.seed_released_at is None:
        raise NotWaiting("The seed has not been released.")
    out = io.BytesIO()
    with current().database.reading() as session:
        write_proof(out, study=study.name, grounds=read_grounds(session, study), days=read_days(session, study))
    with current().database.transaction() as session:
        record(session, staff.actor, "study.proof", secret=current().secret, now=now(), study=study.name)
    out.seek(0)
    name = f"{study.name}-planning.jsonl.gz"
    response = send_file(out, mimetype="application/gzip", as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response
