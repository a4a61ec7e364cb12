"""The compliance report: durations in seconds, in the language that was asked for too, and readable on a phone."""

from collections import Counter
from html import unescape
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import sync_playwright
from sqlalchemy import select

from server.db import Database
from server.diary.models import Response
from server.export.compliance import render
from server.export.compliance_words import WORDS
from server.export.request import Request
from server.export.tally import quartiles
from tests.browser.chromium import PROGRAM
from tests.server.export.conftest import Bundle, export


def test_the_duration_is_the_median_in_seconds_of_all_entries(small: Database, little: Bundle) -> None:
    with small.reading() as session:
        times = session.execute(select(Response.started_at, Response.finished_at)).all()
    seconds = [int((finished - started).total_seconds()) for started, finished in times if finished > started]
    assert seconds
    (low, middle, high), whole = quartiles(little.built.contents.tally.seconds), sorted(seconds)
    assert middle in (median(whole), whole[(len(whole) - 1) // 2])
    assert low <= middle <= high
    said = unescape((little.folder / "compliance_report.html").read_text(encoding="utf-8"))
    assert f"Mdn = {middle} s, IQR {low}-{high} s" in said


def test_quartiles_are_numbers_that_occur() -> None:
    assert quartiles(Counter({1: 1, 2: 1, 3: 1, 40: 1})) == (1, 2, 3)
    assert quartiles(Counter({7: 9})) == (7, 7, 7)
    with pytest.raises(ValueError, match="No numbers"):
        quartiles(Counter())


def test_bands_have_the_same_seconds(small: Database, little: Bundle, tmp_path: Path) -> None:
    banded = export(small, "small", tmp_path, Request(profile="open", sav=False, openesm=False, language="en"))
    assert banded.built.contents.tally.seconds == little.built.contents.tally.seconds
    assert not (banded.folder / "compliance_report_nl.html").exists()


def test_a_dutch_export_has_the_report_in_dutch_beside_the_english_one(little: Bundle) -> None:
    page = (little.folder / "compliance_report_nl.html").read_text(encoding="utf-8")
    assert '<html lang="nl">' in page
    assert "Duur van een vragenlijst" in page
    assert WORDS["nl"].keys() == WORDS["en"].keys()
    for key in ("lead", "duration", "who_all", "by_person"):
        assert WORDS["en"][key][:20] not in unescape(page)
    assert "`compliance_report_nl.html`" in (little.folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.browser
@pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed.")
def test_on_a_narrow_phone_nothing_is_cut_off(little: Bundle) -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=PROGRAM)
        page = browser.new_page(viewport={"width": 360, "height": 740})
        for language in ("en", "nl"):
            page.set_content(render(little.plan.about, little.built.contents.tally, language).decode())
            page.locator("table.items").wait_for()
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
        browser.close()
