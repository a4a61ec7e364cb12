import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, RandomId, Word

ROLES = ("coordinator", "researcher", "owner")
_ROLE = f"role IN {ROLES}"


class Staff(Base):
    """One person who works on studies. Never deleted, only ended: the audit log goes on naming her."""

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint("mail = lower(mail)", name="mail"),
        CheckConstraint("language IN ('nl', 'en')", name="language"),
    )

    id: Mapped[RandomId]
    mail: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    language: Mapped[Word]
    administrator: Mapped[bool] = mapped_column(default=False)  # of the installation; says nothing about any study
    password_hash: Mapped[str]  # argon2id, with its parameters
    totp_secret: Mapped[bytes]  # sealed (server.crypto) for this very account
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)  # of the last code that was used: none works twice
    oidc_subject: Mapped[bytes | None] = mapped_column(unique=True)  # keyed hash of issuer and sub, from the first time
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class StudyRole(Base):
    """What somebody is in a study. One role a person and study: who asks the young people is not who reads them."""

    __tablename__ = "study_role"
    __table_args__ = (CheckConstraint(_ROLE, name="role"),)

    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    study_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("study.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[Word]
    since: Mapped[datetime]


class StaffSession(Base):
    """One browser that is signed in; its token is kept as its SHA-256."""

    __tablename__ = "staff_session"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    id: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)  # how a list of sessions names it
    browser: Mapped[Word]  # e.g. "Firefox, Linux": so that she recognises it
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # to the minute: not every request writes
    verified_at: Mapped[datetime]  # when password and code were last given
    expires_at: Mapped[datetime] = mapped_column(index=True)  # the absolute end; the sweeper forgets old ones
    revoked_at: Mapped[datetime | None]


class StaffRecoveryCode(Base):
    """Stands in once for the code of a lost phone. Kept under a keyed hash."""

    __tablename__ = "staff_recovery_code"

    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A key pair whose private half never leaves a phone, a laptop or a security key (WebAuthn)."""

    __tablename__ = "passkey"

    credential: Mapped[bytes] = mapped_column(primary_key=True)  # what the authenticator calls it
    id: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)  # how a list of passkeys names it
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)  # 0 for those that do not count; never smaller than before
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasskeyChallenge(Base):
    """A question that an authenticator has answered, until its minutes are over: no answer counts twice."""

    __tablename__ = "passkey_challenge"
    __table_args__ = (CheckConstraint("purpose IN ('register', 'sign-in')", name="purpose"),)

    challenge_hash: Mapped[bytes] = mapped_column(primary_key=True)
    purpose: Mapped[Word]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Invitation(Base):
    """A link that makes an account, or gives an account a new password and code app (``staff_id`` is set then)."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(_ROLE, name="role"),
        CheckConstraint("(study_id IS NULL) = (role IS NULL)", name="role_in_a_study"),
    )

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    mail: Mapped[str] = mapped_column(index=True)
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    study_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    role: Mapped[Word | None]
    administrator: Mapped[bool] = mapped_column(default=False)
    language: Mapped[Word]
    totp_secret: Mapped[bytes]  # sealed; what the page's QR shows
    invited_by: Mapped[str]  # mail address, or "command line"
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
