"""Days of people before they are rows: pure, and made for hundreds of thousands at a time.

A `Sheet` holds what everybody with the same protocol, date, zone and shape of day has in common, with instants as whole
seconds since 1970 (UTC); a `Draft` is one participant's day on it. What a day's beeps are is decided in
`prompts.day_table`; here they only change form.
"""

import struct
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from hashlib import shake_256
from typing import Any, NamedTuple

from prompts.chance import day_seed
from prompts.day_table import DayTable, Moment, day_table
from prompts.protocols import Protocol
from prompts.rhythm import DayShape, Rhythm
from server.planning.models import CHALLENGE_SLOT


class Facts(NamedTuple):
    """What a beep shares with the same slot of other people."""

    kind: str
    zone: str
    utc_offset_min: int
    instrument: str | None
    protocol: str
    rules: int


Line = tuple[int, int, int, Facts]
"""Slot, due and expiry (seconds since 1970), and the rest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """One local date for everybody who has the same day. ``begins_s`` is when that day begins; ``challenge`` is due at
    the earliest when its line says."""

    local_date: date
    zone: str
    protocol: str
    rules: int
    table: DayTable
    begins_s: int
    window_s: int
    challenge: Line | None
    fixed: tuple[Line, ...]
    random: tuple[tuple[int, Facts], ...]

    def lines(self, seed: bytes, *, with_challenge: bool) -> list[Line]:
        """The beeps of this seed, in the order of their slots."""
        if len(self.table.parts) > 1:  # the clock changes within the day: offsets differ from beep to beep
            lines = [_line(moment, self.zone, self.protocol, self.rules) for moment in self.table.draw(seed)]
            return lines if with_challenge else [line for line in lines if line[0] != CHALLENGE_SLOT]
        begins, window = self.begins_s, self.window_s
        lines = list(self.fixed)
        if with_challenge and self.challenge is not None:
            slot, _, expires, facts = self.challenge
            lines.insert(0, (slot, begins + self.table.draw_challenge_second(seed), expires, facts))
        if self.random:
            lines += [
                (slot, begins + after, begins + after + window, facts)
                for after, (slot, facts) in zip(self.table.draw_seconds(seed), self.random, strict=True)
            ]
        return lines


@dataclass(kw_only=True, slots=True)
class Draft:
    """One participant's local date. ``with_challenge`` turns true when a challenge is drawn for it."""

    participant_id: uuid.UUID
    sheet: Sheet
    seed: bytes
    with_challenge: bool = False

    def lines(self) -> list[Line]:
        return self.sheet.lines(self.seed, with_challenge=self.with_challenge)


def draft_days(
    participant_id: uuid.UUID,
    *,
    protocol: Protocol,
    study_seed: bytes,
    zone: str,
    rhythm: Rhythm,
    first: date,
    last: date,
) -> Iterator[Draft]:
    """A participant's days from ``first`` to ``last``, both included. The same arguments give the same days."""
    name, key = str(participant_id), protocol.key
    for day in range((last - first).days + 1):
        on = first + timedelta(days=day)
        sheet = lay_out(protocol, on, zone, rhythm.shape_of(on))
        yield Draft(participant_id=participant_id, sheet=sheet, seed=day_seed(study_seed, name, on, key))


@lru_cache(maxsize=1024)
def lay_out(protocol: Protocol, on: date, zone: str, shape: DayShape) -> Sheet:
    """The sheet of a date. Raises `zoneinfo.ZoneInfoNotFoundError` for an unknown zone."""
    table = day_table(protocol, on, zone, shape)
    earliest = None
    if table.challenge:
        due_s = int(table.start.timestamp()) + table.challenge[0] * 60
        facts = Facts("challenge", zone, table.parts[0].offset_min, None, protocol.key, protocol.rules)
        earliest = (CHALLENGE_SLOT, due_s, int(table.end.timestamp()), facts)
    drawn = table.slots if table.space is not None and table.space.beeps else ()
    return Sheet(
        local_date=on,
        zone=zone,
        protocol=protocol.key,
        rules=protocol.rules,
        table=table,
        begins_s=int(table.start.timestamp()),
        window_s=int(table.window.total_seconds()),
        challenge=earliest,
        fixed=tuple(_line(moment, zone, protocol.key, protocol.rules) for moment in table.fixed),
        random=tuple(
            (slot, Facts("questionnaire", zone, table.parts[0].offset_min, instrument, protocol.key, protocol.rules))
            for slot, instrument in drawn
        ),
    )


def read_rhythm(stored: Mapping[str, Any] | None) -> Rhythm:
    """A participant's rhythm as it is kept; None is the protocol's own day. Raises `prompts.rhythm.RhythmProblems`."""
    return Rhythm.from_json(stored) if stored else _PROTOCOLS_OWN_DAY


_PROTOCOLS_OWN_DAY = Rhythm()


def order_seeds(seed: bytes, slots: int) -> list[int]:
    """A number of 63 bits for each of the slots 0..slots-1, from the day's seed: in which order a beep's items are
    shown. More slots do not change the numbers of the first ones (SHAKE-256, FIPS 202, is read on)."""
    block = shake_256(b"order\n" + seed).digest(8 * slots)
    return [number >> 1 for number in struct.unpack(f">{slots}Q", block)]


def _line(moment: Moment, zone: str, protocol: str, rules: int) -> Line:
    facts = Facts(moment.kind, zone, moment.utc_offset_min, moment.instrument, protocol, rules)
    return moment.slot, int(moment.due_at.timestamp()), int(moment.expires_at.timestamp()), facts
