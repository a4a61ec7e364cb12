"""All feasible plans of one day, counted, so that each can be drawn with exactly the same chance.

A plan puts each of `beeps` beeps on one of the day's allowed minutes, one in each stratum, at least `min_gap_min`
apart. `PlanSpace` counts backwards over the minutes how many ways the rest of the day can still be completed, and turns
any number 0 <= rank < total into the plan of that rank in the order of the clock. A uniform rank is a uniform plan: no
draw is ever repeated, repaired or refused, and the spacing holds in every plan.

The method is counting and unranking by dynamic programming, as for any regular set of words (see Nijenhuis & Wilf 1978,
Combinatorial Algorithms, on ranking and unranking).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Literal

Relaxed = Literal["", "strata", "seconds", "beeps"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanSpace:
    """The plans of one day.

    `total` plans of `beeps` beeps; `seconds` is how many offsets inside the minute leave every plan feasible (60, or 1
    where a beep must come exactly as its minute begins); `relaxed` says what had to be given up, see `plan_space`.
    """

    total: int
    beeps: int
    seconds: int
    relaxed: Relaxed
    _layers: tuple[_Layer, ...]

    def plan(self, rank: int) -> tuple[int, ...]:
        """The minutes of the plan with this rank, 0 <= rank < total, in rising order. Unequal ranks, unequal plans."""
        found: list[int] = []
        at = 0
        for layer in self._layers:
            # Completions of minutes before `at` are skipped; what remains after the bisection is the rank among the
            # completions of the chosen minute, which begin at `following` in the next layer.
            rank += layer.before[at]
            chosen = bisect_right(layer.before, rank) - 1
            rank -= layer.before[chosen]
            found.append(layer.minutes[chosen])
            at = layer.following[chosen]
        return tuple(found)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Layer:
    """One beep's minutes; `before[i]` = completions of all minutes before the i-th (so the last entry is the sum), and
    `following[i]` = index in the next layer of the first minute that keeps the gap to the i-th."""

    minutes: tuple[int, ...]
    before: tuple[int, ...]
    following: tuple[int, ...]


@lru_cache(maxsize=1024)
def plan_space(allowed: bytes, closing: bool, beeps: int, min_gap_min: int) -> PlanSpace:
    """All plans on the minutes m with `allowed[m] == 1`, counted in real minutes from the day's start.

    `closing`: the instant at the very end of `allowed`, minute `len(allowed)`, would do as well, but only on second 0.

    1. Strata are equal shares of the allowed minutes (by number, not by clock), so whatever is not allowed moves the
       strata instead of losing beeps.
    2. If no plan has one beep in every stratum, the strata are dropped ("strata"): uniform over all plans that keep
       the gap.
    3. If there is still none, the closing instant is used too and every beep comes on second 0 ("seconds"). A beep may
       then fall on any allowed moment at all, so that a day with any feasible plan has one here.
    4. If even so fewer beeps fit, as many as fit are planned by the same steps ("beeps"). `prompts.sampling.infeasible`
       finds such days when they are configured; what is left is a day that a clock change made too short.
    """
    minutes = [minute for minute, free in enumerate(allowed) if free]
    closed = [*minutes, len(allowed)] if closing else minutes
    relaxed: Relaxed = ""
    if (fit := most_beeps(closed, min_gap_min)) < beeps:
        beeps, relaxed = fit, "beeps"
    if not beeps:
        return PlanSpace(total=1, beeps=0, seconds=60, relaxed="beeps", _layers=())
    edges = [len(minutes) * stratum // beeps for stratum in range(beeps + 1)]
    strata = [minutes[low:high] for low, high in pairwise(edges)]
    tries: list[tuple[Relaxed, int, list[list[int]]]] = [
        ("", 60, strata),
        ("strata", 60, [minutes] * beeps),
        ("seconds", 1, [closed] * beeps),
    ]
    for giving_up, seconds, layers in tries:
        counted = _count(layers, min_gap_min)
        if total := counted[0].before[-1]:
            return PlanSpace(
                total=total,
                beeps=beeps,
                seconds=seconds,
                relaxed=relaxed or giving_up,
                _layers=counted,
            )
    raise AssertionError("as many beeps as fit always fit")


def most_beeps(minutes: Sequence[int], min_gap_min: int) -> int:
    """How many of these rising minutes can lie at least the gap apart, at most: always taking the next one is best."""
    count, at = 0, 0
    while at < len(minutes):
        count += 1
        at = bisect_left(minutes, minutes[at] + min_gap_min, at)
    return count


def _count(layers: Sequence[Sequence[int]], min_gap_min: int) -> tuple[_Layer, ...]:
    """Count completions from the last beep backwards: a minute's completions are those of every minute of the next
    layer that keeps the gap."""
    counted: list[_Layer] = []
    for minutes in reversed(layers):
        following = [0] * len(minutes)
        completions = [1] * len(minutes)
        if counted:
            later = counted[-1]
            following = [bisect_left(later.minutes, minute + min_gap_min) for minute in minutes]
            completions = [later.before[-1] - later.before[index] for index in following]
        before = tuple(accumulate(completions, initial=0))
        counted.append(_Layer(minutes=tuple(minutes), before=before, following=tuple(following)))
    return tuple(reversed(counted))
