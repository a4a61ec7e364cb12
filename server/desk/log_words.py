"""Entries of the audit log in the reader's words. Pure."""

from collections.abc import Mapping
from typing import Any

from server.desk.strings import TEXTS, translate

_WORDED = {"outcome": "safety.outcome.", "way": "reports.way."}  # facts whose values have texts


def did(action: str, language: str) -> str:
    """An action in words, or as it is."""
    return translate(f"did.{action}", language) if f"did.{action}" in TEXTS else action


def about(subject: str | None, language: str) -> str:
    """Whom or what an entry is about: a participant by the log's own name for her."""
    word, _, code = (subject or "").partition(" ")
    return translate("log.participant", language, code=code) if word == "participant" and code else subject or ""


def in_words(facts: Mapping[str, Any], language: str) -> str:
    """The details: ``role: coordinator, count: 3``; what is empty or nothing at all is left out."""
    said = []
    for name, value in facts.items():
        if not value:  # nobody was asked, nothing was ended: the action says as much
            continue
        label = translate(f"fact.{name}", language) if f"fact.{name}" in TEXTS else name
        if name == "fields":
            said.append(f"{label}: {_name_fields(str(value), language)}")
            continue
        key = _WORDED.get(name, "role.") + str(value)
        shown = translate(key, language) if key in TEXTS else value
        said.append(label if value is True else f"{label}: {shown}")
    return ", ".join(said)


def _name_fields(names: str, language: str) -> str:
    """What was changed, as its form calls it: ``days start`` becomes "Number of days; Day begins"."""
    found = []
    for name in names.split():
        keys = [key for key in (f"rules.field.{name}", f"fact.field.{name}") if key in TEXTS]
        found.append(translate(keys[0], language) if keys else name)
    return "; ".join(found)
