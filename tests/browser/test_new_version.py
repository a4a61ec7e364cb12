"""A new version of the app is taken wherever somebody keeps it open, and takes nothing out of her hands."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, sync_playwright
from werkzeug.wrappers import Response

from server.pwa.views import DIST
from tests.browser import app
from tests.browser.bidi import wait_for
from tests.browser.chromium import PROGRAM
from tests.browser.gcm import Gcm
from tests.browser.kiem import Kiem
from tests.browser.test_offline import join

pytestmark = [pytest.mark.browser, pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed.")]

COME_BACK = "() => document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))"
SAME = "() => globalThis.same === true"
WAITS = "async () => (await navigator.serviceWorker.getRegistration()).waiting !== null"
A_LITTLE_MS = 2_000
"""Longer than the app lets pass after somebody came back."""


@pytest.fixture
def kiem(tmp_path: Path) -> Iterator[Kiem]:
    service = Gcm(tmp_path)
    running = Kiem(tmp_path / "kiem", service)
    yield running
    running.close()
    service.close()


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=PROGRAM, headless=True, args=["--no-sandbox"], locale="nl-NL"
        )
        context.set_default_timeout(10_000)
        yield context
        context.close()


def test_it_is_taken_when_somebody_comes_back_to_any_screen(phone: BrowserContext, kiem: Kiem) -> None:
    page = join(phone, kiem)
    for number, screen in enumerate(("/trends", "/team", "/settings/day", "/help")):
        stand_on(page, kiem, screen)
        publish(page, kiem, number)
        page.evaluate(COME_BACK)
        wait_for(lambda: is_loaded_again(page), f"the new version on {screen}")
        assert page.evaluate("location.pathname") == screen


def test_a_questionnaire_is_not_broken_off_and_the_new_version_comes_after_it(
    phone: BrowserContext, kiem: Kiem
) -> None:
    page = join(phone, kiem)
    beep = kiem.ask(kiem.newest_participant(), lasts=timedelta(minutes=50))
    stand_on(page, kiem, f"/beep/{beep}")
    wait_for(lambda: page.evaluate(app.QUESTION), "the first question")
    publish(page, kiem, 0)
    page.evaluate(COME_BACK)
    page.wait_for_timeout(A_LITTLE_MS)
    assert page.evaluate(SAME), "still the same page"
    page.locator(".ask-head .round").first.click()
    wait_for(lambda: is_loaded_again(page), "the new version on the today screen")


def test_what_is_half_chosen_stays_until_it_is_left(phone: BrowserContext, kiem: Kiem) -> None:
    page = join(phone, kiem)
    stand_on(page, kiem, "/settings/day")
    page.locator("main select").first.select_option("10:00")
    publish(page, kiem, 0)
    page.evaluate(COME_BACK)
    page.wait_for_timeout(A_LITTLE_MS)
    assert page.evaluate(SAME), "still the same page"
    assert page.locator("main select").first.input_value() == "10:00"
    page.locator("a.round[href='/settings']").click()
    page.locator(".rows").wait_for()
    page.evaluate(COME_BACK)
    wait_for(lambda: is_loaded_again(page), "the new version after the page was left")


def test_another_tab_does_not_take_a_questionnaire_away(phone: BrowserContext, kiem: Kiem) -> None:
    page = join(phone, kiem)
    beep = kiem.ask(kiem.newest_participant(), lasts=timedelta(minutes=50))
    stand_on(page, kiem, f"/beep/{beep}")
    wait_for(lambda: page.evaluate(app.QUESTION), "the first question")
    publish(page, kiem, 0)
    other = phone.new_page()
    stand_on(other, kiem, "/help")
    other.evaluate(COME_BACK)
    wait_for(lambda: is_loaded_again(other), "the new version in the other tab")
    page.wait_for_timeout(A_LITTLE_MS)
    assert page.evaluate(SAME), "still the same page"
    page.locator(".ask-head .round").first.click()
    wait_for(lambda: is_loaded_again(page), "the new version in this one")


def stand_on(page: Page, kiem: Kiem, screen: str) -> None:
    page.goto(kiem.url + screen)
    page.locator("main h1").first.wait_for()
    wait_for(lambda: page.evaluate("() => navigator.serviceWorker.controller !== null"), "the worker")
    page.evaluate("() => void (globalThis.same = true)")


def publish(page: Page, kiem: Kiem, number: int) -> None:
    """Serve another worker, and let this phone hear of it: it waits."""
    script = (DIST / "sw.js").read_text(encoding="utf-8") + f"\n// build {number}"
    kiem.serve_also("/sw.js", Response(script, content_type="text/javascript"))
    page.evaluate("async () => void (await (await navigator.serviceWorker.getRegistration()).update())")
    wait_for(lambda: page.evaluate(WAITS), "a new version that waits")


def is_loaded_again(page: Page) -> bool:
    with suppress(Error):  # asked in the very moment of loading
        return page.evaluate("() => document.readyState === 'complete' && globalThis.same !== true") is True
    return False
