"""Instruments as values: what the phone is given, and how items are found."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import pytest

from prompts.catalogue import load_instruments
from prompts.instruments import ITEM_TYPES

INSTRUMENTS = load_instruments()
MOMENTARY, MORNING, EVENING = (INSTRUMENTS[key] for key in ("momentary.1", "morning.1", "evening.1"))


def test_an_instrument_is_known_by_id_and_version() -> None:
    assert (MOMENTARY.key, MOMENTARY.id, MOMENTARY.version) == ("momentary.1", "momentary", 1)
    assert len({MOMENTARY, MORNING, EVENING, INSTRUMENTS["momentary.1"]}) == 3


def test_items_are_found_by_id_and_an_unknown_one_is_an_error() -> None:
    assert MORNING.item("sl_bed").type == "time"
    with pytest.raises(KeyError):
        MORNING.item("sl_bett")


def test_what_is_written_cannot_be_changed_by_a_reader() -> None:
    with pytest.raises(FrozenInstanceError):
        MOMENTARY.version = 2  # type: ignore[misc]


def test_a_choice_without_values_has_no_limits() -> None:
    assert MOMENTARY.item("move_recent").limits() == (0, 4)
    with pytest.raises(ValueError, match="act_what"):
        MOMENTARY.item("act_what").limits()


@pytest.mark.parametrize("key", sorted(INSTRUMENTS))
def test_the_phone_gets_all_it_needs_to_ask_and_nothing_of_the_scoring(key: str) -> None:
    sent = json.loads(json.dumps(INSTRUMENTS[key].as_json(), allow_nan=False))
    items = [item for block in sent["blocks"] for item in block["items"]]
    assert [item["id"] for item in items] == [item.id for item in INSTRUMENTS[key].items]
    assert set(sent) == {"key", "id", "version", "title", "source", "blocks"}
    assert not {"value", "measures", "construct"} & {field for item in items for field in item}
    assert not [option for item in items for option in item["options"] if set(option) != {"id", "label", "exclusive"}]
    for item in items:
        assert (item["low"] is not None) == (item["high"] is not None) == (item["type"] == "slider")
        assert (item["min"] is not None) == (item["max"] is not None) == (item["type"] == "number")
        assert (item["options"] != []) == (item["type"] in {"single", "multiple"})
        assert (item["max_length"] is not None) == (item["type"] == "text")


def test_the_shipped_questionnaires_use_every_type_of_item() -> None:
    assert {item.type for instrument in INSTRUMENTS.values() for item in instrument.items} == set(ITEM_TYPES)


def test_free_text_is_private_unless_somebody_decides_otherwise() -> None:
    private = {item.id for instrument in INSTRUMENTS.values() for item in instrument.items if item.private}
    assert private == {"day_best", "help_wish"}


def test_information_is_neither_required_nor_passed_over() -> None:
    note = EVENING.item("end_note")
    assert not note.asks
    assert not note.required
    assert not note.skippable
