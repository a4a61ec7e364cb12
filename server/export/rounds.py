"""What the worker does about exports: make those that were asked for, make again those somebody has withdrawn from,
tell who has the old ones, and delete files whose time is over.

While the key of an export is kept, whoever leaves the study, takes consent back or is erased is taken out of the bundle
as well: it is made again with the same parameters and key, so the others keep their ids, and who asked for it (or, if
she is no staff here, whoever owns the study) is told to destroy the old one and to pass that on (GDPR article 19).
Tables are withdrawn and not made again: those without her, taken from those with her, would be her.
"""

import shutil
import uuid
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidTag
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from server.export.asking import add_job
from server.export.checks import count_withdrawn
from server.export.keys import unwrap
from server.export.models import Export, ExportJob
from server.export.profiles import PROFILES
from server.export.request import Request, Responsible
from server.export.running import FILE_KEPT, Workshop, claim, file_of
from server.export.workplace import place_of
from server.mail.port import Mailer, MailFailed, Message
from server.staff.models import Staff, StudyRole
from server.studies.models import Study

log = structlog.get_logger()

WITHDRAWAL = "withdrawal"
"""Who asks for an export that is made again."""
TABLES_WITHDRAWN = "tables-withdrawn"
"""Why tables from which somebody has withdrawn are not made again."""


def queue_withdrawn(session: Session, shop: Workshop, *, now: datetime) -> int:
    """Ask for the exports anew from which somebody has withdrawn; how many. Once for each bundle. Tables are not made
    anew: they are noted as withdrawn, so that they are destroyed.

    One whose key does not open (the file that wraps it was lost, and made anew) is noted as one that cannot be made,
    so that it is destroyed, and the others still are made.
    """
    asked = 0
    for export in session.scalars(
        select(Export)
        .where(Export.wrapped_key.is_not(None), Export.replaced_at.is_(None), Export.key_until > now)
        .where(~select(ExportJob.id).where(ExportJob.again_id == Export.id, ExportJob.state != "cancelled").exists())
    ):
        if count_withdrawn(session, export) == 0 or export.wrapped_key is None:
            continue
        tables = PROFILES[export.profile].rows == "tables"
        try:
            key = unwrap(export.wrapped_key, export.id, wrapping=shop.wrapping)
        except InvalidTag:
            key = None
        responsible = Responsible(
            reason=export.reason,
            requested_by=export.requested_by,
            approved_by=export.approved_by,
            recipient=export.recipient,
        )
        job = add_job(
            session,
            session.get_one(Study, export.study_id),
            Request.from_json(export.parameters),
            responsible,
            staff_id=session.scalar(select(Staff.id).where(Staff.mail == export.requested_by)),
            state="queued",
            wrapping=shop.wrapping,
            now=now,
            key=key,
            again=export,
        )
        if tables or key is None:
            why = TABLES_WITHDRAWN if tables else "key-lost"
            job.state, job.failure, job.finished_at, job.wrapped_key = "failed", why, now, None
        if tables:
            continue
        if key is None:
            log.error("an export's key does not open; it must be destroyed", action="export.key", job=str(job.id))
            continue
        asked += 1
    return asked


def tell_replaced(shop: Workshop, mailer: Mailer, *, public_url: str, complained: set[uuid.UUID] | None = None) -> int:
    """Write about each bundle that has been made again, or cannot be; of how many was somebody told.

    Where nobody can be told, because the study has no owner, the log says so and who can mend it; once for each bundle
    that is not among ``complained``, which are noted there. Whoever becomes the owner is told in the round after.
    """
    complained = set() if complained is None else complained
    with shop.database.reading() as session:
        waiting = []
        for export in session.scalars(select(Export).where(Export.told_at.is_(None))):
            if (kind := _what_happened(session, export)) is None:
                continue
            if readers := find_readers(session, export):
                messages = [_message(session, export, reader, kind, public_url) for reader in readers]
                waiting.append((export.id, messages))
            elif export.id not in complained:
                complained.add(export.id)
                _complain(session, export)
    told = 0
    for export_id, messages in waiting:
        if not sum(_send(mailer, message) for message in messages):
            continue
        with shop.database.transaction() as session:
            session.execute(update(Export).where(Export.id == export_id).values(told_at=shop.clock.now()))
        told += 1
    return told


