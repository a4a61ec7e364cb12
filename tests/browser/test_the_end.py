"""When somebody's days are over the app says what is true of hers: it praises nobody who never began."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, sync_playwright

from server.people.models import Participant
from tests.browser.chromium import PROGRAM
from tests.browser.gcm import Gcm
from tests.browser.kiem import Kiem
from tests.browser.test_offline import join
from tests.factories import make_beep, make_response

pytestmark = [pytest.mark.browser, pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed.")]
_SLOTS = (2, 3, 4, 5)
ASKED_DAYS = 10


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
            str(tmp_path / "profile"),
            executable_path=PROGRAM,
            headless=True,
            args=["--no-sandbox"],
            viewport={"width": 360, "height": 740},
            locale="nl-NL",
        )
        yield context
        context.close()


@pytest.mark.parametrize(
    ("answered", "title", "words"),
    [
        (12, "Je hebt het gehaald!", "Onderzoekers leren van wat jij hebt ingevuld."),
        (1, "De dagen zijn om", "Dank je wel voor wat je deelde."),
        (0, "De dagen zijn om", "Invullen kwam er niet van, en dat is oké"),
    ],
)
def test_the_last_word_is_kind_and_true(
    phone: BrowserContext, kiem: Kiem, answered: int, title: str, words: str
) -> None:
    page = join(phone, kiem)
    let_her_days_be_over(kiem, kiem.newest_participant(), answered=answered)
    page.goto(f"{kiem.url}/trends")
    page.locator("h1", has_text="Jouw trends" if answered else "Hier bleef het rustig").wait_for()
    assert "Na je eerste antwoord" not in page.locator("main").inner_text(), "no answer can come any more"
    page.goto(f"{kiem.url}/week")
    page.locator("h1", has_text="Hier bleef het rustig").wait_for()
    page.locator("nav a[href='/']").click()
    card = page.locator(".card.farewell")
    card.locator("h2", has_text=title).wait_for()
    told = card.inner_text()
    assert words in told
    assert ("gehaald" in told) == (answered == 12)
    assert card.locator("a[href='/trends']").count() == (1 if answered else 0), (
        "nobody is led to days that are not there"
    )


def let_her_days_be_over(kiem: Kiem, participant: uuid.UUID, *, answered: int) -> None:
    """Her last day was yesterday; on ten days she was asked four times, and the first of those she ``answered``."""
    now = kiem.clock.now()
    with kiem.installation.database.transaction() as session:
        person = session.get_one(Participant, participant)
        person.starts_on, person.ends_on = now.date() - timedelta(days=21), now.date() - timedelta(days=1)
        for index in range(ASKED_DAYS * len(_SLOTS)):
            days, place = divmod(index, len(_SLOTS))
            due_at = (now - timedelta(days=20 - days)).replace(hour=8 + 2 * place, minute=30, second=0, microsecond=0)
            beep = make_beep(
                session,
                participant=person,
                local_date=due_at.date(),
                slot=_SLOTS[place],
                due_at=due_at,
                planned_at=due_at,
            )
            if index < answered:
                make_response(session, beep=beep, answers={"pa_cheerful": 60}, measures={"mood": 60.0})
