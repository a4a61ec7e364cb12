"""A reviewed text pushed to somebody of whom no address is known: sent by the next rounds of the worker.

The text stands on her today screen as well (`server.people.notices`), so that it is found by who missed the push.
"""

import math
import uuid
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from prompts.wallclock import DAY_MIN, minutes, span
from server.delivery.models import Device, Message
from server.errors import DomainError
from server.people.models import Participant
from server.people.notices import NOTICES, NoticeUnknown, leave_notice
from server.planning.drafts import read_rhythm
from server.planning.pauses import find_pause

AT_LEAST_APART = timedelta(hours=24)
MOST_A_WEEK = 3
WORTH_SENDING = timedelta(hours=6)
EARLIEST, LATEST = time(8, 30), time(20, 30)  # of her own clock
_STEP = timedelta(minutes=5)


class MessageTooSoon(DomainError):
    """She had a message within the last day, or three within a week; wait, or leave a text on her today screen."""

    status = 429
    code = "message-too-soon"


class NoPhone(DomainError):
    """There is no phone of hers that takes notifications; leave a text on her today screen."""

    status = 409
    code = "no-phone"


class MessagePaused(DomainError):
    """She wants no notifications in these days; leave a text on her today screen."""

    status = 409
    code = "message-paused"


def send_message(session: Session, participant: Participant, notice: str, *, by: str, now: datetime) -> Message:
    """Push a reviewed text to her phones at the next moment that is neither night nor quiet for her.

    At most one in 24 hours and three in a week. ``participant`` is a row of this session. Raises `NoticeUnknown`,
    `NoPhone`, `MessagePaused`, `MessageTooSoon` (with the seconds to wait).
    """
    if notice not in NOTICES:
        raise NoticeUnknown
    session.execute(select(Participant.id).where(Participant.id == participant.id).with_for_update(key_share=True))
    require_room(session, participant, now)
    if participant.left_at is not None or participant.cleared_at is None or not _has_phone(session, participant):
        raise NoPhone
    if find_pause(session, participant, now=now) is not None:
        raise MessagePaused
    leave_notice(session, participant, notice, now=now)
    return queue_message(session, participant, notice, by=by, at=next_moment(participant, now), now=now)


def queue_message(
    session: Session, participant: Participant, notice: str, *, by: str, at: datetime, now: datetime
) -> Message:
    """A message of hers that the worker pushes from ``at`` on. Her row is locked by the caller."""
    newest = session.scalar(select(func.max(Message.number)).where(Message.participant_id == participant.id))
    made = Message(
        participant_id=participant.id,
        number=(newest or 0) + 1,
        id=uuid.uuid4(),
        notice=notice,
        by=by,
        made_at=now,
        expires_at=at + WORTH_SENDING,
        next_push_at=at,
    )
    session.add(made)
    session.flush()
    return made


def next_moment(participant: Participant, now: datetime) -> datetime:
    """``now``, or the first moment after it, in steps of five minutes, that is by day and not quiet on her clock."""
    rhythm, zone = read_rhythm(participant.rhythm), ZoneInfo(participant.zone)
    for steps in range(2 * DAY_MIN // 5):
        at = now + steps * _STEP
        wall = at.astimezone(zone)
        minute = minutes(wall.time())
        quiet = any(
            first <= minute + shift < last
            for first, last in (span(*window) for window in rhythm.shape_of(wall.date()).quiet)
            for shift in (0, DAY_MIN)
        )
        if minutes(EARLIEST) <= minute < minutes(LATEST) and not quiet:
            return at
    return now


def list_messages(session: Session, participant: Participant) -> list[Message]:
    """What was sent to her, the newest first."""
    hers = select(Message).where(Message.participant_id == participant.id).order_by(Message.number.desc())
    return list(session.scalars(hers))


def _has_phone(session: Session, participant: Participant) -> bool:
    live = select(func.count()).where(Device.participant_id == participant.id, Device.retired_at.is_(None))
    return bool(session.scalar(live))


def require_room(session: Session, participant: Participant, now: datetime) -> None:
    """Raise `MessageTooSoon` when she had one within `AT_LEAST_APART`, or `MOST_A_WEEK` within a week."""
    week = select(Message.made_at).where(
        Message.participant_id == participant.id, Message.made_at > now - timedelta(days=7)
    )
    sent = sorted(session.scalars(week))
    free_at = max(
        sent[-1] + AT_LEAST_APART if sent else now,
        sent[-MOST_A_WEEK] + timedelta(days=7) if len(sent) >= MOST_A_WEEK else now,
    )
    if free_at > now:
        raise MessageTooSoon(headers={"Retry-After": str(math.ceil((free_at - now).total_seconds()))})
