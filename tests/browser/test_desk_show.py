"""A study from nothing to its first answer, by one coordinator in a real browser, who then tries to see that answer."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import APIRequestContext, Page, sync_playwright
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from challenges.library import load_starter
from challenges.table import write_csv
from server.content import instruments
from server.db import acting_as
from server.installation import Installation
from server.people.models import Participant
from server.staff.models import Staff, StudyRole
from server.staff.sessions import open_session
from server.studies.models import Study
from tests.answering import make_body
from tests.browser.chromium import PROGRAM
from tests.browser.desk_house import AXE, faults_of, served_desk
from tests.factories import make_beep
from tests.server.desk.desk import make_staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed."),
    pytest.mark.skipif(not AXE.is_file(), reason="axe is not installed: run `npm ci` in server/pwa."),
]
CANARY = "canary-fijnste-moment-4711"


def test_a_coordinator_runs_a_study_and_never_sees_an_answer(tmp_path: Path) -> None:
    with served_desk(tmp_path) as house, sync_playwright() as playwright:
        url = house.settings.public_url
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        context = browser.new_context(locale="en", viewport={"width": 1280, "height": 800})
        context.set_default_timeout(10_000)
        context.add_cookies([{"name": "kiem-desk-loopback", "value": _cleo(house), "url": url}])
        page = context.new_page()
        broken: list[str] = []
        _set_up(page, url)
        code = _invite(page, url)
        broken += faults_of(page)
        _change_rules(page, url, broken)
        _take_challenges_in(page, url, broken)
        _preview_and_schedule(page, url, house)
        broken += faults_of(page)
        phone = playwright.request.new_context(base_url=url)
        before = _answered_today(page, url)
        beep = _answer(phone, house, code)
        assert (before, _answered_today(page, url)) == ("0 of 0", "1 of 1")
        broken += faults_of(page)
        seen = _try_to_see(context.request, url, house, beep)
        browser.close()
    assert broken == []
    assert len(seen) >= 10
    for way, (status, said) in seen.items():
        assert CANARY not in said, way
        assert status < 500, way


def _cleo(house: Installation) -> str:
    """An administrator who makes the study and so owns it; her session's token."""
    now = house.clock.now()
    with house.database.transaction() as session:
        staff, _ = make_staff(session, "Cleo", administrator=True)
        return open_session(session, staff, browser="", now=now)


def _set_up(page: Page, url: str) -> None:
    page.goto(f"{url}/desk/new-study")
    page.fill("#title_nl", "Weide")
    page.fill("#title_en", "Meadow")
    page.fill("#name", "meadow")
    page.click("main form.sheet button.main")
    page.fill("#institution", "University of Meadows")
    page.fill("#contact_name", "Cleo")
    page.fill("#contact_mail", "cleo@kiem.example")
    page.click("main form.sheet button.main")
    page.wait_for_selector(".notice")
    page.goto(f"{url}/desk/studies/meadow/staff/invite")
    page.fill("#mail", "nina@kiem.example")
    page.click("main form.sheet button.main")
    page.wait_for_selector(".link")


def _invite(page: Page, url: str) -> str:
    """One join code; as it stands on the page."""
    page.goto(f"{url}/desk/studies/meadow/codes")
    page.fill("#uses", "1")
    page.click("main form.sheet button.main")
    page.wait_for_selector(".notice")
    found = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", page.inner_text("main"))
    assert found is not None
    return found[0]


def _change_rules(page: Page, url: str, broken: list[str]) -> None:
    """A mistake first, then rules that hold, with what they do and both calendars before saving."""
    page.goto(f"{url}/desk/studies/meadow/rules")
    page.fill("#min_gap", "240")
    page.click("main form.sheet button.main")
    page.wait_for_selector(".problems")
    broken += faults_of(page)
    page.fill("#min_gap", "45")
    page.fill("#answer_window", "90")
    page.click("main form.sheet button.main")
    page.wait_for_selector("ul.impact")
    assert page.locator("svg.chart").count() == 2
    broken += faults_of(page)
    page.fill("#why", "school ends later")
    page.click("main form.sheet button.main")
    page.wait_for_selector(".notice")
    page.goto(f"{url}/desk/studies/meadow/calendar?quiet=13:00-15:00")
    page.wait_for_selector("svg.chart .quiet-hours", state="attached")
    broken += faults_of(page)


def _take_challenges_in(page: Page, url: str, broken: list[str]) -> None:
    few = list(load_starter().values())[:3]
    good = write_csv(few)
    rows = good.splitlines()
    rows[1] = rows[1].replace(few[0].strategy, "naps")
    rows[3] = rows[3].replace(f",{few[2].minutes},", ",500,")
    for file, wanted in (("\r\n".join(rows), ".problems"), (good, "input[name=stamp]")):
        page.goto(f"{url}/desk/challenges/import")
        page.set_input_files("#file", {"name": "x.csv", "mimeType": "text/csv", "buffer": file.encode()})
        page.click("form[enctype] button.main")
        page.wait_for_selector(wanted, state="attached")
        if wanted == ".problems":
            assert "2 mistakes" in page.inner_text(".problems")
        broken += faults_of(page)
    page.click("form:has(input[name=stamp]) button.main")
    page.wait_for_selector(".notice")


