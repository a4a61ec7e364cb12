import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import BY_DATE, Base, Key, RandomId, Word


class Device(Base):
    """One push subscription. Retired, never deleted, so that the ledger can say why a phone fell silent."""

    __tablename__ = "device"
    __table_args__ = (
        # The sender asks: which live devices have these participants?
        Index(
            "ix_device_live",
            "participant_id",
            postgresql_where=text("retired_at IS NULL"),
            sqlite_where=text("retired_at IS NULL"),
        ),
    )

    id: Mapped[RandomId]
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"), index=True)
    endpoint: Mapped[str]
    endpoint_hash: Mapped[bytes] = mapped_column(unique=True)  # SHA-256: endpoints are long, and one phone is one row
    p256dh: Mapped[str]
    auth: Mapped[str]
    vapid_key_id: Mapped[Key]
    platform: Mapped[Word]  # ios | android | desktop | other: for push health, never exported
    standalone: Mapped[bool]  # runs from the home screen
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    last_accepted_at: Mapped[datetime | None]
    fail_count: Mapped[int] = mapped_column(SmallInteger, default=0)
    retired_at: Mapped[datetime | None]
    retired_why: Mapped[Word | None]


class DeviceTest(Base):
    """The last test push that a phone was sent at its own request, so that its owner can see that pushes arrive."""

    __tablename__ = "device_test"
    __table_args__ = (
        # The dispatcher asks: which tests are to be sent now?
        Index(
            "ix_device_test_next_push_at",
            "next_push_at",
            postgresql_where=text("next_push_at IS NOT NULL"),
            sqlite_where=text("next_push_at IS NOT NULL"),
        ),
    )

    device_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[uuid.UUID]  # names the test itself: another test, another topic
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    next_push_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    outcome: Mapped[Word | None]  # server.delivery.gateway.Kind of the last try
    seen_at: Mapped[datetime | None]  # the phone says it was shown

    @property
    def state(self) -> str:
        """waiting | accepted | seen | failed"""
        if self.seen_at is not None:
            return "seen"
        if self.outcome == "accepted":
            return "accepted"
        return "waiting" if self.next_push_at is not None else "failed"


class Message(Base):
    """A reviewed text that staff sent to somebody's phones; the next rounds push it. ``number`` counts hers."""

    __tablename__ = "message"
    __table_args__ = (
        # The dispatcher asks: which messages are to be sent now?
        Index(
            "ix_message_next_push_at",
            "next_push_at",
            postgresql_where=text("next_push_at IS NOT NULL"),
            sqlite_where=text("next_push_at IS NOT NULL"),
        ),
    )

    participant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    id: Mapped[uuid.UUID]
    notice: Mapped[Word]  # key of server.people.notices
    by: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    next_push_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    outcome: Mapped[Word | None]  # server.delivery.gateway.Kind of the last try


class Attempt(Base):
    """What came of one post to one device. ``stage`` 0 is the first push, n the nth reminder."""

    __tablename__ = "attempt"
    __table_args__ = (
        ForeignKeyConstraint(
            ["participant_id", "local_date", "slot"],
            ["beep.participant_id", "beep.local_date", "beep.slot"],
            ondelete="CASCADE",
        ),
        BY_DATE,
    )

    participant_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    local_date: Mapped[date] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(primary_key=True)  # when the beep was claimed for this round
    device_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)  # all zero bits: there was no device to send to
    stage: Mapped[int] = mapped_column(SmallInteger)
    outcome: Mapped[Word]
    http_status: Mapped[int | None] = mapped_column(SmallInteger)
    took_ms: Mapped[int | None]


class Receipt(Base):
    """What the phone says of a beep: shown, opened, started, dismissed. The first of each kind counts."""

    __tablename__ = "receipt"
    __table_args__ = (
        ForeignKeyConstraint(
            ["participant_id", "local_date", "slot"],
            ["beep.participant_id", "beep.local_date", "beep.slot"],
            ondelete="CASCADE",
        ),
        CheckConstraint("kind IN ('shown', 'opened', 'started', 'dismissed')", name="kind"),
        BY_DATE,
    )

    participant_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    local_date: Mapped[date] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[Word] = mapped_column(primary_key=True)
    device_at: Mapped[datetime]
    received_at: Mapped[datetime]
