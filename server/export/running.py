"""Working on exports that were asked for: a lease on a row, progress in it, and the same bundle after a crash.

A runner takes one job for as long as its lease lasts, and renews the lease with its progress. When it dies, the lease
ends and another takes the job up with the same key and the same parameters, so that the same bytes come out, and goes
on after the parts that are whole (`workplace`). A runner that finds its lease gone (cancelled, or taken by another)
stops and leaves nothing.

Making a bundle needs libraries that a process may lack; they are imported only when there is something to make.
"""

import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.audit.service import Actor, record
from server.clock import Clock
from server.db import Database
from server.errors import DomainError
from server.export.asking import facts_of
from server.export.keys import load_wrapping_key, unwrap
from server.export.models import Export, ExportJob
from server.export.request import Request, Responsible
from server.export.workplace import Busy, occupied, place_of
from server.studies.models import Study

log = structlog.get_logger()

LEASE = timedelta(minutes=2)
MOST_TRIES = 3
TELL_EVERY_S = 1.0
FILE_KEPT = timedelta(days=3)


class LeaseLost(Exception):
    """Somebody took the job back, or another works on it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Workshop:
    """Where exports are made: the database, the folder of the installation, its secret, and the time."""

    database: Database
    data_dir: Path
    secret: bytes = field(repr=False)
    clock: Clock

    @property
    def wrapping(self) -> bytes:
        return load_wrapping_key(self.data_dir)


def file_of(data_dir: Path, job_id: uuid.UUID) -> Path:
    """Where the finished bundle of a job lies."""
    return data_dir / "exports" / f"{job_id}.zip"


def can_make() -> bool:
    """Whether this process has the libraries that making a bundle needs."""
    return find_spec("polars") is not None and find_spec("pyreadstat") is not None


def claim(
    session: Session, *, now: datetime, job_id: uuid.UUID | None = None, orphaned: bool = False
) -> ExportJob | None:
    """Take the oldest job that waits or whose runner died; None when there is none. ``job_id``: this one, by hand.

    One that died `MOST_TRIES` times is given up, unless somebody takes it up by hand. orphaned: its runner is known to
    be dead, whatever its lease says.
    """
    running = ExportJob.state == "running"
    free = (ExportJob.state == "queued") | (running if orphaned else running & (ExportJob.lease_until <= now))
    wanted = select(ExportJob).where(free, ExportJob.by_hand.is_(job_id is not None))
    if job_id is not None:
        wanted = wanted.where(ExportJob.id == job_id)
    for job in session.scalars(wanted.order_by(ExportJob.asked_at).with_for_update(skip_locked=True)):
        if job.tries >= MOST_TRIES and not job.by_hand:
            _end(job, "failed", now, failure="gave-up")
            continue
        job.state, job.runner, job.lease_until = "running", uuid.uuid4(), now + LEASE
        job.tries += 1
        session.flush()
        return job
    return None


def release(session: Session, job_id: uuid.UUID, runner: uuid.UUID) -> None:
    """Give a job back unfinished, to be taken up at once; it does not count as a try."""
    mine = (ExportJob.id == job_id, ExportJob.runner == runner, ExportJob.state == "running")
    changes = {"state": "queued", "runner": None, "lease_until": None, "tries": ExportJob.tries - 1}
    session.execute(update(ExportJob).where(*mine).values(changes).execution_options(synchronize_session=False))


def work(
    shop: Workshop,
    job_id: uuid.UUID,
    runner: uuid.UUID,
    *,
    target: Path | None = None,
    tell: Callable[[str, int, int], None] = lambda *_: None,
) -> Export | None:
    """Make the bundle of a claimed job and register it; None when it was refused or taken away.

    target: where the bundle goes; otherwise it is kept for `FILE_KEPT` where `file_of` says. Faults of the program are
    raised, after the job was marked as failed.
    """
    out = target or file_of(shop.data_dir, job_id)
    if target is None:
        out.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = out.with_name(f".{out.name}.{runner.hex[:8]}.part")
    try:
        with _folder_of(shop, job_id) as folder:
            return _make(shop, job_id, runner, partial, out, kept=target is None, tell=tell, folder=folder)
    except LeaseLost:
        log.info("an export was taken back", action="export.stopped", job=str(job_id))
        return None
    except DomainError as error:
        _fail(shop, job_id, runner, error.code)
        if target is not None:
            raise
        return None
    except Exception as error:
        _fail(shop, job_id, runner, type(error).__name__)
        raise
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _folder_of(shop: Workshop, job_id: uuid.UUID) -> Iterator[Path | None]:
    """Where the parts of a job are kept until it is over, done or not; there is more to do only after an interruption.

    None while another process is still at it there, which will find that its lease is gone.
    """
    folder = place_of(shop.data_dir, job_id)
    try:
        with occupied(folder):
            try:
                yield folder
            except Exception:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            shutil.rmtree(folder, ignore_errors=True)
    except Busy:
        yield None


def _make(
    shop: Workshop,
    job_id: uuid.UUID,
    runner: uuid.UUID,
    partial: Path,
    out: Path,
    *,
    kept: bool,
    tell: Callable[[str, int, int], None],
    folder: Path | None,
) -> Export:
    from server.export import service

    progress = _Progress(shop, job_id, runner, tell)
    wrapping, now = shop.wrapping, shop.clock.now()
    with service.one_moment(shop.database) as session:
        job = session.get_one(ExportJob, job_id)
        if job.runner != runner or job.wrapped_key is None:
            raise LeaseLost
        study, request = session.get_one(Study, job.study_id), Request.from_json(job.request)
        again = session.get(Export, job.again_id) if job.again_id else None
        fresh = unwrap(job.wrapped_key, job.id, wrapping=wrapping)
        key = service.export_key(request, study, fresh=fresh, wrapping=wrapping)
        version, replaces = service.next_version(session, again)
        plan = service.prepare(session, study, request, key=key, now=now, version=version)
        built = service.build(session, plan, partial, progress.tell, folder=folder)
    with shop.database.transaction() as session:
        job = session.scalars(select(ExportJob).where(ExportJob.id == job_id).with_for_update()).one()
        if job.runner != runner:
            raise LeaseLost
        responsible = Responsible(
            reason=job.reason, requested_by=job.asked_by, approved_by=job.decided_by, recipient=job.recipient
        )
        now = shop.clock.now()
        study = session.get_one(Study, job.study_id)
        old = session.get(Export, job.again_id) if replaces else None
        row = service.register(
            session, study, built, responsible, key=key, wrapping=wrapping, now=now, version=version, replaces=old
        )
        if kept:
            job.file_until = now + FILE_KEPT
        job.export_id, job.done, job.total = row.id, row.rows, row.rows
        _end(job, "done", now)
        facts = {"people": row.people, "k_reached": row.k_reached, "sha256": row.sha256, "version": row.version}
        record(
            session,
            Actor(staff_id=job.asked_by_id, who=job.asked_by),
            "export.made-again" if old else "export.made",
            secret=shop.secret,
            now=now,
            study=study.name,
            why=job.reason,
            **{"export": str(job.id), **facts_of(request), **facts, "approved_by": job.decided_by},
        )
        os.replace(partial, out)
        out.chmod(0o600)
    tell("done", 1, 1)
    return row


class _Progress:
    """Tells the database how far it is, now and then, and learns whether to go on."""

    def __init__(
        self, shop: Workshop, job_id: uuid.UUID, runner: uuid.UUID, tell: Callable[[str, int, int], None]
    ) -> None:
        self._shop, self._job_id, self._runner, self._tell = shop, job_id, runner, tell
        self._told = (float("-inf"), "")

    def tell(self, phase: str, done: int, total: int) -> None:
        self._tell(phase, done, total)
        at = time.monotonic()
        if phase == self._told[1] and at - self._told[0] < TELL_EVERY_S:
            return
        self._told = (at, phase)
        values = {"phase": phase, "done": done, "total": total, "lease_until": self._shop.clock.now() + LEASE}
        mine = (ExportJob.id == self._job_id, ExportJob.runner == self._runner, ExportJob.state == "running")
        with self._shop.database.transaction() as session:
            kept = session.execute(
                update(ExportJob).where(*mine).values(values).execution_options(synchronize_session=False)
            )
            if kept.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result counts rows
                raise LeaseLost


def _fail(shop: Workshop, job_id: uuid.UUID, runner: uuid.UUID, failure: str) -> None:
    with shop.database.transaction() as session:
        job = session.scalar(select(ExportJob).where(ExportJob.id == job_id, ExportJob.runner == runner))
        if job is not None:
            _end(job, "failed", shop.clock.now(), failure=failure[:80])
    log.warning("an export was not made", action="export.failed", job=str(job_id), why=failure)


def _end(job: ExportJob, state: str, now: datetime, *, failure: str | None = None) -> None:
    job.state, job.failure, job.finished_at = state, failure, now
    job.lease_until = job.runner = job.wrapped_key = None
