"""From a tap on the notification to the first question, on a phone that is four times slower than this machine.

    python -m bench.first_item [--rounds 9] [--slower 4]

Prints one JSON line. The app is on the phone (its worker has the files, the plan and the questions); its page is closed
and its worker is stopped, as on a phone that lay in a pocket. Each round opens the address that the notification leads
to and waits until the question has been painted. The raw limit is the same question as a page of plain HTML from the
same server, opened in the same browser at the same speed: what a browser needs for any page at all.
"""

import argparse
import statistics
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright
from werkzeug.wrappers import Response

from bench.figures import Figure, report
from tests.browser import app
from tests.browser.bidi import wait_for
from tests.browser.chromium import PROGRAM
from tests.browser.gcm import Gcm
from tests.browser.kiem import Kiem

TARGET_MS = 1000
# When the question was painted, in ms after the navigation began: the frame after the one that has it.
_WATCH = """
const look = () => document.querySelector(".ask-item h1, body.plain h1")
    ? requestAnimationFrame(() => setTimeout(() => { globalThis.paintedAt = performance.now(); }))
    : requestAnimationFrame(look);
look();
"""
# Nothing was begun before: the draft of this round must not help the next.
_FORGET = """() => new Promise(done => {
    const opening = indexedDB.open("kiem");
    opening.onsuccess = () => {
        const clearing = opening.result.transaction("drafts", "readwrite");
        clearing.objectStore("drafts").clear();
        clearing.oncomplete = () => { opening.result.close(); done(); };
    };
})"""
_PLAIN = """<!doctype html><html lang="nl"><meta name="viewport" content="width=device-width">
<title>Kiem</title><body class="plain"><h1>Hoe vrolijk voel je je nu?</h1></body></html>"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """Milliseconds from the tap to the painted question, a round each."""

    app: list[float]
    plain: list[float]


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--slower", type=float, default=4)
    args = parser.parse_args()
    if PROGRAM is None:
        sys.exit("Chromium is not installed. Debian: sudo apt install chromium")
    with tempfile.TemporaryDirectory(prefix="kiem-first-item-") as folder:
        times = measure(Path(folder), rounds=args.rounds, slower=args.slower)
    figure = Figure(
        name="tap to first question",
        ours=statistics.median(times.app),
        unit="ms",
        limit=statistics.median(times.plain),
        against="the same question as plain HTML",
        most=TARGET_MS,
        absolute=True,
    )
    report("first_item", [figure], slower=args.slower, rounds_ms=[round(value) for value in times.app])


def measure(folder: Path, *, rounds: int, slower: float) -> Times:
    """Join, let a beep open, and open it ``rounds`` times from cold."""
    service = Gcm(folder)
    kiem = Kiem(folder / "data", service)
    kiem.serve_also("/plain", Response(_PLAIN, mimetype="text/html"))
    try:
        with sync_playwright() as playwright:
            phone = playwright.chromium.launch_persistent_context(
                str(folder / "profile"),
                executable_path=PROGRAM,
                headless=True,
                args=["--no-sandbox", *service.flags],
                viewport={"width": 360, "height": 740},
                has_touch=True,
                is_mobile=True,
            )
            beep = _prepare(phone.pages[0], kiem)
            phone.add_init_script(_WATCH)
            found = Times(app=[], plain=[])
            for _ in range(rounds + 1):
                found.plain.append(_open(phone, f"{kiem.url}/plain", slower))
                found.app.append(_open(phone, f"{kiem.url}/beep/{beep}", slower))
            phone.close()
            # The first round fills caches of the machine, not of the phone.
            return Times(app=found.app[1:], plain=found.plain[1:])
    finally:
        kiem.close()
        service.close()


def _prepare(page: Page, kiem: Kiem) -> str:
    page.goto(f"{kiem.url}/join/{kiem.join_code}")
    wait_for(lambda: page.evaluate(app.press_on_in_joining()), "joining to end", every=0.1)
    beep = kiem.ask(kiem.newest_participant(), lasts=timedelta(hours=2))
    page.goto(kiem.url)
    page.locator(".card.now").wait_for()
    ready = "async () => (await navigator.serviceWorker.ready).active.state"
    wait_for(lambda: page.evaluate(ready) == "activated", "the worker")
    page.wait_for_timeout(1500)  # the questions are fetched after the plan
    page.goto("about:blank")
    return str(beep)


def _open(phone: BrowserContext, url: str, slower: float) -> float:
    """Milliseconds from the navigation to the painted question, the worker not running when it begins."""
    page = phone.new_page()
    chromium = phone.new_cdp_session(page)
    chromium.send("ServiceWorker.enable")
    chromium.send("ServiceWorker.stopAllWorkers")
    chromium.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(url, wait_until="commit")
    page.wait_for_function("() => globalThis.paintedAt !== undefined")
    painted = float(page.evaluate("paintedAt"))
    page.evaluate(_FORGET)
    page.close()
    return painted


if __name__ == "__main__":
    main()
