"""What a challenge is, who may get it on which day, and the seeded draw of the day's cards.

The draw in words (``DRAW_ALGORITHM`` 1):

1. Keep what suits: live, right age, right date, weekday and season. These are never relaxed.
2. Keep what has rested: a challenge that was the card of the day or was done rests its whole ``cool_down_days``;
   one that was only shown as an alternative rests a third of them.
3. Leave out the strategies of yesterday.
4. Among the strategies left, take the one that was the card of the day least often in the last 21 days; equal
   strategies draw lots. So a strategy with three challenges comes up as often as one with thirty.
5. Within the strategy, take what was never shown, else what was only shown, else what rested longest; lots again.
6. Alternatives: other strategies, each another one, those seen least; they leave a strategy its last two rested
   challenges for its own turn, so that a small strategy is not used up by being shown. If no card so far can be
   done indoors, alone and within ten minutes, the last alternative is one that can, where there is one: for a bad day.

When a small pool leaves nothing, rules give way in the order of ``RELAXATIONS``, and the draw says which did.

Lots are HMAC-SHA256 tickets of (seed, date, role, name), not calls of a generator: the order of the pool does not
matter, another Python gives the same cards, and a new challenge in one strategy does not reshuffle the others.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from challenges.challenge import Challenge
from challenges.strategies import STRATEGIES, Strategy
from challenges.suiting import season_of, suitable

__all__ = [
    "DRAW_ALGORITHM",
    "RELAXATIONS",
    "STRATEGIES",
    "Challenge",
    "Deck",
    "Draw",
    "History",
    "Strategy",
    "draw",
    "eligible",
    "season_of",
    "suitable",
]

DRAW_ALGORITHM = 1

FAIRNESS_DAYS = 21
RESERVE = 2  # rested challenges that alternatives leave to their strategy's own turn
SHOWN_RESTS = 3  # an alternative that was only shown rests 1/3 of the cool-down

RELAXATIONS = ("done-yesterday", "shown-before", "strategy-yesterday", "cool-down")
"""In the order in which they give way:

``done-yesterday``      the strategy of a challenge done yesterday in exchange for the card of the day may come back
``shown-before``        a challenge shown lately, but only as an alternative, may come back
``strategy-yesterday``  yesterday's strategy may come back, with another challenge
``cool-down``           any challenge that suits may come back; the one rested longest first
"""

History = Sequence[tuple[dt.date, str, str]]
"""What one participant saw: (local date, slug, role); a role is chosen (the card of the day), alternative or done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draw:
    """The cards of one day. False when nothing suits; ``relaxed`` names the rules that gave way, in their order."""

    chosen: Challenge | None
    alternatives: tuple[Challenge, ...] = ()
    relaxed: tuple[str, ...] = ()
    algorithm: int = DRAW_ALGORITHM

    def __bool__(self) -> bool:
        return self.chosen is not None


def eligible(
    pool: Iterable[Challenge], *, age: int | None, date: dt.date, history: History = ()
) -> tuple[Challenge, ...]:
    """What suits and has rested, sorted by slug. Only history before ``date`` counts."""
    deck = Deck.prepare(pool, age=age, date=date)
    memory = _Memory.of(deck, history)
    return tuple(c for c in deck.cards if c.slug not in memory.cooling and c.slug not in memory.shown_lately)


def draw(
    pool: Iterable[Challenge],
    *,
    age: int | None,
    date: dt.date,
    history: History = (),
    seed: bytes,
    alternatives: int = 2,
) -> Draw:
    """Draw the card of the day and up to ``alternatives`` others; the module's docstring gives the rules.

    ``pool`` is best the whole catalogue, retired ones too: history is read by slug, and a strategy can only be
    counted when its challenge is known. History on or after ``date`` is ignored, so a day drawn again gives the same
    cards. ``seed`` belongs to the participant or to the participant's day; the date is mixed in either way.
    """
    return Deck.prepare(pool, age=age, date=date).draw(history=history, seed=seed, alternatives=alternatives)


