"""Protocols: when people are asked, how long they may answer, and which instrument each slot carries.

A protocol is a released file `prompts/protocols/<id>.<version>.yaml` that is never edited; a change is a new version.
`read_protocol` turns one file into a `Protocol` and names every mistake in it; what follows from a protocol for one
person's day is in `prompts.sampling`.

Words: the *day* is the stretch of wall clock in which beeps may come and in which every answer window ends; an `end` at
or before the `start` lies after midnight. A *slot* is a beep's number within the day, counted from 1; slot 0 is the
day's challenge.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import time
from typing import Any, Literal

from prompts.wallclock import DAY_MIN, minutes, span
from prompts.yaml_reader import CLOCK_TIME, Node, Text


@dataclass(frozen=True, kw_only=True, slots=True)
class DayWindow:
    """The protocol's day in local wall time, and how far a participant's own day may move it.

    Not `adjustable`: a participant's own day can only narrow [start, end). `adjustable`: a participant's own day takes
    its place, cut to [earliest, latest), and must be at least `min_length_min` minutes long.
    """

    start: time
    end: time
    adjustable: bool = False
    earliest: time | None = None
    latest: time | None = None
    min_length_min: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class StratifiedRandom:
    """`beeps` random moments: one in each of as many equal shares of the day, at least `min_gap_min` minutes apart."""

    beeps: int
    min_gap_min: int
    kind: Literal["stratified-random"] = "stratified-random"


@dataclass(frozen=True, kw_only=True, slots=True)
class FixedTimes:
    """Beeps at these wall times every day.

    `in_quiet` says what becomes of a time inside a participant's quiet windows or outside their own day: "keep" sends
    it all the same, "drop" leaves it out of that day.
    """

    times: tuple[time, ...]
    in_quiet: Literal["keep", "drop"]
    kind: Literal["fixed"] = "fixed"

    @property
    def beeps(self) -> int:
        return len(self.times)


Scheme = StratifiedRandom | FixedTimes


LONGEST_CHALLENGE_SPREAD_MIN = 240


@dataclass(frozen=True, kw_only=True, slots=True)
class DailyChallenge:
    """One challenge a day, open until the participant's day ends. It is delivered within so many minutes from this wall
    time on, at a moment that is drawn for each participant and date, so that not everybody is called at once; with 0 at
    the time itself. Where that is quiet, the nearest minutes of her day that are not."""

    at: time
    within_min: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Protocol:
    """A released protocol; its `key` is "<id>.<version>". Texts do not count when two are compared."""

    id: str
    version: int
    title: Text = field(compare=False)
    description: Text = field(compare=False)
    days: int
    day: DayWindow
    scheme: Scheme
    answer_window_min: int
    reminders_min: tuple[int, ...]
    instruments_by_slot: tuple[str, ...]
    challenge: DailyChallenge | None = None
    source: str = field(default="", compare=False)
    rules: int = 0  # which of a study's own numbered rules these numbers are; 0 = the protocol as it was released

    @property
    def key(self) -> str:
        return f"{self.id}.{self.version}"

    @property
    def edition(self) -> str:
        """The key, and after a slash the number of a study's own rules where they changed the protocol."""
        return f"{self.key}/{self.rules}" if self.rules else self.key

    def __hash__(self) -> int:
        # Plans are cached per protocol: the hash must be cheap, and a version names its content.
        return hash((self.id, self.version))

    def as_json(self) -> dict[str, Any]:
        """The protocol as plain JSON values, in the words of its file; times as "HH:MM", durations in minutes."""
        day: dict[str, Any] = {"start": _hhmm(self.day.start), "end": _hhmm(self.day.end)}
        day["adjustable"] = self.day.adjustable
        if self.day.adjustable:
            day["earliest"], day["latest"] = _hhmm(self.day.earliest), _hhmm(self.day.latest)
            day["min_length"] = self.day.min_length_min
        scheme: dict[str, Any] = {"kind": self.scheme.kind}
        if isinstance(self.scheme, StratifiedRandom):
            scheme |= {"beeps": self.scheme.beeps, "min_gap": self.scheme.min_gap_min}
        else:
            scheme |= {"times": [_hhmm(at) for at in self.scheme.times], "in_quiet": self.scheme.in_quiet}
        return {
            "key": self.key,
            "id": self.id,
            "version": self.version,
            "title": dict(self.title),
            "description": dict(self.description),
            "days": self.days,
            "day": day,
            "scheme": scheme,
            "answer_window": self.answer_window_min,
            "reminders": list(self.reminders_min),
            "instruments_by_slot": list(self.instruments_by_slot),
            "challenge": self.challenge and {"at": _hhmm(self.challenge.at), "within": self.challenge.within_min},
            "source": self.source,
        }


def read_protocol(root: Node, *, instruments: Collection[str] | None = None) -> Protocol | None:
    """The protocol of this file, or None; every mistake is added to `root.errors` as file:line: field: message.

    `instruments` are the known instrument keys; None leaves the references unchecked.
    """
    mistakes_before = len(root.errors)
    root.refuse_unknown(_FIELDS)
    slug = root.slug("id")
    version = root.whole("version", low=1, high=9999)
    title, description = root.text("title"), root.text("description")
    days = root.whole("days", low=1, high=3650)
    day = _read_day(root.child("day"))
    window = root.whole("answer_window", low=1, high=DAY_MIN, default=60)
    reminders = _read_reminders(root, window)
    scheme = _read_scheme(root, day, window)
    slots = _read_slots(root.child("instruments"), scheme.beeps if scheme else 1, instruments)
    challenge = _read_challenge(root, day)
    source = root.string("source", required=False)
    if len(root.errors) > mistakes_before or not (title and description and day and scheme):
        return None
    return Protocol(
        id=slug,
        version=version,
        title=title,
        description=description,
        days=days,
        day=day,
        scheme=scheme,
        answer_window_min=window,
        reminders_min=reminders,
        instruments_by_slot=slots,
        challenge=challenge,
        source=source,
    )


