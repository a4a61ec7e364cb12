"""One night from the answers of a sleep diary: is it possible, and how long and when did somebody sleep?

The questions and the derived quantities follow the core of the Consensus Sleep Diary (Carney et al. 2012, Sleep 35(2),
287-302, https://doi.org/10.5665/sleep.1642). Answers are clock times of the wall, "HH:MM", and a night may cross
midnight anywhere, so each time is taken as the first such moment after the one before: to bed, trying to sleep, awake
for good, out of bed. A time given out of order therefore shows as a step of most of a day, and is named, not mended.

The clock change is not known here: on those two nights a year the wall is an hour off, and so is the time asleep.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TIME_ROLES = ("in_bed", "tried", "woke", "got_up")
"""The four clock times, in the order of the night."""

ROLES = (*TIME_ROLES, "latency", "latency_minutes", "awakenings", "awake_minutes")
"""What an item can be in a night. `latency_minutes` (own minutes) goes before `latency` (a choice with a value)."""

DAY = 24 * 60
SHORTEST_IN_BED, LONGEST_IN_BED = 2 * 60, 16 * 60
LONGEST_STEP = 12 * 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Night:
    """A night as far as it was told; None: not told.

    The four times are minutes of the clock (0..1439); `latency` (until asleep) and `awake` (in the night) are minutes.
    """

    in_bed: int | None = None
    tried: int | None = None
    woke: int | None = None
    got_up: int | None = None
    latency: float | None = None
    awake: float | None = None


def read_night(values: Mapping[str, Any]) -> Night:
    """A night from values by role: clock times as "HH:MM", the rest as numbers; absent where there is no answer.

    No awakenings means no time awake; awakenings without their minutes leave the time awake unknown.
    """
    minutes = values.get("latency_minutes")
    awakenings = values.get("awakenings")
    return Night(
        in_bed=_clock(values.get("in_bed")),
        tried=_clock(values.get("tried")),
        woke=_clock(values.get("woke")),
        got_up=_clock(values.get("got_up")),
        latency=values.get("latency") if minutes is None else minutes,
        awake=0.0 if awakenings == 0 else values.get("awake_minutes"),
    )


def find_problems(night: Night) -> list[tuple[str, str]]:
    """What cannot be true of this night, as (role to ask again, what is wrong); empty when it is plausible."""
    problems: list[tuple[str, str]] = []
    to_try = _step(night.in_bed, night.tried)
    to_wake = _step(night.tried, night.woke)
    to_rise = _step(night.woke, night.got_up)
    if to_try is not None and to_try > LONGEST_STEP:
        problems.append(("tried", "trying to sleep comes before going to bed"))
    if to_rise is not None and to_rise > LONGEST_STEP:
        problems.append(("got_up", "getting up comes before waking up"))
    if to_wake is not None and not 0 < to_wake <= LONGEST_IN_BED:
        problems.append(("woke", "waking up must come within 16 hours after trying to sleep"))
    if problems:
        return problems
    in_bed = time_in_bed(night)
    if in_bed is not None and not SHORTEST_IN_BED <= in_bed <= LONGEST_IN_BED:
        problems.append(("got_up", "the time in bed must lie between 2 and 16 hours"))
    if to_wake is not None and (night.latency or 0) + (night.awake or 0) >= to_wake:
        problems.append(("latency", "the time awake is longer than the night"))
    return problems


def time_in_bed(night: Night) -> float | None:
    """Minutes from going to bed to getting up (TIB); None when a time it needs was not told."""
    if night.tried is None or night.woke is None:
        return _step(night.in_bed, night.got_up)
    steps = (_step(night.in_bed, night.tried), _step(night.tried, night.woke), _step(night.woke, night.got_up))
    known = [step for step in steps if step is not None]
    return float(sum(known)) if len(known) == len(steps) else None


def time_asleep(night: Night) -> float | None:
    """Minutes asleep: (woke - tried to sleep) - latency - awake in the night (TST); None when a part is unknown."""
    window = _step(night.tried, night.woke)
    if window is None or night.latency is None or night.awake is None:
        return None
    return float(window - night.latency - night.awake)


def sleep_efficiency(night: Night) -> float | None:
    """Time asleep as a share (0..1) of the time in bed: TST / TIB; None when either is unknown."""
    asleep, in_bed = time_asleep(night), time_in_bed(night)
    return None if asleep is None or not in_bed else asleep / in_bed


def sleep_midpoint(night: Night) -> float | None:
    """The middle between falling asleep and waking, in minutes from the midnight that starts the waking day.

    Falling asleep = tried to sleep + latency. A middle before midnight is negative, so nights can be averaged.
    """
    window = _step(night.tried, night.woke)
    if window is None or night.woke is None or night.latency is None:
        return None
    return night.woke - (window - night.latency) / 2


def _clock(value: Any) -> int | None:
    if value is None:
        return None
    hours, minutes = str(value).split(":")
    return int(hours) * 60 + int(minutes)


def _step(start: int | None, end: int | None) -> int | None:
    return None if start is None or end is None else (end - start) % DAY
