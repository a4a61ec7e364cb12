"""Which challenge everybody of a study gets on a certain date; all other dates are left to the draw."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from challenges.challenge import OLDEST, YOUNGEST
from challenges.rules import suitable
from server.coordination.authoring import as_challenge, read_versions
from server.coordination.models import Scheduled
from server.coordination.refusals import NeverSuits, NotLive
from server.db import insert_into

Fixed = dict[tuple[uuid.UUID, date], str]
"""(study, local date) -> slug."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """For whom a challenge suits on a date: the ages from 12 to 25 that may get it."""

    youngest: int
    oldest: int

    @property
    def everybody(self) -> bool:
        return (self.youngest, self.oldest) == (YOUNGEST, OLDEST)


def reach_on(session: Session, slug: str, on: date) -> Reach:
    """Who would get this challenge on that date; raises `ChallengeUnknown`, `NotLive`, `NeverSuits`."""
    live = [as_challenge(row) for row in read_versions(session, slug) if row.status == "live"]
    if not live:
        raise NotLive
    ages = [age for age in range(YOUNGEST, OLDEST + 1) if suitable(live, age=age, date=on)]
    if not ages:
        raise NeverSuits
    return Reach(youngest=ages[0], oldest=ages[-1])


def fix_date(session: Session, study_id: uuid.UUID, on: date, slug: str, *, by: str, now: datetime) -> Reach:
    """Choose the challenge of one date, in place of what was chosen before; raises what `reach_on` raises."""
    reach = reach_on(session, slug, on)
    chosen = {"slug": slug, "by": by, "made_at": now}
    statement = insert_into(session, Scheduled).values(study_id=study_id, local_date=on, **chosen)
    session.execute(statement.on_conflict_do_update(index_elements=["study_id", "local_date"], set_=chosen))
    return reach


def free_date(session: Session, study_id: uuid.UUID, on: date) -> bool:
    """Leave a date to the draw again; False when it was."""
    gone = delete(Scheduled).where(Scheduled.study_id == study_id, Scheduled.local_date == on)
    return session.scalar(gone.returning(Scheduled.slug)) is not None


def list_fixed(session: Session, study_id: uuid.UUID, *, since: date) -> list[Scheduled]:
    """The chosen dates of a study from ``since`` on, in their order."""
    statement = select(Scheduled).where(Scheduled.study_id == study_id, Scheduled.local_date >= since)
    return list(session.scalars(statement.order_by(Scheduled.local_date)))


def load_fixed(session: Session, study_ids: Collection[uuid.UUID]) -> Fixed:
    """The chosen dates of these studies, as the planner wants them."""
    statement = select(Scheduled.study_id, Scheduled.local_date, Scheduled.slug)
    rows = session.execute(statement.where(Scheduled.study_id.in_(study_ids)))
    return {(row.study_id, row.local_date): row.slug for row in rows}
