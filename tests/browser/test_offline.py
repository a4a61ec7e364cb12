"""Answers given without a network reach the server once, whatever becomes of the phone on the way."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, sync_playwright

from tests.browser import app
from tests.browser.bidi import wait_for
from tests.browser.chromium import PROGRAM
from tests.browser.gcm import Gcm
from tests.browser.kiem import Kiem

pytestmark = [pytest.mark.browser, pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed.")]

WAITING = """() => new Promise(done => {
    const opening = indexedDB.open("kiem");
    opening.onsuccess = () => {
        const count = opening.result.transaction("outbox").objectStore("outbox").count();
        count.onsuccess = () => { opening.result.close(); done(count.result); };
    };
})"""


@pytest.fixture(scope="module")
def kiem(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kiem]:
    service = Gcm(tmp_path_factory.mktemp("gcm"))
    running = Kiem(tmp_path_factory.mktemp("kiem"), service)
    yield running
    running.close()
    service.close()


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser on a profile of its own, so that its storage outlives its pages."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=PROGRAM, headless=True, args=["--no-sandbox"]
        )
        yield context
        context.close()


def test_three_answers_given_offline_become_three_rows_although_the_first_try_is_cut_and_the_page_closed(
    phone: BrowserContext, kiem: Kiem
) -> None:
    """One story. 1. Noor joins and three beeps open. 2. Without a network the app still starts and takes her answers.
    3. Back online, the server's word on the first answer is lost in the middle and the page dies. 4. The next page
    sends again what nobody acknowledged, and there is one row for each."""
    page = join(phone, kiem)
    noor = kiem.newest_participant()
    beeps = [kiem.ask(noor, slot=slot, lasts=timedelta(minutes=50)) for slot in (2, 3, 4)]
    page.reload()
    page.locator(".card.now").wait_for()
    wait_for(
        lambda: page.evaluate("async () => (await navigator.serviceWorker.ready).active.state") == "activated",
        "the worker",
    )
    for beep in beeps:  # her phone has the questions from its last look
        page.evaluate("beep => fetch(`/api/v1/beeps/${beep}`)", str(beep))

    phone.set_offline(True)
    page.reload()
    page.locator(".card.now").wait_for()
    page.locator(".banner").wait_for()
    for beep in beeps:
        page.goto(f"{kiem.url}/beep/{beep}")
        answer(page)
    assert page.evaluate(WAITING) == 3
    assert [kiem.answered(beep) for beep in beeps] == [0, 0, 0]

    cut: list[str] = []

    def cut_after_arrival(route: Route) -> None:
        """The server takes it; what it says about it never comes."""
        if cut:
            route.abort("internetdisconnected")
            return
        cut.append(route.request.url)
        route.fetch()
        route.abort("connectionreset")

    page.close()
    page = phone.new_page()
    phone.route("**/response", cut_after_arrival)
    phone.set_offline(False)
    page.goto(kiem.url)
    wait_for(lambda: cut and kiem.answered(beeps[0]) == 1, "the first answer at the server")
    page.close()
    phone.unroute("**/response")

    page = phone.new_page()
    page.goto(kiem.url)
    wait_for(lambda: page.evaluate(WAITING) == 0, "an empty outbox")
    assert [kiem.answered(beep) for beep in beeps] == [1, 1, 1]
    page.reload()
    page.locator(".today").wait_for()
    assert page.locator(".card.note").count() == 0, "nothing was refused"
    assert [kiem.answered(beep) for beep in beeps] == [1, 1, 1]


def join(phone: BrowserContext, kiem: Kiem) -> Page:
    page = phone.pages[0]
    page.goto(f"{kiem.url}/join/{kiem.join_code}")
    wait_for(lambda: page.evaluate(app.press_on_in_joining()), "joining to end", every=0.1)
    page.goto(kiem.url)
    page.locator(".today").wait_for()
    return page


def answer(page: Page) -> None:
    """Say "rather not" to everything that may be skipped, and go on from the rest."""
    for _ in range(60):
        wait_for(lambda: page.evaluate(app.QUESTION) or page.evaluate(app.THANKED), "a question, or the end")
        if page.evaluate(app.THANKED):
            return
        if not page.evaluate(app.RATHER_NOT):
            page.evaluate(app.NEXT)
    raise AssertionError("The questions do not end.")
