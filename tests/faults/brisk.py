"""A study in a hurry: the released rules of asking, squeezed into six minutes, and the people who are in it."""

import random
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric import ec

from prompts.catalogue import load_protocols
from prompts.protocols import Protocol
from server.db import Database
from server.planning.drafts import draft_days, read_rhythm
from tests.delivery_factories import make_device
from tests.factories import make_participant, make_study, make_token
from tests.server.delivery.push_service import Phone

PROTOCOL = """\
id: brisk
version: 1
title: {nl: In haast, en: In a hurry}
description: {nl: Zes minuten, en: Six minutes}
days: 1
day: {start: "12:00", end: "12:06"}
scheme: {kind: stratified-random, beeps: 3, min_gap: 1}
answer_window: 2
reminders: [1]
instruments: {first: momentary.1, other: momentary.1, last: momentary.1}
challenge: {at: "12:00"}
source: Made for tests only.
"""
KEY = "brisk.1"
TODAY = date(2026, 3, 4)
BEGINS = datetime(2026, 3, 4, 10, 59, 45, tzinfo=UTC)  # a quarter of a minute before the day does, in Amsterdam
ENDS = datetime(2026, 3, 4, 11, 6, tzinfo=UTC)
NAMES = tuple(f"s{number}.push.services.mozilla.com" for number in range(8))
STUDY_SEED = b"f" * 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Somebody in the study: her phone's token, its push subscription's path and keys."""

    id: uuid.UUID
    token: str
    path: str
    keys: Phone


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One beep as it must be planned; times aware UTC."""

    participant_id: uuid.UUID
    slot: int
    due_at: datetime
    expires_at: datetime


def write_protocol(folder: Path) -> Path:
    """The protocol's file in a folder of its own."""
    (folder / f"{KEY}.yaml").write_text(PROTOCOL, encoding="utf-8")
    return folder


def seat(database: Database, *, people: int, push_key_id: str, rng: random.Random) -> list[Member]:
    """Make the study and its people, cleared and with a phone each; nothing is planned yet."""
    members = []
    with database.transaction() as session:
        study = make_study(session, protocol=KEY, seed=STUDY_SEED)
        for number in range(people):
            keys = Phone(private=_key(rng), secret=rng.randbytes(16))
            person = make_participant(session, study=study, starts_on=TODAY, ends_on=TODAY, key=_random_id(rng))
            path = f"/wpush/v2/{person.id.hex}"
            make_device(
                session,
                participant=person,
                endpoint=f"https://{NAMES[number % len(NAMES)]}{path}",
                p256dh=keys.p256dh,
                auth=keys.auth,
                vapid_key_id=push_key_id,
            )
            members.append(Member(id=person.id, token=make_token(session, person), path=path, keys=keys))
    return members


def expect_plan(member: Member) -> list[Moment]:
    """What the planner must come to for somebody: the same draw again, from the study's seed."""
    (draft,) = draft_days(
        member.id,
        protocol=_protocol(),
        study_seed=STUDY_SEED,
        zone="Europe/Amsterdam",
        rhythm=read_rhythm(None),
        first=TODAY,
        last=TODAY,
    )
    draft.with_challenge = True
    return [
        Moment(
            participant_id=member.id,
            slot=slot,
            due_at=datetime.fromtimestamp(due, UTC),
            expires_at=datetime.fromtimestamp(expires, UTC),
        )
        for slot, due, expires, _ in draft.lines()
    ]


@cache
def _protocol() -> Protocol:
    with TemporaryDirectory() as folder:
        return load_protocols(write_protocol(Path(folder)))[KEY]


def _key(rng: random.Random) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(rng.getrandbits(250) + 1, ec.SECP256R1())


def _random_id(rng: random.Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)
