"""YAML files to challenges and back.

A file holds one strategy and is named after it::

    strategy: kindness
    defaults: {status: live, author: Kiem}     # for every challenge below that does not say otherwise
    challenges:
      - slug: compliment
        version: 1
        title: {nl: ..., en: ...}
        body: {nl: ..., en: ...}
        minutes: 5

Every mistake of every file is reported at once as ``file:line: field: message``. YAML 1.2: ``no`` is a word here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from dataclasses import field as dataclass_field
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from challenges.authoring import DEFAULTS, check
from challenges.card import render
from challenges.challenge import Challenge
from challenges.problems import Problem, make_problem
from challenges.release import RELEASED, check_released, read_released
from challenges.strategies import LANGUAGES, Text
from challenges.yaml_text import UnreadableYAML, dump_document, load_document

STARTER = Path(__file__).parent / "starter"
TOP_LEVEL = ("strategy", "defaults", "challenges")


@dataclass(frozen=True, kw_only=True, slots=True)
class LibraryError:
    """One mistake and where to find it; ``line`` counts from 1."""

    file: str
    line: int
    field: str
    message: str
    text: Text | None = dataclass_field(
        default=None, compare=False
    )  # the message in both languages, where there is one

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


class LibraryErrors(ValueError):
    """The challenge files hold mistakes; ``errors`` has all of them."""

    def __init__(self, errors: Iterable[LibraryError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(str(error) for error in self.errors))


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A challenge together with where it stands."""

    file: str
    line: int
    challenge: Challenge
    nudges: tuple[Problem, ...]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Library:
    """Everything that could be read, and every mistake in the rest."""

    placed: tuple[Placed, ...]
    errors: tuple[LibraryError, ...]


def load_starter(folder: Path | None = None) -> dict[str, Challenge]:
    """The starter challenges by slug. Raises ``LibraryErrors`` with every mistake of every file."""
    library = read_library(folder)
    if library.errors:
        raise LibraryErrors(library.errors)
    return {placed.challenge.slug: placed.challenge for placed in library.placed}


def show(key: str, language: str, folder: Path | None = None) -> str:
    """The card of a starter challenge by key (``compliment.1``) or slug. Raises ``LookupError`` naming near misses."""
    library = load_starter(folder)
    challenge = library.get(key.partition(".")[0])
    if challenge is None or ("." in key and challenge.key != key):
        known = [*library, *(c.key for c in library.values())]
        near = difflib.get_close_matches(key, known, n=3, cutoff=0.4)
        raise LookupError(f"There is no challenge {key!r}." + (f" Did you mean {', '.join(near)}?" if near else ""))
    return render(challenge, language)


def check_library(folder: Path | None = None) -> list[LibraryError]:
    """Every mistake in the folder's files, in the order of files and lines; empty when all is well."""
    return list(read_library(folder).errors)


def read_library(folder: Path | None = None) -> Library:
    """Read every ``*.yaml`` of the folder, well formed or not, and look for slugs and titles given twice."""
    placed: list[Placed] = []
    errors: list[LibraryError] = []
    for path in sorted((folder or STARTER).glob("*.yaml")):
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            errors.append(_error(path.name, 1, make_problem("file", "unreadable")))
            continue
        one = read_yaml(text, path.name)
        if one.placed and one.placed[0].challenge.strategy != path.stem:
            errors.append(_error(path.name, 1, make_problem("strategy", "choice", choices=path.stem)))
        placed += one.placed
        errors += one.errors
    errors += _duplicates(placed)
    errors += _released(folder or STARTER, placed)
    return Library(placed=tuple(placed), errors=tuple(sorted(errors, key=lambda e: (e.file, e.line))))


