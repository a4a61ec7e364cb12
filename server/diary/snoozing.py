"""Not now, in ten minutes: puts an open beep's next push off, twice at most, never out of its window."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session

from server.diary import refusals
from server.diary.models import ChallengeOutcome, Response, Snooze
from server.diary.service import find_beep
from server.people.models import Participant
from server.planning.models import Beep

PUT_OFF = timedelta(minutes=10)
MOST = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Snoozed:
    """When the next push comes, and how often this beep can still be put off."""

    until: datetime
    left: int


def snooze(session: Session, participant: Participant, beep_key: uuid.UUID, *, now: datetime) -> Snoozed:
    """Put the next push of this beep off for ten minutes; it takes the place of a reminder that would come before.

    While a snooze still runs it is returned as it is, so that two taps, or a repeat after a lost answer, count once.
    Raises `BeepUnknown`, `LeftStudy`, `ConsentMissing`, `BeepNotYet`, `BeepExpired`, `BeepAnswered`, `SnoozeUsedUp`,
    `SnoozeTooLate`.
    """
    beep = find_beep(session, participant, beep_key)
    if now < beep.due_at:
        raise refusals.BeepNotYet
    if now >= beep.expires_at:
        raise refusals.BeepExpired
    place = (Beep.participant_id == beep.participant_id, Beep.local_date == beep.local_date, Beep.slot == beep.slot)
    session.execute(select(Beep.slot).where(*place).with_for_update())  # two phones put it off one after the other
    if _is_answered(session, beep):
        raise refusals.BeepAnswered
    last = session.scalar(select(Snooze).where(*_of(Snooze, beep)).order_by(Snooze.number.desc()).limit(1))
    if last is not None and last.until > now:
        return Snoozed(until=last.until, left=MOST - last.number)
    number = last.number + 1 if last is not None else 1
    if number > MOST:
        raise refusals.SnoozeUsedUp
    until = now + PUT_OFF
    if until >= beep.expires_at:
        raise refusals.SnoozeTooLate
    session.add(
        Snooze(
            participant_id=beep.participant_id,
            local_date=beep.local_date,
            slot=beep.slot,
            number=number,
            at=now,
            until=until,
        )
    )
    # From now on it is worded as a reminder. A dispatcher that has the beep finds its lease gone and leaves it alone.
    stage = func.coalesce(func.nullif(Beep.push_stage, 0), 1)
    session.execute(
        update(Beep)
        .where(*place)
        .values(next_push_at=until, push_stage=stage, push_tries=0)
        .execution_options(synchronize_session=False)
    )
    session.flush()
    return Snoozed(until=until, left=MOST - number)


def _is_answered(session: Session, beep: Beep) -> bool:
    answered = exists().where(*_of(Response, beep)).select()
    decided = exists().where(*_of(ChallengeOutcome, beep)).select()
    return bool(session.scalar(answered)) or bool(session.scalar(decided))


def _of(table: type[Response] | type[ChallengeOutcome] | type[Snooze], beep: Beep) -> tuple[ColumnElement[bool], ...]:
    return (
        table.participant_id == beep.participant_id,
        table.local_date == beep.local_date,
        table.slot == beep.slot,
    )
