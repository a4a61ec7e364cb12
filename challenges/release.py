"""Fingerprints: a challenge that participants were shown is never edited, only followed by a new version.

What counts is what a participant reads or does. Who may get it when (status, dates, ages, cool-down) and who wrote it
may change at any time: retiring a challenge is not a new version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from challenges.challenge import Challenge
from challenges.problems import Problem, make_problem

RELEASED = "released.json"
CONTENT = (
    "strategy",
    "title",
    "body",
    "minutes",
    "place",
    "company",
    "safety",
    "alternative",
    "needs",
    "cost",
    "proof",
)


def fingerprint(challenge: Challenge) -> str:
    """First 16 hex digits of the SHA-256 of the content as JSON with sorted keys."""
    content = {name: getattr(challenge, name) for name in CONTENT}
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def read_released(folder: Path) -> dict[str, str]:
    """Key to fingerprint, as recorded in the folder; empty when nothing was released."""
    path = folder / RELEASED
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def record_released(folder: Path, challenges: Iterable[Challenge]) -> list[str]:
    """Add the live and retired challenges that are not recorded yet and give their keys; never touches an old entry."""
    released = read_released(folder)
    new = {c.key: fingerprint(c) for c in challenges if _is_released(c) and c.key not in released}
    text = json.dumps(released | new, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / RELEASED).write_text(text + "\n", encoding="utf-8")
    return sorted(new)


def check_released(challenges: Iterable[Challenge], released: Mapping[str, str]) -> Iterator[tuple[str, Problem]]:
    """Every released challenge that changed, vanished, or was never recorded, with its key.

    An older version may go when a newer one of the same slug is there: it follows it.
    """
    present = {challenge.key: challenge for challenge in challenges}
    newest: dict[str, int] = {}
    for challenge in present.values():
        newest[challenge.slug] = max(challenge.version, newest.get(challenge.slug, 0))
    for key, challenge in present.items():
        if key in released and released[key] != fingerprint(challenge):
            yield key, make_problem("version", "changed", key=key, version=challenge.version + 1)
        elif key not in released and _is_released(challenge):
            yield key, make_problem("version", "unrecorded", key=key)
    for key in released:
        slug, _, version = key.rpartition(".")
        if key not in present and newest.get(slug, 0) < int(version):
            yield key, make_problem("version", "gone", key=key)


def _is_released(challenge: Challenge) -> bool:
    return challenge.status in ("live", "retired")
