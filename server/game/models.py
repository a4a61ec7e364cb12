import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, RandomId, Word


class Team(Base):
    """Four to six people of one study who grow a tree together."""

    __tablename__ = "team"

    id: Mapped[RandomId]
    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    # The most of the tree that anybody was ever shown. The share itself follows from the diary; this only keeps the
    # tree from withering when a diary is erased or a day is corrected.
    best_share: Mapped[float] = mapped_column(Float, default=0.0)


class Membership(Base):
    """Somebody in a team, under a nickname. Its id is how the others may point at her; it leads to nobody."""

    __tablename__ = "membership"
    __table_args__ = (
        # Everybody is in one team at a time.
        Index(
            "uq_membership_participant",
            "participant_id",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
            sqlite_where=text("left_at IS NULL"),
        ),
        # A nickname is never given twice in a team, so that old stickers stay their sender's.
        UniqueConstraint("team_id", "adjective", "animal"),
    )

    id: Mapped[RandomId]
    team_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"), index=True)
    adjective: Mapped[Word]  # server.game.words.ADJECTIVES
    animal: Mapped[Word]  # server.game.words.ANIMALS
    avatar: Mapped[Word]  # server.game.words.AVATARS
    shows_points: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class Sticker(Base):
    """All that team-mates can say to each other."""

    __tablename__ = "sticker"
    __table_args__ = (Index("ix_sticker_team_at", "team_id", "at"),)  # the newest of a team

    id: Mapped[RandomId]
    team_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    membership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("membership.id", ondelete="CASCADE"), index=True)
    sticker: Mapped[Word]  # server.game.words.STICKERS
    at: Mapped[datetime]


class TeamReport(Base):
    """Somebody finds a team-mate's behaviour not right. For the coordinator to see; it hides that one's stickers."""

    __tablename__ = "team_report"
    __table_args__ = (CheckConstraint("reporter_id != reported_id", name="not_oneself"),)

    reporter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("membership.id", ondelete="CASCADE"), primary_key=True)
    reported_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("membership.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]  # when staff had looked at it, and done something or not
