"""Codes from an app (TOTP, RFC 6238: SHA-1, six digits, thirty seconds), recovery codes, and the QR to start with."""

import io
from datetime import datetime

import pyotp
import segno
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from server.crypto import hash_with_key, new_code, read_code, same, seal, unseal
from server.staff.models import Staff, StaffRecoveryCode

ISSUER = "Kiem"
STEP_S = 30
DRIFT = 1  # a code counts one step early and one step late: clocks differ, people are slow
RECOVERY_CODES = 10
_RECOVERY_SIGNS = 12  # sixty bits


def new_totp_secret() -> str:
    """160 unpredictable bits in base32, as authenticator apps take them."""
    return pyotp.random_base32(32)


def seal_totp_secret(secret: bytes, plain: str, *, owner: str) -> bytes:
    """For a row of ``owner`` (the id of an account or an invitation), with a key of the installation's secret."""
    return seal(hash_with_key(secret, "totp"), plain.encode(), place=f"totp:{owner}")


def unseal_totp_secret(secret: bytes, sealed: bytes, *, owner: str) -> str:
    """Raises `crypto.SealBroken`."""
    return unseal(hash_with_key(secret, "totp"), sealed, place=f"totp:{owner}").decode()


def matching_step(plain: str, typed: str, *, now: datetime, after: int = 0) -> int | None:
    """The time step whose code was typed, if it is a current one and later than ``after``; else None."""
    digits = "".join(typed.split())
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    current = int(now.timestamp()) // STEP_S
    code = pyotp.TOTP(plain, interval=STEP_S)
    found = None
    for step in range(current - DRIFT, current + DRIFT + 1):  # always all of them, in the same time
        if same(code.at(step * STEP_S).encode(), digits.encode()) and step > after:
            found = step
    return found


def use_totp(session: Session, staff: Staff, typed: str, *, secret: bytes, now: datetime) -> bool:
    """Use a code up: right, current, and neither it nor a later one was used before. Safe against two at once."""
    plain = unseal_totp_secret(secret, staff.totp_secret, owner=str(staff.id))
    step = matching_step(plain, typed, now=now)
    if step is None:
        return False
    moved = update(Staff).where(Staff.id == staff.id, Staff.totp_step < step).values(totp_step=step)
    return session.scalar(moved.returning(Staff.id).execution_options(synchronize_session=False)) is not None


def use_recovery_code(session: Session, staff: Staff, typed: str, *, secret: bytes, now: datetime) -> bool:
    """Use one of her recovery codes up."""
    code = read_code(typed)
    if len(code) != _RECOVERY_SIGNS:
        return False
    used = (
        update(StaffRecoveryCode)
        .where(
            StaffRecoveryCode.code_hash == _recovery_hash(secret, code),
            StaffRecoveryCode.staff_id == staff.id,
            StaffRecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return session.scalar(used.returning(StaffRecoveryCode.staff_id)) is not None


def issue_recovery_codes(session: Session, staff: Staff, *, secret: bytes, now: datetime) -> list[str]:
    """Ten new ones, shown once; the old ones open nothing any more."""
    session.execute(delete(StaffRecoveryCode).where(StaffRecoveryCode.staff_id == staff.id))
    codes = [new_code(_RECOVERY_SIGNS) for _ in range(RECOVERY_CODES)]
    session.add_all(
        StaffRecoveryCode(code_hash=_recovery_hash(secret, code), staff_id=staff.id, created_at=now) for code in codes
    )
    return codes


def totp_uri(plain: str, mail: str) -> str:
    """What an authenticator app reads from the QR."""
    return pyotp.TOTP(plain, interval=STEP_S).provisioning_uri(name=mail, issuer_name=ISSUER)


def draw_qr(content: str) -> str:
    """A QR code as an SVG element without styles or scripts, dark on a light ground in dark mode too."""
    out = io.BytesIO()
    segno.make(content, error="m").save(
        out, kind="svg", scale=4, border=4, xmldecl=False, svgns=False, omitsize=True, dark="#000", light="#fff"
    )
    return out.getvalue().decode().strip()


def _recovery_hash(secret: bytes, code: str) -> bytes:
    return hash_with_key(secret, "staff recovery", code)
