"""The whole way of a beep in a real Firefox: database, worker, sender, push service, app, click, answer. No network."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.browser import app
from tests.browser.autopush import Autopush
from tests.browser.bidi import Bidi, wait_for
from tests.browser.firefox import Firefox
from tests.browser.kiem import Kiem

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def kiem(tmp_path_factory: pytest.TempPathFactory, autopush: Autopush) -> Iterator[Kiem]:
    running = Kiem(tmp_path_factory.mktemp("kiem"), autopush)
    yield running
    running.close()


@dataclass(kw_only=True, slots=True)
class Phone:
    """A container of Firefox in which somebody has joined: as good as a phone of her own."""

    bidi: Bidi
    user_context: str
    url: str
    person: UUID
    tab: str

    def run(self, expression: str) -> object:
        return self.bidi.evaluate(self.tab, expression)

    def restart_app(self) -> None:
        self.bidi.send("browsingContext.navigate", context=self.tab, url=f"{self.url}/", wait="complete")

    def close_tab(self) -> None:
        self.bidi.send("browsingContext.close", context=self.tab)

    def use_only_tab(self) -> None:
        (self.tab,) = [tab["context"] for tab in self._tabs()]

    def tabs(self) -> list[str]:
        return [tab["url"] for tab in self._tabs()]

    def _tabs(self) -> list[dict[str, Any]]:
        return [tab for tab in self.bidi.tabs() if tab["userContext"] == self.user_context]


@pytest.fixture
def noor(firefox: Firefox, autopush: Autopush, kiem: Kiem) -> Iterator[Phone]:
    """Noor has joined in the app, which has subscribed and told the server."""
    autopush.bring_back()
    context = firefox.new_phone()
    tab = firefox.bidi.open_tab(f"{kiem.url}/join/{kiem.join_code}", user_context=context)
    wait_for(lambda: firefox.bidi.evaluate(tab, app.press_on_in_joining(), tap=True), "joining to end", every=0.1)
    wait_for(lambda: firefox.bidi.evaluate(tab, "location.pathname") == "/", "the app's first screen")
    person = kiem.newest_participant()
    phone = Phone(bidi=firefox.bidi, user_context=context, url=kiem.url, person=person, tab=tab)
    phone.restart_app()
    wait_for(lambda: kiem.reachable(person), "the app to tell the server its push subscription")
    yield phone
    autopush.bring_back()
    firefox.end_phone(context, origin=kiem.url)


def test_a_beep_is_pushed_shown_clicked_and_answered(noor: Phone, firefox: Firefox, kiem: Kiem) -> None:
    beep = kiem.ask(noor.person)
    kiem.deliver()
    assert kiem.attempts(beep) == [(0, "accepted", 201)]

    (title,) = wait_for(firefox.notifications, "the notification on the screen")
    wait_for(lambda: "shown" in kiem.receipts(beep), "the receipt that it was shown")
    firefox.click_notification(title)
    wait_for(lambda: noor.tabs() == [f"{noor.url}/beep/{beep}"], "the open tab to lead to the questionnaire")

    for _ in range(60):
        wait_for(lambda: noor.run(app.QUESTION) or noor.run(app.THANKED), "a question, or the end")
        if noor.run(app.THANKED):
            break
        if not noor.run(app.RATHER_NOT):
            noor.run(app.NEXT)
    wait_for(lambda: kiem.answered(beep) == 1, "the answer in the database")
    wait_for(lambda: {"shown", "opened"} <= kiem.receipts(beep), "the receipts that it was shown and opened")


def test_a_beep_reaches_a_phone_on_which_the_app_is_closed(noor: Phone, firefox: Firefox, kiem: Kiem) -> None:
    noor.close_tab()
    beep = kiem.ask(noor.person)
    kiem.deliver()
    (title,) = wait_for(firefox.notifications, "the notification on the screen")
    firefox.click_notification(title)
    wait_for(lambda: noor.tabs() == [f"{noor.url}/beep/{beep}"], "a new tab with the questionnaire")
    noor.use_only_tab()
    wait_for(lambda: noor.run(app.QUESTION), "the first question")


def test_a_phone_without_signal_gets_the_reminder_alone(
    noor: Phone, firefox: Firefox, kiem: Kiem, autopush: Autopush
) -> None:
    beep = kiem.ask(noor.person)
    autopush.take_offline()
    kiem.deliver()
    kiem.deliver(after=timedelta(minutes=15))
    assert kiem.attempts(beep) == [(0, "accepted", 201), (1, "accepted", 201)]
    assert autopush.waiting() == 1
    delivered = len(autopush.acks)
    autopush.bring_back()
    wait_for(lambda: "shown" in kiem.receipts(beep), "the receipt that it was shown")
    assert len(firefox.notifications()) == 1
    assert len(autopush.acks) == delivered + 1


def test_a_beep_that_closed_while_the_phone_was_off_is_never_shown(
    noor: Phone, firefox: Firefox, kiem: Kiem, autopush: Autopush
) -> None:
    autopush.take_offline()
    closed = kiem.ask(noor.person, slot=2, lasts=timedelta(seconds=1.5))
    open_ = kiem.ask(noor.person, slot=3)
    kiem.deliver()
    assert autopush.waiting() == 2
    time.sleep(1.2)
    autopush.bring_back()
    wait_for(lambda: "shown" in kiem.receipts(open_), "the beep that is still open")
    assert kiem.receipts(closed) == set()
    assert len(firefox.notifications()) == 1


def test_a_subscription_that_has_ended_is_retired_and_the_app_makes_a_new_one(noor: Phone, kiem: Kiem) -> None:
    (old,) = kiem.reachable(noor.person)
    noor.run("navigator.serviceWorker.ready.then(r => r.pushManager.getSubscription()).then(s => s.unsubscribe())")
    beep = kiem.ask(noor.person)
    kiem.deliver()
    assert kiem.attempts(beep) == [(0, "gone", 410)]
    assert kiem.devices(noor.person) == [(old, "gone")]

    noor.restart_app()
    (new,) = wait_for(lambda: kiem.reachable(noor.person), "a new subscription at the server")
    assert new != old
    next_beep = kiem.ask(noor.person, slot=3)
    kiem.deliver()
    assert kiem.attempts(next_beep) == [(0, "accepted", 201)]


def test_a_push_service_that_loses_its_clients_costs_no_phone(noor: Phone, kiem: Kiem, autopush: Autopush) -> None:
    (old,) = kiem.reachable(noor.person)
    noor.close_tab()
    autopush.forget_browsers()
    # The worker hears of it (pushsubscriptionchange) and tells the server, with no page open.
    wait_for(lambda: set(kiem.reachable(noor.person)) - {old}, "a new subscription at the server")
    beep = kiem.ask(noor.person)
    kiem.deliver()
    assert (0, "accepted", 201) in kiem.attempts(beep)
    wait_for(lambda: "shown" in kiem.receipts(beep), "the receipt that it was shown")


def test_after_a_change_of_key_the_app_subscribes_anew(noor: Phone, kiem: Kiem) -> None:
    (old,) = kiem.reachable(noor.person)
    kiem.change_key()
    noor.restart_app()
    wait_for(lambda: set(kiem.reachable(noor.person)) - {old}, "a subscription for the new key")
    beep = kiem.ask(noor.person)
    kiem.deliver()
    assert (0, "accepted", 201) in kiem.attempts(beep)
    wait_for(lambda: "shown" in kiem.receipts(beep), "the receipt that it was shown")
