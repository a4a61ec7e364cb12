"""Headers on every answer, and the refusal of cross-site writes."""

from urllib.parse import urlsplit

from flask import Flask, Response, request

from server.errors import DomainError

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


class CrossSite(DomainError):
    """This request came from another site and was not carried out."""

    status = 403
    code = "cross-site"


def register_security(app: Flask) -> None:
    """Check where a write comes from before, and set the headers after, every request."""

    @app.before_request
    def _same_site() -> None:
        """Refuse writes that a browser says come from elsewhere. Programs send neither header and carry no cookies."""
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise CrossSite
        origin = request.headers.get("Origin")
        if origin and origin != "null" and urlsplit(origin).netloc != request.host:
            raise CrossSite

    @app.after_request
    def _headers(response: Response) -> Response:
        for name, value in headers(secure=request.is_secure).items():
            response.headers.setdefault(name, value)
        if request.path.startswith("/api/") and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response


def headers(*, secure: bool) -> dict[str, str]:
    """The headers of every answer, static files included."""
    return HEADERS | ({"Strict-Transport-Security": HSTS} if secure else {})
