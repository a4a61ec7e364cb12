import hashlib
import uuid

from flask import Response, json, jsonify, request
from flask_smorest import Blueprint

from server.context import current, now
from server.diary.today import BeepView, read_beep, read_today
from server.diary.today_schemas import BeepOut, TodayOut
from server.people.auth import participant_required
from server.people.models import Participant

today = Blueprint("today", __name__, description="What is asked around now")


@today.get("/today")
@participant_required
@today.response(200, TodayOut())
@today.alt_response(304, description="Nothing has changed but the time, which is in X-Kiem-Now")
def get_today(*, participant: Participant) -> Response:
    """The beeps of today and tomorrow and today's challenge"""
    at = now()
    with current().database.reading() as session:
        body = TodayOut().dump(read_today(session, participant, at))
    response = jsonify(body)
    content = {name: value for name, value in body.items() if name != "now"}
    response.set_etag(hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32], weak=True)
    response.headers["X-Kiem-Now"] = body["now"]
    response.headers["Cache-Control"] = "private, no-cache"  # kept by the phone, but asked for every time
    response.make_conditional(request)
    return response


@today.get("/beeps/<uuid:beep>")
@participant_required
@today.response(200, BeepOut())
def get_beep(beep: uuid.UUID, *, participant: Participant) -> BeepView:
    """One planned beep of one's own"""
    with current().database.reading() as session:
        return read_beep(session, participant, beep)
