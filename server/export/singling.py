"""How few moments give somebody away: the share of people singled out by p answered beeps. Pure.

A reader knows somebody well: a friend who was there, a teacher, she herself on social media. Of p of her answered
beeps, drawn at random, the reader knows the answers to some items, and either on which study day and at which beep each
was (the calendar is known) or only that they were given some time. She is *singled out* if nobody else in the file
fits. No demographics are used: it is the diary that gives away (de Montjoye, Hidalgo, Verleysen & Blondel 2013, Sci.
Rep. 3:1376, for places; here for answers).

The share is a mean over people and repeated draws; whoever has fewer than p answers is left out of it. In a larger file
fewer are alone, so a sample of the people gives a share that is too high rather than too low.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

Entry = tuple[int, int, tuple[Hashable, ...]]
"""One answered beep: day number, beep number, answers to the items that are thought known (as exported)."""

Diaries = Mapping[str, Sequence[Entry]]

POINTS = (1, 2, 3, 4, 6)
REPEATS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """Shares (0..1) by number of known beeps, None where nobody has so many; ``people``: over how many it was taken.

    ``items``: names of the items thought known.
    """

    items: tuple[str, ...]
    people: int
    when_known: Mapping[int, float | None]
    when_unknown: Mapping[int, float | None]


def singling_out(
    diaries: Diaries, *, known: int, when_known: bool, rng: random.Random, repeats: int = REPEATS
) -> float | None:
    """The share of people who are alone with ``known`` random beeps of theirs; None if nobody has that many."""
    return _Finder(diaries, when_known=when_known).share(known, rng, repeats)


def draw_curve(
    diaries: Diaries,
    *,
    items: Sequence[str],
    rng: random.Random,
    points: Sequence[int] = POINTS,
    repeats: int = REPEATS,
) -> Curve:
    """Both curves, the calendar known and not."""
    calendar, answers = (_Finder(diaries, when_known=known) for known in (True, False))
    return Curve(
        items=tuple(items),
        people=len(diaries),
        when_known={known: calendar.share(known, rng, repeats) for known in points},
        when_unknown={known: answers.share(known, rng, repeats) for known in points},
    )


def pattern_uniqueness(patterns: Mapping[str, Hashable]) -> float | None:
    """The share of people whose pattern of answered and missed beeps nobody else has; None without people.

    A pattern is one mark for every planned beep, in order; two of different length differ.
    """
    counts = Counter(patterns.values())
    return sum(count for count in counts.values() if count == 1) / len(patterns) if patterns else None


class _Finder:
    """Who fits a set of known beeps. Holds, for each thing that can be known, who has it how often."""

    def __init__(self, diaries: Diaries, *, when_known: bool) -> None:
        having: dict[Hashable, dict[str, int]] = defaultdict(dict)
        self._facts: list[list[tuple[Hashable, dict[str, int]]]] = []
        for person in sorted(diaries):
            facts = [entry if when_known else entry[2] for entry in diaries[person]]
            for fact in facts:
                having[fact][person] = having[fact].get(person, 0) + 1
            self._facts.append([(fact, having[fact]) for fact in facts])

    def share(self, known: int, rng: random.Random, repeats: int) -> float | None:
        alone = tries = 0
        for facts in self._facts:
            if len(facts) < known:
                continue
            for _ in range(repeats):
                tries += 1
                alone += _is_alone(rng.sample(facts, known))
        return alone / tries if tries else None


def _is_alone(drawn: Sequence[tuple[Hashable, dict[str, int]]]) -> bool:
    """Whether nobody but the one of whom these are has them all; what only she has tells at once."""
    if any(len(having) == 1 for _, having in drawn):
        return True
    wanted = Counter(fact for fact, _ in drawn)
    (first, times), *others = sorted(dict(drawn).items(), key=lambda pair: len(pair[1]))
    fitting = [person for person, often in times.items() if often >= wanted[first]]
    for fact, having in others:
        if len(fitting) == 1:
            break
        fitting = [person for person in fitting if having.get(person, 0) >= wanted[fact]]
    return len(fitting) == 1
