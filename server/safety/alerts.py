"""Alerts to staff: only where the study has staffed monitoring, and only about whoever consented to that.

The worker looks through what came in since it last looked. A sign is one of three: she asked who she can talk to; her
days have been heavy (`server.safety.rule`, at most once in seven days); she answered a question about suicide or
self-harm with anything but its lowest answer. The alert says which, never what she wrote or chose. Under sixteen every
parent whose consent is needed must have consented to this as well. While an alert of a kind is open no second one of
that kind is raised about the same person.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from prompts.delicate import asks_about_suicide, gives_sign
from server.content import instruments
from server.diary.models import Response
from server.errors import DomainError, NotFound
from server.people.models import Participant
from server.safety.card import WISH, WISHED, read_days
from server.safety.models import SafetyAlert, Watch
from server.safety.monitoring import is_watched, staffing_of
from server.safety.rule import AT_MOST_EVERY, are_heavy, is_below_own_limit
from server.studies.models import Study

OUTCOMES = ("spoken", "referred", "emergency", "not_reached", "no_need")
OVERLAP = timedelta(minutes=2)  # a transaction that was slow to commit is seen by the next look


class AlertUnknown(NotFound):
    """There is no such alert in this study."""

    code = "alert-unknown"


class AlertClosed(DomainError):
    """Somebody has closed this alert already."""

    status = 409
    code = "alert-closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenAlert:
    """One row of the desk's list."""

    row: SafetyAlert
    code: str

    def is_late(self, now: datetime) -> bool:
        """Nobody has taken it up by the time that the protocol promises."""
        return self.row.taken_at is None and now > self.row.respond_by


def raise_alerts(session: Session, study: Study, *, now: datetime) -> list[SafetyAlert]:
    """Look through the answers of one study that came in since the last look; the new alerts."""
    staffing = staffing_of(study)
    if staffing is None:
        return []
    watch = session.get(Watch, study.id, with_for_update=True)
    if watch is None:
        watch = Watch(study_id=study.id, through=staffing.since)
        session.add(watch)
    fresh = session.execute(
        select(Response.participant_id, Response.instrument, Response.answers)
        .join(Participant, Participant.id == Response.participant_id)
        .where(Participant.study_id == study.id, Response.received_at > watch.through - OVERLAP)
        .where(Response.received_at <= now, Participant.cleared_at.is_not(None), Participant.left_at.is_(None))
    ).all()
    new: list[SafetyAlert] = []
    for person_id in sorted({row.participant_id for row in fresh}):
        person = session.get_one(Participant, person_id)
        if not is_watched(session, person, now=now):
            continue
        entries = [row for row in fresh if row.participant_id == person_id]
        kinds = {kind for row in entries for kind in _signs(row.instrument, row.answers)}
        days, _wished_at = read_days(session, person)
        if are_heavy(days) or is_below_own_limit(days):
            kinds.add("days")
        new += [
            SafetyAlert(
                study_id=study.id,
                participant_id=person_id,
                kind=kind,
                raised_at=now,
                respond_by=staffing.respond_by(now, study.zone),
            )
            for kind in sorted(kinds)
            if _is_news(session, person_id, kind, since=watch.through, now=now)
        ]
    session.add_all(new)
    watch.through = max(watch.through, now)
    session.flush()
    return new


def list_alerts(session: Session, study_id: uuid.UUID, *, closed: int = 20) -> tuple[list[OpenAlert], list[OpenAlert]]:
    """What is open (longest due first), and the last ``closed`` that are not."""
    asked = select(SafetyAlert, Participant.code).join(Participant, Participant.id == SafetyAlert.participant_id)
    asked = asked.where(SafetyAlert.study_id == study_id)
    still = asked.where(SafetyAlert.closed_at.is_(None)).order_by(SafetyAlert.respond_by, SafetyAlert.id)
    done = asked.where(SafetyAlert.closed_at.is_not(None)).order_by(SafetyAlert.closed_at.desc()).limit(closed)
    return _rows(session.execute(still).all()), _rows(session.execute(done).all())


def count_open(session: Session, study_id: uuid.UUID) -> int:
    """How many alerts of the study nobody has closed yet."""
    counted = select(func.count()).where(SafetyAlert.study_id == study_id, SafetyAlert.closed_at.is_(None))
    return session.scalar(counted) or 0


def take_up(session: Session, study_id: uuid.UUID, alert_id: uuid.UUID, *, by: str, now: datetime) -> SafetyAlert:
    """Say that one looks after it; who was first stays. Raises `AlertUnknown`, `AlertClosed`."""
    row = _find(session, study_id, alert_id)
    if row.taken_at is None:
        row.taken_at, row.taken_by = now, by
    session.flush()
    return row


def close(
    session: Session, study_id: uuid.UUID, alert_id: uuid.UUID, outcome: str, *, by: str, now: datetime
) -> SafetyAlert:
    """Say how it ended (a word of `OUTCOMES`). Raises `AlertUnknown`, `AlertClosed`, ValueError for another word."""
    if outcome not in OUTCOMES:
        raise ValueError(outcome)
    row = take_up(session, study_id, alert_id, by=by, now=now)
    row.closed_at, row.closed_by, row.outcome = now, by, outcome
    session.flush()
    return row


def _find(session: Session, study_id: uuid.UUID, alert_id: uuid.UUID) -> SafetyAlert:
    row = session.get(SafetyAlert, alert_id, with_for_update=True)
    if row is None or row.study_id != study_id:
        raise AlertUnknown
    if row.closed_at is not None:
        raise AlertClosed
    return row


def _signs(instrument: str, answers: dict[str, object]) -> set[str]:
    found = {"wish"} if answers.get(WISH) == WISHED else set()
    known = instruments().get(instrument)
    if known is not None and (watched := asks_about_suicide(known)):
        items = {item.id: item for item in known.items}
        if any(gives_sign(items[name], answers.get(name)) for name in watched):
            found.add("answer")
    return found


def _is_news(session: Session, person_id: uuid.UUID, kind: str, *, since: datetime, now: datetime) -> bool:
    """No open one of the kind; for heavy days none within a week; for the rest none since this was last looked at."""
    last = session.scalars(
        select(SafetyAlert)
        .where(SafetyAlert.participant_id == person_id, SafetyAlert.kind == kind)
        .order_by(SafetyAlert.raised_at.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return True
    if last.closed_at is None:
        return False
    return now - last.raised_at >= AT_MOST_EVERY if kind == "days" else last.raised_at <= since - OVERLAP


def _rows(found: Sequence[Row[SafetyAlert, str]]) -> list[OpenAlert]:
    return [OpenAlert(row=alert, code=code) for alert, code in found]
