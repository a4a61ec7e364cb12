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

from flask import Response, request

from server.context import current, now
from server.errors import NotSignedIn
from server.people.models import Participant
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


def read_token() -> str:
    """The caller's token, unchecked; raises `NotSignedIn` when there is none."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if secret:
        if scheme.lower() != "bearer":
            raise NotSignedIn
        return secret.strip()
    token = request.cookies.get(COOKIE) or (request.cookies.get(LOOPBACK_COOKIE) if _on_loopback() else None)
    if not token:
        raise NotSignedIn
    return token


def sign_in(response: Response, token: str, expires_at: datetime) -> None:
    """Give the phone its token."""
    response.set_cookie(COOKIE, token, expires=expires_at, path="/", secure=True, httponly=True, samesite="Lax")
    if _on_loopback():
        response.set_cookie(LOOPBACK_COOKIE, token, expires=expires_at, path="/", httponly=True, samesite="Lax")


def sign_out(response: Response) -> None:
    """Take the token from the phone."""
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    if _on_loopback():
        response.delete_cookie(LOOPBACK_COOKIE, path="/", httponly=True, samesite="Lax")


def _load_participant() -> Participant:
    with current().database.reading() as session:
        participant = find_participant(session, read_token(), now())
        session.expunge_all()  # or the end of the session would empty it
    return participant


def _on_loopback() -> bool:
    return not request.is_secure and urlsplit(f"//{request.host}").hostname in LOOPBACK_HOSTS
