"""Counts folded along the board's axes, the slope of the first days, who is falling off, and charts as text."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest

from server.monitoring.charts import Bar, draw_counts, draw_shares
from server.monitoring.early_warning import REASONS, Reach, warn
from server.monitoring.shapes import Count, DaySlots, Person, in_quarters, make_cells, slope, slots_of, spread

MONDAY = date(2026, 3, 2)
TODAY = MONDAY + timedelta(days=8)
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
FINE = Person(
    id=uuid.UUID(int=1),
    code="NRNR234",
    starts_on=MONDAY,
    ends_on=MONDAY + timedelta(days=20),
    waiting=None,
    joined_at=NOW - timedelta(days=9),
    left=False,
    paused=False,
    count=Count(planned=40, answered=30),
    first=Count(planned=15, answered=12),
    recent=Count(planned=15, answered=11),
    last_on=TODAY - timedelta(days=1),
)
SEEN = Reach(live=1, ever=1, tried=15, accepted=15, shown=14)


def reason(person: Person = FINE, reach: Reach = SEEN, today: date = TODAY) -> str | None:
    lines = warn([(person, reach)], today=today, now=NOW)
    return lines[0].reason if lines else None


def test_equal_days_are_spread_over_their_slots() -> None:
    rows = [DaySlots(starts_on=MONDAY, local_date=MONDAY, mask=0b111110, people=3)]
    answered = [
        DaySlots(starts_on=MONDAY, local_date=MONDAY, mask=0b000010, people=2),
        DaySlots(starts_on=MONDAY, local_date=MONDAY, mask=0b100010, people=1),
    ]
    views = spread(make_cells(rows, answered))
    assert views.total == Count(planned=15, answered=4)
    assert views.by_slot[1] == Count(planned=3, answered=3)
    assert views.by_slot[5] == Count(planned=3, answered=1)
    assert views.by_weekday == {1: views.total}
    assert views.by_study_day == {1: views.total}
    assert slots_of(0b100010) == [1, 5]


def test_the_slope_is_the_fall_in_points_a_day() -> None:
    falling = {day: Count(planned=100, answered=80 - 5 * day) for day in range(1, 8)}
    assert slope(falling) == pytest.approx(-5)
    assert slope({day: falling[day] for day in (1, 2)}) is None
    assert slope({**falling, 20: Count(planned=100, answered=100)}) == pytest.approx(-5)


SILENT = replace(FINE, recent=Count(planned=15, answered=0), last_on=TODAY - timedelta(days=5))


@pytest.mark.parametrize(
    ("person", "reach", "expected"),
    [
        (FINE, SEEN, None),
        (SILENT, SEEN, "silent"),
        (SILENT, Reach(), "no-device"),
        (SILENT, Reach(ever=1, gone_at=NOW - timedelta(days=5)), "gone"),
        (SILENT, Reach(live=1, ever=1, tried=9), "refused"),
        (SILENT, Reach(live=1, ever=1, tried=9, accepted=9), "not-shown"),
        (replace(FINE, recent=Count(planned=15, answered=4)), SEEN, "falling"),
        (replace(SILENT, count=Count(planned=40), first=Count(planned=15), last_on=None), SEEN, "nothing-yet"),
        # Somebody who answers without any push is reached well enough.
        (FINE, Reach(), None),
        (replace(SILENT, paused=True), Reach(), None),
        (replace(SILENT, left=True), Reach(), None),
        (replace(SILENT, ends_on=TODAY - timedelta(days=1)), Reach(), None),
        (replace(SILENT, starts_on=TODAY + timedelta(days=1)), Reach(), None),
        (replace(SILENT, waiting="parent"), SEEN, "consent"),
        (replace(SILENT, waiting="parent", joined_at=NOW), SEEN, None),
    ],
)
def test_each_reason_has_its_signs(person: Person, reach: Reach, expected: str | None) -> None:
    assert reason(person, reach) == expected


def test_somebody_without_any_answer_is_seen_on_the_second_day() -> None:
    new = replace(FINE, starts_on=TODAY - timedelta(days=1), count=Count(planned=5), last_on=None)
    new = replace(new, first=Count(planned=5), recent=Count(planned=5))
    assert reason(new) == "nothing-yet"
    assert reason(replace(new, count=Count(), first=Count(), recent=Count()), Reach()) == "no-device"


def test_what_can_be_mended_on_a_phone_comes_first() -> None:
    lines = warn([(replace(SILENT, code="B"), SEEN), (replace(SILENT, code="A"), Reach())], today=TODAY, now=NOW)
    assert [line.reason for line in lines] == ["no-device", "silent"]
    assert list(REASONS).index("no-device") == 0


def test_minutes_are_gathered_in_quarters_of_an_hour() -> None:
    assert in_quarters([(60, 2), (74, 1), (75, 5), (9999, 7)], first=60, hours=1) == [3, 5, 0, 0]


@pytest.mark.parametrize("draw", [draw_shares, draw_counts])
def test_a_chart_is_well_formed_says_what_it_shows_and_escapes_every_text(draw: object) -> None:
    bars = [Bar(label="<b>", value=0.5, said='"&<'), Bar(label="x", value=None, said="none")]
    svg = draw(bars, name="n", title="<script>", text="a & b")  # type: ignore[operator]
    root = ElementTree.fromstring(svg)  # noqa: S314  our own text
    assert root.get("aria-labelledby") == "n-title n-text"
    assert [child.text for child in root][:2] == ["<script>", "a & b"]
    assert len(root.findall("rect")) == 1
    assert "style=" not in svg
    assert draw([], name="n", title="t", text="t")  # type: ignore[operator]
