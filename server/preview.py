"""What authors look at in the terminal: planned days and released content. Needs no database."""

import json
from collections.abc import Sequence
from datetime import date, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from challenges.library import show as show_challenge
from prompts.catalogue import show as show_instrument
from prompts.preview import draw_picture, preview
from prompts.rhythm import DayShape, Rhythm
from prompts.sampling import infeasible
from server.clock import SystemClock
from server.content import instruments, protocols


def print_preview(
    *,
    protocol: str,
    zone: str,
    first: date | None,
    days: int,
    people: int,
    seed: int,
    quiet: Sequence[tuple[time, time]],
    as_json: bool,
    width: int,
) -> None:
    """Print the plans of ``people`` imagined people; ValueError with a sentence when that cannot be done."""
    if protocol not in protocols():
        raise ValueError(f"There is no protocol {protocol!r}. There are: {', '.join(sorted(protocols()))}.")
    try:
        tz = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{zone!r} is not an IANA time zone like Europe/Amsterdam.") from None
    chosen = protocols()[protocol]
    shape = DayShape(quiet=tuple(quiet))
    faults = {fault.reason["en"] for fault in infeasible(chosen, Rhythm(school=shape, free=shape), zone)}
    if faults:
        raise ValueError("Such a day cannot be planned: " + "; ".join(sorted(faults)))
    start = first or SystemClock().now().astimezone(tz).date()
    if not 1900 <= start.year <= 2999:  # near the years 1 and 9999 there is no UTC for every local time
        raise ValueError(f"Days can be looked at from 1900 to 2999, not in {start.year}.")
    rows = preview(chosen, zone, start, days, people, seed, quiet)
    if not as_json:
        click.echo(draw_picture(rows, width, quiet))
        return
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False))


def show_content(key: str, language: str) -> str:
    """An instrument (by key) or a starter challenge (by slug or key) as a reader sees it; LookupError otherwise."""
    if key in instruments():
        return show_instrument(key, language)
    if key in protocols():
        raise LookupError(f"{key} is a protocol; look at its days with: ./run plan-preview {key}")
    try:
        return show_challenge(key, language)
    except LookupError as error:
        known = ", ".join(sorted(instruments()))
        raise LookupError(f"{error.args[0]} Questionnaires: {known}.") from None
