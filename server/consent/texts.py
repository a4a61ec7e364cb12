"""Consent texts before they are rows: titled plain-text sections, their fingerprint, and the text that comes with Kiem.

A study may bring its own files of the same form; `read_text` names every mistake with file and line.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Any

from prompts.yaml_reader import ContentError, ContentErrors, read_file

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("nl", "en")
MOST_SECTIONS = 30
ASKED = 1  # the place of the section with the figures in the text that comes with Kiem
NOBODY_WATCHES = 3  # the place of that section in the text that comes with Kiem


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A title and plain text; an empty line separates paragraphs."""

    title: str
    text: str


Sections = tuple[Section, ...]


def fingerprint(language: str, sections: Sequence[Section]) -> str:
    """SHA-256 (64 hex digits) of the text as canonical JSON: what somebody agreed to, letter by letter."""
    body = {"language": language, "sections": as_json(sections)}
    written = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def as_json(sections: Sequence[Section]) -> list[dict[str, str]]:
    """As stored and sent: [{"title", "text"}]."""
    return [{"title": section.title, "text": section.text} for section in sections]


def write_sections(sections: Sequence[Section]) -> str:
    """The sections as somebody edits them: each title on a line of its own after ``# ``."""
    return "\n\n".join(f"# {section.title}\n\n{section.text.strip()}" for section in sections) + "\n"


def read_sections(written: str) -> Sections:
    """What `write_sections` wrote, edited or not. Raises ValueError with the first line that cannot be read.

    The error's text is a word and a line number: ``before-title 3``, ``no-text 7``, ``too-many 0``, ``nothing 0``.
    """
    found: list[tuple[int, str, list[str]]] = []
    for number, line in enumerate(written.replace("\r\n", "\n").split("\n"), start=1):
        if line.startswith("# ") and line[2:].strip():
            found.append((number, line[2:].strip(), []))
        elif found:
            found[-1][2].append(line.rstrip())
        elif line.strip():
            raise ValueError(f"before-title {number}")
    for number, _title, lines in found:
        if not "".join(lines).strip():
            raise ValueError(f"no-text {number}")
    if not found or len(found) > MOST_SECTIONS:
        raise ValueError("too-many 0" if found else "nothing 0")
    return tuple(Section(title=title, text="\n".join(lines).strip() + "\n") for _number, title, lines in found)


def read_text(path: Path, blanks: Mapping[str, str]) -> tuple[str, Sections]:
    """Language and sections of a text file, with ``$name`` replaced by ``blanks[name]``. Raises `ContentErrors`."""
    errors: list[ContentError] = []
    root = read_file(path, errors)
    language, sections = "", []
    if root is not None:
        root.refuse_unknown({"language", "sections"})
        language = root.choice("language", LANGUAGES)
        for section in root.children("sections"):
            section.refuse_unknown({"title", "text"})
            filled = {}
            for field in ("title", "text"):
                try:
                    filled[field] = Template(section.string(field).strip()).substitute(blanks)
                except (KeyError, ValueError) as error:
                    section.fail(field, f"has a blank that nothing fills: {error}")
            sections.append(Section(title=filled.get("title", ""), text=filled.get("text", "")))
        if not 1 <= len(sections) <= MOST_SECTIONS:
            root.fail("sections", f"there must be 1 to {MOST_SECTIONS}")
    if errors:
        raise ContentErrors(errors)
    return language, tuple(sections)


def reach_of(contact: Mapping[str, Any]) -> str:
    """Whom young people may ask, and how."""
    return ", ".join(str(contact[name]) for name in ("name", "mail", "phone") if contact.get(name))


def default_texts(
    *,
    title: Mapping[str, str],
    days: int,
    beeps: int,
    institution: str,
    contact: Mapping[str, Any],
    monitored: bool = False,
) -> dict[str, Sections]:
    """The text that comes with Kiem, in every language, filled in for one study.

    With ``monitored`` it says that staff get a sign of whoever agrees to that, instead of that nobody watches.
    """
    texts = {}
    for name in LANGUAGES:
        blanks = (
            ("title", title[name]),
            ("days", str(days)),
            ("beeps", str(beeps)),
            ("institution", institution),
            ("contact", reach_of(contact)),
        )
        language, sections = _read_ours(f"default.{name}.yaml", blanks)
        if monitored:
            _language, told = _read_ours(f"monitored.{name}.yaml", blanks)
            sections = (*sections[:NOBODY_WATCHES], *told, *sections[NOBODY_WATCHES + 1 :])
        texts[language] = sections
    return texts


@lru_cache(maxsize=64)
def _read_ours(file: str, blanks: tuple[tuple[str, str], ...]) -> tuple[str, Sections]:
    """`read_text` of a file that comes with Kiem, which changes with a release only."""
    return read_text(FOLDER / file, dict(blanks))
