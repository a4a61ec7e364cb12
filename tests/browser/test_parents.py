"""A parent's page in a real browser, by keyboard; no page breaks a rule that axe can check."""

from datetime import UTC, datetime
from typing import Literal

import pytest
from playwright.sync_api import Page, sync_playwright

from server.app import create_app
from server.clock import SetClock
from server.config import Settings
from server.consent.inviting import invite_by_letter
from server.crypto import group_code
from server.db import Database
from server.installation import open_installation
from server.parents.wording import WORDS
from server.people.models import Participant
from server.pwa.views import DIST
from server.replay import serving
from tests.browser.chromium import PROGRAM
from tests.cast import Cast
from tests.young import ask_parents, join_young

AXE = DIST.parent / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed."),
    pytest.mark.skipif(not AXE.is_file(), reason="axe is not installed: run `npm ci` in server/pwa."),
]
NOW = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
_CHECK = """axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
    .then(result => result.violations.map(({id, nodes}) => `${id}: ${nodes[0].html.slice(0, 120)}`))"""
_WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("nl", 320, "light"), ("en", 320, "dark"), ("nl", 1280, "dark")]
)
def test_a_parent_agrees_and_takes_it_back_with_the_keyboard_alone(
    settings: Settings,
    database: Database,
    cast: Cast,
    language: Literal["nl", "en"],
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    words = WORDS[language]
    installation = open_installation(settings, clock=SetClock(NOW))
    app = create_app(installation.context)
    ask_parents(database, cast, 1)
    noor = join_young(app.test_client(use_cookies=False), database, cast)
    with installation.database.transaction() as session:
        code = invite_by_letter(session, session.get_one(Participant, noor.id), 1, language, now=NOW)
    broken: list[str] = []
    with serving(app) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)

        def check(name: str) -> None:
            assert page.title().endswith("– Kiem")
            broken.extend(f"{name}: {violation}" for violation in _violations(page))
            if page.evaluate(_WIDER):
                broken.append(f"{name}: wider than the screen")

        page.goto(f"http://127.0.0.1:{port}/parent?language={language}")
        check("code")
        page.focus("#code")
        page.keyboard.type(group_code(code).lower())
        page.keyboard.press("Enter")
        page.wait_for_selector("text=" + words["ask_title"])
        check("ask")
        page.focus("button")
        page.keyboard.press("Enter")
        page.wait_for_selector("[role=alert]")
        check("ask, with a mistake")
        for field in ("#agree", "#authority"):
            page.focus(field)
            page.keyboard.press("Space")
        page.focus("button")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=" + words["agreed_title"])
        check("agreed")
        assert noor.waiting() is None
        back = page.inner_text("main .code")
        page.goto(f"http://127.0.0.1:{port}/parent/{back}?language={language}")
        check("withdraw")
        page.focus("#keep")
        page.keyboard.press("Space")
        page.focus("button")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=" + words["withdrawn_title"])
        check("withdrawn")
        page.goto(f"http://127.0.0.1:{port}/parent/{back}?language={language}")
        check("over")
        browser.close()
    installation.database.dispose()
    assert noor.waiting() == "parent"
    assert broken == []


def _violations(page: Page) -> list[str]:
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    return list(page.evaluate(_CHECK))
