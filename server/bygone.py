"""A study that is over, made in bulk for the demo, so that there is one to export.

Its people join, agree and are planned like everybody, as of then. What a worker and phones would have done in those
weeks is written at once, because living through it takes a minute. No phone of theirs exists.
"""

import hashlib
import json
import random
import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from prompts.presentation import present
from prompts.scoring import measures
from server.consent.opening import issue_join_code
from server.consent.publishing import find_text, publish_default
from server.consent.service import SCOPES, Choice, enrol, record_on_paper
from server.content import instruments
from server.db import Base, Database
from server.delivery.models import Attempt, Receipt
from server.diary.models import Response
from server.imagined import Character, Mind
from server.people.models import Participant
from server.planning.models import Beep
from server.planning.service import plan_ahead
from server.rehearsal import seed_of
from server.studies.models import Study
from server.studies.service import create_study

NAME = "demo-earlier"
TITLE = {
    "nl": "Vorige ronde (demo): 24 verzonnen mensen, afgelopen",
    "en": "Earlier round (demo): 24 simulated people, over",
}
PROTOCOL = "school-day.1"
PEOPLE, COHORTS = 24, 3
WEEKS_AGO = 8
AGES = (13, 14, 15, 16, 17, 18, 19, 20)
PHONE = uuid.UUID(int=1)


def is_made(session: Session) -> bool:
    """Whether it is there to the last row."""
    lived = select(Response.slot).join(Participant, Participant.id == Response.participant_id)
    study = select(Study.id).where(Study.name == NAME).scalar_subquery()
    return session.scalar(lived.where(Participant.study_id == study).limit(1)) is not None


def make_earlier(database: Database, *, institution: str, contact: dict[str, Any], seed: int, now: datetime) -> None:
    """Make it unless it is there; what a killed process left half made is taken away first.

    now: aware UTC; all of it lies weeks before. Whoever else waits to be planned is planned too, as by the worker.
    """
    rng = random.Random(seed_of("earlier", seed))  # noqa: S311  imagined people
    monday = now.date() - timedelta(days=now.weekday(), weeks=WEEKS_AGO)
    with database.transaction() as session:
        if is_made(session):
            return
        if half := session.scalar(select(Study).where(Study.name == NAME)):
            session.delete(half)
            session.flush()
        began = _noon(monday - timedelta(days=3))
        study = create_study(
            session,
            name=NAME,
            title=TITLE,
            protocol=PROTOCOL,
            zone="Europe/Amsterdam",
            now=began,
            seed=seed_of(NAME, seed).to_bytes(8) * 4,
        )
        publish_default(session, study, institution=institution, contact=contact, now=began)
        code = issue_join_code(session, study, now=began).code
        for number in range(PEOPLE):
            joins = _noon(monday + timedelta(weeks=number % COHORTS, days=-1))
            _join(session, study, code, birth_year=joins.year - AGES[number % len(AGES)], rng=rng, now=joins)
    plan_ahead(database, now=now)
    with database.transaction() as session:
        _live(session, rng)


def _noon(on: date) -> datetime:
    return datetime.combine(on, time(12), UTC)


def _join(session: Session, study: Study, code: str, *, birth_year: int, rng: random.Random, now: datetime) -> None:
    language = rng.choices(["nl", "en"], [75, 25])[0]
    text = find_text(session, study, language)
    yes = dict.fromkeys(SCOPES, True)
    agreed = Choice(version=text.version, sha256=text.sha256, language=text.language, scopes=yes) if text else None
    joined = enrol(
        session, code, language=language, zone=study.zone, birth_year=birth_year, consent=agreed, now=now
    ).participant
    if joined.waiting == "parent":
        record_on_paper(session, study, joined.code, "parent1", yes, now=now)


def _live(session: Session, rng: random.Random) -> None:
    """Pushes, openings and entries of everybody; nothing is left to be sent."""
    people = select(Participant.id).join(Study).where(Study.name == NAME)
    beeps = session.execute(
        select(Beep, Participant.starts_on)
        .join(Participant, Participant.id == Beep.participant_id)
        .where(Participant.id.in_(people), Beep.kind == "questionnaire")
        .order_by(Beep.participant_id, Beep.local_date, Beep.slot)
    ).all()
    rows: dict[type[Base], list[dict[str, Any]]] = {Attempt: [], Receipt: [], Response: []}
    minds: dict[uuid.UUID, Mind] = {}
    for beep, starts_on in beeps:
        mind = minds.setdefault(beep.participant_id, _mind(rng))
        mind.step(beep.local_date)
        answers = mind.will_answer((beep.local_date - starts_on).days + 1, beep.slot)
        _meet(rows, beep, mind, answers, rng)
    for table, found in rows.items():
        session.execute(insert(table), found)
    session.execute(
        update(Beep)
        .where(Beep.participant_id.in_(people))
        .values(next_push_at=None)
        .execution_options(synchronize_session=False)
    )


def _mind(rng: random.Random) -> Mind:
    character = Character(
        name="",
        language="nl",
        birth_year=0,
        mood=rng.gauss(62, 12),
        spread=rng.uniform(6, 20),
        answers=rng.betavariate(6, 2),
        fading=0.95,
        sociable=rng.uniform(0.3, 0.8),
    )
    return Mind(character=character, rng=random.Random(rng.getrandbits(64)))  # noqa: S311  imagined people


def _meet(
    rows: dict[type[Base], list[dict[str, Any]]], beep: Beep, mind: Mind, answers: bool, rng: random.Random
) -> None:
    key = {"participant_id": beep.participant_id, "local_date": beep.local_date, "slot": beep.slot}
    reached = rng.random() > 0.02
    outcome, status = ("accepted", 201) if reached else ("gone", 410)
    told = {"stage": 0, "outcome": outcome, "http_status": status, "took_ms": rng.randrange(20, 90)}
    rows[Attempt].append({**key, "at": beep.due_at, "device_id": PHONE, **told})
    if not reached or not answers:
        return
    instrument = instruments()[beep.instrument or ""]
    said = mind.answer(instrument, present(instrument, beep.order_seed), beep.local_date)
    window = beep.expires_at - beep.due_at
    started = beep.due_at + min(timedelta(seconds=rng.lognormvariate(5.0, 1.0)), window * 0.8)
    finished = min(started + timedelta(milliseconds=sum(said["item_ms"].values())), beep.expires_at)
    rows[Receipt].append({**key, "kind": "opened", "device_at": started, "received_at": started})
    rows[Response].append(
        {
            **key,
            "instrument": instrument.key,
            **said,
            "measures": measures(instrument, said["answers"]),
            "scoring_version": instrument.scoring_version,
            "started_at": started,
            "finished_at": finished,
            "received_at": finished,
            "late_upload": False,
            "zone": beep.zone,
            "utc_offset_min": beep.utc_offset_min,
            "app": "imagined",
            "digest": hashlib.sha256(json.dumps(said["answers"], sort_keys=True).encode()).digest(),
        }
    )
