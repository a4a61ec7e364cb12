"""A walk past every screen of the app, for whoever wants to look: the photographer and the accessibility checker."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.browser import app
from tests.browser.bidi import wait_for
from tests.browser.chromium import PROGRAM
from tests.browser.gcm import Gcm
from tests.browser.lived import Lived

Look = Callable[[str, Page], None]
"""Called on every screen with its name, once it stands still."""

NOOR = 2011
"""The year in which the person was born whose diary is shown."""
_ANDROID = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)
_IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
_QUIET = ("--no-sandbox", "--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars")


@contextmanager
def a_phone(
    profile: Path,
    service: Gcm,
    *,
    language: str,
    dark: bool = False,
    agent: str = _ANDROID,
    origin: str | None = None,
    size: tuple[int, int] = (360, 740),
) -> Iterator[BrowserContext]:
    """A Chromium that thinks it is a phone (of 360 x 740 if no other size is said); allowed to notify if an origin is
    given."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=PROGRAM,
            headless=True,
            args=[*_QUIET, f"--lang={language}", "--disable-background-networking=false", *service.flags],
            ignore_default_args=["--disable-background-networking"],
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=2,
            has_touch=True,
            locale="nl-NL" if language == "nl" else "en-GB",
            timezone_id="Europe/Amsterdam",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            user_agent=agent,
        )
        context.set_default_timeout(10_000)
        if origin:
            context.grant_permissions(["notifications"], origin=origin)
        try:
            yield context
        finally:
            context.close()


def walk(folder: Path, service: Gcm, kiem: Lived, look: Look, *, language: str, dark: bool = False) -> None:
    """Join as somebody new, then open Noor's diary and go everywhere."""
    with a_phone(folder / "new", service, language=language, dark=dark, origin=kiem.url) as context:
        join(context.pages[0], kiem, look)
    with a_phone(folder / "grown", service, language=language, dark=dark, origin=kiem.url) as context:
        join_grown(context.pages[0], kiem, look)
    with a_phone(folder / "iphone", service, language=language, dark=dark, agent=_IPHONE) as context:
        page = context.pages[0]
        page.goto(f"{kiem.url}/join/{kiem.join_code}")
        page.locator("form button[type=submit]").click()
        page.locator(".points").wait_for()
        page.locator(".button.big").click()
        look("05-install-iphone", page)
    with a_phone(folder / "noor", service, language=language, dark=dark, origin=kiem.url) as context:
        page = context.pages[0]
        sign_in(page, kiem)
        live(page, kiem, look, context)


def join(page: Page, kiem: Lived, look: Look) -> None:
    """Every step of joining, by somebody of fourteen: a parent is asked too."""
    page.goto(f"{kiem.url}/join/{kiem.join_code}")
    page.locator("form button[type=submit]").wait_for()
    look("01-welcome", page)
    page.locator("form button[type=submit]").click()
    page.locator(".points").wait_for()
    look("02-about", page)
    page.locator(".button.big").click()
    page.locator(".years").wait_for()
    page.locator(".years .cell").filter(has_text="2011").click()
    page.locator(".months .cell").nth(8).click()
    look("03-age", page)
    page.locator(".button.big").click()
    page.locator(".sections").wait_for()
    look("04-consent", page)
    page.locator(".button.big").click()
    page.locator(".step-recovery").wait_for()
    look("06-keep-code", page)
    page.locator(".button.big").click()
    page.locator(".parents input").wait_for()
    look("07-ask-a-parent", page)
    page.locator(".parents input").fill("ouder@example.org")
    page.locator(".parents .button.big").click()
    page.locator(".parent-state").wait_for()
    look("08-parent-asked", page)
    page.locator(".join-body > .on").click()
    page.locator(".install-steps").wait_for()
    look("09-install-android", page)
    page.locator(".join-body > .quiet-button").click()
    page.locator(".ring-bell").wait_for()
    page.locator(".push-test").wait_for()
    look("10-notifications", page)
    page.locator(".join-body > .button").last.click()
    page.locator(".my-day").wait_for()
    look("11-my-day", page)
    page.locator(".join-body > .button.soft").last.click()
    page.locator(".step-done").wait_for()
    look("13-ready", page)
    page.locator(".button.big").click()
    page.locator(".card.now").wait_for()
    look("14-waiting-for-a-parent", page)
    page.locator(".card.now .button").click()
    page.locator(".parent-state").wait_for()
    look("15-parent-in-settings", page)


