"""Consent: joining with one, recording who agreed, and clearing people to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.consent.ages import is_too_young, parents_until
from server.consent.models import ConsentRecord
from server.consent.publishing import find_text, texts_in_force
from server.consent.refusals import BirthNeeded, ConsentNotAsked, ParticipantUnknown, TextChanged, TooYoung
from server.people import service as people
from server.people.models import Participant
from server.people.tokens import KEPT_AFTER_END
from server.studies.calendar import first_day, last_day, local_date
from server.studies.models import Study
from server.studies.service import protocol_of

SCOPES = ("use", "research", "sharing", "recontact")
REQUIRED = frozenset({"use", "research"})
PARENTS = ("parent1", "parent2")


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What somebody agrees to (scope -> yes or no) and the very text she was shown."""

    version: int
    sha256: str
    language: str
    scopes: Mapping[str, bool]


@dataclass(kw_only=True, slots=True)
class Given:
    """Somebody's latest word on every scope."""

    scopes: dict[str, bool] = field(default_factory=dict)
    last: ConsentRecord | None = None

    @property
    def is_enough(self) -> bool:
        return all(self.scopes.get(scope) for scope in REQUIRED)


def enrol(
    session: Session,
    code: str,
    *,
    language: str,
    zone: str,
    birth_year: int | None = None,
    birth_month: int | None = None,
    consent: Choice | None = None,
    now: datetime,
) -> people.Joined:
    """Join the study that ``code`` opens, with consent where it is given already.

    A study without a text asks for nothing: she is cleared at once. Otherwise the year of birth says whether a parent
    must agree too; the month is used for that and not kept. Raises what `people.service.join` raises, and
    `BirthNeeded`, `TooYoung`, `TextChanged`; nothing is then stored.
    """
    joined = people.join(session, code, language=language, zone=zone, birth_year=birth_year, now=now)
    participant = joined.participant
    if texts_in_force(session, participant.study):
        if birth_year is None:
            raise BirthNeeded
        today = local_date(now, zone)
        if is_too_young(birth_year, birth_month, today):
            raise TooYoung
        kept_until = participant.ends_on + KEPT_AFTER_END
        participant.parents_until = parents_until(birth_year, birth_month, today, kept_until=kept_until)
        if consent is not None:
            _record(session, participant, "participant", consent, method="app", now=now)
    settle(session, participant, now=now)
    return joined


def record_own(session: Session, participant: Participant, choice: Choice, *, now: datetime) -> Participant:
    """Keep what a participant says herself; the participant as she is now. Raises `ConsentNotAsked`, `TextChanged`."""
    row = lock(session, participant)
    _record(session, row, "participant", choice, method="app", now=now)
    settle(session, row, now=now)
    return row


def record_on_paper(
    session: Session,
    study: Study,
    code: str,
    role: str,
    scopes: Mapping[str, bool],
    *,
    now: datetime,
) -> Participant:
    """Keep what a signed letter says, about the text in force in the participant's language.

    ``code`` is the participant's; ``role`` participant, parent1 or parent2.
    Raises `ParticipantUnknown`, `ConsentNotAsked`.
    """
    found = find_participant(session, study, code)
    text = find_text(session, study, found.language)
    if text is None:
        raise ConsentNotAsked(f"There is no consent text in {study.name}.")
    row = lock(session, found)
    choice = Choice(version=text.version, sha256=text.sha256, language=text.language, scopes=scopes)
    _record(session, row, role, choice, method="letter", now=now)
    settle(session, row, now=now)
    return row


def find_participant(session: Session, study: Study, code: str) -> Participant:
    """Who has this code in the study. Raises `ParticipantUnknown`."""
    found = session.scalar(
        select(Participant).where(Participant.study_id == study.id, Participant.code == code.strip().upper())
    )
    if found is None:
        raise ParticipantUnknown(f"Nobody in {study.name} has the code {code}.")
    return found


def record_parent(
    session: Session, participant: Participant, parent: str, choice: Choice, *, method: str, now: datetime
) -> Participant:
    """Keep what a parent (``parent1`` or ``parent2``) says by ``method`` mail or letter; the participant as she is now.

    Raises `ConsentNotAsked`, `TextChanged`.
    """
    row = lock(session, participant)
    _record(session, row, parent, choice, method=method, now=now)
    settle(session, row, now=now)
    return row


