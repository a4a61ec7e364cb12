"""Lays recorded rows on a protocol with fixed times: which row is which planned beep. Pure.

A row's time is read on the phone's own clock, and where that is no time of the protocol, on the study's: a student in
Moscow was asked by the Amsterdam clock until her phone changed it. Then, row by row:

1. A row within the answer window after a protocol time is that time's beep. Of several rows for one beep the first
   answered one has it (else the first); another answered one becomes a self-started entry, another unanswered one says
   nothing new and is refused as ``repeated``.
2. An answer finished after its window is kept as a self-started entry; its beep stays, as missed. Where a file does
   not say when an answer was finished, it is taken to be in time.
3. A row at no protocol time is a self-started entry when it was answered, else refused as ``off-plan``.

Nothing answered is ever refused here.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from prompts.protocols import FixedTimes, Protocol
from server.exchange.recorded import Refusal, Row


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """A recorded row that is a beep of the protocol; times aware UTC. ``answered`` rows have their answers in time."""

    row: Row
    local_date: date
    slot: int
    due_at: datetime
    expires_at: datetime
    zone: str  # whose wall clock it was planned by
    answered: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Unplanned:
    """An answered row that no beep asked for in time: a self-started entry at ``started_at`` (aware UTC)."""

    row: Row
    why: str  # late | repeated | off-plan
    started_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Fitted:
    """One person's rows, each in exactly one of the lists; a late answer stands in ``planned`` and in ``unplanned``."""

    participant: str
    zone: str
    planned: tuple[Planned, ...]
    unplanned: tuple[Unplanned, ...]
    refused: tuple[Refusal, ...]


def fit_rows(participant: str, rows: Sequence[Row], protocol: Protocol, zone: str) -> Fitted:
    """Lay one person's rows on ``protocol``; ``zone`` counts where the rows do not say otherwise."""
    scheme = protocol.scheme
    if not isinstance(scheme, FixedTimes):
        raise ValueError("Rows can only be laid on fixed times.")
    home = _home_zone(rows, scheme, zone)
    window = timedelta(minutes=protocol.answer_window_min)
    planned: dict[tuple[date, int], Planned] = {}
    unplanned: list[Unplanned] = []
    refused: list[Refusal] = []
    # Answered rows first, so that an unanswered twin never takes their place; then the file's order.
    for row in sorted(rows, key=lambda row: (not row.answers, row.line)):
        beep = _beep_of(row, scheme, home, zone, window)
        if beep is not None and (beep.local_date, beep.slot) not in planned:
            planned[beep.local_date, beep.slot] = beep
            if row.answers and not beep.answered:
                unplanned.append(_entry(row, "late", beep.due_at))
        elif row.answers:
            unplanned.append(_entry(row, "repeated" if beep else "off-plan", _scheduled_at(row, zone)))
        else:
            code, message = (
                ("repeated", "another row has this moment; this one has no answers")
                if beep
                else ("off-plan", f"{row.scheduled:%H:%M} is no time of {protocol.key}, and nothing was answered")
            )
            refused.append(Refusal(line=row.line, participant=participant, code=code, message=message))
    return Fitted(
        participant=participant,
        zone=home,
        planned=tuple(sorted(planned.values(), key=lambda beep: beep.due_at)),
        unplanned=tuple(sorted(unplanned, key=lambda entry: (entry.started_at, entry.row.line))),
        refused=tuple(refused),
    )


def _scheduled_at(row: Row, zone: str) -> datetime:
    return row.scheduled.replace(tzinfo=ZoneInfo(row.zone or zone)).astimezone(UTC)


def _home_zone(rows: Iterable[Row], scheme: FixedTimes, zone: str) -> str:
    """The zone in which most scheduled moments fall on the protocol's times; the study's own wins a draw."""
    table = list(rows)
    words = Counter(row.zone for row in table if row.zone)
    usual = words.most_common(1)[0][0] if words else zone
    candidates = [zone, *sorted(set(words) - {zone})]

    def hits(candidate: str) -> int:
        there = ZoneInfo(candidate)
        return sum(_scheduled_at(row, usual).astimezone(there).time() in scheme.times for row in table)

    return max(candidates, key=hits)


def _beep_of(row: Row, scheme: FixedTimes, home: str, zone: str, window: timedelta) -> Planned | None:
    """The beep that this row is: exactly on time by the phone's clock or by the study's, else late by either."""
    at = _scheduled_at(row, home)  # a row that names no zone was never shown; its time is the plan's own
    readings = list(dict.fromkeys((row.zone or home, zone)))
    for most in (timedelta(seconds=1), window):
        for reading in readings:
            local = at.astimezone(ZoneInfo(reading))
            for slot, planned_time in enumerate(scheme.times, start=1):
                due = datetime.combine(local.date(), planned_time, local.tzinfo)
                if timedelta(0) <= local - due < most:
                    return _planned(row, slot, at, due.astimezone(UTC) + window, reading, local.date())
    return None


def _planned(row: Row, slot: int, due_at: datetime, expires_at: datetime, zone: str, on: date) -> Planned:
    in_time = row.finished is None or due_at <= row.finished <= expires_at  # without a time there is no doubt to cast
    return Planned(
        row=row,
        local_date=on,
        slot=slot,
        due_at=due_at,
        expires_at=expires_at,
        zone=zone,
        answered=bool(row.answers) and in_time,
    )


def _entry(row: Row, why: str, otherwise: datetime) -> Unplanned:
    return Unplanned(row=row, why=why, started_at=row.finished or otherwise)
