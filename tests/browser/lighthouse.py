"""Asks Lighthouse about the screens that matter most, in the middle of a diary; prints one JSON line a screen.

    python -m tests.browser.lighthouse --program FOLDER/node_modules/.bin/lighthouse [--keep FOLDER]

Lighthouse is no part of Kiem: put it anywhere with ``npm install lighthouse``. It looks through a browser that is
signed in, on its own slow phone (a processor four times slower, a slow 4G network), while no other driver holds that
browser. Ends with 1 where a score is too low.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser.bidi import wait_for
from tests.browser.chromium import PROGRAM
from tests.browser.gcm import Gcm
from tests.browser.lived import Lived, make_world
from tests.browser.walk import sign_in

LEAST = {"performance": 0.95, "accessibility": 1.0, "best-practices": 1.0}
TRIES = 4


def main() -> None:
    """Read the arguments, look, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--keep", type=Path, help="where to leave the whole reports")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kiem-lighthouse-") as temporary:
        folder = Path(temporary)
        world = make_world(folder / "world")
        service, kiem = Gcm(folder), Lived(world, folder / "data")
        try:
            with _running_browser(folder / "profile", service) as port:
                asked = _open_diary(port, kiem)
                seen = {
                    name: _look(args.program, kiem.url + path, port, (args.keep or folder) / f"{name}.json")
                    for name, path in (("today", "/"), ("questionnaire", asked), ("trends", "/trends"))
                }
        finally:
            kiem.close()
            service.close()
    low = [
        f"{screen}: {name}" for screen, scores in seen.items() for name, least in LEAST.items() if scores[name] < least
    ]
    sys.exit(f"Too low: {', '.join(low)}" if low else 0)


@contextmanager
def _running_browser(profile: Path, service: Gcm) -> Iterator[int]:
    """A headless Chromium; the port at which drivers reach it."""
    assert PROGRAM is not None, "Chromium is not installed."
    port = _free_port()
    quiet = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-component-update")
    where = (f"--remote-debugging-port={port}", f"--user-data-dir={profile}")
    with subprocess.Popen(
        [PROGRAM, *quiet, *where, *service.flags, "about:blank"], stderr=subprocess.DEVNULL
    ) as browser:
        wait_for(lambda: _listens(port), "Chromium")
        try:
            yield port
        finally:
            browser.terminate()


def _open_diary(port: int, kiem: Lived) -> str:
    """Sign in as Noor and let go of the browser; the path of the questionnaire that is open."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        page = browser.contexts[0].pages[0]
        sign_in(page, kiem)
        asked = page.locator(".card.now .button.big").get_attribute("href")
        page.wait_for_timeout(2000)  # what is fetched after a start
        page.goto("about:blank")
        browser.close()
    return asked or ""


def _look(program: str, url: str, port: int, report: Path) -> dict[str, float]:
    """Scores (0 to 1) by category; what is not perfect is printed with them."""
    categories = ",".join(LEAST)
    command = [program, url, f"--port={port}", "--disable-storage-reset", f"--only-categories={categories}", "--quiet"]
    command += ["--output=json", f"--output-path={report}"]
    for attempt in range(TRIES):  # it now and then loses the trace of a page, says so, and asks to be run again
        done = subprocess.run(command, check=attempt == TRIES - 1, env={**os.environ, "CI": "1"}, timeout=180)
        if done.returncode == 0:
            break
    told: dict[str, Any] = json.loads(report.read_text())
    scores = {name: float(told["categories"][name]["score"]) for name in LEAST}
    short = {
        audit["id"]: audit.get("displayValue") or audit["title"]
        for audit in told["audits"].values()
        if audit["score"] is not None and audit["score"] < 1 and audit["scoreDisplayMode"] in ("binary", "numeric")
    }
    print(json.dumps({"screen": report.stem, **scores, "not perfect": short}, ensure_ascii=False), flush=True)
    return scores


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
