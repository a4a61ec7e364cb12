"""Plans everybody's days ahead.

Any number of planners may run at once. Each takes people that no other has (a row lock on PostgreSQL, the one writer on
SQLite), plans all their missing days and moves ``planned_through`` forward in one transaction. A planner that dies in
between leaves nothing behind, and the next one plans the same days with the same times. Should two ever plan the same
day, the primary key (participant, local date, slot) lets each beep in once.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from challenges.challenge import Challenge
from prompts.protocols import Protocol
from prompts.rhythm import Rhythm
from server.content import protocols
from server.coordination.service import live_pool
from server.db import Database
from server.planning.bulk import store_drafts
from server.planning.drafts import Draft, draft_days
from server.planning.draws import deal_challenges, store_dealt
from server.planning.queries import (
    Horizon,
    Person,
    StudyPlan,
    claim_people,
    list_horizons,
    load_studies,
    mark_planned,
)

log = structlog.get_logger()

AHEAD = timedelta(hours=48)
BATCH = 500  # people in one transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """What a planner added: the people it planned for, their local dates, and new beeps."""

    people: int = 0
    days: int = 0
    beeps: int = 0

    def __add__(self, other: "Planned") -> "Planned":
        return Planned(people=self.people + other.people, days=self.days + other.days, beeps=self.beeps + other.beeps)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What the plans of one round follow: the studies with their protocols, and the challenges in force."""

    studies: Mapping[uuid.UUID, StudyPlan]
    protocols: Mapping[str, Protocol]
    pool: Sequence[Challenge]


def plan_ahead(
    database: Database,
    *,
    now: datetime,
    ahead: timedelta = AHEAD,
    batch: int = BATCH,
    should_stop: Callable[[], bool] = lambda: False,
) -> Planned:
    """Plan every study day that begins within ``ahead`` of ``now`` on its participant's own clock and is not planned.

    1. Look once, without locks, which zones and studies have people whose plan ends too early.
    2. For each last date that follows from a zone, take ``batch`` people at a time, each batch one transaction.
    3. Somebody whose days cannot be drawn (broken rhythm) is logged and passed over until the next round, not fatal.

    ``should_stop`` is asked between batches. Opens its own transactions.
    """
    with database.reading() as session:
        horizons, unknown_zones = list_horizons(session, until=now + ahead)
        if unknown_zones:
            log.error("people in unknown time zones cannot be planned", action="plan.zone", zones=unknown_zones)
        if not horizons:
            return Planned()
        rules = read_rules(session, {study for horizon in horizons for study in horizon.studies})
    total = Planned()
    for horizon in horizons:
        known = tuple(study for study in horizon.studies if study in rules.studies)
        total += _plan_horizon(
            database,
            Horizon(on=horizon.on, zones=horizon.zones, studies=known),
            rules=rules,
            now=now,
            batch=batch,
            should_stop=should_stop,
        )
    if total.people:
        log.info("planned ahead", action="plan.ahead", people=total.people, days=total.days, beeps=total.beeps)
    return total


def read_rules(session: Session, study_ids: set[uuid.UUID]) -> Rules:
    """The rules of these studies; one whose protocol this installation does not have is logged and left out."""
    released = protocols()
    studies = {}
    for study in load_studies(session, study_ids).values():
        if study.protocol in released:
            studies[study.id] = study
        else:
            log.error("a study follows an unknown protocol", action="plan.protocol", protocol=study.protocol)
    wanted = {study.protocol: released[study.protocol] for study in studies.values()}
    with_challenge = any(protocol.challenge is not None for protocol in wanted.values())
    return Rules(studies=studies, protocols=wanted, pool=tuple(live_pool(session)) if with_challenge else ())


def plan_people(
    session: Session, people: Sequence[tuple[Person, date]], *, rules: Rules, now: datetime
) -> tuple[Planned, list[uuid.UUID]]:
    """Plan these people's days from the given date to ``Person.through``, in the caller's transaction.

    Returns what was added and whom it could not plan. Rows that are there already stay as they are.
    """
    drafts: list[Draft] = []
    failed: list[uuid.UUID] = []
    for person, first in people:
        try:
            drafts += _draft(person, first, rules)
        except Exception as error:  # one person's broken row must not cost the others their day
            log.error("a participant cannot be planned", action="plan.person", error=type(error).__name__)
            failed.append(person.id)
    dealt = deal_challenges(session, drafts, rules.pool, {person.id: person.birth_year for person, _first in people})
    store_dealt(session, dealt, now=now)
    beeps = store_drafts(session.connection(), drafts, now=now)
    return Planned(people=len(people) - len(failed), days=len(drafts), beeps=beeps), failed


def _plan_horizon(
    database: Database,
    horizon: Horizon,
    *,
    rules: Rules,
    now: datetime,
    batch: int,
    should_stop: Callable[[], bool],
) -> Planned:
    total = Planned()
    passed_over: set[uuid.UUID] = set()
    while not should_stop():
        with database.transaction() as session:
            people = claim_people(session, horizon, limit=batch, besides=passed_over)
            if not people:
                break
            missing = [(person, person.first_missing) for person in people]
            planned, failed = plan_people(session, missing, rules=rules, now=now)
            done = {person.id for person in people}.difference(failed)
            if done:
                mark_planned(session, done, through=horizon.on)
        total += planned
        passed_over.update(failed)
        if len(people) < batch:
            break
    return total


def _draft(person: Person, first: date, rules: Rules) -> list[Draft]:
    study = rules.studies[person.study_id]
    return list(
        draft_days(
            person.id,
            protocol=rules.protocols[study.protocol],
            study_seed=study.seed,
            zone=person.zone,
            rhythm=Rhythm.from_json(person.rhythm) if person.rhythm else PROTOCOLS_OWN_DAY,
            first=first,
            last=person.through,
        )
    )


PROTOCOLS_OWN_DAY = Rhythm()
