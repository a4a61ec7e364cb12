"""The frame around every page of the desk: language, form tokens, menus, notices, errors, and the stylesheet's address.

``register_desk(app, blueprints)`` puts it all up. A page is ``render("desk/...html", ...)``; after a form that worked
it is ``go(url, key of a notice, ...)``.
"""

import base64
import hashlib
import json
from collections.abc import Iterable
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import structlog
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from werkzeug.exceptions import HTTPException, NotFound

from server.context import current, now
from server.crypto import hash_with_key, new_token, same
from server.desk import log_words, wording
from server.desk.forms import Problem
from server.desk.menus import build_menu
from server.desk.navigation import MAIN, STUDY
from server.desk.strings import LANGUAGES, TEXTS, translate
from server.errors import DomainError, outage
from server.outages import is_outage
from server.people.auth import on_loopback
from server.staff import auth
from server.staff.refusals import StaffNotSignedIn
from server.staff.sessions import Caller
from server.studies.models import Study

ASSETS = Path(__file__).parent / "assets"
LANGUAGE_COOKIE = "kiem-desk-language"
NOTICE_COOKIE = "kiem-desk-notice"
FORM_COOKIE = "__Host-kiem-desk-form"
LOOPBACK_FORM_COOKIE = "kiem-desk-form-loopback"
A_YEAR_S = 31_536_000
_SAFE = ("GET", "HEAD", "OPTIONS")

log = structlog.get_logger()


class UndeclaredView(Exception):
    """A view of the desk does not say who may call it."""


def desk_blueprint(name: str) -> Blueprint:
    """A blueprint under ``/desk`` whose errors are pages."""
    blueprint = Blueprint(name, __name__, url_prefix=auth.DESK, template_folder="templates")
    blueprint.register_error_handler(DomainError, _show_refusal)
    blueprint.register_error_handler(HTTPException, _show_http_error)
    blueprint.register_error_handler(Exception, _show_break)
    return blueprint


def register_desk(app: Flask, blueprints: Iterable[Blueprint]) -> None:
    """Put the desk up. Raises `UndeclaredView` for a view without ``@staff_required`` or ``@anybody``."""
    app.before_request(_check_form)
    app.after_request(_finish)
    # Not autoescaped texts, but texts in autoescaped templates: Jinja escapes what these return.
    app.jinja_env.globals.update(
        t=t,
        did=lambda action: log_words.did(action, language()),
        about=lambda subject: log_words.about(subject, language()),
        in_words=lambda facts: log_words.in_words(facts, language()),
        csrf=csrf,
        asset=asset,
        worded=worded,
        url_as_filtered=url_as_filtered,
    )
    app.add_template_filter(lambda value, digits=0: wording.number(value, language(), digits), "number")
    app.add_template_filter(lambda value: wording.percent(value, language()), "percent")
    app.add_template_filter(lambda value, weekday=True: wording.day(value, language(), weekday=weekday), "day")
    app.add_template_filter(lambda value, zone="Europe/Amsterdam": wording.moment(value, language(), zone), "moment")
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(auth.DESK) and not hasattr(app.view_functions[rule.endpoint], "policy"):
            raise UndeclaredView(f"{rule.endpoint} does not say who may call it.")


def render(template: str, *, status: int = 200, study: Study | None = None, **values: Any) -> Response:
    """A page in the frame. Give ``study`` for the study's own menu."""
    staff = signed_in()
    page = render_template(
        template,
        language=language(),
        languages=LANGUAGES,
        staff=staff,
        study=study,
        now=now(),
        here=request.full_path.rstrip("?"),
        main_menu=build_menu(MAIN, staff, None, say=t),
        study_menu=build_menu(STUDY, staff, study, say=t) if study else [],
        notice=_take_notice(),
        endpoints=current_app.view_functions,
        **values,
    )
    response = Response(page, status=status, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response


def go(url: str, notice: str = "", /, **values: str | int) -> Response:
    """On to another page (303), which says ``notice`` once. ``url`` is one of ours, made by ``url_for``."""
    response = cast(Response, redirect(url, 303))
    if notice:
        body = base64.urlsafe_b64encode(json.dumps([notice, values]).encode()).decode()
        _set_cookie(response, NOTICE_COOKIE, f"{body}.{_sign(body)}", max_age=60)
    return response


def local_path(url: str, *, otherwise: str = auth.DESK) -> str:
    """``url`` if it is a path of the desk, else ``otherwise``: nobody is sent elsewhere by a link."""
    parts = urlsplit(url)
    plain = not (parts.scheme or parts.netloc) and "\\" not in url and url.isprintable()
    inside = parts.path == auth.DESK or parts.path.startswith(f"{auth.DESK}/")
    return url if plain and inside and url.startswith(auth.DESK) and ".." not in parts.path else otherwise


def url_as_filtered(endpoint: str, /, **values: Any) -> str:
    """The address of ``endpoint`` with the filters of this page's own address, and ``values`` over them.

    Names that mean something to ``url_for`` itself are not passed on: a link must not choose a scheme or a host.
    """
    ours = {name for name in request.args if name and name != "endpoint" and not name.startswith("_")}
    asked = {name: request.args[name] for name in sorted(ours) if request.args[name]}
    return url_for(endpoint, **(asked | values))


def signed_in() -> Caller | None:
    """The caller, if she is staff."""
    with auth.desk_rights():
        try:
            return auth.load_caller()
        except StaffNotSignedIn:
            return None


def language() -> str:
    """Her own; for who is not signed in the one she chose, or her browser's."""
    if "language" not in g:
        staff = signed_in()
        chosen = staff.language if staff else request.cookies.get(LANGUAGE_COOKIE, "")
        g.language = chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES, "nl")
    return cast(str, g.language)