def join_grown(page: Page, kiem: Lived, look: Look) -> None:
    """By somebody of twenty nobody else is asked, and there is a team to be named in."""
    page.goto(f"{kiem.url}/join/{kiem.join_code}")
    page.locator("form button[type=submit]").click()
    page.locator(".step-about .button.big").click()
    page.locator(".years .cell").filter(has_text="2005").click()
    page.locator(".months .cell").first.click()
    page.locator(".step-age .button.big").click()
    page.locator(".step-consent .button.big").click()
    page.locator(".step-recovery .button.big").click()
    page.locator(".step-install .join-body > .quiet-button").click()
    page.locator(".step-notify .push-test").wait_for()
    page.locator(".step-notify .join-body > .button").last.click()
    page.locator(".step-rhythm .join-body > .button.soft").last.click()
    page.locator(".look .avatars").wait_for()
    look("12-name-and-picture", page)


def sign_in(page: Page, kiem: Lived, born: int = NOOR) -> None:
    """Open the diary of Noor, or of whoever was born in that year, on this phone."""
    page.goto(f"{kiem.url}/join")
    page.locator("form button[type=submit]").wait_for()
    page.locator(".join-body .quiet-button, .join-body .button").last.click()
    page.locator("[name=recovery]").fill(kiem.recovery_code(born))
    page.locator(".button.big").click()
    page.locator(".step-recovery").wait_for()
    wait_for(lambda: page.evaluate(app.press_on_in_joining()), "the garden", every=0.1)
    page.locator(".today").wait_for()
    page.evaluate(_TAP_ON)
    page.goto(kiem.url)  # as on another day: the subscription is told to the server again
    page.locator(".card.now, .card.quiet").first.wait_for()


# Answered questions stay to be looked at until "on" is tapped (the setting "go on by itself", off).
_TAP_ON = """() => new Promise(done => {
    const opening = indexedDB.open("kiem");
    opening.onsuccess = () => {
        const writing = opening.result.transaction("kv", "readwrite");
        writing.objectStore("kv").put(false, "auto_next");
        writing.oncomplete = () => { opening.result.close(); done(); };
    };
})"""


def live(page: Page, kiem: Lived, look: Look, context: BrowserContext) -> None:
    """An afternoon of Noor's."""

    def go(path: str, ready: str) -> None:
        page.goto(kiem.url + path)
        page.locator(ready).first.wait_for()

    kiem.show_card(NOOR)
    page.reload()
    page.locator(".gentle").wait_for()
    look("19-gentle-card", page)
    page.locator(".gentle .round").click()
    page.locator(".gentle").wait_for(state="detached")
    look("20-today", page)
    page.locator(".later").click()
    page.locator(".card.now .said:not(:empty)").wait_for()
    look("21-not-now", page)
    page.locator(".card.now .button.big").click()
    ask(page, look)
    look("29-thanks", page)
    go("/", ".card.quiet")
    look("30-nothing-open", page)
    page.locator(".why summary").click()
    page.locator(".why").scroll_into_view_if_needed()
    look("37-why-missed", page)
    kiem.leave_notice(NOOR, "times-fit")
    go("/", ".card.letter")
    look("38-message-of-the-study", page)
    page.locator(".card.letter .round").click()
    page.locator(".card.letter").wait_for(state="detached")
    challenge(page, look, go)
    for name, path, ready in (
        ("40-team", "/team", ".page h1"),
        ("50-trends", "/trends", ".measure"),
        ("53-week", "/week", ".page h1"),
        ("55-help", "/help", ".lines"),
    ):
        go(path, ready)
        look(name, page)
    go("/trends", ".measure")
    page.locator(".measure-head .button").first.click()
    look("52-trends-table", page)
    go("/settings", ".rows")
    page.wait_for_timeout(300)  # whether a parent is asked comes from the server
    look("60-settings", page)
    for number, (name, ready) in enumerate(_SETTINGS, start=61):
        go(f"/settings/{name}", ready)
        look(f"{number}-settings-{name}", page)
    page.locator(".pair .button").last.click()
    page.locator(".settings .button.danger").wait_for()
    look("69-settings-erase-all", page)
    go("/beep/7b3c1c1e-0000-4000-8000-000000000000", ".closed")
    look("70-missed", page)
    go("/", ".card")
    context.set_offline(True)
    page.reload()
    page.locator(".banner").wait_for()
    look("71-offline", page)
    context.set_offline(False)
    go("/settings/pause", ".picker")
    page.locator(".settings .card > .button.soft").click()
    page.locator(".picker").first.wait_for(state="detached")
    go("/", ".card.quiet")
    look("76-paused", page)
    go("/settings/pause", ".settings .card > .button.soft")
    page.locator(".settings .card > .button.soft").click()
    page.locator(".picker").first.wait_for()
    kiem.publish_text()
    go("/", ".card.now")
    look("72-asked-again", page)
    page.locator(".card.now .button").click()
    page.locator(".again .changes").wait_for()
    look("73-consent-again", page)
    page.locator(".again > .button.soft").click()
    page.locator(".again .button.danger").scroll_into_view_if_needed()
    look("74-consent-again-no", page)
    page.locator(".again > .button.big").click()
    page.locator(".card.now").wait_for()
    look("75-parent-asked-again", page)
    stop(page, look, go, code=kiem.join_code)


