"""What is hers stays hers: a photo on her phone, her pause, her yes, and an end that leaves nothing behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from server.pwa.views import DIST
from tests.browser.bidi import wait_for
from tests.browser.chromium import PROGRAM
from tests.browser.gcm import Gcm
from tests.browser.lived import Lived, World
from tests.browser.walk import NOOR, a_phone, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed."),
    pytest.mark.skipif(not (DIST / "index.html").is_file(), reason="The app is not built."),
]

_PHOTO = DIST / "icons" / "kiem-512.png"
_ON_THE_PHONE = """async () => {
    const databases = await indexedDB.databases();
    const open = name => new Promise(done => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); });
    let rows = 0;
    for (const {name} of databases) {
        const database = await open(name);
        for (const store of database.objectStoreNames) {
            const counting = database.transaction(store).objectStore(store).count();
            rows += await new Promise(done => { counting.onsuccess = () => done(counting.result); });
        }
        database.close();
    }
    return {rows, caches: (await caches.keys()).length, words: localStorage.length,
            workers: (await navigator.serviceWorker.getRegistrations()).length};
}"""


@pytest.fixture
def kiem(tmp_path: Path, world: World) -> Iterator[Lived]:
    running = Lived(world, tmp_path / "data")
    yield running
    running.close()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Gcm]:
    running = Gcm(tmp_path)
    yield running
    running.close()


def test_her_photo_her_pause_her_yes_and_her_end(tmp_path: Path, kiem: Lived, service: Gcm) -> None:
    """One story, one browser. 1. She does the challenge and keeps a photo: no request carries it, and the gallery has
    it without a network. 2. A message that she puts away offline stays away. 3. A pause begins and ends. 4. A new text
    asks for her yes before anything else; what she had stays. 5. She stops and has all erased: the receipt is there,
    and on the phone is nothing."""
    sent: list[int] = []
    with a_phone(tmp_path / "phone", service, language="nl", origin=kiem.url) as phone:
        page = phone.pages[0]
        sign_in(page, kiem)
        phone.on("request", lambda request: sent.append(len(request.post_data_buffer or b"")))

        keep_photo(page, kiem)
        assert max(sent) < _PHOTO.stat().st_size / 4, "something as large as a photo left the phone"
        kiem.leave_notice(NOOR, "times-fit")
        page.goto(kiem.url)
        page.locator(".card.letter").wait_for()
        phone.set_offline(True)
        page.goto(f"{kiem.url}/challenge/gallery")
        assert page.locator(".wall img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
        page.goto(kiem.url)
        page.locator(".card.letter .round").click()
        page.locator(".card.letter").wait_for(state="detached")
        page.reload()
        page.locator(".banner").wait_for()
        assert page.locator(".card.letter").count() == 0
        phone.set_offline(False)

        pause(page, kiem)
        say_yes_again(page, kiem)
        receipt = erase(page, kiem)
        assert len(receipt) == len("XXXX-XXXX-XXXX-XXXX")
        assert page.evaluate("() => fetch('/api/v1/me').then(answer => answer.status)") == 401


def test_done_is_done_also_for_who_closes_the_app_instead_of_telling_how_it_was(
    tmp_path: Path, kiem: Lived, service: Gcm
) -> None:
    with a_phone(tmp_path / "phone", service, language="nl", origin=kiem.url) as phone:
        page = phone.pages[0]
        sign_in(page, kiem)
        page.goto(f"{kiem.url}/challenge")
        page.locator(".poster").first.wait_for()
        assert page.locator(".poster.is-done").count() == 0
        with page.expect_response(lambda answer: "/challenge" in answer.url and answer.request.method == "PUT") as told:
            page.locator(".stack .button.big").click()
        page.locator(".four-step").first.wait_for()
        assert [told.value.ok, told.value.request.post_data_json["outcome"]] == [True, "done"]
        page.reload()
        page.locator(".poster.is-done").wait_for()


def keep_photo(page: Page, kiem: Lived) -> None:
    page.goto(f"{kiem.url}/challenge")
    page.locator(".poster").first.wait_for()
    if page.locator(".poster.is-done").count() == 0:
        page.locator(".stack .button.big").click()
        page.locator(".four-step").nth(2).click()
        page.locator(".four-step").nth(7).click()
        page.locator(".button.big").click()
    page.locator(".poster.is-done").wait_for()
    page.locator(".memory input[type=file]").set_input_files(_PHOTO)
    page.locator(".memory img").wait_for()
    page.locator(".memory .button.big").click()
    page.locator(".memory .said:not(:empty)").wait_for()


def pause(page: Page, kiem: Lived) -> None:
    page.goto(f"{kiem.url}/settings/pause")
    page.locator(".pair .button").last.click()
    page.locator(".span ~ .button").click()
    page.locator(".said:not(:empty)").wait_for()
    kept = page.evaluate("() => fetch('/api/v1/me/pause').then(answer => answer.json())")["pause"]
    today = kiem.clock.now().date().isoformat()
    assert kept["from"] == today < kept["until"]
    page.locator(".card .button.soft").click()
    page.locator(".picker").first.wait_for()
    assert page.evaluate("() => fetch('/api/v1/me/pause').then(answer => answer.json())") == {"pause": None}


def say_yes_again(page: Page, kiem: Lived) -> None:
    def answers() -> int:
        return int(page.evaluate("() => fetch('/api/v1/trends').then(answer => answer.json())")["answers"]["n"])

    before = answers()
    kiem.publish_text()
    page.goto(kiem.url)
    page.locator(".card.now a[href='/settings/consent']").click()
    page.locator(".changes").wait_for()
    assert page.locator(".again input:checked").count() == 0, "nothing is ticked beforehand"
    page.locator(".again > .button.big").click()
    page.locator(".today").wait_for()
    # Her parent's yes was to the former text as well.
    wait_for(lambda: page.evaluate("() => fetch('/api/v1/me').then(a => a.json())")["waiting"] == "parent", "her yes")
    assert answers() == before


def erase(page: Page, kiem: Lived) -> str:
    page.goto(f"{kiem.url}/settings/leave")
    page.locator(".pair .button").last.click()
    page.locator(".button.danger").click()
    page.locator(".gone .ticket").wait_for()
    receipt = page.locator(".gone .code").inner_text()
    nothing = {"rows": 0, "caches": 0, "words": 0, "workers": 0}
    wait_for(lambda: page.evaluate(_ON_THE_PHONE) == nothing, "an empty phone")
    page.locator(".gone .button.big").click()
    page.locator(".step-code").wait_for()
    return receipt
