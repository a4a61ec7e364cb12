import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, RandomId, Word


class Export(Base):
    """One bundle that left, so that it can be told who is in it, and made again without somebody who withdraws.

    The key that leads from ids to people is kept wrapped until ``key_until``, then destroyed. ``parameters`` is
    `server.export.request.Request` as JSON, with which and with the key the same bytes come out.
    """

    __tablename__ = "export"
    __table_args__ = (
        CheckConstraint("approved_by IS NULL OR approved_by <> requested_by", name="two_people"),
        CheckConstraint("(wrapped_key IS NULL) = (key_destroyed_at IS NOT NULL)", name="key"),
    )

    id: Mapped[RandomId]
    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    profile: Mapped[Word]
    parameters: Mapped[dict[str, Any]]
    levels: Mapped[dict[str, Any]]  # demographic -> level told
    people: Mapped[int]
    rows: Mapped[int]  # planned questionnaires
    k_reached: Mapped[int | None]
    l_reached: Mapped[int | None]
    size: Mapped[int]  # bytes of the zip
    sha256: Mapped[str] = mapped_column(String(64))  # of the zip
    reason: Mapped[str]
    recipient: Mapped[str | None]
    requested_by: Mapped[str]
    approved_by: Mapped[str | None]
    created_at: Mapped[datetime]
    wrapped_key: Mapped[bytes | None]
    key_until: Mapped[datetime] = mapped_column(index=True)  # the sweeper asks: whose time has come?
    key_destroyed_at: Mapped[datetime | None]


class ExportMember(Base):
    """Somebody whose diary is in a bundle. Gone with her when she is erased."""

    __tablename__ = "export_member"

    export_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("export.id", ondelete="CASCADE"), primary_key=True)
    # A withdrawal asks: in which bundles is she?
    participant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    suppressed: Mapped[bool]  # whether her demographics were withheld
