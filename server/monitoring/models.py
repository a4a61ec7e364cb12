import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Key


class Heartbeat(Base):
    """When a worker last finished each of its rounds, for `/readyz` and the board."""

    __tablename__ = "heartbeat"

    round: Mapped[Key] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    handled: Mapped[int]


class Counter(Base):
    """How often something happened since this database was made, for `/metrics`: pushes and answers by outcome."""

    __tablename__ = "counter"

    name: Mapped[Key] = mapped_column(primary_key=True)
    label: Mapped[Key] = mapped_column(primary_key=True)
    total: Mapped[int] = mapped_column(BigInteger)


class Summary(Base):
    """Up to which date the diaries of a study are counted in `DateSum` and `PersonSum`, from which on, and when.

    What was planned is known sooner than what was answered: it is counted to ``planned_through``, some days further.
    """

    __tablename__ = "summary"

    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), primary_key=True)
    first: Mapped[date]
    through: Mapped[date]
    planned_through: Mapped[date | None]
    at: Mapped[datetime]


class DateSum(Base):
    """Questionnaires of one date and slot, of everybody in a study who began on the same day."""

    __tablename__ = "date_sum"

    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), primary_key=True)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    local_date: Mapped[date] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    planned: Mapped[int]
    answered: Mapped[int]


class PersonSum(Base):
    """One participant's questionnaires up to the date of the `Summary`; ``first_`` are those of her first days.

    ``recent_`` were planned on the days after it, up to ``planned_through``.
    """

    __tablename__ = "person_sum"

    participant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    planned: Mapped[int]
    answered: Mapped[int]
    first_planned: Mapped[int]
    first_answered: Mapped[int]
    recent_planned: Mapped[int | None]
    recent_first_planned: Mapped[int | None]
    last_on: Mapped[date | None]
