"""A challenge as the JSON of its row and back. Pure."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from challenges.rules import Challenge

_NAMES = frozenset(field.name for field in fields(Challenge))


def challenge_as_json(challenge: Challenge) -> dict[str, Any]:
    """Every field but the status, which is the row's own; dates as ISO text, weekdays as a sorted list."""
    plain: dict[str, Any] = {}
    for name in _NAMES - {"status"}:
        value = getattr(challenge, name)
        if isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, frozenset):
            value = sorted(value)
        elif isinstance(value, Mapping):
            value = dict(value)
        plain[name] = value
    return plain


def challenge_from_json(content: Mapping[str, Any], *, status: str) -> Challenge:
    """The challenge of a row. It was checked when it was written; fields of other releases are passed over."""
    plain = {name: value for name, value in content.items() if name in _NAMES}
    for name in ("not_before", "not_after"):
        if plain.get(name) is not None:
            plain[name] = date.fromisoformat(plain[name])
    if "weekdays" in plain:
        plain["weekdays"] = frozenset(plain["weekdays"])
    return Challenge(**{**plain, "status": status})
