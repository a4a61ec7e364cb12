"""Entries that a participant starts herself. The phone names each with a UUID of its own, so it is kept once.

Order of items: `list_items` gives the phone an order drawn from the UUID, as for a beep. A phone without signal may
show the questionnaire in its file's order instead, so the order told in ``shown`` is taken as it is; what ought to have
been asked besides is still expected. That the two can differ is the price of starting an entry without signal.
"""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from prompts.presentation import present
from server.content import instruments
from server.diary import refusals, service
from server.diary.entry import Entry
from server.people.models import Participant
from server.planning.models import Beep, event_slot
from server.studies.calendar import local_date
from server.studies.service import protocol_of

MOST_A_DAY = 20
NOT_DRAWN = 0
A_DAY = timedelta(days=1)


def list_items(participant: Participant, event: uuid.UUID, instrument: str) -> tuple[str, ...]:
    """The items of a new entry in shown order; raises `InstrumentNotOffered`, `LeftStudy`."""
    service.require_in_study(participant)
    _require_offered(participant, instrument)
    return present(instruments()[instrument], order_seed(event))


def record_event(
    session: Session, participant: Participant, event: uuid.UUID, entry: Entry, *, now: datetime
) -> service.Recorded:
    """Keep a self-started entry together with its beep, which begins when it was started.

    Raises what `service.record_response` raises, and `InstrumentNotOffered`, `OutsideStudy`, `TooManyEvents`.
    """
    service.require_in_study(participant, given_at=entry.finished_at)
    _require_offered(participant, entry.instrument)
    beep = _find(session, participant, event, entry) or _add(session, participant, event, entry, now)
    if entry.instrument != beep.instrument:
        raise refusals.InstrumentDiffers
    presented = _presented(event, entry)
    return service.keep(session, participant, beep, entry, presented=presented, now=now)


def order_seed(event: uuid.UUID) -> int:
    """The seed of an entry's order: the first 63 bits of SHA-256 of its UUID, so that phone and server agree."""
    return int.from_bytes(hashlib.sha256(event.bytes).digest()[:8]) >> 1


def _require_offered(participant: Participant, instrument: str) -> None:
    if instrument not in protocol_of(participant.study).instruments_by_slot:
        raise refusals.InstrumentNotOffered


def _presented(event: uuid.UUID, entry: Entry) -> Sequence[str]:
    """What the phone says it showed, then what the drawn order has besides."""
    instrument = instruments()[entry.instrument]
    known = {item.id for item in instrument.items}
    told = [item for item in entry.shown or () if item in known]
    return tuple(dict.fromkeys((*told, *present(instrument, order_seed(event)))))


def _find(session: Session, participant: Participant, event: uuid.UUID, entry: Entry) -> Beep | None:
    """The beep of this event. Its date hangs on the zone of the day it first came, so the days beside are looked at."""
    on, slot = local_date(entry.started_at, participant.zone), event_slot(event)
    return session.scalar(
        select(Beep).where(
            Beep.participant_id == participant.id,
            Beep.local_date.in_((on - A_DAY, on, on + A_DAY)),
            Beep.slot == slot,
            Beep.id == event,
        )
    )


def _add(session: Session, participant: Participant, event: uuid.UUID, entry: Entry, now: datetime) -> Beep:
    on = local_date(entry.started_at, participant.zone)
    if not participant.starts_on <= on <= participant.ends_on:
        raise refusals.OutsideStudy
    # Entries of one person queue here, so that a burst of them cannot pass the count together.
    session.execute(select(Participant.id).where(Participant.id == participant.id).with_for_update(key_share=True))
    so_far = select(func.count()).where(
        Beep.participant_id == participant.id, Beep.local_date == on, Beep.kind == "event", Beep.id != event
    )
    if session.scalars(so_far).one() >= MOST_A_DAY:
        raise refusals.TooManyEvents
    protocol = protocol_of(participant.study)
    offset = entry.started_at.astimezone(ZoneInfo(participant.zone)).utcoffset() or timedelta()
    beep = {
        "participant_id": participant.id,
        "local_date": on,
        "slot": event_slot(event),
        "id": event,
        "kind": "event",
        "due_at": entry.started_at,
        "expires_at": entry.started_at + timedelta(minutes=protocol.answer_window_min),
        "zone": participant.zone,
        "utc_offset_min": offset // timedelta(minutes=1),
        "instrument": entry.instrument,
        "protocol": protocol.key,
        "rules": protocol.rules,
        "algorithm": NOT_DRAWN,
        "order_seed": order_seed(event),
        "planned_at": now,
    }
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(Beep).values(beep).on_conflict_do_nothing())
    kept = session.get_one(Beep, (participant.id, on, beep["slot"]))
    if kept.id != event:  # two UUIDs of one person and day that share a slot: one in two thousand million
        raise refusals.ResponseDiffers
    return kept
