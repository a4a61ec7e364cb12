"""Whole studies for tests of exports, made in bulk: planned by the real planner, answered by imagined people.

What a worker and phones would have done in three weeks is inserted at once here, so that a study takes seconds.
"""

import hashlib
import json
import random
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from challenges.library import load_starter
from prompts.presentation import present
from prompts.scoring import measures
from server.consent.models import ConsentRecord
from server.consent.settling import SCOPES
from server.content import instruments
from server.coordination.service import sync_starter
from server.db import Base, Database
from server.delivery.models import Attempt, Receipt
from server.diary.models import ChallengeOutcome, Response
from server.imagined import Character, Mind
from server.people.models import Participant
from server.planning.models import Assignment, Beep
from server.planning.service import plan_ahead
from server.studies.models import Study
from tests.factories import make_text

NO_DEVICE = uuid.UUID(int=0)
PHONE = uuid.UUID(int=1)
BEGAN = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
AFTERWARDS = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
CANARY = "kanarie-9b1f"
Change = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A study that is over. ``people`` in the order in which they were made."""

    name: str
    people: tuple[uuid.UUID, ...]


def make_finished_study(
    database: Database,
    *,
    name: str = "garden",
    people: int = 120,
    protocol: str = "grow-it.1",
    seed: int = 1,
    days: int = 21,
    starts: int = 4,
    zone: str = "Europe/Amsterdam",
    first_monday: date = date(2026, 3, 2),
) -> Made:
    """``people`` who each have ``days`` days, from one of ``starts`` Mondays on. Free text and codes hold `CANARY`."""
    rng = random.Random(seed)
    study = _settle(database, rng, name, people, protocol, days, starts, zone, first_monday)
    with database.transaction() as session:
        sync_starter(session, load_starter(), now=BEGAN)
    # Everything is planned as on the last day, in one go.
    plan_ahead(database, now=AFTERWARDS - timedelta(days=3), batch=500)
    _live(database, rng, study)
    with database.reading() as session:
        listed = session.scalars(select(Participant.id).where(Participant.study_id == study).order_by(Participant.code))
        return Made(name=name, people=tuple(listed))


def _settle(
    database: Database,
    rng: random.Random,
    name: str,
    people: int,
    protocol: str,
    days: int,
    starts: int,
    zone: str,
    first_monday: date,
) -> uuid.UUID:
    study = uuid.UUID(int=rng.getrandbits(128))
    rows: list[dict[str, Any]] = []
    for number in range(people):
        starts_on = first_monday + timedelta(weeks=number % starts)
        rows.append(
            {
                "id": uuid.UUID(int=rng.getrandbits(128), version=4),
                "study_id": study,
                "code": f"{CANARY[:4]}{name[:3]}{number:05}".upper(),
                "language": rng.choices(["nl", "en"], [80, 20])[0],
                "zone": zone,
                "birth_year": rng.choice([2003, 2006, 2007, 2008, 2009, 2010, 2011, 2012]),
                "joined_at": BEGAN,
                "cleared_at": BEGAN,
                "starts_on": starts_on,
                "ends_on": starts_on + timedelta(days=days - 1),
            }
        )
    with database.transaction() as session:
        session.add(
            Study(
                id=study,
                name=name,
                title={"nl": f"Tuin {name}: één proef", "en": f"Garden {name}"},
                protocol=protocol,
                zone=zone,
                seed=hashlib.sha256(name.encode()).digest(),
                created_at=BEGAN,
            )
        )
        session.flush()
        for language in ("nl", "en"):
            make_text(session, study=session.get_one(Study, study), language=language, published_at=BEGAN)
        session.execute(insert(Participant), rows)
        session.execute(insert(ConsentRecord), [_yes(row["id"], *said) for row in rows for said in enumerate(SCOPES)])
    return study


def _yes(person: uuid.UUID, number: int, scope: str) -> dict[str, object]:
    words = {"version": 1, "sha256": "0" * 64, "language": "nl", "method": "app", "at": BEGAN}
    return {"participant_id": person, "number": number, "role": "participant", "scope": scope, "given": True, **words}


def _live(database: Database, rng: random.Random, study: uuid.UUID) -> None:
    """Pushes, receipts, entries and challenge outcomes of everybody."""
    with database.reading() as session:
        beeps = session.execute(
            select(Beep)
            .join(Participant, Participant.id == Beep.participant_id)
            .where(Participant.study_id == study)
            .order_by(Beep.participant_id, Beep.local_date, Beep.slot)
        ).scalars()
        cards = {
            (person, on): slug
            for person, on, slug in session.execute(
                select(Assignment.participant_id, Assignment.local_date, Assignment.slug)
            )
        }
        rows: dict[type[Base], list[dict[str, Any]]] = {Attempt: [], Receipt: [], Response: [], ChallengeOutcome: []}
        minds: dict[uuid.UUID, Mind] = {}
        for beep in beeps:
            mind = minds.setdefault(beep.participant_id, _mind(rng))
            key = {"participant_id": beep.participant_id, "local_date": beep.local_date, "slot": beep.slot}
            if beep.kind == "challenge":
                _meet_challenge(rows, key, cards.get((beep.participant_id, beep.local_date), "unknown"), beep, rng)
            else:
                _meet_beep(rows, key, beep, mind, rng)
    with database.transaction() as session:
        for table, found in rows.items():
            if found:
                session.execute(insert(Base.metadata.tables[table.__tablename__]), found)


def _mind(rng: random.Random) -> Mind:
    character = Character(
        name="",
        language="nl",
        birth_year=2010,
        mood=rng.gauss(62, 12),
        spread=rng.uniform(6, 22),
        answers=rng.betavariate(5, 2),
        fading=0.93,
        sociable=rng.random(),
    )
    return Mind(character=character, rng=random.Random(rng.getrandbits(64)))


def _meet_beep(rows: dict[Any, Any], key: dict[str, Any], beep: Beep, mind: Mind, rng: random.Random) -> None:
    mind.step(beep.local_date)
    chance = rng.random()
    if chance < 0.02:  # no phone took it
        outcome, device = ("no_device", NO_DEVICE) if chance < 0.01 else ("gone", PHONE)
        rows[Attempt].append(_attempt(key, beep.due_at, outcome, 0, device))
        return
    rows[Attempt].append(_attempt(key, beep.due_at + timedelta(seconds=1), "accepted", 0))
    answers = mind.will_answer(1 + beep.local_date.toordinal() % 21, beep.slot)
    delay = timedelta(seconds=min(rng.lognormvariate(5.2, 1.0), 3_000))
    if delay > timedelta(minutes=15) or not answers:
        rows[Attempt].append(_attempt(key, beep.due_at + timedelta(minutes=15), "accepted", 1))
    if answers or chance > 0.95:
        at = beep.due_at + delay
        rows[Receipt].append({**key, "kind": "opened", "device_at": at, "received_at": at})
    if answers:
        rows[Response].append(_entry(key, beep, mind, delay))


def _entry(key: dict[str, Any], beep: Beep, mind: Mind, delay: timedelta) -> dict[str, Any]:
    instrument = instruments()[beep.instrument or ""]
    told = mind.answer(instrument, present(instrument, beep.order_seed), beep.local_date)
    for item in instrument.items:
        if item.type == "text" and item.id in told["shown"]:
            told["answers"][item.id] = f'{CANARY} \u001f \u0001 Noor\'s tuin, "mooi"\n'
    started = beep.due_at + delay
    finished = started + timedelta(milliseconds=sum(told["item_ms"].values()))
    body = json.dumps(told["answers"], sort_keys=True)
    return {
        **key,
        "instrument": instrument.key,
        **told,
        "measures": measures(instrument, told["answers"]),
        "scoring_version": instrument.scoring_version,
        "started_at": started,
        "finished_at": finished,
        "received_at": finished + timedelta(seconds=2),
        "late_upload": finished > beep.expires_at,
        "zone": beep.zone,
        "utc_offset_min": beep.utc_offset_min,
        "app": CANARY[:20],
        "digest": hashlib.sha256(body.encode()).digest(),
    }


def _meet_challenge(rows: dict[Any, Any], key: dict[str, Any], slug: str, beep: Beep, rng: random.Random) -> None:
    rows[Attempt].append(_attempt(key, beep.due_at, "accepted", 0))
    outcome = rng.choices(["done", "skipped", None], [5, 2, 3])[0]
    if outcome:
        felt = rng.randrange(101) if outcome == "done" else None
        at = beep.due_at + timedelta(hours=1)
        told = {"outcome": outcome, "slug": slug, "fun": felt, "helped": felt, "device_at": at, "received_at": at}
        rows[ChallengeOutcome].append({**key, **told})


def _attempt(key: dict[str, Any], at: datetime, outcome: str, stage: int, device: uuid.UUID = PHONE) -> dict[str, Any]:
    return {**key, "at": at, "device_id": device, "stage": stage, "outcome": outcome, "http_status": 201, "took_ms": 9}


def by_name(paths: Iterable[str]) -> list[str]:
    """File names without the folder inside the zip."""
    return sorted(path.partition("/")[2] for path in paths)
