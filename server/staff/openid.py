"""Signing staff in with their organisation: OpenID Connect Core 1.0, code flow with PKCE (RFC 7636), state and nonce.

The organisation says who somebody is and nothing else. Only a mail address that it calls verified finds an account, and
only one that was made here by invitation; from the first time on the account belongs to that very subject, whatever
address the organisation gives to somebody else later. Roles stay ours, and what reaches far still asks for password and
code.
"""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit.service import Actor, record
from server.config import LOOPBACK, Oidc
from server.crypto import hash_with_key, new_token, same
from server.staff.models import Staff
from server.staff.refusals import OidcRefused, OidcUnavailable, OidcUnknown
from server.staff.signing_in import read_mail

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")  # signed with a key of theirs: never "none", never our own secret
LEEWAY_S = 60  # clocks differ
TIMEOUT_S = 10.0
SCOPE = "openid email"
_VERIFIER_SIGNS = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """What this browser began; kept sealed in its own cookie. ``began_at`` is in seconds since 1970."""

    state: str
    nonce: str
    verifier: str
    onward: str
    began_at: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """Whom the organisation says she is: its own unchanging word for her, and a mail address it has verified."""

    subject: str
    mail: str


def begin(oidc: Oidc, *, redirect_uri: str, onward: str, now: datetime) -> tuple[str, Attempt]:
    """Where to send the browser, and what to remember. Raises `OidcUnavailable`."""
    attempt = Attempt(
        state=new_token(),
        nonce=new_token(),
        verifier=secrets.token_urlsafe(_VERIFIER_SIGNS),
        onward=onward,
        began_at=int(now.timestamp()),
    )
    with _client(oidc, redirect_uri) as client:
        url, _state = client.create_authorization_url(
            _discover(oidc)["authorization_endpoint"],
            state=attempt.state,
            nonce=attempt.nonce,
            code_verifier=attempt.verifier,
        )
    return str(url), attempt


def finish(
    oidc: Oidc, attempt: Attempt, *, code: str, state: str, issuer: str | None, redirect_uri: str, now: datetime
) -> Told:
    """Whom the code stands for. ``issuer`` is the answer's ``iss`` (RFC 9207), None where it has none.

    Raises `OidcRefused`, `OidcUnavailable`.
    """
    if not same(state.encode(), attempt.state.encode()) or issuer not in (None, oidc.issuer):
        raise OidcRefused
    known = _discover(oidc)
    try:
        with _client(oidc, redirect_uri) as client:
            given = client.fetch_token(
                known["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=attempt.verifier
            )
        claims = _read_id_token(oidc, known, str(given["id_token"]), attempt.nonce, now)
        if "email" not in claims:
            claims |= _ask_more(known, str(given["access_token"]), str(claims["sub"]))
    except requests.RequestException:
        raise OidcUnavailable from None
    except (AuthlibBaseError, JoseError, KeyError, TypeError, ValueError):
        raise OidcRefused from None
    if claims.get("email_verified") not in (True, "true") or not claims.get("email"):
        raise OidcUnknown
    return Told(subject=str(claims["sub"]), mail=read_mail(str(claims["email"])))


def find_account(session: Session, oidc: Oidc, told: Told, *, secret: bytes, now: datetime) -> Staff:
    """The account of this person; the first time binds it to her. Raises `OidcUnknown`."""
    subject = hash_with_key(secret, "oidc subject", oidc.issuer, told.subject)
    staff = session.scalar(select(Staff).where(Staff.oidc_subject == subject))
    if staff is None:
        staff = session.scalar(
            select(Staff).where(Staff.mail == told.mail, Staff.oidc_subject.is_(None)).with_for_update()
        )
        if staff is not None and staff.ended_at is None:
            staff.oidc_subject = subject
            actor = Actor(staff_id=staff.id, who=staff.mail)
            record(session, actor, "staff.oidc-bound", secret=secret, now=now, subject=staff.mail)
    if staff is None or staff.ended_at is not None:
        raise OidcUnknown
    session.flush()
    return staff


def _client(oidc: Oidc, redirect_uri: str) -> Any:
    return OAuth2Session(
        client_id=oidc.client_id,
        client_secret=oidc.client_secret or None,
        token_endpoint_auth_method="client_secret_basic" if oidc.client_secret else "none",
        scope=SCOPE,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        default_timeout=TIMEOUT_S,
    )


def _discover(oidc: Oidc) -> dict[str, Any]:
    """The organisation's own description (OpenID Connect Discovery 1.0), which must say it is the issuer's."""
    known = _fetch(f"{oidc.issuer.rstrip('/')}/.well-known/openid-configuration")
    endpoints = [known.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if known.get("issuer") != oidc.issuer or not all(_is_safe(one) for one in endpoints):
        raise OidcUnavailable
    return known


def _read_id_token(oidc: Oidc, known: Mapping[str, Any], token: str, nonce: str, now: datetime) -> dict[str, Any]:
    keys = KeySet.import_key_set(_fetch(str(known["jwks_uri"])))  # type: ignore[arg-type]  # checked by the library
    claims = dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)
    registry = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_S,
        iss={"essential": True, "value": oidc.issuer},
        sub={"essential": True},
        aud={"essential": True, "value": oidc.client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    registry.validate(claims)
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if len(audience) > 1 and claims.get("azp") != oidc.client_id:
        raise ValueError("meant for another client")
    return claims


def _ask_more(known: Mapping[str, Any], access_token: str, subject: str) -> dict[str, Any]:
    """The mail address, where the ID token has none."""
    endpoint = known.get("userinfo_endpoint")
    if not _is_safe(endpoint):
        return {}
    told = _fetch(str(endpoint), headers={"Authorization": f"Bearer {access_token}"})
    if told.get("sub") != subject:
        raise ValueError("told of somebody else")
    return {name: told[name] for name in ("email", "email_verified") if name in told}


def _fetch(url: str, **more: Any) -> dict[str, Any]:
    try:
        answer = requests.get(url, timeout=TIMEOUT_S, allow_redirects=False, **more)
        answer.raise_for_status()
        body = answer.json()
    except (requests.RequestException, ValueError):
        raise OidcUnavailable from None
    if answer.status_code != requests.codes.ok or not isinstance(body, dict):
        raise OidcUnavailable
    return body


def _is_safe(url: object) -> bool:
    parts = urlsplit(str(url or ""))
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