_FIELDS = frozenset(("id", "version", "title", "description", "days", "day", "scheme", "source")) | frozenset(
    ("answer_window", "reminders", "instruments", "challenge")
)


def _hhmm(at: time | None) -> str:
    return at.strftime("%H:%M") if at else ""


def _read_day(node: Node) -> DayWindow | None:
    node.refuse_unknown(("start", "end", "adjustable", "earliest", "latest", "min_length"))
    start, end = _read_time(node, "start"), _read_time(node, "end")
    if not node.truth("adjustable", default=False):
        for name in ("earliest", "latest", "min_length"):
            if node.has(name):
                node.fail(name, "says something only about an adjustable day; add adjustable: true or leave it out")
        return DayWindow(start=start, end=end)
    earliest, latest = _read_time(node, "earliest"), _read_time(node, "latest")
    shortest = node.whole("min_length", low=1, high=DAY_MIN, required=False)
    outer = span(earliest, latest)
    if not any(
        outer[0] <= a + shift and b + shift <= outer[1] for a, b in [span(start, end)] for shift in (0, DAY_MIN)
    ):
        node.fail("earliest", "earliest and latest must enclose start and end")
    if shortest > span(start, end)[1] - span(start, end)[0]:
        node.fail("min_length", "is longer than the protocol's own day")
    return DayWindow(start=start, end=end, adjustable=True, earliest=earliest, latest=latest, min_length_min=shortest)


def _read_scheme(root: Node, day: DayWindow | None, window: int) -> Scheme | None:
    node = root.child("scheme")
    kind = node.choice("kind", ("stratified-random", "fixed"))
    room = span(day.start, day.end) if day else (0, DAY_MIN)
    if kind == "stratified-random":
        node.refuse_unknown(("kind", "beeps", "min_gap"))
        beeps = node.whole("beeps", low=1, high=100, default=1)
        gap = node.whole("min_gap", low=1, high=DAY_MIN, default=1)
        fit = (room[1] - room[0] - window) // gap + 1 if room[1] - room[0] >= window else 0
        if beeps > fit:
            node.fail("beeps", f"only {fit} fit into the day, {gap} minutes apart and with {window} minutes to answer")
        return StratifiedRandom(beeps=beeps, min_gap_min=gap)
    if kind == "fixed":
        node.refuse_unknown(("kind", "times", "in_quiet"))
        in_quiet: Literal["keep", "drop"] = "keep" if node.choice("in_quiet", ("keep", "drop")) == "keep" else "drop"
        times = _read_times(node, room, window)
        return FixedTimes(times=times, in_quiet=in_quiet) if times else None
    return None


def _read_times(node: Node, room: tuple[int, int], window: int) -> tuple[time, ...]:
    found: list[tuple[int, time]] = []
    for text in node.strings("times"):
        if not CLOCK_TIME.fullmatch(text):
            node.fail("times", f'{text} is not a time of day like "09:30"')
            continue
        at = time.fromisoformat(text)
        minute = minutes(at) if minutes(at) >= room[0] else minutes(at) + DAY_MIN
        if minute + window > room[1]:
            node.fail("times", f"the answer window of {text} does not end inside the day")
        found.append((minute, at))
    if found != sorted(found):
        node.fail("times", "must be in the order of the day")
    return tuple(at for _, at in found)


def _read_reminders(root: Node, window: int) -> tuple[int, ...]:
    values = root.plain("reminders")
    if values is None:
        return ()
    whole = isinstance(values, list) and all(isinstance(value, int) and value is not True for value in values)
    if not whole or not all(0 < value < window for value in values):
        root.fail("reminders", "must be a list of whole minutes after the beep, inside the answer window")
        return ()
    if values != sorted(set(values)):
        root.fail("reminders", "must rise, each one once")
    return tuple(values)


def _read_slots(node: Node, beeps: int, known: Collection[str] | None) -> tuple[str, ...]:
    """The instrument of each slot: `other`, but `first` and `last` where they are given."""
    node.refuse_unknown(("first", "last", "other"))
    other = node.string("other")
    slots = [other] * beeps
    slots[0] = node.string("first", required=False, default=slots[0])
    if beeps > 1:
        slots[-1] = node.string("last", required=False, default=slots[-1])
    for name in ("first", "last", "other"):
        key = node.plain(name)
        if known is not None and isinstance(key, str) and key.strip() and key not in known:
            node.fail(name, f"there is no instrument {key}; known: {', '.join(sorted(known))}")
    return tuple(slots)


def _read_challenge(root: Node, day: DayWindow | None) -> DailyChallenge | None:
    if not root.has("challenge"):
        return None
    node = root.child("challenge")
    node.refuse_unknown(("at", "within"))
    at = _read_time(node, "at")
    within = node.whole("within", low=0, high=LONGEST_CHALLENGE_SPREAD_MIN) if node.has("within") else 0
    if day:
        first, last = span(day.start, day.end)
        if not any(first <= minutes(at) + shift < last for shift in (0, DAY_MIN)):
            node.fail("at", "lies outside the day")
    return DailyChallenge(at=at, within_min=within)


def _read_time(node: Node, name: str) -> time:
    return time.fromisoformat(node.clock_time(name))
