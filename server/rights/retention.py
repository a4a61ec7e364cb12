"""Nothing is kept longer than the study says: what is to go, how much that is, and its going. Safe to run at any time.

| rule | goes | when |
|---|---|---|
| contact | addresses of parents, their invitations and links | ``contact_days`` (30) after a participant's last day |
| answers | everybody of the study, each erased with a tombstone | after ``answers_until``, if the study has set it |
| tokens | device tokens and used recovery codes | 30 days after they ended |
| throttle | counts of tries | when their window is over |
| logs | push attempts, receipts, phones that were retired | after two years |
| keys | keys that lead from an export to people | when the export's own window is over |
"""

import uuid
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from server.consent.models import ParentInvitation
from server.contact.models import Contact
from server.db import Base, Database, with_role
from server.delivery.models import Attempt, Device, Receipt
from server.export.key_window import destroy_keys
from server.export.models import Export
from server.grants import RIGHTS
from server.people.models import DeviceToken, Participant, RecoveryCode, Throttle
from server.people.throttle import WINDOW
from server.rights.erasing import Keeper, erase
from server.rights.mentions import RIGHTS_ROLE
from server.rights.models import Confirmation, StudyRetention
from server.studies.calendar import local_date
from server.studies.models import Study

CONTACT_DAYS = 30
ENDED_FOR = timedelta(days=30)
LOGS_FOR = timedelta(days=730)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """So many rows of a table by one rule; ``study`` is its name, None for what belongs to no study."""

    rule: str
    study: str | None
    table: str
    rows: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What went, or with ``dry_run`` would go; lines without rows are left out."""

    at: datetime
    dry_run: bool
    lines: tuple[Line, ...]

    def as_json(self) -> dict[str, Any]:
        return {"at": self.at.isoformat(), "dry_run": self.dry_run, "lines": [asdict(line) for line in self.lines]}


def set_retention(session: Session, study: Study, *, contact_days: int, answers_until: date | None) -> StudyRetention:
    """Say how long this study keeps contact data (days after a participant's end) and answers (last date)."""
    row = session.get(StudyRetention, study.id) or StudyRetention(study_id=study.id)
    row.contact_days, row.answers_until = contact_days, answers_until
    session.add(row)
    session.flush()
    return row


def retain(database: Database, keeper: Keeper, *, now: datetime, dry_run: bool = False) -> Report:
    """Apply every rule, or count what it would do. People are erased one in a transaction, the rest in one."""
    lines: list[Line] = []
    over: list[tuple[str, uuid.UUID]] = []
    with database.reading() if dry_run else database.transaction() as session:
        for study, kept in _studies(session):
            today = local_date(now, study.zone)
            days = kept.contact_days if kept else CONTACT_DAYS
            lines += _contact(session, study, today - timedelta(days=days), dry_run)
            if kept and kept.answers_until is not None and kept.answers_until < today:
                people = select(Participant.id).where(Participant.study_id == study.id).order_by(Participant.id)
                over += [(study.name, one) for one in session.scalars(people)]
        for rule, model, where in _everywhere(now):
            lines.append(_line(session, rule, None, model, where, dry_run))
        expired = and_(Export.key_until <= now, Export.wrapped_key.is_not(None))
        keys = _count(session, Export, expired) if dry_run else destroy_keys(session, now=now)
        lines.append(Line(rule="keys", study=None, table=Export.__tablename__, rows=keys))
    for name in sorted({name for name, _ in over}):
        lines.append(Line(rule="answers", study=name, table="participant", rows=sum(one == name for one, _ in over)))
    if not dry_run:
        for _, participant_id in over:
            with database.transaction() as session:
                erase(session, participant_id, why="retention", keeper=keeper, now=now)
    return Report(at=now, dry_run=dry_run, lines=tuple(line for line in lines if line.rows))


def _studies(session: Session) -> list[tuple[Study, StudyRetention | None]]:
    rows = session.execute(
        select(Study, StudyRetention)
        .outerjoin(StudyRetention, StudyRetention.study_id == Study.id)
        .order_by(Study.name)
    )
    return [(study, kept) for study, kept in rows]


def _contact(session: Session, study: Study, before: date, dry_run: bool) -> Iterator[Line]:
    """Counted from a participant's last day, or from the day she stopped."""
    left = datetime.combine(before, time(), UTC)
    ended = select(Participant.id).where(
        Participant.study_id == study.id, or_(Participant.ends_on < before, Participant.left_at < left)
    )
    for model in (Contact, ParentInvitation):
        yield _line(session, "contact", study.name, model, model.participant_id.in_(ended), dry_run)


def _everywhere(now: datetime) -> list[tuple[str, type[Base], ColumnElement[bool]]]:
    ended, old = now - ENDED_FOR, now - LOGS_FOR
    return [
        ("tokens", Confirmation, Confirmation.until < now),  # first: it goes with its token
        ("tokens", DeviceToken, or_(DeviceToken.expires_at < ended, DeviceToken.revoked_at < ended)),
        ("tokens", RecoveryCode, RecoveryCode.used_at < ended),
        ("throttle", Throttle, Throttle.window_start <= now - WINDOW),
        ("logs", Attempt, Attempt.at < old),
        ("logs", Receipt, Receipt.received_at < old),
        ("logs", Device, Device.retired_at < old),
    ]


def _line(
    session: Session, rule: str, study: str | None, model: type[Base], where: ColumnElement[bool], dry_run: bool
) -> Line:
    with with_role(session, RIGHTS_ROLE) if model.__tablename__ in RIGHTS else nullcontext():
        if dry_run:
            rows = _count(session, model, where)
        else:
            gone = session.execute(delete(model).where(where).execution_options(synchronize_session=False))
            rows = int(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE's result counts rows
    return Line(rule=rule, study=study, table=str(model.__tablename__), rows=rows)


def _count(session: Session, model: type[Base], where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(model).where(where)) or 0