def needs_parents(session: Session, participant: Participant, *, now: datetime) -> int:
    """How many parents must agree: 0 when the study asks for no consent, or she decides alone."""
    until = participant.parents_until
    if until is None or until <= local_date(now, participant.zone):
        return 0
    return participant.study.parents_required if texts_in_force(session, participant.study) else 0


def settle(session: Session, participant: Participant, *, now: datetime) -> None:
    """Clear her when every required consent is there, else say what she waits for.

    1. Her own consent to use and research; under sixteen also that of as many parents as the study wants.
    2. Whoever is cleared later than she joined begins on the first day after, so that waiting costs her no day.
    """
    waiting = _missing(session, participant, now)
    participant.waiting = waiting
    if waiting is not None:
        participant.cleared_at = None
    elif participant.cleared_at is None:
        participant.cleared_at = now
        _begin(participant, now)
    session.flush()


def settle_birthdays(session: Session, *, now: datetime) -> int:
    """Clear those who waited for a parent and have turned sixteen; how many."""
    latest = local_date(now, "Pacific/Kiritimati")  # where dates begin
    waiting = select(Participant).where(Participant.waiting == "parent", Participant.parents_until <= latest)
    rows = session.scalars(waiting.with_for_update(of=Participant, key_share=True)).all()
    for row in rows:
        settle(session, row, now=now)
    return sum(row.waiting is None for row in rows)


def read_given(session: Session, participant: Participant) -> dict[str, Given]:
    """The latest word of each role that has spoken."""
    found: dict[str, Given] = {}
    records = select(ConsentRecord).where(ConsentRecord.participant_id == participant.id)
    for record in session.scalars(records.order_by(ConsentRecord.number)):
        given = found.setdefault(record.role, Given())
        given.scopes[record.scope] = record.given
        given.last = record
    return found


def _missing(session: Session, participant: Participant, now: datetime) -> str | None:
    study = participant.study
    if not texts_in_force(session, study):
        return None
    given = read_given(session, participant)
    own = given.get("participant")
    if own is None or not own.is_enough:
        return "consent"
    until = participant.parents_until
    if until is None or until <= local_date(now, participant.zone):
        return None
    agreed = sum(parent in given and given[parent].is_enough for parent in PARENTS)
    refused = any(parent in given and not given[parent].is_enough for parent in PARENTS)
    return "parent" if refused or agreed < study.parents_required else None


def _begin(participant: Participant, now: datetime) -> None:
    if participant.planned_through is not None:
        return
    study, protocol = participant.study, protocol_of(participant.study)
    first = first_day(protocol, study.start_rule, participant.zone, now=now, opens_on=study.opens_on)
    if first > participant.starts_on:
        participant.starts_on, participant.ends_on = first, last_day(protocol, first)


def _record(
    session: Session, participant: Participant, role: str, choice: Choice, *, method: str, now: datetime
) -> None:
    """Add a record for each scope on which there is news; the same choice again adds nothing."""
    in_force = texts_in_force(session, participant.study)
    if not in_force:
        raise ConsentNotAsked
    shown = (choice.version, choice.language, choice.sha256)
    if shown not in {(text.version, text.language, text.sha256) for text in in_force}:
        raise TextChanged
    newest = select(func.max(ConsentRecord.number)).where(ConsentRecord.participant_id == participant.id)
    number = session.scalar(newest) or 0
    known = {
        record.scope: (record.given, record.version, record.language, record.sha256)
        for record in session.scalars(
            select(ConsentRecord)
            .where(ConsentRecord.participant_id == participant.id, ConsentRecord.role == role)
            .order_by(ConsentRecord.number)
        )
    }
    for scope in SCOPES:
        given = bool(choice.scopes.get(scope, False))
        if known.get(scope) == (given, *shown):
            continue
        number += 1
        session.add(
            ConsentRecord(
                participant_id=participant.id,
                number=number,
                role=role,
                scope=scope,
                given=given,
                version=choice.version,
                sha256=choice.sha256,
                language=choice.language,
                method=method,
                at=now,
            )
        )
    session.flush()


def lock(session: Session, participant: Participant) -> Participant:
    """The participant's row, so that two answers at once are numbered one after the other."""
    return session.get_one(Participant, participant.id, with_for_update={"key_share": True, "of": Participant})
