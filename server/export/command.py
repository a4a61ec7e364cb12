"""What ``./run export`` does: the same as an export that was asked for at the desk, at once and to a file."""

import json
import sys
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from server.clock import SystemClock
from server.config import Settings
from server.crypto import load_or_create_secret
from server.db import Database
from server.errors import DomainError
from server.export.approval import find_second
from server.export.asking import add_job, find_job, require_rest_of
from server.export.checks import profile_of, require_responsible
from server.export.models import Export, ExportJob
from server.export.request import NotWaiting, Request, Responsible
from server.export.running import Workshop, claim, release, work
from server.export.service import reopen
from server.export.workplace import count_parts, is_abandoned, place_of
from server.studies.models import Study
from server.studies.service import find_study

INTERRUPTED = 130
_PHASES = {"read": "Reading diaries", "write": "Writing rows", "describe": "Writing papers", "pack": "Packing"}


def run_export(
    settings: Settings,
    study_name: str,
    request: Request,
    responsible: Responsible,
    out: Path,
    *,
    key: bytes | None = None,
    again: uuid.UUID | None = None,
    resume: uuid.UUID | None = None,
    as_json: bool = False,
) -> int:
    """Export a study to ``out``; the exit status. ``out`` is there whole or, after an error or Ctrl-C, not at all.

    key: makes the ids repeatable (32 bytes); None draws a fresh one. again: an earlier export, whose parameters and key
    are taken, made anew without whoever has withdrawn since. resume: an export by hand that was interrupted.
    """
    database = Database(settings.database_url)
    secret = load_or_create_secret(settings.secret_key_path or settings.data_dir / "secret.key")
    shop = Workshop(database=database, data_dir=settings.data_dir, secret=secret, clock=SystemClock())
    job_id: uuid.UUID | None = None
    try:
        with database.transaction() as session:
            study = find_study(session, study_name)
            if resume is None:
                job = _ask(session, shop, study, request, responsible, key=key, again=again)
            else:
                job = find_job(session, study, resume)
            place = place_of(settings.data_dir, job.id)
            orphaned = resume is not None and is_abandoned(place)
            claimed = claim(session, now=shop.clock.now(), job_id=job.id, orphaned=orphaned)
            if claimed is None or claimed.runner is None:
                raise NotWaiting("There is nothing to take up: it is over, still under way, or not one by hand.")
            job_id, runner = claimed.id, claimed.runner
        lead = [f"If this is interrupted: {_way_on(study_name, job_id, out)}"]
        if parts := count_parts(place):
            lead.append(f"Going on after {parts} parts of the earlier try.")
        with _Bar(quiet=as_json, lead=lead) as bar:
            try:
                row = work(shop, job_id, runner, target=out, tell=bar.tell)
            except KeyboardInterrupt:
                with database.transaction() as session:
                    release(session, job_id, runner)
                raise
        if row is None:
            raise NotWaiting("It was cancelled, or somebody else works on it.")
    except DomainError as error:
        raise click.ClickException(error.detail) from None
    except KeyboardInterrupt:
        click.echo("Interrupted; nothing was exported.", err=True)
        if job_id is not None:
            click.echo(f"What is made is kept. To go on: {_way_on(study_name, job_id, out)}", err=True)
        return INTERRUPTED
    finally:
        database.dispose()
    _tell(row, out, as_json=as_json)
    return 0


def _way_on(study_name: str, job_id: uuid.UUID, out: Path) -> str:
    return f"./run export {study_name} --resume {job_id} --out {out}"


def _ask(
    session: Session,
    shop: Workshop,
    study: Study,
    request: Request,
    responsible: Responsible,
    *,
    key: bytes | None,
    again: uuid.UUID | None,
) -> ExportJob:
    """The job of this command. Whoever has a shell on the server needs no second account, but must name the person."""
    earlier = None
    if again is not None:
        earlier, request, key = reopen(session, again, wrapping=shop.wrapping)
    require_responsible(profile_of(request), responsible)
    responsible = find_second(session, study, responsible)
    if earlier is None:  # to make one again without who has withdrawn is never too much
        require_rest_of(session, responsible.requested_by, now=shop.clock.now())
    return add_job(
        session,
        study,
        request,
        responsible,
        staff_id=None,
        state="queued",
        wrapping=shop.wrapping,
        now=shop.clock.now(),
        key=key,
        by_hand=True,
        again=earlier,
    )


class _Bar:
    """One progress bar a phase, on the terminal.

    lead: what is said first, once there is progress; an export that is refused has none.
    """

    def __init__(self, *, quiet: bool, lead: Sequence[str]) -> None:
        self._quiet, self._lead = quiet, lead
        self._phase, self._shown = "", 0

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            click.echo(err=True)

    def tell(self, phase: str, done: int, total: int) -> None:
        if self._quiet:
            return
        for line in self._lead:
            click.echo(line, err=True)
        self._lead = ()
        new, self._phase = phase != self._phase, phase
        if not sys.stderr.isatty():
            if new and phase in _PHASES:
                click.echo(f"{_PHASES[phase]} ...", err=True)
            return
        if phase not in _PHASES:
            return
        if new:
            click.echo(nl=bool(self._shown), err=True)
            self._shown += 1
        share = done / total if total else 1
        bar = "#" * round(share * 30)
        click.echo(f"\r{_PHASES[phase]:16} [{bar:30}] {share:4.0%}", nl=False, err=True)


def _tell(row: Export, out: Path, *, as_json: bool) -> None:
    told = row.summary
    if as_json:
        click.echo(json.dumps(_as_json(row, told, out), ensure_ascii=False))
        return
    click.echo(f"{out}: {row.size:,} bytes, sha256 {row.sha256}")
    click.echo(f"{row.people} participants; profile {row.profile}; version {row.version}; k = {row.k_reached or '-'}")
    for name, rows in told["rows"].items():
        click.echo(f"{rows:9} rows in {name}")
    for reason, count in told["left_out"].items():
        if count:
            click.echo(f"{count:9} left out: {reason}")
    for lost in told["lost"].values():
        click.echo(f"  {lost['en']}")
    for warning in told["warnings"]:
        if warning["severity"] != "notice":
            click.echo(f"{warning['severity'].upper()}: {warning['text']['en']}", err=True)
    if told["planning"]:
        click.echo(f"Planned times: {told['planning']['en']}")
    click.echo(f"Export {row.id}; its key is destroyed after {row.key_until:%Y-%m-%d}.")


def _as_json(row: Export, told: Mapping[str, Any], out: Path) -> dict[str, object]:
    return {
        "export": str(row.id),
        "out": str(out),
        "bytes": row.size,
        "sha256": row.sha256,
        "profile": row.profile,
        "version": row.version,
        "participants": row.people,
        "left_out": told["left_out"],
        "k_reached": row.k_reached,
        "levels": row.levels,
        "rows": told["rows"],
        "warnings": [warning["code"] for warning in told["warnings"]],
        "key_until": row.key_until.isoformat(),
    }
