import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Key, Word


class ChallengeVersion(Base):
    """One released wording of a challenge. A change is a new version; an assignment names the one it showed."""

    __tablename__ = "challenge_version"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'review', 'live', 'retired')", name="status"),
        CheckConstraint("origin IN ('starter', 'desk')", name="origin"),
    )

    slug: Mapped[Key] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    strategy: Mapped[Key] = mapped_column(index=True)
    status: Mapped[Word]
    origin: Mapped[Word]  # starter files are synced by slug and version; the desk's own are never overwritten
    content: Mapped[dict[str, Any]]  # challenges.rules.Challenge as JSON
    created_at: Mapped[datetime]


class ChallengeStep(Base):
    """One change that staff made to one version of a challenge, with what stood there before: so it can be undone.

    Steps of one act (an import, a new version that retires the old one) share ``act`` and are undone together.
    """

    __tablename__ = "challenge_step"
    __table_args__ = (
        CheckConstraint("what IN ('written', 'moved', 'imported')", name="what"),
        # The page of a challenge asks: what was the last step?
        Index("ix_challenge_step_slug", "slug", "number"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    act: Mapped[uuid.UUID] = mapped_column(index=True)
    slug: Mapped[Key]
    version: Mapped[int]
    what: Mapped[Word]
    before: Mapped[dict[str, Any] | None]  # {strategy, status, content}; None = this version did not exist
    after: Mapped[dict[str, Any]]
    by: Mapped[str]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class Scheduled(Base):
    """The challenge that everybody of a study gets on one local date, where it suits; other dates are drawn."""

    __tablename__ = "scheduled"

    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), primary_key=True)
    local_date: Mapped[date] = mapped_column(primary_key=True)
    slug: Mapped[Key]
    by: Mapped[str]
    made_at: Mapped[datetime]
