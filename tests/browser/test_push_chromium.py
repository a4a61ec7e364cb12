"""The whole way of a beep in a real Chromium: database, worker, sender, push service, app, answer. No network.

A click on a notification cannot be made by any driver of this browser (Firefox has that part); instead the page opens
the address that the notification carries.
"""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser import app
from tests.browser.bidi import wait_for
from tests.browser.chromium import running_chromium
from tests.browser.gcm import Gcm
from tests.browser.kiem import Kiem

pytestmark = pytest.mark.browser

_SHOWN = """async () => JSON.stringify((await (await navigator.serviceWorker.ready).getNotifications())
    .map(one => ({title: one.title, tag: one.tag, data: one.data})))"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gcm]:
    running = Gcm(tmp_path_factory.mktemp("gcm"))
    yield running
    running.close()


@pytest.fixture(scope="module")
def kiem(tmp_path_factory: pytest.TempPathFactory, service: Gcm) -> Iterator[Kiem]:
    running = Kiem(tmp_path_factory.mktemp("kiem"), service)
    yield running
    running.close()


def join(context: BrowserContext, kiem: Kiem) -> Page:
    """Join in the app and start it once more, whereupon it subscribes."""
    page = context.new_page()
    page.goto(f"{kiem.url}/join/{kiem.join_code}")
    wait_for(lambda: page.evaluate(app.press_on_in_joining()), "joining to end", every=0.1)
    page.goto(f"{kiem.url}/")
    return page


def answer(page: Page) -> None:
    """Say "rather not" to everything that may be skipped, and go on from the rest."""
    for _ in range(60):
        wait_for(lambda: page.evaluate(app.QUESTION) or page.evaluate(app.THANKED), "a question, or the end")
        if page.evaluate(app.THANKED):
            return
        if not page.evaluate(app.RATHER_NOT):
            page.evaluate(app.NEXT)


def test_a_day_with_chromium(tmp_path: Path, service: Gcm, kiem: Kiem) -> None:
    """One browser for the whole story, because each start and first subscription takes seconds.

    1. Noor joins; the app can be installed, subscribes, tells the server and shows the test that is asked for. 2. A
    beep is pushed, shown, opened and answered. 3. With the browser off, a first push and its reminder become one, and
    what has closed meanwhile is never shown. 4. A subscription that has ended is retired, and the app makes a new one
    at its next start.
    """
    profile = tmp_path / "profile"
    with running_chromium(profile, service.flags, origin=kiem.url) as context:
        page = join(context, kiem)
        noor = kiem.newest_participant()
        wait_for(lambda: kiem.reachable(noor), "the app to tell the server its push subscription")

        chromium = context.new_cdp_session(page)
        assert chromium.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
        page.goto(f"{kiem.url}/settings/notifications")
        page.locator(".push-test button").click()
        page.locator(".push-test.waiting").wait_for()
        wait_for(
            lambda: [kiem.deliver(), page.locator(".push-test.seen").count()][1], "the app to see its test", every=0.5
        )

        beep = kiem.ask(noor, slot=2)
        kiem.deliver()
        assert kiem.attempts(beep) == [(0, "accepted", 201)]
        wait_for(lambda: "shown" in kiem.receipts(beep), "the receipt that it was shown")
        test, notification = sorted(json.loads(page.evaluate(_SHOWN)), key=lambda one: one["data"]["beep"] is not None)
        assert test["data"]["kind"] == "test"
        assert notification["data"]["beep"] == str(beep)
        page.goto(notification["data"]["navigate"])
        answer(page)
        wait_for(lambda: kiem.answered(beep) == 1, "the answer in the database")

    wait_for(lambda: not service.connected(), "the browser to be off")
    later, closed = kiem.ask(noor, slot=3), kiem.ask(noor, slot=4, lasts=timedelta(seconds=1.5))
    kiem.deliver()
    kiem.deliver(after=timedelta(minutes=15))
    assert kiem.attempts(later) == [(0, "accepted", 201), (1, "accepted", 201)]
    assert kiem.attempts(closed) == [(0, "accepted", 201)]
    assert service.waiting() == 2
    time.sleep(1.2)

    with running_chromium(profile, service.flags, origin=kiem.url) as context:
        page = context.new_page()
        page.goto(f"{kiem.url}/")
        wait_for(lambda: "shown" in kiem.receipts(later), "the receipt that the reminder was shown")
        assert kiem.receipts(closed) == set()
        shown = {one["data"]["beep"]: one["data"]["kind"] for one in json.loads(page.evaluate(_SHOWN))}
        assert shown[str(later)] == "reminder"
        assert str(closed) not in shown

        (old,) = kiem.reachable(noor)
        page.evaluate(
            "async () => (await (await navigator.serviceWorker.ready).pushManager.getSubscription()).unsubscribe()"
        )
        wait_for(lambda: service.ended, "the browser to say that the subscription has ended")
        last = kiem.ask(noor, slot=5)
        kiem.deliver()
        assert kiem.attempts(last) == [(0, "gone", 410)]
        # Chromium now and then changes its address right after the first; the app takes the former one back.
        assert (kiem.devices(noor)[-1], kiem.reachable(noor)) == ((old, "gone"), [])
        page.reload()
        wait_for(lambda: set(kiem.reachable(noor)) - {old}, "a new subscription at the server")
