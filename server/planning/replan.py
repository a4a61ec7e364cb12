"""Plans days anew after a participant's zone or rhythm has changed, as far as they have not begun."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, union_all
from sqlalchemy.orm import Session

from prompts.protocols import Protocol
from server.db import Base
from server.people import service as people
from server.people.models import Participant
from server.planning.drafts import Sheet, lay_out, read_rhythm
from server.planning.models import FIRST_EVENT_SLOT, Assignment, Beep
from server.planning.pauses import is_paused
from server.planning.queries import Gap, Person
from server.planning.service import Planned, fill_gaps, read_rules

WESTERNMOST = timedelta(hours=12)  # no zone is further behind UTC
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class DaySettings:
    """What a participant's days are laid out by; ``rhythm`` as it is stored."""

    zone: str
    rhythm: Mapping[str, Any] | None


def settings_of(participant: Participant) -> DaySettings:
    """The settings as they are now; taken before a change, they are what `replan` wants as ``before``."""
    return DaySettings(zone=participant.zone, rhythm=participant.rhythm)


def change_me(session: Session, participant: Participant, changes: Mapping[str, Any], *, now: datetime) -> Participant:
    """Set ``language``, ``zone`` and ``rhythm`` where given, and plan anew what that changes.

    Returns the participant as she is now. Raises what `server.people.service.change_me` raises, and has then changed
    nothing.
    """
    before = settings_of(participant)
    changed, plan_changes = people.change_me(session, participant, changes, now=now)
    if plan_changes:
        replan(session, changed, now, before=before)
    return changed


def replan(session: Session, participant: Participant, now: datetime, *, before: DaySettings | None = None) -> Planned:
    """Draw the planned days that have not begun anew with the participant's present zone and rhythm.

    1. The participant's row is locked, so that no planner works on her days meanwhile.
    2. A day has begun as soon as its first minute has passed, with the settings of ``before`` or the present ones; or
       one of its beeps was due, pushed or ended; or anything refers to one of them (an answer, an attempt, a receipt).
       Such a day stays exactly as it is, what is left of it included.
    3. The other days' beeps are removed and drawn again. The seeds are the same, so what has not changed comes out as
       it was, and a date keeps the challenge it was given.

    A day is a local date, whatever zone it was planned for: so each date of the study has one plan, also for somebody
    who flies over the date line, gains a day or loses one. Days that are not planned yet are left to the planner.
    """
    session.flush()
    locked = select(Participant.planned_through).where(Participant.id == participant.id)
    planned_through = session.scalar(locked.with_for_update(key_share=True))
    rules = read_rules(session, {participant.study_id})
    if planned_through is None or participant.study_id not in rules.studies:
        return Planned()
    protocol = rules.protocols[rules.studies[participant.study_id].protocol]
    first = max(participant.starts_on, (now - WESTERNMOST).date())
    present = settings_of(participant)
    begun = _find_touched(session, participant.id, first, now)
    free = [
        on
        for on in (first + day * _DAY for day in range((planned_through - first).days + 1))
        if on not in begun
        and all(now < _begins_at(protocol, on, settings) for settings in (before or present, present))
    ]
    if not free:
        return Planned()
    without_challenge = [on for on in free if _sheet(protocol, on, present).challenge is None]
    _remove(session, participant.id, free, without_challenge)
    person = Person(
        id=participant.id,
        study_id=participant.study_id,
        zone=participant.zone,
        rhythm=participant.rhythm,
        birth_year=participant.birth_year,
    )
    planned, _failed = fill_gaps(session, [Gap(person=person, first=on, last=on) for on in free], rules=rules, now=now)
    return planned


def _sheet(protocol: Protocol, on: date, settings: DaySettings) -> Sheet:
    return lay_out(protocol, on, settings.zone, read_rhythm(settings.rhythm).shape_of(on))


def _begins_at(protocol: Protocol, on: date, settings: DaySettings) -> datetime:
    return _sheet(protocol, on, settings).table.start


def _find_touched(session: Session, participant_id: uuid.UUID, first: date, now: datetime) -> set[date]:
    """Dates from ``first`` on with a beep that is no longer as it was planned, or to which any row refers.

    Who keeps rows about beeps comes later on the journey and is not known here by name, so every table with a foreign
    key to the beep is asked. Self-started entries do not count: they are nobody's plan. A pause alone is no trace
    either: it holds for whatever moments its days have.
    """
    beep = Beep.__table__
    touched = select(Beep.local_date).where(
        Beep.participant_id == participant_id,
        Beep.local_date >= first,
        Beep.slot < FIRST_EVENT_SLOT,
        (Beep.due_at <= now)
        | (Beep.push_stage != 0)
        | (Beep.push_tries != 0)
        | (Beep.next_push_at.is_distinct_from(Beep.due_at) & ~is_paused()),
    )
    followers = [
        select(table.c.local_date).where(
            table.c.participant_id == participant_id, table.c.local_date >= first, table.c.slot < FIRST_EVENT_SLOT
        )
        for table in Base.metadata.sorted_tables
        if any(key.referred_table is beep for key in table.foreign_key_constraints)
    ]
    return set(session.scalars(union_all(touched, *followers)))


def _remove(
    session: Session, participant_id: uuid.UUID, dates: Sequence[date], without_challenge: Collection[date]
) -> None:
    """Take away the planned beeps of these dates, and the challenges of dates that have no moment for one any more."""
    beeps = delete(Beep).where(
        Beep.participant_id == participant_id, Beep.local_date.in_(dates), Beep.slot < FIRST_EVENT_SLOT
    )
    session.execute(beeps.execution_options(synchronize_session="fetch"))
    if without_challenge:
        cards = delete(Assignment).where(
            Assignment.participant_id == participant_id, Assignment.local_date.in_(without_challenge)
        )
        session.execute(cards.execution_options(synchronize_session="fetch"))
