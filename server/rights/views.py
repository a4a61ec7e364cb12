from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint

from server.context import current, now
from server.crypto import group_code
from server.people import auth
from server.people.models import Participant
from server.people.service import RecoveryUnknown
from server.people.throttle import limit_failures
from server.rights import confirming, erasing, gathering, stopping, words
from server.rights.keeping import keeper_of
from server.rights.schemas import ConfirmIn, ConfirmOut, ConsequencesOut, StopIn, StopOut
from server.rights.scrubbing import scrub
from server.studies.calendar import local_date

rights = Blueprint("rights", __name__, description="Seeing what is kept about oneself, stopping, being erased")


@rights.post("/me/confirm")
@auth.participant_required
@rights.arguments(ConfirmIn())
@rights.response(200, ConfirmOut())
def post_confirm(body: dict[str, Any], *, participant: Participant) -> dict[str, Any]:
    """Show with the recovery code that it is she who holds the phone; the code stays good"""
    context, at = current(), now()
    with (
        # Counted for the account, wherever the tries come from.
        limit_failures(
            context.database,
            f"confirm {participant.id}",
            None,
            counted=RecoveryUnknown,
            key=context.throttle_key,
            now=at,
        ),
        context.database.transaction() as session,
    ):
        until = confirming.confirm(session, participant.id, auth.read_token(), body["recovery_code"], now=at)
        sealed = session.get_one(Participant, participant.id).sealed_at is not None
    return {"until": until, "sealed": sealed}


@rights.get("/me/data")
@auth.participant_required
@rights.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
def get_data(*, participant: Participant) -> Response:
    """Everything that is kept about oneself, as a zip of JSON and CSV"""
    at = now()
    with current().database.reading() as session:
        confirming.require_confirmed(session, auth.read_token(), now=at)
        confirming.require_open(participant)
        data = gathering.gather(session, participant, now=at)
    response = Response(gathering.pack(participant, data, now=at), mimetype="application/zip")
    response.headers["Content-Disposition"] = f"attachment; filename=kiem-{local_date(at, participant.zone)}.zip"
    return response


@rights.get("/me/stop")
@auth.participant_required
@rights.response(200, ConsequencesOut())
def get_stop(*, participant: Participant) -> dict[str, Any]:
    """What stopping and erasing would mean"""
    with current().database.reading() as session:
        answers = stopping.count_answers(session, participant)
    return {
        "stopped_at": participant.left_at,
        "answers": answers,
        "stop": words.STOP,
        "erase": words.ERASE,
        "kept": words.KEPT,
    }


@rights.post("/me/stop")
@auth.participant_required
@rights.arguments(StopIn())
@rights.response(200, StopOut())
def post_stop(body: dict[str, bool], *, participant: Participant) -> Any:
    """Stop, or stop and be erased; no reason and no code asked"""
    context, at = current(), now()
    if not body["erase"]:
        with context.database.transaction() as session:
            return {"stopped_at": stopping.stop(session, participant, now=at), "receipt": None}
    with context.database.transaction() as session:
        gone = erasing.erase(session, participant.id, why="self", keeper=keeper_of(context), now=at)
    scrub(context.database)
    response = jsonify(StopOut().dump({"stopped_at": gone.at, "receipt": group_code(gone.receipt)}))
    auth.sign_out(response)
    return response
