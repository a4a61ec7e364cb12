"""Answers given without reading: flags for the analyst, never a reason to delete a row. Pure.

Thresholds from Jaso, Kraus & Heller 2022 (Psychological Methods 27:958, R package EMAeval), who found them in 18,000
momentary entries: at most one second an item; a standard deviation within the entry of at most 5 on a scale of 0-100;
at least 60 percent of the items at the same value. A person with nothing to report may truly be flat, and a quick one
quick: a flag is a question.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from server.export.generalise import Text

SECONDS_AN_ITEM = 1.0
FLAT_SD = 5.0
SAME_SHARE = 0.6
LEAST_ITEMS = 3
"""Fewer ratings cannot be told flat or the same; our own choice."""

_SOURCE = "Jaso, Kraus & Heller 2022, Psychological Methods 27:958"


@dataclass(frozen=True, kw_only=True, slots=True)
class Flags:
    """What looks careless in one entry; None: cannot be told.

    longest_run: how many ratings in the order shown have the same value without another between them (long-string
    index, Johnson 2005, J. Res. Pers. 39:103); 0 without ratings.
    """

    fast: bool | None
    flat: bool | None
    longstring: bool | None
    longest_run: int


def flag(*, duration_s: float | None, answered: int, ratings: Sequence[float]) -> Flags:
    """The flags of one entry.

    duration_s: seconds from the first screen to the last; None if unknown. answered: items with an answer, of any type.
    ratings: the answers on sliders from 0 to 100, as given (never after rounding), in the order shown.
    """
    enough = len(ratings) >= LEAST_ITEMS
    return Flags(
        fast=None if duration_s is None or answered < 1 else duration_s <= SECONDS_AN_ITEM * answered,
        flat=_is_flat(ratings) if enough else None,
        longstring=max(Counter(ratings).values()) >= SAME_SHARE * len(ratings) if enough else None,
        longest_run=max((len(list(run)) for _, run in groupby(ratings)), default=0),
    )


def _is_flat(ratings: Sequence[float]) -> bool:
    """Whether their standard deviation (n - 1) is at most `FLAT_SD`: without a root or a division, so that answers in
    whole numbers are told exactly, also where it is just that."""
    count, total = len(ratings), sum(ratings)
    return count * sum(one * one for one in ratings) - total * total <= FLAT_SD**2 * count * (count - 1)


CODEBOOK: Mapping[str, Text] = {
    "flag_fast": {
        "nl": f"Gemiddeld hoogstens {SECONDS_AN_ITEM:g} seconde per beantwoorde vraag ({_SOURCE}). Alleen een vlag.",
        "en": f"On average at most {SECONDS_AN_ITEM:g} second an answered item ({_SOURCE}). A flag only.",
    },
    "flag_flat": {
        "nl": f"Standaarddeviatie van de schuifvragen binnen de beep hoogstens {FLAT_SD:g} van 100 ({_SOURCE}); leeg "
        f"bij minder dan {LEAST_ITEMS} schuifvragen.",
        "en": f"Standard deviation of the sliders within the beep at most {FLAT_SD:g} of 100 ({_SOURCE}); empty with "
        f"fewer than {LEAST_ITEMS} sliders.",
    },
    "flag_longstring": {
        "nl": f"Minstens {SAME_SHARE:.0%} van de schuifvragen met hetzelfde antwoord ({_SOURCE}); leeg bij minder dan "
        f"{LEAST_ITEMS} schuifvragen.",
        "en": f"At least {SAME_SHARE:.0%} of the sliders with the same answer ({_SOURCE}); empty with fewer than "
        f"{LEAST_ITEMS} sliders.",
    },
    "longest_run": {
        "nl": "Langste reeks gelijke schuifantwoorden achter elkaar, in getoonde volgorde (Johnson 2005, J. Res. Pers. "
        "39:103).",
        "en": "Longest run of equal slider answers in the order shown (Johnson 2005, J. Res. Pers. 39:103).",
    },
}
