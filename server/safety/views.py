import hashlib
from typing import Any

from flask import Response, json, jsonify, request
from flask_smorest import Blueprint

from server.context import current, now
from server.people.auth import find_caller, participant_required
from server.people.models import Participant
from server.safety.card import dismiss_card, show_card
from server.safety.schemas import CountryIn, GentleCardOut, HelpOut
from server.safety.service import describe_help

safety = Blueprint("safety", __name__, description="Who to turn to")


@safety.get("/help")
@safety.arguments(CountryIn(), location="query")
@safety.response(200, HelpOut())
@safety.alt_response(304, description="Unchanged")
def get_help(query: dict[str, str]) -> Response:
    """Help lines, those for one's own age first, and the study's own person; open to everybody"""
    body = HelpOut().dump(describe_help(query["country"], find_caller(), now=now()))
    response = jsonify(body)
    response.set_etag(hashlib.sha256(json.dumps(body).encode()).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"  # kept by the phone, but asked for every time
    response.vary.update(("Cookie", "Authorization"))
    response.make_conditional(request)
    return response


@safety.get("/card")
@participant_required
@safety.response(200, GentleCardOut())
def get_card(*, participant: Participant) -> dict[str, Any]:
    """Whether the gentle card is to be shown now, and its words"""
    with current().database.transaction() as session:
        card = show_card(session, participant, now=now())
    if card is None:
        return {"show": False, "title": None, "text": None, "message": None}
    return {"show": True, "title": card.title, "text": card.text, "message": card.message}


@safety.post("/card/dismiss")
@participant_required
@safety.response(204)
def post_dismiss(*, participant: Participant) -> None:
    """Take the card down"""
    with current().database.transaction() as session:
        dismiss_card(session, participant, now=now())
