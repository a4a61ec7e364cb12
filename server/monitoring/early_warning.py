"""Who is falling off, and why it may be: told on the second day, not at the end of the study. Pure.

Every reason follows from counts and push receipts; none from an answer. The reasons about a phone come first, because
somebody who is not reached has not stopped.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server.monitoring.shapes import Person

TRIED_ENOUGH = 3  # pushes before it says something that none was accepted
SHOWN_ENOUGH = 5  # accepted pushes before it says something that none was shown
PLANNED_ENOUGH = 3  # questionnaires before silence is silence
FELL_FROM = 0.4  # somebody who answered this share at first and half of it lately is falling
CONSENT_WAIT = timedelta(days=2)

REASONS = ("no-device", "gone", "refused", "not-shown", "consent", "nothing-yet", "silent", "falling")
"""In the order of the list: what can be mended on a phone first."""
UNREACHABLE = frozenset(("no-device", "gone", "refused", "not-shown"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """What is known of a participant's phones: subscriptions now and ever, and the pushes of the last days."""

    live: int = 0
    ever: int = 0
    gone_at: datetime | None = None
    tried: int = 0
    accepted: int = 0
    shown: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Warned:
    """One line of the list. ``since`` is the day after the last sign of life, or when a subscription went."""

    code: str
    reason: str
    study_day: int
    since: date | None = None
    first: float | None = None
    recent: float | None = None


def warn(people: Iterable[tuple[Person, Reach]], *, today: date, now: datetime) -> list[Warned]:
    """The list, worst reason first, one line a person: only who is still in the study, not paused and not finished."""
    lines = [line for person, reach in people if (line := _look(person, reach, today=today, now=now)) is not None]
    return sorted(lines, key=lambda line: (REASONS.index(line.reason), line.since or date.min, line.code))


def _look(person: Person, reach: Reach, *, today: date, now: datetime) -> Warned | None:
    if person.left or person.paused or today > person.ends_on:
        return None
    day = person.study_day(today)
    if person.waiting is not None:
        late = now - person.joined_at >= CONSENT_WAIT
        return (
            Warned(code=person.code, reason="consent", study_day=day, since=person.joined_at.date()) if late else None
        )
    if day < 1:
        return None
    reason, since = _phone(person, reach, day)
    if reason is None:
        reason, since = _silence(person, day)
    if reason is None:
        return None
    return Warned(
        code=person.code,
        reason=reason,
        study_day=day,
        since=since,
        first=person.first.share,
        recent=person.recent.share,
    )


def _phone(person: Person, reach: Reach, day: int) -> tuple[str | None, date | None]:
    """A phone that cannot be reached is no trouble while its owner answers all the same."""
    if person.recent.share is not None and person.recent.share >= FELL_FROM:
        return None, None
    if reach.live == 0:
        if reach.ever == 0:
            return ("no-device", person.starts_on) if day >= 1 else (None, None)
        return "gone", reach.gone_at.date() if reach.gone_at else None
    if reach.tried >= TRIED_ENOUGH and reach.accepted == 0:
        return "refused", None
    if reach.accepted >= SHOWN_ENOUGH and reach.shown == 0:
        return "not-shown", None
    return None, None


def _silence(person: Person, day: int) -> tuple[str | None, date | None]:
    if person.count.answered == 0:
        enough = person.count.planned >= PLANNED_ENOUGH
        return ("nothing-yet", person.starts_on) if enough else (None, None)
    if person.recent.planned >= PLANNED_ENOUGH and person.recent.answered == 0 and person.last_on is not None:
        return "silent", person.last_on + timedelta(days=1)
    first, recent = person.first.share, person.recent.share
    apart = day > 6  # else the first and the last three days overlap
    if apart and first is not None and recent is not None and first >= FELL_FROM and recent <= first / 2:
        return "falling", None
    return None, None
