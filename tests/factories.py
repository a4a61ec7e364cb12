"""One ``make_...`` for every kind of row, every argument defaulted. They flush, they do not commit."""

import hashlib
import itertools
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from server.consent.models import ConsentText
from server.coordination.models import ChallengeVersion
from server.db import Base
from server.diary.models import ChallengeOutcome, Response
from server.people.models import DeviceToken, Participant
from server.planning.models import CHALLENGE_SLOT, Assignment, Beep, beep_id
from server.studies.models import JoinCode, Study

Row = TypeVar("Row", bound=Base)
EARLIER = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
SHORT = "A short text"
serial = itertools.count(1)


def make_study(
    session: Session,
    *,
    name: str | None = None,
    title: Mapping[str, str] | None = None,
    protocol: str = "grow-it.1",
    zone: str = "Europe/Amsterdam",
    start_rule: str = "next_day",
    opens_on: date | None = None,
    closes_on: date | None = None,
    seed: bytes = b"g" * 32,
    created_at: datetime = EARLIER,
    text: bool = True,
) -> Study:
    """With a short consent text in force, unless ``text`` says no: nobody joins or is asked anything without one."""
    name = name or f"study-{next(serial)}"
    study = add(
        session,
        Study(
            name=name,
            title=dict(title or {"nl": f"Studie {name}", "en": f"Study {name}"}),
            protocol=protocol,
            zone=zone,
            start_rule=start_rule,
            opens_on=opens_on,
            closes_on=closes_on,
            seed=seed,
            created_at=created_at,
        ),
    )
    for language in ("nl", "en") if text else ():
        make_text(session, study=study, language=language, published_at=created_at)
    return study


def make_text(
    session: Session, *, study: Study, language: str = "nl", version: int = 1, published_at: datetime = EARLIER
) -> ConsentText:
    """A first text of one line (`tests.consent_factories.publish` puts the one that comes with Kiem in its place)."""
    row = ConsentText(
        study_id=study.id,
        version=version,
        language=language,
        body=[{"title": SHORT, "text": SHORT}],
        sha256=hashlib.sha256(f"{SHORT} {language}".encode()).hexdigest(),
        published_at=published_at,
    )
    return add(session, row)


def make_join_code(
    session: Session,
    *,
    study: Study | None = None,
    code: str | None = None,
    expires_at: datetime | None = None,
    max_uses: int | None = None,
    uses: int = 0,
    created_at: datetime = EARLIER,
) -> JoinCode:
    study = study or make_study(session)
    row = JoinCode(
        code=code or f"KMPR{letters(next(serial))}",
        study_id=study.id,
        expires_at=expires_at,
        max_uses=max_uses,
        uses=uses,
        created_at=created_at,
    )
    return add(session, row)


def make_participant(
    session: Session,
    *,
    study: Study | None = None,
    code: str | None = None,
    language: str = "nl",
    zone: str = "Europe/Amsterdam",
    rhythm: Mapping[str, Any] | None = None,
    birth_year: int | None = 2011,
    joined_at: datetime = EARLIER,
    starts_on: date = date(2026, 3, 2),
    ends_on: date | None = None,
    left_at: datetime | None = None,
    planned_through: date | None = None,
    waiting: str | None = None,
    parents_until: date | None = None,
    key: uuid.UUID | None = None,
) -> Participant:
    """Cleared, unless ``waiting`` says for what."""
    row = Participant(
        id=key or uuid.uuid4(),
        study=study or make_study(session),
        code=code or f"PRS{letters(next(serial))}",
        language=language,
        zone=zone,
        rhythm=dict(rhythm) if rhythm is not None else None,
        birth_year=birth_year,
        joined_at=joined_at,
        cleared_at=None if waiting else joined_at,
        waiting=waiting,
        parents_until=parents_until,
        starts_on=starts_on,
        ends_on=ends_on or starts_on + timedelta(days=20),
        left_at=left_at,
        planned_through=planned_through,
    )
    return add(session, row)


def make_token(
    session: Session,
    participant: Participant,
    *,
    token: str | None = None,
    created_at: datetime = EARLIER,
    expires_at: datetime = EARLIER + timedelta(days=100),
    revoked_at: datetime | None = None,
) -> str:
    """A device token's row; returns the secret itself."""
    token = token or f"token-of-{participant.code}-{next(serial)}"
    row = DeviceToken(
        token_hash=hashlib.sha256(token.encode()).digest(),
        participant=participant,
        created_at=created_at,
        expires_at=expires_at,
        revoked_at=revoked_at,
    )
    add(session, row)
    return token


