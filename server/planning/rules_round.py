"""Plans coming days anew after a study's rules have changed: the worker's part, a batch of people at a time.

Any number of workers may do this at once, beside planners and dispatchers. A participant's row says under which rules
her coming days are planned; who is behind her study is locked, planned anew and marked in one transaction. A planner
that began with older rules marks its people as behind again (`queries.mark_planned`). Nobody is beeped twice: a day
that begins within `LEAD` counts as begun, so that no dispatcher can be at work on it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import Database
from server.people.models import Participant
from server.planning.replan import last_begun, replan_all
from server.planning.service import Planned
from server.studies.calendar import last_day
from server.studies.models import Study
from server.studies.service import protocol_of

log = structlog.get_logger()

LEAD = timedelta(minutes=10)
BATCH = 200  # people in one transaction
_DAY = timedelta(days=1)


def follow_rules(
    database: Database,
    *,
    now: datetime,
    batch: int = BATCH,
    should_stop: Callable[[], bool] = lambda: False,
) -> Planned:
    """Bring the coming days of everybody whose study has newer rules under them. Opens its own transactions."""
    total = Planned()
    taken = batch
    while taken == batch and not should_stop():
        with database.transaction() as session:
            behind = _claim_behind(session, now, batch)
            total += _follow(session, behind, now)
            taken = len(behind)
    if total.people:
        log.info("followed new rules", action="plan.rules", people=total.people, days=total.days, beeps=total.beeps)
    return total


def _claim_behind(session: Session, now: datetime, limit: int) -> list[Participant]:
    """People who take part, or will, and whose days follow older rules than their study has; locked."""
    statement = (
        select(Participant)
        .join(Study, Study.id == Participant.study_id)
        .where(
            Study.rules_version > 0,
            Participant.rules_version < Study.rules_version,
            Participant.left_at.is_(None),
            Participant.ends_on >= (now - _DAY).date(),
        )
        .order_by(Participant.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True, of=Participant)
    )
    return list(session.scalars(statement))


def _follow(session: Session, people: list[Participant], now: datetime) -> Planned:
    """A study that became shorter ends earlier for everybody, after what has begun; one that became longer is so only
    for who joins from now on: nobody gets more days than she agreed to."""
    if not people:
        return Planned()
    begun = last_begun(session, people, now + LEAD)
    for one in people:
        ends_on = last_day(protocol_of(one.study), one.starts_on)
        one.ends_on = min(one.ends_on, max(ends_on, begun.get(one.id, ends_on)))
    planned = replan_all(session, people, now, lead=LEAD)
    for one in people:
        one.rules_version = one.study.rules_version
        if one.planned_through is not None:
            one.planned_through = min(one.planned_through, one.ends_on)
    session.flush()
    return planned
