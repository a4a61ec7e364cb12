"""Signing in for programs: a token instead of a cookie. People sign in at the desk."""

from typing import Any

from flask import Response, request

from server.audit.service import Actor, record
from server.context import current, now
from server.desk.api.auth import api_blueprint, staff_api
from server.desk.api.session_schemas import SessionIn, SessionOut
from server.staff.sessions import LONGEST, Caller, open_session, revoke_session
from server.staff.signing_in import Proof, limit_tries, prove

sessions = api_blueprint("session", "signing in for programs")
PROGRAM = "program"


@sessions.post("/session")
@sessions.arguments(SessionIn())
@sessions.response(201, SessionOut())
def post_session(body: dict[str, str]) -> dict[str, Any]:
    """Sign in with mail address, password and code; for what reaches far, again after five minutes"""
    context, at = current(), now()
    proof = Proof(mail=body["mail"], password=body["password"], code=body["code"])
    with (
        limit_tries(context.database, proof.mail, request.remote_addr, key=context.throttle_key, now=at),
        context.database.transaction() as session,
    ):
        who = prove(session, proof, secret=context.secret, now=at)
        token = open_session(session, who, browser=PROGRAM, now=at)
        record(session, Actor(staff_id=who.id, who=who.mail), "staff.signed-in", secret=context.secret, now=at)
    return {"token": token, "expires_at": at + LONGEST}


@sessions.delete("/session")
@staff_api(role="anyone")
@sessions.response(204)
def delete_session(*, staff: Caller) -> Response:
    """Sign out"""
    with current().database.transaction() as session:
        revoke_session(session, staff.id, staff.session_id, now())
    return Response(status=204)
