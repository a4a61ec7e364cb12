"""Taking in answers: once, checked, scored, and never lost because a phone had no signal.

The phone keeps an entry until we say it is here, so the same entry may come many times and hours late. The primary key
of the beep makes it one row; the digest tells a repeat (a success) from another answer (a conflict). Whether an answer
was in time is judged by when it was given on the phone; both clocks are kept.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from prompts.answers import AnswerProblems, check
from prompts.presentation import present
from prompts.scoring import measures
from server.content import instruments
from server.crypto import same
from server.diary import refusals
from server.diary.entry import Entry
from server.diary.models import Response
from server.diary.place import keep_zone
from server.diary.writing import write_response
from server.people.models import Participant
from server.planning.models import Beep, read_beep_id

LEEWAY = timedelta(seconds=5)  # between the last tap and the stamp
CLOCK_LEEWAY = timedelta(minutes=5)  # phones whose clock runs ahead a little


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """What is kept. ``fresh`` is False when it was here already; ``received_at`` is when it first came; ``zone`` as in
    `server.diary.place`."""

    fresh: bool
    received_at: datetime
    late_upload: bool
    zone: str | None


class Standing(Protocol):
    """What it hangs on whether somebody's answers may be kept."""

    @property
    def left_at(self) -> datetime | None: ...
    @property
    def cleared_at(self) -> datetime | None: ...
    @property
    def asked_again_at(self) -> datetime | None: ...


class Asked(Protocol):
    """What taking in an answer looks at in a beep."""

    @property
    def participant_id(self) -> uuid.UUID: ...
    @property
    def local_date(self) -> date: ...
    @property
    def slot(self) -> int: ...
    @property
    def instrument(self) -> str | None: ...
    @property
    def order_seed(self) -> int: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def expires_at(self) -> datetime: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class First:
    """What is told of the row that was there first."""

    digest: bytes
    received_at: datetime
    late_upload: bool
    zone: str | None


def record_response(
    session: Session, participant: Participant, beep_key: uuid.UUID, entry: Entry, *, now: datetime
) -> Recorded:
    """Keep the answer to a planned beep of this participant.

    1. The beep must be hers, and she must still be in the study.
    2. It must have been finished between ``due_at`` and ``expires_at`` (and 5 s), and not in our future.
    3. The answers must be possible ones to what was asked.
    4. Insert or nothing; a repeat of the same entry is a success. The first insert also ends the beep's pushes.

    Raises `BeepUnknown`, `LeftStudy`, `InstrumentDiffers`, `TimesReversed`, `ClockAhead`, `BeepNotYet`,
    `BeepExpired`, `AnswersInvalid`, `ResponseDiffers`.
    """
    beep = find_beep(session, participant, beep_key, given_at=entry.finished_at)
    presented = list_presented(beep, entry)
    return keep(session, participant, beep, entry, presented=presented, now=now)


def list_presented(beep: Asked, entry: Entry) -> Sequence[str]:
    """The items of a planned beep in shown order; raises `InstrumentDiffers` when the entry is of another."""
    if entry.instrument != beep.instrument:
        raise refusals.InstrumentDiffers
    return present(instruments()[entry.instrument], beep.order_seed)


def find_beep(
    session: Session, participant: Participant, beep_key: uuid.UUID, *, given_at: datetime | None = None
) -> Beep:
    """The planned beep with this public id, if it is this participant's; ``given_at`` as in `require_in_study`.

    Raises `BeepUnknown`, `LeftStudy`, `ConsentMissing`.
    """
    place = read_beep_id(beep_key)
    beep = session.get(Beep, (participant.id, *place)) if place else None
    if beep is None or beep.id != beep_key:
        raise refusals.BeepUnknown
    require_in_study(participant, given_at=given_at)
    return beep


