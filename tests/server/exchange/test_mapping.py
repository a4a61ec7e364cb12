"""A mapping is checked like our own content: every mistake at once, with its line."""

from pathlib import Path

import pytest

from prompts.yaml_reader import ContentErrors
from server.content import instruments, protocols
from server.exchange.mapping import Mapping, read_mapping
from tests.recordings import MAPPING, fried

BROKEN = """\
name: Bad Name
title: {nl: Slecht}
source: nobody
licence: none
language: fr
protocol: grow-it.1
instrument: fried.1
zone: Europe/Leiden
columns:
  participant: ID
  planned: Scheduled
missing: NA
words: {Expired: gone}
zones: {CET: Amsterdam}
items:
  relax: Q1
  irritable: Q1
  happy: Q3
extra: 1
"""


def read(path: Path, text: str) -> Mapping:
    path.write_text(text, encoding="utf-8")
    return read_mapping(path, instruments=instruments(), protocols=protocols())


def test_every_mistake_is_named_at_once_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ContentErrors) as caught:
        read(tmp_path / "m.yaml", BROKEN)
    places = [str(error).rsplit(": ", 1)[0].split(": ")[:2] for error in caught.value.errors]
    assert [": ".join(place) for place in places] == [
        "m.yaml:1: name",
        "m.yaml:2: title.en",
        "m.yaml:5: language",
        "m.yaml:6: protocol",
        "m.yaml:8: zone",
        "m.yaml:9: columns.scheduled",
        "m.yaml:11: columns.planned",
        "m.yaml:12: missing",
        "m.yaml:13: words.Expired",
        "m.yaml:14: zones.CET",
        "m.yaml:16: items.relax",
        "m.yaml:17: items.irritable",
        "m.yaml:18: items.happy",
        "m.yaml:19: extra",
    ]


@pytest.mark.parametrize("text", ["name: [", "- a list", "", "name: x\nname: y\n"])
def test_what_is_no_mapping_at_all_is_one_error_with_a_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(ContentErrors) as caught:
        read(tmp_path / "m.yaml", text)
    assert [error.field for error in caught.value.errors] == ["file"]
    assert caught.value.errors[0].line >= 1


def test_one_missing_field_is_the_only_error(tmp_path: Path) -> None:
    text = MAPPING.read_text(encoding="utf-8").replace("zone: Europe/Amsterdam\n", "")
    with pytest.raises(ContentErrors) as caught:
        read(tmp_path / "m.yaml", text)
    assert [(error.field, error.message) for error in caught.value.errors] == [("zone", "is missing")]


def test_the_released_mapping_names_source_and_licence_and_every_item() -> None:
    mapping = fried()
    assert "10.1177/21677026211017839" in mapping.source
    assert mapping.licence.startswith("CC BY 4.0")
    assert set(mapping.items) == {item.id for item in mapping.instrument.items if item.asks}
