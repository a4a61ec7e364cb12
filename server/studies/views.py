import hashlib
from functools import cache

from flask import Response, json, request
from flask_smorest import Blueprint

from server.content import instruments
from server.errors import NotFound
from server.studies.schemas import InstrumentOut

content = Blueprint("content", __name__, description="Questionnaires as they were released")
A_YEAR_S = 31_536_000


class InstrumentUnknown(NotFound):
    """There is no released questionnaire with that key."""

    code = "instrument-unknown"


@content.get("/instruments/<key>")
@content.response(200, InstrumentOut())
@content.alt_response(304, description="Unchanged; a released questionnaire never changes.")
@content.alt_response(404, schema=None, description="No such questionnaire")
def get_instrument(key: str) -> Response:
    """One questionnaire with everything needed to ask it; may be kept for ever"""
    if key not in instruments():
        raise InstrumentUnknown
    body, tag = _rendered(key)
    response = Response(body, mimetype="application/json")
    response.set_etag(tag)
    # Public: the same for everybody and no secret; a phone that has it needs no network to ask.
    response.cache_control.public = True
    response.cache_control.max_age = A_YEAR_S
    response.cache_control.immutable = True
    response.make_conditional(request)
    return response


@cache
def _rendered(key: str) -> tuple[bytes, str]:
    body = json.dumps(instruments()[key].as_json(), ensure_ascii=False, separators=(",", ":")).encode()
    return body, hashlib.sha256(body).hexdigest()[:32]
