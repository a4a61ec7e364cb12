"""Serves the built app: hashed files for ever, the shell and the worker always fresh.

WhiteNoise answers before Flask does, so it gets the security headers by its own hook; routes of the app that only
exist on the phone (``/beep/<id>``) all get the shell.
"""

from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

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
    "/settings/<path:rest>",
)


def serve_pwa(app: Flask) -> None:
    """Put the built app in front of Flask, and its shell on the app's own routes."""
    app.wsgi_app = BuiltApp(app.wsgi_app, secure=current_secure(app))  # type: ignore[method-assign]
    shell = Blueprint("pwa", __name__)
    for number, route in enumerate(ROUTES):
        shell.add_url_rule(route, f"shell_{number}", _shell)
    app.register_blueprint(shell)


class BuiltApp:
    """The built files in front of ``behind``; ``secure``: served over TLS.

    WhiteNoise lists files, and their lengths, once. A build under a running server would leave it with names that are
    gone and lengths that are wrong, so the list is made anew when the app's page or worker has changed: two looks at a
    file's time a request, some microseconds.
    """

    def __init__(self, behind: WSGIApplication, *, secure: bool, folder: Path = DIST) -> None:
        self._behind, self._secure, self._folder = behind, secure, folder
        self._built: tuple[int, ...] = ()
        self._files = self._list()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith("/api/"):  # no file of the app's
            return self._behind(environ, start_response)
        if self._find_built() != self._built:
            self._files = self._list()
        return self._files(environ, start_response)  # type: ignore[no-any-return]

    def _find_built(self) -> tuple[int, ...]:
        """When the first and the last file of a build were written; empty before or amid a build."""
        try:
            return tuple((self._folder / name).stat().st_mtime_ns for name in ("index.html", "sw.js"))
        except FileNotFoundError:
            return ()

    def _list(self) -> WhiteNoise:
        # Before the listing: a build that goes on meanwhile is then noticed at the next request.
        self._built = self._find_built()
        files = WhiteNoise(
            self._behind,
            allow_all_origins=False,
            add_headers_function=self._set_headers,
            immutable_file_test=lambda path, url: url.startswith("/assets/"),
            max_age=0,
        )
        if self._built:
            files.add_files(str(self._folder), prefix="")
        return files

    def _set_headers(self, response_headers: object, path: str, url: str) -> None:
        for name, value in headers(secure=self._secure).items():
            response_headers[name] = value  # type: ignore[index]  # wsgiref Headers
        if not url.startswith("/assets/"):
            response_headers["Cache-Control"] = "no-cache"  # type: ignore[index]
        if url == "/sw.js":
            response_headers["Service-Worker-Allowed"] = "/"  # type: ignore[index]


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
