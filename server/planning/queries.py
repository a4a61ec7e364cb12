"""What the planner asks of the database."""

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    String,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.consent.opening import has_text
from server.people.models import Participant
from server.planning.models import Assignment, Pause
from server.studies.models import Study

_DAY = timedelta(days=1)
EASTERNMOST = timedelta(hours=14)  # no zone is further ahead of UTC


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyPlan:
    """What the planner needs of a study."""

    id: uuid.UUID
    key: str  # of its protocol
    seed: bytes
    rules_version: int
    rules: dict[str, Any] | None  # server.studies.rules.StudyRules as JSON


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """What the planner needs of a participant."""

    id: uuid.UUID
    study_id: uuid.UUID
    zone: str
    rhythm: dict[str, Any] | None
    birth_year: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """Local dates without a plan: ``first`` to ``last``, both included."""

    person: Person
    first: date
    last: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Horizon:
    """The people who share a last local date to plan, by their zones and studies."""

    on: date
    zones: tuple[str, ...]
    studies: tuple[uuid.UUID, ...]


class Off(NamedTuple):
    """Local dates on which a participant wants no pushes, both included."""

    participant_id: uuid.UUID
    starts_on: date
    ends_on: date


def list_horizons(session: Session, *, until: datetime) -> tuple[list[Horizon], list[str]]:
    """Who may lack days that begin at or before ``until``, as groups with one last date each, and unknown zones.

    One look for all zones: at any instant the earth has at most three dates, so there are at most three groups.
    """
    latest = (until + EASTERNMOST).date()
    lacking = or_(_is_new(latest), _is_behind(latest))
    found = session.execute(select(Participant.zone, Participant.study_id).where(lacking).distinct()).all()
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
    columns = (Study.id, Study.protocol.label("key"), Study.seed, Study.rules_version, Study.rules)
    return {row.id: StudyPlan(**row._mapping) for row in session.execute(select(*columns).where(Study.id.in_(ids)))}


def claim_gaps(
    session: Session,
    horizon: Horizon,
    *,
    new: bool,
    limit: int,
    besides: Collection[uuid.UUID],
    besides_studies: Collection[uuid.UUID],
) -> list[Gap]:
    """The missing days of up to ``limit`` people who lack days up to the horizon, locked until the transaction ends.

    ``new`` asks for those without any plan yet, otherwise for those whose plan ends too early: two questions, because
    each is one stretch of ix_participant_to_plan that can be read until the limit, and both in one are not.
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
        .where(
            _is_new(horizon.on) if new else _is_behind(horizon.on),
            Participant.zone.in_(horizon.zones),
        )
        .order_by(Participant.planned_through, Participant.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    if besides_studies:  # not "in the others": SQLite would then rather take everybody of a study
        statement = statement.where(Participant.study_id.not_in(besides_studies))
    if besides:
        statement = statement.where(Participant.id.not_in(besides))
    return [
        Gap(
            person=Person(id=key, study_id=study_id, zone=zone, rhythm=rhythm, birth_year=birth_year),
            first=starts_on if planned_through is None else planned_through + _DAY,
            last=min(ends_on, horizon.on),
        )
        for key, study_id, zone, rhythm, birth_year, starts_on, ends_on, planned_through in session.execute(statement)
    ]


def mark_planned(
    session: Session, people: Collection[uuid.UUID], *, through: date, under: Mapping[uuid.UUID, int]
) -> None:
    """Move ``planned_through`` forward to ``through``, or to the last study day where that is earlier.

    ``under`` is the version of each study's rules that was planned with. Whose days followed newer ones falls back to
    it: rules that were saved meanwhile are then seen to be missing, and her days are planned anew (`rules_round`).
    """
    if not people:
        return
    last = case((Participant.ends_on < through, Participant.ends_on), else_=through)
    oldest: Any = 0
    if any(under.values()):
        used = case(under, value=Participant.study_id, else_=0)
        oldest = case((Participant.rules_version > used, used), else_=Participant.rules_version)
    session.execute(
        update(Participant)
        .where(_is_one_of(session, Participant.id, people))
        .values(planned_through=last, rules_version=oldest)
        .execution_options(synchronize_session=False)
    )


def load_cards(
    session: Session, people: Collection[uuid.UUID], *, since: date
) -> list[tuple[uuid.UUID, date, str, list[Any], str | None]]:
    """The challenges these people were given from ``since`` on: person, date, slug, [[slug, version], ...] and the slug
    of the one that was done."""
    columns = (
        Assignment.participant_id,
        Assignment.local_date,
        Assignment.slug,
        Assignment.alternatives,
        Assignment.done_slug,
    )
    statement = select(*columns).where(
        _is_one_of(session, Assignment.participant_id, people), Assignment.local_date >= since
    )
    return [tuple(row) for row in session.execute(statement)]


def load_pauses(session: Session, people: Collection[uuid.UUID], *, since: date) -> Sequence[Off]:
    """The pauses of these people that were not ended and last until ``since`` or longer.

    Asked with every plan, also of the one person who joins now, so the statement is put together once.
    """
    sqlite = session.get_bind().dialect.name == "sqlite"
    named = json.dumps([person.hex for person in people]) if sqlite else list(people)
    found = session.connection().execute(_running(sqlite), {"people": named, "since": since})
    return [Off(*row) for row in found]


@cache
def _running(sqlite: bool) -> Select[uuid.UUID, date, date]:
    if sqlite:
        listed = func.json_each(bindparam("people", type_=String())).table_valued("value")
        hers: ColumnElement[bool] = type_coerce(Pause.participant_id, String()).in_(select(listed.c.value))
    else:
        hers = Pause.participant_id == any_(bindparam("people", type_=ARRAY(Uuid())))
    columns = (Pause.participant_id, Pause.starts_on, Pause.ends_on)
    return select(*columns).where(hers, Pause.ended_at.is_(None), Pause.ends_on >= bindparam("since"))


def _is_one_of(
    session: Session, column: InstrumentedAttribute[uuid.UUID], people: Collection[uuid.UUID]
) -> ColumnElement[bool]:
    """``column IN people`` with all of them in one bound value: thousands of placeholders cost more than the rows."""
    if session.get_bind().dialect.name == "sqlite":
        listed = func.json_each(json.dumps([person.hex for person in people])).table_valued("value")
        return type_coerce(column, String()).in_(select(listed.c.value))
    return column == any_(literal(list(people), ARRAY(Uuid())))


def _is_behind(on: date) -> ColumnElement[bool]:
    """Cleared, still in the study, planned for some days but not for every study day up to ``on``."""
    planned = Participant.planned_through
    return and_(_MAY_BE_ASKED, planned < on, planned < Participant.ends_on)


def _is_new(on: date) -> ColumnElement[bool]:
    """Cleared, still in the study, begins by ``on`` and has no plan yet."""
    return and_(_MAY_BE_ASKED, Participant.planned_through.is_(None), Participant.starts_on <= on)


# No beep before every required consent is there, and none after leaving. Where there is no text nobody has consented,
# whatever her row says.
_MAY_BE_ASKED = and_(Participant.cleared_at.is_not(None), Participant.left_at.is_(None), has_text())