def require_in_study(participant: Standing, *, given_at: datetime | None = None) -> None:
    """Raise `LeftStudy` for somebody who has left: whoever withdraws leaves nothing more behind, late uploads too.

    And `ConsentMissing` for somebody who is not cleared, or not any more. Who is only asked for a new yes may still
    send what she gave under the one before (``given_at``, by the phone's clock): nothing is lost by a new text.
    """
    if participant.left_at is not None:
        raise refusals.LeftStudy
    if participant.cleared_at is None:
        asked_again_at = participant.asked_again_at
        if asked_again_at is None or given_at is None or given_at >= asked_again_at:
            raise refusals.ConsentMissing


def require_in_window(
    beep: Asked, at: datetime, *, until: datetime, now: datetime, since: datetime | None = None
) -> None:
    """Raise `ClockAhead`, `BeepNotYet` or `BeepExpired` unless the phone's ``at`` lies between ``since`` (the beep's
    start) and ``until``."""
    if at > now + CLOCK_LEEWAY:
        raise refusals.ClockAhead
    if at < (since or beep.due_at):
        raise refusals.BeepNotYet
    if at > until + LEEWAY:
        raise refusals.BeepExpired


def keep(
    session: Session, participant: Participant, beep: Beep, entry: Entry, *, presented: Sequence[str], now: datetime
) -> Recorded:
    """Steps 2 to 4 of `record_response`, for a beep of any kind whose items were ``presented`` in that order."""
    row = examine(beep, entry, presented=presented, now=now)
    if write_response(session, row):
        return as_recorded(row)
    first = session.execute(
        select(Response.digest, Response.received_at, Response.late_upload, Response.zone).where(
            Response.participant_id == beep.participant_id,
            Response.local_date == beep.local_date,
            Response.slot == beep.slot,
        )
    ).one()
    return settle_repeat(First(**first._mapping), row["digest"])


def examine(beep: Asked, entry: Entry, *, presented: Sequence[str], now: datetime) -> dict[str, Any]:
    """Steps 2 and 3 of `record_response`: a value for every column of `Response`. Asks no database."""
    if entry.finished_at < entry.started_at:
        raise refusals.TimesReversed
    require_in_window(beep, entry.finished_at, until=beep.expires_at, now=now)
    instrument = instruments()[entry.instrument]
    try:
        checked = check(instrument, presented, entry.body())
    except AnswerProblems as found:
        raise refusals.AnswersInvalid(found) from None
    zone = keep_zone(entry.zone, entry.utc_offset_min, entry.finished_at)
    skipped = [item for item, state in checked.states.items() if state == "skipped"]
    return {
        "participant_id": beep.participant_id,
        "local_date": beep.local_date,
        "slot": beep.slot,
        "instrument": entry.instrument,
        "answers": checked.answers,
        "skipped": skipped,
        "shown": list(checked.shown),
        "item_ms": checked.item_ms,
        "measures": measures(instrument, checked.answers),
        "scoring_version": instrument.scoring_version,
        "started_at": entry.started_at,
        "finished_at": entry.finished_at,
        "received_at": now,
        "late_upload": now > beep.expires_at,
        "zone": zone,
        "utc_offset_min": entry.utc_offset_min,
        "app": entry.app,
        "digest": entry.digest(),
    }


def as_recorded(row: Mapping[str, Any]) -> Recorded:
    """What is told of a row that is new."""
    return Recorded(fresh=True, received_at=row["received_at"], late_upload=row["late_upload"], zone=row["zone"])


def settle_repeat(first: First, digest: bytes) -> Recorded:
    """The row that was there first, if it is the same entry; raises `ResponseDiffers`."""
    if not same(first.digest, digest):
        raise refusals.ResponseDiffers
    return Recorded(fresh=False, received_at=first.received_at, late_upload=first.late_upload, zone=first.zone)


def stop_pushes(session: Session, beep: Beep) -> None:
    """No first push, reminder or retry for this beep any more."""
    if beep.next_push_at is not None:
        session.execute(
            update(Beep)
            .where(
                Beep.participant_id == beep.participant_id,
                Beep.local_date == beep.local_date,
                Beep.slot == beep.slot,
            )
            .values(next_push_at=None)
        )
