"""How much a phone loads before the first screen is there."""

import gzip
import re
from pathlib import Path

import pytest

from server.pwa.views import DIST

MOST_BYTES = 40_000
pytestmark = pytest.mark.skipif(not (DIST / "index.html").is_file(), reason="The app is not built.")


def scripts_of_the_first_screen() -> list[Path]:
    """What the page names, and the words of one language, which the first script asks for."""
    page = (DIST / "index.html").read_text(encoding="utf-8")
    named = [DIST / path for path in re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', page)]
    return [*named, max(DIST.glob("assets/*strings-*-first-*.js"), key=lambda path: path.stat().st_size)]


def test_the_first_screen_needs_less_than_forty_kilobytes_of_script() -> None:
    scripts = scripts_of_the_first_screen()
    assert len(scripts) >= 2
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) < MOST_BYTES


def test_nothing_is_loaded_from_elsewhere_and_nothing_is_written_into_the_page() -> None:
    page = (DIST / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'(?:src|href)="(?!/)', page) == []
    assert re.findall(r"<script(?![^>]*src=)|<style|style=|\son\w+=", page) == []
