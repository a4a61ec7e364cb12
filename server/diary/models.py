import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from server.db import BY_DATE, Base, Key, Word, ZoneName


class Response(Base):
    """The diary entry for one beep: its primary key makes it one."""

    __tablename__ = "response"
    __table_args__ = (
        ForeignKeyConstraint(
            ["participant_id", "local_date", "slot"],
            ["beep.participant_id", "beep.local_date", "beep.slot"],
            ondelete="CASCADE",
        ),
        CheckConstraint("finished_at >= started_at", name="times"),
        BY_DATE,
    )

    participant_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    local_date: Mapped[date] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instrument: Mapped[Key]
    answers: Mapped[dict[str, Any]]  # item -> value; only what was answered
    skipped: Mapped[list[Any]]  # items answered with "rather not"
    shown: Mapped[list[Any]]  # items in the order in which the phone showed them
    item_ms: Mapped[dict[str, Any]]  # item -> milliseconds on its screen
    measures: Mapped[dict[str, Any]]  # prompts.scoring.measures
    scoring_version: Mapped[int] = mapped_column(SmallInteger)
    started_at: Mapped[datetime]  # the phone's clock
    finished_at: Mapped[datetime]  # the phone's clock
    received_at: Mapped[datetime]  # the server's clock
    late_upload: Mapped[bool]  # answered in time on the phone, here only after the window
    zone: Mapped[ZoneName | None]  # where the phone was, if it told and its clock agreed (server.diary.place)
    utc_offset_min: Mapped[int | None] = mapped_column(SmallInteger)
    app: Mapped[Word | None]  # version of the app
    digest: Mapped[bytes]  # SHA-256 of the canonical body: the same again is a success, another is a conflict


class ChallengeOutcome(Base):
    """What became of the challenge of one day. May change until the day ends: skipped, then done after all."""

    __tablename__ = "challenge_outcome"
    __table_args__ = (
        ForeignKeyConstraint(
            ["participant_id", "local_date", "slot"],
            ["beep.participant_id", "beep.local_date", "beep.slot"],
            ondelete="CASCADE",
        ),
        CheckConstraint("outcome IN ('done', 'skipped', 'swapped')", name="outcome"),
        CheckConstraint("fun BETWEEN 0 AND 100", name="fun"),
        CheckConstraint("helped BETWEEN 0 AND 100", name="helped"),
    )

    participant_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    local_date: Mapped[date] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[Word]
    slug: Mapped[Key]
    fun: Mapped[int | None] = mapped_column(SmallInteger)
    helped: Mapped[int | None] = mapped_column(SmallInteger)
    device_at: Mapped[datetime]
    received_at: Mapped[datetime]


class Snooze(Base):
    """Somebody put an open beep off for a while; ``number`` counts from 1."""

    __tablename__ = "snooze"
    __table_args__ = (
        ForeignKeyConstraint(
            ["participant_id", "local_date", "slot"],
            ["beep.participant_id", "beep.local_date", "beep.slot"],
            ondelete="CASCADE",
        ),
    )

    participant_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    local_date: Mapped[date] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    until: Mapped[datetime]
