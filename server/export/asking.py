"""Asking for an export, deciding on it as the second person, taking it back. Every act is in the audit log.

Apart from making exports, whose libraries a web process may lack. Callers give who they are; what they may do in the
study was asked before (`server.staff.roles`: researcher or owner).
"""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.audit.service import Actor, record
from server.crypto import new_seed
from server.export.checks import count_withdrawn, read_ground
from server.export.keys import wrap
from server.export.lengths import require_k
from server.export.models import Export, ExportDownload, ExportJob
from server.export.people import select_members
from server.export.profiles import Profile
from server.export.request import (
    BundleWithdrawn,
    JobUnknown,
    NotWaiting,
    ReasonNeeded,
    Request,
    Responsible,
    SecondPersonSame,
    TooFewPeople,
    TooManyExports,
)
from server.export.same_base import require_same_base
from server.staff.models import Staff, StudyRole
from server.studies.models import Study

MOST_A_DAY = 10
"""Exports that one person may ask for, and bundles she may fetch, in any 24 hours, whatever the study."""
A_DAY = timedelta(days=1)
OPEN_STATES = ("waiting", "queued", "running")


def ask(
    session: Session,
    study: Study,
    request: Request,
    responsible: Responsible,
    *,
    staff_id: uuid.UUID,
    secret: bytes,
    wrapping: bytes,
    now: datetime,
) -> ExportJob:
    """Put an export in the queue, or before a second person. Raises `ExportRefused` or one of its kinds.

    The levels that it may tell are settled now, so that what was seen before asking is what comes out.
    """
    if not responsible.reason.strip():
        raise ReasonNeeded
    _require_rest(session, staff_id, now)
    ground = read_ground(session, study, request)
    members = select_members(session, study, ground.profile, now=now, days=request.days).members
    people = len(members)
    if people < ground.profile.minimum_people:
        raise TooFewPeople(
            f"{people} participants can be exported, the profile {ground.profile.name} asks for "
            f"{ground.profile.minimum_people}."
        )
    require_k(ground.profile, members)
    require_same_base(session, study, ground, members, now)
    state = "waiting" if ground.profile.needs_second_person else "queued"
    request = replace(request, keep_levels=dict(ground.keep))
    job = add_job(session, study, request, responsible, staff_id=staff_id, state=state, wrapping=wrapping, now=now)
    actor = Actor(staff_id=staff_id, who=responsible.requested_by)
    _note(session, actor, "export.asked", job, study, secret, now, why=job.reason, people=people)
    return job


def add_job(
    session: Session,
    study: Study,
    request: Request,
    responsible: Responsible,
    *,
    staff_id: uuid.UUID | None,
    state: str,
    wrapping: bytes,
    now: datetime,
    key: bytes | None = None,
    by_hand: bool = False,
    again: Export | None = None,
) -> ExportJob:
    """A job with its key (a fresh one if none is given), without asking whether it may be."""
    identity = uuid.uuid4()
    job = ExportJob(
        id=identity,
        study_id=study.id,
        state=state,
        by_hand=by_hand,
        request=request.as_json(),
        reason=responsible.reason.strip(),
        recipient=responsible.recipient,
        asked_by=responsible.requested_by,
        asked_by_id=staff_id,
        asked_at=now,
        decided_by=responsible.approved_by,
        wrapped_key=wrap(key or new_seed(), identity, wrapping=wrapping),
        again_id=again.id if again else None,
    )
    session.add(job)
    session.flush()
    return job


def find_job(session: Session, study: Study, job_id: uuid.UUID, *, lock: bool = False) -> ExportJob:
    """A job of this study. Raises `JobUnknown`."""
    wanted = select(ExportJob).where(ExportJob.id == job_id, ExportJob.study_id == study.id)
    job = session.scalar(wanted.with_for_update() if lock else wanted)
    if job is None:
        raise JobUnknown
    return job


def list_jobs(session: Session, study: Study, *, limit: int = 25, skip: int = 0) -> list[ExportJob]:
    """The study's jobs, newest first."""
    mine = select(ExportJob).where(ExportJob.study_id == study.id)
    return list(session.scalars(mine.order_by(ExportJob.asked_at.desc(), ExportJob.id).limit(limit).offset(skip)))


def exports_of(session: Session, jobs: Sequence[ExportJob]) -> dict[uuid.UUID, Export]:
    """What these jobs have made, by the job's id, in one look."""
    ids = {job.export_id: job.id for job in jobs if job.export_id is not None}
    if not ids:
        return {}
    return {ids[export.id]: export for export in session.scalars(select(Export).where(Export.id.in_(ids)))}


def count_jobs(session: Session, study: Study) -> int:
    return session.scalar(select(func.count()).select_from(ExportJob).where(ExportJob.study_id == study.id)) or 0


