"""The short way of an answer through the web process: WSGI to driver, with no framework in between.

Routing, contexts and hooks cost as much as the check of the answers, the score and both statements together, and
answers come all at once. So what is plainly an answer to a beep, sent by the app or by a program with a token, is taken
in here. Whatever is in any way odd, and whatever is refused or breaks, goes to Flask, where it is judged and worded as
if nobody had looked at it. A test sends the same requests both ways and compares what comes back.
"""

import json
import re
import uuid
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import TYPE_CHECKING

from werkzeug.http import parse_cookie

from server.config import Settings
from server.context import Context
from server.diary.hasty import record_hastily
from server.diary.service import Recorded
from server.diary.shape import read_plainly
from server.security import names_us

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MET = "kiem.met"  # in the environ: what keeping the answer ran into, for the view to raise
ESCAPED = b"\\u"  # may stand for what no database keeps
_ADDRESS = re.compile(r"/api/v1/beeps/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/response")
_LENGTH = re.compile(r"[1-9][0-9]{0,8}")
_STATUS = {200: "200 OK", 201: "201 CREATED"}


class Express:
    """A WSGI application in front of another.

    ``find_context`` is asked at every request; ``cookie`` is the name of the token's cookie; ``count`` is told the
    status of what ended here.
    """

    def __init__(
        self,
        application: "WSGIApplication",
        *,
        find_context: Callable[[], Context],
        cookie: str,
        count: Callable[[int], None],
    ) -> None:
        self._application, self._find_context, self._cookie, self._count = application, find_context, cookie, count

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        recorded = self._take_in(environ) if environ["REQUEST_METHOD"] == "PUT" else None
        if recorded is None:
            return self._application(environ, start_response)
        status, body = tell(recorded)
        self._count(status)
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
        ]
        start_response(_STATUS[status], headers)
        return [body]

    def _take_in(self, environ: "WSGIEnvironment") -> Recorded | None:
        """What is kept now; None for a request that is left to Flask, which finds its body unread."""
        address = _ADDRESS.fullmatch(environ.get("PATH_INFO", ""))
        token, context = self._find_token(environ), self._find_context()
        if address is None or token is None or not _is_plain(environ, context.settings):
            return None
        length = int(environ["CONTENT_LENGTH"])
        raw = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = BytesIO(raw)
        try:
            entry = read_plainly(raw) if len(raw) == length and ESCAPED not in raw else None
            if entry is None:
                return None
            beep, now = uuid.UUID(address[1]), context.clock.now()
            return record_hastily(context.database, token, beep, entry, now=now)
        except Exception as met:  # worded, logged and counted where all of them are
            environ[MET] = met
            return None

    def _find_token(self, environ: "WSGIEnvironment") -> str | None:
        scheme, _, secret = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        if secret:
            token = secret.strip() if scheme == "Bearer" else None
        else:
            token = None if scheme else parse_cookie(environ.get("HTTP_COOKIE")).get(self._cookie)
        return token if token and token.isascii() else None


def _is_plain(environ: "WSGIEnvironment", settings: Settings) -> bool:
    """Whether nothing about the request is a case for the hooks of `server.security` and `server.errors`."""
    length = environ.get("CONTENT_LENGTH", "")
    origin = environ.get("HTTP_ORIGIN")
    return (
        environ.get("CONTENT_TYPE") == "application/json"
        and _LENGTH.fullmatch(length) is not None
        and int(length) <= settings.max_body_kib * 1024
        and not environ.get("QUERY_STRING")
        and "HTTP_CONTENT_ENCODING" not in environ
        and "HTTP_TRANSFER_ENCODING" not in environ
        and environ.get("HTTP_SEC_FETCH_SITE", "same-origin") == "same-origin"
        and (not origin or names_us(origin, environ.get("HTTP_HOST", ""), settings))
    )


def tell(recorded: Recorded) -> tuple[int, bytes]:
    """Status and body of the answer to a phone."""
    told = {"received_at": recorded.received_at.isoformat(), "late_upload": recorded.late_upload, "zone": recorded.zone}
    return 201 if recorded.fresh else 200, json.dumps(told).encode()
