"""A passkey made and used in a real Chromium with a virtual authenticator; the pages for consent and safety beside it.

The authenticator is Chromium's own (WebAuthn.addVirtualAuthenticator of its protocol): it makes real keys and real
signatures, and says that it verified its user.
"""

from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, sync_playwright
from sqlalchemy import select

from server.consent.publishing import publish_default
from server.installation import Installation
from server.staff.models import Passkey
from server.staff.sessions import open_session
from server.studies.models import Study
from tests.browser.chromium import PROGRAM
from tests.browser.desk_house import AXE, faults_of, served_desk
from tests.consent_factories import CONTACT
from tests.factories import make_study
from tests.server.desk.desk import make_staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed."),
    pytest.mark.skipif(not AXE.is_file(), reason="axe is not installed: run `npm ci` in server/pwa."),
]
_AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
STAFFED = {"begins": "09:00", "ends": "17:00", "within_h": "4", "people": "Cleo, 06 12345678"}
PROTOCOL = "Bel eerst de deelnemer, daarna de huisarts. Bij gevaar 112."


@pytest.mark.parametrize(("language", "width", "scheme"), [("nl", 1280, "light"), ("en", 390, "dark")])
def test_a_passkey_is_made_named_used_and_removed(tmp_path: Path, language: str, width: int, scheme: str) -> None:
    broken: list[str] = []
    with served_desk(tmp_path) as house, sync_playwright() as playwright:
        url, token = house.settings.public_url, _olga(house, language)
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            locale=language,
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        context.add_cookies([{"name": "kiem-desk-loopback", "value": token, "url": url}])
        page = context.new_page()
        page.on("console", lambda message: broken.append(message.text) if "Security Policy" in message.text else None)
        chromium = context.new_cdp_session(page)
        _plug_in(chromium)

        page.goto(f"{url}/desk/account/passkeys/new")
        page.fill("#name", "Laptop")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{url}/desk/account")
        assert "Laptop" in page.inner_text("main")

        context.clear_cookies()
        page.goto(f"{url}/desk/studies/garden/consent")
        page.wait_for_selector("[data-passkey] button:visible")
        page.click("[data-passkey] button")
        page.wait_for_url(f"{url}/desk/studies/garden/consent")
        with house.database.reading() as session:
            key = session.scalars(select(Passkey)).one()
            assert (key.name, key.used_at is not None, key.sign_count > 0) == ("Laptop", True, True)

        _look_around(page, url, broken)
        page.goto(f"{url}/desk/account/passkeys/new")
        broken += faults_of(page)
        page.goto(f"{url}/desk/account")
        broken += faults_of(page)
        page.click("#passkeys ~ ul button")
        page.wait_for_load_state()
        assert "Laptop" not in page.inner_text("main")
        context.clear_cookies()
        _plug_in(chromium)  # another one, for axe's visits have taken the first away: it knows of no key here
        page.goto(f"{url}/desk/sign-in")
        page.click("[data-passkey] button")
        page.wait_for_selector("[data-passkey] [role=alert]:visible")
        broken += faults_of(page)
        assert page.url == f"{url}/desk/sign-in"
        browser.close()
    assert broken == []


def _plug_in(chromium: CDPSession) -> None:
    chromium.send("WebAuthn.disable")
    chromium.send("WebAuthn.enable")
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": _AUTHENTICATOR})


def _olga(house: Installation, language: str) -> str:
    """She owns the garden, whose first text is in force; the token of a session that is fresh."""
    now = house.clock.now()
    with house.database.transaction() as session:
        study: Study = make_study(session, name="garden", title={"nl": "De tuin", "en": "The garden"})
        publish_default(session, study, institution="Tuin", contact=CONTACT, now=now)
        staff, _plain = make_staff(session, "Olga", roles={study: "owner"}, language=language)
        return open_session(session, staff, browser="Chrome, Linux", now=now)


def _look_around(page: Page, url: str, broken: list[str]) -> None:
    """Publish a correction and set monitoring up as a person does; every page is looked at by axe."""
    here = f"{url}/desk/studies/garden"
    page.goto(f"{here}/consent/new")
    broken += faults_of(page)
    page.fill("#text_nl", "Geen titel")
    page.click("form.sheet button.main")
    page.wait_for_selector(".problems")
    broken += faults_of(page)
    page.fill("#text_nl", "# Wat is dit?\n\nEen onderzoek.")
    page.fill("#changes_nl", "Korter.")
    page.fill("#changes_en", "Shorter.")
    page.check("#kind-2")
    page.fill("#why", "Only shorter.")
    page.click("form.sheet button.main")
    page.wait_for_url(f"{here}/consent")
    broken += faults_of(page)
    page.goto(f"{here}/safety")
    broken += faults_of(page)
    page.goto(f"{here}/safety/monitoring")
    broken += faults_of(page)
    for field, value in STAFFED.items():
        page.fill(f"#{field}", value)
    for field in ("#protocol_nl", "#protocol_en"):
        page.fill(field, PROTOCOL)
    page.click("form.sheet button.main")
    page.wait_for_url(f"{here}/safety")
    assert PROTOCOL in page.inner_text("main")
    broken += faults_of(page)
