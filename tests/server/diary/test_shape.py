"""The quick reading of a body takes nothing that the schema does not take as the very same entry."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.diary.schemas import ResponseIn
from server.diary.shape import EARLIEST, LATEST, LONGEST, MOST_ITEMS, read_plainly
from server.planning.models import Beep
from tests.answering import make_body
from tests.cast import NOW

ODD: list[Any] = [None, True, 0, -1, 961, 1.5, "", "x" * 81, "a\n", "ä", "é/..", [], {}, [1], [""], [None], [[]],
       "\x00", {"": 1}, {"x" * 81: 1}, {"a": None}, {"a": []}, {str(n): 1 for n in range(301)}, ["a"] * 301, ["a", "a"],
       "2026-03-04", "2026-03-04T10:54:00", "1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "2100-01-01T00:00:01Z",
       "20260304T105400+0100", "2026-W10-3T10:54:00+01:00", "2026-03-04T10:54:00+23:59", "2026-03-04 10:54Z",
       float("nan"), 10**400]  # fmt: skip
NAMES = [*ResponseIn().fields, "participant_id"]
GOOD = make_body(Beep(instrument="momentary.1", order_seed=7, due_at=NOW))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(ODD) | st.text(max_size=30), max_size=3), st.booleans())
def test_what_is_read_plainly_is_what_the_schema_reads(change: dict[str, Any], least: bool) -> None:
    body = GOOD | change
    if least:
        body = {name: body[name] for name in ("instrument", "started_at", "finished_at", "answers", *change)}
    entry = read_plainly(json.dumps(body).encode())
    if entry is not None:
        assert entry == ResponseIn().load(json.loads(json.dumps(body)))
        assert entry.digest() == ResponseIn().load(json.loads(json.dumps(body))).digest()


def test_whatever_the_schema_refuses_is_left_to_it() -> None:
    bodies = [json.dumps(GOOD | {name: odd}) for name in NAMES for odd in ODD]
    refused = [body for body in bodies if ResponseIn().validate(json.loads(body))]
    assert len(refused) > len(bodies) / 2
    assert [body for body in refused if read_plainly(body.encode()) is not None] == []


def test_what_phones_send_is_read_plainly() -> None:
    for body in (GOOD, GOOD | {"shown": None, "zone": None, "app": None, "utc_offset_min": -210}):
        assert read_plainly(json.dumps(body).encode()) == ResponseIn().load(body)
    edge = GOOD | {"started_at": EARLIEST.isoformat(), "finished_at": LATEST.isoformat().replace("+00:00", "Z")}
    edge |= {"instrument": "i" * LONGEST, "skipped": ["a"] * MOST_ITEMS}
    read = read_plainly(json.dumps(edge).encode())
    assert read is not None
    assert read.finished_at == datetime(2100, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"null", b"\xff{}", b'{"a": ' * 5_000, b'{"a":' + b"9" * 5_000 + b"}"]
)
def test_what_is_no_object_is_left_to_the_schema(raw: bytes) -> None:
    assert read_plainly(raw) is None
