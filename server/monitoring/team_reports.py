"""Who was reported by team-mates, for the coordinator: counts and dates, never who reported."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.game.models import Membership, TeamReport
from server.game.words import nickname
from server.people.models import Participant


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """One participant under one nickname; ``reports`` counts the team-mates who find something not right, and whom no
    staff has answered yet. ``there``: she is in that team still."""

    code: str
    nickname: Mapping[str, str]
    reports: int
    last_at: datetime
    there: bool


def list_reported(session: Session, study_id: uuid.UUID) -> list[Reported]:
    """Everybody of a study who takes part and about whom a report is open, the latest first."""
    last, left = func.max(TeamReport.at), func.max(Membership.left_at)
    rows = session.execute(
        select(Participant.code, Membership.adjective, Membership.animal, func.count(), last, left)
        .join(Membership, Membership.participant_id == Participant.id)
        .join(TeamReport, TeamReport.reported_id == Membership.id)
        .where(Participant.study_id == study_id, Participant.left_at.is_(None), TeamReport.settled_at.is_(None))
        .group_by(Membership.id, Participant.code, Membership.adjective, Membership.animal)
        .order_by(last.desc(), Participant.code)
    )
    return [
        Reported(code=code, nickname=nickname(adjective, animal), reports=reports, last_at=at, there=left_at is None)
        for code, adjective, animal, reports, at, left_at in rows
    ]
