"""What ``./run export`` does: build beside the target, note it in the register, and only then put it in place."""

import json
import os
import sys
import uuid
from pathlib import Path

import click

from server.clock import SystemClock
from server.config import Settings
from server.crypto import new_seed
from server.db import Database
from server.errors import DomainError
from server.export import service
from server.export.bundle import Packed
from server.export.keys import load_wrapping_key
from server.export.models import Export
from server.export.request import Request, Responsible
from server.export.service import Built
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
    as_json: bool = False,
) -> int:
    """Export a study to ``out``; the exit status. ``out`` is there whole or, after an error or Ctrl-C, not at all.

    key: makes the ids repeatable (32 bytes); None draws a fresh one. again: an earlier export, whose parameters and key
    are taken, made anew without whoever has withdrawn since.
    """
    database = Database(settings.database_url)
    partial = out.with_name(f".{out.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        wrapping = load_wrapping_key(settings.data_dir)
        now = SystemClock().now()
        with service.one_moment(database) as session:
            study = find_study(session, study_name)
            if again is not None:
                _, request, key = service.reopen(session, again, wrapping=wrapping)
            key = service.export_key(request, study, fresh=key or new_seed(), wrapping=wrapping)
            plan = service.prepare(session, study, request, key=key, now=now)
            service.require_responsible(plan.profile, responsible)
            with _Bar(quiet=as_json) as bar:
                built = service.build(session, plan, partial, bar.tell)
        with database.transaction() as session:
            row = service.register(session, study, built, responsible, key=key, wrapping=wrapping, now=now)
            os.replace(partial, out)
    except DomainError as error:
        raise click.ClickException(error.detail) from None
    except KeyboardInterrupt:
        click.echo("Interrupted; nothing was exported.", err=True)
        return INTERRUPTED
    finally:
        partial.unlink(missing_ok=True)
        database.dispose()
    _tell(row, built, out, as_json=as_json)
    return 0


class _Bar:
    """One progress bar a phase, on the terminal."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._phase, self._shown = "", 0

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._phase and not self._quiet:
            click.echo(err=True)

    def tell(self, phase: str, done: int, total: int) -> None:
        if self._quiet or not sys.stderr.isatty():
            return
        if phase != self._phase:
            click.echo(nl=bool(self._phase), err=True)
            self._phase = phase
        share = done / total if total else 1
        bar = "#" * round(share * 30)
        click.echo(f"\r{_PHASES[phase]:16} [{bar:30}] {share:4.0%}", nl=False, err=True)


def _tell(row: Export, built: Built, out: Path, *, as_json: bool) -> None:
    plan, risk, packed = built.plan, built.contents.risk, built.packed
    warnings = [warning for warning in risk.warnings if warning.severity != "notice" or warning.inside]
    if as_json:
        click.echo(json.dumps(_as_json(row, built, out, packed), ensure_ascii=False))
        return
    click.echo(f"{out}: {packed.bytes:,} bytes, sha256 {packed.sha256}")
    click.echo(f"{row.people} participants; profile {row.profile}; k = {row.k_reached}")
    for table in built.contents.tables:
        click.echo(f"{table.rows:9} rows in {table.path}")
    for reason, count in plan.selection.left_out.items():
        if count:
            click.echo(f"{count:9} left out: {reason}")
    for loss in plan.anonymised.lost.values():
        click.echo(f"  {loss.text['en']}")
    for warning in warnings:
        click.echo(f"{warning.severity.upper()}: {warning.text['en']}", err=True)
    click.echo(f"Export {row.id}; its key is destroyed after {row.key_until:%Y-%m-%d}.")


def _as_json(row: Export, built: Built, out: Path, packed: Packed) -> dict[str, object]:
    plan = built.plan
    return {
        "export": str(row.id),
        "out": str(out),
        "bytes": packed.bytes,
        "sha256": packed.sha256,
        "profile": row.profile,
        "participants": row.people,
        "left_out": dict(plan.selection.left_out),
        "k_reached": row.k_reached,
        "levels": row.levels,
        "rows": {table.path: table.rows for table in built.contents.tables},
        "warnings": [warning.code for warning in built.contents.risk.warnings],
        "key_until": row.key_until.isoformat(),
    }
