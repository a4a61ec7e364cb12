"""Plans everybody's days ahead.

Any number of planners may run at once. Each takes people that no other has (a row lock on PostgreSQL, the one writer on
SQLite), plans all their missing days and moves ``planned_through`` forward in one transaction. A planner that dies in
between leaves nothing behind, and the next one plans the same days with the same times. Should two ever plan the same
day, the primary key (participant, local date, slot) lets each beep in once.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from challenges.challenge import Challenge
from prompts.protocols import Protocol
from server.content import protocols
from server.coordination.scheduling import Fixed, load_fixed
from server.coordination.service import catalogue
from server.db import Database
from server.planning.bulk import store_drafts
from server.planning.drafts import Draft, draft_days, read_rhythm
from server.planning.draws import Dealt, deal_challenges, store_dealt
from server.planning.pauses import hush
from server.planning.queries import (
    Gap,
    Horizon,
    StudyPlan,
    claim_gaps,
    list_horizons,
    load_pauses,
    load_studies,
    mark_planned,
)
from server.studies.rules import StudyRules, rules_of
from server.studies.versions import protocol_in_force

log = structlog.get_logger()

AHEAD = timedelta(hours=48)
BATCH = 2_000  # people in one transaction


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
    """What the plans of one round follow: the studies with their protocols and rules, all challenges, and
    those that were chosen for a study's date."""

    studies: Mapping[uuid.UUID, StudyPlan]
    protocols: Mapping[uuid.UUID, Protocol]  # of each study, with its own rules
    own: Mapping[uuid.UUID, StudyRules]
    pool: Sequence[Challenge]
    fixed: Fixed = field(default_factory=dict)


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
        total += _plan_horizon(database, horizon, rules=rules, now=now, batch=batch, should_stop=should_stop)
    if total.people:
        log.info("planned ahead", action="plan.ahead", people=total.people, days=total.days, beeps=total.beeps)
    return total


def read_rules(session: Session, study_ids: set[uuid.UUID]) -> Rules:
    """The rules of these studies; one whose protocol this installation does not have is logged and left out."""
    studies: dict[uuid.UUID, StudyPlan] = {}
    followed: dict[uuid.UUID, Protocol] = {}
    own: dict[uuid.UUID, StudyRules] = {}
    for study in load_studies(session, study_ids).values():
        if study.key in protocols():
            studies[study.id] = study
            followed[study.id] = protocol_in_force(study.key, study.rules, study.rules_version)
            released = protocols()[study.key]
            own[study.id] = StudyRules.from_json(study.rules, released) if study.rules else rules_of(released)
        else:
            log.error("a study follows an unknown protocol", action="plan.protocol", protocol=study.key)
    with_challenge = any(protocol.challenge is not None for protocol in followed.values())
    if not with_challenge:
        return Rules(studies=studies, protocols=followed, own=own, pool=())
    fixed = load_fixed(session, studies.keys())
    return Rules(studies=studies, protocols=followed, own=own, pool=tuple(catalogue(session).values()), fixed=fixed)


def fill_gaps(session: Session, gaps: Sequence[Gap], *, rules: Rules, now: datetime) -> tuple[Planned, set[uuid.UUID]]:
    """Plan these days in the caller's transaction. Beeps that are there already stay as they are.

    Returns what was added and who could not be planned.
    """
    drafts: list[Draft] = []
    failed: set[uuid.UUID] = set()
    for gap in gaps:
        try:
            drafts += _draft(gap, rules)
        except Exception as error:  # one person's broken row must not cost the others their day
            log.error("a participant cannot be planned", action="plan.person", error=type(error).__name__)
            failed.add(gap.person.id)
    birth_years = {gap.person.id: gap.person.birth_year for gap in gaps}
    store_dealt(session, deal_for(session, gaps, drafts, rules), now=now)
    beeps = store_drafts(session.connection(), drafts, now=now)
    if drafts:
        since = min(draft.sheet.local_date for draft in drafts)
        hush(session, load_pauses(session, birth_years.keys(), since=since))
    return Planned(people=len(birth_years) - len(failed), days=len(drafts), beeps=beeps), failed


def deal_for(session: Session, gaps: Sequence[Gap], drafts: Sequence[Draft], rules: Rules) -> list[Dealt]:
    """The challenges of these days, each from what its study draws from; studies that draw alike are asked together."""
    birth_years = {gap.person.id: gap.person.birth_year for gap in gaps}
    fixed = fixed_for(gaps, rules)
    groups: dict[tuple[object, ...], tuple[StudyRules, set[uuid.UUID]]] = {}
    for gap in gaps:
        own = rules.own[gap.person.study_id]
        alike = (own.strategies, own.challenges, own.alternatives)
        groups.setdefault(alike, (own, set()))[1].add(gap.person.id)
    dealt: list[Dealt] = []
    for own, people in groups.values():
        dealt += deal_challenges(
            session,
            [draft for draft in drafts if draft.participant_id in people],
            own.pool(rules.pool),
            birth_years,
            fixed,
            catalogue=rules.pool,
            alternatives=own.alternatives,
        )
    return dealt


def fixed_for(gaps: Sequence[Gap], rules: Rules) -> dict[tuple[uuid.UUID, date], str]:
    """The challenges that staff chose for dates of these gaps, by person and date."""
    return {
        (gap.person.id, on): slug
        for (study_id, on), slug in rules.fixed.items()
        for gap in gaps
        if gap.person.study_id == study_id and gap.first <= on <= gap.last
    }


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
    barred = set(horizon.studies) - set(rules.studies)
    under = {study.id: study.rules_version for study in rules.studies.values()}
    for new in (True, False):
        passed_over: set[uuid.UUID] = set()
        taken = batch
        while taken == batch and not should_stop():
            with database.transaction() as session:
                gaps = claim_gaps(session, horizon, new=new, limit=batch, besides=passed_over, besides_studies=barred)
                planned, failed = fill_gaps(session, gaps, rules=rules, now=now)
                mark_planned(session, {gap.person.id for gap in gaps} - failed, through=horizon.on, under=under)
            total += planned
            taken = len(gaps)
            passed_over |= failed
    return total


def _draft(gap: Gap, rules: Rules) -> list[Draft]:
    person, study = gap.person, rules.studies[gap.person.study_id]
    return list(
        draft_days(
            person.id,
            protocol=rules.protocols[study.id],
            study_seed=study.seed,
            zone=person.zone,
            rhythm=read_rhythm(person.rhythm),
            first=gap.first,
            last=gap.last,
        )
    )
