"""Reading a content file so that every mistake is named with its file, line and field, all at once.

    errors: list[ContentError] = []
    root = read_file(path, errors)              # None when the file is not even YAML
    if root is not None:
        root.refuse_unknown({"id", "title", "days"})
        days = root.whole("days", low=1, high=365)
        for slot in root.children("slots"):     # each child knows its own line
            slot.choice("kind", {"questionnaire", "challenge"})

A wrong or missing field adds a `ContentError` and returns a harmless value of the right type, so that reading goes on
and the author sees all mistakes together. Whoever reads must look at `errors` before using what was built.

The dialect is YAML 1.2: `no` and `on` are text, and so is 12:30 (an older reader makes them False, True and 750).
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

LANGUAGES: tuple[str, ...] = ("nl", "en")

Text = Mapping[str, str]
"""Something a person reads, once per language: {"nl": "...", "en": "..."}."""

SLUG = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*")
CLOCK_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, kw_only=True, slots=True)
class ContentError:
    """One mistake in a content file; `line` counts from 1 and `field` is the path inside the file."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


class ContentErrors(ValueError):
    """Content that cannot be used; `errors` holds every mistake that was found, in file and line order."""

    def __init__(self, errors: Collection[ContentError]) -> None:
        self.errors = tuple(sorted(errors, key=lambda error: (error.file, error.line)))
        super().__init__("\n".join(str(error) for error in self.errors))


