"""What staff do about a report: look, give another nickname, or seat somebody in another team.

Whoever reported goes on not seeing the other's stickers, whatever staff decide; who that was, staff never learn.
"""

import random
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.game.models import Membership, TeamReport
from server.game.placing import find_membership, free_nickname, place
from server.game.refusals import ReportedElsewhere, ReportUnknown
from server.people.models import Participant

WAYS = ("seen", "renamed", "moved")


def settle_reports(
    session: Session, participant: Participant, way: str, *, now: datetime, rng: random.Random
) -> Membership | None:
    """Close every open report about ``participant``; her membership from now on, if she is in a team.

    ``way`` is one of `WAYS`: ``renamed`` gives her a nickname that nobody in the team has or had, ``moved`` a seat in
    another team (this does not count among the moves that are hers to make). Raises `ReportUnknown` when nothing is
    open, `ReportedElsewhere` when all that is open is about a team in which she is no more; ValueError for another way.
    """
    if way not in WAYS:
        raise ValueError(way)
    session.execute(select(Participant.id).where(Participant.id == participant.id).with_for_update(key_share=True))
    open_ones = (
        select(Membership.id)
        .join(TeamReport, TeamReport.reported_id == Membership.id)
        .where(Membership.participant_id == participant.id, TeamReport.settled_at.is_(None))
    )
    reported = set(session.scalars(open_ones))
    if not reported:
        raise ReportUnknown
    member = find_membership(session, participant)
    if way != "seen":
        if member is None or member.id not in reported:
            raise ReportedElsewhere
        if way == "renamed":
            member.adjective, member.animal = free_nickname(session, member.team_id, rng)
        else:
            member.left_at = now
            session.flush()
            member = place(session, participant, now=now, rng=rng)
    session.execute(
        update(TeamReport)
        .where(TeamReport.reported_id.in_(reported), TeamReport.settled_at.is_(None))
        .values(settled_at=now)
        .execution_options(synchronize_session=False)
    )
    session.flush()
    return member
