"""What the desk says, in Dutch and English. One module an area; a key is ``area.what``, its text ``(nl, en)``.

``{name}`` stands for a value. A key that ends in ``.one`` / ``.many`` is chosen by the value ``count``.
"""

from collections.abc import Iterable, Mapping

from server.desk.strings.access import TEXTS as ACCESS
from server.desk.strings.board import TEXTS as BOARD
from server.desk.strings.challenges import TEXTS as CHALLENGES
from server.desk.strings.consent import TEXTS as CONSENT
from server.desk.strings.exports import TEXTS as EXPORTS
from server.desk.strings.frame import TEXTS as FRAME
from server.desk.strings.passkeys import TEXTS as PASSKEYS
from server.desk.strings.people import TEXTS as PEOPLE
from server.desk.strings.proofs import TEXTS as PROOFS
from server.desk.strings.rules import TEXTS as RULES
from server.desk.strings.safety import TEXTS as SAFETY
from server.desk.strings.staff import TEXTS as STAFF
from server.desk.strings.studies import TEXTS as STUDIES

Texts = Mapping[str, tuple[str, str]]
LANGUAGES = ("nl", "en")
AREAS: tuple[Texts, ...] = (
    FRAME,
    ACCESS,
    STAFF,
    CHALLENGES,
    BOARD,
    PEOPLE,
    STUDIES,
    RULES,
    CONSENT,
    SAFETY,
    PASSKEYS,
    EXPORTS,
    PROOFS,
)


def collect(areas: Iterable[Texts]) -> dict[str, tuple[str, str]]:
    """All areas as one. Raises ValueError for a key that two of them have."""
    found: dict[str, tuple[str, str]] = {}
    for area in areas:
        twice = found.keys() & area.keys()
        if twice:
            raise ValueError(f"Two areas have {', '.join(sorted(twice))}.")
        found |= area
    return found


TEXTS = collect(AREAS)


def translate(key: str, language: str, **values: object) -> str:
    """The text of ``key``. Raises KeyError for a key, or a value in it, that is not there."""
    if key not in TEXTS and "count" in values:
        key = f"{key}.{'one' if values['count'] in (1, '1') else 'many'}"
    text = TEXTS[key][LANGUAGES.index(language)]
    return text.format(**values) if values else text
