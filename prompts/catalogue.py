"""All content that ships: the questionnaires and the protocols, read from YAML, checked and cross-checked.

    instruments = load_instruments()            # {"momentary.1": Instrument(...), ...}
    for error in check_content():               # every mistake in every file, for authors and for the tests
        print(error)                            # momentary.1.yaml:12: blocks[affect].items[pa_calm].low: is missing

Another folder may be named in place of our own, so that a study can bring its questionnaires.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Protocol as Shape
from typing import TypeVar

from prompts.fingerprints import check_released
from prompts.instrument_files import read_instrument
from prompts.instruments import Instrument
from prompts.outline import draw_outline
from prompts.protocols import Protocol, read_protocol
from prompts.yaml_reader import LANGUAGES, ContentError, ContentErrors, Node, read_file


class _Keyed(Shape):
    @property
    def key(self) -> str: ...


_Content = TypeVar("_Content", bound=_Keyed)

QUESTIONNAIRES = Path(str(resources.files("prompts"))) / "questionnaires"
PROTOCOLS = Path(str(resources.files("prompts"))) / "protocols"


def load_instruments(folder: Path | None = None) -> dict[str, Instrument]:
    """Every instrument of the folder by its key `<id>.<version>`; ContentErrors with every mistake at once."""
    return dict(_load_instruments(folder or QUESTIONNAIRES))


def load_protocols(folder: Path | None = None, *, questionnaires: Path | None = None) -> dict[str, Protocol]:
    """Every protocol of the folder by its key, its instruments among `questionnaires`; ContentErrors as above."""
    return dict(_load_protocols(folder or PROTOCOLS, questionnaires or QUESTIONNAIRES))


def check_content(questionnaires: Path | None = None, protocols: Path | None = None) -> list[ContentError]:
    """Every mistake in every file, edits of released files included, in file and line order; empty when all is well."""
    instrument_folder, protocol_folder = questionnaires or QUESTIONNAIRES, protocols or PROTOCOLS
    errors = check_released(instrument_folder) + check_released(protocol_folder)
    _read_folder(instrument_folder, errors, read_instrument)
    known = _file_keys(instrument_folder)
    _read_folder(protocol_folder, errors, lambda root: read_protocol(root, instruments=known))
    return sorted(errors, key=lambda error: (error.file, error.line, error.field))


def show(key: str, language: str = "nl") -> str:
    """One of our instruments as plain text, for its author; KeyError: unknown key, ValueError: unknown language."""
    if language not in LANGUAGES:
        raise ValueError(f"the languages are {', '.join(LANGUAGES)}")
    return draw_outline(load_instruments()[key], language)


@cache
def _load_instruments(folder: Path) -> dict[str, Instrument]:
    errors: list[ContentError] = []
    instruments = _read_folder(folder, errors, read_instrument)
    if errors:
        raise ContentErrors(errors)
    return instruments


@cache
def _load_protocols(folder: Path, questionnaires: Path) -> dict[str, Protocol]:
    errors: list[ContentError] = []
    known = _file_keys(questionnaires)
    protocols = _read_folder(folder, errors, lambda root: read_protocol(root, instruments=known))
    if errors:
        raise ContentErrors(errors)
    return protocols


def _read_folder(
    folder: Path, errors: list[ContentError], read: Callable[[Node], _Content | None]
) -> dict[str, _Content]:
    """The content of each YAML file under its key. A file is named after its key, so no two files can share one."""
    found: dict[str, _Content] = {}
    for path in sorted(folder.glob("*.yaml")):
        root = read_file(path, errors)
        if root is None:
            continue
        before = len(errors)
        content = read(root)
        if content is None or len(errors) > before:
            continue
        if content.key != path.stem:
            root.fail("id", f"the file must be called {content.key}.yaml, after its id and version")
        found[content.key] = content
    return found


def _file_keys(folder: Path) -> set[str]:
    """The keys that files lay claim to: a mistake inside a questionnaire is not named again in each protocol."""
    return {path.stem for path in folder.glob("*.yaml")}
