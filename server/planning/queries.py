"""What the planner asks of the database."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import ColumnElement, and_, case, or_, select, update
from sqlalchemy.orm import Session

from server.people.models import Participant
from server.planning.models import Assignment
from server.studies.models import Study

HISTORY = timedelta(days=28)
EASTERNMOST = timedelta(hours=14)  # no zone is further ahead of UTC


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyPlan:
    """What the planner needs of a study."""

    id: uuid.UUID
    protocol: str
    seed: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """What the planner needs of a participant. ``through`` is the last local date to plan."""

    id: uuid.UUID
    study_id: uuid.UUID
    zone: str
    rhythm: dict[str, Any] | None
    birth_year: int | None
    starts_on: date
    planned_through: date | None
    through: date

    @property
    def first_missing(self) -> date:
        return self.starts_on if self.planned_through is None else self.planned_through + timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Horizon:
    """The people who share a last local date to plan, by their zones and studies."""

    on: date
    zones: tuple[str, ...]
    studies: tuple[uuid.UUID, ...]


def list_horizons(session: Session, *, until: datetime) -> tuple[list[Horizon], list[str]]:
    """Who may lack days that begin at or before ``until``, as groups with one last date each, and unknown zones.

    One look for all zones: at any instant the earth has at most three dates, so there are at most three groups.
    """
    latest = (until + EASTERNMOST).date()
    found = session.execute(select(Participant.zone, Participant.study_id).where(_lacks(latest)).distinct()).all()
    zones: dict[date, set[str]] = {}
    studies: dict[date, set[uuid.UUID]] = {}
    unknown: set[str] = set()
    for zone, study_id in found:
        try:
            on = until.astimezone(ZoneInfo(zone)).date()
        except (ZoneInfoNotFoundError, ValueError):
            unknown.add(zone)
            continue
        zones.setdefault(on, set()).add(zone)
        studies.setdefault(on, set()).add(study_id)
    groups = [
        Horizon(on=on, zones=tuple(sorted(zones[on])), studies=tuple(sorted(studies[on]))) for on in sorted(zones)
    ]
    return groups, sorted(unknown)


def load_studies(session: Session, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, StudyPlan]:
    """These studies by id."""
    rows = session.execute(select(Study.id, Study.protocol, Study.seed).where(Study.id.in_(ids)))
    return {row.id: StudyPlan(id=row.id, protocol=row.protocol, seed=row.seed) for row in rows}


def claim_people(session: Session, horizon: Horizon, *, limit: int, besides: Collection[uuid.UUID]) -> list[Person]:
    """Up to ``limit`` people who lack days up to the horizon, locked until the transaction ends.

    People whom another planner has are passed over. The lock is FOR NO KEY UPDATE: answers and devices, which only
    refer to a participant, go on. SQLite ignores it; there BEGIN IMMEDIATE has the whole file already.
    """
    statement = (
        select(
            Participant.id,
            Participant.study_id,
            Participant.zone,
            Participant.rhythm,
            Participant.birth_year,
            Participant.starts_on,
            Participant.ends_on,
            Participant.planned_through,
        )
        .where(_lacks(horizon.on), Participant.zone.in_(horizon.zones), Participant.study_id.in_(horizon.studies))
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    if besides:
        statement = statement.where(Participant.id.not_in(besides))
    return [
        Person(
            id=row.id,
            study_id=row.study_id,
            zone=row.zone,
            rhythm=row.rhythm,
            birth_year=row.birth_year,
            starts_on=row.starts_on,
            planned_through=row.planned_through,
            through=min(row.ends_on, horizon.on),
        )
        for row in session.execute(statement)
    ]


def mark_planned(session: Session, people: Collection[uuid.UUID], *, through: date) -> None:
    """Move ``planned_through`` forward to ``through``, or to the last study day where that is earlier."""
    last = case((Participant.ends_on < through, Participant.ends_on), else_=through)
    session.execute(
        update(Participant)
        .where(
            Participant.id.in_(people), or_(Participant.planned_through.is_(None), Participant.planned_through < last)
        )
        .values(planned_through=last)
        .execution_options(synchronize_session=False)
    )


def load_cards(
    session: Session, people: Collection[uuid.UUID], *, since: date
) -> list[tuple[uuid.UUID, date, str, list[Any]]]:
    """The challenges these people were given from ``since`` on: person, date, slug and [[slug, version], ...]."""
    columns = (Assignment.participant_id, Assignment.local_date, Assignment.slug, Assignment.alternatives)
    statement = select(*columns).where(Assignment.participant_id.in_(people), Assignment.local_date >= since)
    return [tuple(row) for row in session.execute(statement)]


def _lacks(on: date) -> ColumnElement[bool]:
    """Still in the study and not planned for every study day up to ``on``; served by ix_participant_to_plan."""
    planned = Participant.planned_through
    return and_(
        Participant.left_at.is_(None),
        Participant.starts_on <= on,
        or_(planned.is_(None), and_(planned < on, planned < Participant.ends_on)),
    )
