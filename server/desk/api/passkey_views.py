"""Passkeys: made and removed with one's own account, and signing in with one. The desk's own pages call these too."""

import uuid
from typing import Any

from flask import Response, jsonify, request

from server.audit.service import Actor, record
from server.context import current, now
from server.desk.api.account_schemas import (
    DeskSignedInOut,
    PasskeyIn,
    PasskeyNameIn,
    PasskeyOptionsOut,
    PasskeyOut,
    PasskeySignInIn,
    PasskeysOut,
)
from server.desk.api.auth import api_blueprint, staff_api
from server.people.throttle import limit_failures
from server.staff import auth, passkeys
from server.staff.auth import anybody
from server.staff.passkeys import Party, party_of
from server.staff.refusals import NoPasskeysHere, SignInRefused, StaffNotSignedIn
from server.staff.sessions import Caller, name_browser, open_session, revoke_session

passkey_pages = api_blueprint("passkeys", "passkeys")


@passkey_pages.get("/account/passkeys")
@staff_api(role="anyone")
@passkey_pages.response(200, PasskeysOut())
def get_passkeys(*, staff: Caller) -> dict[str, Any]:
    """One's own passkeys"""
    with current().database.reading() as session:
        return {"passkeys": passkeys.list_passkeys(session, staff.id)}


@passkey_pages.post("/account/passkeys/options")
@staff_api(role="anyone", fresh=True)
@passkey_pages.response(200, PasskeyOptionsOut())
def post_registration_options(*, staff: Caller) -> dict[str, Any]:
    """What the browser needs to make a passkey; good for five minutes"""
    with current().database.reading() as session:
        options = passkeys.offer_registration(session, staff, party=_party(), secret=current().secret, now=now())
    return {"options": options}


@passkey_pages.post("/account/passkeys")
@staff_api(role="anyone", fresh=True)
@passkey_pages.arguments(PasskeyIn())
@passkey_pages.response(201, PasskeyOut())
def post_passkey(body: dict[str, Any], *, staff: Caller) -> Any:
    """Keep the passkey that the browser made"""
    with current().database.transaction() as session:
        return passkeys.register(
            session,
            staff,
            body["name"].strip() or "?",
            body["credential"],
            party=_party(),
            secret=current().secret,
            now=now(),
        )


@passkey_pages.patch("/account/passkeys/<uuid:passkey_id>")
@staff_api(role="anyone")
@passkey_pages.arguments(PasskeyNameIn())
@passkey_pages.response(204)
def patch_passkey(body: dict[str, str], passkey_id: uuid.UUID, *, staff: Caller) -> Response:
    """Call a passkey otherwise"""
    with current().database.transaction() as session:
        passkeys.rename_passkey(session, staff, passkey_id, body["name"])
    return Response(status=204)


@passkey_pages.delete("/account/passkeys/<uuid:passkey_id>")
@staff_api(role="anyone")
@passkey_pages.response(204)
def delete_passkey(passkey_id: uuid.UUID, *, staff: Caller) -> Response:
    """Let a passkey open nothing any more"""
    with current().database.transaction() as session:
        passkeys.remove_passkey(session, staff, passkey_id, secret=current().secret, now=now())
    return Response(status=204)


@passkey_pages.post("/session/passkey/options")
@anybody
@passkey_pages.response(200, PasskeyOptionsOut())
def post_sign_in_options() -> dict[str, Any]:
    """What the browser needs to show a passkey; says nothing about anybody"""
    return {"options": passkeys.offer_sign_in(party=_party(), secret=current().secret, now=now())}


@passkey_pages.post("/session/passkey")
@anybody
@passkey_pages.arguments(PasskeySignInIn())
@passkey_pages.response(201, DeskSignedInOut())
def post_sign_in(body: dict[str, Any]) -> Response:
    """Sign this browser in with a passkey, or show anew that it is she; the answer sets the desk's cookie"""
    context, at = current(), now()
    party = _party()
    with (
        limit_failures(
            context.database, "passkey", request.remote_addr, counted=SignInRefused, key=context.throttle_key, now=at
        ),
        context.database.transaction() as session,
    ):
        who = passkeys.prove_by_passkey(session, body["credential"], party=party, secret=context.secret, now=at)
        before = _signed_in()
        if before is not None:  # the session she came with ends, whosever it was
            revoke_session(session, before.id, before.session_id, at)
        token = open_session(session, who, browser=name_browser(request.user_agent.string), now=at)
        record(session, Actor(staff_id=who.id, who=who.mail), "staff.signed-in", secret=context.secret, now=at)
    response = jsonify({"language": who.language})
    response.status_code = 201
    auth.sign_in(response, token)
    return response


def _party() -> Party:
    party = party_of(current().settings.public_url)
    if party is None:
        raise NoPasskeysHere
    return party


def _signed_in() -> Caller | None:
    try:
        return auth.load_caller()
    except StaffNotSignedIn:
        return None
