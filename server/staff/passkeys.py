"""Passkeys (WebAuthn level 2, W3C): signing in without a password, by a key that never leaves its authenticator.

A passkey counts as both proofs at once: holding the authenticator, and the PIN, finger or face that it asked for (user
verification is demanded). Questions are stateless: random bits, their end and a keyed hash over both and over what they
are for. Only an answer that was accepted is written down, so that none is accepted twice and strangers write nothing.
"""

import ipaddress
import json
import struct
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from server.audit.service import record
from server.crypto import hash_secret, hash_with_key, new_seed, same
from server.db import insert_into
from server.staff.models import Passkey, PasskeyChallenge, Staff
from server.staff.refusals import PasskeyRefused, PasskeyUnknown, SignInRefused, TooManyPasskeys
from server.staff.sessions import Caller

LASTS = timedelta(minutes=5)
MOST = 10
NAME = "Kiem"
_NONCE, _STAMP, _MARK = 16, 8, 16
LONGEST = 1023  # bytes of what an authenticator may call a passkey (WebAuthn level 2, 4)
_BROKEN = (WebAuthnException, ValueError, KeyError, TypeError, RecursionError, struct.error)


@dataclass(frozen=True, kw_only=True, slots=True)
class Party:
    """For whom passkeys are made: the host name and origin of the public address."""

    id: str
    origin: str


def party_of(public_url: str) -> Party | None:
    """None where browsers make no passkeys: an address without a name."""
    host = urlsplit(public_url).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return Party(id=host, origin=public_url)
    return None


def offer_registration(
    session: Session, caller: Caller, *, party: Party, secret: bytes, now: datetime
) -> dict[str, Any]:
    """What ``navigator.credentials.create`` is given. Raises `TooManyPasskeys`."""
    known = session.scalars(select(Passkey.credential).where(Passkey.staff_id == caller.id)).all()
    if len(known) >= MOST:
        raise TooManyPasskeys
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=NAME,
        user_id=caller.id.bytes,
        user_name=caller.mail,
        user_display_name=caller.name,
        challenge=_new_challenge("register", caller.id, secret, now),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=bytes(one)) for one in known],
    )
    return _as_json(options)


def register(
    session: Session,
    caller: Caller,
    name: str,
    credential: Mapping[str, Any],
    *,
    party: Party,
    secret: bytes,
    now: datetime,
) -> Passkey:
    """Keep what the authenticator made. Raises `PasskeyRefused`, `TooManyPasskeys`."""
    try:
        challenge = _challenge_in(credential)
        _require_ours(challenge, "register", caller.id, secret, now)
        made = webauthn.verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except _BROKEN:
        raise PasskeyRefused from None
    _use_up(session, challenge, "register", caller.id, now)
    # One after the other, or many questions asked beforehand would make more than there may be.
    session.execute(select(Staff.id).where(Staff.id == caller.id).with_for_update(key_share=True))
    known = select(func.count()).select_from(Passkey).where(Passkey.staff_id == caller.id)
    if (session.scalar(known) or 0) >= MOST:
        raise TooManyPasskeys
    if len(made.credential_id) > LONGEST or session.get(Passkey, made.credential_id) is not None:
        raise PasskeyRefused
    row = Passkey(
        credential=made.credential_id,
        id=uuid.uuid4(),
        staff_id=caller.id,
        name=name,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        created_at=now,
    )
    session.add(row)
    session.flush()
    record(session, caller.actor, "staff.passkey-added", secret=secret, now=now, subject=caller.mail)
    return row


