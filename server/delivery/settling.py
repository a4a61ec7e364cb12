"""Writes what came of a round in three statements: attempts, the beeps' next moments, the state of the phones.

Beeps that were planned under a study's own rules cost one statement more for all of them together.
"""

import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, tuple_, update
from sqlalchemy.orm import Session

from prompts.protocols import Protocol
from server.db import insert_into
from server.delivery.backoff import next_push
from server.delivery.claims import Claim
from server.delivery.gateway import Kind, Outcome
from server.delivery.models import Attempt, Device
from server.planning.models import Beep
from server.studies.versions import Under, protocols_under

NO_DEVICE = uuid.UUID(int=0)
SILENT_AFTER = timedelta(days=14)

Result = tuple[Claim, dict[uuid.UUID, Outcome]]
"""A claim and what came of its push, by phone."""


@dataclass(kw_only=True, slots=True)
class Tally:
    """Counts of one or more rounds."""

    claimed: int = 0
    accepted: int = 0
    gone: int = 0
    failed: int = 0
    without_device: int = 0
    too_late: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Tally") -> None:
        for name in ("claimed", "accepted", "gone", "failed", "without_device", "too_late"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for kind, count in other.by_kind.items():
            self.by_kind[kind] = self.by_kind.get(kind, 0) + count


def settle(
    session: Session,
    results: Sequence[Result],
    *,
    now: datetime,
    rng: random.Random,
) -> Tally:
    """Record the outcomes, one per claim and phone; a claim without phones gets an attempt with outcome ``no_device``.

    A beep moves on only where its lease is still ours: an answer that came meanwhile has ended its pushes (and another
    dispatcher may have taken it after our lease ran out), and neither is undone.
    """
    tally = Tally(claimed=len(results))
    attempts: list[dict[str, Any]] = []
    moves: list[dict[str, Any]] = []
    phones: dict[uuid.UUID, dict[str, Any]] = {}
    plans = protocols_under(session, {_under(claim) for claim, _outcomes in results})
    for claim, outcomes in results:
        if not outcomes:
            kind = "too_late" if claim.expires_at <= now and claim.phones else "no_device"
            tally.without_device += kind == "no_device"
            tally.too_late += kind == "too_late"
            attempts.append(_attempt(claim, NO_DEVICE, kind, None))
        for phone_id, outcome in outcomes.items():
            _count(tally, outcome)
            attempts.append(_attempt(claim, phone_id, outcome.kind.value, outcome))
            phones[phone_id] = _phone(phone_id, outcome, now, phones.get(phone_id))
        moves.append(_move(claim, plans.get(_under(claim)), list(outcomes.values()), now, rng))
    if attempts:
        _insert_attempts(session, attempts)
    if moves:
        session.connection().execute(_MOVE, moves)
    _write_phones(session, phones)
    return tally


def still_planned(session: Session, results: Sequence[Result]) -> list[Result]:
    """Those whose beep is still there, which it then is to the end of the transaction."""
    places = {(claim.participant_id, claim.local_date, claim.slot) for claim, _outcomes in results}
    key = (Beep.participant_id, Beep.local_date, Beep.slot)
    found = session.execute(select(*key).where(tuple_(*key).in_(sorted(places))).with_for_update(key_share=True))
    there = {tuple(row) for row in found}
    return [result for result in results if (result[0].participant_id, result[0].local_date, result[0].slot) in there]


def settle_phones(session: Session, outcomes: Mapping[uuid.UUID, Outcome], *, now: datetime) -> None:
    """Note on each phone what came of one push to it."""
    _write_phones(session, {phone_id: _phone(phone_id, outcome, now, None) for phone_id, outcome in outcomes.items()})


def retire_silent(session: Session, *, now: datetime) -> int:
    """Retire phones to which nothing has got through for two weeks although it was tried; they come back by themselves
    when the app is opened."""
    reached = func.coalesce(Device.last_accepted_at, Device.created_at)
    done = session.execute(
        update(Device)
        .where(Device.retired_at.is_(None), Device.fail_count >= 10, reached < now - SILENT_AFTER)
        .values(retired_at=now, retired_why="silent")
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts rows


_MOVE = (
    update(Beep.__table__)  # type: ignore[arg-type]  # a declarative table is a Table
    .where(
        Beep.participant_id == bindparam("b_participant"),
        Beep.local_date == bindparam("b_date"),
        Beep.slot == bindparam("b_slot"),
        Beep.next_push_at == bindparam("b_lease"),
    )
    .values(next_push_at=bindparam("b_next"), push_stage=bindparam("b_stage"), push_tries=bindparam("b_tries"))
)
_PHONE = (
    update(Device.__table__)  # type: ignore[arg-type]
    .where(Device.id == bindparam("d_id"))
    .values(
        last_accepted_at=func.coalesce(
            bindparam("d_accepted", type_=Device.last_accepted_at.type), Device.last_accepted_at
        ),
        fail_count=(Device.fail_count + bindparam("d_failed")) * bindparam("d_keep"),
        retired_at=func.coalesce(Device.retired_at, bindparam("d_retired", type_=Device.retired_at.type)),
        retired_why=func.coalesce(Device.retired_why, bindparam("d_why", type_=Device.retired_why.type)),
    )
)


def _write_phones(session: Session, changes: Mapping[uuid.UUID, dict[str, Any]]) -> None:
    if changes:
        # In one order everywhere: two dispatchers that settle the same phones must not wait for each other.
        session.connection().execute(_PHONE, sorted(changes.values(), key=lambda change: change["d_id"].bytes))


def _attempt(claim: Claim, device_id: uuid.UUID, kind: str, outcome: Outcome | None) -> dict[str, Any]:
    return {
        "participant_id": claim.participant_id,
        "local_date": claim.local_date,
        "slot": claim.slot,
        "at": claim.claimed_at,
        "device_id": device_id,
        "stage": claim.stage,
        "outcome": kind,
        "http_status": outcome.status if outcome else None,
        "took_ms": round(outcome.ms) if outcome else None,
    }


def _insert_attempts(session: Session, rows: list[dict[str, Any]]) -> None:
    """Insert or nothing: the same round settled twice stays one."""
    session.connection().execute(insert_into(session, Attempt).on_conflict_do_nothing(), rows)


def _under(claim: Claim) -> Under:
    """What the beep was planned under: reminders stay those of the rules of then."""
    return claim.study_id or uuid.UUID(int=0), claim.protocol, claim.rules


def _move(
    claim: Claim, protocol: Protocol | None, outcomes: list[Outcome], now: datetime, rng: random.Random
) -> dict[str, Any]:
    reminders = protocol.reminders_min if protocol is not None and claim.kind == "questionnaire" else ()
    step = next_push(
        outcomes,
        due_at=claim.due_at,
        expires_at=claim.expires_at,
        reminders_min=reminders,
        stage=claim.stage,
        tries=claim.tries,
        now=now,
        jitter=rng.random(),
    )
    return {
        "b_participant": claim.participant_id,
        "b_date": claim.local_date,
        "b_slot": claim.slot,
        "b_lease": claim.leased_until,
        "b_next": step.at,
        "b_stage": step.stage,
        "b_tries": step.tries,
    }


def _phone(phone_id: uuid.UUID, outcome: Outcome, now: datetime, before: dict[str, Any] | None) -> dict[str, Any]:
    """The change to one phone; over several beeps in a batch, an acceptance or a retirement stands."""
    accepted = outcome.kind is Kind.ACCEPTED
    gone = outcome.kind is Kind.GONE
    # Busy says nothing of the phone: its push service was, or we never got round to it.
    failed = outcome.kind in (Kind.REFUSED, Kind.UNREACHABLE, Kind.INVALID)
    change = {
        "d_id": phone_id,
        "d_accepted": now if accepted else None,
        "d_failed": int(failed),
        "d_keep": 0 if accepted else 1,
        "d_retired": now if gone else None,
        "d_why": "gone" if gone else None,
    }
    if before:
        change["d_accepted"] = change["d_accepted"] or before["d_accepted"]
        change["d_failed"] += before["d_failed"]
        change["d_keep"] *= before["d_keep"]
        change["d_retired"] = change["d_retired"] or before["d_retired"]
        change["d_why"] = change["d_why"] or before["d_why"]
    return change


def _count(tally: Tally, outcome: Outcome) -> None:
    tally.by_kind[outcome.kind.value] = tally.by_kind.get(outcome.kind.value, 0) + 1
    if outcome.kind is Kind.ACCEPTED:
        tally.accepted += 1
    elif outcome.kind is Kind.GONE:
        tally.gone += 1
    elif outcome.kind is Kind.TOO_LATE:
        tally.too_late += 1
    else:
        tally.failed += 1
