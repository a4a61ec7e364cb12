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

import hmac
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from hashlib import shake_256
from typing import Literal
from zoneinfo import ZoneInfo

from prompts.feasible import PlanSpace, Relaxed, plan_space
from prompts.protocols import FixedTimes, Protocol
from prompts.rhythm import DayShape, Rhythm, RhythmProblems, own_day
from prompts.wallclock import DAY_MIN, Stretch, instant, minutes, quiet_minutes, span, stretches

__all__ = [
    "ALGORITHM",
    "DayShape",
    "DayTable",
    "Moment",
    "Rhythm",
    "RhythmProblems",
    "day_seed",
    "day_table",
    "draw_below",
    "plan_day",
]

ALGORITHM = 1
"""Version of the way from a seed to a plan. It changes when the same seed would give another plan, and is stored with
every beep, so that an old plan can be told from a broken one."""

_MINUTE = timedelta(minutes=1)
_OFFSETS = tuple(timedelta(seconds=second) for second in range(60))


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One planned beep. Times are aware UTC; `utc_offset_min` is what the wall clock was ahead of UTC at `due_at`.

    Slot 0 is the challenge (no instrument); questionnaires are 1..n in the order of the day.
    """

    slot: int
    kind: Literal["questionnaire", "challenge"]
    due_at: datetime
    expires_at: datetime
    instrument: str | None
    utc_offset_min: int


def plan_day(protocol: Protocol, *, date: date, zone: str, rhythm: Rhythm, seed: bytes) -> tuple[Moment, ...]:
    """The moments of one participant's local date, in the order of their slots (the challenge first).

    `seed` is the day's own, see `day_seed`. An infeasible day never raises: it has as many beeps as fit, keeping their
    spacing; a date that the zone skips has none. Raises `zoneinfo.ZoneInfoNotFoundError` for an unknown zone.
    """
    return day_table(protocol, date, zone, rhythm.shape_of(date)).draw(seed)


def day_seed(study_seed: bytes, participant: str, date: date, protocol_key: str) -> bytes:
    """The seed of one participant's day: HMAC-SHA256 (RFC 2104) of protocol, date and participant under the study's."""
    message = f"{protocol_key}\n{date.isoformat()}\n{participant}"
    return hmac.digest(study_seed, message.encode(), "sha256")


def draw_below(seed: bytes, bound: int) -> int:
    """A whole number 0 <= n < bound, every one with the same chance over random seeds.

    Bits come from SHAKE-256 of the seed and a counter, and a number that is too large is drawn anew, so there is no
    favourite among the remainders. Not `random.Random`: Python does not promise its integers from one release to the
    next, a reviewer must be able to draw the same plan in any language, and seeding it costs more than the plan.
    """
    bits = (bound - 1).bit_length()
    size = (bits + 7) // 8
    counter = 0
    while True:
        block = shake_256(seed + counter.to_bytes(4, "big")).digest(size)
        number = int.from_bytes(block, "big") >> (8 * size - bits)
        if number < bound:
            return number
        counter += 1


@dataclass(frozen=True, kw_only=True, slots=True)
class DayTable:
    """Everything about one date that does not depend on the seed: shared by all who have the same day.

    `start` is the UTC instant from which `space` counts its minutes. `fixed` are moments that no chance decides, the
    challenge among them. `asked` is how many questionnaires the protocol asks for.
    """

    start: datetime
    parts: tuple[Stretch, ...]
    fixed: tuple[Moment, ...]
    space: PlanSpace | None
    window: timedelta
    asked: int
    slots: tuple[tuple[int, str], ...]

    @property
    def relaxed(self) -> Relaxed:
        """What had to give way on this date, see `prompts.feasible.plan_space`; "" almost always."""
        return self.space.relaxed if self.space else ""

    def draw(self, seed: bytes) -> tuple[Moment, ...]:
        """The plan of this seed. One number is drawn; it names the plan and the second.

        All beeps of a day share their second: with a second of its own, a beep on 10:00:40 and one on 11:00:10 would be
        30 seconds short of an hour apart though their minutes keep the gap, and giving up those pairs of minutes would
        make the plans unequally likely. So whole-minute gaps stay exact, and the second still differs from day to day.
        """
        space = self.space
        if space is None or not space.beeps:
            return self.fixed
        rank, second = divmod(draw_below(seed, space.total * space.seconds), space.seconds)
        start, window, parts = self.start + _OFFSETS[second], self.window, self.parts
        moments = list(self.fixed)
        for minute, (slot, instrument) in zip(space.plan(rank), self.slots, strict=True):
            due = start + timedelta(minutes=minute)
            offset = parts[0].offset_min if len(parts) == 1 else _part_of(parts, minute).offset_min
            moments.append(
                Moment(
                    slot=slot,
                    kind="questionnaire",
                    due_at=due,
                    expires_at=due + window,
                    instrument=instrument,
                    utc_offset_min=offset,
                )
            )
        return tuple(moments)


@lru_cache(maxsize=8192)
def day_table(protocol: Protocol, on: date, zone: str, shape: DayShape) -> DayTable:
    """What a date holds for everybody with this protocol, zone and shape of day.

    1. The day: where the protocol's day and the participant's own meet, as UTC instants, so its length is real minutes.
    2. Its quiet minutes, looked up on the wall clock of each real minute.
    3. The challenge and fixed times, or the space of feasible random plans.
    """
    window = timedelta(minutes=protocol.answer_window_min)
    tz = ZoneInfo(zone)
    day = own_day(protocol.day, shape) or (minutes(protocol.day.start),) * 2
    start, end = instant(on, day[0], tz), instant(on, day[1], tz)
    length = int((end - start) / _MINUTE)
    parts = stretches(start, length, tz)
    quiet = quiet_minutes(parts, length, shape.quiet)
    fixed: list[Moment] = []
    space: PlanSpace | None = None
    slots = tuple(enumerate(protocol.instruments_by_slot, start=1))
    asked = len(slots)
    if protocol.challenge is not None and length > 0:
        wanted = int((instant(on, _minute_of_day(protocol, protocol.challenge.at), tz) - start) / _MINUTE)
        minute = nearest_free(quiet, length, wanted)
        if minute is not None:
            fixed.append(
                Moment(
                    slot=0,
                    kind="challenge",
                    due_at=start + minute * _MINUTE,
                    expires_at=end,
                    instrument=None,
                    utc_offset_min=_part_of(parts, minute).offset_min,
                )
            )
    if isinstance(protocol.scheme, FixedTimes):
        fixed += _fixed_moments(protocol, protocol.scheme, on, tz, start, end, quiet)
    else:
        allowed, closing = allowed_minutes(quiet, length, protocol.answer_window_min, protocol.reminders_min)
        space = plan_space(allowed, closing, asked, protocol.scheme.min_gap_min)
        if 0 < space.beeps < asked:
            # The evening's questions belong to the last beep of the day, also where a beep in between has no room.
            slots = (*slots[: space.beeps - 1], slots[-1])
    return DayTable(start=start, parts=parts, fixed=tuple(fixed), space=space, window=window, asked=asked, slots=slots)


def allowed_minutes(quiet: bytes, length: int, window: int, reminders: tuple[int, ...]) -> tuple[bytes, bool]:
    """Which real minutes of a day may hold a beep, on any of their seconds, and whether the instant at which the last
    answer window could begin (its end is the day's end) may hold one too.

    `quiet` has a byte for each of the minutes 0..length, as `prompts.wallclock.quiet_minutes` makes it.
    """
    last = length - window
    if last < 0:
        return b"", False
    pushes = (0, *reminders)
    free = [not any(quiet[minute + push] for push in pushes) for minute in range(last + 1)]
    return bytes(free[:last]), free[last]


def nearest_free(quiet: bytes, length: int, wanted: int) -> int | None:
    """The minute of the day (0..length-1) that is not quiet and nearest to the wanted one, the earlier of two; None if
    the whole day is quiet."""
    free = (minute for minute in range(length) if not quiet[minute])
    return min(free, key=lambda minute: (abs(minute - wanted), minute), default=None)


def _fixed_moments(
    protocol: Protocol,
    scheme: FixedTimes,
    on: date,
    tz: ZoneInfo,
    start: datetime,
    end: datetime,
    quiet: bytes,
) -> list[Moment]:
    """Fixed times, in the protocol's own day. With in_quiet "drop" a time stays out if it, its answer window or one of
    its reminders does not fit into the participant's own day outside quiet windows."""
    bounds = span(protocol.day.start, protocol.day.end)
    close = instant(on, bounds[1], tz)
    found: list[Moment] = []
    for slot, (at, instrument) in enumerate(zip(scheme.times, protocol.instruments_by_slot, strict=True), start=1):
        due = instant(on, _minute_of_day(protocol, at), tz)
        # A clock change at night can bring the end of the day nearer than the answer window is long.
        expires = min(due + timedelta(minutes=protocol.answer_window_min), close)
        if expires <= due:
            continue
        if scheme.in_quiet == "drop":
            minute = int((due - start) / _MINUTE)
            pushes = [minute + push for push in (0, *protocol.reminders_min)]
            if due < start or expires > end or any(quiet[push] for push in pushes if push < len(quiet)):
                continue
        offset = due.astimezone(tz).utcoffset() or timedelta()
        found.append(
            Moment(
                slot=slot,
                kind="questionnaire",
                due_at=due,
                expires_at=expires,
                instrument=instrument,
                utc_offset_min=int(offset / _MINUTE),
            )
        )
    return found


def _minute_of_day(protocol: Protocol, at: time) -> int:
    """Wall minutes from the date's midnight; a time before the start of the protocol's day is the next date's."""
    minute = minutes(at)
    return minute if minute >= minutes(protocol.day.start) else minute + DAY_MIN


def _part_of(parts: tuple[Stretch, ...], minute: int) -> Stretch:
    return next(part for part in reversed(parts) if part.first <= minute)
