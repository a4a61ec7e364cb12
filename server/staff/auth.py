"""Who is at the desk: the session's token in a cookie of its own, or in ``Authorization: Bearer`` for programs.

``@staff_required`` states who may use a view, and in which part of the database the view then lives: a coordinator's
requests run as a role that cannot read answers (`server.duties`). ``@fresh_required`` asks for password and code again.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Response, g, redirect, request, url_for
from sqlalchemy import select

from server.context import current, now
from server.crypto import hash_with_key, same
from server.db import acting_as
from server.people.auth import on_loopback
from server.staff.refusals import FormOutdated, NotYours, StaffNotSignedIn, StepUpNeeded
from server.staff.sessions import LONGEST, Caller, find_caller, note_seen
from server.studies.models import Study
from server.studies.service import StudyUnknown

COOKIE = "__Host-kiem-desk"
LOOPBACK_COOKIE = "kiem-desk-loopback"
DESK = "/desk"
DESK_ROLE = "desk"

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """Who may call a view: a word of `server.staff.roles.WANTED`, or "anybody" for who is not signed in."""

    role: str
    fresh: bool = False


def anybody(view: Callable[P, R]) -> Callable[P, R]:
    """Declare that a desk view is open to everybody; it still lives in the desk's part of the database."""

    @wraps(view)
    def open_to_all(*args: P.args, **kwargs: P.kwargs) -> R:
        with acting_as(DESK_ROLE):
            return view(*args, **kwargs)

    open_to_all.policy = Policy(role="anybody")  # type: ignore[attr-defined]
    return open_to_all


def staff_required(
    *, role: str, study_arg: str | None = None, fresh: bool = False, acts_as: str | None = DESK_ROLE
) -> Callable[[Callable[..., R]], Callable[..., R | Response]]:
    """Pass ``staff`` (`Caller`) and, with ``study_arg``, the ``study`` (detached) that this URL argument names.

    ``role`` is a word of `server.staff.roles`. With ``study_arg`` it is asked in that study, otherwise in any. A study
    in which she has no role does not exist for her (404); a role that is not enough is a 403. ``fresh`` asks for
    password and code given in the last five minutes. ``acts_as`` is the database role of the request's transactions;
    None is the web process's own, which may read answers: for exports only.
    Who is not signed in is sent to the sign-in page by the desk and gets 401 from the API.
    """

    def decorate(view: Callable[..., R]) -> Callable[..., R | Response]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> R | Response:
            with desk_rights():
                try:
                    staff = load_caller()
                except StaffNotSignedIn:
                    if _at_desk():
                        return _send_to("desk.sign_in")
                    raise
                if study_arg is None:
                    if not staff.may(role):
                        raise NotYours
                else:
                    kwargs["study"] = _load_study(staff, role, kwargs.pop(study_arg))
                if fresh and not staff.is_fresh(now()):
                    if _at_desk():
                        return _send_to("desk.confirm")
                    raise StepUpNeeded
            with acting_as(acts_as):
                return view(*args, staff=staff, **kwargs)

        guarded.policy = Policy(role=role, fresh=fresh)  # type: ignore[attr-defined]
        return guarded

    return decorate


def desk_rights() -> AbstractContextManager[None]:
    """For looking up who is calling: with the rights of the desk, whoever asks."""
    return acting_as(DESK_ROLE)


def load_caller() -> Caller:
    """Who is calling; raises `StaffNotSignedIn`. Looked up once a request."""
    if "staff" not in g:
        context, at = current(), now()
        with context.database.reading() as session:
            staff = find_caller(session, read_token(), at)
        if not staff.is_noted(at):
            with context.database.transaction() as session:
                note_seen(session, staff, at)
        g.staff = staff
    return cast(Caller, g.staff)


def read_token() -> str:
    """The caller's token, unchecked; raises `StaffNotSignedIn` when there is none."""
    if not came_with_cookie():
        scheme, _, secret = request.headers["Authorization"].partition(" ")
        if scheme.lower() != "bearer":
            raise StaffNotSignedIn
        return secret.strip()
    token = request.cookies.get(COOKIE) or (request.cookies.get(LOOPBACK_COOKIE) if on_loopback() else None)
    if not token:
        raise StaffNotSignedIn
    return token


def came_with_cookie() -> bool:
    """Whether it is the cookie that says who calls; pages know no other way, and programs name their token."""
    return _at_desk() or not request.headers.get("Authorization", "").partition(" ")[2]


def sign_in(response: Response, token: str) -> None:
    """Give the browser its token, until it is closed or twelve hours have passed."""
    facts: dict[str, Any] = {"max_age": LONGEST, "path": "/", "httponly": True, "samesite": "Lax"}
    response.set_cookie(COOKIE, token, secure=True, **facts)
    if on_loopback():
        response.set_cookie(LOOPBACK_COOKIE, token, **facts)


def sign_out(response: Response) -> None:
    """Take the token from the browser."""
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    if on_loopback():
        response.delete_cookie(LOOPBACK_COOKIE, path="/", httponly=True, samesite="Lax")


def form_token(session_token: str) -> str:
    """What every form of this session carries; another site cannot know it."""
    return hash_with_key(current().secret, "form", session_token).hex()


def require_form_token(session_token: str) -> None:
    """Raise `FormOutdated` unless the form that was sent carries this session's token."""
    sent = request.form.get("csrf", "")
    if not same(sent.encode(errors="replace"), form_token(session_token).encode()):
        raise FormOutdated


def _load_study(staff: Caller, role: str, name: str) -> Study:
    with current().database.reading() as session:
        study = session.scalar(select(Study).where(Study.name == name))
        session.expunge_all()
    if study is None or not (staff.may("member", study.id) or staff.may(role, study.id)):
        raise StudyUnknown(f"There is no study called {name}.")
    if not staff.may(role, study.id):
        raise NotYours
    return study


def _send_to(endpoint: str) -> Response:
    """To a page that comes back here; after a form that was sent, to where the form stood."""
    back = request.full_path.rstrip("?") if request.method == "GET" else DESK
    return cast(Response, redirect(url_for(endpoint, next=back), 303))


def _at_desk() -> bool:
    return request.path == DESK or request.path.startswith(f"{DESK}/")
