"""The day plan: which moments of a participant's local day ask for an answer.

    plan_day(protocol, date=date(2026, 3, 29), zone="Europe/Amsterdam", rhythm=Rhythm(), seed=day_seed(...))

Random schemes are drawn **exactly uniformly over all feasible plans**. A plan is feasible when

* every beep begins inside the participant's day and so late at most that its answer window ends inside that day,
* neither the beep nor one of its reminders falls into a quiet window,
* beeps lie at least `min_gap_min` apart, and
* there is one in each stratum: the allowed minutes, cut into equal shares.

`prompts.feasible.plan_space` says what gives way, and in which order, on days too full for all of it; spacing and quiet
never do. Wall times and an IANA zone go in, aware UTC comes out; every distance is counted in real minutes, so the days
on which the clock changes are ordinary days (see `prompts.wallclock` for wall times that are skipped or come twice).

The same protocol, date, zone, rhythm and seed give the same plan for as long as `ALGORITHM` stays the same.
"""

from __future__ import annotations

from datetime import date

from prompts.chance import day_seed
from prompts.day_table import DayTable, Moment, day_table
from prompts.protocols import Protocol
from prompts.refusals import Infeasible, infeasible
from prompts.rhythm import DayShape, Rhythm, RhythmProblems

__all__ = [
    "ALGORITHM",
    "DayShape",
    "DayTable",
    "Infeasible",
    "Moment",
    "Rhythm",
    "RhythmProblems",
    "day_seed",
    "day_table",
    "infeasible",
    "plan_day",
]

ALGORITHM = 1
"""Version of the way from a seed to a plan. It changes when the same seed would give another plan, and is stored with
every beep, so that an old plan can be told from a broken one."""


def plan_day(protocol: Protocol, *, date: date, zone: str, rhythm: Rhythm, seed: bytes) -> tuple[Moment, ...]:
    """The moments of one participant's local date, in the order of their slots (the challenge first).

    `seed` is the day's own, see `day_seed`. An infeasible day never raises: it has as many beeps as fit, keeping their
    spacing; a date that the zone skips has none. Raises `zoneinfo.ZoneInfoNotFoundError` for an unknown zone.
    """
    return day_table(protocol, date, zone, rhythm.shape_of(date)).draw(seed)
