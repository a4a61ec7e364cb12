"""Device tokens and recovery codes: random, kept only as hashes, ended by time, sign-out or recovery."""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.crypto import hash_code, hash_secret, new_code, new_token, read_code
from server.errors import NotSignedIn
from server.people.models import DeviceToken, Participant, RecoveryCode

KEPT_AFTER_END = timedelta(days=60)
RECOVERY_CODE_SIGNS = 12  # sixty bits


class SessionExpired(NotSignedIn):
    """This phone was signed in until some time after the study; that time is over."""

    code = "session-expired"


class SessionRevoked(NotSignedIn):
    """This phone was signed out, here or because the account was opened on another phone."""

    code = "session-revoked"


def find_participant(session: Session, token: str, now: datetime) -> Participant:
    """Whose token this is, with the study, in one statement.

    Raises `NotSignedIn` for an unknown token, `SessionRevoked`, `SessionExpired`.
    """
    return admit(session.scalar(select(DeviceToken).where(DeviceToken.token_hash == hash_secret(token))), now)


def admit(row: DeviceToken | None, now: datetime) -> Participant:
    """Whose token this row is, if it opens anything now; raises as `find_participant`."""
    if row is None:
        raise NotSignedIn
    require_open(row.revoked_at, row.expires_at, now)
    return row.participant


def require_open(revoked_at: datetime | None, expires_at: datetime, now: datetime) -> None:
    """Raise `SessionRevoked` or `SessionExpired` unless a token with these times opens something now."""
    if revoked_at is not None:
        raise SessionRevoked
    if expires_at <= now:
        raise SessionExpired


def issue_token(session: Session, participant: Participant, now: datetime) -> tuple[str, datetime]:
    """A new token for one phone and when it ends: 60 days after the study, and a day from now at the least."""
    token = new_token()
    after_study = datetime.combine(participant.ends_on + timedelta(days=1), time(), UTC) + KEPT_AFTER_END
    expires_at = max(after_study, now + timedelta(days=1))
    session.add(
        DeviceToken(token_hash=hash_secret(token), participant_id=participant.id, created_at=now, expires_at=expires_at)
    )
    return token, expires_at


def revoke_token(session: Session, token: str, now: datetime) -> None:
    """Sign this one phone out; an unknown token is nobody's loss."""
    session.execute(
        update(DeviceToken)
        .where(DeviceToken.token_hash == hash_secret(token), DeviceToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def revoke_all_tokens(session: Session, participant: Participant, now: datetime) -> None:
    """Sign every phone of this participant out."""
    session.execute(
        update(DeviceToken)
        .where(DeviceToken.participant_id == participant.id, DeviceToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def issue_recovery_code(session: Session, participant: Participant, now: datetime, *, by_staff: bool = False) -> str:
    """A new code for opening the account on another phone, once."""
    code = new_code(RECOVERY_CODE_SIGNS)
    session.add(
        RecoveryCode(code_hash=hash_code(code), participant_id=participant.id, created_at=now, by_staff=by_staff)
    )
    return code


def use_recovery_code(session: Session, typed: str, now: datetime) -> Participant | None:
    """Use the code up and return whose it was; None when it is unknown or was used before.

    A code that staff gave seals what was answered before (whoever gave it could use it herself); her own opens it.
    """
    used = session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.code_hash == hash_code(read_code(typed)), RecoveryCode.used_at.is_(None))
        .values(used_at=now)
        .returning(RecoveryCode.participant_id, RecoveryCode.by_staff)
    ).one_or_none()
    if used is None:
        return None
    participant = session.get_one(Participant, used.participant_id)
    participant.sealed_at = now if used.by_staff else None
    return participant
