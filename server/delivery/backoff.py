"""What follows a round of pushes for one beep: the next moment to try, or nothing more. Pure; times are aware UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.delivery.gateway import Kind, Outcome

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=5)
REFUSED_TRIES = 3  # a refusal is mostly our own mistake (a key, a header): asking again and again mends nothing


@dataclass(frozen=True, kw_only=True, slots=True)
class Next:
    """Where a beep's delivery goes: the stage it is in, tries within it, and when to push again (None = never)."""

    at: datetime | None
    stage: int
    tries: int


def next_push(
    outcomes: Sequence[Outcome],
    *,
    due_at: datetime,
    expires_at: datetime,
    reminders_min: Sequence[int],
    stage: int,
    tries: int,
    now: datetime,
    jitter: float,
) -> Next:
    """Decide after one round over all phones of a participant.

    1. Any phone accepted it, or there is no phone to try again: on to the next reminder, where one is left. A reminder
       follows a push that was really sent by at least half the time that was planned between them, else it is left out:
       one that comes on the heels of a late push is only a second noise. Moving it instead could put it into a quiet
       window.
    2. Otherwise try this stage again: 10 s, 20 s, 40 s ... up to 5 minutes, longer where the push service asks for it,
       stretched by ``jitter`` (0..1, up to half as long again) so that a recovering push service is not met by all at
       once.
    3. Nothing is ever sent at or after ``expires_at``, and no retry at or after the next reminder: that one carries the
       same notification.
    """
    accepted = any(outcome.kind is Kind.ACCEPTED for outcome in outcomes)
    later = _reminder(due_at, expires_at, reminders_min, stage, now, just_sent=accepted)
    retry = [outcome for outcome in outcomes if _worth_retrying(outcome, tries)]
    if accepted or not retry:
        return later
    wait = min(FIRST_WAIT * 2 ** min(max(tries - 1, 0), 10), LONGEST_WAIT) * (1 + jitter / 2)
    asked = [timedelta(seconds=outcome.retry_after_s) for outcome in retry if outcome.retry_after_s is not None]
    at = now + max([wait, *([min(asked)] if len(asked) == len(retry) else [])])
    if later.at is not None and at >= later.at:
        return later
    if at >= expires_at:
        return Next(at=None, stage=stage, tries=tries)
    return Next(at=at, stage=stage, tries=tries)


def _worth_retrying(outcome: Outcome, tries: int) -> bool:
    if outcome.kind in (Kind.BUSY, Kind.UNREACHABLE):
        return True
    return outcome.kind is Kind.REFUSED and tries < REFUSED_TRIES


def _reminder(
    due_at: datetime, expires_at: datetime, reminders_min: Sequence[int], stage: int, now: datetime, *, just_sent: bool
) -> Next:
    """The first reminder after this stage that still lies ahead, inside the window, and far enough from a push that was
    ``just_sent``."""
    moments = (0, *reminders_min)
    for number in range(stage, len(reminders_min)):
        at = due_at + timedelta(minutes=moments[number + 1])
        apart = timedelta(minutes=moments[number + 1] - moments[number]) / 2 if just_sent else timedelta()
        if now < at < expires_at and at - now >= apart:
            return Next(at=at, stage=number + 1, tries=0)
    return Next(at=None, stage=stage, tries=0)
