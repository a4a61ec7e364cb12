"""One round of messages: claimed, committed, sent and settled as beeps are (see `server.delivery.claims`)."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from server.delivery.backoff import next_push
from server.delivery.claims import Phone, reach
from server.delivery.gateway import Kind, Outcome, PushMessage, Urgency
from server.delivery.models import Message
from server.delivery.payload import BeepFacts, PushKind, render, topic_of
from server.delivery.settling import settle_phones
from server.people.notices import NEW_TEXT, SAID, SAID_TITLES


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageClaim:
    """One message, ours until ``leased_until``; times are aware UTC."""

    id: uuid.UUID
    participant_id: uuid.UUID
    number: int
    notice: str
    language: str
    phones: tuple[Phone, ...]
    made_at: datetime
    expires_at: datetime
    tries: int
    leased_until: datetime


_KEY = (Message.participant_id, Message.number)


def claim_messages(session: Session, *, now: datetime, lease: timedelta, limit: int) -> list[MessageClaim]:
    """Take up to ``limit`` messages that are to be sent now, with the live phones of their participants."""
    due = (
        select(*_KEY)
        .where(Message.next_push_at <= now)
        .order_by(Message.next_push_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = session.execute(
        update(Message)
        .where(tuple_(*_KEY).in_(due))
        .values(next_push_at=now + lease, tries=Message.tries + 1)
        .returning(*_KEY, Message.id, Message.notice, Message.made_at, Message.expires_at, Message.tries)
        .execution_options(synchronize_session=False)
    ).all()
    people = reach(session, sorted({row.participant_id for row in rows if row.notice != NEW_TEXT}))
    people |= reach(session, sorted({row.participant_id for row in rows if row.notice == NEW_TEXT}), waiting=True)
    return [
        MessageClaim(
            **row._mapping,
            language=people[row.participant_id][0],
            phones=people[row.participant_id][2],
            leased_until=now + lease,
        )
        for row in rows
        if row.participant_id in people
    ]


def pushes_of(claim: MessageClaim, *, public_url: str) -> list[PushMessage]:
    """One push a phone; none for a text that a newer release has taken away."""
    if claim.notice not in SAID:
        return []
    facts = BeepFacts(
        id=claim.id,
        kind=PushKind.MESSAGE,
        due_at=claim.made_at,
        expires_at=claim.expires_at,
        language=claim.language,
        words=(SAID_TITLES[claim.notice][claim.language], SAID[claim.notice][claim.language]),
    )
    return [
        PushMessage(
            ref=f"{claim.id}/{phone.id}",
            endpoint=phone.endpoint,
            p256dh=phone.p256dh,
            auth=phone.auth,
            vapid_key_id=phone.vapid_key_id,
            payload=render(facts, public_url=public_url, seed=0),
            topic=topic_of(claim.id),
            urgency=Urgency.NORMAL,
            expires_at=claim.expires_at,
        )
        for phone in claim.phones
    ]


def settle_messages(
    session: Session, claims: Sequence[MessageClaim], outcomes: Sequence[Outcome], *, now: datetime, jitter: float
) -> None:
    """Write what became of the messages, where the lease is still ours, and of the phones."""
    came: dict[str, list[Outcome]] = defaultdict(list)
    phones: dict[uuid.UUID, Outcome] = {}
    for outcome in outcomes:
        message, phone = outcome.ref.split("/")
        came[message].append(outcome)
        phones[uuid.UUID(phone)] = outcome
    for claim in claims:
        mine = came[str(claim.id)]
        again = next_push(
            mine,
            due_at=claim.made_at,
            expires_at=claim.expires_at,
            reminders_min=(),
            stage=0,
            tries=claim.tries,
            now=now,
            jitter=jitter,
        )
        kinds = {outcome.kind for outcome in mine}
        best = Kind.ACCEPTED if Kind.ACCEPTED in kinds else next(iter(kinds), None)
        session.execute(
            update(Message)
            .where(Message.id == claim.id, Message.next_push_at == claim.leased_until)
            .values(next_push_at=again.at, outcome=best.value if best else "no_device")
            .execution_options(synchronize_session=False)
        )
    settle_phones(session, phones, now=now)
