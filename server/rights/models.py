import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Word


class Erasure(Base):
    """That somebody was erased, when, and how much; not who. Chained: each hash covers the one before it.

    ``mark`` is a keyed hash of an id that is in no table any more. Without both the key and the id it says nothing;
    with a restored backup, which has the id again, it says that this person is to be erased again (see `replay`).
    """

    __tablename__ = "erasure"
    __table_args__ = (CheckConstraint("why IN ('self', 'parent', 'retention', 'staff')", name="why"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, 3 ... without a gap
    receipt: Mapped[Word] = mapped_column(unique=True)  # what the person was given
    study_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("study.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime]
    why: Mapped[Word]
    rows: Mapped[dict[str, Any]]  # table -> rows deleted
    mark: Mapped[bytes]
    hash: Mapped[bytes]


class Confirmation(Base):
    """Until when this phone has shown that its owner holds it: before everything that is kept is handed over."""

    __tablename__ = "confirmation"

    token_hash: Mapped[bytes] = mapped_column(
        ForeignKey("device_token.token_hash", ondelete="CASCADE"), primary_key=True
    )
    until: Mapped[datetime]


class StudyRetention(Base):
    """How long a study keeps what, where that is not the default (`server.rights.retention`)."""

    __tablename__ = "study_retention"
    __table_args__ = (CheckConstraint("contact_days BETWEEN 0 AND 3650", name="contact_days"),)

    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), primary_key=True)
    contact_days: Mapped[int] = mapped_column(SmallInteger)  # after a participant's last day
    answers_until: Mapped[date | None]  # everybody of the study is erased after this date
