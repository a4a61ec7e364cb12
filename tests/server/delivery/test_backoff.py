from datetime import UTC, datetime, timedelta

import pytest

from server.delivery.backoff import Next, next_push
from server.delivery.gateway import Kind, Outcome

DUE = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
EXPIRES = DUE + timedelta(minutes=60)


def after(
    *kinds: Kind,
    at_min: float = 0,
    stage: int = 0,
    tries: int = 1,
    retry_after_s: float | None = None,
    jitter: float = 0,
    reminders: tuple[int, ...] = (15,),
) -> Next:
    outcomes = [Outcome(ref="x", kind=kind, retry_after_s=retry_after_s) for kind in kinds]
    return next_push(
        outcomes,
        due_at=DUE,
        expires_at=EXPIRES,
        reminders_min=reminders,
        stage=stage,
        tries=tries,
        now=DUE + timedelta(minutes=at_min),
        jitter=jitter,
    )


def at(minutes: float) -> datetime:
    return DUE + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("claim", "step"),
    [
        # Accepted: the reminder is next, and after the reminder nothing.
        (after(Kind.ACCEPTED), Next(at=at(15), stage=1, tries=0)),
        (after(Kind.ACCEPTED, at_min=15, stage=1), Next(at=None, stage=1, tries=0)),
        # One of two phones took it: she has it, the busy one is not tried again.
        (after(Kind.BUSY, Kind.ACCEPTED), Next(at=at(15), stage=1, tries=0)),
        # No phone, or only dead ones: the reminder may find a phone that has subscribed meanwhile.
        (after(), Next(at=at(15), stage=1, tries=0)),
        (after(Kind.GONE), Next(at=at(15), stage=1, tries=0)),
        # Busy: 10 s, then twice as long each time.
        (after(Kind.BUSY), Next(at=at(10 / 60), stage=0, tries=1)),
        (after(Kind.BUSY, tries=3), Next(at=at(40 / 60), stage=0, tries=3)),
        (after(Kind.BUSY, tries=3, jitter=1), Next(at=at(1), stage=0, tries=3)),
        # The push service's own wish is obeyed when it is longer.
        (after(Kind.BUSY, retry_after_s=120), Next(at=at(2), stage=0, tries=1)),
        # A wish beyond the reminder: the reminder carries the same notification.
        (after(Kind.BUSY, retry_after_s=20 * 60), Next(at=at(15), stage=1, tries=0)),
        # A retry that would come after the window is not made.
        (after(Kind.BUSY, at_min=59.9, stage=1), Next(at=None, stage=1, tries=1)),
        # Refusals are tried three times.
        (after(Kind.REFUSED, tries=2), Next(at=at(20 / 60), stage=0, tries=2)),
        (after(Kind.REFUSED, tries=3), Next(at=at(15), stage=1, tries=0)),
        # A late first push, or one that got through at last: half of the planned distance is kept, or nothing follows.
        (after(Kind.ACCEPTED, at_min=7.5), Next(at=at(15), stage=1, tries=0)),
        (after(Kind.ACCEPTED, at_min=7.6), Next(at=None, stage=0, tries=0)),
        (after(Kind.ACCEPTED, at_min=14.9, tries=6), Next(at=None, stage=0, tries=0)),
        (after(Kind.ACCEPTED, at_min=14, reminders=(15, 40)), Next(at=at(40), stage=2, tries=0)),
        # Nobody got anything yet: the reminder keeps its moment.
        (after(at_min=14.9), Next(at=at(15), stage=1, tries=0)),
        # The worker was away for half an hour: the reminder's moment has passed, nothing follows the late first push.
        (after(Kind.ACCEPTED, at_min=30), Next(at=None, stage=0, tries=0)),
    ],
)
def test_what_follows_a_round(claim: Next, step: Next) -> None:
    assert claim == step


def test_no_wait_is_longer_than_five_minutes_of_our_own() -> None:
    assert after(Kind.UNREACHABLE, at_min=20, stage=1, tries=40).at == at(25)
