"""The counts of the board: set-based, one pass over the keys of the beeps and one over those of the answers."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    Uuid,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from server.delivery.models import Attempt, Device, Receipt
from server.monitoring.answered import ANSWERED
from server.monitoring.shapes import Count, DaySlots, Sums
from server.people.models import Participant
from server.planning.models import FIRST_EVENT_SLOT, Beep, Pause

FIRST_DAYS = 3  # of a participant's study, and as many of the latest complete days
NO_DEVICE = uuid.UUID(int=0)  # an attempt for which there was no phone
MOST_SLOTS = 60  # a day's slots fit the bits of one number; no protocol asks nearly as often


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """The complete local dates to look at, both included."""

    first: date
    last: date


def load_people(session: Session, study_id: uuid.UUID, *, today: date) -> list[Any]:
    """Rows of every participant of the study, with whether she has paused today."""
    paused = (
        select(literal(1))
        .where(
            Pause.participant_id == Participant.id,
            Pause.ended_at.is_(None),
            Pause.starts_on <= today,
            Pause.ends_on >= today,
        )
        .exists()
    )
    return list(
        session.execute(
            select(
                Participant.id,
                Participant.code,
                Participant.starts_on,
                Participant.ends_on,
                Participant.waiting,
                Participant.joined_at,
                Participant.left_at.is_not(None).label("has_left"),
                paused.label("paused"),
            ).where(Participant.study_id == study_id)
        )
    )


def count_planned(
    session: Session, study_id: uuid.UUID, stretch: Stretch
) -> tuple[list[DaySlots], dict[uuid.UUID, Sums]]:
    """Planned questionnaires of complete days, along dates and along people, in one statement."""
    return _count(session, Beep.__table__, study_id, stretch)


def count_answered(
    session: Session, study_id: uuid.UUID, stretch: Stretch
) -> tuple[list[DaySlots], dict[uuid.UUID, Sums]]:
    """Answered questionnaires likewise: only that an answer is there."""
    return _count(session, ANSWERED, study_id, stretch)


def count_today(session: Session, study_id: uuid.UUID, today: date, now: datetime) -> Count:
    """Questionnaires of today that were due by now, and how many are answered: person by person along the keys."""

    def mine(rows: FromClause) -> ColumnElement[bool]:
        asked = rows.c.slot.between(1, FIRST_EVENT_SLOT - 1)
        return and_(rows.c.participant_id == Participant.id, rows.c.local_date == today, asked)

    beep = Beep.__table__
    planned = select(func.count()).select_from(beep).where(mine(beep), beep.c.due_at <= now).scalar_subquery()
    answered = select(func.count()).select_from(ANSWERED).where(mine(ANSWERED)).scalar_subquery()
    row = session.execute(
        select(func.sum(planned), func.sum(answered)).where(
            Participant.study_id == study_id, Participant.starts_on <= today, Participant.ends_on >= today
        )
    ).one()
    return Count(planned=int(row[0] or 0), answered=int(row[1] or 0))


def count_posts(session: Session, study_id: uuid.UUID, *, since: date) -> list[Any]:
    """First pushes from ``since`` on: rows (participant, device, posts, accepted posts)."""
    accepted = func.sum(case((Attempt.outcome == "accepted", 1), else_=0))
    mine = (Attempt.local_date >= since, Attempt.stage == 0, Attempt.device_id != NO_DEVICE)
    each = select(Attempt.device_id, func.count().label("posts"), accepted.label("accepted")).group_by(
        Attempt.device_id
    )
    return _each_person(session, study_id, since, each.where(*mine), Attempt.participant_id)


def count_receipts(session: Session, study_id: uuid.UUID, *, since: date) -> list[Any]:
    """What phones said of the beeps from ``since`` on: rows (participant, kind, beeps)."""
    each = select(Receipt.kind, func.count().label("beeps")).group_by(Receipt.kind)
    return _each_person(session, study_id, since, each.where(Receipt.local_date >= since), Receipt.participant_id)


def load_devices(session: Session, study_id: uuid.UUID) -> list[Any]:
    """Every subscription ever: rows (id, participant, platform, when retired)."""
    return list(
        session.execute(
            select(Device.id, Device.participant_id, Device.platform, Device.retired_at).where(
                Device.participant_id.in_(_people(study_id))
            )
        )
    )


def load_ahead(session: Session, study_id: uuid.UUID, *, now: datetime, until: datetime) -> list[tuple[int, int]]:
    """Pushes that are to be sent between ``now`` and ``until``: (whole minute since 1970, number), rising."""
    minute = _minute(session, Beep.next_push_at)
    rows = session.execute(
        select(minute, func.count())
        .where(Beep.next_push_at >= now, Beep.next_push_at < until, Beep.participant_id.in_(_people(study_id)))
        .group_by(minute)
    )
    return sorted((int(at), number) for at, number in rows)


def _count(
    session: Session, source: FromClause, study_id: uuid.UUID, stretch: Stretch
) -> tuple[list[DaySlots], dict[uuid.UUID, Sums]]:
    """1. Fold each person's date into a number with a bit for each slot, in the order of the primary key: index only.
    2. Count equal ones along dates; and 3. add up each person's. Both read the folded rows, a fifth of the table."""
    slots = source.c
    bit = cast(literal(1), BigInteger).op("<<")(slots.slot)
    day = (
        select(
            slots.participant_id,
            slots.local_date,
            cast(func.sum(bit), BigInteger).label("mask"),
            func.count().label("n"),
        )
        .where(
            slots.participant_id.in_(_people(study_id)),
            slots.local_date.between(stretch.first, stretch.last),
            slots.slot.between(1, MOST_SLOTS),
        )
        .group_by(slots.participant_id, slots.local_date)
        .cte("day")
        .prefix_with("MATERIALIZED", dialect="postgresql")
        .prefix_with("MATERIALIZED", dialect="sqlite")
    )
    is_first = day.c.local_date < _plus(session, Participant.starts_on, FIRST_DAYS)
    is_recent = day.c.local_date > stretch.last - timedelta(days=FIRST_DAYS)
    along_dates = (
        select(
            cast(null(), Uuid()).label("person"),
            Participant.starts_on.label("starts_on"),
            day.c.local_date.label("local_date"),
            day.c.mask.label("mask"),
            func.count().label("n"),
            cast(null(), Integer).label("first"),
            cast(null(), Integer).label("recent"),
        )
        .join(Participant, Participant.id == day.c.participant_id)
        .group_by(Participant.starts_on, day.c.local_date, day.c.mask)
    )
    along_people: Select[Any] = (
        select(
            day.c.participant_id,
            cast(null(), Date()),
            func.max(day.c.local_date),
            cast(null(), BigInteger),
            cast(func.sum(day.c.n), Integer),
            cast(func.sum(case((is_first, day.c.n), else_=0)), Integer),
            cast(func.sum(case((is_recent, day.c.n), else_=0)), Integer),
        )
        .join(Participant, Participant.id == day.c.participant_id)
        .group_by(day.c.participant_id)
    )
    dates: list[DaySlots] = []
    people: dict[uuid.UUID, Sums] = {}
    for person, starts_on, on, mask, n, first, recent in session.execute(union_all(along_dates, along_people)):
        if person is None:
            dates.append(DaySlots(starts_on=starts_on, local_date=on, mask=mask, people=n))
        else:
            people[person] = Sums(total=n, first=first, recent=recent, last_on=on)
    return dates, people


