"""The draw as it was first written, rule by rule and challenge by challenge: slow, and the measure of the quick one.

Whoever was dealt a card by it must be dealt the same card for ever (``DRAW_ALGORITHM`` 1).
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from challenges.challenge import Challenge
from challenges.rules import DRAW_ALGORITHM, FAIRNESS_DAYS, RELAXATIONS, RESERVE, SHOWN_RESTS, Draw, History
from challenges.suiting import suitable


def draw_plainly(
    pool: Iterable[Challenge],
    *,
    age: int | None,
    date: dt.date,
    history: History = (),
    seed: bytes,
    alternatives: int = 2,
) -> Draw:
    """As `challenges.rules.draw`."""
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
