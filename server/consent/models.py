import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from server.db import Base, Word


class ConsentText(Base):
    """What a study tells in one language before anybody agrees. Published once, never changed."""

    __tablename__ = "consent_text"
    __table_args__ = (
        CheckConstraint("language IN ('nl', 'en')", name="language"),
        CheckConstraint("version >= 1", name="version"),
    )

    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    language: Mapped[Word] = mapped_column(primary_key=True)
    body: Mapped[list[Any]]  # [{"title", "text"}], plain text
    sha256: Mapped[str] = mapped_column(String(64))  # server.consent.texts.fingerprint
    published_at: Mapped[datetime]


class ConsentRecord(Base):
    """Somebody's yes or no to one scope. Later rows overrule earlier ones; none is ever changed.

    ``number`` counts a participant's records. Version, fingerprint and language say which words were agreed to, also
    when the text itself should be gone one day.
    """

    __tablename__ = "consent_record"
    __table_args__ = (
        CheckConstraint("role IN ('participant', 'parent1', 'parent2')", name="role"),
        CheckConstraint("scope IN ('use', 'research', 'sharing', 'recontact')", name="scope"),
        CheckConstraint("method IN ('app', 'letter', 'mail')", name="method"),
    )

    participant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    role: Mapped[Word]
    scope: Mapped[Word]
    given: Mapped[bool]
    version: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    language: Mapped[Word]
    method: Mapped[Word]
    at: Mapped[datetime]


class WrittenInStone(Exception):
    """A published text or a consent record was to be changed."""


@event.listens_for(ConsentText, "before_update")
@event.listens_for(ConsentRecord, "before_update")
def _refuse_change(_mapper: Mapper[Any], _connection: Connection, target: Base) -> None:
    raise WrittenInStone(type(target).__name__)
