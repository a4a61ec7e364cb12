"""A challenge as a text picture: what an author looks at before a phone shows it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from challenges.challenge import Challenge
from challenges.strategies import LANGUAGES, STRATEGIES, Text

WIDTH = 46  # about what a narrow phone shows at a readable size

PLACE_NAMES: Mapping[str, Text] = {
    "in": {"nl": "binnen", "en": "indoors"},
    "out": {"nl": "buiten", "en": "outdoors"},
    "any": {"nl": "waar je wilt", "en": "anywhere"},
}
COMPANY_NAMES: Mapping[str, Text] = {
    "alone": {"nl": "alleen", "en": "on your own"},
    "together": {"nl": "met iemand", "en": "with someone"},
    "either": {"nl": "alleen of samen", "en": "alone or together"},
}
LABELS: Mapping[str, Text] = {
    "needs": {"nl": "Nodig", "en": "You need"},
    "safety": {"nl": "Let op", "en": "Take care"},
    "alternative": {"nl": "Kan ook", "en": "Or else"},
}


def render(challenge: Challenge, language: str) -> str:
    """The card in one language, with a frame, then one line for the desk."""
    if language not in LANGUAGES:
        raise ValueError(f"A card is in {' or '.join(LANGUAGES)}, not {language!r}.")
    lines = [f"│ {line:<{WIDTH}} │" for line in _lines(challenge, language)]
    rule = "─" * (WIDTH + 2)
    return "\n".join([f"╭{rule}╮", *lines, f"╰{rule}╯", _desk_line(challenge)])


def _lines(challenge: Challenge, language: str) -> Iterator[str]:
    strategy = STRATEGIES[challenge.strategy]
    minutes = f"{challenge.minutes} min"
    yield f"{strategy.name[language]:<{WIDTH - len(minutes)}}{minutes}"
    yield ""
    yield from textwrap.wrap(challenge.title[language].upper(), WIDTH)
    yield from textwrap.wrap(challenge.body[language], WIDTH)
    yield ""
    yield f"{PLACE_NAMES[challenge.place][language]} · {COMPANY_NAMES[challenge.company][language]}"
    for name, label in LABELS.items():
        texts: Text | None = getattr(challenge, name)
        if texts is not None:
            yield from textwrap.wrap(f"{label[language]}: {texts[language]}", WIDTH, subsequent_indent="  ")
    yield ""
    yield from textwrap.wrap(strategy.why[language], WIDTH)


def _desk_line(challenge: Challenge) -> str:
    ages = f"{challenge.min_age}-{challenge.max_age}" if challenge.max_age else f"{challenge.min_age}+"
    extras = [challenge.season] if challenge.season else []
    return "  " + " · ".join([challenge.key, challenge.strategy, challenge.status, ages, *extras])