def make_beep(
    session: Session,
    *,
    participant: Participant | None = None,
    local_date: date = date(2026, 3, 4),
    slot: int = 2,
    kind: str | None = None,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    window_min: int = 60,
    zone: str | None = None,
    instrument: str | None = "momentary.1",
    protocol: str = "grow-it.1",
    algorithm: int = 1,
    order_seed: int = 7,
    planned_at: datetime | None = None,
    next_push_at: datetime | None = None,
    push_stage: int = 0,
    push_tries: int = 0,
) -> Beep:
    """Slot 0 is the day's challenge. Without ``due_at`` slot n comes at 09:30 plus n hours of the local clock."""
    participant = participant or make_participant(session)
    zone = zone or participant.zone
    kind = kind or ("challenge" if slot == CHALLENGE_SLOT else "questionnaire")
    due_at = due_at or datetime.combine(local_date, time(9 + slot, 30), ZoneInfo(zone)).astimezone(UTC)
    offset = due_at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    row = Beep(
        participant_id=participant.id,
        local_date=local_date,
        slot=slot,
        id=beep_id(participant.id, local_date, slot),
        kind=kind,
        due_at=due_at,
        expires_at=expires_at or due_at + timedelta(minutes=window_min),
        zone=zone,
        utc_offset_min=offset // timedelta(minutes=1),
        instrument=None if kind == "challenge" else instrument,
        protocol=protocol,
        algorithm=algorithm,
        order_seed=order_seed,
        planned_at=planned_at or due_at - timedelta(days=2),
        next_push_at=next_push_at,
        push_stage=push_stage,
        push_tries=push_tries,
    )
    return add(session, row)


def make_response(
    session: Session,
    *,
    beep: Beep | None = None,
    answers: Mapping[str, Any] | None = None,
    skipped: Sequence[str] = (),
    shown: Sequence[str] | None = None,
    item_ms: Mapping[str, int] | None = None,
    measures: Mapping[str, float] | None = None,
    scoring_version: int = 1,
    started_at: datetime | None = None,
    finished_at: datetime | None = None,
    received_at: datetime | None = None,
    late_upload: bool = False,
    zone: str | None = None,
    utc_offset_min: int | None = None,
    app: str | None = "test",
) -> Response:
    """The entry as stored; nothing is checked or scored here."""
    beep = beep or make_beep(session)
    finished = finished_at or beep.due_at + timedelta(minutes=3)
    row = Response(
        participant_id=beep.participant_id,
        local_date=beep.local_date,
        slot=beep.slot,
        instrument=beep.instrument,
        answers=dict(answers or {}),
        skipped=list(skipped),
        shown=list(shown if shown is not None else (answers or {})),
        item_ms=dict(item_ms or {}),
        measures=dict(measures or {}),
        scoring_version=scoring_version,
        started_at=started_at or finished - timedelta(minutes=1),
        finished_at=finished,
        received_at=received_at or finished,
        late_upload=late_upload,
        zone=zone,
        utc_offset_min=utc_offset_min,
        app=app,
        digest=hashlib.sha256(repr((answers, skipped)).encode()).digest(),
    )
    return add(session, row)


def make_challenge(
    session: Session,
    *,
    slug: str | None = None,
    version: int = 1,
    strategy: str = "kindness",
    status: str = "live",
    origin: str = "desk",
    content: Mapping[str, Any] | None = None,
    created_at: datetime = EARLIER,
) -> ChallengeVersion:
    """A row of the catalogue; its content is well formed enough to become a `challenges.rules.Challenge`."""
    slug = slug or f"dare-{letters(next(serial)).lower()}"
    usual = {
        "slug": slug,
        "version": version,
        "strategy": strategy,
        "title": {"nl": f"Uitdaging {slug}", "en": f"Dare {slug}"},
        "body": {"nl": "Zeg iets aardigs tegen iemand.", "en": "Say something kind to somebody."},
        "minutes": 5,
        "status": status,
    }
    row = ChallengeVersion(
        slug=slug,
        version=version,
        strategy=strategy,
        status=status,
        origin=origin,
        content={**usual, **(content or {})},
        created_at=created_at,
    )
    return add(session, row)


def make_assignment(
    session: Session,
    *,
    participant: Participant,
    local_date: date = date(2026, 3, 4),
    slug: str = "compliment",
    version: int = 1,
    alternatives: Sequence[tuple[str, int]] = (),
    algorithm: int = 1,
    drawn_at: datetime = EARLIER,
) -> Assignment:
    row = Assignment(
        participant_id=participant.id,
        local_date=local_date,
        slug=slug,
        version=version,
        alternatives=[list(pair) for pair in alternatives],
        algorithm=algorithm,
        drawn_at=drawn_at,
    )
    return add(session, row)


def make_outcome(
    session: Session,
    *,
    beep: Beep,
    outcome: str = "done",
    slug: str = "compliment",
    fun: int | None = None,
    helped: int | None = None,
    device_at: datetime | None = None,
    received_at: datetime | None = None,
) -> ChallengeOutcome:
    at = device_at or beep.due_at + timedelta(hours=2)
    row = ChallengeOutcome(
        participant_id=beep.participant_id,
        local_date=beep.local_date,
        slot=beep.slot,
        outcome=outcome,
        slug=slug,
        fun=fun,
        helped=helped,
        device_at=at,
        received_at=received_at or at,
    )
    return add(session, row)


def add(session: Session, row: Row) -> Row:
    """Add one row and flush it."""
    session.add(row)
    session.flush()
    return row


def letters(number: int) -> str:
    """Four or more letters that no two numbers share, out of an alphabet without look-alikes."""
    text = ""
    while number or len(text) < 4:
        number, rest = divmod(number, 20)
        text = "BCDFGHJKMNPQRSTVWXYZ"[rest] + text
    return text
