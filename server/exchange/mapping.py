"""How a file of recorded ESM data is meant: a YAML file, checked as strictly as our own content. Pure."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from prompts.instruments import Instrument
from prompts.protocols import FixedTimes, Protocol
from prompts.yaml_reader import ContentError, ContentErrors, Node, read_file

Word = Literal["expired", "cancelled"]
_COLUMNS = ("participant", "scheduled", "issued", "response", "duration")
_FIELDS = (
    *("name", "title", "source", "licence", "language", "protocol", "instrument", "zone"),
    *("columns", "missing", "words", "zones", "items"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mapping:
    """``columns`` names the file's columns for participant, scheduled and (where there are such) issued, response and
    duration; ``items`` maps item ids to columns; ``zones`` maps the file's zone words to IANA names; ``words`` are
    those that stand in place of a duration; ``missing`` is what stands where there is nothing."""

    name: str
    title: dict[str, str]
    source: str
    licence: str
    language: str
    protocol: Protocol
    instrument: Instrument
    zone: str
    columns: Dict[str, str]
    missing: frozenset[str]
    words: Dict[str, Word]
    zones: Dict[str, str]
    items: Dict[str, str]


def read_mapping(path: Path, *, instruments: Dict[str, Instrument], protocols: Dict[str, Protocol]) -> Mapping:
    """Read a mapping; raise `ContentErrors` with every mistake as file:line: field: message."""
    errors: list[ContentError] = []
    root = read_file(path, errors)
    if root is None:
        raise ContentErrors(errors)
    root.refuse_unknown(_FIELDS)
    title = root.text("title")
    protocol = protocols.get(root.choice("protocol", protocols))
    instrument = instruments.get(root.choice("instrument", instruments))
    if protocol and not isinstance(protocol.scheme, FixedTimes):
        root.fail("protocol", "must have fixed times: recorded moments are laid on them")
    columns = _read_columns(root.child("columns"))
    items = _read_items(root.child("items"), instrument)
    name, source, licence = root.slug("name"), root.string("source"), root.string("licence")
    language, zone = root.choice("language", ("nl", "en")), _read_zone(root, "zone")
    missing, words, zones = _read_missing(root), _read_words(root), _read_zones(root)
    if errors or title is None or protocol is None or instrument is None:
        raise ContentErrors(errors)
    return Mapping(
        name=name,
        title=dict(title),
        source=source,
        licence=licence,
        language=language,
        protocol=protocol,
        instrument=instrument,
        zone=zone,
        columns=columns,
        missing=frozenset(missing),
        words=words,
        zones=zones,
        items=items,
    )


def _read_columns(node: Node) -> dict[str, str]:
    node.refuse_unknown(_COLUMNS)
    return {
        name: column
        for name in _COLUMNS
        if (column := node.string(name, required=name in ("participant", "scheduled")))
    }


def _read_items(node: Node, instrument: Instrument | None) -> dict[str, str]:
    known = [item.id for item in instrument.items if item.asks] if instrument else list(node.tree)
    node.refuse_unknown(known)
    items = {item: node.string(item) for item in node.tree}
    for item, column in items.items():
        if list(items.values()).count(column) > 1:
            node.fail(item, f"column {column} is used for more than one item")
    if not items:
        node.fail("", "must name at least one item")
    return items


def _read_missing(root: Node) -> list[str]:
    values = root.plain("missing") or [""]
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        root.fail("missing", 'must be a list of texts such as ["", NA]')
        return [""]
    return values


def _read_words(root: Node) -> dict[str, Word]:
    node = root.child("words", required=False)
    return {word: node.choice(word, ("expired", "cancelled")) for word in node.tree}  # type: ignore[misc]  # choice keeps to these


def _read_zones(root: Node) -> dict[str, str]:
    node = root.child("zones", required=False)
    return {str(word): _read_zone(node, word) for word in node.tree}


def _read_zone(node: Node, field: str) -> str:
    name = node.string(field)
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        node.fail(field, f"{name} is not an IANA time zone like Europe/Amsterdam")
    return name
