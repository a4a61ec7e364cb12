"""Headers on every answer, the refusal of cross-site writes, of packed bodies and of what is no text."""

import json
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, request
from werkzeug.routing import RequestRedirect

from server.config import LOOPBACK, Settings
from server.context import current
from server.errors import DomainError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = "max-age=63072000; includeSubDomains"
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # and not a backslash with these letters after it
_SAFE = ("GET", "HEAD", "OPTIONS")


class CrossSite(DomainError):
    """This request came from another site and was not carried out."""

    status = 403
    code = "cross-site"


class NotText(DomainError):
    """A text has a character that no database keeps (NUL, or half of a surrogate pair)."""

    status = 400
    code = "not-text"


class BodyPacked(DomainError):
    """Send the body as it is, not compressed: a small packed body can stand for a very large one."""

    status = 415
    code = "body-packed"


def register_security(app: Flask) -> None:
    """Check where a write comes from before every request, and keep answers out of caches after it."""

    @app.before_request
    def _same_site() -> None:
        """Refuse writes that a browser says come from elsewhere. Programs send neither header and carry no cookies."""
        if request.method in _SAFE:
            return
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise CrossSite
        origin = request.headers.get("Origin")
        if origin and not _is_ours(origin):
            raise CrossSite

    @app.before_request
    def _as_it_is() -> None:
        """Nothing here unpacks a body; say so instead of reading the packed bytes as text."""
        if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
            raise BodyPacked

    @app.before_request
    def _all_text() -> None:
        """What PostgreSQL would refuse in the middle of the work is refused here, wherever it stands."""
        if "\0" in request.path or any("\0" in value for values in request.args.listvalues() for value in values):
            raise NotText
        if request.is_json and b"\\u" in request.get_data() and not _is_text(request.get_json(silent=True)):
            raise NotText

    @app.after_request
    def _stay_here(response: Response) -> Response:
        """The router's own redirects (a doubled slash) name the host that the caller said, which may be made up."""
        if response.location and isinstance(request.routing_exception, RequestRedirect):
            response.location = urlunsplit(("", "", *urlsplit(response.location)[2:]))
            response.set_data("")
        return response

    @app.after_request
    def _uncached(response: Response) -> Response:
        if request.path.startswith("/api/") and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response


def _is_text(value: object) -> bool:
    try:
        return not _NUL.search(json.dumps(value, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        return False


def put_headers_on_everything(inner: "WSGIApplication", *, secure: bool) -> "WSGIApplication":
    """The outermost layer: the headers are on every answer, also on what answers before Flask does (static files and
    their 304, 405, 416). What an answer already says stays as it is.

    ``secure``: what the installation says of itself, since a proxy may end the TLS without telling us.
    """
    all_of = {over_tls: list(headers(secure=over_tls).items()) for over_tls in (False, True)}

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, sent: list[tuple[str, str]], exc_info: Any = None, /) -> Callable[[bytes], object]:
            there = {name.lower() for name, _ in sent}
            over_tls = secure or environ.get("wsgi.url_scheme") == "https"  # by now also as a proxy of ours told it
            missing = [pair for pair in all_of[over_tls] if pair[0].lower() not in there]
            return start_response(status, [*sent, *missing], exc_info)

        return inner(environ, start)

    return application


def _is_ours(origin: str) -> bool:
    """A form sends ``null``, because our pages refer nowhere; the app's own requests never do."""
    if origin == "null":
        return not request.path.startswith("/api/")
    return names_us(origin, request.host, current().settings)


def names_us(origin: str, host: str, settings: Settings) -> bool:
    """Whether a browser's ``Origin`` is our own page, asked for as ``host``.

    Behind a proxy the host may be its name for us, and the public address what the browser knows. Where TLS is spoken,
    a page without it was put there by whoever is in between; only this very machine talks to itself without.
    """
    try:
        parts = urlsplit(origin)
    except ValueError:  # "http://[": nothing that a browser says
        return False
    hosts = (host, urlsplit(settings.public_url).netloc)
    return parts.netloc in hosts and (not settings.secure or parts.scheme == "https" or parts.hostname in LOOPBACK)


def headers(*, secure: bool) -> dict[str, str]:
    """The headers of every answer, static files included."""
    return HEADERS | ({"Strict-Transport-Security": HSTS} if secure else {})