def _each_person(session: Session, study_id: uuid.UUID, since: date, each: Any, owner: Any) -> list[Any]:
    """``each`` for everybody who was in the study since then, the participant's id in front.

    On PostgreSQL each person is a stretch of the primary key (LATERAL), so that the work grows with the days that are
    asked for and not with the age of the study; its planner would read the whole table.
    """
    people = and_(Participant.study_id == study_id, Participant.ends_on >= since)
    if session.get_bind().dialect.name == "sqlite":
        grouped = each.add_columns(owner.label("owner")).group_by(owner)
        rows = grouped.where(owner.in_(select(Participant.id).where(people)))
        return [(row[-1], *row[:-1]) for row in session.execute(rows)]
    hers = each.where(owner == Participant.id).lateral()
    return list(session.execute(select(Participant.id, *hers.c).join(hers, literal(True)).where(people)))


def _people(study_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(Participant.id).where(Participant.study_id == study_id)


def _plus(session: Session, day: Any, days: int) -> ColumnElement[Any]:
    if session.get_bind().dialect.name == "sqlite":
        return func.date(day, f"+{days} days")
    return cast(day + literal(days, Integer), Date)


def _minute(session: Session, at: Any) -> ColumnElement[Any]:
    if session.get_bind().dialect.name == "sqlite":
        return cast(at, BigInteger) / literal(60_000_000, BigInteger)
    return cast(func.floor(func.extract("epoch", at) / 60), BigInteger)
