"""What lies around now for one participant: the beeps of yesterday (while open), today and tomorrow, and the challenge.

The phone shows nothing of the future; it is told so that it can ask at the right moment without any network.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Row, and_, bindparam, select, tuple_
from sqlalchemy.orm import Session

from challenges.challenge import Challenge
from prompts.presentation import present
from server.content import instruments
from server.coordination.content import challenge_from_json
from server.coordination.models import ChallengeVersion
from server.diary.models import ChallengeOutcome, Response
from server.diary.refusals import BeepUnknown
from server.people.models import Participant
from server.people.notices import current_notice
from server.planning.models import CHALLENGE_SLOT, FIRST_EVENT_SLOT, Assignment, Beep, read_beep_id
from server.studies.calendar import local_date

_DAY = timedelta(days=1)
LOOK_BACK = 2 * _DAY  # a day that ends after midnight, and a flight to the east, reach no further

BeepRow = Row[Beep, bool, Assignment, ChallengeOutcome]  # the last three are None where nothing has joined


@dataclass(frozen=True, kw_only=True, slots=True)
class BeepView:
    """One beep as its participant may see it. ``items`` are in shown order; a challenge has none."""

    id: uuid.UUID
    kind: str
    slot: int
    local_date: date
    due_at: datetime
    expires_at: datetime
    instrument: str | None
    items: tuple[str, ...]
    answered: bool
    answered_late: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ChallengeView:
    """The challenge of one day with the cards she may swap it for, and what became of it."""

    beep: uuid.UUID
    local_date: date
    due_at: datetime
    expires_at: datetime
    chosen: Challenge
    alternatives: tuple[Challenge, ...]
    outcome: ChallengeOutcome | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeView:
    """A message of the study's staff, chosen from reviewed texts."""

    key: str
    text: Mapping[str, str]
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """``date`` is the date on the participant's wall; ``study_day`` is 1 on her first day and 0 or less before it."""

    now: datetime
    zone: str
    date: date
    study_day: int
    days: int
    beeps: tuple[BeepView, ...]
    challenge: ChallengeView | None
    notices: tuple[NoticeView, ...]


def read_today(session: Session, participant: Participant, now: datetime) -> Today:
    """The plan around ``now``, in two statements."""
    on = local_date(now, participant.zone)
    around = {"participant": participant.id, "first": on - LOOK_BACK, "last": on + _DAY}
    rows = session.execute(_NEARBY, around).all()
    rows = [row for row in rows if row.Beep.local_date >= on or row.Beep.expires_at > now]
    return Today(
        now=now,
        zone=participant.zone,
        date=on,
        study_day=participant.study_day(on),
        days=(participant.ends_on - participant.starts_on).days + 1,
        beeps=tuple(_view(row) for row in rows),
        challenge=_find_challenge(session, rows, on, now),
        notices=_find_notices(participant, now),
    )


def _find_notices(participant: Participant, now: datetime) -> tuple[NoticeView, ...]:
    found = current_notice(participant, now=now)
    return () if found is None else (NoticeView(key=found[0], text=found[1], at=found[2]),)


def read_beep(session: Session, participant: Participant, beep_id: uuid.UUID) -> BeepView:
    """One planned beep of this participant; raises `BeepUnknown`, also for somebody else's."""
    place = read_beep_id(beep_id)
    if place is None:
        raise BeepUnknown
    row = session.execute(
        _ONE, {"participant": participant.id, "on": place[0], "slot": place[1], "id": beep_id}
    ).first()
    if row is None:
        raise BeepUnknown
    return _view(row)


def _view(row: BeepRow) -> BeepView:
    beep, late, _assignment, outcome = row
    return BeepView(
        id=beep.id,
        kind=beep.kind,
        slot=beep.slot,
        local_date=beep.local_date,
        due_at=beep.due_at,
        expires_at=beep.expires_at,
        instrument=beep.instrument,
        items=present(instruments()[beep.instrument], beep.order_seed) if beep.instrument else (),
        answered=late is not None or outcome is not None,
        answered_late=bool(late),
    )


def _find_challenge(session: Session, rows: Sequence[BeepRow], on: date, now: datetime) -> ChallengeView | None:
    """The challenge that is open, else that of the date: after midnight yesterday's may still be going on."""
    given = [row for row in rows if row.Assignment is not None]
    opened = [row for row in given if row.Beep.due_at <= now < row.Beep.expires_at]
    row = next(iter(opened or [row for row in given if row.Beep.local_date == on]), None)
    if row is None:
        return None
    beep, _late, assignment, outcome = row
    keys = [(assignment.slug, assignment.version), *((slug, version) for slug, version in assignment.alternatives)]
    cards = _load_cards(session, keys)
    if keys[0] not in cards:
        return None
    return ChallengeView(
        beep=beep.id,
        local_date=beep.local_date,
        due_at=beep.due_at,
        expires_at=beep.expires_at,
        chosen=cards[keys[0]],
        alternatives=tuple(cards[key] for key in keys[1:] if key in cards),
        outcome=outcome,
    )


def _load_cards(session: Session, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Challenge]:
    rows = session.execute(_CARDS, {"keys": keys})
    return {(slug, version): challenge_from_json(content, status=status) for slug, version, status, content in rows}


# Written once: putting the statements together takes longer than the database does to answer them.
_BEEPS = (
    select(Beep, Response.late_upload, Assignment, ChallengeOutcome)
    .outerjoin(
        Response,
        and_(
            Response.participant_id == Beep.participant_id,
            Response.local_date == Beep.local_date,
            Response.slot == Beep.slot,
        ),
    )
    .outerjoin(
        Assignment,
        and_(
            Beep.slot == CHALLENGE_SLOT,
            Assignment.participant_id == Beep.participant_id,
            Assignment.local_date == Beep.local_date,
        ),
    )
    .outerjoin(
        ChallengeOutcome,
        and_(
            ChallengeOutcome.participant_id == Beep.participant_id,
            ChallengeOutcome.local_date == Beep.local_date,
            ChallengeOutcome.slot == Beep.slot,
        ),
    )
    .where(Beep.participant_id == bindparam("participant"))
)
_NEARBY = _BEEPS.where(
    Beep.local_date.between(bindparam("first"), bindparam("last")), Beep.slot < FIRST_EVENT_SLOT
).order_by(Beep.due_at, Beep.local_date, Beep.slot)
_ONE = _BEEPS.where(Beep.local_date == bindparam("on"), Beep.slot == bindparam("slot"), Beep.id == bindparam("id"))
_CARDS = select(
    ChallengeVersion.slug, ChallengeVersion.version, ChallengeVersion.status, ChallengeVersion.content
).where(tuple_(ChallengeVersion.slug, ChallengeVersion.version).in_(bindparam("keys", expanding=True)))