def decide(
    session: Session,
    study: Study,
    job_id: uuid.UUID,
    *,
    agree: bool,
    note: str,
    staff_id: uuid.UUID,
    actor: Actor,
    secret: bytes,
    now: datetime,
) -> ExportJob:
    """Agree with an export as the second person, or refuse it.

    She is not who asked for it, and one of the two is an owner of the study. Raises `JobUnknown`, `NotWaiting`,
    `SecondPersonSame`, and `ReasonNeeded` for a linked export without a note (of the data protection officer).
    """
    job = find_job(session, study, job_id, lock=True)
    if job.state != "waiting":
        raise NotWaiting
    if staff_id == job.asked_by_id or actor.who == job.asked_by:
        raise SecondPersonSame
    wanted = select(StudyRole.staff_id, StudyRole.role).where(
        StudyRole.study_id == study.id, StudyRole.staff_id.in_([staff_id, job.asked_by_id])
    )
    roles = {row.staff_id: row.role for row in session.execute(wanted)}
    # Who asked may have lost her role since; then there is nobody to give it to.
    if agree and (len(roles) < 2 or "owner" not in roles.values() or "coordinator" in roles.values()):
        raise SecondPersonSame
    if agree and not note.strip() and job.request["profile"] == "linked":
        raise ReasonNeeded("A linked export needs a note: what the data protection officer said.")
    job.decided_by, job.decided_by_id, job.decided_at, job.note = actor.who, staff_id, now, note.strip() or None
    job.state = "queued" if agree else "refused"
    if not agree:
        job.wrapped_key, job.finished_at = None, now
    session.flush()
    _note(session, actor, "export.approved" if agree else "export.refused", job, study, secret, now, why=job.note)
    return job


def cancel(
    session: Session, study: Study, job_id: uuid.UUID, *, actor: Actor, secret: bytes, now: datetime
) -> ExportJob:
    """Take an export back before it is done; whoever works on it stops. Raises `JobUnknown`, `NotWaiting`."""
    job = find_job(session, study, job_id, lock=True)
    if job.state not in OPEN_STATES:
        raise NotWaiting
    job.state, job.cancelled_by, job.finished_at = "cancelled", actor.who, now
    job.lease_until = job.runner = job.wrapped_key = None
    session.flush()
    _note(session, actor, "export.cancelled", job, study, secret, now)
    return job


def note_download(
    session: Session, study: Study, job: ExportJob, *, staff_id: uuid.UUID, actor: Actor, secret: bytes, now: datetime
) -> None:
    """Count and log a bundle that is handed over now.

    Raises `TooManyExports`, `NotWaiting` without a file, and `BundleWithdrawn` from the moment on at which somebody in
    it has withdrawn: the worker deletes the old bytes and makes new ones, but nobody may be quicker than the worker.
    """
    if job.state != "done" or job.file_until is None or job.file_until <= now:
        raise NotWaiting("The bundle is not kept here any more; ask for the export again.")
    made = session.get_one(Export, job.export_id)
    if made.replaced_at is not None or count_withdrawn(session, made):
        raise BundleWithdrawn
    _take_turns(session, staff_id)
    since = now - A_DAY
    fetched = session.scalar(
        select(func.count())
        .select_from(ExportDownload)
        .where(ExportDownload.staff_id == staff_id, ExportDownload.at > since)
    )
    if (fetched or 0) >= MOST_A_DAY:
        raise TooManyExports
    session.add(ExportDownload(job_id=job.id, staff_id=staff_id, at=now))
    _note(session, actor, "export.downloaded", job, study, secret, now, people=made.people, sha256=made.sha256)


def facts_of(request: Request) -> dict[str, Any]:
    """The parameters that are not as usual, for the log: plain words and numbers."""
    usual, found = asdict(Request()), {}
    for name, value in asdict(request).items():
        if value != usual[name] and name != "keep_levels":
            found[name] = " ".join(value) if isinstance(value, tuple) else value
    return {"profile": request.profile, **found}


def may_decide(job: ExportJob, staff_id: uuid.UUID, mail: str) -> bool:
    """May this person be the second one? Whether one of the two is an owner is asked when she decides."""
    return job.state == "waiting" and staff_id != job.asked_by_id and mail != job.asked_by


def needs_note(profile: Profile) -> bool:
    """Whether the second person must write something down."""
    return profile.name == "linked"


def _take_turns(session: Session, staff_id: uuid.UUID) -> None:
    """What one person asks for at the same moment is counted one after the other."""
    session.execute(select(Staff.id).where(Staff.id == staff_id).with_for_update(key_share=True))


def _require_rest(session: Session, staff_id: uuid.UUID, now: datetime) -> None:
    _take_turns(session, staff_id)
    asked = session.scalar(
        select(func.count())
        .select_from(ExportJob)
        .where(ExportJob.asked_by_id == staff_id, ExportJob.asked_at > now - A_DAY)
    )
    if (asked or 0) >= MOST_A_DAY:
        raise TooManyExports


def require_rest_of(session: Session, name: str, *, now: datetime) -> None:
    """The same for exports by hand, by the name under which they are asked for: those made, or in the making.

    Raises `TooManyExports`.
    """
    made = select(func.count()).select_from(ExportJob).where(ExportJob.asked_by == name, ExportJob.again_id.is_(None))
    made = made.where(ExportJob.asked_at > now - A_DAY, ExportJob.state.in_((*OPEN_STATES, "done")))
    if (session.scalar(made) or 0) >= MOST_A_DAY:
        raise TooManyExports


def _note(
    session: Session,
    actor: Actor,
    action: str,
    job: ExportJob,
    study: Study,
    secret: bytes,
    now: datetime,
    *,
    why: str | None = None,
    **facts: str | int | None,
) -> None:
    told = {"export": str(job.id), **facts_of(Request.from_json(job.request)), **facts}
    record(session, actor, action, secret=secret, now=now, study=study.name, why=why, **told)
