"""The words and colours of a challenge's card, as the phone has them (server/pwa/src/screens/challenge.tsx)."""

from collections.abc import Mapping
from typing import Any

from challenges.strategies import LANGUAGES, STRATEGIES

WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "place": {"in": ("binnen", "indoors"), "out": ("buiten", "outdoors"), "any": ("waar je wilt", "anywhere")},
    "company": {
        "alone": ("in je eentje", "on your own"),
        "together": ("samen", "together"),
        "either": ("alleen of samen", "alone or together"),
    },
    "safety": {"": ("Let op", "Mind")},
}


TONES = {
    "kindness": 3,
    "support": 0,
    "distraction": 1,
    "movement": 2,
    "problem-solving": 1,
    "reappraisal": 2,
    "acceptance": 1,
    "relaxation": 2,
    "savouring": 3,
    "humour": 0,
}


def tone_of(strategy: str) -> int:
    """One of four pairs of colours, as on the phone (server/pwa/src/drawings/motif.tsx)."""
    return TONES.get(strategy, 3)


def strategy_name(strategy: str, language: str) -> str:
    """What participants read above a card; a dash for what is not chosen yet."""
    return STRATEGIES[strategy].name[language] if strategy in STRATEGIES else "…"


def card_word(kind: str, value: str, language: str) -> str:
    """A word on the card in the card's language, which need not be the reader's."""
    known = WORDS[kind].get(value)
    return known[LANGUAGES.index(language)] if known else "…"


def preview_words() -> dict[str, Any]:
    """Everything that assets/preview.js needs to word a card."""
    words: dict[str, Any] = {"tones": {name: tone_of(name) for name in STRATEGIES}}
    for language in LANGUAGES:
        words[language] = {
            "strategies": {name: strategy.name[language] for name, strategy in STRATEGIES.items()},
            **{kind: {value: card_word(kind, value, language) for value in WORDS[kind]} for kind in WORDS},
        }
    return words
