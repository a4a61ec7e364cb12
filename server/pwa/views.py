"""Serves the built app: hashed files for ever, the shell and the worker always fresh.

WhiteNoise answers before Flask does, so it gets the security headers by its own hook; routes of the app that only
exist on the phone (``/beep/<id>``) all get the shell.
"""

from pathlib import Path

from flask import Blueprint, Flask, Response, send_from_directory
from whitenoise import WhiteNoise

from server.context import current
from server.errors import problem
from server.security import headers

DIST = Path(__file__).parent / "dist"
ROUTES = (
    "/",
    "/join",
    "/join/<path:rest>",
    "/beep/<path:rest>",
    "/event",
    "/challenge",
    "/challenge/gallery",
    "/team",
    "/trends",
    "/week",
    "/help",
    "/settings",
)


def serve_pwa(app: Flask) -> None:
    """Put the built app in front of Flask, and its shell on the app's own routes."""
    secure = current_secure(app)

    def set_headers(response_headers: object, path: str, url: str) -> None:
        for name, value in headers(secure=secure).items():
            response_headers[name] = value  # type: ignore[index]  # wsgiref Headers
        if not url.startswith("/assets/"):
            response_headers["Cache-Control"] = "no-cache"  # type: ignore[index]
        if url == "/sw.js":
            response_headers["Service-Worker-Allowed"] = "/"  # type: ignore[index]

    static = WhiteNoise(
        app.wsgi_app,
        allow_all_origins=False,
        add_headers_function=set_headers,
        immutable_file_test=lambda path, url: url.startswith("/assets/"),
        max_age=0,
    )
    if DIST.is_dir():
        static.add_files(str(DIST), prefix="")
    app.wsgi_app = static  # type: ignore[method-assign]
    shell = Blueprint("pwa", __name__)
    for number, route in enumerate(ROUTES):
        shell.add_url_rule(route, f"shell_{number}", _shell)
    app.register_blueprint(shell)


def current_secure(app: Flask) -> bool:
    """Whether the installation is served over TLS (decided once: static files know no request)."""
    with app.app_context():
        return current().settings.secure


def _shell(rest: str = "") -> Response:
    """The app's one page. Says what to do where it was not built."""
    if not (DIST / "index.html").is_file():
        return problem(503, "app-not-built", detail="The app is not built: run ./run build, then start again.")
    response = send_from_directory(DIST, "index.html")
    response.headers["Cache-Control"] = "no-cache"
    return response
