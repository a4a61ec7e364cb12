"""What a graph of the service needs to know, read in three cheap looks: none grows with the number of diaries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.consent.models import ParentInvitation
from server.delivery.models import DeviceTest, Message
from server.export.models import ExportJob
from server.monitoring.models import Counter, Heartbeat
from server.planning.models import Beep


@dataclass(frozen=True, kw_only=True, slots=True)
class Gauges:
    """``due`` pushes and how late the oldest is; of each queue how long its oldest entry waits; of each of the worker's
    rounds how long ago it ended (all in seconds, never below 0); ``totals`` since the database was made."""

    due: int
    queue_age_s: Mapping[str, float]
    round_age_s: Mapping[str, float]
    totals: Mapping[tuple[str, str], int]


def read_gauges(session: Session, *, now: datetime) -> Gauges:
    """Everything as of ``now``; a queue in which nothing waits is 0 seconds old."""
    due, *oldest = session.execute(
        select(
            select(func.count()).select_from(Beep).where(Beep.next_push_at <= now).scalar_subquery(),
            select(func.min(Beep.next_push_at)).where(Beep.next_push_at.is_not(None)).scalar_subquery(),
            select(func.min(DeviceTest.next_push_at)).where(DeviceTest.next_push_at.is_not(None)).scalar_subquery(),
            select(func.min(Message.next_push_at)).where(Message.next_push_at.is_not(None)).scalar_subquery(),
            select(func.min(ParentInvitation.next_mail_at))
            .where(ParentInvitation.next_mail_at.is_not(None))
            .scalar_subquery(),
            select(func.min(ExportJob.asked_at)).where(ExportJob.state.in_(("queued", "running"))).scalar_subquery(),
        )
    ).one()
    ages = [max(0.0, (now - at).total_seconds()) if at else 0.0 for at in oldest]
    rounds = session.execute(select(Heartbeat.round, Heartbeat.at)).all()
    totals = session.execute(select(Counter.name, Counter.label, Counter.total)).all()
    return Gauges(
        due=due,
        queue_age_s=dict(zip(("push", "test_push", "message", "parent_mail", "export"), ages, strict=True)),
        round_age_s={name: max(0.0, (now - at).total_seconds()) for name, at in rounds},
        totals={(name, label): total for name, label, total in totals},
    )
