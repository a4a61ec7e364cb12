"""One sentence with its code, its figures and its text in both languages. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from server.trends.wording import MEASURE_WORDS, MONTHS, SENTENCES, SURENESS_WORDS, Text

LANGUAGES = ("nl", "en")


def sentence(
    code: str,
    *,
    measure: str | None,
    sureness: str | None,
    figures: dict[str, Any],
    words: Mapping[str, Text] | None = None,
) -> dict[str, Any]:
    """The sentence ``code`` of `wording.SENTENCES` with its gaps filled from ``words``, ``measure`` and ``sureness``.

    figures: the unrounded numbers behind it, for a phone that words it itself.
    """
    text = {}
    for language in LANGUAGES:
        filled = {name: word[language] for name, word in (words or {}).items()}
        filled["measure"] = MEASURE_WORDS[measure][language] if measure else ""
        sure = SURENESS_WORDS[sureness][language] if sureness and sureness in SURENESS_WORDS else ""
        filled["sure"] = sure.format(n=_answers(figures["n"], language) if "n" in figures else "")
        text[language] = _capital(SENTENCES[code][language].format(**filled).strip())
    return {"code": code, "measure": measure, "figures": figures, "sureness": sureness, "text": text}


def _answers(n: int, language: str) -> str:
    return f"{n} antwoorden" if language == "nl" else f"{n} answers"


def in_both(**numbers: int) -> dict[str, Text]:
    """Numbers that read the same in every language."""
    return {name: {language: str(number) for language in LANGUAGES} for name, number in numbers.items()}


def spoken_day(iso: str) -> Text:
    """An ISO date as people say it: 3 maart, 3 March."""
    day = date.fromisoformat(iso)
    return {language: f"{day.day} {MONTHS[language].split()[day.month - 1]}" for language in LANGUAGES}


def _capital(text: str) -> str:
    """A capital for the first word; in Dutch "'s ochtends" it is the second letter's word that takes it."""
    at = 3 if text.startswith("'s ") else 0
    return text[:at] + text[at : at + 1].upper() + text[at + 1 :]
