"""Days without pushes, by a participant's own wish. A paused beep has no next push; everything else stays as it is."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from server.errors import DomainError
from server.people.models import Participant
from server.planning.models import FIRST_EVENT_SLOT, Beep, Pause
from server.planning.queries import Off
from server.studies.calendar import local_date

LONGEST_AHEAD = timedelta(days=21)  # a whole summer away is better said to the study, which may move her days


class PauseInvalid(DomainError):
    """A pause begins today or later, ends on or after its first day, and lies within three weeks; see errors."""

    status = 422
    code = "pause-invalid"


def find_pause(session: Session, participant: Participant, *, now: datetime) -> Pause | None:
    """The pause that runs or is to come."""
    today = local_date(now, participant.zone)
    running = select(Pause).where(
        Pause.participant_id == participant.id, Pause.ended_at.is_(None), Pause.ends_on >= today
    )
    return session.scalar(running)


def pause(session: Session, participant: Participant, starts_on: date, ends_on: date, *, now: datetime) -> Pause:
    """No pushes on these local dates, both included; takes the place of a pause that is there.

    Beeps that are planned already lose their next push here, later ones when they are planned. Raises `PauseInvalid`.
    """
    _require_sound(starts_on, ends_on, local_date(now, participant.zone))
    resume(session, participant, now=now)
    newest = session.scalar(select(func.max(Pause.number)).where(Pause.participant_id == participant.id))
    made = Pause(
        participant_id=participant.id,
        number=(newest or 0) + 1,
        starts_on=starts_on,
        ends_on=ends_on,
        made_at=now,
    )
    session.add(made)
    session.flush()
    hush(session, [made])
    return made


def resume(session: Session, participant: Participant, *, now: datetime) -> None:
    """End the pause, if there is one; its beeps that are not due yet get their pushes back.

    The participant's row is locked, so that no planner works on her days meanwhile.
    """
    session.execute(select(Participant.id).where(Participant.id == participant.id).with_for_update(key_share=True))
    ending = find_pause(session, participant, now=now)
    if ending is None:
        return
    ending.ended_at = now
    session.execute(
        update(Beep)
        .where(
            Beep.participant_id == participant.id,
            Beep.local_date.between(ending.starts_on, ending.ends_on),
            Beep.slot < FIRST_EVENT_SLOT,
            Beep.due_at > now,
            Beep.next_push_at.is_(None),
            Beep.push_tries == 0,
            Beep.push_stage == 0,
        )
        .values(next_push_at=Beep.due_at)
        .execution_options(synchronize_session=False)
    )
    session.flush()


def hush(session: Session, pauses: Sequence[Pause | Off]) -> None:
    """Take the next push from every beep on the days of these pauses."""
    if pauses:
        values = [{"p_id": one.participant_id, "p_from": one.starts_on, "p_until": one.ends_on} for one in pauses]
        session.connection().execute(_HUSH, values)


def is_paused() -> ColumnElement[bool]:
    """For a query on `Beep`: whether its day lies in a pause that was not ended."""
    return exists().where(
        Pause.participant_id == Beep.participant_id,
        Pause.ended_at.is_(None),
        Beep.local_date.between(Pause.starts_on, Pause.ends_on),
    )


_HUSH = (
    update(Beep.__table__)  # type: ignore[arg-type]  # a declarative table is a Table
    .where(
        Beep.participant_id == bindparam("p_id"),
        Beep.local_date.between(bindparam("p_from"), bindparam("p_until")),
        Beep.next_push_at.is_not(None),
    )
    .values(next_push_at=None)
)


def _require_sound(starts_on: date, ends_on: date, today: date) -> None:
    faults = []
    if starts_on < today:
        faults.append({"where": "from", "code": "past", "message": "A pause cannot begin before today."})
    if ends_on < starts_on:
        faults.append({"where": "until", "code": "reversed", "message": "A pause cannot end before it begins."})
    if ends_on > today + LONGEST_AHEAD:
        faults.append({"where": "until", "code": "too-far", "message": "A pause ends within three weeks from today."})
    if faults:
        raise PauseInvalid(errors=faults)
