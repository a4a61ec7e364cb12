"""A coordinator's way in, with a real browser and by keyboard; no screen breaks a rule that axe can check."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from server.app import create_app
from server.config import Settings
from server.installation import Installation, open_installation
from server.pwa.views import DIST
from server.schema import create_all
from server.staff.commands import invite_staff
from tests.browser.chromium import PROGRAM
from tests.browser.door import Door
from tests.factories import make_study
from tests.server.desk.desk import PASSWORD, totp_at

AXE = DIST.parent / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed."),
    pytest.mark.skipif(not AXE.is_file(), reason="axe is not installed: run `npm ci` in server/pwa."),
]
_CHECK = """axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
    .then(result => result.violations.map(({id, nodes}) => `${id}: ${nodes[0].html.slice(0, 120)}`))"""
_WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    door = Door(lambda environ, start: app(environ, start))
    made = open_installation(
        Settings(
            data_dir=tmp_path,
            database_url=f"sqlite:///{tmp_path / 'kiem.sqlite3'}",
            public_url=f"http://127.0.0.1:{door.port}",
            push_gateway="recording",
            vapid_key_file=tmp_path / "vapid.pem",
        )
    )
    create_all(made.database.engine)
    app = create_app(made.context)
    door.open()
    yield made
    door.close()
    made.database.dispose()


@pytest.mark.parametrize(
    ("language", "width", "height", "scheme"),
    [("nl", 1280, 800, "light"), ("nl", 390, 844, "dark"), ("en", 1280, 800, "dark"), ("en", 390, 844, "light")],
)
def test_the_way_in_is_open_to_everybody(
    installation: Installation, language: str, width: int, height: int, scheme: str
) -> None:
    with installation.database.transaction() as session:
        make_study(session, name="garden", title={"nl": "Hoe gaat het?", "en": "How are you?"})
        link = invite_staff(
            session,
            installation.clock.now(),
            "onbekende.met.een.lange.naam@universiteit.example",
            secret=installation.context.secret,
            public_url=installation.settings.public_url,
            administrator=True,
            study_name="garden",
            role="owner",
            language=language,
        )
    broken: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        page = browser.new_page(
            viewport={"width": width, "height": height},
            locale=language,
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        noted: list[str] = []
        page.on("console", lambda message: noted.append(message.text) if "Content Security" in message.text else None)

        def check(name: str) -> None:
            broken.extend(f"{name}: {violation}" for violation in _violations(page))
            if page.evaluate(_WIDER):
                broken.append(f"{name}: wider than the screen")

        _come_in(page, installation, link, check)
        url = installation.settings.public_url
        for path in ("account", "account/renew", "account/recovery-codes", "staff", "staff/invite", "log", "nothing"):
            page.goto(f"{url}/desk/{path}")
            check(path)
        for path in ("staff", "staff/invite", "log"):
            page.goto(f"{url}/desk/studies/garden/{path}")
            check(f"study: {path}")
        page.goto(f"{url}/desk/studies/garden/staff/invite")
        page.fill("#mail", "nina@kiem.example")
        page.keyboard.press("Enter")
        page.wait_for_selector(".link")
        check("link")
        browser.close()
    assert broken == []
    assert noted == []


def _come_in(page: Page, installation: Installation, link: str, check: Callable[[str], None]) -> None:
    """Make the account and sign in with the keyboard alone: a problem first, which takes the focus."""
    page.goto(f"{installation.settings.public_url}/desk")
    check("sign in")
    page.keyboard.press("Enter")
    page.wait_for_selector(".problems")
    assert page.evaluate("document.activeElement.className") == "problems"
    check("sign in, empty")
    page.goto(link)
    check("invitation")
    plain = page.inner_text("p.hint .code").replace(" ", "")
    for field, value in (
        ("#name", "Nina"),
        ("#password", PASSWORD),
        ("#again", PASSWORD),
        ("#code", totp_at(plain, installation.clock.now())),
    ):
        page.focus(field)
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    page.wait_for_selector(".secrets")
    check("recovery codes")
    assert len(re.findall(r"\w{4}-\w{4}-\w{4}", page.inner_text(".secrets"))) == 10
    page.focus("a.button.main")
    page.keyboard.press("Enter")
    page.wait_for_selector(".cards")
    check("studies")


def _violations(page: Page) -> list[str]:
    chromium = page.context.new_cdp_session(page)  # past the page's own policy, which forbids foreign scripts
    chromium.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    told = chromium.send("Runtime.evaluate", {"expression": _CHECK, "awaitPromise": True, "returnByValue": True})
    chromium.detach()
    return list(told["result"]["value"])