def choose_language(response: Response, chosen: str) -> None:
    """Remember a language in this browser."""
    _set_cookie(response, LANGUAGE_COOKIE, chosen, max_age=A_YEAR_S)


def t(key: str, /, **values: object) -> str:
    """A text in the reader's language."""
    return translate(key, language(), **values)


def worded(problem: Problem) -> str:
    """What is wrong with a field, in the reader's language."""
    return t(problem.key, **problem.values) if problem.key else problem.said


def csrf() -> str:
    """The token that every form of this session carries in its field ``csrf``."""
    return auth.form_token(_form_key())


def asset(name: str) -> str:
    """The address of a file in ``assets``; it changes when the file does, so that it may be kept for ever."""
    return url_for("desk.assets", name=name, v=_version(name))


def send_asset(name: str) -> Response:
    """A file of the desk's own; NotFound for anything else."""
    response = send_from_directory(ASSETS, name)
    fresh = request.args.get("v") == _version(name)
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR_S}, immutable" if fresh else "no-cache"
    return response


@cache
def _version(name: str) -> str:
    path = ASSETS / name
    if not path.is_file():
        raise NotFound
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _form_key() -> str:
    """What the form's token is bound to: the session, or a random number for who is not signed in."""
    try:
        return auth.read_token()
    except StaffNotSignedIn:
        sent = request.cookies.get(FORM_COOKIE) or (request.cookies.get(LOOPBACK_FORM_COOKIE) if on_loopback() else "")
        if not sent and "form_key" not in g:
            g.form_key = new_token()
        return sent or cast(str, g.form_key)


def _check_form() -> None:
    """Every form of the desk carries its token, besides coming from the same site (`server.security`)."""
    if request.method not in _SAFE and (request.path == auth.DESK or request.path.startswith(f"{auth.DESK}/")):
        auth.require_form_token(_form_key())


def _finish(response: Response) -> Response:
    if "form_key" in g:
        response.set_cookie(FORM_COOKIE, g.form_key, path="/", secure=True, httponly=True, samesite="Lax")
        if on_loopback():
            response.set_cookie(LOOPBACK_FORM_COOKIE, g.form_key, path="/", httponly=True, samesite="Lax")
    if "notice_taken" in g:
        response.delete_cookie(NOTICE_COOKIE, path=auth.DESK)
    return response


def _set_cookie(response: Response, name: str, value: str, *, max_age: int) -> None:
    secure = over_tls()
    response.set_cookie(name, value, max_age=max_age, path=auth.DESK, secure=secure, httponly=True, samesite="Lax")


def over_tls() -> bool:
    """Whether browsers reach this over TLS: as the installation says of itself, since a proxy may end it untold."""
    return request.is_secure or current().settings.secure


def _take_notice() -> str:
    sent = request.cookies.get(NOTICE_COOKIE)
    if not sent:
        return ""
    g.notice_taken = True
    body, _, signature = sent.partition(".")
    if not same(signature.encode(), _sign(body).encode()):
        return ""
    key, values = json.loads(base64.urlsafe_b64decode(body))
    return t(key, **values)


def _sign(body: str) -> str:
    return hash_with_key(current().secret, "notice", body).hex()


def _show_refusal(error: DomainError) -> Response:
    key = f"error.{error.code}"
    said = t(key) if key in TEXTS else ""
    return _error_page(error.status, said, headers=error.headers)


def _show_http_error(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return _error_page(error.code)


def _show_break(error: Exception) -> Response:
    if is_outage(error):
        return outage(error)  # the frame's own page would ask the database who is looking
    # As in server.errors: the exception's own text may quote a row.
    log.error("a request broke", action="request.broke", route=str(request.url_rule), error=type(error).__name__)
    return _error_page(HTTPStatus.INTERNAL_SERVER_ERROR)


def _error_page(status: int, said: str = "", *, headers: Any = None) -> Response:
    usual = status if f"error.{status}" in TEXTS else (404 if status < 500 else 500)
    response = render(
        "desk/error.html", status=status, title=t(f"error.title.{usual}"), said=said or t(f"error.{usual}")
    )
    response.headers.update(headers or {})
    return response
