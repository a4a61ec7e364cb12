"""Fills in a questionnaire as a sensible person would, for tests that are about something else."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from prompts.conditions import holds
from prompts.instruments import Instrument, Item
from prompts.presentation import present
from server.content import instruments
from server.planning.models import Beep

NIGHT = {
    "in_bed": "22:30",
    "tried": "22:45",
    "woke": "07:00",
    "got_up": "07:15",
    "latency_minutes": 15,
    "awake_minutes": 5,
}


def make_body(
    beep: Beep,
    *,
    finished_at: datetime | None = None,
    answers: dict[str, Any] | None = None,
    slider: float = 60,
) -> dict[str, Any]:
    """The JSON of a full answer to this beep, five minutes after it was due; ``answers`` replaces some of them."""
    instrument = instruments()[str(beep.instrument)]
    finished = finished_at or beep.due_at + timedelta(minutes=5)
    given, shown = fill_in(instrument, present(instrument, beep.order_seed), answers or {}, slider=slider)
    return {
        "instrument": instrument.key,
        "started_at": (finished - timedelta(minutes=1)).isoformat(),
        "finished_at": finished.isoformat(),
        "answers": given,
        "skipped": [],
        "shown": shown,
        "item_ms": {item: 1500 for item in shown},
        "zone": "Europe/Amsterdam",
        "utc_offset_min": 60,
        "app": "1.0.0",
    }


def fill_in(
    instrument: Instrument, presented: Sequence[str], answers: dict[str, Any], *, slider: float = 60
) -> tuple[dict[str, Any], list[str]]:
    """Answers to every item that is asked, and the items that were shown."""
    given: dict[str, Any] = {}
    shown: list[str] = []
    for item_id in presented:
        item = instrument.item(item_id)
        if item.show_if is not None and not holds(item.show_if, given):
            continue
        shown.append(item_id)
        value = answers.get(item_id, _usual(instrument, item, slider))
        if value is not None:
            given[item_id] = value
    return given, shown


def _usual(instrument: Instrument, item: Item, slider: float) -> Any:
    role = next((role for role, item_id in (instrument.night or {}).items() if item_id == item.id), "")
    if role in NIGHT:
        return NIGHT[role]
    return {
        "slider": slider,
        "single": item.options[0].id if item.options else None,
        "multiple": [item.options[1].id] if len(item.options) > 1 else None,
        "time": "12:00",
        "number": item.minimum,
        "text": None,
        "info": None,
    }[item.type]
