"""What everybody says of a run afterwards: the database, the push service and the phones."""

import json
import uuid
from base64 import b64decode
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from server.db import EPOCH, Database
from server.delivery.models import Attempt
from server.diary.models import Response
from server.planning.models import Beep
from tests.faults.brisk import Member, Moment, expect_plan
from tests.faults.mishaps import Happened
from tests.faults.phones import Phone
from tests.faults.sink import REFUSING, Mode
from tests.faults.stage import Process

Place = tuple[uuid.UUID, int]
"""A beep: whose, and its slot. A run has one date."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Push:
    """One request that the push service read to its end. Times: the right one, and the servers'."""

    true_at: datetime
    server_at: datetime
    slot: int
    member: Member
    topic: str
    ttl: int
    mode: Mode
    told: dict[str, Any]  # what the phone decrypts

    @property
    def beep(self) -> uuid.UUID:
        return uuid.UUID(self.told["notification"]["data"]["beep"])

    @property
    def taken(self) -> bool:
        """Whether the push service kept it, whatever it said."""
        return self.mode not in REFUSING


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """Everything there is to check a run against."""

    members: list[Member]
    plan: dict[Place, Moment]
    beeps: dict[Place, Beep]
    responses: dict[Place, Response]
    attempts: dict[Place, list[Attempt]]
    pushes: dict[Place, list[Push]]
    phones: list[Phone]
    happened: list[Happened]
    processes: dict[str, Process]
    pace: int  # seconds of the study in one, at most
    unread: int  # pushes that no phone could decrypt
    left_behind: list[str]  # processes that are there after everybody was asked to stop, and did


def close_books(
    database: Database,
    members: list[Member],
    phones: list[Phone],
    happened: list[Happened],
    processes: dict[str, Process],
    pushes_path: Path,
    *,
    pace: int,
    left_behind: list[str],
) -> Ledger:
    """Read it all."""
    plan = {(moment.participant_id, moment.slot): moment for member in members for moment in expect_plan(member)}
    with database.reading() as session:
        beeps = {(row.participant_id, row.slot): row for row in session.scalars(select(Beep))}
        responses = {(row.participant_id, row.slot): row for row in session.scalars(select(Response))}
        attempts = defaultdict(list)
        for attempt in session.scalars(select(Attempt).order_by(Attempt.at)):
            attempts[attempt.participant_id, attempt.slot].append(attempt)
    by_path = {member.path: member for member in members}
    places = {beep.id: place for place, beep in beeps.items()}
    pushes, unread = defaultdict(list), 0
    for line in pushes_path.read_text().splitlines() if pushes_path.exists() else ():
        push = _read_push(json.loads(line), by_path)
        if push is None or push.beep not in places:
            unread += 1
        else:
            pushes[places[push.beep]].append(push)
    return Ledger(
        members=members,
        plan=plan,
        beeps=beeps,
        responses=responses,
        attempts=dict(attempts),
        pushes=dict(pushes),
        phones=phones,
        happened=happened,
        processes=processes,
        pace=pace,
        left_behind=left_behind,
        unread=unread,
    )


def _read_push(line: dict[str, Any], by_path: dict[str, Member]) -> Push | None:
    member = by_path.get(line["path"])
    if member is None:
        return None
    try:
        told = json.loads(member.keys.decrypt(b64decode(line["body"])))
    except Exception:
        return None
    return Push(
        true_at=_instant(line["true_us"]),
        server_at=_instant(line["server_us"]),
        slot=line["slot"],
        member=member,
        topic=line["topic"],
        ttl=line["ttl"],
        mode=Mode[line["mode"]],
        told=told,
    )


def _instant(us: int) -> datetime:
    return EPOCH + timedelta(microseconds=us)
