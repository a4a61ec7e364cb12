import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    event,
    text,
)
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
    binding: Mapped[bool] = mapped_column(default=True)  # False: a correction; a yes to the version before still counts
    changes: Mapped[str | None]  # what is different, in plain words, for who agreed to an earlier version
    own: Mapped[bool] = mapped_column(default=False)  # written by the study, not the text that comes with Kiem
    published_at: Mapped[datetime]


class ConsentRecord(Base):
    """Somebody's yes or no to one scope. Later rows overrule earlier ones; none is ever changed.

    ``number`` counts a participant's records. Version, fingerprint and language say which words were agreed to, also
    when the text itself should be gone one day.
    """

    __tablename__ = "consent_record"
    __table_args__ = (
        CheckConstraint("role IN ('participant', 'parent1', 'parent2')", name="role"),
        CheckConstraint("scope IN ('use', 'research', 'sharing', 'recontact', 'monitoring')", name="scope"),
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


class ParentInvitation(Base):
    """A parent who was asked, by mail or letter. The address is `server.contact`'s; the words said are ConsentRecords.

    ``next_mail_at`` alone drives what is sent: the first mail, the reminder, the link for taking a yes back.
    """

    __tablename__ = "parent_invitation"
    __table_args__ = (
        CheckConstraint("parent IN ('parent1', 'parent2')", name="parent"),
        CheckConstraint("method IN ('mail', 'letter')", name="method"),
        CheckConstraint("language IN ('nl', 'en')", name="language"),
        CheckConstraint("decision IN ('agreed', 'refused', 'withdrawn')", name="decision"),
        CheckConstraint("next_mail IN ('ask', 'remind', 'confirm', 'renew')", name="next_mail"),
        # The worker asks: what is to be mailed now?
        Index(
            "ix_parent_invitation_next_mail_at",
            "next_mail_at",
            postgresql_where=text("next_mail_at IS NOT NULL"),
            sqlite_where=text("next_mail_at IS NOT NULL"),
        ),
    )

    participant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    parent: Mapped[Word] = mapped_column(primary_key=True)
    method: Mapped[Word]
    language: Mapped[Word]
    asked_at: Mapped[datetime]  # the last time the young person or staff asked
    expires_at: Mapped[datetime]  # of the newest link
    mails: Mapped[int] = mapped_column(SmallInteger, default=0)
    next_mail: Mapped[Word | None]
    next_mail_at: Mapped[datetime | None]
    mail_tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    mailed_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    undeliverable: Mapped[bool] = mapped_column(default=False)
    decision: Mapped[Word | None]
    decided_at: Mapped[datetime | None]


class ParentLink(Base):
    """The secret in a parent's link or letter, kept as its SHA-256. Works once; looking at its page uses nothing up."""

    __tablename__ = "parent_link"
    __table_args__ = (
        ForeignKeyConstraint(
            ["participant_id", "parent"],
            ["parent_invitation.participant_id", "parent_invitation.parent"],
            ondelete="CASCADE",
        ),
        CheckConstraint("purpose IN ('ask', 'withdraw')", name="purpose"),
        Index("ix_parent_link_invitation", "participant_id", "parent"),
    )

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    participant_id: Mapped[uuid.UUID]
    parent: Mapped[Word]
    purpose: Mapped[Word]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]  # None: for as long as the invitation is kept
    used_at: Mapped[datetime | None]


class WrittenInStone(Exception):
    """A published text or a consent record was to be changed."""


@event.listens_for(ConsentText, "before_update")
@event.listens_for(ConsentRecord, "before_update")
def _refuse_change(_mapper: Mapper[Any], _connection: Connection, target: Base) -> None:
    raise WrittenInStone(type(target).__name__)
