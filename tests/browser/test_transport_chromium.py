"""The real sender and a real Chromium, with the least of a page between them and no network."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError

from server.delivery.gateway import Kind
from server.delivery.payload import PushKind, topic_of
from tests.browser.bidi import wait_for
from tests.browser.chromium import running_chromium
from tests.browser.gcm import Gcm
from tests.browser.pages import Pages
from tests.browser.sender import Sender

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gcm]:
    running = Gcm(tmp_path_factory.mktemp("gcm"))
    yield running
    running.close()


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    running = Pages()
    yield running
    running.close()


@pytest.fixture(scope="module")
def sender(tmp_path_factory: pytest.TempPathFactory, service: Gcm, pages: Pages) -> Iterator[Sender]:
    running = Sender(tmp_path_factory.mktemp("sender"), service, public_url=pages.url)
    yield running
    running.close()


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chromium") / "profile"


def open_page(context: BrowserContext, pages: Pages) -> Page:
    page = context.new_page()
    page.goto(pages.url)
    page.wait_for_function("globalThis.ready")
    return page


def subscribe(page: Page, key: str) -> str:
    return str(page.evaluate("(key) => subscribe(key)", key))


def wait_for_pushes(page: Page, count: int) -> list[dict[str, Any]]:
    wait_for(lambda: page.evaluate("pushed()") >= count, f"{count} pushes shown")
    return list(json.loads(page.evaluate("shown()")))


def test_chromium_end_to_end(profile: Path, service: Gcm, sender: Sender, pages: Pages) -> None:
    """One browser for the whole story, because each start and first subscription takes seconds.

    1. Subscribe, push, decrypt, show. 2. A reminder replaces what is on the screen. 3. Another key is refused, and
    needs a new subscription. 4. Unsubscribed means gone.
    """
    beep = uuid.uuid4()
    with running_chromium(profile, service.flags, origin=pages.url) as context:
        page = open_page(context, pages)
        subscription = subscribe(page, sender.key.public)
        assert sender.send(subscription, beep=beep).kind is Kind.ACCEPTED
        (first,) = wait_for_pushes(page, 1)
        assert (first["tag"], first["data"]["beep"]) == (topic_of(beep), str(beep))

        sender.send(subscription, beep=beep, kind=PushKind.REMINDER)
        (second,) = wait_for_pushes(page, 2)
        assert second["data"]["kind"] == "reminder"

        refused = sender.send(subscription, beep=beep, key=sender.other_key)
        assert (refused.kind, refused.status) == (Kind.REFUSED, 403)
        with pytest.raises(PlaywrightError, match="InvalidStateError"):
            subscribe(page, sender.other_key.public)

        page.evaluate("unsubscribe()")
        wait_for(lambda: service.ended, "the browser to say so")
        gone = sender.send(subscription, beep=beep)
        assert (gone.kind, gone.status) == (Kind.GONE, 410)
