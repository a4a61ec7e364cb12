"""How long the momentary questionnaire takes somebody, in taps and in seconds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import app
from tests.browser.bidi import wait_for
from tests.browser.chromium import PROGRAM
from tests.browser.gcm import Gcm
from tests.browser.kiem import Kiem
from tests.browser.walk import a_phone

pytestmark = [pytest.mark.browser, pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed.")]

MOST_TAPS = 18
MOST_SECONDS = 60
# A young person reads some four words a second in a sentence she knows, then decides, then moves a thumb.
WORDS_A_SECOND = 4.0
DECIDING_S = 1.0
SLIDER_WAITS_S, CHOICE_WAITS_S = 0.9, 0.28  # before the app goes on by itself


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Gcm]:
    running = Gcm(tmp_path)
    yield running
    running.close()


@pytest.fixture
def kiem(tmp_path_factory: pytest.TempPathFactory, service: Gcm) -> Iterator[Kiem]:
    running = Kiem(tmp_path_factory.mktemp("kiem"), service)
    yield running
    running.close()


def test_a_moment_takes_eighteen_taps_at_most_and_less_than_a_minute(tmp_path: Path, kiem: Kiem, service: Gcm) -> None:
    """A scripted user who thinks by the clock above: every question answered, somebody there, no item passed over."""
    with a_phone(tmp_path / "phone", service, language="nl") as phone:
        page = phone.pages[0]
        page.goto(f"{kiem.url}/join/{kiem.join_code}")
        wait_for(lambda: page.evaluate(app.press_on_in_joining()), "joining to end", every=0.1)
        beep = kiem.ask(kiem.newest_participant())
        page.goto(f"{kiem.url}/beep/{beep}")
        taps, seconds = answer_all(page)
        wait_for(lambda: kiem.answered(beep) == 1, "the answer at the server")
    assert taps <= MOST_TAPS
    assert seconds < MOST_SECONDS


def test_a_double_tap_on_rather_not_passes_over_one_question_only(tmp_path: Path, kiem: Kiem, service: Gcm) -> None:
    """The second tap would be an answer to a question that nobody has read."""
    with a_phone(tmp_path / "phone", service, language="nl") as phone:
        page = phone.pages[0]
        page.goto(f"{kiem.url}/join/{kiem.join_code}")
        wait_for(lambda: page.evaluate(app.press_on_in_joining()), "joining to end", every=0.1)
        page.goto(f"{kiem.url}/beep/{kiem.ask(kiem.newest_participant())}")
        page.get_by_label("Vraag 1 van ongeveer").wait_for()
        page.wait_for_timeout(400)
        page.locator(".ask-foot .quiet-button").dblclick()
        page.get_by_label("Vraag 2 van ongeveer").wait_for()
        page.wait_for_timeout(400)
        page.locator(".ask-foot .quiet-button").click()
        page.get_by_label("Vraag 3 van ongeveer").wait_for()


def answer_all(page: Page) -> tuple[int, float]:
    """Taps, and seconds as a person would need them, until the thanks."""
    taps, seconds = 0, 0.0
    for _ in range(40):
        page.locator(".ask-item, .thanks").first.wait_for()
        if page.locator(".thanks").count():
            return taps, seconds
        item = page.locator(".ask-item")
        kind = (item.get_attribute("class") or "").split("type-")[1].split()[0]
        question = page.locator(".ask h1").inner_text()
        seconds += len(question.split()) / WORDS_A_SECOND + DECIDING_S
        if kind == "slider":
            page.locator(".path").click(position={"x": 200, "y": 30})
        else:
            page.locator(".choice").nth(1).click()
        taps += 1
        if kind == "multiple" or "Klaar" in page.locator(".next-word").inner_text():
            page.locator(".ask .next").click()
            taps, seconds = taps + 1, seconds + DECIDING_S
        else:
            seconds += SLIDER_WAITS_S if kind == "slider" else CHOICE_WAITS_S
        page.wait_for_function("before => document.querySelector('.ask h1')?.textContent !== before", arg=question)
    raise AssertionError("The questions do not end.")
