"""What phones tell us: their push subscriptions and what became of a notification."""

import hashlib
import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from server.db import insert_into
from server.delivery.models import Device, Receipt
from server.errors import DomainError
from server.people.models import Participant
from server.planning.models import Beep, read_beep_id

MOST_DEVICES = 5
CLOCK_LEEWAY = timedelta(minutes=5)


class DeviceTaken(DomainError):
    """This push subscription belongs to somebody else."""

    status = 409
    code = "device-taken"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """A push subscription as a browser gives it, already checked for shape, keys and address."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)
    platform: str
    standalone: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptLine:
    """``kind`` is shown, opened, started or dismissed; ``at`` is the phone's clock, aware."""

    beep: uuid.UUID
    kind: str
    at: datetime


def save_device(
    session: Session, participant: Participant, subscription: Subscription, *, vapid_key_id: str, now: datetime
) -> bool:
    """Keep the subscription as this participant's; True when it is new to us.

    1. A known endpoint is touched, and brought back when it was retired: the phone says it is alive.
    2. A known endpoint of somebody else moves here only with the very same keys: the ``auth`` secret never leaves the
       browser, so whoever has it is that browser, on which another person has joined since. Otherwise `DeviceTaken`.
    3. Above `MOST_DEVICES` the one that was seen longest ago is retired.
    """
    endpoint_hash = hashlib.sha256(subscription.endpoint.encode()).digest()
    values = {
        "p256dh": subscription.p256dh,
        "auth": subscription.auth,
        "vapid_key_id": vapid_key_id,
        "platform": subscription.platform,
        "standalone": subscription.standalone,
        "seen_at": now,
    }
    fresh = session.execute(
        insert_into(session, Device)
        .values(
            id=uuid.uuid4(),
            participant_id=participant.id,
            endpoint=subscription.endpoint,
            endpoint_hash=endpoint_hash,
            created_at=now,
            fail_count=0,
            **values,
        )
        .on_conflict_do_nothing()
        .returning(Device.id)
    ).first()
    if fresh is None:
        device = session.scalars(select(Device).where(Device.endpoint_hash == endpoint_hash).with_for_update()).one()
        same = hmac.compare_digest(device.auth, subscription.auth) and device.p256dh == subscription.p256dh
        if device.participant_id != participant.id and not same:
            raise DeviceTaken
        device.participant_id = participant.id
        for name, value in values.items():
            setattr(device, name, value)
        device.fail_count, device.retired_at, device.retired_why = 0, None, None
    session.flush()
    _retire_surplus(session, participant, now)
    return fresh is not None


def forget_device(session: Session, participant: Participant, endpoint: str, *, now: datetime) -> bool:
    """Retire this participant's own subscription; False when she has no such one."""
    done = session.execute(
        update(Device)
        .where(
            Device.endpoint_hash == hashlib.sha256(endpoint.encode()).digest(),
            Device.participant_id == participant.id,
            Device.retired_at.is_(None),
        )
        .values(retired_at=now, retired_why="unsubscribed")
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts rows


def record_receipts(
    session: Session, participant: Participant, lines: Sequence[ReceiptLine], *, now: datetime
) -> tuple[int, int]:
    """Keep the first receipt of each kind of each beep; (kept, ignored).

    Beeps that are not this participant's and times more than five minutes ahead are ignored, not refused: a batch from
    a phone that was offline must not be lost over one line.
    """
    wanted = [line for line in lines if line.at <= now + CLOCK_LEEWAY]
    # Date and slot inside an id lead to the rows; the whole id says whose it is.
    dates = {place[0] for line in wanted if (place := read_beep_id(line.beep))}
    asked = select(Beep.id, Beep.local_date, Beep.slot)
    mine = {
        row.id: row
        for row in session.execute(asked.where(Beep.participant_id == participant.id, Beep.local_date.in_(dates)))
    }
    rows = [
        {
            "participant_id": participant.id,
            "local_date": mine[line.beep].local_date,
            "slot": mine[line.beep].slot,
            "kind": line.kind,
            "device_at": line.at,
            "received_at": now,
        }
        for line in wanted
        if line.beep in mine
    ]
    if rows:
        session.connection().execute(insert_into(session, Receipt).on_conflict_do_nothing(), rows)
    return len(rows), len(lines) - len(rows)


def has_live_device(session: Session, participant: Participant) -> bool:
    """Whether any push can reach her."""
    live = exists().where(Device.participant_id == participant.id, Device.retired_at.is_(None))
    return bool(session.scalar(select(live)))


def _retire_surplus(session: Session, participant: Participant, now: datetime) -> None:
    surplus = (
        select(Device.id)
        .where(Device.participant_id == participant.id, Device.retired_at.is_(None))
        .order_by(Device.seen_at.desc(), Device.id)
        .offset(MOST_DEVICES)
    )
    for device_id in session.scalars(surplus).all():
        session.execute(update(Device).where(Device.id == device_id).values(retired_at=now, retired_why="surplus"))
