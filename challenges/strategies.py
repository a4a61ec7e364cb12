"""The ten coping strategies that the daily challenge goes round.

Construct basis: the adaptive strategies of the FEEL-KJ for Dutch-speaking 8-18 year olds (PLoS ONE
10.1371/journal.pone.0137080) and the FRUST factors distraction, problem solving and social support
(PMC9773459), with movement, kindness, relaxation and savouring beside them. A strategy says what a challenge
practises; it promises nothing about what it does for somebody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Text = Mapping[str, str]  # {"nl": ..., "en": ...}
LANGUAGES = ("nl", "en")


@dataclass(frozen=True, kw_only=True, slots=True)
class Strategy:
    """One way of dealing with a day. ``accent`` and ``icon`` are names: the app decides how they look."""

    id: str
    name: Text = field(hash=False)
    why: Text = field(hash=False)
    accent: str
    icon: str


def _strategy(id: str, accent: str, icon: str, nl: tuple[str, str], en: tuple[str, str]) -> Strategy:
    return Strategy(id=id, accent=accent, icon=icon, name={"nl": nl[0], "en": en[0]}, why={"nl": nl[1], "en": en[1]})


STRATEGIES: Mapping[str, Strategy] = {
    strategy.id: strategy
    for strategy in (
        _strategy(
            "kindness",
            "coral",
            "gift",
            ("Iets voor een ander", "Aardig doen kost weinig en blijft vaak langer hangen dan je denkt."),
            ("Something for someone", "Being kind costs little and tends to stick around longer than you expect."),
        ),
        _strategy(
            "support",
            "amber",
            "speech-bubbles",
            ("Niet in je eentje", "Sommige dingen zijn lichter als iemand anders ze ook even vasthoudt."),
            ("Not on your own", "Some things weigh less when somebody else holds them for a moment too."),
        ),
        _strategy(
            "distraction",
            "sky",
            "kite",
            ("Even iets anders", "Je hoofd mag best een kwartiertje ergens anders zijn."),
            ("Something else for a bit", "Your head is allowed to be elsewhere for a quarter of an hour."),
        ),
        _strategy(
            "movement",
            "leaf",
            "shoe",
            ("In beweging", "Een lijf dat beweegt, denkt soms net wat anders dan een lijf dat stil blijft."),
            ("On the move", "A body in motion sometimes thinks a little differently from one that keeps still."),
        ),
        _strategy(
            "problem-solving",
            "teal",
            "puzzle",
            ("Aanpakken", "Een klein begin maakt een groot ding vaak wat minder groot."),
            ("Getting started", "A small start often makes a big thing a bit less big."),
        ),
        _strategy(
            "reappraisal",
            "violet",
            "binoculars",
            ("Anders kijken", "Dezelfde dag ziet er van een andere kant soms heel anders uit."),
            ("Another angle", "The same day can look quite different from the other side."),
        ),
        _strategy(
            "acceptance",
            "sand",
            "cloud",
            ("Laten zijn", "Niet alles hoeft opgelost. Sommige dingen mogen er gewoon even zijn."),
            ("Letting it be", "Not everything needs fixing. Some things can simply be there for a while."),
        ),
        _strategy(
            "relaxation",
            "indigo",
            "moon",
            ("Even rustig", "Niks doen is ook iets. Je mag het oefenen."),
            ("Slowing down", "Doing nothing is something too. You can practise it."),
        ),
        _strategy(
            "savouring",
            "rose",
            "strawberry",
            ("Genieten", "Fijne dingen gaan snel voorbij. Dit is de slow motion."),
            ("Enjoying it", "Good things pass quickly. This is the slow-motion replay."),
        ),
        _strategy(
            "humour",
            "lemon",
            "grin",
            ("Lachen", "Lachen hoeft nergens goed voor te zijn."),
            ("Laughing", "Laughing does not need a reason."),
        ),
    )
}
