"""What a proof of a study's planning needs from the database: its days as planned, and what they were drawn by."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from prompts.protocols import Protocol
from prompts.rhythm import Rhythm
from server.export.proof import NOT_DRAWN, PlannedDay, Proof, prove
from server.people.models import FormerRhythm, Participant
from server.planning.models import Beep
from server.studies.models import RulesVersion, Study
from server.studies.versions import protocols_under

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Grounds:
    """What the days of a study were drawn by. protocols: by edition. rules: a study's own rules as JSON, by version.

    rhythms: every rhythm that each participant has had, oldest first; none is the protocol's own day.
    """

    seed: bytes
    protocols: Mapping[str, Protocol]
    rules: Mapping[int, Mapping[str, Any]]
    rhythms: Mapping[str, tuple[Rhythm, ...]]


def read_grounds(session: Session, study: Study) -> Grounds:
    """Everything but the days themselves."""
    mine = Participant.study_id == study.id
    under = session.execute(
        select(Beep.protocol, Beep.rules)
        .join(Participant, Participant.id == Beep.participant_id)
        .where(mine)
        .distinct()
    )
    wanted = {(study.id, key, version) for key, version in under} | {(study.id, study.protocol, 0)}
    rhythms: dict[str, tuple[Rhythm, ...]] = {}
    former = (
        select(FormerRhythm.participant_id, FormerRhythm.rhythm)
        .join(Participant, Participant.id == FormerRhythm.participant_id)
        .where(mine)
        .order_by(FormerRhythm.participant_id, FormerRhythm.number)
    )
    present = select(Participant.id, Participant.rhythm).where(mine)
    for person, rhythm in (*session.execute(former), *session.execute(present)):
        rhythms[str(person)] = (*rhythms.get(str(person), ()), Rhythm.from_json(rhythm) if rhythm else Rhythm())
    own = session.execute(select(RulesVersion.version, RulesVersion.rules).where(RulesVersion.study_id == study.id))
    return Grounds(
        seed=study.seed,
        protocols={one.edition: one for one in protocols_under(session, wanted).values()},
        rules={row.version: row.rules for row in own},
        rhythms=rhythms,
    )


def read_days(session: Session, study: Study) -> Iterator[PlannedDay]:
    """Every date of every participant, also those without a beep where there should have been one."""
    columns = (Beep.participant_id, Beep.local_date, Beep.slot, Beep.due_at, Beep.expires_at, Beep.zone)
    people = {
        row.id: row
        for row in session.execute(
            select(
                Participant.id,
                Participant.zone,
                Participant.starts_on,
                Participant.planned_through,
                Participant.left_at,
            ).where(Participant.study_id == study.id)
        )
    }
    rows = session.execute(
        select(*columns, Beep.protocol, Beep.rules, Beep.algorithm)
        .join(Participant, Participant.id == Beep.participant_id)
        .where(Participant.study_id == study.id, Beep.kind != "event")
        .order_by(Beep.participant_id, Beep.local_date, Beep.slot)
        .execution_options(yield_per=5_000)
    )
    for person, days in groupby(rows, key=lambda row: row.participant_id):
        yield from _days_of(people[person], [list(beeps) for _, beeps in groupby(days, key=lambda row: row.local_date)])


def prove_study(session: Session, study: Study, *, only: frozenset[uuid.UUID] | None = None) -> Proof:
    """Draw every day of a study again, of ``only`` these participants if given."""
    grounds = read_grounds(session, study)
    names = None if only is None else {str(person) for person in only}
    days = (day for day in read_days(session, study) if names is None or day.participant in names)
    return prove(days, study_seed=grounds.seed, protocols=grounds.protocols, rhythms=grounds.rhythms)


def _days_of(person: Any, days: list[list[Any]]) -> Iterator[PlannedDay]:
    seen: date | None = None
    drawn = any(beep.algorithm != NOT_DRAWN for beeps in days for beep in beeps)
    for beeps in days:
        first = beeps[0]
        if drawn:
            yield from _empty(person, seen or person.starts_on - _DAY, first.local_date, first)
        seen = first.local_date
        yield _day(str(person.id), first.local_date, first, beeps)
    # After she left, nothing more was to be planned.
    last = person.planned_through
    if drawn and seen and last and person.left_at is None:
        yield from _empty(person, seen, last + _DAY, days[-1][0])


def _empty(person: Any, after: date, before: date, like: Any) -> Iterator[PlannedDay]:
    """The dates in between, which have no beep: as many missing ones as the seed has for them."""
    on = after + _DAY
    while on < before:
        yield _day(str(person.id), on, like, [])
        on += _DAY


def _day(person: str, on: date, like: Any, beeps: list[Any]) -> PlannedDay:
    return PlannedDay(
        participant=person,
        local_date=on,
        zone=like.zone,
        protocol=like.protocol,
        rules=like.rules,
        algorithm=like.algorithm,
        moments=tuple((beep.slot, beep.due_at, beep.expires_at) for beep in beeps),
    )


def count_planned(session: Session, study: Study) -> int:
    """How many beeps a proof would be of."""
    mine = select(func.count()).select_from(Beep).join(Participant, Participant.id == Beep.participant_id)
    return session.scalar(mine.where(Participant.study_id == study.id, Beep.kind != "event")) or 0
