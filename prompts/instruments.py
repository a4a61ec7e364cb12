"""What a questionnaire is: an instrument of blocks of items, in Dutch and English, with the way it is scored.

These are plain values. `instrument_files` reads them from YAML, `presentation` puts the items in order for one beep,
`answers` checks what came back, `scoring` turns answers into measures, `outline` shows an author what was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from prompts.conditions import Rule
from prompts.yaml_reader import Text

ItemType = Literal["slider", "single", "multiple", "time", "number", "text", "info"]
ITEM_TYPES: tuple[ItemType, ...] = ("slider", "single", "multiple", "time", "number", "text", "info")

SLIDER_LOW, SLIDER_HIGH, SLIDER_STEP = 0.0, 100.0, 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One choice. `value` is its number for scoring; an `exclusive` option cannot be ticked with another."""

    id: str
    label: Text
    value: float | None = None
    exclusive: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One question (or, for `info`, one piece of text).

    `low` and `high` are the words at the ends of a slider; `minimum`, `maximum`, `step` and `unit` belong to a number;
    `max_length` counts the characters of a text. A `required` item must be answered or, where it is `skippable`,
    passed over with "rather not". `show_if` is None for an item that is always asked. `shown_share` is the share of
    beeps the item is in (planned missing). A `private` item never leaves in an export.
    `construct` says what is measured and `source` where the idea comes from.
    """

    id: str
    type: ItemType
    prompt: Text
    hint: Text | None = None
    low: Text | None = None
    high: Text | None = None
    options: tuple[Option, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    unit: Text | None = None
    max_length: int | None = None
    required: bool = True
    skippable: bool = True
    show_if: Rule | None = None
    shown_share: float = 1.0
    private: bool = False
    construct: str = ""
    source: str = ""

    @property
    def asks(self) -> bool:
        """False for a piece of information, which takes no answer."""
        return self.type != "info"

    def option(self, option_id: str) -> Option | None:
        return next((option for option in self.options if option.id == option_id), None)

    def limits(self) -> tuple[float, float]:
        """The lowest and highest number an answer can have; ValueError for an item without numbers."""
        if self.type == "slider":
            return SLIDER_LOW, SLIDER_HIGH
        if self.minimum is not None and self.maximum is not None:
            return self.minimum, self.maximum
        values = [option.value for option in self.options if option.value is not None]
        if not values:
            raise ValueError(f"{self.id} has no numbers")
        return min(values), max(values)

    def as_json(self) -> dict[str, Any]:
        """The item for the phone: every field always there, empty ones as null or []."""
        return {
            "id": self.id,
            "type": self.type,
            "prompt": self.prompt,
            "hint": self.hint,
            "low": self.low,
            "high": self.high,
            "options": [
                {"id": option.id, "label": option.label, "exclusive": option.exclusive} for option in self.options
            ],
            "min": self.minimum,
            "max": self.maximum,
            "step": self.step,
            "unit": self.unit,
            "max_length": self.max_length,
            "required": self.required,
            "skippable": self.skippable,
            "show_if": self.show_if,
            "shown_share": self.shown_share,
            "private": self.private,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """Items that are shown together in file order (`fixed`) or in an order drawn for each beep (`random`)."""

    id: str
    order: Literal["fixed", "random"]
    items: tuple[Item, ...]
    title: Text | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasureRule:
    """How one measure follows from the answers: an operator of `scoring.OPERATORS` and its arguments.

    `covers` is the stretch of time the number speaks about: moment | since_last | day | night.
    """

    name: str
    operator: str
    arguments: Mapping[str, Any]
    covers: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Instrument:
    """A versioned questionnaire. A released version is never edited: a change is a new version in a new file.

    ``items``: every item in file order.
    """

    id: str
    version: int
    title: Text
    blocks: tuple[Block, ...]
    measures: tuple[MeasureRule, ...]
    scoring_version: int
    night: Mapping[str, str] | None = None
    source: str = ""
    # Looked up for every answer that comes in.
    items: tuple[Item, ...] = field(init=False, repr=False, compare=False)
    _by_id: Mapping[str, Item] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        items = tuple(item for block in self.blocks for item in block.items)
        object.__setattr__(self, "items", items)
        object.__setattr__(self, "_by_id", {item.id: item for item in reversed(items)})

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def key(self) -> str:
        return f"{self.id}.{self.version}"

    def item(self, item_id: str) -> Item:
        """The item with this id; KeyError when the instrument has none."""
        return self._by_id[item_id]

    def as_json(self) -> dict[str, Any]:
        """What the phone gets: both languages and everything needed to ask, nothing of the scoring."""
        return {
            "key": self.key,
            "id": self.id,
            "version": self.version,
            "title": self.title,
            "source": self.source or None,
            "blocks": [
                {
                    "id": block.id,
                    "order": block.order,
                    "title": block.title,
                    "items": [item.as_json() for item in block.items],
                }
                for block in self.blocks
            ],
        }
