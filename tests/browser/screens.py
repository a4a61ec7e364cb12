"""Photographs every screen of the app at 360 x 740 into docs/screens: in both languages, and in the dark.

Run by ``./run screens``; ``python -m tests.browser.screens nl-dark`` makes one of the three.
"""

import base64
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.gcm import Gcm
from tests.browser.lived import SEED, Lived, make_world, seeded_chance
from tests.browser.palette import shrink
from tests.browser.walk import Look, walk

SCREENS = Path(__file__).parents[2] / "docs" / "screens"
SETS = {"nl": ("nl", False), "en": ("en", False), "nl-dark": ("nl", True)}
STILL_MS = 400
# What is on the screen, however far the page was scrolled.
_CLIP = "() => ({x: scrollX, y: scrollY, width: 360, height: 740, scale: 2})"
MOST_BYTES = 8_000_000


def main(wanted: list[str]) -> None:
    """Make the wanted sets (all without any), and say how large they are together."""
    with tempfile.TemporaryDirectory(prefix="kiem-screens-") as temporary:
        folder = Path(temporary)
        world = make_world(folder / "world")
        for name in wanted or SETS:
            language, dark = SETS[name]
            shutil.rmtree(SCREENS / name, ignore_errors=True)
            (SCREENS / name).mkdir(parents=True)
            (folder / name).mkdir()
            service = Gcm(folder / name)
            kiem = Lived(world, folder / name / "data", language=language)
            try:
                with seeded_chance(SEED):
                    walk(folder / name, service, kiem, _photograph(SCREENS / name), language=language, dark=dark)
            finally:
                kiem.close()
                service.close()
    size = sum(picture.stat().st_size for picture in SCREENS.rglob("*.png"))
    print(f"{len(list(SCREENS.rglob('*.png')))} pictures in {SCREENS}, {size / 1e6:.1f} MB")
    if size > MOST_BYTES:
        sys.exit("That is more than a repository should carry.")


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
