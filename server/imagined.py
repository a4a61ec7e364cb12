"""Imagined people for the demo and for rehearsals: plausible answers to any instrument, from a seeded generator.

No statistical claim is made. The shape is that of diaries in the field: mood wanders from moment to moment and comes
back (an autoregressive step), company lifts it a little, a short night lowers it a little, and answering thins out.
"""

import random
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from prompts.conditions import holds
from prompts.instruments import Instrument, Item

RETURN = 0.7  # how much of yesterday's deviation is left at the next beep


@dataclass(frozen=True, kw_only=True, slots=True)
class Character:
    """How somebody tends to be: usual mood 0-100 and its spread, and the share of beeps answered in the first week;
    ``fading`` is what is left of that share each following week."""

    name: str
    language: str
    birth_year: int
    mood: float
    spread: float
    answers: float
    fading: float = 1.0
    sociable: float = 0.6
    challenges: float = 0.5
    rhythm: dict[str, Any] | None = None


@dataclass(kw_only=True, slots=True)
class Mind:
    """Somebody's state as the days go by; ``level`` is the deviation from the usual mood."""

    character: Character
    rng: random.Random
    level: float = 0.0
    nights: dict[date, float] = field(default_factory=dict)  # hours slept in the night before a date
    company: bool = False

    def will_answer(self, study_day: int, slot: int) -> bool:
        """First beeps (still asleep) and those in school hours are missed more often."""
        share = self.character.answers * self.character.fading ** ((study_day - 1) // 7)
        return self.rng.random() < share * (0.8 if slot == 1 else 1.0)

    def step(self, on: date) -> None:
        """Let time pass until the next beep."""
        self.company = self.rng.random() < self.character.sociable
        slept = self.hours_slept(on)
        pull = (4 if self.company else -3) + (slept - 8) * 3
        shock = self.rng.gauss(0, self.character.spread * (1 - RETURN**2) ** 0.5)
        self.level = RETURN * self.level + shock + pull * (1 - RETURN)

    def hours_slept(self, on: date) -> float:
        """Of the night before ``on``."""
        if on not in self.nights:
            self.nights[on] = min(max(self.rng.gauss(7.9 if on.isoweekday() < 6 else 9.0, 0.8), 5.0), 11.0)
        return self.nights[on]

    @property
    def mood(self) -> float:
        return self.character.mood + self.level

    def answer(self, instrument: Instrument, presented: tuple[str, ...], on: date) -> dict[str, Any]:
        """The answering part of a response body: answers, skipped, shown and item_ms (see `prompts.answers.check`)."""
        answers: dict[str, Any] = {}
        shown: list[str] = []
        skipped: list[str] = []
        item_ms: dict[str, int] = {}
        for item in (instrument.item(name) for name in presented):
            if item.show_if is not None and not holds(item.show_if, answers):
                continue
            shown.append(item.id)
            item_ms[item.id] = int(self.rng.lognormvariate(7.6, 0.4))
            if not item.asks:
                continue
            if item.skippable and self.rng.random() < 0.01:
                skipped.append(item.id)
            elif (value := self._value(item, on)) is not None:
                answers[item.id] = value
        return {"answers": answers, "skipped": skipped, "shown": shown, "item_ms": item_ms}

    def _value(self, item: Item, on: date) -> Any:
        match item.type:
            case "slider":
                return round(min(max(self._slide(item), 0), 100))
            case "single":
                return self._choose(item, on)
            case "multiple":
                return self._choose_several(item)
            case "time":
                return self._time(item, on)
            case "number":
                low, high = item.limits()
                return int(min(max(self.rng.gauss(low + (high - low) * 0.2, (high - low) * 0.1), low), high))
        return None  # short texts are optional and private: imagined people keep theirs

    def _slide(self, item: Item) -> float:
        noise = self.rng.gauss(0, 9)
        if item.id.startswith(("na_", "stress", "worry")):
            return 95 - self.mood + noise
        if item.id in ("soc_ratheralone", "soc_rathercompany"):
            return 35 + noise * 2
        return self.mood + noise

    def _choose(self, item: Item, on: date) -> str:
        options = [option.id for option in item.options]
        if item.id == "sl_quality":
            return options[min(max(round((self.hours_slept(on) - 5.5) / 4 * (len(options) - 1)), 0), len(options) - 1)]
        if item.id in ("sl_latency", "sl_awak_n", "help_wish"):
            return options[min(int(self.rng.expovariate(1.4)), len(options) - 2)]
        if item.id == "sl_school":
            return options[0] if on.isoweekday() < 6 else options[-1]
        place = self.rng.betavariate(2, 2) + (self.mood - 60) / 300
        return options[min(max(int(place * len(options)), 0), len(options) - 1)]

    def _choose_several(self, item: Item) -> list[str]:
        alone = [option.id for option in item.options if option.exclusive]
        others = [option.id for option in item.options if not option.exclusive]
        if alone and not (self.company if item.id == "ctx_company" else self.rng.random() < 0.85):
            return alone[:1]
        count = min(1 + int(self.rng.expovariate(1.6)), len(others))
        return sorted(self.rng.sample(others[: max(count, 5)], count), key=others.index)

    def _time(self, item: Item, on: date) -> str:
        """A night that hangs together: into bed, trying to sleep, awake, up."""
        wake = 7 * 60 + 10 if on.isoweekday() < 6 else 9 * 60 + 20
        asleep = wake - round(self.hours_slept(on) * 60)
        minute = {"sl_bed": asleep - 45, "sl_try": asleep - 15, "sl_wake": wake, "sl_up": wake + 12}.get(
            item.id, 12 * 60
        )
        return f"{minute % 1440 // 60:02d}:{minute % 60:02d}"


CAST = (
    Character(
        name="Noor",
        language="nl",
        birth_year=2011,
        mood=66,
        spread=14,
        answers=0.72,
        fading=0.95,
        rhythm={
            "school": {"start": "07:30", "end": "21:30", "quiet": [["08:30", "11:00"], ["11:30", "15:00"]]},
            "free": {"start": "09:30", "end": "22:30", "quiet": []},
            "school_days": [1, 2, 3, 4, 5],
        },
    ),
    Character(
        name="Sam", language="en", birth_year=2008, mood=58, spread=18, answers=0.9, sociable=0.7, challenges=0.8
    ),
    Character(name="Bo", language="nl", birth_year=2006, mood=71, spread=9, answers=0.45, fading=0.6, sociable=0.5),
    Character(name="Mila", language="en", birth_year=2010, mood=49, spread=20, answers=0.2, fading=0.7, sociable=0.4),
)
