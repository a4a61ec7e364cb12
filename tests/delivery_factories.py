"""Phones and what became of pushes, made as in `tests.factories`."""

import hashlib
import uuid
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from server.delivery.models import Attempt, Device, Receipt
from server.people.models import Participant
from server.planning.models import Beep
from tests.factories import EARLIER, add, make_participant, serial


def make_device(
    session: Session,
    *,
    participant: Participant | None = None,
    endpoint: str | None = None,
    p256dh: str = "BPoint",
    auth: str = "secret",
    vapid_key_id: str = "test-key",
    platform: str = "android",
    standalone: bool = True,
    created_at: datetime = EARLIER,
    retired_at: datetime | None = None,
    retired_why: str | None = None,
) -> Device:
    """A push subscription; pass real keys where something is encrypted for it."""
    participant = participant or make_participant(session)
    endpoint = endpoint or f"https://push.example/send/{next(serial)}"
    row = Device(
        id=uuid.uuid4(),
        participant_id=participant.id,
        endpoint=endpoint,
        endpoint_hash=hashlib.sha256(endpoint.encode()).digest(),
        p256dh=p256dh,
        auth=auth,
        vapid_key_id=vapid_key_id,
        platform=platform,
        standalone=standalone,
        created_at=created_at,
        seen_at=created_at,
        retired_at=retired_at,
        retired_why=retired_why,
    )
    return add(session, row)


def make_attempt(
    session: Session,
    *,
    beep: Beep,
    device: Device | None = None,
    at: datetime | None = None,
    stage: int = 0,
    outcome: str = "accepted",
    http_status: int | None = 201,
    took_ms: int | None = 80,
) -> Attempt:
    row = Attempt(
        participant_id=beep.participant_id,
        local_date=beep.local_date,
        slot=beep.slot,
        at=at or beep.due_at,
        device_id=device.id if device else uuid.UUID(int=0),
        stage=stage,
        outcome=outcome,
        http_status=http_status,
        took_ms=took_ms,
    )
    return add(session, row)


def make_receipt(session: Session, *, beep: Beep, kind: str = "shown", at: datetime | None = None) -> Receipt:
    at = at or beep.due_at + timedelta(seconds=2)
    row = Receipt(
        participant_id=beep.participant_id,
        local_date=beep.local_date,
        slot=beep.slot,
        kind=kind,
        device_at=at,
        received_at=at,
    )
    return add(session, row)
