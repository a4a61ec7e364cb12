"""The desk, served for a real browser at a host name, and axe's opinion of a page."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from server.app import create_app
from server.config import Settings
from server.installation import Installation, open_installation
from server.pwa.views import DIST
from server.schema import create_all
from tests.browser.door import Door

AXE = DIST.parent / "node_modules" / "axe-core" / "axe.min.js"
_CHECK = """axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
    .then(result => result.violations.map(({id, nodes}) => `${id}: ${nodes[0].html.slice(0, 120)}`))"""
_WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@contextmanager
def served_desk(folder: Path, *, host: str = "localhost", **settings: Any) -> Iterator[Installation]:
    """An installation in ``folder`` behind a server on a free port; ``settings`` change what is usual."""
    door = Door(lambda environ, start: app(environ, start))
    usual = Settings(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'kiem.sqlite3'}",
        public_url=f"http://{host}:{door.port}",
        push_gateway="recording",
        vapid_key_file=folder / "vapid.pem",
    )
    made = open_installation(replace(usual, **settings))
    create_all(made.database.engine)
    app = create_app(made.context)
    door.open()
    try:
        yield made
    finally:
        door.close()
        made.database.dispose()


def faults_of(page: Page) -> list[str]:
    """Every rule of axe that this page breaks, and whether it is wider than the screen."""
    chromium = page.context.new_cdp_session(page)  # past the page's own policy, which forbids foreign scripts
    chromium.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    told = chromium.send("Runtime.evaluate", {"expression": _CHECK, "awaitPromise": True, "returnByValue": True})
    chromium.detach()
    wider = ["wider than the screen"] if page.evaluate(_WIDER) else []
    return [f"{page.url}: {fault}" for fault in (*told["result"]["value"], *wider)]
