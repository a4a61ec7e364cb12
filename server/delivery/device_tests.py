"""A test push to one's own phone: asked for, sent by the next round, confirmed by the phone.

There is one test a phone, the last one. It says nothing of the study, so it may be asked for before consent is there.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import insert_into
from server.delivery.models import Device, DeviceTest
from server.errors import NotFound
from server.people.models import Participant

WORTH_SENDING = timedelta(minutes=10)
AT_LEAST_APART = timedelta(seconds=20)


class DeviceUnknown(NotFound):
    """This is no push subscription of yours that is alive; send it again first."""

    code = "device-unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceState:
    """``test`` is none, waiting, accepted, seen or failed; ``test_at`` is when it was asked for."""

    known: bool
    retired_why: str | None = None
    test: str = "none"
    test_at: datetime | None = None


def ask(session: Session, participant: Participant, endpoint: str, *, now: datetime) -> DeviceState:
    """Let the next round send a test push to this phone. Asked again within twenty seconds, the test under way is kept.

    Raises `DeviceUnknown` for a subscription that is not hers or is retired.
    """
    device = _find(session, participant, endpoint, lock=True)
    if device is None or device.retired_at is not None:
        raise DeviceUnknown
    former = session.get(DeviceTest, device.id)
    if former is not None and now - former.asked_at < AT_LEAST_APART:
        return _describe(device, former)
    values = {
        "id": uuid.uuid4(),
        "asked_at": now,
        "expires_at": now + WORTH_SENDING,
        "next_push_at": now,
        "tries": 0,
        "outcome": None,
        "seen_at": None,
    }
    fresh = insert_into(session, DeviceTest).values(device_id=device.id, **values)
    session.execute(fresh.on_conflict_do_update(index_elements=[DeviceTest.device_id], set_=values))
    return _describe(device, session.get_one(DeviceTest, device.id, populate_existing=True))


def see(session: Session, participant: Participant, endpoint: str, *, now: datetime) -> DeviceState:
    """Note that the phone has shown its test push, the first time it says so; nothing more is sent.

    Raises `DeviceUnknown` for a subscription that is not hers or has no test.
    """
    device = _find(session, participant, endpoint, lock=True)
    test = session.get(DeviceTest, device.id) if device is not None else None
    if device is None or test is None:
        raise DeviceUnknown
    test.seen_at = test.seen_at or now
    test.next_push_at = None
    session.flush()
    return _describe(device, test)


def read_state(session: Session, participant: Participant, endpoint: str) -> DeviceState:
    """What is known of this phone; somebody else's is unknown."""
    device = _find(session, participant, endpoint)
    return DeviceState(known=False) if device is None else _describe(device, session.get(DeviceTest, device.id))


def _find(session: Session, participant: Participant, endpoint: str, *, lock: bool = False) -> Device | None:
    mine = select(Device).where(
        Device.endpoint_hash == hashlib.sha256(endpoint.encode(errors="surrogatepass")).digest(),
        Device.participant_id == participant.id,
    )
    return session.scalar(mine.with_for_update() if lock else mine)


def _describe(device: Device, test: DeviceTest | None) -> DeviceState:
    if test is None:
        return DeviceState(known=True, retired_why=device.retired_why)
    return DeviceState(known=True, retired_why=device.retired_why, test=test.state, test_at=test.asked_at)
