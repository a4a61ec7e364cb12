from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint
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
