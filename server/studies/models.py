import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Key, RandomId, Word, ZoneName


class Study(Base):
    """What is asked of whom and when. ``seed`` makes every planned moment reproducible; it is released only after."""

    __tablename__ = "study"
    __table_args__ = (
        CheckConstraint("start_rule IN ('next_day', 'monday')", name="start_rule"),
        CheckConstraint("parents_required IN (1, 2)", name="parents"),
        CheckConstraint("closes_on IS NULL OR opens_on IS NULL OR closes_on >= opens_on", name="dates"),
    )

    id: Mapped[RandomId]
    name: Mapped[Key] = mapped_column(unique=True)  # the word staff use on the command line, e.g. "demo"
    title: Mapped[dict[str, Any]]  # {nl, en}
    protocol: Mapped[Key]  # key of a released protocol, e.g. "grow-it.1"
    zone: Mapped[ZoneName]  # for the study's own dates; each participant has her own
    start_rule: Mapped[Word] = mapped_column(default="next_day")
    opens_on: Mapped[date | None]
    closes_on: Mapped[date | None]
    institution: Mapped[str | None]  # who is responsible, as the consent text names it
    contact: Mapped[dict[str, Any] | None]  # whom young people may ask: {name, role{nl,en}, phone, mail, hours{nl,en}}
    parents_required: Mapped[int] = mapped_column(SmallInteger, default=1)  # how many must agree for who is under 16
    monitoring: Mapped[
        dict[str, Any] | None
    ]  # server.safety.staffing.Staffing as JSON; None = nobody looks after signs
    seed: Mapped[bytes]
    seed_released_at: Mapped[datetime | None]  # by an owner, when every diary is over: anybody may then draw it again
    rules_version: Mapped[int] = mapped_column(SmallInteger, default=0)  # 0 = the protocol as it was released
    rules: Mapped[dict[str, Any] | None]  # the rules of that version, a copy of its row in study_rules
    created_at: Mapped[datetime]


class RulesVersion(Base):
    """One version of a study's own rules. Never changed: every beep names the version it was planned under."""

    __tablename__ = "study_rules"
    __table_args__ = (CheckConstraint("version > 0", name="version"),)

    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    rules: Mapped[dict[str, Any]]  # server.studies.rules.StudyRules as JSON
    by: Mapped[str]  # the name of the member of staff
    why: Mapped[str]
    made_at: Mapped[datetime]


class JoinCode(Base):
    """What a poster or a letter shows. Forty bits, typed without its dashes; tries are throttled."""

    __tablename__ = "join_code"

    code: Mapped[Word] = mapped_column(primary_key=True)
    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime | None]
    max_uses: Mapped[int | None]
    uses: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