def _send(mailer: Mailer, message: Message) -> bool:
    """Whether there is nothing left to try for this one."""
    try:
        mailer.send(message)
    except MailFailed as error:
        log.warning("a mail about an export did not leave", action="export.mail", why=error.why)
        return error.permanent
    return True


def _what_happened(session: Session, export: Export) -> str | None:
    """Which words tell it (of `_WORDS`); None when there is nothing to tell."""
    failed = session.scalar(
        select(func.count()).select_from(ExportJob).where(ExportJob.again_id == export.id, ExportJob.state == "failed")
    )
    if export.replaced_at is None and not failed:
        return None
    if PROFILES[export.profile].rows == "tables":
        return "tables"
    return "failed" if export.replaced_at is None else "again"


def _complain(session: Session, export: Export) -> None:
    study = session.get_one(Study, export.study_id)
    log.error(
        "nobody can be told to destroy an export, for its study has no owner",
        action="export.mail",
        export=str(export.id),
        study=study.name,
        mend=f"./run staff invite MAIL --study {study.name} --role owner",
    )


def find_readers(session: Session, export: Export) -> list[Staff]:
    """Who is written to about an export: who asked for it, as long as she is staff here, else the study's owners."""
    asker = session.scalar(
        select(Staff).where(Staff.mail == export.requested_by.strip().lower(), Staff.ended_at.is_(None))
    )
    if asker is not None:
        return [asker]
    owners = select(Staff).join(StudyRole, StudyRole.staff_id == Staff.id).where(Staff.ended_at.is_(None))
    owners = owners.where(StudyRole.study_id == export.study_id, StudyRole.role == "owner")
    return list(session.scalars(owners.order_by(Staff.mail)))


def _message(session: Session, export: Export, staff: Staff, kind: str, public_url: str) -> Message:
    study = session.get_one(Study, export.study_id)
    subject, text = _WORDS[staff.language][kind]
    link = f"{public_url}/desk/studies/{study.name}/exports"
    facts = {"study": study.title[staff.language], "day": f"{export.created_at:%Y-%m-%d}", "link": link}
    asked = _ASKED[staff.language].format(who=export.requested_by, recipient=export.recipient or "-")
    text = f"{text.format(**facts)}\n{asked}"
    return Message(to=staff.mail, subject=subject.format(**facts), text=text, language=staff.language)


_ASKED = {
    "nl": "Aangevraagd door: {who}. Voor wie het was: {recipient}.\n",
    "en": "Asked for by: {who}. For whom it was: {recipient}.\n",
}


