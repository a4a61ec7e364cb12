"""The real sender and a real Firefox, with the least of a page between them and no network."""

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from server.delivery.gateway import Kind
from server.delivery.payload import PushKind, topic_of
from tests.browser.autopush import Autopush
from tests.browser.bidi import Bidi, BidiError, wait_for
from tests.browser.firefox import Firefox
from tests.browser.pages import Pages
from tests.browser.sender import Sender

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def service(autopush: Autopush) -> Autopush:
    autopush.bring_back()
    return autopush


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    running = Pages()
    yield running
    running.close()


@pytest.fixture(scope="module")
def sender(tmp_path_factory: pytest.TempPathFactory, service: Autopush, pages: Pages) -> Iterator[Sender]:
    running = Sender(tmp_path_factory.mktemp("sender"), service, public_url=pages.url)
    yield running
    running.close()


@dataclass(kw_only=True, slots=True)
class Phone:
    """A tab in a container of its own: as good as another phone."""

    bidi: Bidi
    tab: str
    user_context: str
    url: str
    subscription: str = ""

    def subscribe(self, key: str) -> str:
        self.subscription = str(self.bidi.evaluate(self.tab, f"subscribe({json.dumps(key)})", tap=True))
        return self.subscription

    def shown(self) -> list[dict[str, Any]]:
        return list(json.loads(self.bidi.evaluate(self.tab, "shown()")))

    def wait_for_pushes(self, count: int) -> list[dict[str, Any]]:
        wait_for(lambda: self.bidi.evaluate(self.tab, "pushed()") >= count, f"{count} pushes at the page")
        return self.shown()

    def open(self, path: str = "/") -> None:
        self.tab = self.bidi.open_tab(self.url + path, user_context=self.user_context)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        wait_for(lambda: self.bidi.evaluate(self.tab, "globalThis.ready === true"), "the page to be ready")

    def close_tab(self) -> None:
        self.bidi.send("browsingContext.close", context=self.tab)

    def tabs(self) -> list[str]:
        return [tab["url"] for tab in self.bidi.tabs() if tab["userContext"] == self.user_context]


@pytest.fixture
def noor(firefox: Firefox, service: Autopush, pages: Pages) -> Iterator[Phone]:
    service.bring_back()
    context = firefox.new_phone()
    phone = Phone(bidi=firefox.bidi, tab="", user_context=context, url=pages.url)
    phone.open()
    yield phone
    service.bring_back()
    firefox.end_phone(context, origin=pages.url)


def test_a_push_is_decrypted_and_shown_and_a_click_opens_its_page(
    noor: Phone, firefox: Firefox, sender: Sender, service: Autopush
) -> None:
    beep = uuid.uuid4()
    outcome = sender.send(noor.subscribe(sender.key.public), beep=beep)
    assert outcome.kind is Kind.ACCEPTED

    (notification,) = noor.wait_for_pushes(1)
    assert notification["tag"] == topic_of(beep)
    assert notification["data"]["beep"] == str(beep)
    assert service.acks[-1]["code"] == 100

    firefox.click_notification(notification["title"])
    wait_for(lambda: noor.tabs() == [f"{noor.url}/beep/{beep}"], "the open tab to show the beep")
    noor.wait_until_ready()
    assert noor.shown() == []


def test_a_push_with_no_tab_open_is_shown_and_a_click_opens_one(noor: Phone, firefox: Firefox, sender: Sender) -> None:
    beep = uuid.uuid4()
    noor.subscribe(sender.key.public)
    noor.close_tab()
    sender.send(noor.subscription, beep=beep, kind=PushKind.CHALLENGE)
    (title,) = wait_for(firefox.notifications, "a notification")
    firefox.click_notification(title)
    wait_for(lambda: noor.tabs() == [f"{noor.url}/beep/{beep}"], "a tab with the beep")


def test_a_reminder_replaces_the_first_push_on_a_phone_without_signal(
    noor: Phone, sender: Sender, service: Autopush
) -> None:
    beep = uuid.uuid4()
    noor.subscribe(sender.key.public)
    service.take_offline()
    assert sender.send(noor.subscription, beep=beep, seed=1).kind is Kind.ACCEPTED
    assert sender.send(noor.subscription, beep=beep, kind=PushKind.REMINDER, seed=2).kind is Kind.ACCEPTED
    assert service.waiting() == 1
    service.bring_back()
    (notification,) = noor.wait_for_pushes(1)
    assert notification["data"]["kind"] == "reminder"


def test_a_reminder_replaces_the_notification_that_is_on_the_screen(noor: Phone, sender: Sender) -> None:
    beep = uuid.uuid4()
    noor.subscribe(sender.key.public)
    sender.send(noor.subscription, beep=beep)
    noor.wait_for_pushes(1)
    sender.send(noor.subscription, beep=beep, kind=PushKind.REMINDER)
    (notification,) = noor.wait_for_pushes(2)
    assert notification["data"]["kind"] == "reminder"


def test_a_push_whose_window_closed_while_the_phone_was_off_is_never_shown(
    noor: Phone, sender: Sender, service: Autopush
) -> None:
    expired, open_ = uuid.uuid4(), uuid.uuid4()
    noor.subscribe(sender.key.public)
    service.take_offline()
    sender.send(noor.subscription, beep=expired, lasts=timedelta(seconds=1.5))
    sender.send(noor.subscription, beep=open_)
    assert service.waiting() == 2
    time.sleep(1.2)
    service.bring_back()
    shown = noor.wait_for_pushes(1)
    assert [notification["data"]["beep"] for notification in shown] == [str(open_)]


def test_a_phone_that_unsubscribed_is_gone(noor: Phone, sender: Sender, service: Autopush) -> None:
    noor.subscribe(sender.key.public)
    noor.bidi.evaluate(noor.tab, "unsubscribe()")
    wait_for(lambda: service.unregistered, "the browser to say so")
    outcome = sender.send(noor.subscription, beep=uuid.uuid4())
    assert (outcome.kind, outcome.status) == (Kind.GONE, 410)


def test_another_key_than_the_phone_subscribed_with_is_refused_and_never_gone(noor: Phone, sender: Sender) -> None:
    noor.subscribe(sender.key.public)
    outcome = sender.send(noor.subscription, beep=uuid.uuid4(), key=sender.other_key)
    assert (outcome.kind, outcome.status) == (Kind.REFUSED, 401)


def test_a_new_key_needs_a_new_subscription_and_old_ones_keep_their_key(noor: Phone, sender: Sender) -> None:
    old = noor.subscribe(sender.key.public)
    with pytest.raises(BidiError, match="different application server key"):
        noor.subscribe(sender.other_key.public)
    assert sender.send(old, beep=uuid.uuid4()).kind is Kind.ACCEPTED
    noor.bidi.evaluate(noor.tab, "unsubscribe()")
    new = noor.subscribe(sender.other_key.public)
    assert sender.send(new, beep=uuid.uuid4(), key=sender.other_key).kind is Kind.ACCEPTED
    assert sender.send(old, beep=uuid.uuid4()).kind is Kind.GONE
    noor.wait_for_pushes(2)
