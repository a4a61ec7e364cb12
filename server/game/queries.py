"""What the game asks of the diary: days, counted; never an answer."""

import uuid
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from server.delivery.models import Attempt
from server.diary.models import ChallengeOutcome, Response
from server.game.models import Membership
from server.game.rules import PlayedDay
from server.people.models import Participant
from server.planning.models import FIRST_EVENT_SLOT, Beep, Pause
from server.studies.calendar import local_date

_DAY = timedelta(days=1)


def load_days(session: Session, people: Collection[Participant], *, now: datetime) -> dict[uuid.UUID, list[PlayedDay]]:
    """Every planned day of these people up to their today, oldest first: one statement along the beeps' primary key.

    Paused days are excused.
    """
    today = {person.id: local_date(now, person.zone) for person in people}
    paused = _load_paused(session, people)
    is_dare = Beep.kind == "challenge"
    rows = session.execute(
        select(
            Beep.participant_id,
            Beep.local_date,
            func.sum(case((is_dare, 0), else_=1)).label("came"),
            func.count(Response.slot).label("answered"),
            func.sum(case((is_dare, 1), else_=0)).label("dares"),
            func.count(ChallengeOutcome.slot).label("done"),
        )
        .outerjoin(
            Response,
            and_(
                Response.participant_id == Beep.participant_id,
                Response.local_date == Beep.local_date,
                Response.slot == Beep.slot,
            ),
        )
        .outerjoin(
            ChallengeOutcome,
            and_(
                ChallengeOutcome.participant_id == Beep.participant_id,
                ChallengeOutcome.local_date == Beep.local_date,
                ChallengeOutcome.slot == Beep.slot,
                ChallengeOutcome.outcome == "done",
            ),
        )
        .where(
            Beep.participant_id.in_(today),
            Beep.local_date <= max(today.values(), default=date.min),
            Beep.slot < FIRST_EVENT_SLOT,
        )
        .group_by(Beep.participant_id, Beep.local_date)
        .order_by(Beep.participant_id, Beep.local_date)
    )
    days: dict[uuid.UUID, list[PlayedDay]] = {person.id: [] for person in people}
    for person, on, came, answered, dares, done in rows:
        if on <= today[person]:
            days[person].append(
                PlayedDay(
                    on=on,
                    came=came,
                    answered=answered,
                    dare_came=bool(dares),
                    dare_done=bool(done),
                    excused=any(first <= on <= last for first, last in paused.get(person, ())),
                )
            )
    return days


def load_reached(session: Session, participant: Participant) -> set[date]:
    """The local dates on which any push of a planned beep got through to a push service."""
    accepted = select(Attempt.local_date).where(
        Attempt.participant_id == participant.id, Attempt.outcome == "accepted", Attempt.slot < FIRST_EVENT_SLOT
    )
    return set(session.scalars(accepted.distinct()))


def load_members(session: Session, team_id: uuid.UUID) -> list[tuple[Membership, Participant]]:
    """Everybody who is or was in this team, in the order of joining."""
    rows = session.execute(
        select(Membership, Participant)
        .join(Participant, Participant.id == Membership.participant_id)
        .where(Membership.team_id == team_id)
        .order_by(Membership.joined_at, Membership.id)
    )
    return [(member, person) for member, person in rows]


def days_as_member(
    member: Membership, person: Participant, days: Mapping[uuid.UUID, list[PlayedDay]]
) -> list[PlayedDay]:
    """A member's days while she was in the team; the days of coming and going are excused."""
    came = local_date(member.joined_at, person.zone)
    ended = min((at for at in (member.left_at, person.left_at) if at is not None), default=None)
    went = local_date(ended, person.zone) if ended is not None else date.max
    return [day if came < day.on < went else _excuse(day) for day in days.get(person.id, ()) if came <= day.on <= went]


def _excuse(day: PlayedDay) -> PlayedDay:
    return PlayedDay(
        on=day.on,
        came=day.came,
        answered=day.answered,
        dare_came=day.dare_came,
        dare_done=day.dare_done,
        excused=True,
        reached=day.reached,
    )


def _load_paused(session: Session, people: Collection[Participant]) -> dict[uuid.UUID, list[tuple[date, date]]]:
    """The dates of everybody's pauses; one that was ended early held until that day."""
    zones = {person.id: person.zone for person in people}
    found: dict[uuid.UUID, list[tuple[date, date]]] = {}
    for pause in session.scalars(select(Pause).where(Pause.participant_id.in_(zones))):
        last = pause.ends_on
        if pause.ended_at is not None:
            last = min(last, local_date(pause.ended_at, zones[pause.participant_id]))
        found.setdefault(pause.participant_id, []).append((pause.starts_on, last))
    return found
