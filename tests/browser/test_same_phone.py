"""A phone that goes on: by the server's time although the plan stays as it is, and under another person's name."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from sqlalchemy import func, select

from server.crypto import group_code
from server.diary.models import Response
from server.people.models import Participant
from server.people.tokens import issue_recovery_code, revoke_all_tokens
from tests.browser import app
from tests.browser.bidi import wait_for
from tests.browser.chromium import PROGRAM
from tests.browser.gcm import Gcm
from tests.browser.kiem import Kiem
from tests.browser.test_offline import WAITING, answer, join
from tests.factories import make_participant

pytestmark = [pytest.mark.browser, pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed.")]

KEPT = """() => new Promise(done => {
    const opening = indexedDB.open("kiem");
    opening.onsuccess = () => {
        const counting = opening.result.transaction("kept").objectStore("kept").count();
        counting.onsuccess = () => { opening.result.close(); done(counting.result); };
    };
})"""
FACT = """name => new Promise(done => {
    const opening = indexedDB.open("kiem");
    opening.onsuccess = () => {
        const reading = opening.result.transaction("kv").objectStore("kv").get(name);
        reading.onsuccess = () => { opening.result.close(); done(reading.result ?? null); };
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
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=PROGRAM, headless=True, args=["--no-sandbox"]
        )
        yield context
        context.close()


def test_a_questionnaire_opens_in_its_time_although_the_plan_came_from_the_browsers_own_store(
    phone: BrowserContext, kiem: Kiem
) -> None:
    """The browser is told that nothing has changed (304) and hands over its copy, with the time of ten minutes ago."""
    phone.clock.install(time=kiem.clock.now())
    page = join(phone, kiem)
    noor = kiem.newest_participant()
    beep = kiem.ask(noor, after=timedelta(minutes=7), lasts=timedelta(minutes=50))
    statuses = kiem.note_statuses("/api/v1/today")
    page.reload()
    wait_for(lambda: str(beep) in _beeps_on(page), "the plan with the new questionnaire on the phone")
    expect(page.locator(".card.now")).to_have_count(0)
    assert statuses[-1] == "200"

    kiem.clock.ahead += timedelta(minutes=10)
    phone.clock.fast_forward(10 * 60 * 1000)
    before = len(statuses)
    page.reload()
    wait_for(lambda: len(statuses) > before, "a look at the plan")
    wait_for(lambda: page.evaluate(FACT, "clock_offset_ms") == 0, "a phone that is as late as the server")
    assert set(statuses[before:]) == {"304"}, "the plan is as it was"
    page.locator(".card.now .button").first.click()
    wait_for(lambda: page.evaluate(app.QUESTION), "its first question")
    kiem.clock.ahead = timedelta()


def test_who_comes_in_on_somebody_elses_phone_neither_sees_nor_sends_what_is_hers(
    phone: BrowserContext, kiem: Kiem
) -> None:
    """1. Noor is signed out elsewhere, and answers once more: that waits on the phone. 2. Sam comes in with the code
    of his own. 3. Nothing of hers is left there, and nothing of it became his."""
    page = join(phone, kiem)
    noor = kiem.newest_participant()
    beep = kiem.ask(noor, lasts=timedelta(minutes=50))
    page.reload()
    page.locator(".card.now").wait_for()
    with kiem.installation.database.transaction() as session:
        revoke_all_tokens(session, session.get_one(Participant, noor), kiem.clock.now())
        sam = make_participant(session, study=session.get_one(Participant, noor).study, joined_at=kiem.clock.now())
        code = group_code(issue_recovery_code(session, sam, kiem.clock.now()))
    page.goto(f"{kiem.url}/beep/{beep}")
    answer(page)
    assert page.evaluate(WAITING) == 1

    page.goto(kiem.url)
    page.locator(".banner .banner-link").click()
    page.locator("main.join.step-recover input").fill(code)
    page.locator("main.join.step-recover button[type=submit]").click()
    wait_for(lambda: (page.evaluate(FACT, "me") or {}).get("code") == sam.code, "Sam's name on the phone")
    statuses = kiem.note_statuses("/api/v1/me")
    page.goto(kiem.url)
    page.locator("main").wait_for()
    wait_for(lambda: "200" in statuses, "the app to have sent what waits, and asked who it is")
    assert [page.evaluate(WAITING), page.evaluate(KEPT)] == [0, 0], "neither sent nor refused: it is not there"
    assert str(beep) not in _beeps_on(page)
    with kiem.installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Response)) == 0


def _beeps_on(page: Page) -> set[str]:
    plan = page.evaluate(FACT, "today") or {"beeps": []}
    return {str(uuid.UUID(beep["id"])) for beep in plan["beeps"]}
