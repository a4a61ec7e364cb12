"""One diary entry as it came from a phone, and its digest. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What a phone says was answered. Times are the phone's clock, aware; nothing is checked but the shape.

    ``answers`` item -> value; ``skipped`` items passed over; ``shown`` items in shown order; ``item_ms`` item ->
    milliseconds on its screen; ``zone`` and ``utc_offset_min`` where the phone was; ``app`` its version.
    """

    instrument: str
    started_at: datetime
    finished_at: datetime
    answers: Mapping[str, Any]
    skipped: tuple[str, ...] = ()
    shown: tuple[str, ...] | None = None
    item_ms: Mapping[str, Any] | None = None
    zone: str | None = None
    utc_offset_min: int | None = None
    app: str | None = None

    def digest(self) -> bytes:
        """SHA-256 of the entry as canonical JSON: keys sorted, instants in UTC. The same entry, the same digest."""
        whole = {name: getattr(self, name) for name in _NAMES}
        return hashlib.sha256(
            json.dumps(whole, default=_plain, sort_keys=True, separators=(",", ":")).encode()
        ).digest()

    def body(self) -> dict[str, Any]:
        """The part that `prompts.answers.check` reads."""
        return {
            "answers": self.answers,
            "skipped": list(self.skipped),
            "shown": None if self.shown is None else list(self.shown),
            "item_ms": self.item_ms,
        }


_NAMES = tuple(field.name for field in fields(Entry))


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"an entry cannot hold a {type(value).__name__}")
