"""Photographs every screen of the desk into docs/screens/desk, in both languages, on a desk and on a phone.

Run by ``./run screens desk``; ``python -m tests.browser.desk_screens nl-390`` makes one of four sets. Each screen is
also put before axe: the command fails where a rule is broken or a page is wider than the screen.
"""

import base64
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright
from sqlalchemy import select, update

from challenges.library import load_starter
from challenges.table import write_csv
from server.delivery.models import Device
from server.duties import install_duties
from server.people.models import Participant
from server.staff.sessions import open_session
from server.studies.codes import issue_codes
from server.studies.models import Study
from tests.browser.chromium import PROGRAM
from tests.browser.desk_house import faults_of
from tests.browser.lived import SEED, Lived, make_world, seeded_chance
from tests.browser.palette import shrink
from tests.server.desk.desk import make_staff

SCREENS = Path(__file__).parents[2] / "docs" / "screens" / "desk"
SIZES = ((1280, 800), (390, 844))
SETS = {f"{language}-{size[0]}": (language, size) for language in ("nl", "en") for size in SIZES}
MOST_BYTES = 12_000_000


def main(wanted: list[str]) -> None:
    """Make the wanted sets (all without any), say what axe has against them and how large they are together."""
    faults: list[str] = []
    with tempfile.TemporaryDirectory(prefix="kiem-desk-screens-") as temporary:
        folder = Path(temporary)
        world = make_world(folder / "world")
        for name in wanted or SETS:
            language, (width, height) = SETS[name]
            shutil.rmtree(SCREENS / name, ignore_errors=True)
            (SCREENS / name).mkdir(parents=True)
            kiem = Lived(world, folder / name, language=language)
            try:
                with seeded_chance(SEED), _browser(language, width, height) as context:
                    faults += _walk(context, kiem, SCREENS / name, language)
            finally:
                kiem.close()
    pictures = list(SCREENS.rglob("*.png"))
    size = sum(picture.stat().st_size for picture in pictures)
    print(f"{len(pictures)} pictures in {SCREENS}, {size / 1e6:.1f} MB")
    for fault in faults:
        print(fault)
    if faults or size > MOST_BYTES:
        sys.exit("Mend the above; and keep a repository small.")


@contextmanager
def _browser(language: str, width: int, height: int) -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox", "--hide-scrollbars"])
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="nl-NL" if language == "nl" else "en-GB",
            timezone_id="Europe/Amsterdam",
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        yield context
        browser.close()


def _walk(context: BrowserContext, kiem: Lived, folder: Path, language: str) -> list[str]:
    """Every screen in the order in which a coordinator meets them."""
    faults: list[str] = []
    token, study, person, code = _prepare(kiem, language)
    page = context.new_page()
    desk, mine = f"{kiem.url}/desk", f"{kiem.url}/desk/studies/{study}"

    def look(name: str, address: str = "") -> None:
        if address:
            page.goto(address)
        faults.extend(f"{name}: {fault}" for fault in faults_of(page))
        (folder / f"{name}.png").write_bytes(shrink(_photograph(page)))

    look("01-sign-in", f"{desk}/sign-in")
    context.add_cookies([{"name": "kiem-desk-loopback", "value": token, "url": kiem.url}])
    look("02-studies", desk)
    look("03-new-study", f"{desk}/new-study")
    look("04-board", f"{mine}/board")
    page.locator("figure").nth(1).scroll_into_view_if_needed()
    look("05-board-charts")
    look("06-people", f"{mine}/people")
    look("07-participant", f"{mine}/people/{person}")
    page.locator("input[name=notice]").first.scroll_into_view_if_needed()
    look("08-message")
    look("09-settings", f"{mine}/settings")
    look("10-rules", f"{mine}/rules")
    page.fill("#days", "500")
    page.fill("#reminders", "90")
    page.click("main form.sheet button.main")
    page.wait_for_selector(".problems")
    look("11-rules-mistakes")
    page.fill("#days", "21")
    page.fill("#reminders", "20")
    page.fill("#start", "10:00")
    page.fill("#challenge_at", "10:00")
    page.click("main form.sheet button.main")
    page.wait_for_selector("ul.impact")
    look("12-rules-impact")
    look("13-calendar", f"{mine}/calendar?quiet=08:30-15:00")
    look("14-calendar-clock-change", f"{mine}/calendar?first=2026-03-23&quiet=22:00-11:00")
    look("15-codes", f"{mine}/codes")
    look("16-poster", f"{mine}/codes/poster?code={code}&lang={language}")
    look("17-letter", f"{mine}/codes/letter?code={code}&lang={language}")
    look("18-schedule", f"{mine}/challenges")
    look("19-challenges", f"{desk}/challenges")
    slug = next(iter(load_starter().values())).slug
    look("20-challenge", f"{desk}/challenges/{slug}")
    look("21-new-challenge", f"{desk}/challenges/new")
    _bring(page, f"{desk}/challenges/import")
    look("22-import-mistakes")
    look("23-staff", f"{mine}/staff")
    look("24-invite", f"{mine}/staff/invite")
    look("25-log", f"{mine}/log")
    look("26-installation-staff", f"{desk}/staff")
    look("27-account", f"{desk}/account")
    look("28-consent", f"{mine}/consent")
    look("29-nothing-here", f"{desk}/nothing")
    return faults


def _prepare(kiem: Lived, language: str) -> tuple[str, str, str, str]:
    """Somebody to look, codes and living phones; her session's token, the study's name, a participant and a code."""
    now = kiem.clock.now()
    with kiem.database.engine.begin() as connection:
        install_duties(connection)
    with kiem.database.transaction() as session:
        study = session.scalars(select(Study)).one()
        cleo, _ = make_staff(session, "Cleo", roles={study: "owner"}, administrator=True, language=language)
        make_staff(session, "Rena", roles={study: "researcher"})
        codes = issue_codes(session, study, count=3, max_uses=1, expires_at=now + timedelta(days=20), now=now)
        session.execute(update(Device).values(retired_at=None, retired_why=None))
        person = session.scalars(select(Participant).order_by(Participant.joined_at)).first()
        assert person is not None
        return open_session(session, cleo, browser="Firefox, Linux", now=now), study.name, person.code, codes[0].code


def _bring(page: Page, address: str) -> None:
    """A file with a mistake in its second row."""
    few = list(load_starter().values())[:3]
    rows = write_csv(few).splitlines()
    rows[1] = rows[1].replace(few[0].strategy, "naps")
    page.goto(address)
    page.set_input_files("#file", {"name": "x.csv", "mimeType": "text/csv", "buffer": "\r\n".join(rows).encode()})
    page.click("form[enctype] button.main")
    page.wait_for_selector(".problems")


def _photograph(page: Page) -> bytes:
    chromium = page.context.new_cdp_session(page)
    taken = chromium.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
    chromium.detach()
    return base64.b64decode(taken["data"])


if __name__ == "__main__":
    main(sys.argv[1:])
