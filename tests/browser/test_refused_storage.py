"""A browser that refuses to keep anything gets a plain word instead of an empty page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import PROGRAM
from tests.browser.gcm import Gcm
from tests.browser.kiem import Kiem

pytestmark = [pytest.mark.browser, pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed.")]

NO_DATABASE = "IDBFactory.prototype.open = () => { throw new DOMException('refused', 'SecurityError'); }"
NO_LOCAL = """Object.defineProperty(window, "localStorage", {
    get() { throw new DOMException("refused", "SecurityError"); }
})"""


@pytest.fixture
def kiem(tmp_path: Path) -> Iterator[Kiem]:
    service = Gcm(tmp_path)
    running = Kiem(tmp_path / "kiem", service)
    yield running
    running.close()
    service.close()


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        page = browser.new_page(locale="nl-NL", viewport={"width": 360, "height": 740})
        page.set_default_timeout(10_000)
        yield page
        browser.close()


def test_without_a_database_noor_reads_why_nothing_works_and_still_finds_somebody_to_talk_to(
    page: Page, kiem: Kiem
) -> None:
    page.add_init_script(f"{NO_DATABASE};{NO_LOCAL}")
    page.goto(f"{kiem.url}/join/{kiem.join_code}")
    page.locator("h1", has_text="Deze browser bewaart niets").wait_for()
    page.locator("a[href='/help']").click()
    page.locator(".lines .line").first.wait_for()
    page.go_back()
    page.locator("h1", has_text="Deze browser bewaart niets").wait_for()


def test_without_the_small_storage_everything_works(page: Page, kiem: Kiem) -> None:
    page.add_init_script(NO_LOCAL)
    page.goto(f"{kiem.url}/join/{kiem.join_code}")
    page.locator("main.step-code button[type=submit]").click()
    page.locator("main.step-about").wait_for()
