"""Starts the machine's Chromium, headless, through Playwright, with push going to a local service."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Playwright, sync_playwright

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")

_QUIET = (
    "--no-sandbox",
    "--disable-background-networking=false",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@contextmanager
def running_chromium(profile: Path, flags: Sequence[str], *, origin: str) -> Iterator[BrowserContext]:
    """A Chromium on a profile folder (push does not exist in its incognito mode), allowed to notify for ``origin``."""
    if PROGRAM is None:
        pytest.skip("Chromium is not installed.")
    with sync_playwright() as playwright, chromium_of(playwright, profile, flags, origin=origin) as context:
        yield context


@contextmanager
def chromium_of(
    playwright: Playwright, profile: Path, flags: Sequence[str], *, origin: str, **options: Any
) -> Iterator[BrowserContext]:
    """The same beside other browsers of one Playwright; ``options`` are those of a persistent context."""
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=PROGRAM,
        headless=True,
        args=[*_QUIET, *flags],
        # Playwright switches off what push needs.
        ignore_default_args=[
            "--disable-background-networking",
            "--disable-component-extensions-with-background-pages",
        ],
        **options,
    )
    try:
        context.grant_permissions(["notifications"], origin=origin)
        yield context
    finally:
        context.close()
