"""The desk, served for a real browser at a host name, and axe's opinion of a page."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Page
from werkzeug.serving import WSGIRequestHandler, make_server

from server.app import create_app
from server.config import Settings
from server.installation import Installation, open_installation
from server.pwa.views import DIST
from server.schema import create_all

AXE = DIST.parent / "node_modules" / "axe-core" / "axe.min.js"
_CHECK = """axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
    .then(result => result.violations.map(({id, nodes}) => `${id}: ${nodes[0].html.slice(0, 120)}`))"""
_WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return None


@contextmanager
def served_desk(folder: Path, *, host: str = "localhost", **settings: Any) -> Iterator[Installation]:
    """An installation in ``folder`` behind a server on a free port; ``settings`` change what is usual."""
    server = make_server(
        "127.0.0.1", 0, lambda environ, start: app(environ, start), threaded=True, request_handler=_Quiet
    )
    usual = Settings(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'kiem.sqlite3'}",
        public_url=f"http://{host}:{server.server_port}",
        push_gateway="recording",
        vapid_key_file=folder / "vapid.pem",
    )
    made = open_installation(replace(usual, **settings))
    create_all(made.database.engine)
    app = create_app(made.context)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        made.database.dispose()


def faults_of(page: Page) -> list[str]:
    """Every rule of axe that this page breaks, and whether it is wider than the screen."""
    chromium = page.context.new_cdp_session(page)  # past the page's own policy, which forbids foreign scripts
    chromium.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    told = chromium.send("Runtime.evaluate", {"expression": _CHECK, "awaitPromise": True, "returnByValue": True})
    chromium.detach()
    wider = ["wider than the screen"] if page.evaluate(_WIDER) else []
    return [f"{page.url}: {fault}" for fault in (*told["result"]["value"], *wider)]