def stop(page: Page, look: Look, go: Callable[[str, str], None], *, code: str) -> None:
    """The end of taking part, what is then in the place of everything, and a poster's code after it."""
    go("/settings/leave", ".pair")
    page.locator(".pair .button").first.click()
    page.locator(".settings .button.danger").click()
    page.locator(".settings .button.danger").wait_for(state="detached")
    for name, path, ready in (
        ("77-stopped", "/", ".farewell"),
        ("78-stopped-challenge", "/challenge", ".farewell-page"),
        ("79-stopped-team", "/team", ".farewell-page"),
    ):
        go(path, ready)
        page.wait_for_timeout(200)  # what the server knows better
        look(name, page)
    go(f"/join/{code}", ".step-another .button.big:not([disabled])")
    look("80-another-study", page)


def look_back(page: Page, kiem: Lived, look: Look) -> None:
    """Everything that is drawn from what somebody did so far, every measure by itself."""
    for name, path, ready in (
        ("today", "/", ".today"),
        ("team", "/team", ".team-tree, .page.center"),
        ("week", "/week", ".week-card, .page.center"),
        ("challenge", "/challenge", ".poster, .center"),
        ("settings", "/settings", ".rows"),
        ("trends", "/trends", ".measure, .page.center"),
    ):
        page.goto(kiem.url + path)
        page.locator(ready).first.wait_for()
        page.wait_for_timeout(200)  # what the server knows better
        look(name, page)
    for index in range(1, page.locator(".chip").count()):
        page.locator(".chip").nth(index).click()
        look(f"trends-{index}", page)


_NOTES = {"nl": "Met Sam op het bankje bij het water.", "en": "With Sam, on the bench by the water."}
_SETTINGS = (
    ("day", ".my-day"),
    ("notifications", ".push-test"),
    ("look", ".look-line"),
    ("pause", ".picker"),
    ("consent", ".sections"),
    ("data", ".field"),
    ("leave", ".pair"),
)


def ask(page: Page, look: Look) -> None:
    """Answer what is asked; a look at the first of each kind of question, before and after its answer."""
    seen: set[str] = set()
    for _ in range(40):
        page.locator(".ask-item, .thanks").first.wait_for()
        if page.locator(".thanks").count():
            return
        kind = (page.locator(".ask-item").get_attribute("class") or "").split("type-")[1].split()[0]
        if kind not in seen:
            look(f"{22 + len(seen) * 2}-question-{kind}", page)
        before = page.locator(".ask h1").text_content()
        _give(page, kind)
        if kind not in seen and kind in ("slider", "single", "multiple"):
            look(f"{23 + len(seen) * 2}-question-{kind}-answered", page)
        seen.add(kind)
        if page.locator(".ask h1").text_content() == before:
            page.locator(".ask .next").click()
        page.wait_for_function("before => document.querySelector('.ask h1')?.textContent !== before", arg=before)
    raise AssertionError("The questions do not end.")


def challenge(page: Page, look: Look, go: Callable[[str, str], None]) -> None:
    """The card, the others, doing it, a note and a photo, and the wall of what was done."""
    go("/challenge", ".poster, .center")
    if page.locator(".poster").count() == 0:
        look("31-challenge-none", page)
        return
    look("31-challenge", page)
    if page.locator(".poster.is-done").count() == 0:
        page.locator(".pair .button.soft").first.click()
        page.locator(".poster.small").first.wait_for()
        look("32-challenge-others", page)
        page.locator(".page > .button.soft").click()
        page.locator(".stack .button.big").click()
        page.locator(".four-step").nth(2).click()
        page.locator(".four-step").nth(7).click()
        look("33-challenge-feeling", page)
        page.locator(".button.big").click()
    page.locator(".memory").wait_for()
    look("34-challenge-done", page)
    page.locator(".memory").evaluate("e => e.scrollIntoView({block: 'center'})")
    look("35-challenge-note", page)
    page.locator(".memory textarea").fill(_NOTES[page.evaluate("document.documentElement.lang")])
    page.locator(".memory .button.big").click()
    page.locator(".memory .said:not(:empty)").wait_for()
    go("/challenge/gallery", ".wall")
    look("36-gallery", page)


def _give(page: Page, kind: str) -> None:
    if kind == "slider":
        box = page.locator(".path").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + box["height"] / 2)
    elif kind in ("single", "multiple"):
        page.locator(".choice").nth(1).click()
    elif kind != "info":
        page.locator(".ask-foot .quiet-button").click()
