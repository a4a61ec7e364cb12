import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, RandomId, Word


class CardShown(Base):
    """The gentle card was shown to somebody. Why is not kept: counts for the ethics report need no reason."""

    __tablename__ = "card_shown"

    participant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(primary_key=True)
    dismissed_at: Mapped[datetime | None]


class SafetyAlert(Base):
    """Staff are to look after somebody, as the study's response protocol says. Only where it has staff for it and she,
    and whoever else had to agree, consented to that (`server.safety.alerts`). What she answered is not kept here.
    """

    __tablename__ = "safety_alert"
    __table_args__ = (
        CheckConstraint("kind IN ('wish', 'days', 'answer')", name="kind"),
        CheckConstraint(
            "outcome IN ('spoken', 'referred', 'emergency', 'not_reached', 'no_need')",
            name="outcome",
        ),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed"),
        # The desk asks: what is still open in this study?
        Index(
            "ix_safety_alert_open",
            "study_id",
            "raised_at",
            postgresql_where=text("closed_at IS NULL"),
            sqlite_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[RandomId]
    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"))
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"), index=True)
    kind: Mapped[Word]  # wish: she asked who she can talk to; days: several heavy ones; answer: to a watched question
    raised_at: Mapped[datetime]
    respond_by: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    taken_by: Mapped[str | None]  # mail address of the member of staff
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    outcome: Mapped[Word | None]


class Watch(Base):
    """How far the answers of a monitored study have been looked through for signs."""

    __tablename__ = "safety_watch"

    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), primary_key=True)
    through: Mapped[datetime]  # by when an answer was received
