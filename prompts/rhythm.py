"""A participant's own rhythm: when their day begins and ends and when they want no beeps, on school and on free days.

As JSON (null or absent start and end: the protocol's own day):

    {"school": {"start": "07:00", "end": "22:00", "quiet": [["08:30", "15:00"]]},
     "free": {"start": "10:00", "end": "00:30", "quiet": []},
     "school_days": [1, 2, 3, 4, 5]}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Literal

from prompts.protocols import DayWindow
from prompts.wallclock import DAY_MIN, minutes, span
from prompts.yaml_reader import CLOCK_TIME

DayKind = Literal["school", "free"]


@dataclass(frozen=True, kw_only=True, slots=True)
class DayShape:
    """One kind of day in local wall time. None: the protocol's own start or end. An end at or before the start lies
    after midnight. `quiet` holds windows [from, until) without any push; they may run over midnight."""

    start: time | None = None
    end: time | None = None
    quiet: tuple[tuple[time, time], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """Both kinds of day, and which ISO weekdays (Monday = 1) are school days. `Rhythm()` is the protocol's own day."""

    school: DayShape = DayShape()
    free: DayShape = DayShape()
    school_days: frozenset[int] = frozenset((1, 2, 3, 4, 5))

    def kind_of(self, on: date) -> DayKind:
        return "school" if on.isoweekday() in self.school_days else "free"

    def shape_of(self, on: date) -> DayShape:
        return self.school if on.isoweekday() in self.school_days else self.free

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Rhythm:
        """The rhythm of this JSON object; raises `RhythmProblems` with every mistake in it."""
        if not isinstance(body, Mapping):
            raise RhythmProblems(["rhythm: must be an object"])
        problems = [f"{name}: unknown field" for name in body if name not in ("school", "free", "school_days")]
        school = _read_shape("school", body.get("school"), problems)
        free = _read_shape("free", body.get("free"), problems)
        weekdays = body.get("school_days", [1, 2, 3, 4, 5])
        if not isinstance(weekdays, list) or any(type(day) is not int or not 1 <= day <= 7 for day in weekdays):
            problems.append("school_days: must be a list of weekdays 1 (Monday) to 7 (Sunday)")
        if problems:
            raise RhythmProblems(problems)
        return cls(school=school, free=free, school_days=frozenset(weekdays))

    def as_json(self) -> dict[str, Any]:
        return {
            "school": _shape_as_json(self.school),
            "free": _shape_as_json(self.free),
            "school_days": sorted(self.school_days),
        }


class RhythmProblems(ValueError):
    """A rhythm that cannot be read; `problems` are all of them, as "field: what is wrong"."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problems))


def own_day(day: DayWindow, shape: DayShape) -> tuple[int, int] | None:
    """Where the protocol's day and the participant's own day meet: wall minutes [start, end) from the date's midnight.

    The protocol's side is [start, end), or [earliest, latest) where its day is adjustable. A participant's day that
    begins on the other side of midnight is moved by 24 hours if it then meets more of the protocol's. None: no meeting.
    """
    own = span(day.start, day.end)
    outer = own
    if day.adjustable and day.earliest is not None and day.latest is not None:
        outer = span(day.earliest, day.latest)
    if shape.start is not None and shape.end is not None:
        own = span(shape.start, shape.end)
        return max((_meet(own, outer, shift) for shift in (0, DAY_MIN, -DAY_MIN)), key=_length)
    if shape.start is not None:
        first = minutes(shape.start)
        own = first if first >= outer[0] else first + DAY_MIN, own[1]
    elif shape.end is not None:
        last = minutes(shape.end)
        own = own[0], last if last > own[0] else last + DAY_MIN
    return _meet(own, outer, 0)


def _meet(own: tuple[int, int], outer: tuple[int, int], shift: int) -> tuple[int, int] | None:
    start, end = max(own[0] + shift, outer[0]), min(own[1] + shift, outer[1])
    return (start, end) if start < end else None


def _length(meeting: tuple[int, int] | None) -> int:
    return meeting[1] - meeting[0] if meeting else 0


def _read_shape(name: str, body: Any, problems: list[str]) -> DayShape:
    if body is None:
        return DayShape()
    if not isinstance(body, Mapping):
        problems.append(f"{name}: must be an object")
        return DayShape()
    problems += [f"{name}.{field}: unknown field" for field in body if field not in ("start", "end", "quiet")]
    windows: list[tuple[time, time]] = []
    quiet = body.get("quiet")
    if quiet is not None and not isinstance(quiet, list):
        problems.append(f"{name}.quiet: must be a list of windows")
        quiet = None
    for position, window in enumerate(quiet or [], start=1):
        if not isinstance(window, list | tuple) or len(window) != 2:
            problems.append(f"{name}.quiet[{position}]: must be two times, from and until")
            continue
        begin, end = (_read_time(f"{name}.quiet[{position}]", value, problems) for value in window)
        if begin is not None and begin == end:
            problems.append(f"{name}.quiet[{position}]: from and until are the same time")
        elif begin is not None and end is not None:
            windows.append((begin, end))
    start = None if body.get("start") is None else _read_time(f"{name}.start", body["start"], problems)
    end = None if body.get("end") is None else _read_time(f"{name}.end", body["end"], problems)
    return DayShape(start=start, end=end, quiet=tuple(windows))


def _read_time(place: str, value: Any, problems: list[str]) -> time | None:
    if not isinstance(value, str) or not CLOCK_TIME.fullmatch(value):
        problems.append(f'{place}: must be a time of day like "09:30"')
        return None
    return time.fromisoformat(value)


def _shape_as_json(shape: DayShape) -> dict[str, Any]:
    return {
        "start": shape.start.strftime("%H:%M") if shape.start else None,
        "end": shape.end.strftime("%H:%M") if shape.end else None,
        "quiet": [[begin.strftime("%H:%M"), end.strftime("%H:%M")] for begin, end in shape.quiet],
    }
