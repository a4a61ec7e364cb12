"""A study's own rules within what its protocol allows: the same protocol with other numbers. Pure.

A study may move the day, the times or the gap between beeps, the answer window, the reminders, the length, the
challenge's time, and choose its languages, which of the protocol's questionnaires a slot carries and which challenges
are drawn. How often is asked stays the protocol's. `server.studies.rule_checks` says what is not allowed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

from challenges.challenge import Challenge
from challenges.strategies import LANGUAGES
from prompts.protocols import FixedTimes, Protocol, StratifiedRandom

USUAL_ALTERNATIVES = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyRules:
    """What a study may choose itself; times are local wall time, durations minutes.

    ``min_gap`` belongs to random moments, ``times`` to fixed ones, ``challenge_at`` to protocols with a challenge,
    which comes within ``challenge_within`` minutes from then on; each is None elsewhere. ``first``, ``other`` and
    ``last`` are keys of instruments. ``strategies`` and ``challenges`` (slugs) say what the daily draw chooses from;
    None is everything.
    """

    days: int
    start: time
    end: time
    min_gap: int | None
    times: tuple[time, ...] | None
    answer_window: int
    reminders: tuple[int, ...]
    first: str
    other: str
    last: str
    challenge_at: time | None
    languages: tuple[str, ...] = LANGUAGES
    strategies: tuple[str, ...] | None = None
    challenges: tuple[str, ...] | None = None
    alternatives: int = USUAL_ALTERNATIVES
    challenge_within: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values; times as "HH:MM"."""
        return {name: _plain(getattr(self, name)) for name in FIELDS}

    @classmethod
    def from_json(cls, body: Mapping[str, Any], protocol: Protocol) -> "StudyRules":
        """A study's rules of this protocol as they were sent or stored, which may have been before there was a
        ``challenge_within``: it is the protocol's then. Raises KeyError or ValueError for anything else.
        """
        within = body.get("challenge_within")
        clock, listed = time.fromisoformat, tuple
        return cls(
            days=body["days"],
            start=clock(body["start"]),
            end=clock(body["end"]),
            min_gap=body["min_gap"],
            times=None if body["times"] is None else tuple(clock(at) for at in body["times"]),
            answer_window=body["answer_window"],
            reminders=listed(body["reminders"]),
            first=body["first"],
            other=body["other"],
            last=body["last"],
            challenge_at=None if body["challenge_at"] is None else clock(body["challenge_at"]),
            languages=listed(body["languages"]),
            strategies=None if body["strategies"] is None else listed(body["strategies"]),
            challenges=None if body["challenges"] is None else listed(body["challenges"]),
            alternatives=body["alternatives"],
            challenge_within=_spread(protocol) if within is None else within,
        )

    def draws_from(self, challenge: Challenge) -> bool:
        """May the daily draw choose this challenge?"""
        return (self.strategies is None or challenge.strategy in self.strategies) and (
            self.challenges is None or challenge.slug in self.challenges
        )

    def pool(self, catalogue: Iterable[Challenge]) -> tuple[Challenge, ...]:
        """The catalogue as the draw wants it: what is not drawn from stays known, as if it were retired."""
        if self.strategies is None and self.challenges is None:
            return tuple(catalogue)
        return tuple(one if self.draws_from(one) else replace(one, status="retired") for one in catalogue)


FIELDS = tuple(StudyRules.__dataclass_fields__)


def rules_of(protocol: Protocol) -> StudyRules:
    """What a protocol says itself, of the things that a study may choose."""
    scheme, slots = protocol.scheme, protocol.instruments_by_slot
    return StudyRules(
        days=protocol.days,
        start=protocol.day.start,
        end=protocol.day.end,
        min_gap=scheme.min_gap_min if isinstance(scheme, StratifiedRandom) else None,
        times=scheme.times if isinstance(scheme, FixedTimes) else None,
        answer_window=protocol.answer_window_min,
        reminders=protocol.reminders_min,
        first=slots[0],
        other=slots[1] if len(slots) > 2 else slots[0],
        last=slots[-1],
        challenge_at=protocol.challenge.at if protocol.challenge else None,
        challenge_within=_spread(protocol),
    )


def with_rules(protocol: Protocol, rules: StudyRules, version: int) -> Protocol:
    """The released protocol with a study's own numbers; ``version`` becomes its `Protocol.rules`."""
    scheme, day = protocol.scheme, protocol.day
    if isinstance(scheme, StratifiedRandom) and rules.min_gap is not None:
        scheme = replace(scheme, min_gap_min=rules.min_gap)
    elif isinstance(scheme, FixedTimes) and rules.times is not None:
        scheme = replace(scheme, times=rules.times)
    slots = [rules.other] * scheme.beeps
    slots[-1] = rules.last
    slots[0] = rules.first
    return replace(
        protocol,
        days=rules.days,
        day=replace(day, start=rules.start, end=rules.end),
        scheme=scheme,
        answer_window_min=rules.answer_window,
        reminders_min=rules.reminders,
        instruments_by_slot=tuple(slots),
        challenge=replace(protocol.challenge, at=rules.challenge_at, within_min=rules.challenge_within or 0)
        if protocol.challenge and rules.challenge_at
        else None,
        rules=version,
    )


def _spread(protocol: Protocol) -> int | None:
    return protocol.challenge.within_min if protocol.challenge else None


def _plain(value: Any) -> Any:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return [_plain(entry) for entry in value] if isinstance(value, tuple) else value
