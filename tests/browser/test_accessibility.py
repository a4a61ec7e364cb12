"""No screen breaks a rule of WCAG 2.2 AA that axe can check, in light and in dark."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from server.pwa.views import DIST
from tests.browser.chromium import PROGRAM
from tests.browser.gcm import Gcm
from tests.browser.lived import Lived, World
from tests.browser.walk import walk

AXE = DIST.parent / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed."),
    pytest.mark.skipif(not AXE.is_file(), reason="axe is not installed: run `npm ci` in server/pwa."),
    pytest.mark.skipif(not (DIST / "index.html").is_file(), reason="The app is not built."),
]

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_CHECK = """axe.run(document, {runOnly: %s}).then(result => result.violations.map(
    ({id, nodes}) => `${id}: ${nodes.map(node => node.html.slice(0, 120)).join(" | ")}`))"""
_WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_WIDER_WHEN_LARGE = """() => {
    document.documentElement.style.fontSize = "200%";
    const wider = document.documentElement.scrollWidth > document.documentElement.clientWidth;
    document.documentElement.style.fontSize = "";
    return wider;
}"""
_MOVING = "() => document.getAnimations().filter(one => one.playState === 'running').map(one => one.animationName)"
FEWEST_SCREENS = 50


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Gcm]:
    running = Gcm(tmp_path)
    yield running
    running.close()


@pytest.mark.parametrize(("language", "dark"), [("nl", False), ("en", True)])
def test_no_screen_has_a_violation_and_none_is_wider_than_the_phone(
    tmp_path: Path, world: World, service: Gcm, language: str, dark: bool
) -> None:
    seen: list[str] = []
    broken: list[str] = []

    def check(name: str, page: Page) -> None:
        page.wait_for_timeout(60)  # motion is reduced: a frame or two
        chromium = page.context.new_cdp_session(page)  # past the page's own policy, which forbids foreign scripts
        chromium.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
        told = chromium.send(
            "Runtime.evaluate", {"expression": _CHECK % _RULES, "awaitPromise": True, "returnByValue": True}
        )
        chromium.detach()
        broken.extend(f"{name}: {violation}" for violation in told["result"]["value"])
        if page.evaluate(_WIDER):
            broken.append(f"{name}: wider than the phone")
        if page.evaluate(_WIDER_WHEN_LARGE):
            broken.append(f"{name}: wider than the phone with letters of twice the size")
        if moving := page.evaluate(_MOVING):
            broken.append(f"{name}: moves although less motion was asked for: {moving}")
        seen.append(name)

    kiem = Lived(world, tmp_path / "data", language=language)
    try:
        walk(tmp_path, service, kiem, check, language=language, dark=dark)
    finally:
        kiem.close()
    assert broken == []
    assert len(seen) >= FEWEST_SCREENS