@dataclass(frozen=True, kw_only=True, slots=True)
class Deck:
    """What a pool holds for everybody of one age on one local date: who draws for many prepares it once.

    ``cards`` suit, sorted by slug; ``rests`` are their days of rest after having been the card of the day, and after
    having been shown only; ``strategy_of`` knows the whole pool, so that history can be counted.
    """

    date: dt.date
    cards: tuple[Challenge, ...]
    rests: Mapping[str, tuple[int, int]]
    strategy_of: Mapping[str, str]

    @classmethod
    def prepare(cls, pool: Iterable[Challenge], *, age: int | None, date: dt.date) -> Deck:
        pool = tuple(pool)
        cards = suitable(pool, age=age, date=date)
        return cls(
            date=date,
            cards=cards,
            rests={c.slug: (c.cool_down_days, -(-c.cool_down_days // SHOWN_RESTS)) for c in cards},
            strategy_of={c.slug: c.strategy for c in sorted(pool, key=lambda c: c.version)},
        )

    def draw(self, *, history: History = (), seed: bytes, alternatives: int = 2) -> Draw:
        """As `draw`."""
        memory = _Memory.of(self, history)
        lots = _Lots(seed=seed, begins=f"challenge draw {DRAW_ALGORITHM}|{self.date.isoformat()}|")
        chosen, relaxed = _draw_chosen(self.cards, memory, lots)
        if chosen is None:
            return Draw(chosen=None)
        others = _draw_alternatives(self.cards, memory, lots, chosen, alternatives)
        return Draw(chosen=chosen, alternatives=others, relaxed=relaxed)


def _draw_chosen(
    candidates: Sequence[Challenge], memory: _Memory, lots: _Lots
) -> tuple[Challenge | None, tuple[str, ...]]:
    for strictness in range(len(RELAXATIONS) + 1):
        relaxed = RELAXATIONS[:strictness]
        slugs, strategies = _forbidden(memory, relaxed)
        left = [c for c in candidates if c.slug not in slugs and c.strategy not in strategies]
        if not left:
            continue
        if "cool-down" in relaxed:  # the last resort still keeps away from yesterday, where it can
            left = [c for c in left if c.strategy not in memory.chosen_yesterday] or left
        return _fairest(left, "chosen", memory.chosen, memory, lots), relaxed
    return None, ()


def _forbidden(memory: _Memory, relaxed: Sequence[str]) -> tuple[set[str], set[str]]:
    """The slugs and the strategies that are left out."""
    slugs: set[str] = set()
    strategies: set[str] = set()
    if "cool-down" not in relaxed:
        slugs |= memory.cooling
    if "shown-before" not in relaxed:
        slugs |= memory.shown_lately
    if "strategy-yesterday" not in relaxed:
        strategies |= memory.chosen_yesterday
    if "done-yesterday" not in relaxed:
        strategies |= memory.done_yesterday
    return slugs, strategies


def _draw_alternatives(
    candidates: Sequence[Challenge], memory: _Memory, lots: _Lots, chosen: Challenge, wanted: int
) -> tuple[Challenge, ...]:
    """Rather fewer alternatives than one that is cooling down; the chosen's own strategy only when no other is left."""
    cards = [chosen]
    rested = [c for c in candidates if c.slug not in memory.cooling]
    fresh = {c.slug for c in rested if c.slug not in memory.shown_lately}
    spare = {name for name, left in Counter(c.strategy for c in rested if c.slug in fresh).items() if left > RESERVE}
    while len(cards) <= wanted:
        used, own, there_already = {card.strategy for card in cards}, {chosen.strategy}, {card.slug for card in cards}
        new = [c for c in rested if c.slug not in there_already]
        if len(cards) == wanted and not any(card.light for card in cards):
            new = [c for c in new if c.light and c.strategy not in used] or new
        there = {c.strategy for c in new}
        choices = ((there & spare) - used, (there & spare) - own, there - used, there - own, there)
        strategies = next(filter(None, choices), set())
        if not strategies:
            break
        left = [c for c in new if c.strategy in strategies]
        left = [c for c in left if c.slug in fresh] or left
        left = [c for c in left if c.strategy not in memory.chosen_yesterday] or left
        cards.append(_fairest(left, "alternative", memory.seen, memory, lots))
    return tuple(cards[1:])


def _fairest(
    left: Sequence[Challenge], role: str, counts: Mapping[str, int], memory: _Memory, lots: _Lots
) -> Challenge:
    """First a strategy, then one of its challenges: so its size does not matter. Only who is level draws lots."""
    names = {c.strategy for c in left}
    least = min(counts.get(name, 0) for name in names)
    strategy = lots.decide(role, [name for name in names if counts.get(name, 0) == least])
    members = {c.slug: c for c in left if c.strategy == strategy}
    known = {slug: memory.familiarity(slug) for slug in members}
    newest = min(known.values())
    return members[lots.decide(role, [slug for slug, familiarity in known.items() if familiarity == newest])]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Memory:
    """One participant's history as the draw needs it, on one date. Days are ordinals."""

    taken: dict[str, int]  # slug -> last day as card of the day, or done
    shown: dict[str, int]  # slug -> last day as an alternative
    cooling: set[str]
    shown_lately: set[str]
    chosen: Counter[str]  # strategy -> times card of the day, last 21 days
    seen: Counter[str]  # strategy -> times on any card, last 21 days
    chosen_yesterday: set[str]
    done_yesterday: set[str]

    @classmethod
    def of(cls, deck: Deck, history: History) -> _Memory:
        strategy_of, today = deck.strategy_of, deck.date.toordinal()
        taken: dict[str, int] = {}
        shown: dict[str, int] = {}
        chosen: Counter[str] = Counter()
        seen: Counter[str] = Counter()
        yesterday: dict[str, set[str]] = {"chosen": set(), "done": set(), "alternative": set()}
        for date, slug, role in history:
            if role not in yesterday:
                raise ValueError(f"A challenge's role is chosen, alternative or done, not {role!r}.")
            day = date.toordinal()
            if day >= today:
                continue
            last = shown if role == "alternative" else taken
            if last.get(slug, 0) < day:
                last[slug] = day
            strategy = strategy_of.get(slug)
            if strategy is None:
                continue
            if today - day == 1:
                yesterday[role].add(strategy)
            if today - day <= FAIRNESS_DAYS and role != "done":  # a card counts once, done or not
                if role == "chosen":
                    chosen[strategy] += 1
                seen[strategy] += 1
        rests = deck.rests
        return cls(
            taken=taken,
            shown=shown,
            cooling={slug for slug, day in taken.items() if slug in rests and today - day <= rests[slug][0]},
            shown_lately={slug for slug, day in shown.items() if slug in rests and today - day <= rests[slug][1]},
            chosen=chosen,
            seen=seen,
            chosen_yesterday=yesterday["chosen"],
            done_yesterday=yesterday["done"],
        )

    def familiarity(self, slug: str) -> tuple[int, int]:
        """Never seen before only shown before taken; within each, longest ago first."""
        if slug in self.taken:
            return 2, self.taken[slug]
        if slug in self.shown:
            return 1, self.shown[slug]
        return 0, 0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Lots:
    seed: bytes
    begins: str

    def decide(self, role: str, names: Sequence[str]) -> str:
        """The name with the lowest ticket."""
        return names[0] if len(names) == 1 else min(names, key=lambda name: self._ticket(role, name))

    def _ticket(self, role: str, name: str) -> bytes:
        return hmac.digest(self.seed, f"{self.begins}{role}|{name}".encode(), "sha256")
