"""What became of challenges: how often one was given, done, skipped or swapped. Hidden below five people."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, TableClause, Uuid, column, func, select, table
from sqlalchemy.orm import Session
from sqlalchemy.types import Float, String

from server.people.models import Participant
from server.planning.models import CHALLENGE_SLOT, Assignment, Beep
from server.studies.models import Study

FEWEST_PEOPLE = 5
TALLY: TableClause = table(
    "challenge_tally",
    column("study_id", Uuid()),
    column("slug", String()),
    column("people", Integer()),
    column("done", Integer()),
    column("skipped", Integer()),
    column("swapped", Integer()),
    column("fun", Float()),
    column("helped", Float()),
)
"""The view that has counts only over five people or more (`server.grants`)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChallengeCount:
    """One challenge in one study. ``offered`` is None below five people; so is each of the others below five answers.

    ``fun`` and ``helped`` are means, 0..100. ``swapped`` counts the days on which somebody took it instead of another.
    """

    study: str
    slug: str
    offered: int | None
    done: int | None
    skipped: int | None
    swapped: int | None
    fun: float | None
    helped: float | None


def count_challenge(
    session: Session, slug: str, studies: Collection[uuid.UUID], *, now: datetime
) -> list[ChallengeCount]:
    """One challenge in each of these studies in which it was ever given."""
    return _count(session, studies, now, slug=slug)


def count_challenges(session: Session, study_id: uuid.UUID, *, now: datetime) -> list[ChallengeCount]:
    """Every challenge that was given in a study, by slug."""
    return _count(session, [study_id], now)


def _count(
    session: Session, studies: Collection[uuid.UUID], now: datetime, *, slug: str | None = None
) -> list[ChallengeCount]:
    offered = (
        select(
            Participant.study_id,
            Assignment.slug,
            func.count().label("offered"),
            func.count(func.distinct(Assignment.participant_id)).label("people"),
        )
        .join(Participant, Participant.id == Assignment.participant_id)
        .join(
            Beep,
            (Beep.participant_id == Assignment.participant_id)
            & (Beep.local_date == Assignment.local_date)
            & (Beep.slot == CHALLENGE_SLOT),
        )
        .where(Participant.study_id.in_(studies), Beep.due_at <= now)
        .group_by(Participant.study_id, Assignment.slug)
    )
    if slug is not None:
        offered = offered.where(Assignment.slug == slug)
    given = offered.subquery()
    rows: Any = session.execute(
        select(
            Study.name,
            given.c.slug,
            given.c.offered,
            given.c.people,
            TALLY.c.done,
            TALLY.c.skipped,
            TALLY.c.swapped,
            TALLY.c.fun,
            TALLY.c.helped,
        )
        .join(Study, Study.id == given.c.study_id)
        .outerjoin(TALLY, (TALLY.c.study_id == given.c.study_id) & (TALLY.c.slug == given.c.slug))
        .order_by(Study.name, given.c.slug)
    )
    return [
        ChallengeCount(
            study=row.name,
            slug=row.slug,
            offered=row.offered if row.people >= FEWEST_PEOPLE else None,
            done=row.done,
            skipped=row.skipped,
            swapped=row.swapped,
            fun=row.fun,
            helped=row.helped,
        )
        for row in rows
    ]
