"""What every view of the desk's API has around it: role, form token, and its notes for OpenAPI."""

from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import Any, TypeVar

from flask import request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from server.audit.service import record
from server.context import current, now
from server.crypto import same
from server.staff import auth
from server.staff.refusals import FormOutdated
from server.staff.sessions import Caller

HEADER = "X-CSRF-Token"
SECURITY: list[dict[str, list[str]]] = [{"deskCookie": []}, {"deskToken": []}]
SECURITY_SCHEMES = {
    "deskCookie": {"type": "apiKey", "in": "cookie", "name": auth.COOKIE},
    "deskToken": {"type": "http", "scheme": "bearer"},
}
_SAFE = ("GET", "HEAD", "OPTIONS")

R = TypeVar("R")


def api_blueprint(name: str, description: str) -> Blueprint:
    """A group of addresses under ``/api/v1/desk``."""
    return Blueprint(f"api_desk_{name}", __name__, description=f"Desk: {description}")


def staff_api(
    *, role: str, study_arg: str | None = None, fresh: bool = False, acts_as: str | None = auth.DESK_ROLE
) -> Callable[[Callable[..., R]], Callable[..., Any]]:
    """`server.staff.auth.staff_required` for the API: passes ``staff``, and with ``study_arg`` the ``study``.

    A change that comes with the cookie needs the form token in `HEADER`. Raises what ``staff_required`` raises, and
    `FormOutdated`.
    """

    def decorate(view: Callable[..., R]) -> Callable[..., Any]:
        def checked(*args: Any, **kwargs: Any) -> R:
            _require_token()
            return view(*args, **kwargs)

        required = auth.staff_required(role=role, study_arg=study_arg, fresh=fresh, acts_as=acts_as)
        guarded = required(wraps(view)(checked))
        document = deepcopy(getattr(view, "_apidoc", {}))
        document["manual_doc"] = {**document.get("manual_doc", {}), "security": SECURITY}
        guarded._apidoc = document  # type: ignore[attr-defined]  # where flask-smorest keeps its notes
        return guarded

    return decorate


def form_token() -> str:
    """What changes with this session's cookie carry in `HEADER`."""
    return auth.form_token(auth.read_token())


def note(session: Session, staff: Caller, action: str, **facts: Any) -> None:
    """Add an act to the audit log, in the transaction of the act."""
    record(session, staff.actor, action, secret=current().secret, now=now(), **facts)


def _require_token() -> None:
    if request.method in _SAFE or not auth.came_with_cookie():
        return
    sent = request.headers.get(HEADER, "")
    if not same(sent.encode(errors="replace"), form_token().encode()):
        raise FormOutdated
