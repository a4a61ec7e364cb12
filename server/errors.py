"""Every error that leaves the program: one shape (RFC 9457, ``application/problem+json``) with a stable code.

``{"type": "urn:kiem:problem:<code>", "title", "status", "code", "detail", "errors"?}``. Codes are an interface: the
phone words them in the reader's language. Nothing of the inside (SQL, tracebacks, other people's ids) leaves.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, json, request
from flask_smorest import Api as SmorestApi
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException

from server.outages import RETRY_AFTER_S, is_outage

log = structlog.get_logger()


class DomainError(Exception):
    """Something that a caller did or met which the rules do not allow. The docstring of a subclass is its detail."""

    status: int = HTTPStatus.BAD_REQUEST
    code = "refused"

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.detail = detail or (type(self).__doc__ or "").strip()
        self.errors = list(errors)
        self.headers = dict(headers or {})
        super().__init__(self.detail)


class NotFound(DomainError):
    """There is nothing here for you."""

    status = HTTPStatus.NOT_FOUND
    code = "not-found"


class NotSignedIn(DomainError):
    """This needs the study's device token; join the study or use your recovery code."""

    status = HTTPStatus.UNAUTHORIZED
    code = "not-signed-in"


class TooManyTries(DomainError):
    """Too many tries; wait a while and try again."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too-many-tries"


class ProblemSchema(Schema):
    """RFC 9457 problem details with this program's stable code."""

    type = fields.String(required=True, metadata={"example": "urn:kiem:problem:not-found"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "Stable; safe to branch on."})
    detail = fields.String()
    errors = fields.List(fields.Dict(), metadata={"description": "One entry a problem: where, code, message."})


class Api(SmorestApi):  # type: ignore[misc]  # flask-smorest ships no types
    """flask-smorest with our error shape in the answers and in the OpenAPI document."""

    ERROR_SCHEMA = ProblemSchema
    PROBLEM = "application/problem+json"

    def _register_responses(self) -> None:
        """Declare every error as problem+json; the parent would say application/json."""
        usual = SmorestApi.DEFAULT_RESPONSE_CONTENT_TYPE
        self.DEFAULT_RESPONSE_CONTENT_TYPE = self.PROBLEM
        try:
            super()._register_responses()
        finally:
            self.DEFAULT_RESPONSE_CONTENT_TYPE = usual

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Give what Flask, Werkzeug and webargs raise the same shape as our own."""
        status = error.code or 500
        data = getattr(error, "data", None) or {}
        messages = data.get("messages") or data.get("errors")
        code = _CODES.get(status, f"http-{status}")
        errors = _flatten(messages) if messages else []
        headers = {
            name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After", "WWW-Authenticate")
        }
        return problem(status, code, detail=_DETAILS.get(status, ""), errors=errors, headers=headers)


_TURNED_AWAY = (401, 403, 429)
_CODES = {
    400: "bad-request",
    401: "not-signed-in",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid",
    429: "too-many-tries",
    500: "internal",
    503: "unavailable",
}
_DETAILS = {
    400: "The request could not be read.",
    404: "There is nothing here for you.",
    405: "This address does not take that method.",
    413: "The body is larger than this address takes.",
    415: "Send JSON with Content-Type: application/json.",
    422: "Some fields are not right; see errors.",
    500: "Something broke on our side; nothing of yours was lost. Try again.",
    503: "The database does not answer right now. Nothing was changed: keep what you have, try again later.",
}


def problem(
    status: int,
    code: str,
    *,
    detail: str = "",
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem+json response."""
    body: dict[str, Any] = {
        "type": f"urn:kiem:problem:{code}",
        "title": HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Error",
        "status": status,
        "code": code,
    }
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = list(errors)
    response = Response(json.dumps(body), status=status, mimetype=Api.PROBLEM)
    response.headers.update(headers or {})
    return response


def outage(error: Exception) -> Response:
    """503 for a database that is away, full or busy: whoever kept what she sent may send it again."""
    log.error("the database does not answer", action="database.away", error=type(error).__name__)
    return problem(503, _CODES[503], detail=_DETAILS[503], headers={"Retry-After": str(RETRY_AFTER_S)})


def register_errors(app: Flask) -> None:
    """Turn `DomainError` and anything unforeseen into problems."""

    @app.errorhandler(DomainError)
    def _domain(error: DomainError) -> Response:
        return problem(error.status, error.code, detail=error.detail, errors=error.errors, headers=error.headers)

    @app.errorhandler(RecursionError)
    def _nested(_error: RecursionError) -> Response:
        """JSON that is nested deeper than Python's reader goes; nothing of ours recurses on a caller's data."""
        return problem(400, "bad-request", detail=_DETAILS[400])

    @app.errorhandler(ValueError)
    def _unread(error: ValueError) -> Response | HTTPException:
        """A number of thousands of digits, which Python's reader refuses in its own way."""
        if "integer string conversion" in str(error):
            return problem(400, "bad-request", detail=_DETAILS[400])
        return _unforeseen(error)

    @app.before_request
    def _only_json() -> Response | None:
        """A body of another kind would be passed over, and the answer would complain of missing fields."""
        if request.path.startswith("/api/") and request.content_length and not request.is_json:
            return problem(415, _CODES[415], detail=_DETAILS[415])
        return None

    @app.after_request
    def _tell_refusals(response: Response) -> Response:
        """Whoever looks for guessing and probing finds each try: where and when, never who or what was sent."""
        if response.status_code in _TURNED_AWAY:
            log.info(
                "somebody was turned away",
                action="request.refused",
                method=request.method,
                route=str(request.url_rule),
                status=response.status_code,
            )
        return response

    @app.errorhandler(Exception)
    def _unforeseen(error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException):
            return error
        if is_outage(error):
            return outage(error)
        # The exception's own text may quote a row, so only its type and the route go to the log.
        log.error(
            "a request broke",
            action="request.broke",
            route=str(request.url_rule),
            error=type(error).__name__,
            exc_info=app.debug,
        )
        return problem(500, "internal", detail=_DETAILS[500])


def _flatten(messages: Any, where: str = "") -> list[dict[str, str]]:
    """webargs nests messages by location and field; a reader wants one line a problem."""
    if isinstance(messages, Mapping):
        found: list[dict[str, str]] = []
        for key, value in messages.items():
            if not where and key in ("json", "query", "path", "headers", "cookies", "files", "form"):
                found += _flatten(value, "")
            else:
                found += _flatten(value, f"{where}.{key}" if where else str(key))
        return found
    if isinstance(messages, list | tuple):
        return [entry for value in messages for entry in _flatten(value, where)]
    return [{"where": where or "body", "code": "invalid", "message": str(messages)}]
