"""An adult takes her data along, stops, and is gone; server and browser are real, the clock is the machine's."""

import io
import json
import re
import uuid
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, sync_playwright
from sqlalchemy import func, select

from server.consent.opening import issue_join_code
from server.consent.publishing import publish_default
from server.diary.models import Response
from server.installation import Installation
from server.people.models import Participant
from server.planning.models import Beep
from server.pwa.views import DIST
from server.rights.models import Erasure
from server.studies.models import Study
from server.studies.service import create_study
from tests.browser import app
from tests.browser.bidi import wait_for
from tests.browser.chromium import PROGRAM
from tests.browser.desk_house import served_desk
from tests.consent_factories import CONTACT
from tests.delivery_factories import make_device
from tests.factories import make_beep, make_response

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed."),
    pytest.mark.skipif(not (DIST / "index.html").is_file(), reason="The app is not built: ./run build"),
]


class Youth:
    """A phone without a screen: what the app sends, over HTTP."""

    def __init__(self, house: Installation, *, birth_year: int) -> None:
        self._url = f"{house.settings.public_url}/api/v1"
        self._session = requests.Session()
        with house.database.transaction() as session:
            title = {"nl": "De tuin", "en": "The garden"}
            facts = {"protocol": "grow-it.1", "zone": "Europe/Amsterdam", "now": house.clock.now()}
            study = create_study(session, name="garden", title=title, **facts)
            publish_default(
                session, study, institution="Tuin", contact=CONTACT, parents_required=2, now=house.clock.now()
            )
            code = issue_join_code(session, study, now=house.clock.now()).code
        text = self.send("GET", f"/intro/{code}?language=nl")["consent"]
        said = {name: text[name] for name in ("version", "sha256", "language")}
        consent = {**said, "scopes": {"use": True, "research": True}}
        body = {"code": code, "language": "nl", "zone": "Europe/Amsterdam", "birth_year": birth_year}
        joined = self.send("POST", "/join", {**body, "consent": consent})
        self.recovery_code, self.code = joined["recovery_code"], joined["participant"]["code"]
        with house.database.transaction() as session:
            self.id = session.scalars(select(Participant.id)).one()
            make_device(session, participant=session.get_one(Participant, self.id), created_at=house.clock.now())

    def send(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._session.request(method, f"{self._url}{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    @property
    def waiting(self) -> Any:
        return self.send("GET", "/me")["waiting"]


def due(house: Installation, noor: Youth, *, slot: int) -> uuid.UUID:
    """A beep of hers is due now; the first one she has answered already by the time the parent reads."""
    now = house.clock.now()
    with house.database.transaction() as session:
        for planned in session.scalars(select(Beep).where(Beep.participant_id == noor.id)):
            planned.next_push_at = None
        person = session.get_one(Participant, noor.id)
        beep = make_beep(
            session, participant=person, local_date=now.date(), slot=slot, due_at=now, next_push_at=now, planned_at=now
        )
        if slot == 1:
            make_response(session, beep=beep, answers={"pa_cheerful": 60}, received_at=now)
        return beep.id


def test_an_adult_takes_her_data_along_stops_and_is_gone(tmp_path: Path) -> None:
    with served_desk(tmp_path, host="127.0.0.1") as house, sync_playwright() as playwright:
        sam = Youth(house, birth_year=datetime.now(UTC).year - 20)
        assert sam.waiting is None
        due(house, sam, slot=1)
        asked = due(house, sam, slot=2)
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        context: BrowserContext = browser.new_context(locale="nl", accept_downloads=True)
        url = house.settings.public_url
        page = context.new_page()
        code = open_app(page, url, sam.recovery_code)

        page.goto(f"{url}/settings/data")
        page.fill("input[name=recovery]", code)
        page.click("form.stack button")
        page.wait_for_selector("a[download]")
        with page.expect_download() as waiting:
            page.click("a[download]")
        with zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes())) as archive:
            data = json.loads(archive.read("data.json"))
        assert [entry["answers"] for entry in data["response"]] == [{"pa_cheerful": 60}]
        assert data["participant"][0]["code"] == sam.code

        page.goto(f"{url}/settings/leave")
        page.locator(".pair .button").first.click()
        page.locator(".button.danger").click()
        page.locator("[role=status]", has_text="Je bent gestopt op").wait_for()
        with house.database.reading() as session:
            assert session.get_one(Participant, sam.id).left_at is not None
            assert session.scalar(select(func.count()).select_from(Response)) == 1
        she_is_told_kindly_that_it_is_over(page, context, url, asked=asked)
        page.goto(f"{url}/settings/leave")
        page.locator(".pair .button").last.click()
        page.locator(".button.danger").click()
        receipt = page.locator(".gone .code").inner_text()
        with house.database.reading() as session:
            assert session.scalars(select(Erasure.receipt)).one() == receipt.replace("-", "")
            assert session.scalars(select(Participant.id)).all() == []
            assert session.scalars(select(Study.name)).one() == "garden"
        browser.close()


def she_is_told_kindly_that_it_is_over(page: Page, context: BrowserContext, url: str, *, asked: uuid.UUID) -> None:
    """On every screen that had questions, also from an old notification, in English, and without a network."""
    page.goto(url)
    page.locator(".farewell").wait_for()
    told = page.locator("main").inner_text()
    assert "Je bent gestopt. Dank je wel!" in told
    assert "Dag 1 van" not in told
    assert page.locator(".card.now, .teaser, .push-note").count() == 0
    page.goto(f"{url}/beep/{asked}")
    page.locator(".farewell").wait_for()
    page.goto(f"{url}/challenge")
    page.locator("h1", has_text="Er komt geen challenge meer").wait_for()
    page.goto(f"{url}/settings")
    page.locator("a[href='/settings/leave']").wait_for()
    assert page.locator("a[href='/settings/pause'], a[href='/settings/notifications']").count() == 0
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"{url}/team")
    page.locator("h1", has_text="Jullie boom groeit door").wait_for()
    context.set_offline(True)
    page.goto(url)
    page.locator(".farewell", has_text="Je bent gestopt").wait_for()
    context.set_offline(False)


def open_app(page: Page, url: str, recovery_code: str) -> str:
    """Open her diary on this phone with the recovery code; the new one, which the app shows once."""
    page.goto(f"{url}/join")
    page.locator("form button[type=submit]").wait_for()
    page.locator(".join-body .quiet-button, .join-body .button").last.click()
    page.locator("[name=recovery]").fill(recovery_code)
    page.locator(".button.big").click()
    shown = page.locator(".step-recovery")
    shown.wait_for()
    assert "De code die je net gebruikte werkt niet meer" in shown.inner_text()
    (code,) = set(re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", shown.inner_text()))
    wait_for(lambda: page.evaluate(app.press_on_in_joining()), "the app", every=0.1)
    page.locator(".today").wait_for()
    return str(code)
