"""Signing in with one's organisation: off to it, and back from it."""

import json
from datetime import timedelta
from typing import cast

from flask import Response, redirect, request, url_for
from werkzeug.exceptions import NotFound

from server.audit.service import Actor, record
from server.config import Oidc
from server.context import current, now
from server.crypto import SealBroken, hash_with_key, seal, unseal
from server.desk.frame import desk_blueprint, go, local_path, over_tls
from server.people.throttle import limit_failures
from server.staff import auth, openid
from server.staff.auth import anybody
from server.staff.openid import Attempt
from server.staff.refusals import OidcRefused
from server.staff.sessions import name_browser, open_session

openid_pages = desk_blueprint("desk_openid")
COOKIE = "kiem-desk-oidc"
PATH = "/desk/oidc"
LASTS = timedelta(minutes=10)
_PLACE = "oidc attempt"


@openid_pages.get("/oidc")
@anybody
def leave() -> Response:
    """Off to the organisation; what was begun is remembered in this browser only."""
    url, attempt = openid.begin(
        _oidc(), redirect_uri=_back(), onward=local_path(request.args.get("next", "")), now=now()
    )
    response = cast(Response, redirect(url, 303))
    sealed = seal(_key(), json.dumps(attempt.as_json()).encode(), place=_PLACE).hex()
    response.set_cookie(COOKIE, sealed, max_age=LASTS, path=PATH, secure=over_tls(), httponly=True, samesite="Lax")
    response.headers["Cache-Control"] = "no-store"
    return response


@openid_pages.get("/oidc/back")
@anybody
def back() -> Response:
    """Back from the organisation, with a code or with a no."""
    context, at, oidc = current(), now(), _oidc()
    attempt = _attempt()
    with limit_failures(
        context.database, "oidc", request.remote_addr, counted=OidcRefused, key=context.throttle_key, now=at
    ):
        code = request.args.get("code", "")
        if attempt is None or not code or at.timestamp() >= attempt.began_at + LASTS.total_seconds():
            raise OidcRefused
        told = openid.finish(
            oidc,
            attempt,
            code=code,
            state=request.args.get("state", ""),
            issuer=request.args.get("iss"),
            redirect_uri=_back(),
            now=at,
        )
        with context.database.transaction() as session:
            who = openid.find_account(session, oidc, told, secret=context.secret, now=at)
            browser = name_browser(request.user_agent.string)
            token = open_session(session, who, browser=browser, now=at, fresh=False)
            actor = Actor(staff_id=who.id, who=who.mail)
            record(session, actor, "staff.signed-in", secret=context.secret, now=at, by="oidc")
    response = go(attempt.onward)
    response.delete_cookie(COOKIE, path=PATH)
    auth.sign_in(response, token)
    return response


def _oidc() -> Oidc:
    oidc = current().settings.oidc
    if oidc is None:
        raise NotFound
    return oidc


def _back() -> str:
    return current().settings.public_url + url_for("desk_openid.back")


def _key() -> bytes:
    return hash_with_key(current().secret, "oidc cookie")


def _attempt() -> Attempt | None:
    try:
        return Attempt(**json.loads(unseal(_key(), bytes.fromhex(request.cookies.get(COOKIE, "")), place=_PLACE)))
    except (SealBroken, ValueError, TypeError):
        return None
