import hashlib
import struct
import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import BY_DATE, Base, Key, Word, ZoneName

CHALLENGE_SLOT = 0
FIRST_EVENT_SLOT = 1_000


def beep_id(participant_id: uuid.UUID, local_date: date, slot: int) -> uuid.UUID:
    """The public id of a planned beep: a UUID (version 8) that carries its date and slot in clear.

    Layout: 4 bytes proleptic day number, 2 bytes slot, 10 bytes SHA-256 of participant, date and slot (less the version
    and variant bits). A URL thus leads to the primary key without an index of its own, on any partition. The id grants
    nothing: every look-up also asks who is calling.
    """
    return uuid.UUID(bytes=pack_beep_id(participant_id.bytes, local_date.toordinal(), slot))


def pack_beep_id(participant_id: bytes, ordinal: int, slot: int) -> bytes:
    """The sixteen bytes of `beep_id`, without an object for each: half a million of them are made in a row."""
    digest = hashlib.sha256(_KEY.pack(participant_id, ordinal, slot)).digest()
    return _HEAD.pack(ordinal, slot, digest[0] & 0x0F | 0x80, digest[1], digest[2] & 0x3F | 0x80) + digest[3:10]


_KEY = struct.Struct(">16sII")
_HEAD = struct.Struct(">IHBBB")


def read_beep_id(value: uuid.UUID) -> tuple[date, int] | None:
    """Date and slot inside a planned beep's id; None when the id cannot be one."""
    raw = value.bytes
    ordinal = int.from_bytes(raw[:4])
    if raw[6] >> 4 != 8 or not date(2000, 1, 1).toordinal() <= ordinal <= date(2999, 12, 31).toordinal():
        return None
    return date.fromordinal(ordinal), int.from_bytes(raw[4:6])


def event_slot(client_id: uuid.UUID) -> int:
    """The slot of a self-started entry, drawn from the phone's UUID, so that the one primary key makes it once."""
    return FIRST_EVENT_SLOT + int.from_bytes(hashlib.sha256(client_id.bytes).digest()[:4]) % (2**31 - FIRST_EVENT_SLOT)


class Beep(Base):
    """One planned moment. ``next_push_at`` alone drives first pushes, reminders and retries.

    Answered, open and missed are questions (is there a response, has the window closed), not states kept here.
    """

    __tablename__ = "beep"
    __table_args__ = (
        CheckConstraint("kind IN ('questionnaire', 'challenge', 'event')", name="kind"),
        CheckConstraint("expires_at > due_at", name="window"),
        CheckConstraint("(kind = 'challenge') = (instrument IS NULL)", name="instrument"),
        # The dispatcher asks: what is due now? Rows leave the index as soon as nothing more will be sent.
        Index(
            "ix_beep_next_push_at",
            "next_push_at",
            postgresql_where=text("next_push_at IS NOT NULL"),
            sqlite_where=text("next_push_at IS NOT NULL"),
        ),
        BY_DATE,
    )

    participant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    local_date: Mapped[date] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[uuid.UUID]
    kind: Mapped[Word]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    zone: Mapped[ZoneName]
    utc_offset_min: Mapped[int] = mapped_column(SmallInteger)
    instrument: Mapped[Key | None]
    protocol: Mapped[Key]
    rules: Mapped[int] = mapped_column(SmallInteger, default=0)  # version of the study's own rules; 0 = the protocol's
    algorithm: Mapped[int] = mapped_column(SmallInteger)  # prompts.sampling.ALGORITHM at planning; 0 = not drawn
    order_seed: Mapped[int] = mapped_column(BigInteger)  # prompts.presentation.present(instrument, order_seed)
    planned_at: Mapped[datetime]
    next_push_at: Mapped[datetime | None]
    push_stage: Mapped[int] = mapped_column(SmallInteger, default=0)  # 0 = first push, n = nth reminder
    push_tries: Mapped[int] = mapped_column(SmallInteger, default=0)  # within the stage


class Assignment(Base):
    """The challenge given to a participant for one local date, with the alternatives she may swap to."""

    __tablename__ = "assignment"

    participant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    local_date: Mapped[date] = mapped_column(primary_key=True)
    slug: Mapped[Key]
    version: Mapped[int]
    alternatives: Mapped[list[Any]]  # [[slug, version], ...]
    done_slug: Mapped[Key | None]  # which of them was done, so that the next draws let it rest
    algorithm: Mapped[int] = mapped_column(SmallInteger)  # challenges.rules.DRAW_ALGORITHM; 0 = chosen by staff
    drawn_at: Mapped[datetime]


class Pause(Base):
    """Local dates on which somebody wants no pushes. Answering stays possible. Kept, so that the ledger can tell.

    ``number`` counts a participant's pauses; one that is replaced or ended early has ``ended_at``.
    """

    __tablename__ = "pause"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="dates"),)

    participant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    starts_on: Mapped[date]
    ends_on: Mapped[date]  # included
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
