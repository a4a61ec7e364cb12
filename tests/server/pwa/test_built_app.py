"""The built app as files: found under the server's feet when it is built anew."""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

from server.pwa.views import BuiltApp


def build(folder: Path, version: str, *, at: int) -> None:
    """What a build leaves: a page that names a script, the script, and a worker. ``at``: seconds since 1970."""
    assets = folder / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    for old in assets.iterdir():
        old.unlink()
    (assets / f"index-{version}.js").write_text(f"export const version = {version!r};")
    (folder / "index.html").write_text(f"<script src=/assets/index-{version}.js></script>")
    (folder / "sw.js").write_text(f"// worker of version {version}")
    for name in ("index.html", "sw.js"):
        os.utime(folder / name, (at, at))


def answer_nothing(environ: object, start_response: object) -> Iterable[bytes]:
    start_response("404 Not Found", [("Content-Type", "text/plain")])  # type: ignore[operator]
    return [b"behind"]


class Browser:
    """Reads answers to their end, as a web server does."""

    def __init__(self, folder: Path) -> None:
        self._client = Client(BuiltApp(answer_nothing, secure=False, folder=folder))

    def get(self, path: str) -> TestResponse:
        answer = self._client.get(path, buffered=True)
        answer.close()
        return answer


@pytest.fixture
def served(tmp_path: Path) -> Browser:
    build(tmp_path, "one", at=1_700_000_000)
    return Browser(tmp_path)


def test_a_new_build_is_served_without_a_restart(served: Browser, tmp_path: Path) -> None:
    assert served.get("/assets/index-one.js").status_code == 200
    build(tmp_path, "number-two", at=1_700_000_100)
    fresh = served.get("/assets/index-number-two.js")
    assert (fresh.status_code, fresh.text) == (200, "export const version = 'number-two';")
    assert served.get("/assets/index-one.js").text == "behind"
    assert served.get("/sw.js").text == "// worker of version number-two", "with its own length, not the old one"


def test_hashed_files_are_kept_for_ever_and_the_worker_is_always_asked_for(served: Browser) -> None:
    assert "immutable" in served.get("/assets/index-one.js").headers["Cache-Control"]
    worker = served.get("/sw.js").headers
    assert (worker["Cache-Control"], worker["Service-Worker-Allowed"]) == ("no-cache", "/")
    assert "default-src 'none'" in worker["Content-Security-Policy"]


def test_an_app_that_is_not_built_serves_what_is_behind(tmp_path: Path) -> None:
    served = Browser(tmp_path / "dist")
    assert served.get("/sw.js").text == "behind"
    build(tmp_path / "dist", "one", at=1_700_000_000)
    assert served.get("/sw.js").status_code == 200, "and the app once it is"
