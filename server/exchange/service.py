"""Stores fitted rows through the same checks as live answers, each row once.

Ids are derived from the study and the recorded participant, so a second import finds everything there and adds nothing.
Codes, tokens and phones are not made: nobody can sign in as a recorded person.
"""

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from prompts.answers import AnswerProblems, check
from prompts.scoring import measures
from server.db import Base, insert_into
from server.delivery.models import Attempt
from server.delivery.settling import NO_DEVICE
from server.diary.models import Response
from server.exchange.fitting import Fitted, Planned, Unplanned
from server.exchange.mapping import Mapping as FileMapping
from server.exchange.recorded import Refusal, Row
from server.people.models import Participant
from server.planning.models import Beep, beep_id, event_slot
from server.studies.models import Study

NOT_DRAWN = 0  # the algorithm of a moment that was recorded, not drawn
NO_SIGNS_TO_CONFUSE = "BCDFGHJKMNPQRSTVWXYZ23456789"


@dataclass(kw_only=True, slots=True)
class Totals:
    """What became of a file's rows. ``rows`` counts each row once, by its outcome; the outcomes add up to ``read``."""

    read: int = 0
    people: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    new_beeps: int = 0
    new_responses: int = 0
    refused: list[Refusal] = field(default_factory=list)
    noted: list[Refusal] = field(default_factory=list)  # taken in, but with something left out or put right

    @property
    def accounted(self) -> int:
        return sum(self.rows.values())

    def refuse(self, refusal: Refusal) -> None:
        self.refused.append(refusal)
        self.rows[f"refused: {refusal.code}"] += 1

    def note(self, row: Row) -> None:
        """Keep what is odd about a row that is taken in all the same."""
        if row.notes:
            message = "; ".join(row.notes)
            self.noted.append(Refusal(line=row.line, participant=row.participant, code="noted", message=message))

    def as_json(self) -> dict[str, Any]:
        return {
            "read": self.read,
            "people": self.people,
            "rows": dict(sorted(self.rows.items())),
            "accounted": self.accounted,
            "refused": len(self.refused),
            "noted": len(self.noted),
        }


def store_people(session: Session, study: Study, fitted: Sequence[Fitted], mapping: FileMapping, now: datetime) -> int:
    """Add the participants that are not there yet; the number added."""
    rows = []
    for person in fitted:
        dates = [beep.local_date for beep in person.planned]
        dates += [_local_date(entry.started_at, person.zone) for entry in person.unplanned]
        if not dates:
            continue
        identity = participant_id(study, person.participant)
        rows.append(
            {
                "id": identity,
                "study_id": study.id,
                "code": _code(identity),
                "language": mapping.language,
                "zone": person.zone,
                "rhythm": None,
                "birth_year": None,
                "joined_at": now,
                "cleared_at": now,  # consent was given where the data were collected
                "starts_on": min(dates),
                "ends_on": max(dates),
                "left_at": None,
                "planned_through": max(dates),  # recorded days are not planned again
            }
        )
    return _insert_new(session, Participant, rows)


def store_diary(
    session: Session, study: Study, person: Fitted, mapping: FileMapping, totals: Totals, now: datetime
) -> None:
    """Store one person's beeps, the sign that they were issued, and their answers; count every row in ``totals``."""
    identity = participant_id(study, person.participant)
    beeps: list[dict[str, Any]] = []
    attempts: list[dict[str, Any]] = []
    responses: list[dict[str, Any]] = []
    for planned in person.planned:
        beep = _beep(identity, planned, mapping, now)
        beeps.append(beep)
        if planned.row.issued:
            attempts.append(_attempt(beep, planned.row.issued))
        if planned.answered:
            _answer(responses, totals, beep, planned.row, mapping, now, "answered")
        elif not planned.row.answers:
            totals.rows[_silence(planned.row)] += 1
    copies: Counter[str] = Counter()
    for entry in person.unplanned:
        name = f"{person.participant} {entry.row.scheduled.isoformat()} {entry.started_at.isoformat()}"
        copies[name] += 1  # the very same row three times is two entries, not one
        event = uuid.uuid5(study.id, name if copies[name] == 1 else f"{name} {copies[name]}")
        beep = _event(identity, event, person, entry, mapping, now)
        if _answer(responses, totals, beep, entry.row, mapping, now, f"self-started: {entry.why}"):
            beeps.append(beep)
    for refusal in person.refused:
        totals.refuse(refusal)
    totals.new_beeps += _insert_new(session, Beep, beeps)
    _insert_new(session, Attempt, attempts)
    totals.new_responses += _insert_new(session, Response, responses)


def participant_id(study: Study, recorded: str) -> uuid.UUID:
    """The id of a recorded person: the same in every import into this study, another in every other study."""
    return uuid.uuid5(study.id, recorded)


