"""A fourteen-year-old joins in the app, two parents agree by mail, and when the second takes it back the beeps stop.

All of it is real: two browsers, the app and its push, the parents' pages, a mail server, the web server and the worker.
"""

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from sqlalchemy import func, select

from server.consent.publishing import publish_default
from server.delivery.models import Attempt
from server.diary.models import Response
from server.parents.wording import WORDS
from server.pwa.views import DIST
from server.studies.models import Study
from tests.browser import app
from tests.browser.bidi import wait_for
from tests.browser.chromium import PROGRAM, chromium_of
from tests.browser.gcm import Gcm
from tests.browser.kiem import Kiem
from tests.consent_factories import CONTACT
from tests.letterbox import Letterbox, open_letterbox
from tests.young import ANNA, PIET

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed."),
    pytest.mark.skipif(not (DIST / "index.html").is_file(), reason="The app is not built: ./run build"),
]
expect.set_options(timeout=20_000)  # a machine that does other things as well
_SHOWN = """async () => JSON.stringify((await (await navigator.serviceWorker.ready).getNotifications())
    .map(one => one.data).filter(data => data.beep))"""


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with open_letterbox() as made:
        yield made


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Gcm]:
    running = Gcm(tmp_path)
    yield running
    running.close()


@pytest.fixture
def kiem(tmp_path: Path, service: Gcm, box: Letterbox) -> Iterator[Kiem]:
    running = Kiem(tmp_path / "kiem", service, mail_gateway="smtp", smtp=box.settings())
    with running.installation.database.transaction() as session:
        study = session.scalars(select(Study)).one()
        now = running.clock.now()
        publish_default(session, study, institution="Tuin", contact=CONTACT, parents_required=2, now=now)
    yield running
    running.close()


def test_a_fourteen_year_old_joins_and_her_second_parent_stops_it(
    tmp_path: Path, service: Gcm, kiem: Kiem, box: Letterbox
) -> None:
    """1. She says yes, names her parents, and sees that she waits. 2. One yes is not enough, two are. 3. A beep reaches
    her phone and she answers it. 4. The second parent takes it back and keeps the answers: of the beeps that are due
    within the minute and after it none leaves, her phone tells her kindly, and what she gave is still there."""
    with (
        sync_playwright() as playwright,
        chromium_of(playwright, tmp_path / "phone", service.flags, origin=kiem.url, locale="nl-NL") as phone,
    ):
        home = playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        parent, hers = home.new_page(), phone.new_page()
        join(hers, kiem)
        noor = kiem.newest_participant()
        assert kiem.worker.mail() == 2
        expect(hers.locator(".card.now h2")).to_have_text("Wachten op je ouder")

        agree(parent, kiem, box, ANNA)
        see_parents(hers, kiem, ["Zei ja", "Er ligt een mail"])
        hers.goto(kiem.url)
        expect(hers.locator(".card.now h2")).to_have_text("Wachten op je ouder")
        waiting = kiem.ask(noor, slot=1)
        kiem.deliver()
        assert went_out(kiem, waiting) == [], "nothing is asked before every yes is there"
        agree(parent, kiem, box, PIET)
        assert kiem.worker.mail() == 2, "how each takes it back"
        see_parents(hers, kiem, ["Zei ja", "Zei ja"])
        hers.goto(kiem.url)
        hers.locator(".card.now, .card.quiet").first.wait_for()
        expect(hers.get_by_text("Wachten op je ouder")).to_have_count(0)

        wait_for(lambda: kiem.reachable(noor), "the app to tell the server its push subscription")
        beep = kiem.ask(noor, slot=2)
        kiem.deliver()
        assert went_out(kiem, beep) == ["accepted"]
        wait_for(lambda: "shown" in kiem.receipts(beep), "the notification on her phone")
        shown = {one["beep"]: one["navigate"] for one in json.loads(hers.evaluate(_SHOWN))}
        hers.goto(shown[str(beep)])
        answer(hers)
        wait_for(lambda: kiem.answered(beep) == 1, "her answer in the database")

        due_now, soon = kiem.ask(noor, slot=3), kiem.ask(noor, slot=4)
        withdraw(parent, kiem, box, PIET)
        kiem.deliver()
        kiem.deliver(after=timedelta(minutes=1))
        kiem.deliver(after=timedelta(minutes=14))
        assert went_out(kiem, due_now) == went_out(kiem, soon) == []
        with kiem.installation.database.reading() as session:
            assert session.scalar(select(func.count()).select_from(Response)) == 1, "kept, as the parent chose"
            pushed = session.scalars(select(Attempt.slot).where(Attempt.outcome == "accepted")).all()
        assert set(pushed) == {2}

        hers.goto(kiem.url)
        expect(hers.locator(".card.now h2")).to_have_text("Even geen vragen")
        expect(hers.locator(".card.now p")).to_contain_text("Dat ligt niet aan jou")
        hers.goto(f"{kiem.url}/beep/{due_now}")
        expect(hers.locator("main.closed h1")).to_have_text("Even geen vragen")
        see_parents(hers, kiem, ["Zei ja", "Trok het ja in"])
        expect(hers.locator(".parent.is-withdrawn")).to_contain_text("Wat je deed blijft bewaard.")
        home.close()


