import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.db import Base, RandomId, Word, ZoneName
from server.studies.models import Study

_TO_PLAN = "cleared_at IS NOT NULL AND left_at IS NULL AND (planned_through IS NULL OR planned_through < ends_on)"


class Participant(Base):
    """A young person in one study. ``code`` is what staff see; the id stays inside."""

    __tablename__ = "participant"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("language IN ('nl', 'en')", name="language"),
        CheckConstraint("waiting IN ('consent', 'parent')", name="waiting"),
        CheckConstraint("(waiting IS NULL) = (cleared_at IS NOT NULL)", name="cleared"),
        # The planner asks: whose plan ends before the horizon, in the order of the keys under which their beeps are
        # stored? People are in the index from the day all consents are there until their last day is planned.
        Index(
            "ix_participant_to_plan",
            "planned_through",
            "id",
            postgresql_where=text(_TO_PLAN),
            sqlite_where=text(_TO_PLAN),
        ),
    )

    id: Mapped[RandomId]
    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    code: Mapped[Word] = mapped_column(unique=True)
    language: Mapped[Word]
    zone: Mapped[ZoneName]
    rhythm: Mapped[dict[str, Any] | None]  # prompts.rhythm.Rhythm as JSON; None = the protocol's own day
    birth_year: Mapped[int | None]
    parents_until: Mapped[date | None]  # a parent must agree too before this date; None = she decides alone
    joined_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]  # since when every required consent is there; nothing is asked before
    waiting: Mapped[Word | None]  # until then: for her own "consent", or for a "parent"
    asked_again_at: Mapped[datetime | None]  # had been cleared, and waits since then for a new yes; nobody said no
    starts_on: Mapped[date]  # first local date with beeps
    ends_on: Mapped[date]  # last local date with beeps
    left_at: Mapped[datetime | None]
    sealed_at: Mapped[datetime | None]  # a phone came in with a code from staff: answers from before are not shown
    recovered_at: Mapped[datetime | None]  # another phone took over: subscriptions last seen before it get nothing
    planned_through: Mapped[date | None]  # last local date that is planned; None = none yet
    rules_version: Mapped[int] = mapped_column(SmallInteger, default=0)  # study rules her coming days surely follow
    notice: Mapped[Word | None]  # key of server.people.notices, for her today screen
    notice_at: Mapped[datetime | None]

    study: Mapped[Study] = relationship(lazy="joined", innerjoin=True)

    def study_day(self, local_date: date) -> int:
        """1 on the first day; 0 or less before it."""
        return (local_date - self.starts_on).days + 1


class FormerRhythm(Base):
    """A rhythm that somebody had before the one she has now: days that had begun were planned by it.

    Kept so that every planned time can be drawn again. ``number`` counts her rhythms; the present one is not here.
    """

    __tablename__ = "former_rhythm"

    participant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    rhythm: Mapped[dict[str, Any] | None]  # as in participant
    until: Mapped[datetime]


class DeviceToken(Base):
    """The secret in the phone's cookie, kept as its SHA-256."""

    __tablename__ = "device_token"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    participant: Mapped[Participant] = relationship(lazy="joined", innerjoin=True)


class RecoveryCode(Base):
    """Opens the account on a new phone, once. Kept as its SHA-256.

    ``by_staff``: somebody at the desk has seen it, or the code it came from. It opens the account and nothing that was
    answered before.
    """

    __tablename__ = "recovery_code"

    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"), index=True)
    by_staff: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Throttle(Base):
    """Counts tries in a window, for every process alike. The key is a keyed hash: no address is kept."""

    __tablename__ = "throttle"

    key_hash: Mapped[bytes] = mapped_column(primary_key=True)
    window_start: Mapped[datetime] = mapped_column(index=True)  # the sweeper forgets old windows
    tries: Mapped[int]
