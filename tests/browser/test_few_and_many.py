"""Every screen makes sense after twelve answers in three weeks, and after ninety-five."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from server.pwa.views import DIST
from tests.browser.chromium import PROGRAM
from tests.browser.gcm import Gcm
from tests.browser.lived import FEW, MANY, Lived, World, make_scripted_world
from tests.browser.walk import a_phone, look_back, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed."),
    pytest.mark.skipif(not (DIST / "index.html").is_file(), reason="The app is not built."),
]

_MARKUP = "document.getElementById('app').outerHTML"
_BROKEN = re.compile(r"NaN|undefined|Infinity|\bnull\b|\{\w+\}|\[object")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_scripted_world(tmp_path_factory.mktemp("scripted") / "world")


@pytest.fixture
def kiem(tmp_path: Path, world: World) -> Iterator[Lived]:
    running = Lived(world, tmp_path / "data", language="nl")
    yield running
    running.close()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Gcm]:
    running = Gcm(tmp_path)
    yield running
    running.close()


@pytest.mark.parametrize(("born", "answers"), [(FEW, 12), (MANY, 95)])
def test_every_screen_makes_sense_after_few_and_after_many_answers(
    tmp_path: Path, kiem: Lived, service: Gcm, born: int, answers: int
) -> None:
    seen: dict[str, str] = {}

    def check(name: str, page: Page) -> None:
        told = page.locator("main").inner_text()
        assert page.locator("h1").inner_text().strip(), name
        assert len(told) > 40, f"{name} says next to nothing: {told}"
        assert _BROKEN.search(page.evaluate(_MARKUP)) is None, name
        for chart in page.locator(".chart svg").all():
            assert chart.locator("circle.mean").count() > 0, f"{name}: a chart without a day"
            assert len(chart.get_attribute("aria-label") or "") > 40, f"{name}: a chart without words"
        seen[name] = told

    with a_phone(tmp_path / "phone", service, language="nl", origin=kiem.url) as phone:
        page = phone.pages[0]
        sign_in(page, kiem, born)
        trends = page.evaluate("() => fetch('/api/v1/trends').then(answer => answer.json())")
        assert trends["answers"]["n"] == answers
        look_back(page, kiem, check)
        gates = page.locator(".gate").all_inner_texts()
    assert len(seen) >= 9
    # What is not shown yet says how much is missing; who has answered nearly always waits for nothing.
    assert all(re.search(r"Nog \d+ ", gate) for gate in gates)
    if answers == 12:
        assert len(gates) >= 2
        assert "van ochtend tot avond" in " ".join(gates)
        assert seen["trends"].count("geen antwoord die dag") == 1, "days without an answer are shown as such"
        assert re.search(r"Nog \d+ |stemming", seen["week"])
    else:
        assert gates == []
        assert "Van ochtend tot avond" in seen["trends"]
        assert "Mijn week" in seen["week"] or "Je week als kaartje" in seen["week"]
