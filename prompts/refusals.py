"""Saying no when a rhythm is configured, not on the day: which kinds of day cannot hold what the protocol asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from prompts.day_table import allowed_minutes, nearest_free
from prompts.feasible import most_beeps
from prompts.protocols import FixedTimes, Protocol
from prompts.rhythm import DayKind, DayShape, Rhythm, own_day
from prompts.wallclock import DAY_MIN, Stretch, minutes, quiet_minutes, span
from prompts.yaml_reader import Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Infeasible:
    """Why a kind of day cannot be planned as the protocol asks.

    `reason_code` is stable: zone-unknown, day-outside-protocol, day-too-short, beeps-do-not-fit, no-fixed-time-left,
    challenge-in-quiet. `reason` is a sentence with the figures, in every language.
    """

    day_kind: DayKind
    reason_code: str
    reason: Text


def infeasible(protocol: Protocol, rhythm: Rhythm, zone: str) -> tuple[Infeasible, ...]:
    """Every reason against this rhythm, for the kinds of day that come up in a week; empty when all is well.

    Speaks of days of 24 hours: on the date of a clock change a day at night may hold a beep fewer (or more).
    """
    try:
        ZoneInfo(zone)
        known = True
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = False
    found: list[Infeasible] = []
    kinds: tuple[tuple[DayKind, DayShape, int], ...] = (
        ("school", rhythm.school, len(rhythm.school_days)),
        ("free", rhythm.free, 7 - len(rhythm.school_days)),
    )
    for kind, shape, days in kinds:
        if not days:
            continue
        reasons = _reasons(protocol, shape) if known else iter([_zone_unknown(zone)])
        found += [Infeasible(day_kind=kind, reason_code=code, reason=text) for code, text in reasons]
    return tuple(found)


Reason = tuple[str, Text]


def _reasons(protocol: Protocol, shape: DayShape) -> Iterator[Reason]:
    day = own_day(protocol.day, shape)
    if day is None:
        yield _day_outside_protocol(protocol, shape)
        return
    length = day[1] - day[0]
    if length < protocol.day.min_length_min:
        yield _day_too_short(day, protocol.day.min_length_min)
    quiet = quiet_minutes((Stretch(first=0, wall_min=day[0] % DAY_MIN, offset_min=0),), length, shape.quiet)
    window = protocol.answer_window_min
    if isinstance(protocol.scheme, FixedTimes):
        if protocol.scheme.in_quiet == "drop" and not any(
            _fits(minutes(at), day, quiet, window, protocol.reminders_min) for at in protocol.scheme.times
        ):
            yield _no_fixed_time_left(protocol.scheme)
    else:
        allowed, closing = allowed_minutes(quiet, length, window, protocol.reminders_min)
        free = [minute for minute, is_free in enumerate(allowed) if is_free] + [len(allowed)] * closing
        fit = most_beeps(free, protocol.scheme.min_gap_min)
        if fit < protocol.scheme.beeps:
            yield _beeps_do_not_fit(_open_parts(day, quiet), fit, protocol.scheme.min_gap_min, protocol)
    if protocol.challenge is not None and nearest_free(quiet, length, 0) is None:
        yield _challenge_in_quiet(day)


def _fits(at: int, day: tuple[int, int], quiet: bytes, window: int, reminders: tuple[int, ...]) -> bool:
    """Whether a fixed wall time and its pushes come inside the day outside quiet windows."""
    for minute in (at - day[0], at - day[0] + DAY_MIN):
        if minute >= 0 and minute + window <= day[1] - day[0]:
            return not any(quiet[minute + push] for push in (0, *reminders))
    return False


def _open_parts(day: tuple[int, int], quiet: bytes) -> list[tuple[int, int]]:
    """The parts of the day that are not quiet, as wall minutes."""
    parts: list[tuple[int, int]] = []
    for minute in range(day[1] - day[0]):
        if quiet[minute]:
            continue
        if parts and parts[-1][1] == day[0] + minute:
            parts[-1] = (parts[-1][0], day[0] + minute + 1)
        else:
            parts.append((day[0] + minute, day[0] + minute + 1))
    return parts


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _zone_unknown(zone: str) -> Reason:
    return "zone-unknown", {"nl": f"de tijdzone {zone} bestaat niet", "en": f"there is no time zone {zone}"}


def _day_outside_protocol(protocol: Protocol, shape: DayShape) -> Reason:
    day = protocol.day
    first, last = span(day.start, day.end)
    if day.adjustable and day.earliest is not None and day.latest is not None:
        first, last = span(day.earliest, day.latest)
    own = f"{(shape.start or day.start):%H:%M}", f"{(shape.end or day.end):%H:%M}"
    return "day-outside-protocol", {
        "nl": f"de dag van {own[0]} tot {own[1]} valt buiten de uren van het onderzoek, "
        f"{_clock(first)} tot {_clock(last)}",
        "en": f"the day from {own[0]} to {own[1]} lies outside the hours of the study, "
        f"{_clock(first)} to {_clock(last)}",
    }


def _day_too_short(day: tuple[int, int], shortest: int) -> Reason:
    length = day[1] - day[0]
    return "day-too-short", {
        "nl": f"de dag van {_clock(day[0])} tot {_clock(day[1])} duurt {length} minuten, geen {shortest}",
        "en": f"the day from {_clock(day[0])} to {_clock(day[1])} lasts {length} minutes, not {shortest}",
    }


def _beeps_do_not_fit(parts: list[tuple[int, int]], fit: int, gap: int, protocol: Protocol) -> Reason:
    asked, window = protocol.scheme.beeps, protocol.answer_window_min
    if not parts:
        return "beeps-do-not-fit", {
            "nl": f"de hele dag is stil; er worden {asked} vragenlijsten gevraagd",
            "en": f"the whole day is quiet; {asked} beeps are asked",
        }
    nl = " en ".join(f"tussen {_clock(start)} en {_clock(end)}" for start, end in parts)
    en = " and ".join(f"between {_clock(start)} and {_clock(end)}" for start, end in parts)
    if fit == 0:
        nl += f" past geen vragenlijst met {window} minuten om te antwoorden"
        en += f" no beep with {window} minutes to answer fits"
    else:
        fits_nl = "past maar 1 vragenlijst" if fit == 1 else f"passen maar {fit} vragenlijsten"
        fits_en = "only 1 beep" if fit == 1 else f"only {fit} beeps"
        nl += f" {fits_nl} met minstens {gap} minuten ertussen, elk met {window} minuten om te antwoorden"
        en += f" {fits_en} at least {gap} minutes apart {'fits' if fit == 1 else 'fit'}"
        en += f", each with {window} minutes to answer"
    return "beeps-do-not-fit", {"nl": f"{nl}; er worden er {asked} gevraagd", "en": f"{en}; {asked} are asked"}


def _no_fixed_time_left(scheme: FixedTimes) -> Reason:
    times = ", ".join(f"{at:%H:%M}" for at in scheme.times)
    return "no-fixed-time-left", {
        "nl": f"alle vaste tijden ({times}) vallen in stille uren of buiten de dag",
        "en": f"all fixed times ({times}) fall into quiet hours or outside the day",
    }


def _challenge_in_quiet(day: tuple[int, int]) -> Reason:
    return "challenge-in-quiet", {
        "nl": f"tussen {_clock(day[0])} en {_clock(day[1])} is elke minuut stil; de challenge kan niet komen",
        "en": f"every minute between {_clock(day[0])} and {_clock(day[1])} is quiet; the challenge cannot come",
    }
