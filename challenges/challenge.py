"""One challenge: the frozen value that the draw, the desk and the app agree on, and its closed vocabularies."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from challenges.strategies import Text

YOUNGEST, OLDEST = 12, 25
PLACES = ("in", "out", "any")
COMPANIES = ("alone", "together", "either")
PROOFS = ("none", "note", "photo")
STATUSES = ("draft", "review", "live", "retired")
SEASONS = ("winter", "spring", "summer", "autumn")
EVERY_DAY = frozenset(range(1, 8))
LIGHT_MINUTES = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Challenge:
    """One dare for one day, in one version. Built by ``authoring.check``, which knows what is well formed.

    ``minutes`` is an honest guess; ``min_age`` and ``max_age`` are whole years, both included; ``not_before`` and
    ``not_after`` are local dates, both included; ``weekdays`` are ISO numbers (1 = Monday); ``season`` is
    meteorological and northern. ``proof`` is what a participant may keep on the own phone; it is never sent.
    ``alternative`` says how to do it in another way when body, place or purse forbid this one.
    """

    slug: str
    version: int = 1
    strategy: str
    title: Text = field(hash=False)
    body: Text = field(hash=False)
    minutes: int
    place: str = "any"
    company: str = "either"
    safety: Text | None = field(default=None, hash=False)
    alternative: Text | None = field(default=None, hash=False)
    needs: Text | None = field(default=None, hash=False)
    min_age: int = YOUNGEST
    max_age: int | None = None
    not_before: dt.date | None = None
    not_after: dt.date | None = None
    weekdays: frozenset[int] = EVERY_DAY
    season: str | None = None
    cool_down_days: int = 21
    cost: int = 0
    proof: str = "none"
    status: str = "draft"
    author: str | None = None
    reviewer: str | None = None
    source: str | None = None

    @property
    def key(self) -> str:
        """``slug.version``: names exactly the text that somebody was shown."""
        return f"{self.slug}.{self.version}"

    @property
    def light(self) -> bool:
        """Can be done indoors, alone and within ten minutes: also on a bad day."""
        return self.place != "out" and self.company != "together" and self.minutes <= LIGHT_MINUTES
