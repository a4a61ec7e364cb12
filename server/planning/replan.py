"""Plans days anew after a participant's settings or a study's rules have changed, as far as they have not begun."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, union_all
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
    """Draw one participant's planned days that have not begun anew, with her present zone and rhythm (`replan_all`)."""
    session.flush()
    locked = select(Participant.planned_through).where(Participant.id == participant.id)
    if session.scalar(locked.with_for_update(key_share=True)) is None:
        return Planned()
    return replan_all(session, [participant], now, before=before)


def replan_all(
    session: Session,
    people: Sequence[Participant],
    now: datetime,
    *,
    before: DaySettings | None = None,
    lead: timedelta = timedelta(),
) -> Planned:
    """Draw the planned days of these people that have not begun anew, with their present settings and their studies'
    present rules. The caller has locked their rows, so that no planner works on their days meanwhile.

    1. A day has begun as soon as its first moment has come (at ``now`` and ``lead``): one of its beeps was due, pushed
       or ended, or anything refers to one of them (an answer, an attempt, a receipt). Such a day stays exactly as it
       is, what is left of it included.
    2. A day that would have begun under the present settings and rules stays too: drawn again it would have moments in
       the past. Not so for who is in another zone than ``before``. Her old moments may come in the middle of her night
       now, or on top of the next date's: the part of the day that lies behind her there was lost on the way. Its beeps
       are kept for the ledger and never pushed, as after an outage of the planner.
    3. The other days' beeps are removed and drawn again. The seeds are the same, so what has not changed comes out as
       it was, and a date keeps the challenge it was given. Days after a participant's last are removed only.

    A day is a local date, whatever zone it was planned for: so each date of the study has one plan, also for somebody
    who flies over the date line, gains a day or loses one. Days that are not planned yet are left to the planner.
    """
    session.flush()
    rules = read_rules(session, {one.study_id for one in people})
    planned = [one for one in people if one.planned_through is not None and one.study_id in rules.studies]
    if not planned:
        return Planned()
    since = (now - WESTERNMOST).date()
    begun = _find_touched(session, [one.id for one in planned], since, now + lead)
    gaps: list[Gap] = []
    away: dict[date, list[uuid.UUID]] = defaultdict(list)
    without_challenge: dict[date, list[uuid.UUID]] = defaultdict(list)
    for one in planned:
        protocol, present = rules.protocols[one.study_id], settings_of(one)
        person = _as_person(one)
        travelled = before is not None and before.zone != present.zone
        first = max(one.starts_on, since)
        for on in (first + day * _DAY for day in range((one.planned_through - first).days + 1)):  # type: ignore[operator]
            sheet = _sheet(protocol, on, present)
            if (one.id, on) in begun or (not travelled and now + lead >= sheet.table.start):
                continue
            away[on].append(one.id)
            if on > one.ends_on or sheet.challenge is None:
                without_challenge[on].append(one.id)
            if on <= one.ends_on:
                gaps.append(Gap(person=person, first=on, last=on))
    if not away:
        return Planned()
    _remove(session, away, without_challenge)
    added, _failed = fill_gaps(session, gaps, rules=rules, now=now)
    return added


def last_begun(session: Session, people: Sequence[Participant], now: datetime) -> dict[uuid.UUID, date]:
    """The last date of each of these people of which a beep was due by ``now``; who had none yet is left out."""
    rows = session.execute(
        select(Beep.participant_id, func.max(Beep.local_date))
        .where(Beep.participant_id.in_([one.id for one in people]), Beep.due_at <= now, Beep.slot < FIRST_EVENT_SLOT)
        .group_by(Beep.participant_id)
    )
    return {person: on for person, on in rows}


def _as_person(participant: Participant) -> Person:
    return Person(
        id=participant.id,
        study_id=participant.study_id,
        zone=participant.zone,
        rhythm=participant.rhythm,
        birth_year=participant.birth_year,
    )


def _sheet(protocol: Protocol, on: date, settings: DaySettings) -> Sheet:
    return lay_out(protocol, on, settings.zone, read_rhythm(settings.rhythm).shape_of(on))


def _find_touched(
    session: Session, people: Sequence[uuid.UUID], first: date, now: datetime
) -> set[tuple[uuid.UUID, date]]:
    """Dates from ``first`` on with a beep that is no longer as it was planned, or to which any row refers.

    Who keeps rows about beeps comes later on the journey and is not known here by name, so every table with a foreign
    key to the beep is asked. Self-started entries do not count: they are nobody's plan. A pause alone is no trace
    either: it holds for whatever moments its days have.
    """
    beep = Beep.__table__
    touched = select(Beep.participant_id, Beep.local_date).where(
        Beep.participant_id.in_(people),
        Beep.local_date >= first,
        Beep.slot < FIRST_EVENT_SLOT,
        (Beep.due_at <= now)
        | (Beep.push_stage != 0)
        | (Beep.push_tries != 0)
        | (Beep.next_push_at.is_distinct_from(Beep.due_at) & ~is_paused()),
    )
    followers = [
        select(table.c.participant_id, table.c.local_date).where(
            table.c.participant_id.in_(people), table.c.local_date >= first, table.c.slot < FIRST_EVENT_SLOT
        )
        for table in Base.metadata.sorted_tables
        if any(key.referred_table is beep for key in table.foreign_key_constraints)
    ]
    return {(person, on) for person, on in session.execute(union_all(touched, *followers))}


def _remove(
    session: Session,
    away: Mapping[date, Collection[uuid.UUID]],
    without_challenge: Mapping[date, Collection[uuid.UUID]],
) -> None:
    """Take away the planned beeps of these dates, and the challenges of dates that have no moment for one any more."""
    for on, gone in away.items():
        beeps = delete(Beep).where(Beep.participant_id.in_(gone), Beep.local_date == on, Beep.slot < FIRST_EVENT_SLOT)
        session.execute(beeps.execution_options(synchronize_session="fetch"))
    for on, gone in without_challenge.items():
        cards = delete(Assignment).where(Assignment.participant_id.in_(gone), Assignment.local_date == on)
        session.execute(cards.execution_options(synchronize_session="fetch"))
