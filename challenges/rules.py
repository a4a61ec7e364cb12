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

from challenges.challenge import OLDEST, SEASONS, YOUNGEST, Challenge
from challenges.strategies import STRATEGIES, Strategy

__all__ = [
    "DRAW_ALGORITHM",
    "RELAXATIONS",
    "STRATEGIES",
    "Challenge",
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


def season_of(date: dt.date) -> str:
    """Meteorological season of the northern half of the world: winter is December to February."""
    return SEASONS[date.month % 12 // 3]


def suitable(pool: Iterable[Challenge], *, age: int | None, date: dt.date) -> tuple[Challenge, ...]:
    """What may be given at all on this local date: live, age, dates, weekday, season; the newest version of a slug.

    An unknown age counts as every age at once: only what is meant for all of 12 to 25 suits.
    """
    newest: dict[str, Challenge] = {}
    for challenge in pool:
        if challenge.status != "live":
            continue
        known = newest.get(challenge.slug)
        if known is None or known.version < challenge.version:
            newest[challenge.slug] = challenge
    fitting = (c for c in newest.values() if _fits_age(c, age) and _fits_date(c, date))
    return tuple(sorted(fitting, key=lambda c: c.slug))


def eligible(
    pool: Iterable[Challenge], *, age: int | None, date: dt.date, history: History = ()
) -> tuple[Challenge, ...]:
    """What suits and has rested, sorted by slug. Only history before ``date`` counts."""
    memory = _Memory.of(pool := tuple(pool), date, history)
    return tuple(c for c in suitable(pool, age=age, date=date) if not memory.cooling(c) and not memory.shown_lately(c))


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
    pool = tuple(pool)
    memory = _Memory.of(pool, date, history)
    candidates = suitable(pool, age=age, date=date)
    lots = _Lots(seed=seed, date=date)
    chosen, relaxed = _draw_chosen(candidates, memory, lots)
    if chosen is None:
        return Draw(chosen=None)
    others = _draw_alternatives(candidates, memory, lots, chosen, alternatives)
    return Draw(chosen=chosen, alternatives=others, relaxed=relaxed)


def _draw_chosen(
    candidates: Sequence[Challenge], memory: _Memory, lots: _Lots
) -> tuple[Challenge | None, tuple[str, ...]]:
    for strictness in range(len(RELAXATIONS) + 1):
        relaxed = RELAXATIONS[:strictness]
        left = [c for c in candidates if not _forbidden(c, memory, relaxed)]
        if not left:
            continue
        if "cool-down" in relaxed:  # the last resort still keeps away from yesterday, where it can
            left = [c for c in left if c.strategy not in memory.chosen_yesterday] or left
        return _fairest(left, "chosen", memory.chosen, memory, lots), relaxed
    return None, ()


def _forbidden(challenge: Challenge, memory: _Memory, relaxed: Sequence[str]) -> bool:
    if "cool-down" not in relaxed and memory.cooling(challenge):
        return True
    if "shown-before" not in relaxed and memory.shown_lately(challenge):
        return True
    if "strategy-yesterday" not in relaxed and challenge.strategy in memory.chosen_yesterday:
        return True
    return "done-yesterday" not in relaxed and challenge.strategy in memory.done_yesterday


def _draw_alternatives(
    candidates: Sequence[Challenge], memory: _Memory, lots: _Lots, chosen: Challenge, wanted: int
) -> tuple[Challenge, ...]:
    """Rather fewer alternatives than one that is cooling down; the chosen's own strategy only when no other is left."""
    cards = [chosen]
    rested = [c for c in candidates if not memory.cooling(c)]
    fresh = {c.slug for c in rested if not memory.shown_lately(c)}
    spare = {name for name, left in Counter(c.strategy for c in rested if c.slug in fresh).items() if left > RESERVE}
    while len(cards) <= wanted:
        used, own = {card.strategy for card in cards}, {chosen.strategy}
        new = [c for c in rested if all(c is not card for card in cards)]
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
    """First a strategy, then one of its challenges: so its size does not matter."""
    strategy = min({c.strategy for c in left}, key=lambda name: (counts.get(name, 0), lots.ticket(role, name)))
    members = [c for c in left if c.strategy == strategy]
    return min(members, key=lambda c: (memory.familiarity(c), lots.ticket(role, c.slug)))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Memory:
    """One participant's history as the draw needs it, on one date."""

    date: dt.date
    taken: dict[str, dt.date]  # slug -> last day as card of the day, or done
    shown: dict[str, dt.date]  # slug -> last day as an alternative
    chosen: Counter[str]  # strategy -> times card of the day, last 21 days
    seen: Counter[str]  # strategy -> times on any card, last 21 days
    chosen_yesterday: frozenset[str]
    done_yesterday: frozenset[str]

    @classmethod
    def of(cls, pool: Sequence[Challenge], date: dt.date, history: History) -> _Memory:
        strategy_of = {c.slug: c.strategy for c in sorted(pool, key=lambda c: c.version)}
        taken: dict[str, dt.date] = {}
        shown: dict[str, dt.date] = {}
        chosen: Counter[str] = Counter()
        seen: Counter[str] = Counter()
        yesterday: dict[str, set[str]] = {"chosen": set(), "done": set(), "alternative": set()}
        for day, slug, role in history:
            if role not in yesterday:
                raise ValueError(f"A challenge's role is chosen, alternative or done, not {role!r}.")
            if day >= date:
                continue
            last = shown if role == "alternative" else taken
            last[slug] = max(day, last.get(slug, day))
            strategy, age_days = strategy_of.get(slug), (date - day).days
            if strategy is None:
                continue
            if age_days == 1:
                yesterday[role].add(strategy)
            if age_days <= FAIRNESS_DAYS and role != "done":  # a card counts once, done or not
                chosen[strategy] += role == "chosen"
                seen[strategy] += 1
        return cls(
            date=date,
            taken=taken,
            shown=shown,
            chosen=chosen,
            seen=seen,
            chosen_yesterday=frozenset(yesterday["chosen"]),
            done_yesterday=frozenset(yesterday["done"]),
        )

    def cooling(self, challenge: Challenge) -> bool:
        last = self.taken.get(challenge.slug)
        return last is not None and (self.date - last).days <= challenge.cool_down_days

    def shown_lately(self, challenge: Challenge) -> bool:
        last = self.shown.get(challenge.slug)
        return last is not None and (self.date - last).days <= -(-challenge.cool_down_days // SHOWN_RESTS)

    def familiarity(self, challenge: Challenge) -> tuple[int, int]:
        """Never seen before only shown before taken; within each, longest ago first."""
        if challenge.slug in self.taken:
            return 2, self.taken[challenge.slug].toordinal()
        if challenge.slug in self.shown:
            return 1, self.shown[challenge.slug].toordinal()
        return 0, 0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Lots:
    seed: bytes
    date: dt.date

    def ticket(self, role: str, name: str) -> bytes:
        message = f"challenge draw {DRAW_ALGORITHM}|{self.date.isoformat()}|{role}|{name}"
        return hmac.digest(self.seed, message.encode(), "sha256")


def _fits_age(challenge: Challenge, age: int | None) -> bool:
    if age is None:
        return challenge.min_age <= YOUNGEST and (challenge.max_age is None or challenge.max_age >= OLDEST)
    return challenge.min_age <= age and (challenge.max_age is None or age <= challenge.max_age)


def _fits_date(challenge: Challenge, date: dt.date) -> bool:
    return (
        (challenge.not_before is None or challenge.not_before <= date)
        and (challenge.not_after is None or date <= challenge.not_after)
        and date.isoweekday() in challenge.weekdays
        and (challenge.season is None or challenge.season == season_of(date))
    )
