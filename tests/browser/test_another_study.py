"""A code of another study on the phone of somebody whose part has ended: a choice, and nothing is lost unsaid."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from server.people.models import Participant
from tests.browser import app
from tests.browser.bidi import wait_for
from tests.browser.chromium import PROGRAM
from tests.browser.gcm import Gcm
from tests.browser.kiem import Kiem
from tests.browser.test_offline import WAITING, answer, join
from tests.browser.test_same_phone import FACT
from tests.factories import make_join_code, make_study

pytestmark = [pytest.mark.browser, pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed.")]

MEMORIES = """() => new Promise(done => {
    const opening = indexedDB.open("kiem");
    opening.onsuccess = () => {
        const store = opening.result.transaction("memories", "readwrite").objectStore("memories");
        if (globalThis.note) store.put(globalThis.note);
        const counting = store.count();
        counting.onsuccess = () => { opening.result.close(); done(counting.result); };
    };
})"""


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
            str(tmp_path / "profile"),
            executable_path=PROGRAM,
            headless=True,
            args=["--no-sandbox"],
            viewport={"width": 360, "height": 740},
            locale="nl-NL",
        )
        context.set_default_timeout(10_000)
        yield context
        context.close()


def test_who_stopped_may_join_another_study_and_loses_nothing_before_she_has(phone: BrowserContext, kiem: Kiem) -> None:
    """1. Noor stopped, and looks at a poster: she is told what stays and what goes. 2. She goes back: all is as it was.
    3. She looks again, says yes and joins: the phone is of the new study, and what she sent is with the old one."""
    page = join(phone, kiem)
    noor = kiem.newest_participant()
    beep = kiem.ask(noor, lasts=timedelta(minutes=50))
    page.goto(f"{kiem.url}/beep/{beep}")
    answer(page)
    wait_for(lambda: kiem.answered(beep) == 1, "her answer at the server")
    write_a_note(page)
    stop(kiem, noor)
    poster = put_up_a_poster(kiem)
    before = me_on(page)

    page.goto(f"{kiem.url}/join/{poster}")  # the phone hears only now that she has stopped
    said = page.locator("main.step-another")
    said.wait_for()
    for words in ("Studie garden", "Het nieuwe bos", "Dit blijft", "herstelcode", "Dit gaat van deze telefoon"):
        expect(said).to_contain_text(words)
    expect(said.locator("[role=alert]")).to_have_count(0)
    said.locator("a.button[href='/']").click()
    page.locator(".farewell").wait_for()
    assert [me_on(page)["code"], page.evaluate(MEMORIES)] == [before["code"], 1]

    page.goto(f"{kiem.url}/join/{poster}")
    said.locator(".button.big").click()
    page.locator("main.step-about", has_text="Het nieuwe bos").wait_for()
    page.reload()
    said.wait_for()  # until she has joined, the phone is hers of before
    assert me_on(page)["code"] == before["code"]
    wait_for(lambda: page.evaluate(app.press_on_in_joining()), "joining to end", every=0.1)
    page.locator(".today").wait_for()
    assert me_on(page)["study"]["title"]["nl"] == "Het nieuwe bos"
    assert [me_on(page)["code"] != before["code"], page.evaluate(MEMORIES)] == [True, 0]
    assert kiem.answered(beep) == 1


def test_an_answer_that_waits_is_sent_first_and_never_lost_unsaid(phone: BrowserContext, kiem: Kiem) -> None:
    page = join(phone, kiem)
    noor = kiem.newest_participant()
    beep = kiem.ask(noor, lasts=timedelta(minutes=50))
    phone.route("**/response", lambda route: route.abort("internetdisconnected"))
    page.goto(f"{kiem.url}/beep/{beep}")
    answer(page)
    assert page.evaluate(WAITING) == 1
    let_her_days_be_over(kiem, noor)
    page.goto(f"{kiem.url}/join/{put_up_a_poster(kiem)}")
    warned = page.locator("main.step-another [role=alert]")
    expect(warned).to_contain_text("1 antwoord wacht")
    expect(page.locator("main.step-another .button.danger")).to_contain_text("ook als het verloren gaat")

    phone.unroute("**/response")
    warned.locator("button").click()
    page.locator("main.step-another .button.big").wait_for()
    wait_for(lambda: kiem.answered(beep) == 1, "the answer, under the name of whoever gave it")
    assert page.evaluate(WAITING) == 0


def test_a_code_that_came_by_word_of_mouth_is_typed_on_the_last_screen(phone: BrowserContext, kiem: Kiem) -> None:
    page = join(phone, kiem)
    let_her_days_be_over(kiem, kiem.newest_participant())
    page.goto(kiem.url)
    page.locator(".farewell a[href='/join']").click()
    page.locator("main.step-code input").fill(put_up_a_poster(kiem))
    page.locator("main.step-code button[type=submit]").click()
    page.locator("main.step-another", has_text="Het nieuwe bos").wait_for()


def test_a_poster_changes_nothing_for_somebody_who_is_in_the_middle_of_a_study(
    phone: BrowserContext, kiem: Kiem
) -> None:
    page = join(phone, kiem)
    before = me_on(page)
    page.goto(f"{kiem.url}/join/{put_up_a_poster(kiem)}")
    said = page.locator(".today .note")
    expect(said).to_contain_text("Je doet al mee aan “Studie garden”")
    expect(said).to_contain_text("Het nieuwe bos")
    assert me_on(page)["code"] == before["code"]
    said.locator("button").click()
    expect(said).to_have_count(0)
    page.goto(f"{kiem.url}/join/{put_up_another_poster(kiem)}")  # of her own study: it opens the app
    page.locator(".today").wait_for()
    expect(said).to_have_count(0)
    page.goto(f"{kiem.url}/settings/parent")  # nobody need be asked: the list, and no empty page
    page.locator(".rows a[href='/settings/leave']").wait_for()


def put_up_a_poster(kiem: Kiem) -> str:
    with kiem.installation.database.transaction() as session:
        title = {"nl": "Het nieuwe bos", "en": "The new wood"}
        return make_join_code(session, study=make_study(session, name="wood", title=title)).code


def put_up_another_poster(kiem: Kiem) -> str:
    """For the study of whoever came last."""
    with kiem.installation.database.transaction() as session:
        study = session.get_one(Participant, kiem.newest_participant()).study
        return make_join_code(session, study=study).code


def stop(kiem: Kiem, participant: uuid.UUID) -> None:
    with kiem.installation.database.transaction() as session:
        session.get_one(Participant, participant).left_at = kiem.clock.now()


def let_her_days_be_over(kiem: Kiem, participant: uuid.UUID) -> None:
    with kiem.installation.database.transaction() as session:
        person = session.get_one(Participant, participant)
        today = kiem.clock.now().date()
        person.starts_on, person.ends_on = today - timedelta(days=21), today - timedelta(days=1)


def write_a_note(page: Page) -> None:
    page.evaluate(
        "() => void (globalThis.note = {beep: 'x', date: '2026-03-04', slug: 'x', title: {nl: 'x', en: 'x'}})"
    )
    assert page.evaluate(MEMORIES) == 1
    page.evaluate("() => void delete globalThis.note")


def me_on(page: Page) -> dict[str, Any]:
    return dict(page.evaluate(FACT, "me"))
