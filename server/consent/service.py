"""Consent: joining with one, and recording who agreed. Who may be asked then is `server.consent.settling`'s to say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.consent.ages import depends_on_month, is_too_young, parents_until
from server.consent.models import ConsentRecord
from server.consent.opening import require_open
from server.consent.publishing import find_text, texts_in_force
from server.consent.refusals import BirthNeeded, ConsentNotAsked, ParticipantUnknown, TextChanged, TooYoung
from server.consent.settling import (
    PARENTS,
    REQUIRED,
    SCOPES,
    WATCHED,
    Given,
    must_say_again,
    needs_parents,
    read_given,
    settle,
    settle_birthdays,
)
from server.people import service as people
from server.people.models import Participant
from server.people.tokens import KEPT_AFTER_END
from server.studies.calendar import local_date
from server.studies.delicate import require_monitoring
from server.studies.models import Study
from server.studies.service import protocol_of

__all__ = [
    "PARENTS",
    "REQUIRED",
    "SCOPES",
    "Choice",
    "Given",
    "enrol",
    "find_participant",
    "lock",
    "needs_parents",
    "read_given",
    "record_on_paper",
    "record_own",
    "record_parent",
    "settle",
    "settle_birthdays",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What somebody agrees to (scope -> yes or no) and the very text she was shown."""

    version: int
    sha256: str
    language: str
    scopes: Mapping[str, bool]


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

    The year of birth says whether a parent must agree too; the month is used for that and not kept. Raises what
    `people.service.join` raises, and `NotOpenYet` for a study without a text, `BirthNeeded`, `TooYoung`, `TextChanged`,
    `MonitoringNeeded`; nothing is then stored, and the code is not used up.
    """
    joined = people.join(session, code, language=language, zone=zone, birth_year=birth_year, now=now)
    participant = joined.participant
    require_monitoring(participant.study, protocol_of(participant.study))
    require_open(session, participant.study)
    today = local_date(now, zone)
    if birth_year is None or (birth_month is None and depends_on_month(birth_year, today)):
        raise BirthNeeded
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


def _record(
    session: Session, participant: Participant, role: str, choice: Choice, *, method: str, now: datetime
) -> None:
    """Add a record for each scope on which there is news; the same choice again adds nothing.

    Except from somebody who has turned sixteen since: that she says it again is the news.
    """
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
    if role == "participant" and must_say_again(participant, read_given(session, participant).get(role), now):
        known = {}
    asked = (*SCOPES, WATCHED) if participant.study.monitoring or WATCHED in known else SCOPES
    for scope in asked:
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
