"""Reads the body that nearly every phone sends, without asking the schema about each of its fifty values. Pure.

`schemas.ResponseIn` has the last word: whatever is not plainly right is left to it, and it says what is wrong. A test
holds the two together: what is read here, the schema reads as the same entry.
"""

import json
import re
from datetime import UTC, datetime
from typing import Any

from server.diary.entry import Entry

MOST_ITEMS, LONGEST = 300, 80
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
ZONE = r"[A-Za-z0-9_+\-/]{1,64}\Z"
APP = r"[A-Za-z0-9_.+\-]{1,24}\Z"
MOST_OFFSET_MIN = 960
_REQUIRED = frozenset({"instrument", "started_at", "finished_at", "answers"})
_KNOWN = _REQUIRED | {"skipped", "shown", "item_ms", "zone", "utc_offset_min", "app"}
_ZONE, _APP = re.compile(ZONE), re.compile(APP)


def read_plainly(raw: bytes) -> Entry | None:
    """The entry that is written in these bytes; None if anything about them is out of the ordinary."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if type(body) is not dict or not body.keys() >= _REQUIRED or not body.keys() <= _KNOWN:
        return None
    instrument, answers, item_ms = body["instrument"], body["answers"], body.get("item_ms", {})
    skipped, shown = body.get("skipped", []), body.get("shown")
    zone, offset, app = body.get("zone"), body.get("utc_offset_min"), body.get("app")
    started, finished = _read_time(body["started_at"]), _read_time(body["finished_at"])
    if (
        started is None
        or finished is None
        or type(instrument) is not str
        or not 0 < len(instrument) <= LONGEST
        or not _is_object(answers)
        or not _is_object(item_ms)
        or not _is_list(skipped)
        or not (shown is None or _is_list(shown))
        or not (zone is None or (type(zone) is str and _ZONE.match(zone)))
        or not (app is None or (type(app) is str and _APP.match(app)))
        or not (offset is None or (type(offset) is int and -MOST_OFFSET_MIN <= offset <= MOST_OFFSET_MIN))
    ):
        return None
    return Entry(
        instrument=instrument,
        started_at=started,
        finished_at=finished,
        answers=answers,
        skipped=tuple(skipped),
        shown=None if shown is None else tuple(shown),
        item_ms=item_ms,
        zone=zone,
        utc_offset_min=offset,
        app=app,
    )


def _read_time(value: Any) -> datetime | None:
    if type(value) is not str:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at if at.tzinfo is not None and EARLIEST <= at <= LATEST else None


def _is_object(value: Any) -> bool:
    """Items, each with something: JSON's names are text anyway."""
    return (
        type(value) is dict
        and len(value) <= MOST_ITEMS
        and None not in value.values()
        and (not value or 0 < min(map(len, value)) <= max(map(len, value)) <= LONGEST)
    )


def _is_list(value: Any) -> bool:
    return (
        type(value) is list
        and len(value) <= MOST_ITEMS
        and all(type(item) is str and 0 < len(item) <= LONGEST for item in value)
    )
