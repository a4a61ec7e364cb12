from typing import Any

from flask import Response, jsonify, request
from flask_smorest import Blueprint

from server.context import current, now
from server.crypto import group_code
from server.people import auth, service
from server.people.models import Participant
from server.people.schemas import JoinedOut, JoinIn, MeOut, RecoverIn
from server.people.throttle import limit_failures
from server.people.tokens import revoke_token

people = Blueprint("people", __name__, description="Joining a study and being somebody in it")


@people.post("/join")
@people.arguments(JoinIn())
@people.response(201, JoinedOut())
def post_join(body: dict[str, Any]) -> Response:
    """Join the study that a code opens, and sign this phone in"""
    context, at = current(), now()
    with (
        limit_failures(
            context.database, "join", request.remote_addr, counted=service.JoinRefused, key=context.throttle_key, now=at
        ),
        context.database.transaction() as session,
    ):
        joined = service.join(session, **body, now=at)
    return _welcome(joined, 201)


@people.post("/recover")
@people.arguments(RecoverIn())
@people.response(200, JoinedOut())
def post_recover(body: dict[str, Any]) -> Response:
    """Open an account on another phone with its one-time code; every other phone is signed out"""
    context, at = current(), now()
    with (
        limit_failures(
            context.database,
            "recover",
            request.remote_addr,
            counted=service.RecoveryUnknown,
            key=context.throttle_key,
            now=at,
        ),
        context.database.transaction() as session,
    ):
        joined = service.recover(session, body["recovery_code"], now=at)
    return _welcome(joined, 200)


@people.get("/me")
@auth.participant_required
@people.response(200, MeOut())
def get_me(*, participant: Participant) -> dict[str, Any]:
    """Who this phone belongs to, and her study"""
    return service.describe_me(participant, push_key=current().push_key, now=now())


@people.post("/sign-out")
@people.response(204)
def post_sign_out() -> Response:
    """Sign this phone out; its diary stays"""
    with current().database.transaction() as session:
        revoke_token(session, auth.read_token(), now())
    response = Response(status=204)
    auth.sign_out(response)
    return response


def _welcome(joined: service.Joined, status: int) -> Response:
    me = service.describe_me(joined.participant, push_key=current().push_key, now=now())
    body = JoinedOut().dump({"participant": me, "recovery_code": group_code(joined.recovery_code)})
    response = jsonify(body)
    response.status_code = status
    auth.sign_in(response, joined.token, joined.expires_at)
    return response
