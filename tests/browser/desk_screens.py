"""Photographs every screen of the desk into docs/screens/desk: whole pages, in both languages, on a desk and a phone.

Run by ``./run screens desk``; ``python -m tests.browser.desk_screens nl-390`` makes one of four sets, and
``nl-390 20-board 21-people`` only these of it. Each screen is also put before axe: the command fails where a rule is
broken or a page is wider than the screen.
"""

import base64
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.chromium import PROGRAM
from tests.browser.desk_house import faults_of
from tests.browser.desk_rooms import Room, make_finished_world, room_of_a_finished_study, room_of_a_running_study
from tests.browser.desk_tour import SCENES, SETS, Scene
from tests.browser.lived import SEED, World, make_world, seeded_chance
from tests.browser.palette import shrink

SCREENS = Path(__file__).parents[2] / "docs" / "screens" / "desk"
MOST_BYTES = 12_000_000
# A browser writes dates and times as its own reader does, whatever the page's language; headless it knows American
# English only. With this it goes by the page, as the browser of a Dutch or British coordinator would.
_SPELL = """language => {
    document.documentElement.lang = language;
    for (const input of document.querySelectorAll("input[type=date], input[type=time]"))
        for (const type of ["text", input.type]) input.type = type;
}"""
_AS_ITS_READER = "--enable-blink-features=LangAttributeAwareFormControlUI"


def main(wanted: Sequence[str]) -> None:
    """Make the wanted sets (all without any), say what axe has against them and how large they are together."""
    faults: list[str] = []
    names = [name for name in wanted if name not in SETS]
    with tempfile.TemporaryDirectory(prefix="kiem-desk-screens-") as temporary:
        folder = Path(temporary)
        worlds = {"running": make_world(folder / "running"), "finished": make_finished_world(folder / "finished")}
        for chosen in [name for name in wanted if name in SETS] or SETS:
            scenes = [scene for scene in SCENES if not names or scene.name in names]
            if not names:
                shutil.rmtree(SCREENS / chosen, ignore_errors=True)
            (SCREENS / chosen).mkdir(parents=True, exist_ok=True)
            faults += _photograph_all(chosen, scenes, worlds, folder / chosen)
    pictures = list(SCREENS.rglob("*.png"))
    size = sum(picture.stat().st_size for picture in pictures)
    print(f"{len(pictures)} pictures in {SCREENS}, {size / 1e6:.1f} MB")
    for fault in faults:
        print(fault)
    if faults or size > MOST_BYTES:
        sys.exit("Mend the above; and keep a repository small.")


def _photograph_all(chosen: str, scenes: Sequence[Scene], worlds: dict[str, World], folder: Path) -> list[str]:
    """One set: a room of each kind, and a browser for everybody in it."""
    language, size = SETS[chosen]
    faults: list[str] = []
    folder.mkdir()
    with ExitStack() as stack:
        stack.enter_context(seeded_chance(SEED))
        rooms = {
            "running": stack.enter_context(room_of_a_running_study(worlds["running"], folder / "running", language)),
            "finished": stack.enter_context(
                room_of_a_finished_study(worlds["finished"], folder / "finished", language)
            ),
        }
        browser = stack.enter_context(_browser())
        people: dict[tuple[str, str], BrowserContext] = {}
        for scene in scenes:
            room = rooms[scene.room]
            if (scene.room, scene.who) not in people:
                people[scene.room, scene.who] = _somebody(browser, room, scene.who, language, size)
            page = people[scene.room, scene.who].new_page()
            answer = page.goto(room.fill(scene.rule, scene.query))
            if answer is None or answer.status != scene.status:
                faults.append(f"{chosen} {scene.name}: {answer and answer.status} instead of {scene.status}")
            if scene.does:
                scene.does(page)
            page.evaluate(_SPELL, "nl-NL" if language == "nl" else "en-GB")
            faults += [f"{chosen} {scene.name}: {fault}" for fault in faults_of(page)]
            (SCREENS / chosen / f"{scene.name}.png").write_bytes(shrink(_photograph(page)))
            page.close()
    return faults


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--hide-scrollbars", _AS_ITS_READER]
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=arguments)
        yield browser
        browser.close()


def _somebody(browser: Browser, room: Room, who: str, language: str, size: tuple[int, int]) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="nl-NL" if language == "nl" else "en-GB",
        timezone_id="Europe/Amsterdam",
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    if who:
        context.add_cookies([{"name": "kiem-desk-loopback", "value": room.tokens[who], "url": room.url}])
    return context


def _photograph(page: Page) -> bytes:
    """The whole page, however long."""
    chromium = page.context.new_cdp_session(page)
    taken = chromium.send(
        "Page.captureScreenshot",
        {"format": "png", "optimizeForSpeed": True, "captureBeyondViewport": True}
        | {"clip": {**chromium.send("Page.getLayoutMetrics")["cssContentSize"], "scale": 1}},
    )
    chromium.detach()
    return base64.b64decode(taken["data"])


if __name__ == "__main__":
    main(sys.argv[1:])
