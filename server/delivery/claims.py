"""Which beeps are due, taken by one dispatcher at a time for the length of a lease.

1. One statement moves ``next_push_at`` of the due beeps to the end of a lease and returns them. On PostgreSQL rows that
   another dispatcher is taking are passed over (``SKIP LOCKED``); on SQLite writers queue at BEGIN.
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
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Executable,
    Integer,
    String,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

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
    fell_due: datetime | None  # for this push; SQLite does not tell


LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

_BEEP = Beep.__table__.c
_KEY = (_BEEP.participant_id, _BEEP.local_date, _BEEP.slot)
_TAKEN = (
    *_KEY,
    _BEEP.id,
    _BEEP.kind,
    _BEEP.protocol,
    _BEEP.rules,
    _BEEP.due_at,
    _BEEP.expires_at,
    _BEEP.order_seed,
    _BEEP.push_stage,
    _BEEP.push_tries,
)


def claim_due(
    session: Session, *, now: datetime, lease: timedelta, limit: int, since: datetime | None = None
) -> list[Claim]:
    """Take up to ``limit`` due beeps, longest due first, with the live phones of their participants: two statements.

    With ``since``, only those that fell due after it: the way to begin behind the entries of beeps long done, which the
    database cannot clean out of the index while an export of hours looks at an old moment.
    """
    due = {"now": now, "since": since or LONG_AGO, "until": now + lease, "most": limit}
    sqlite = session.get_bind().dialect.name == "sqlite"
    rows = session.connection().execute(_taking(sqlite), due).all()  # the mapper would look at each row once more
    people = reach(session, list({row[0] for row in rows}))
    nobody: Reached = ("nl", None, ())
    until = now + lease
    claims = []
    # Taken apart at once: asking a row for one column after the other takes longer than making the claim.
    for person, on, slot, one, kind, protocol, rules, due_at, expires_at, order_seed, stage, tries, fell_due in rows:
        language, study_id, phones = people.get(person, nobody)
        claims.append(
            Claim(
                participant_id=person,
                local_date=on,
                slot=slot,
                beep_id=one,
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
                fell_due=fell_due,
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
    names = [one.hex for one in ids]
    named = json.dumps(names) if sqlite else f"{{{','.join(names)}}}"
    rows = session.connection().execute(_reaching(waiting, sqlite), {"people": named}).all()
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


@cache
def _taking(sqlite: bool) -> ReturningUpdate[Any]:
    """Written once, as the next. The rows are found again by where they lie, which the index of what is due has told:
    the primary key, as large as memory, need not be asked for each of them."""
    place: ColumnElement[Any] = literal_column("beep.rowid" if sqlite else "beep.ctid").label("place")
    due = (
        select(place, *_KEY, _BEEP.next_push_at)
        .where(_BEEP.next_push_at <= bindparam("now"), _BEEP.next_push_at > bindparam("since"))
        .order_by(_BEEP.next_push_at)
        .limit(bindparam("most", type_=Integer()))
    )
    take = update(Beep.__table__).values(  # type: ignore[arg-type]  # a declarative table is a Table
        next_push_at=bindparam("until", type_=Beep.next_push_at.type), push_tries=_BEEP.push_tries + 1
    )
    if sqlite:  # BEGIN IMMEDIATE has the whole file already
        taken = take.where(place.in_(due.with_only_columns(place)))
        return taken.returning(*_TAKEN, null())
    # NO KEY: receipts and answers, which only refer to a beep, neither wait for the claim nor hide a beep from it.
    locked = due.with_for_update(skip_locked=True, key_share=True).cte("due")
    # The key says of which month the place is; and that it is the row, should it have moved meanwhile. One that has is
    # left for the next look.
    same = (here == there for here, there in zip(_KEY, (locked.c[key.name] for key in _KEY), strict=True))
    return take.where(place == locked.c.place, *same).returning(
        *_TAKEN, type_coerce(locked.c.next_push_at, DateTime(True))
    )


@cache
def _reaching(waiting: bool, sqlite: bool) -> Executable:
    """All people in one value: a name for each of a thousand has to be read, and planned with, anew every time."""
    may_be_asked = and_(Participant.left_at.is_(None), has_not_said_no()) if waiting else _MAY_BE_ASKED
    facts = (Participant.id, Participant.language, Participant.study_id, may_be_asked.label("may_be_asked"))
    phone = (Device.id, Device.endpoint, Device.p256dh, Device.auth, Device.vapid_key_id, Device.fail_count)
    people = bindparam("people", type_=String())
    if sqlite:
        listed = func.json_each(people).table_valued("value")
        among = type_coerce(Participant.id, String()).in_(select(listed.c.value))
        return select(*facts, *phone).outerjoin(Device, _is_live_of(Participant)).where(among)
    # One person after the other, by index, which OFFSET makes sure of: told a thousand names at once, the planner
    # would rather read everybody and all their phones, up to some hundred thousand of them.
    named = func.unnest(cast(people, ARRAY(Uuid()))).table_valued("id", name="named").render_derived()
    found = (
        select(*facts, Participant.recovered_at)
        .where(Participant.id == named.c.id)
        .offset(literal_column("0"))
        .lateral()
    )
    live = select(*phone).where(_is_live_of(found.c)).offset(literal_column("0")).lateral()
    there = named.join(found, true()).outerjoin(live, true())
    return select(*(found.c[fact.key] for fact in facts), *live.c).select_from(there)


def _is_live_of(person: Any) -> ColumnElement[bool]:
    """Of devices: not retired. After a recovery the old phone may be anybody's; the new one sends its subscription at
    its first start."""
    hers_now = or_(person.recovered_at.is_(None), Device.seen_at >= person.recovered_at)
    return and_(Device.participant_id == person.id, Device.retired_at.is_(None), hers_now)
