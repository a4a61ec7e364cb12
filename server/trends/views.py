from flask import Response, jsonify, request
from flask_smorest import Blueprint

from server.content import instruments
from server.context import current, now
from server.people.auth import participant_required
from server.people.models import Participant
from server.trends.schemas import TrendsIn, TrendsOut
from server.trends.service import name_trends, see_trends

trends = Blueprint("trends", __name__, description="What a participant sees of herself")


@trends.get("/trends")
@participant_required
@trends.arguments(TrendsIn(), location="query")
@trends.response(200, TrendsOut())
@trends.alt_response(304, description="Nothing has changed")
def get_trends(query: dict[str, int], *, participant: Participant) -> Response:
    """One's own mood, sleep, contact and movement; each piece only when there are answers enough for it"""
    at = now()
    weeks = query["weeks"]
    with current().database.reading() as session:
        # Whoever has a picture already costs one count, and the work only where there is something new to see.
        name = name_trends(session, participant, now=at, weeks=weeks) if request.if_none_match else ""
        if name and request.if_none_match.contains_weak(name):
            response = Response(status=304)
        else:
            picture, name = see_trends(session, participant, instruments=instruments(), now=at, weeks=weeks)
            response = jsonify(picture)
    response.set_etag(name, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"  # kept by the phone, but asked for every time
    return response
