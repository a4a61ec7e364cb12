"""Who is calling: the device token in a cookie, or in ``Authorization: Bearer`` for programs.

The cookie ``__Host-kiem`` is Secure, HttpOnly and SameSite=Lax, and no sibling host can set it. On plain http from this
very machine a twin without Secure stands in, because Safari and simple HTTP clients do not send Secure cookies there.
"""

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Response, jsonify, request

from server.context import current, now
from server.crypto import group_code
from server.errors import NotSignedIn
from server.people.models import Participant
from server.people.schemas import JoinedOut
from server.people.service import Joined, describe_me
from server.people.tokens import find_participant

COOKIE = "__Host-kiem"
LOOPBACK_COOKIE = "kiem-loopback"
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
SECURITY: list[dict[str, list[str]]] = [{"deviceCookie": []}, {"deviceToken": []}]
SECURITY_SCHEMES = {
    "deviceCookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
    "deviceToken": {"type": "http", "scheme": "bearer"},
}

P = ParamSpec("P")
R = TypeVar("R")


def participant_required(view: Callable[P, R]) -> Callable[P, R]:
    """Pass the caller as ``participant`` (detached, with the study loaded) or raise `NotSignedIn` and its kind."""

    @wraps(view)
    def with_participant(*args: P.args, **kwargs: P.kwargs) -> R:
        kwargs["participant"] = _load_participant()
        return view(*args, **kwargs)

    document = deepcopy(getattr(view, "_apidoc", {}))
    document["manual_doc"] = {**document.get("manual_doc", {}), "security": SECURITY}
    with_participant._apidoc = document  # type: ignore[attr-defined]  # where flask-smorest keeps its notes
    return with_participant


def find_caller() -> Participant | None:
    """The caller, detached, if she is signed in: for what everybody may see and she sees in her own way."""
    try:
        return _load_participant()
    except NotSignedIn:
        return None


def welcome(joined: Joined, status: int) -> Response:
    """Sign this phone in and tell her who she is and her new recovery code."""
    me = describe_me(joined.participant, push_key=current().push_key, now=now())
    response = jsonify(JoinedOut().dump({"participant": me, "recovery_code": group_code(joined.recovery_code)}))
    response.status_code = status
    sign_in(response, joined.token, joined.expires_at)
    return response


def read_token() -> str:
    """The caller's token, unchecked; raises `NotSignedIn` when there is none."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if secret:
        if scheme.lower() != "bearer":
            raise NotSignedIn
        return secret.strip()
    token = request.cookies.get(COOKIE) or (request.cookies.get(LOOPBACK_COOKIE) if on_loopback() else None)
    if not token:
        raise NotSignedIn
    return token


def sign_in(response: Response, token: str, expires_at: datetime) -> None:
    """Give the phone its token."""
    response.set_cookie(COOKIE, token, expires=expires_at, path="/", secure=True, httponly=True, samesite="Lax")
    if on_loopback():
        response.set_cookie(LOOPBACK_COOKIE, token, expires=expires_at, path="/", httponly=True, samesite="Lax")


def sign_out(response: Response) -> None:
    """Take the token from the phone, and what its browser has kept of her plan and trends to ask for them faster."""
    response.headers["Clear-Site-Data"] = '"cache"'
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    if on_loopback():
        response.delete_cookie(LOOPBACK_COOKIE, path="/", httponly=True, samesite="Lax")


def _load_participant() -> Participant:
    with current().database.reading() as session:
        participant = find_participant(session, read_token(), now())
        session.expunge_all()  # or the end of the session would empty it
    return participant


def on_loopback() -> bool:
    """Plain http from this very machine, where a cookie without Secure may stand in."""
    return not request.is_secure and urlsplit(f"//{request.host}").hostname in LOOPBACK_HOSTS
