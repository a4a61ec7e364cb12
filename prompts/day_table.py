"""One date's plans for everybody who has the same day: what the clock, the protocol and a shape of day decide.

`day_table` does the slow part once (wall clock, quiet windows, counting) and is cached; `DayTable.draw` is what remains
for each participant. Whoever plans many people does well to take those with the same shape of day together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from prompts.chance import draw_below
from prompts.feasible import PlanSpace, Relaxed, plan_space
from prompts.protocols import FixedTimes, Protocol
from prompts.rhythm import DayShape, own_day
from prompts.wallclock import DAY_MIN, Stretch, instant, minutes, quiet_minutes, span, stretches

_MINUTE = timedelta(minutes=1)


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


@dataclass(frozen=True, kw_only=True, slots=True)
class DayTable:
    """Everything about one date that does not depend on the seed: shared by all who have the same day.

    `start` is the UTC instant from which `space` counts its minutes. `fixed` are moments that no chance decides.
    `challenge` are the minutes after `start` in one of which the challenge comes (one minute: at its beginning), and
    `end` is when it closes. `slots` are the random beeps with their instruments; `asked` is how many questionnaires the
    protocol asks for.
    """

    start: datetime
    parts: tuple[Stretch, ...]
    fixed: tuple[Moment, ...]
    challenge: tuple[int, ...]
    end: datetime
    space: PlanSpace | None
    window: timedelta
    asked: int
    slots: tuple[tuple[int, str], ...]

    @property
    def relaxed(self) -> Relaxed:
        """What had to give way on this date, see `prompts.feasible.plan_space`; "" almost always."""
        return self.space.relaxed if self.space else ""

    def draw(self, seed: bytes) -> tuple[Moment, ...]:
        """The plan of this seed, in the order of the slots."""
        start, window, parts = self.start, self.window, self.parts
        offset = parts[0].offset_min
        moments = []
        if self.challenge:
            after = self.draw_challenge_second(seed)
            moments.append(
                Moment(
                    slot=0,
                    kind="challenge",
                    due_at=start + timedelta(0, after),
                    expires_at=self.end,
                    instrument=None,
                    utc_offset_min=_part_of(parts, after // 60).offset_min,
                )
            )
        moments += self.fixed
        for after, (slot, instrument) in zip(self.draw_seconds(seed), self.slots, strict=False):
            due = start + timedelta(0, after)
            if len(parts) > 1:
                offset = _part_of(parts, after // 60).offset_min
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

    def draw_challenge_second(self, seed: bytes) -> int:
        """When the challenge of this seed comes, in seconds after `start`; only for a day that has one.

        Every second of the minutes is equally likely. The number is drawn apart from the questionnaires', so that their
        plan is the same with and without a challenge.
        """
        if len(self.challenge) == 1:
            return self.challenge[0] * 60
        place, second = divmod(draw_below(b"challenge\n" + seed, len(self.challenge) * 60), 60)
        return self.challenge[place] * 60 + second

    def draw_seconds(self, seed: bytes) -> list[int]:
        """When the random beeps of this seed come, one for each of `slots`, in seconds after `start`.

        One number is drawn; it names the plan and the second. All beeps of a day share their second: with a second of
        its own, a beep on 10:00:40 and one on 11:00:10 would be 30 seconds short of an hour apart though their minutes
        keep the gap, and giving up those pairs of minutes would make the plans unequally likely. So whole-minute gaps
        stay exact, and the second still differs from person to person and from day to day.
        """
        space = self.space
        if space is None or not space.beeps:
            return []
        rank, second = divmod(draw_below(seed, space.total * space.seconds), space.seconds)
        return [minute * 60 + second for minute in space.plan(rank)]


@lru_cache(maxsize=1024)
def day_table(protocol: Protocol, on: date, zone: str, shape: DayShape) -> DayTable:
    """What a date holds for everybody with this protocol, zone and shape of day.

    1. The day: where the protocol's day and the participant's own meet, as UTC instants, so its length is real minutes.
    2. Its quiet minutes, looked up on the wall clock of each real minute.
    3. The challenge's minutes; fixed times, or the space of feasible random plans.
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
    challenge: tuple[int, ...] = ()
    if protocol.challenge is not None and length > 0:
        wanted = int((instant(on, _minute_of_day(protocol, protocol.challenge.at), tz) - start) / _MINUTE)
        challenge = challenge_minutes(quiet, length, wanted, protocol.challenge.within_min)
    if isinstance(protocol.scheme, FixedTimes):
        fixed += _fixed_moments(protocol, protocol.scheme, on, tz, start, end, quiet)
    else:
        allowed, closing = allowed_minutes(quiet, length, protocol.answer_window_min, protocol.reminders_min)
        space = plan_space(allowed, closing, asked, protocol.scheme.min_gap_min)
        if 0 < space.beeps < asked:
            # The evening's questions belong to the last beep of the day, also where a beep in between has no room.
            slots = (*slots[: space.beeps - 1], slots[-1])
    return DayTable(
        start=start,
        parts=parts,
        fixed=tuple(fixed),
        challenge=challenge,
        end=end,
        space=space,
        window=window,
        asked=asked,
        slots=slots,
    )


def allowed_minutes(quiet: bytes, length: int, window: int, reminders: tuple[int, ...]) -> tuple[bytes, bool]:
    """Which real minutes of a day may hold a beep, on any of their seconds, and whether the instant at which the last
    answer window could begin (its end is the day's end) may hold one too.

    `quiet` has a byte for each of the minutes 0..length, as `prompts.wallclock.quiet_minutes` makes it.
    """
    last = length - window
    if last < 0:
        return b"", False
    pushes = (quiet[push : push + last + 1] for push in (0, *reminders))
    free = [not any(hushed) for hushed in zip(*pushes, strict=True)]
    return bytes(free[:last]), free[last]


def challenge_minutes(quiet: bytes, length: int, wanted: int, within: int) -> tuple[int, ...]:
    """The minutes of the day (0..length-1) in which the challenge may come: those that are not quiet, of `within`
    minutes from the wanted one on; or from the nearest one that is not quiet, away from the wanted one. None if the
    whole day is quiet."""
    first = nearest_free(quiet, length, wanted)
    if first is None:
        return ()
    reach = max(within, 1)
    if first < min(wanted, length - 1):
        span_of = range(max(first - reach + 1, 0), first + 1)
    else:
        span_of = range(first, min(first + reach, length))
    return tuple(minute for minute in span_of if not quiet[minute])


def nearest_free(quiet: bytes, length: int, wanted: int) -> int | None:
    """The minute of the day (0..length-1) that is not quiet and nearest to the wanted one, the earlier of two; None if
    the whole day is quiet."""
    middle = min(max(wanted, 0), length - 1)
    before, after = quiet.rfind(0, 0, middle + 1), quiet.find(0, middle, length)
    if before < 0 or after < 0:
        return max(before, after) if max(before, after) >= 0 else None
    return before if middle - before <= after - middle else after


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
