"""Hypothesis strategies for what a phone may send back: every body an instrument allows, built from its own items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from prompts import conditions
from prompts.instruments import Instrument, Item
from prompts.presentation import present

READABLE = st.characters(exclude_categories=("Cs", "Cc"))


@dataclass
class Entry:
    """A body, the order it answers, and what its maker knows about each item."""

    instrument: Instrument
    presented: tuple[str, ...]
    body: dict[str, Any] = field(default_factory=lambda: {"answers": {}, "skipped": [], "item_ms": {}})
    states: dict[str, str] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)

    def items_in(self, state: str, kinds: Sequence[str] = ()) -> list[Item]:
        found = [self.instrument.item(item_id) for item_id, is_in in self.states.items() if is_in == state]
        return [item for item in found if not kinds or item.type in kinds]


@st.composite
def entries(draw: st.DrawFn, instrument: Instrument) -> Entry:
    """A possible diary entry: each item that is asked is answered, passed over or left empty as the item allows."""
    presented = present(instrument, draw(st.integers(min_value=0, max_value=2**32)))
    entry = Entry(instrument=instrument, presented=presented)
    entry.states = {item.id: "left_out" for item in instrument.items if item.asks}
    night = draw(nights(instrument))
    for item_id in presented:
        item = instrument.item(item_id)
        if item.show_if is not None and not conditions.holds(item.show_if, entry.body["answers"]):
            entry.states[item_id] = "not_shown"
            continue
        entry.shown.append(item_id)
        if not item.asks:
            continue
        choices = ["answered", "answered", "answered"]
        choices += ["skipped"] if item.skippable else []
        choices += [] if item.required else ["unanswered"]
        entry.states[item_id] = state = draw(st.sampled_from(choices))
        if state == "answered":
            value = night[item_id] if item_id in night else draw(values(item))
            entry.body["answers"][item_id] = value
        if state == "skipped":
            entry.body["skipped"].append(item_id)
        entry.body["item_ms"][item_id] = draw(st.integers(min_value=0, max_value=600_000))
    if draw(st.booleans()):
        entry.body["shown"] = list(entry.shown)
    return entry


def values(item: Item) -> st.SearchStrategy[Any]:
    """Every answer this item allows."""
    if item.type == "slider":
        return st.one_of(st.integers(min_value=0, max_value=1000).map(lambda n: n / 10), st.integers(0, 100))
    if item.type == "single":
        return st.sampled_from([option.id for option in item.options])
    if item.type == "multiple":
        alone = [[option.id] for option in item.options if option.exclusive]
        others = [option.id for option in item.options if not option.exclusive]
        several = st.lists(st.sampled_from(others), min_size=1, unique=True)
        return st.one_of(st.sampled_from(alone), several) if alone else several
    if item.type == "time":
        return st.integers(min_value=0, max_value=1439).map(clock)
    if item.type == "number":
        assert item.minimum is not None
        assert item.maximum is not None
        assert item.step is not None
        low, step = item.minimum, item.step
        return st.integers(0, int((item.maximum - low) / step)).map(lambda n: low + n * step)
    assert item.type == "text"
    assert item.max_length is not None
    text = st.text(alphabet=st.one_of(READABLE, st.sampled_from("\n\t")), min_size=1, max_size=item.max_length)
    return text.filter(lambda words: bool(words.strip()))


@st.composite
def nights(draw: st.DrawFn, instrument: Instrument) -> dict[str, Any]:
    """Plausible answers to the parts of a night, by item; empty for an instrument that asks about none."""
    if not instrument.night:
        return {}
    in_bed = draw(st.integers(0, 1439))
    tried = in_bed + draw(st.integers(0, 60))
    woke = tried + draw(st.integers(240, 780))
    got_up = woke + draw(st.integers(0, 120))
    parts = {
        "in_bed": clock(in_bed),
        "tried": clock(tried),
        "woke": clock(woke),
        "got_up": clock(got_up),
        "latency_minutes": draw(st.integers(60, 120)),
        "awake_minutes": draw(st.integers(1, 100)),
    }
    return {instrument.night[role]: value for role, value in parts.items()}


def clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"
