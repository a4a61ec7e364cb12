"""Photographs every screen of the app at 360 x 740 into docs/screens: in both languages, and in the dark.

Three further sets: after twelve and after ninety-five answers, and on a wide screen (1280 x 800).
Run by ``./run screens``; ``python -m tests.browser.screens nl-dark`` makes one of them.
"""

import base64
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.gcm import Gcm
from tests.browser.lived import FEW, MANY, SEED, Lived, World, make_scripted_world, make_world, seeded_chance
from tests.browser.palette import shrink
from tests.browser.walk import NOOR, Look, a_phone, look_back, sign_in, walk

SCREENS = Path(__file__).parents[2] / "docs" / "screens"
SETS = {"nl": ("nl", False), "en": ("en", False), "nl-dark": ("nl", True)}
SCRIPTED = {"twelve-answers": FEW, "ninety-five-answers": MANY}
WIDE = "wide"
STILL_MS = 400
# What is on the screen, however far the page was scrolled.
_CLIP = "() => ({x: scrollX, y: scrollY, width: innerWidth, height: innerHeight, scale: innerWidth < 600 ? 2 : 1})"
MOST_BYTES = 12_000_000


def main(wanted: list[str]) -> None:
    """Make the wanted sets (all without any), and say how large they are together."""
    if unknown := set(wanted) - {*SETS, *SCRIPTED, WIDE}:
        sys.exit(f"There is no set {', '.join(sorted(unknown))}; there are {', '.join([*SETS, *SCRIPTED, WIDE])}.")
    with tempfile.TemporaryDirectory(prefix="kiem-screens-") as temporary:
        folder = Path(temporary)
        wanted = wanted or [*SETS, *SCRIPTED, WIDE]
        world = make_world(folder / "world") if {*SETS, WIDE} & set(wanted) else None
        scripted = make_scripted_world(folder / "scripted") if set(SCRIPTED) & set(wanted) else None
        for name in wanted:
            shutil.rmtree(SCREENS / name, ignore_errors=True)
            (SCREENS / name).mkdir(parents=True)
            _make(name, folder / name, scripted if name in SCRIPTED else world)
    pictures = [picture for picture in SCREENS.rglob("*.png") if picture.parents[1].name != "desk"]
    size = sum(picture.stat().st_size for picture in pictures)
    print(f"{len(pictures)} pictures in {SCREENS}, {size / 1e6:.1f} MB")
    if size > MOST_BYTES:
        sys.exit("That is more than a repository should carry.")


def _make(name: str, folder: Path, world: World | None) -> None:
    assert world is not None
    folder.mkdir()
    language, dark = SETS.get(name, ("nl", False))
    look = _photograph(SCREENS / name)
    service, kiem = Gcm(folder), Lived(world, folder / "data", language=language)
    try:
        with seeded_chance(SEED):
            if name in SETS:
                walk(folder, service, kiem, look, language=language, dark=dark)
                return
            size = (1280, 800) if name == WIDE else (360, 740)
            with a_phone(folder / "phone", service, language=language, origin=kiem.url, size=size) as phone:
                page = phone.pages[0]
                sign_in(page, kiem, SCRIPTED.get(name, NOOR))
                if name == WIDE:
                    page.locator(".card.now .button.big").click()
                    page.locator(".ask-item").wait_for()
                    look("questionnaire", page)
                look_back(page, kiem, look)
    finally:
        kiem.close()
        service.close()


def _photograph(folder: Path) -> Look:
    def look(name: str, page: Page) -> None:
        page.wait_for_timeout(STILL_MS)
        chromium = page.context.new_cdp_session(page)
        # Quickly made PNGs use the one filter that is quickly undone.
        taken = chromium.send(
            "Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True, "clip": page.evaluate(_CLIP)}
        )
        chromium.detach()
        (folder / f"{name}.png").write_bytes(shrink(base64.b64decode(taken["data"])))

    return look


if __name__ == "__main__":
    main(sys.argv[1:])
