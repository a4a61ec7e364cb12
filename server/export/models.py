import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, RandomId, Word

STATES = ("waiting", "queued", "running", "done", "refused", "failed", "cancelled")


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
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)  # rows, left_out, lost, warnings: for the desk only
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
    version: Mapped[Word] = mapped_column(default="1.0.0")  # the last number counts how often it was made again
    replaces_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("export.id", ondelete="SET NULL"))
    replaced_at: Mapped[datetime | None]  # when a newer one took its place: whoever holds this one must be told
    told_at: Mapped[datetime | None]  # when who asked for it was told so


class ExportJob(Base):
    """An export that was asked for: who may not have it yet, who works on it, how far it is, where it lies.

    waiting (for a second person) -> queued -> running -> done; or refused, failed, cancelled. Whoever works on it holds
    a lease; when that ends (the process died), the next one takes it up with the same key, so the same bytes come out.
    """

    __tablename__ = "export_job"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="two_people"),
        CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="lease"),
        # The worker asks: what is to be done?
        Index(
            "ix_export_job_open",
            "state",
            "asked_at",
            postgresql_where=text("state IN ('queued', 'running')"),
            sqlite_where=text("state IN ('queued', 'running')"),
        ),
    )

    id: Mapped[RandomId]
    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    state: Mapped[Word]
    by_hand: Mapped[bool] = mapped_column(default=False)  # of the command line: no worker takes it
    request: Mapped[dict[str, Any]]  # server.export.request.Request
    reason: Mapped[str]
    recipient: Mapped[str | None]
    asked_by: Mapped[str]  # mail address, "command line", or "withdrawal"
    asked_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None]  # the second person, whether she agreed or not
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None]  # what she wrote with it
    wrapped_key: Mapped[bytes | None]  # until it is over
    phase: Mapped[Word] = mapped_column(default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    runner: Mapped[uuid.UUID | None]  # whose lease it is
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    cancelled_by: Mapped[str | None]
    failure: Mapped[str | None]  # the code of a refusal, or the kind of a fault
    finished_at: Mapped[datetime | None]
    export_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("export.id", ondelete="SET NULL"))
    again_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("export.id", ondelete="SET NULL"), index=True)
    file_until: Mapped[datetime | None] = mapped_column(index=True)  # the worker asks: which files are to go?


class ExportDownload(Base):
    """A bundle that somebody fetched. Counted, so that nobody carries a study away by the dozen."""

    __tablename__ = "export_download"

    id: Mapped[RandomId]
    job_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("export_job.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]


class ExportMember(Base):
    """Somebody whose diary is in a bundle. Gone with her when she is erased."""

    __tablename__ = "export_member"

    export_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("export.id", ondelete="CASCADE"), primary_key=True)
    # A withdrawal asks: in which bundles is she?
    participant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    suppressed: Mapped[bool]  # whether her demographics were withheld