def _preview_and_schedule(page: Page, url: str, house: Installation) -> None:
    """The phone's own card follows what is typed; then the challenge gets a date."""
    slug = next(iter(load_starter().values())).slug
    page.goto(f"{url}/desk/challenges/{slug}")
    page.fill("#title_en", "Wave at a neighbour")
    page.wait_for_function("document.querySelector('.posters').textContent.includes('Wave at a neighbour')")
    for to in ("review", "live"):
        page.goto(f"{url}/desk/challenges/{slug}")
        if page.locator(f"form.act:has(input[value={to}]) button").count():
            page.click(f"form.act:has(input[value={to}]) button")
            page.wait_for_selector(".notice")
    page.goto(f"{url}/desk/studies/meadow/challenges")
    on = (house.clock.now() + timedelta(days=9)).date()
    for ahead in range(8):  # a day of the week, and of the year, that suits it
        page.fill("#on", (on + timedelta(days=ahead)).isoformat())
        page.select_option("#slug", index=1)
        page.click("main form.sheet button.main")
        page.wait_for_load_state()
        if page.locator(".notice").count():
            return
    raise AssertionError("No day of a week suits the challenge.")


def _answered_today(page: Page, url: str) -> str:
    page.goto(f"{url}/desk/studies/meadow/board")
    found = re.search(r"so far: (\d+ of \d+)", page.inner_text("main"))
    return found[1] if found else ""


def _answer(phone: APIRequestContext, house: Installation, code: str) -> str:
    """A phone joins, says yes, is asked and answers; the id of the beep."""
    intro = phone.get(f"/api/v1/intro/{code}?language=nl").json()["consent"]
    consent = {name: intro[name] for name in ("version", "sha256", "language")}
    said = {"use": True, "research": True}
    body = {"code": code, "language": "nl", "zone": "Europe/Amsterdam", "birth_year": 2000}
    joined = phone.post("/api/v1/join", data={**body, "consent": {**consent, "scopes": said}})
    assert joined.status == 201, joined.text()
    now = house.clock.now()
    with house.database.transaction() as session:
        person = session.scalars(select(Participant)).one()
        person.starts_on = now.astimezone(ZoneInfo(person.zone)).date()
        beep = make_beep(
            session, participant=person, local_date=person.starts_on, slot=5, due_at=now - timedelta(minutes=6),
            expires_at=now + timedelta(hours=1), instrument="evening.1",
        )  # fmt: skip
        answers: dict[str, Any] = {"day_best": CANARY}
        sent = make_body(beep, finished_at=now - timedelta(minutes=1), answers=answers)
        key = beep.id
    assert "day_best" in {item.id for item in instruments()["evening.1"].items}
    kept = phone.put(f"/api/v1/beeps/{key}/response", data=sent)
    assert kept.ok, kept.text()
    assert CANARY.encode() in b"".join(path.read_bytes() for path in house.settings.data_dir.glob("kiem.sqlite3*"))
    return str(key)


def _try_to_see(cleo: APIRequestContext, url: str, house: Installation, beep: str) -> dict[str, tuple[int, str]]:
    """Every way a coordinator (no longer an owner or administrator) may think of; what she gets."""
    with house.database.transaction() as session:
        staff = session.scalars(select(Staff)).one()
        staff.administrator = False
        session.get_one(StudyRole, (staff.id, session.scalars(select(Study.id)).one())).role = "coordinator"
        person = session.scalars(select(Participant)).one().code
    study = f"{url}/desk/studies/meadow"
    seen: dict[str, tuple[int, str]] = {}

    def look(way: str, address: str, method: str = "GET", **more: Any) -> None:
        answer = cleo.fetch(address, method=method, **more)
        seen[f"{way} ({address})"] = answer.status, answer.text()

    csrf = cleo.get(f"{url}/api/v1/desk/me").json()["csrf"]
    told = {"X-CSRF-Token": csrf}
    look("the participant's page", f"{study}/people/{person}")
    look("the board", f"{study}/board")
    look("the counts of challenges", f"{study}/challenges")
    look("the API's board", f"{url}/api/v1/desk/studies/meadow/board")
    look("the API's participant", f"{url}/api/v1/desk/studies/meadow/people/{person}")
    look("the phone's address of the answer", f"{url}/api/v1/beeps/{beep}")
    look("everything kept about her", f"{url}/api/v1/me/data")
    look("her trends", f"{url}/api/v1/trends")
    look("exports", f"{study}/exports")
    look("an export by the API", f"{url}/api/v1/desk/studies/meadow/exports", method="POST", data={}, headers=told)
    look("the log of the study", f"{study}/log")
    look("the log of the installation", f"{url}/desk/log")
    look("a page that is not there", f"{study}/people/{beep}")
    look("a body that cannot be read", f"{url}/api/v1/beeps/{beep}/response", method="PUT", data="{", headers=told)
    answer = cleo.post(f"{url}/api/v1/desk/studies/meadow/people/{person}/new-code", headers=told)
    assert answer.status == 201
    opened = cleo.post(f"{url}/api/v1/recover", data={"recovery_code": answer.json()["code"]})
    assert opened.status == 200
    look("her trends, with a code for a lost phone", f"{url}/api/v1/trends")
    shown = cleo.get(f"{url}/api/v1/trends").json()
    assert shown["answers"]["n"] == 0
    new = {"recovery_code": opened.json()["recovery_code"]}
    cleo.post(f"{url}/api/v1/me/confirm", data=new)
    look("her data, with a code for a lost phone", f"{url}/api/v1/me/data")
    for table in ("response", "challenge_outcome", "sticker"):
        with acting_as("desk"), house.database.reading() as session, pytest.raises(DBAPIError):
            session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608  ours
        seen[f"the database role: {table}"] = 403, ""
    refused = [way for way, (status, _said) in seen.items() if status in (401, 403)]
    assert len(refused) >= 8, refused
    return seen
