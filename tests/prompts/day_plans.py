"""Small days to plan, and every promise about a day as one check."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from prompts.protocols import DailyChallenge, DayWindow, FixedTimes, Protocol, Scheme, StratifiedRandom
from prompts.sampling import DayShape, Moment, Rhythm, plan_day

ZONE = "Europe/Amsterdam"
FRIDAY = date(2026, 3, 27)
Windows = tuple[tuple[time, time], ...]


def make_protocol(
    start: time = time(9),
    end: time = time(21),
    *,
    beeps: int = 5,
    gap: int = 60,
    window: int = 60,
    reminders: tuple[int, ...] = (15,),
    challenge: time | None = None,
    fixed: tuple[time, ...] = (),
    in_quiet: Literal["keep", "drop"] = "drop",
) -> Protocol:
    scheme: Scheme = StratifiedRandom(beeps=beeps, min_gap_min=gap)
    if fixed:
        scheme = FixedTimes(times=fixed, in_quiet=in_quiet)
    return Protocol(
        id="own",
        version=1,
        title={"nl": "Eigen", "en": "Own"},
        description={"nl": "Eigen", "en": "Own"},
        days=7,
        day=DayWindow(start=start, end=end),
        scheme=scheme,
        answer_window_min=window,
        reminders_min=reminders,
        instruments_by_slot=tuple(f"q{slot}.1" for slot in range(1, scheme.beeps + 1)),
        challenge=DailyChallenge(at=challenge) if challenge else None,
    )


def quiet_rhythm(*windows: tuple[time, time]) -> Rhythm:
    return Rhythm(school=DayShape(quiet=windows), free=DayShape(quiet=windows))


def seed(number: int) -> bytes:
    return number.to_bytes(8, "big")


def plan(
    protocol: Protocol, number: int = 1, *, on: date = FRIDAY, zone: str = ZONE, quiet: Windows = ()
) -> list[Moment]:
    moments = plan_day(protocol, date=on, zone=zone, rhythm=quiet_rhythm(*quiet), seed=seed(number))
    return [moment for moment in moments if moment.kind == "questionnaire"]


def is_quiet(wall: datetime, quiet: Windows) -> bool:
    clock = wall.time()
    return any(a <= clock < b if a < b else (clock >= a or clock < b) for a, b in quiet)


def assert_sound(protocol: Protocol, moments: list[Moment], *, on: date, zone: str, quiet: Windows) -> None:
    """Every promise about a day, looked at with zoneinfo alone."""
    tz = ZoneInfo(zone)
    ends_on = on + timedelta(days=1 if protocol.day.end <= protocol.day.start else 0)
    closing = datetime.combine(ends_on, protocol.day.end)
    assert isinstance(protocol.scheme, StratifiedRandom)
    for moment in moments:
        due, expires = moment.due_at.astimezone(tz), moment.expires_at.astimezone(tz)
        assert moment.due_at.utcoffset() == moment.expires_at.utcoffset() == timedelta(0)
        assert due.utcoffset() == timedelta(minutes=moment.utc_offset_min)
        # A repeated hour can take the clock back to before the start; the day has begun all the same.
        assert due.replace(tzinfo=None) >= datetime.combine(on, protocol.day.start) or due.fold
        assert moment.expires_at - moment.due_at == timedelta(minutes=protocol.answer_window_min)
        assert expires.replace(tzinfo=None, fold=0) <= closing
        for push in (0, *protocol.reminders_min):
            assert not is_quiet((moment.due_at + timedelta(minutes=push)).astimezone(tz), quiet)
    for earlier, later in pairwise(moments):
        assert later.due_at - earlier.due_at >= timedelta(minutes=protocol.scheme.min_gap_min)
    assert [moment.slot for moment in moments] == sorted({moment.slot for moment in moments})
