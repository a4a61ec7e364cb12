"""What became of the day's challenge: may change while the day lasts, and the latest word on the phone counts."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from prompts.wallclock import DAY_MIN, instant
from server.diary import refusals
from server.diary.models import ChallengeOutcome
from server.diary.service import find_beep, require_in_window, stop_pushes
from server.people.models import Participant
from server.planning.models import Assignment, Beep


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """``outcome`` is done, skipped or swapped; ``slug`` the challenge meant; ``fun`` and ``helped`` 0-100 when done;
    ``at`` the phone's clock, aware."""

    outcome: str
    slug: str
    fun: int | None = None
    helped: int | None = None
    at: datetime


def record_outcome(
    session: Session, participant: Participant, beep_key: uuid.UUID, verdict: Verdict, *, now: datetime
) -> ChallengeOutcome:
    """Keep the verdict unless a later one is here already; returns what is kept. Ends the challenge's pushes.

    Raises `BeepUnknown` (also for a questionnaire's beep), `LeftStudy`, `ClockAhead`, `BeepNotYet` and
    `BeepExpired` when ``at`` lies before or after the challenge's day, `ChallengeNotOffered`.
    """
    beep = find_beep(session, participant, beep_key, given_at=verdict.at)
    if beep.kind != "challenge":
        raise refusals.BeepUnknown
    # The card is there all day: whoever does it before its push has done it.
    require_in_window(beep, verdict.at, since=_start_of_day(beep), until=_end_of_day(beep), now=now)
    cards = session.get(Assignment, (participant.id, beep.local_date))
    if cards is None or verdict.slug not in {cards.slug, *(slug for slug, _version in cards.alternatives)}:
        raise refusals.ChallengeNotOffered
    key = {"participant_id": beep.participant_id, "local_date": beep.local_date, "slot": beep.slot}
    said = {
        "outcome": verdict.outcome,
        "slug": verdict.slug,
        "fun": verdict.fun,
        "helped": verdict.helped,
        "device_at": verdict.at,
        "received_at": now,
    }
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(ChallengeOutcome)
        .values(**key, **said)
        .on_conflict_do_update(index_elements=list(key), set_=said, where=ChallengeOutcome.device_at <= verdict.at)
    )
    stop_pushes(session, beep)
    kept = session.get_one(ChallengeOutcome, tuple(key.values()), populate_existing=True)
    cards.done_slug = kept.slug if kept.outcome == "done" else None
    return kept


def _start_of_day(beep: Beep) -> datetime:
    """Midnight where she was when the day was planned, or the beep's start if that is earlier."""
    return min(beep.due_at, instant(beep.local_date, 0, ZoneInfo(beep.zone)))


def _end_of_day(beep: Beep) -> datetime:
    """Midnight where she was when the day was planned, or the end of the beep's window if that is later."""
    return max(beep.expires_at, instant(beep.local_date, DAY_MIN, ZoneInfo(beep.zone)))
