"""Which beeps are due, taken by one dispatcher at a time for the length of a lease.

1. One statement moves ``next_push_at`` of the due beeps to the end of a lease and returns them. On PostgreSQL rows that
   another dispatcher is taking are passed over (``FOR UPDATE SKIP LOCKED``); on SQLite writers queue at BEGIN.
2. The caller commits, and only then touches the network.
3. `server.delivery.settling.settle` writes what came of it, if the lease is still the row's.

A dispatcher that dies between 1 and 3 costs its beeps one lease, never a beep: they fall due again by themselves and
go out with the same topic and tag, so that a phone that had the first replaces it without a sound.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Executable,
    Integer,
    String,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from server.consent.settling import has_not_said_no
from server.delivery.models import Device
from server.people.models import Participant
from server.planning.models import Beep


@dataclass(frozen=True, kw_only=True, slots=True)
class Phone:
    """A live subscription of a claimed beep's participant."""

    id: uuid.UUID
    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)
    vapid_key_id: str
    fail_count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One beep, ours until ``leased_until``. ``stage`` 0 is the first push, n the nth reminder; times are aware UTC."""

    participant_id: uuid.UUID
    local_date: date
    slot: int
    beep_id: uuid.UUID
    kind: str
    protocol: str
    rules: int  # version of the study's own rules
    study_id: uuid.UUID | None  # None where the participant is gone
    due_at: datetime
    expires_at: datetime
    order_seed: int
    stage: int
    tries: int
    claimed_at: datetime
    leased_until: datetime
    language: str
    phones: tuple[Phone, ...]


LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

_KEY = (Beep.participant_id, Beep.local_date, Beep.slot)
_TAKEN = (
    *_KEY,
    Beep.id,
    Beep.kind,
    Beep.protocol,
    Beep.rules,
    Beep.due_at,
    Beep.expires_at,
    Beep.order_seed,
    Beep.push_stage,
    Beep.push_tries,
)


def claim_due(
    session: Session, *, now: datetime, lease: timedelta, limit: int, since: datetime | None = None
) -> list[Claim]:
    """Take up to ``limit`` due beeps, longest due first, with the live phones of their participants: two statements.

    With ``since``, only those that fell due after it: the way to begin behind the entries of beeps long done, which the
    database cannot clean out of the index while an export of hours looks at an old moment.
    """
    due = {"now": now, "since": since or LONG_AGO, "until": now + lease, "most": limit}
    rows = session.execute(_TAKE, due, execution_options={"synchronize_session": False}).all()
    people = reach(session, list({row[0] for row in rows}))
    nobody: Reached = ("nl", None, ())
    until = now + lease
    claims = []
    # Taken apart at once: asking a row for one column after the other takes longer than making the claim.
    for person, on, slot, beep_id, kind, protocol, rules, due_at, expires_at, order_seed, stage, tries in rows:
        language, study_id, phones = people.get(person, nobody)
        claims.append(
            Claim(
                participant_id=person,
                local_date=on,
                slot=slot,
                beep_id=beep_id,
                kind=kind,
                protocol=protocol,
                rules=rules,
                study_id=study_id,
                due_at=due_at,
                expires_at=expires_at,
                order_seed=order_seed,
                stage=stage,
                tries=tries,
                claimed_at=now,
                leased_until=until,
                language=language,
                phones=phones,
            )
        )
    return sorted(claims, key=lambda claim: (claim.due_at, claim.beep_id.bytes))


def phone_of(device: Device) -> Phone:
    """The subscription as a plain value."""
    return Phone(
        id=device.id,
        endpoint=device.endpoint,
        p256dh=device.p256dh,
        auth=device.auth,
        vapid_key_id=device.vapid_key_id,
        fail_count=device.fail_count,
    )


# After a recovery the old phone may be anybody's; the new one sends its subscription at its first start.
_IS_HERS_NOW = or_(Participant.recovered_at.is_(None), Device.seen_at >= Participant.recovered_at)
_MAY_BE_ASKED = and_(Participant.left_at.is_(None), Participant.cleared_at.is_not(None))


Reached = tuple[str, uuid.UUID | None, tuple[Phone, ...]]


def reach(session: Session, ids: Sequence[uuid.UUID], *, waiting: bool = False) -> dict[uuid.UUID, Reached]:
    """Language, study and live phones of these participants; whoever has left, or has withdrawn consent, has none.

    ``waiting``: also of whoever is asked for a new yes and has said neither that nor no.
    """
    if not ids:
        return {}
    found: dict[uuid.UUID, Reached] = {}
    sqlite = session.get_bind().dialect.name == "sqlite"
    named = json.dumps([one.hex for one in ids]) if sqlite else list(ids)
    rows = session.execute(_reaching(waiting, sqlite), {"people": named})
    for person, language, study, may_be_asked, device_id, *keys, failed in rows:
        phones = found.get(person, (language, study, ()))[2]
        # An outer join may have found no device.
        if device_id is not None and may_be_asked:
            endpoint, p256dh, auth, vapid_key_id = keys
            phone = Phone(
                id=device_id, endpoint=endpoint, p256dh=p256dh, auth=auth, vapid_key_id=vapid_key_id, fail_count=failed
            )
            phones = (*phones, phone)
        found[person] = (language, study, phones)
    return found


# Written once, as the next: putting them together, and a mapped object for each phone, took longer than the database.
_TAKE = (
    update(Beep)
    .where(
        tuple_(*_KEY).in_(
            select(*_KEY)
            .where(Beep.next_push_at <= bindparam("now"), Beep.next_push_at > bindparam("since"))
            .order_by(Beep.next_push_at)
            .limit(bindparam("most", type_=Integer()))
            .with_for_update(skip_locked=True)  # SQLite ignores it: BEGIN IMMEDIATE has the whole file already
        )
    )
    .values(next_push_at=bindparam("until", type_=Beep.next_push_at.type), push_tries=Beep.push_tries + 1)
    .returning(*_TAKEN)
)


@cache
def _reaching(waiting: bool, sqlite: bool) -> Executable:
    """All people in one value: a name for each of a thousand has to be read, and planned with, anew every time."""
    may_be_asked = and_(Participant.left_at.is_(None), has_not_said_no()) if waiting else _MAY_BE_ASKED
    if sqlite:
        listed = func.json_each(bindparam("people", type_=String())).table_valued("value")
        among: ColumnElement[bool] = type_coerce(Participant.id, String()).in_(select(listed.c.value))
    else:
        among = Participant.id == any_(bindparam("people", type_=ARRAY(Uuid())))
    return (
        select(
            Participant.id,
            Participant.language,
            Participant.study_id,
            may_be_asked.label("may_be_asked"),
            Device.id.label("device_id"),
            Device.endpoint,
            Device.p256dh,
            Device.auth,
            Device.vapid_key_id,
            Device.fail_count,
        )
        .outerjoin(Device, and_(Device.participant_id == Participant.id, Device.retired_at.is_(None), _IS_HERS_NOW))
        .where(among)
    )