def read_file(path: Path, errors: list[ContentError]) -> Node | None:
    """The root of a YAML file that holds one mapping; None (and an error) if it does not."""
    try:
        tree = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        errors.append(ContentError(file=path.name, line=1, field="file", message=f"is not UTF-8 text ({error.reason})"))
        return None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = (error.problem or "cannot be read").splitlines()[0]
        errors.append(ContentError(file=path.name, line=line, field="file", message=f"is not YAML: {problem}"))
        return None
    except YAMLError as error:
        errors.append(ContentError(file=path.name, line=1, field="file", message=f"is not YAML: {error}"))
        return None
    if not isinstance(tree, dict):
        errors.append(ContentError(file=path.name, line=1, field="file", message="must hold a mapping of fields"))
        return None
    return Node(file=path.name, line=1, path="", tree=tree, errors=errors)


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """One mapping of a content file, with its place in the file and the list that collects mistakes."""

    file: str
    line: int
    path: str
    tree: Any
    errors: list[ContentError]

    def fail(self, field: str, message: str) -> None:
        """Name a mistake in this field (or in the whole mapping, when `field` is empty)."""
        place = self.place(field) if field else self.path or "file"
        self.errors.append(ContentError(file=self.file, line=self.line_of(field), field=place, message=message))

    def place(self, field: str) -> str:
        return f"{self.path}.{field}" if self.path else field

    def line_of(self, field: str) -> int:
        try:
            return int(self.tree.lc.key(field)[0]) + 1
        except (AttributeError, KeyError, TypeError):
            return self.line

    def has(self, field: str) -> bool:
        return field in self.tree

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Name every field that is not `known`, with the nearest known one as a guess."""
        for field in self.tree:
            if field not in known:
                guess = difflib.get_close_matches(str(field), known, n=1)
                hint = f"; did you mean {guess[0]}?" if guess else f"; known: {', '.join(sorted(known))}"
                self.fail(str(field), f"unknown field{hint}")

    def plain(self, field: str) -> Any:
        """The value as plain dicts, lists, text and numbers; None where it is absent."""
        return plain(self.tree.get(field))

    def string(self, field: str, *, required: bool = True, default: str = "") -> str:
        value = self._take(field, required)
        if value is None:
            return default
        if not isinstance(value, str) or not value.strip():
            self.fail(field, "must be text")
            return default
        return str(value)

    def slug(self, field: str) -> str:
        """A short name of small letters, digits, _ and -, starting with a letter."""
        value = self.string(field)
        if value and not SLUG.fullmatch(value):
            self.fail(field, "must be small letters, digits, _ or -, starting with a letter")
        return value

    def clock_time(self, field: str, *, required: bool = True, default: str = "00:00") -> str:
        """A time of day HH:MM, kept as text."""
        value = self._take(field, required)
        if value is None:
            return default
        if not isinstance(value, str) or not CLOCK_TIME.fullmatch(value):
            self.fail(field, 'must be a time of day like "09:30"')
            return default
        return str(value)

    def choice(self, field: str, options: Collection[str], *, required: bool = True, default: str = "") -> str:
        value = self._take(field, required)
        if value is None:
            return default
        if not isinstance(value, str) or value not in options:
            guess = difflib.get_close_matches(str(value), options, n=1)
            hint = f"; did you mean {guess[0]}?" if guess else ""
            self.fail(field, f"must be one of {', '.join(sorted(options))}{hint}")
            return default
        return str(value)

    def truth(self, field: str, *, default: bool) -> bool:
        value = self._take(field, False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fail(field, "must be true or false")
            return default
        return bool(value)

    def number(
        self,
        field: str,
        *,
        low: float = -math.inf,
        high: float = math.inf,
        required: bool = True,
        default: float = 0.0,
    ) -> float:
        value = self._take(field, required)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.fail(field, "must be a number")
            return default
        if not low <= value <= high:
            limits = f"lie between {low:g} and {high:g}" if math.isfinite(high) else f"be at least {low:g}"
            self.fail(field, f"must {limits}")
            return default
        return float(value)

    def whole(
        self,
        field: str,
        *,
        low: float = -math.inf,
        high: float = math.inf,
        required: bool = True,
        default: int = 0,
    ) -> int:
        value = self._take(field, required)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            self.fail(field, "must be a whole number")
            return default
        return int(self.number(field, low=low, high=high, required=False, default=default))

    def text(self, field: str, *, required: bool = True) -> Text | None:
        """A text in every language; None where it is absent or wrong."""
        value = self._take(field, required)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fail(field, f"must give the text in {' and '.join(LANGUAGES)}")
            return None
        node = self.child(field)
        node.refuse_unknown(LANGUAGES)
        return {language: node.string(language) for language in LANGUAGES}

    def strings(self, field: str, *, required: bool = True) -> tuple[str, ...]:
        """A list of texts without repeats."""
        found: list[str] = []
        for position, value in enumerate(self._list(field, required)):
            if not isinstance(value, str) or not value.strip():
                self.fail(field, f"entry {position + 1} must be text")
            elif value in found:
                self.fail(field, f"{value} is there twice")
            else:
                found.append(str(value))
        return tuple(found)

    def child(self, field: str, *, required: bool = True) -> Node:
        """The mapping in this field; an empty one where it is absent or wrong."""
        value = self._take(field, required)
        if value is not None and not isinstance(value, dict):
            self.fail(field, "must be a mapping of fields")
            value = None
        tree = {} if value is None else value
        return Node(file=self.file, line=self.line_of(field), path=self.place(field), tree=tree, errors=self.errors)

    def children(self, field: str, *, required: bool = True) -> tuple[Node, ...]:
        """The mappings in this field's list; each is named by its `id` where it has one."""
        values = self._list(field, required)
        nodes: list[Node] = []
        for position, value in enumerate(values):
            if not isinstance(value, dict):
                self.fail(field, f"entry {position + 1} must be a mapping of fields")
                continue
            name = value.get("id", position + 1)
            line = int(values.lc.item(position)[0]) + 1 if hasattr(values, "lc") else self.line_of(field)
            path = f"{self.place(field)}[{name}]"
            nodes.append(Node(file=self.file, line=line, path=path, tree=value, errors=self.errors))
        return tuple(nodes)

    def _take(self, field: str, required: bool) -> Any:
        value = self.tree.get(field)
        if value is None and (required or field in self.tree):
            self.fail(field, "is empty" if field in self.tree else "is missing")
        return value

    def _list(self, field: str, required: bool) -> Any:
        value = self._take(field, required)
        if value is None:
            return []
        if not isinstance(value, list) or not value:
            self.fail(field, "must be a list with at least one entry")
            return []
        return value


def plain(value: Any) -> Any:
    """The same value without the YAML reader's own types, fit for JSON."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Sequence):
        return [plain(inner) for inner in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    return str(value)
