"""Bounded work: what comes beyond what this process can do is refused at once instead of kept waiting.

A request that waits in a queue is a phone that gives up and asks again, so that a queue without an end only grows.
At most ``at_once`` requests are in work, at most ``waiting`` more wait for their turn, none longer than ``patience_s``;
every other one is answered 503 with Retry-After, for the price of a look at two numbers. Phones keep their answers
until they are taken, so a refusal costs time and nothing else.
"""

import json
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

GUARDED = "/api/"  # the app's own files and the staff's few pages are not what comes in thousands
PATIENCE_S = 1.0
RETRY_AFTER_S = 5
WAITING_FOR_EACH = 4  # how many may wait for each one in work
DOORKEEPERS = 4  # threads that are always free to refuse
_BODY = json.dumps(
    {
        "type": "urn:kiem:problem:busy",
        "title": "Service Unavailable",
        "status": 503,
        "code": "busy",
        "detail": "Too many people at once. Nothing of yours was lost; try again in a moment.",
    }
).encode()
_HEADERS = [
    ("Content-Type", "application/problem+json"),
    ("Content-Length", str(len(_BODY))),
    ("Retry-After", str(RETRY_AFTER_S)),
    ("Cache-Control", "no-store"),
]


class Admission:
    """A WSGI application in front of another. Needs `threads_for` threads to have one to refuse with."""

    def __init__(
        self,
        application: "WSGIApplication",
        *,
        at_once: int,
        waiting: int | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._application = application
        self._free = threading.BoundedSemaphore(at_once)
        self._chairs = threading.BoundedSemaphore(at_once * WAITING_FOR_EACH if waiting is None else waiting)
        self._patience_s = patience_s

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(GUARDED):
            return self._application(environ, start_response)
        if not self._come_in():
            start_response("503 Service Unavailable", list(_HEADERS))
            return [_BODY]
        try:
            return self._application(environ, start_response)
        finally:
            self._free.release()

    def _come_in(self) -> bool:
        if self._free.acquire(blocking=False):
            return True
        if not self._chairs.acquire(blocking=False):
            return False
        try:
            return self._free.acquire(timeout=self._patience_s)
        finally:
            self._chairs.release()


def threads_for(at_once: int) -> int:
    """How many threads a web server needs: for those in work, those who wait, and those who refuse."""
    return at_once * (1 + WAITING_FOR_EACH) + DOORKEEPERS