def read_yaml(text: str, file: str = "challenges.yaml") -> Library:
    """Read one file's text, also one that a coordinator uploads. Slugs used twice are for ``read_library`` to find."""
    try:
        document = load_document(text)
    except UnreadableYAML as error:
        return Library(placed=(), errors=(LibraryError(file=file, line=error.line, field="yaml", message=error.what),))
    if not isinstance(document, CommentedMap) or not isinstance(document.get("challenges"), CommentedSeq):
        return Library(placed=(), errors=(_error(file, 1, make_problem("challenges", "no-list")),))
    errors = [
        _error(file, _line(document, str(key)), make_problem(str(key), "unknown", hint_nl="", hint_en=""))
        for key in document
        if key not in TOP_LEVEL
    ]
    inherited = _inherited(document)
    placed: list[Placed] = []
    for index, entry in enumerate(document["challenges"]):
        line = int(document["challenges"].lc.item(index)[0]) + 1
        if not isinstance(entry, CommentedMap):
            errors.append(_error(file, line, make_problem(f"challenges.{index + 1}", "mapping")))
            continue
        checked = check({**inherited, **_plain(entry)})
        errors += [_error(file, _line(entry, problem.field), problem) for problem in checked.problems]
        if checked.challenge is not None:
            placed.append(Placed(file=file, line=line, challenge=checked.challenge, nudges=checked.nudges))
    return Library(placed=tuple(placed), errors=tuple(errors))


def write_yaml(challenges: Iterable[Challenge]) -> str:
    """The text of one file per call, readable by ``read_yaml``; what equals its default is left out."""
    return dump_document({"challenges": [_as_plain(challenge) for challenge in challenges]})


def _inherited(document: Mapping[str, Any]) -> dict[str, object]:
    defaults = document.get("defaults")
    inherited = _plain(defaults) if isinstance(defaults, Mapping) else {}
    if "strategy" in document:
        inherited["strategy"] = document["strategy"]
    return inherited


def _plain(node: Mapping[Any, Any]) -> dict[str, object]:
    """Without the reader's own classes, so that a Challenge holds nothing but plain values."""
    return {str(key): _plain(value) if isinstance(value, Mapping) else value for key, value in node.items()}


def _as_plain(challenge: Challenge) -> dict[str, object]:
    plain: dict[str, object] = {}
    for field in fields(Challenge):
        value = getattr(challenge, field.name)
        if field.name in DEFAULTS and value == DEFAULTS[field.name] and field.name not in ("version", "status"):
            continue
        if isinstance(value, frozenset):
            value = sorted(value)
        elif isinstance(value, Mapping):
            value = {language: value[language] for language in LANGUAGES}
        plain[field.name] = value
    return plain


def _duplicates(placed: Iterable[Placed]) -> Iterator[LibraryError]:
    slugs: dict[str, Placed] = {}
    titles: dict[tuple[str, str], Placed] = {}
    for here in placed:
        challenge = here.challenge
        first = slugs.setdefault(challenge.slug, here)
        if first is not here:
            yield _error(here.file, here.line, make_problem("slug", "duplicate-slug", where=first))
        for language in LANGUAGES:
            first = titles.setdefault((language, challenge.title[language].casefold()), here)
            if first is not here:
                yield _error(here.file, here.line, make_problem(f"title.{language}", "duplicate-title", where=first))


def _released(folder: Path, placed: Iterable[Placed]) -> Iterator[LibraryError]:
    """A folder with a record of what was released is held to it; a folder without one is a draft."""
    if not (folder / RELEASED).exists():
        return
    where = {here.challenge.key: here for here in placed}
    for key, problem in check_released((here.challenge for here in placed), read_released(folder)):
        here = where.get(key)
        yield _error(here.file if here else RELEASED, here.line if here else 1, problem)


def _line(node: CommentedMap, field: str) -> int:
    """Line of a field such as ``title.nl``: of the deepest part that is there, else of the mapping itself."""
    line = int(node.lc.line) + 1
    here: object = node
    for part in field.split("."):
        if not isinstance(here, CommentedMap) or part not in (here.lc.data or {}):
            break
        line = int(here.lc.key(part)[0]) + 1
        here = here[part]
    return line


def _error(file: str, line: int, problem: Problem) -> LibraryError:
    return LibraryError(file=file, line=line, field=problem.field, message=problem.message["en"], text=problem.message)
