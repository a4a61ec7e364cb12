from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from server.context import current, now
from server.people import auth, service
from server.people.models import Participant
from server.people.schemas import JoinedOut, MeOut, RecoverIn
from server.people.throttle import limit_failures
from server.people.tokens import revoke_token

people = Blueprint("people", __name__, description="Being somebody in a study, on this phone or another")


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
    return auth.welcome(joined, 200)


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
