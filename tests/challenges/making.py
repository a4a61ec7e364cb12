"""One factory for these tests: a well-formed challenge, every field of which may be said otherwise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from challenges.challenge import Challenge
from challenges.rules import Draw, draw

MONDAY = dt.date(2026, 3, 2)


def make_challenge(slug: str = "wave", **said: Any) -> Challenge:
    given: dict[str, Any] = {
        "slug": slug,
        "strategy": "kindness",
        "title": {"nl": f"Zwaai {slug}", "en": f"Wave {slug}"},
        "body": {"nl": "Zwaai vandaag naar een boom.", "en": "Wave at a tree today, politely."},
        "minutes": 5,
        "status": "live",
        **said,
    }
    return Challenge(**given)


def make_pool(**sizes: int) -> list[Challenge]:
    """``make_pool(kindness=3, humour=1)``; an underscore stands for the hyphen of a strategy."""
    return [
        make_challenge(f"{strategy.replace('_', '-')}-{number}", strategy=strategy.replace("_", "-"))
        for strategy, size in sizes.items()
        for number in range(size)
    ]


def live_days(
    pool: Sequence[Challenge], days: int, *, seed: bytes = b"noor", age: int | None = 15, start: dt.date = MONDAY
) -> list[Draw]:
    """Draw day after day, each day remembering the cards of the days before."""
    history: list[tuple[dt.date, str, str]] = []
    drawn: list[Draw] = []
    for number in range(days):
        date = start + dt.timedelta(days=number)
        cards = draw(pool, age=age, date=date, history=history, seed=seed)
        if cards.chosen is not None:
            history.append((date, cards.chosen.slug, "chosen"))
        history += [(date, card.slug, "alternative") for card in cards.alternatives]
        drawn.append(cards)
    return drawn


def form(**said: Any) -> dict[str, Any]:
    """What a form or a file would hand to ``check``; a field said to be ``None`` is left out."""
    given: dict[str, Any] = {
        "slug": "wave",
        "strategy": "kindness",
        "title": {"nl": "Zwaai naar een boom", "en": "Wave at a tree"},
        "body": {
            "nl": "Zwaai vandaag naar een boom en wacht beleefd op antwoord.",
            "en": "Wave at a tree today and wait politely for an answer.",
        },
        "minutes": 2,
        **said,
    }
    return {name: value for name, value in given.items() if value is not None}