def _code(identity: uuid.UUID) -> str:
    """Seven signs that staff see; derived, so that a second import gives the same."""
    digest = hashlib.sha256(b"code" + identity.bytes).digest()
    return "".join(NO_SIGNS_TO_CONFUSE[byte % len(NO_SIGNS_TO_CONFUSE)] for byte in digest[:7])


def _beep(identity: uuid.UUID, planned: Planned, mapping: FileMapping, now: datetime) -> dict[str, Any]:
    return {
        "participant_id": identity,
        "local_date": planned.local_date,
        "slot": planned.slot,
        "id": beep_id(identity, planned.local_date, planned.slot),
        "kind": "questionnaire",
        **_moment(planned.due_at, planned.expires_at, planned.zone, mapping, now),
    }


def _event(
    identity: uuid.UUID, event: uuid.UUID, person: Fitted, entry: Unplanned, mapping: FileMapping, now: datetime
) -> dict[str, Any]:
    """A self-started entry; ``event`` is made of what identifies its row in any copy of the file."""
    zone = entry.row.zone or person.zone
    expires_at = entry.started_at + timedelta(minutes=mapping.protocol.answer_window_min)
    return {
        "participant_id": identity,
        "local_date": _local_date(entry.started_at, zone),
        "slot": event_slot(event),
        "id": event,
        "kind": "event",
        **_moment(entry.started_at, expires_at, zone, mapping, now),
    }


def _moment(due_at: datetime, expires_at: datetime, zone: str, mapping: FileMapping, now: datetime) -> dict[str, Any]:
    offset = due_at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return {
        "due_at": due_at,
        "expires_at": expires_at,
        "zone": zone,
        "utc_offset_min": offset // timedelta(minutes=1),
        "instrument": mapping.instrument.key,
        "protocol": mapping.protocol.key,
        "algorithm": NOT_DRAWN,
        "order_seed": 0,
        "planned_at": now,
        "next_push_at": None,
        "push_stage": 0,
        "push_tries": 0,
    }


def _attempt(beep: Mapping[str, Any], issued: datetime) -> dict[str, Any]:
    """Says that the other system showed the prompt; no phone of ours was involved."""
    key = {name: beep[name] for name in ("participant_id", "local_date", "slot")}
    told = {"stage": 0, "outcome": "recorded", "http_status": None, "took_ms": None}
    return {**key, "at": issued, "device_id": NO_DEVICE, **told}


def _silence(row: Row) -> str:
    """Why a planned row has no answers: never issued, else the file's own word, else nothing but emptiness."""
    if row.issued is None and row.word != "cancelled":
        return "not issued"
    return row.word or "empty"


def _answer(
    responses: list[dict[str, Any]],
    totals: Totals,
    beep: Mapping[str, Any],
    row: Row,
    mapping: FileMapping,
    now: datetime,
    outcome: str,
) -> bool:
    """Check and score a row's answers; False (and a refusal in ``totals``) when the instrument does not allow them."""
    presented = tuple(item.id for item in mapping.instrument.items if item.id in mapping.items)
    body = {"answers": row.answers, "skipped": [], "shown": list(presented), "item_ms": {}}
    try:
        checked = check(mapping.instrument, presented, body)
    except AnswerProblems as error:
        message = "; ".join(f"{problem.item}: {problem.message}" for problem in error.problems)
        totals.refuse(Refusal(line=row.line, participant=row.participant, code="answers-invalid", message=message))
        return False
    finished = row.finished or beep["due_at"]
    responses.append(
        {
            **{name: beep[name] for name in ("participant_id", "local_date", "slot", "zone", "utc_offset_min")},
            "instrument": mapping.instrument.key,
            "answers": checked.answers,
            "skipped": [],
            "shown": list(checked.shown),
            "item_ms": {},
            "measures": measures(mapping.instrument, checked.answers),
            "scoring_version": mapping.instrument.scoring_version,
            "started_at": finished,  # when the first item was opened is not in such files
            "finished_at": finished,
            "received_at": now,
            "late_upload": False,
            "app": None,
            "digest": hashlib.sha256(json.dumps(checked.answers, sort_keys=True).encode()).digest(),
        }
    )
    complete = len(checked.answers) == len(presented)
    totals.rows[outcome if complete else f"{outcome}, partly"] += 1
    return True


def _local_date(at: datetime, zone: str) -> Any:
    return at.astimezone(ZoneInfo(zone)).date()


def _insert_new(session: Session, table: type[Base], rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert the rows whose key is not there yet; the number inserted."""
    batch = [dict(row) for row in rows]
    if not batch:
        return 0
    keys = list(table.__table__.primary_key)
    statement = insert_into(session, table).on_conflict_do_nothing().returning(*keys)
    return len(session.execute(statement, batch).all())