def join(page: Page, kiem: Kiem) -> None:
    """Every step, by somebody who has been fourteen since January."""
    page.goto(f"{kiem.url}/join/{kiem.join_code}")
    page.locator(".step-code form button[type=submit]").click()
    page.locator(".step-about .button.big").click()
    page.locator(".years .cell").filter(has_text=str(kiem.clock.now().year - 14)).click()
    page.locator(".months .cell").first.click()
    page.locator(".step-age .button.big").click()
    page.locator(".step-consent .sections").wait_for()
    page.locator(".step-consent .button.big").click()
    page.locator(".step-recovery .button.big").click()
    for number, address in enumerate((ANNA, PIET), start=1):
        page.locator(f"input[name=parent-mail-{number}]").fill(address)
        page.locator(".parents .card").nth(number - 1).locator("button[type=submit]").click()
        expect(page.locator(".parent-state")).to_have_count(number)
    page.locator(".step-parent .join-body > .button.big").click()
    page.locator(".step-install .join-body > .quiet-button").click()
    page.locator(".step-notify .push-test").wait_for()  # notifications are allowed, so the app subscribes by itself
    page.locator(".step-notify .join-body > .button").last.click()
    page.locator(".step-rhythm .join-body > .button.soft").last.click()
    page.locator(".step-done .button.big").click()
    page.locator(".today").wait_for()


def see_parents(page: Page, kiem: Kiem, states: list[str]) -> None:
    page.goto(f"{kiem.url}/settings/parent")
    expect(page.locator(".parent-state")).to_have_text(states)


def went_out(kiem: Kiem, beep: uuid.UUID) -> list[str]:
    """What became of its pushes; that there was nobody to push to is none."""
    return [outcome for _, outcome, _ in kiem.attempts(beep) if outcome != "no_device"]


def answer(page: Page) -> None:
    """Say "rather not" to everything that may be skipped, and go on from the rest."""
    for _ in range(60):
        wait_for(lambda: page.evaluate(app.QUESTION) or page.evaluate(app.THANKED), "a question, or the end")
        if page.evaluate(app.THANKED):
            return
        if not page.evaluate(app.RATHER_NOT):
            page.evaluate(app.NEXT)
    raise AssertionError("the questionnaire has no end")


def agree(page: Page, kiem: Kiem, box: Letterbox, address: str) -> None:
    page.goto(link_to(kiem, box, address))
    page.check("#agree")
    page.check("#authority")
    page.click("button[type=submit]")
    expect(page.locator("h1")).to_have_text(WORDS["nl"]["agreed_title"])


def withdraw(page: Page, kiem: Kiem, box: Letterbox, address: str) -> None:
    page.goto(link_to(kiem, box, address))
    page.check("#keep")
    page.click("button[type=submit]")
    expect(page.locator("h1")).to_have_text(WORDS["nl"]["withdrawn_title"])


def link_to(kiem: Kiem, box: Letterbox, address: str) -> str:
    """The newest link that was mailed there, as it stands in the mail."""
    (link,) = [word for word in box.to(address)[-1].get_content().split() if word.startswith(f"{kiem.url}/parent/")]
    return str(link)