_WORDS = {
    "nl": {
        "again": (
            "Een export van {study} is opnieuw gemaakt",
            "Iemand heeft zich teruggetrokken uit {study} en zat in de export van {day}.\n\n"
            "Het pakket is opnieuw gemaakt zonder deze persoon; de andere codes zijn dezelfde. Haal het nieuwe op:\n"
            "{link}\n\n"
            "Vernietig het oude, ook alle kopieën, en vraag wie het van u kreeg hetzelfde te doen.\n",
        ),
        "failed": (
            "Een export van {study} moet worden vernietigd",
            "Iemand heeft zich teruggetrokken uit {study} en zat in de export van {day}.\n\n"
            "Zonder deze persoon kan het pakket niet opnieuw worden gemaakt. Waarom staat hier:\n{link}\n\n"
            "Vernietig het, ook alle kopieën, en vraag wie het van u kreeg hetzelfde te doen.\n",
        ),
        "tables": (
            "Tabellen van {study} zijn ingetrokken",
            "Iemand heeft zich teruggetrokken uit {study} en zat in de tabellen van {day}.\n\n"
            "Ze zijn hier gewist en worden niet opnieuw gemaakt: wie beide heeft, trekt ze van elkaar af en leest wat "
            "deze ene antwoordde. Wanneer nieuwe tabellen kunnen, staat hier:\n{link}\n\n"
            "Vernietig de oude, ook alle kopieën, en vraag wie ze van u kreeg hetzelfde te doen.\n",
        ),
    },
    "en": {
        "again": (
            "An export of {study} was made again",
            "Somebody who was in the export of {day} has withdrawn from {study}.\n\n"
            "The bundle was made again without this person; the other ids are the same. Fetch the new one:\n"
            "{link}\n\n"
            "Destroy the old one and every copy of it, and ask whoever had it from you to do the same.\n",
        ),
        "failed": (
            "An export of {study} must be destroyed",
            "Somebody who was in the export of {day} has withdrawn from {study}.\n\n"
            "The bundle cannot be made again without this person. The reason stands here:\n{link}\n\n"
            "Destroy it and every copy of it, and ask whoever had it from you to do the same.\n",
        ),
        "tables": (
            "Tables of {study} are withdrawn",
            "Somebody who was in the tables of {day} has withdrawn from {study}.\n\n"
            "They are deleted here and not made again: whoever has both takes one from the other and reads what this "
            "one person answered. When new tables are possible stands here:\n{link}\n\n"
            "Destroy the old ones and every copy, and ask whoever had them from you to do the same.\n",
        ),
    },
}


def remove_files(
    session: Session, data_dir: Path, *, now: datetime, begin_anew: Collection[uuid.UUID] = frozenset()
) -> int:
    """Delete bundles whose time is over or that somebody has withdrawn from, and what a dead runner left; how many.

    Parts of an interrupted job wait for whoever takes it up, but not those of ``begin_anew``, which may hold somebody
    who is not to be held any more.
    """
    # Not only when the new one is there: that may take hours, or fail because too few are left.
    again = select(ExportJob.again_id).where(ExportJob.by_hand.is_(False), ExportJob.again_id.is_not(None))
    replaced = select(Export.id).where(Export.replaced_at.is_not(None) | Export.id.in_(again))
    session.execute(
        update(ExportJob)
        .where(ExportJob.file_until > now, ExportJob.export_id.in_(replaced))
        .values(file_until=now)
        .execution_options(synchronize_session=False)
    )
    kept = {
        file_of(data_dir, job).name for job in session.scalars(select(ExportJob.id).where(ExportJob.file_until > now))
    }
    alive = (ExportJob.state == "running") & (ExportJob.lease_until > now)
    busy = session.scalar(select(func.count()).select_from(ExportJob).where(alive))
    # Parts of what was interrupted, for whoever takes it up.
    waiting = (ExportJob.state.in_(("queued", "running"))) & (ExportJob.asked_at > now - FILE_KEPT)
    kept |= {place_of(data_dir, job).name for job in session.scalars(select(ExportJob.id).where(waiting))}
    kept -= {place_of(data_dir, job).name for job in begin_anew}
    gone = 0
    folder = data_dir / "exports"
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name in kept or (busy and path.name.startswith(".")):
            continue
        if path.is_dir():  # where a runner that was killed had spread its rows out
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        gone += 1
    return gone


def make_waiting(
    shop: Workshop, make: Callable[[uuid.UUID, uuid.UUID], None], *, should_stop: Callable[[], bool] = lambda: False
) -> int:
    """Claim what waits, one after the other, and have each made; how many."""
    made = 0
    while not should_stop():
        with shop.database.transaction() as session:
            job = claim(session, now=shop.clock.now())
            taken = (job.id, job.runner) if job is not None and job.runner is not None else None
        if taken is None:
            break
        make(*taken)
        made += 1
    return made
