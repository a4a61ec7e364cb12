"""What an ethics committee is told: how often the gentle card was shown, and what became of alerts. Never about whom.

Counts over fewer than five people are hidden: the database's own view says NULL then (`server.grants.VIEWS`).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Integer, Uuid, column, func, select, table
from sqlalchemy.orm import Session

from server.grants import FEWEST_PEOPLE
from server.people.models import Participant
from server.safety.models import SafetyAlert

_TALLY = table(
    "card_tally",
    column("study_id", Uuid()),
    column("people", Integer()),
    column("shown", Integer()),
    column("dismissed", Integer()),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class EthicsReport:
    """``joined`` people; the card's counts are None where they are about fewer than ``fewest`` people, so are those of
    alerts (kind -> outcome, or ``open`` -> count)."""

    joined: int
    people: int | None
    shown: int | None
    dismissed: int | None
    alerts: Mapping[str, Mapping[str, int | None]]
    fewest: int = FEWEST_PEOPLE


def read_ethics(session: Session, study_id: uuid.UUID) -> EthicsReport:
    """One study's report, as the desk's role may read it."""
    card = session.execute(
        select(_TALLY.c.people, _TALLY.c.shown, _TALLY.c.dismissed).where(_TALLY.c.study_id == study_id)
    ).one_or_none()
    joined = session.scalar(select(func.count()).select_from(Participant).where(Participant.study_id == study_id))
    rows = session.execute(
        select(
            SafetyAlert.kind,
            SafetyAlert.outcome,
            func.count(),
            func.count(SafetyAlert.participant_id.distinct()),
        )
        .where(SafetyAlert.study_id == study_id)
        .group_by(SafetyAlert.kind, SafetyAlert.outcome)
    ).all()
    alerts: dict[str, dict[str, int | None]] = {}
    for kind, outcome, count, people in rows:
        alerts.setdefault(kind, {})[outcome or "open"] = count if people >= FEWEST_PEOPLE else None
    return EthicsReport(
        joined=joined or 0,
        people=card.people if card else None,
        shown=card.shown if card else None,
        dismissed=card.dismissed if card else None,
        alerts=alerts,
    )
