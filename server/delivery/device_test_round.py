"""One round of test pushes: claimed, committed, sent and settled as beeps are (see `server.delivery.claims`)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.delivery.backoff import next_push
from server.delivery.claims import Phone, phone_of
from server.delivery.gateway import Outcome, PushMessage, Urgency
from server.delivery.models import Device, DeviceTest
from server.delivery.payload import BeepFacts, PushKind, render, topic_of
from server.delivery.settling import settle_phones
from server.people.models import Participant


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceTestClaim:
    """One test, ours until ``leased_until``; times are aware UTC."""

    id: uuid.UUID
    phone: Phone
    language: str
    asked_at: datetime
    expires_at: datetime
    tries: int
    leased_until: datetime


def claim_tests(session: Session, *, now: datetime, lease: timedelta, limit: int) -> list[DeviceTestClaim]:
    """Take up to ``limit`` tests that are to be sent now, with their phones; one that is past its time ends here."""
    due = (
        select(DeviceTest.device_id)
        .where(DeviceTest.next_push_at <= now)
        .order_by(DeviceTest.next_push_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = session.execute(
        update(DeviceTest)
        .where(DeviceTest.device_id.in_(due))
        .values(next_push_at=now + lease, tries=DeviceTest.tries + 1)
        .returning(DeviceTest.device_id, DeviceTest.id, DeviceTest.asked_at, DeviceTest.expires_at, DeviceTest.tries)
        .execution_options(synchronize_session=False)
    ).all()
    if not taken:
        return []
    rows = session.execute(
        select(Device, Participant.language)
        .join(Participant, Participant.id == Device.participant_id)
        .where(Device.id.in_([row.device_id for row in taken]), Device.retired_at.is_(None))
    )
    live = {device.id: (device, language) for device, language in rows}
    over = [row.device_id for row in taken if row.device_id not in live or row.expires_at <= now]
    if over:
        session.execute(
            update(DeviceTest)
            .where(DeviceTest.device_id.in_(over))
            .values(next_push_at=None)
            .execution_options(synchronize_session=False)
        )
    return [
        DeviceTestClaim(
            id=row.id,
            phone=phone_of(live[row.device_id][0]),
            language=live[row.device_id][1],
            asked_at=row.asked_at,
            expires_at=row.expires_at,
            tries=row.tries,
            leased_until=now + lease,
        )
        for row in sorted(taken, key=lambda row: row.asked_at)
        if row.device_id not in over
    ]


def message_of(claim: DeviceTestClaim, *, public_url: str) -> PushMessage:
    """The push of a test, named by its phone."""
    facts = BeepFacts(
        id=claim.id,
        kind=PushKind.TEST,
        due_at=claim.asked_at,
        expires_at=claim.expires_at,
        language=claim.language,
    )
    return PushMessage(
        ref=str(claim.phone.id),
        endpoint=claim.phone.endpoint,
        p256dh=claim.phone.p256dh,
        auth=claim.phone.auth,
        vapid_key_id=claim.phone.vapid_key_id,
        payload=render(facts, public_url=public_url, seed=0),
        topic=topic_of(claim.id),
        urgency=Urgency.HIGH,
        expires_at=claim.expires_at,
    )


def settle_tests(
    session: Session, claims: Sequence[DeviceTestClaim], outcomes: Sequence[Outcome], *, now: datetime, jitter: float
) -> None:
    """Write what became of the tests, where the lease is still ours, and of the phones."""
    came = {outcome.ref: outcome for outcome in outcomes}
    for claim in claims:
        outcome = came.get(str(claim.phone.id))
        again = next_push(
            [outcome] if outcome else [],
            due_at=claim.asked_at,
            expires_at=claim.expires_at,
            reminders_min=(),
            stage=0,
            tries=claim.tries,
            now=now,
            jitter=jitter,
        )
        session.execute(
            update(DeviceTest)
            .where(DeviceTest.device_id == claim.phone.id, DeviceTest.next_push_at == claim.leased_until)
            .values(next_push_at=again.at, outcome=outcome.kind.value if outcome else None)
            .execution_options(synchronize_session=False)
        )
    settle_phones(session, {uuid.UUID(ref): outcome for ref, outcome in came.items()}, now=now)