def offer_sign_in(*, party: Party, secret: bytes, now: datetime) -> dict[str, Any]:
    """What ``navigator.credentials.get`` is given; it says nothing about anybody."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=_new_challenge("sign-in", None, secret, now),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _as_json(options)


def prove_by_passkey(
    session: Session, credential: Mapping[str, Any], *, party: Party, secret: bytes, now: datetime
) -> Staff:
    """Whose authenticator answered. Raises `SignInRefused`, for every fault alike."""
    try:
        challenge = _challenge_in(credential)
        _require_ours(challenge, "sign-in", None, secret, now)
        row = session.get(Passkey, base64url_to_bytes(str(credential["rawId"])), with_for_update=True)
        staff = session.get(Staff, row.staff_id) if row is not None else None
        if row is None or staff is None or staff.ended_at is not None:
            raise SignInRefused
        handle = credential["response"].get("userHandle")
        if handle and base64url_to_bytes(str(handle)) != staff.id.bytes:
            raise SignInRefused
        shown = webauthn.verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=bytes(row.public_key),
            credential_current_sign_count=row.sign_count,  # one that went back is a copy: refused
            require_user_verification=True,
        )
    except (*_BROKEN, PasskeyRefused):
        raise SignInRefused from None
    try:
        _use_up(session, challenge, "sign-in", None, now)
    except PasskeyRefused:
        raise SignInRefused from None
    row.sign_count, row.used_at = shown.new_sign_count, now
    session.flush()
    return staff


def list_passkeys(session: Session, staff_id: uuid.UUID) -> list[Passkey]:
    """Hers, the oldest first."""
    return list(session.scalars(select(Passkey).where(Passkey.staff_id == staff_id).order_by(Passkey.created_at)))


def rename_passkey(session: Session, caller: Caller, passkey_id: uuid.UUID, name: str) -> None:
    """Call one of hers otherwise. Raises `PasskeyUnknown`."""
    _find(session, caller, passkey_id).name = name
    session.flush()


def remove_passkey(session: Session, caller: Caller, passkey_id: uuid.UUID, *, secret: bytes, now: datetime) -> None:
    """Let one of hers open nothing any more. Raises `PasskeyUnknown`."""
    session.delete(_find(session, caller, passkey_id))
    session.flush()
    record(session, caller.actor, "staff.passkey-removed", secret=secret, now=now, subject=caller.mail)


def _find(session: Session, caller: Caller, passkey_id: uuid.UUID) -> Passkey:
    row = session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.staff_id == caller.id))
    if row is None:
        raise PasskeyUnknown
    return row


def _as_json(options: Any) -> dict[str, Any]:
    return dict(json.loads(webauthn.options_to_json(options)))


def _new_challenge(purpose: str, staff_id: uuid.UUID | None, secret: bytes, now: datetime) -> bytes:
    body = new_seed()[:_NONCE] + struct.pack(">q", int((now + LASTS).timestamp()))
    return body + _mark(body, purpose, staff_id, secret)


def _mark(body: bytes, purpose: str, staff_id: uuid.UUID | None, secret: bytes) -> bytes:
    whose = staff_id.hex if staff_id is not None else ""
    return hash_with_key(secret, "passkey", purpose, whose, body.hex())[:_MARK]


def _challenge_in(credential: Mapping[str, Any]) -> bytes:
    return parse_client_data_json(base64url_to_bytes(str(credential["response"]["clientDataJSON"]))).challenge


def _require_ours(challenge: bytes, purpose: str, staff_id: uuid.UUID | None, secret: bytes, now: datetime) -> None:
    """Raise `PasskeyRefused` unless it was asked here, for this, of this person, and not too long ago."""
    body, mark = challenge[: _NONCE + _STAMP], challenge[_NONCE + _STAMP :]
    if not same(mark, _mark(body, purpose, staff_id, secret)) or _end_of(challenge) <= now:
        raise PasskeyRefused


def _end_of(challenge: bytes) -> datetime:
    (stamp,) = struct.unpack(">q", challenge[_NONCE : _NONCE + _STAMP])
    return datetime.fromtimestamp(stamp, UTC)


def _use_up(session: Session, challenge: bytes, purpose: str, staff_id: uuid.UUID | None, now: datetime) -> None:
    """Raise `PasskeyRefused` for an answer that was accepted before. Forgets those whose time is over anyway."""
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= now))
    values = {
        "challenge_hash": hash_secret(challenge.hex()),
        "purpose": purpose,
        "staff_id": staff_id,
        "expires_at": _end_of(challenge),
    }
    new = insert_into(session, PasskeyChallenge).values(**values).on_conflict_do_nothing()
    if session.execute(new.returning(PasskeyChallenge.challenge_hash)).first() is None:
        raise PasskeyRefused
