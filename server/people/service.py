"""Joining a study, coming back on another phone, and changing one's settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from prompts.sampling import Rhythm, RhythmProblems, infeasible
from server.crypto import new_code
from server.errors import DomainError
from server.people import tokens
from server.people.models import FormerRhythm, Participant
from server.studies.calendar import first_day, last_day, local_date, require_zone
from server.studies.models import JoinCode, Study
from server.studies.service import find_by_code, protocol_of
from server.studies.versions import rules_in_force

PARTICIPANT_CODE_SIGNS = 7
OLDEST_YEARS = 100


class JoinRefused(DomainError):
    """This code does not open a study."""

    code = "code-refused"


class CodeUnknown(JoinRefused):
    """No study has this code; check the letters."""

    status = 404
    code = "code-unknown"


class CodeExpired(JoinRefused):
    """This code is no longer valid; ask for a new one."""

    status = 410
    code = "code-expired"


class CodeUsedUp(JoinRefused):
    """As many people as may have joined with this code; ask for a new one."""

    status = 409
    code = "code-used-up"


class StudyClosed(JoinRefused):
    """This study takes no more people."""

    status = 403
    code = "study-closed"


class RecoveryUnknown(DomainError):
    """This recovery code opens nothing: it is mistyped, or was used before."""

    status = 404
    code = "recovery-unknown"


class BirthYearUnlikely(DomainError):
    """Nobody who joins today was born in that year."""

    status = 422
    code = "birth-year-unlikely"


class LanguageNotOffered(DomainError):
    """This study does not have its texts in that language."""

    status = 422
    code = "language-not-offered"


class RhythmInvalid(DomainError):
    """These are not two days that can be read; see errors."""

    status = 422
    code = "rhythm-invalid"


class RhythmInfeasible(DomainError):
    """The study's questions do not fit into this day; see errors."""

    status = 422
    code = "rhythm-infeasible"


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined:
    """A participant with fresh secrets, which are shown once and never again. ``expires_at`` is the token's."""

    participant: Participant
    token: str = field(repr=False)
    expires_at: datetime
    recovery_code: str = field(repr=False)


def join(
    session: Session,
    code: str,
    *,
    language: str,
    zone: str,
    birth_year: int | None = None,
    now: datetime,
) -> Joined:
    """Take somebody into the study that ``code`` opens. ``zone`` is IANA; ``code`` as typed.

    She waits for consent, and nothing is planned for her, until `server.consent.service` has cleared her.
    Raises `CodeUnknown`, `CodeExpired`, `CodeUsedUp`, `StudyClosed`, `calendar.ZoneUnknown`, `BirthYearUnlikely`.
    """
    require_zone(zone)
    if birth_year is not None and not 0 < now.year - birth_year <= OLDEST_YEARS:
        raise BirthYearUnlikely
    join_code, study = _find_open(session, code, now)
    _use(session, join_code, now)
    protocol, offered = protocol_of(study), rules_in_force(study).languages
    starts_on = first_day(protocol, study.start_rule, zone, now=now, opens_on=study.opens_on)
    participant = Participant(
        study=study,
        code=_free_code(session),
        language=language if language in offered else offered[0],
        zone=zone,
        rhythm=None,
        birth_year=birth_year,
        joined_at=now,
        waiting="consent",
        starts_on=starts_on,
        ends_on=last_day(protocol, starts_on),
        rules_version=study.rules_version,
    )
    session.add(participant)
    session.flush()
    return _open(session, participant, now)


def look_up(session: Session, code: str, *, now: datetime) -> Study:
    """The study that ``code`` opens now, for showing what it is about; uses nothing up.

    Raises `CodeUnknown`, `CodeExpired`, `CodeUsedUp`, `StudyClosed`.
    """
    join_code, study = _find_open(session, code, now)
    if join_code.expires_at is not None and join_code.expires_at <= now:
        raise CodeExpired
    if join_code.max_uses is not None and join_code.uses >= join_code.max_uses:
        raise CodeUsedUp
    return study


def recover(session: Session, code: str, *, now: datetime) -> Joined:
    """Open the account of a one-time recovery code on this phone and sign every other phone out.

    The code is used up and a new one given. Raises `RecoveryUnknown`.
    """
    participant = tokens.use_recovery_code(session, code, now)
    if participant is None:
        raise RecoveryUnknown
    tokens.revoke_all_tokens(session, participant, now)
    participant.recovered_at = now
    return _open(session, participant, now)


def change_me(
    session: Session, participant: Participant, changes: Mapping[str, Any], *, now: datetime
) -> tuple[Participant, bool]:
    """Set ``language``, ``zone`` and ``rhythm`` (JSON of `Rhythm`, or None for the protocol's own day), where given.

    Returns the participant as she is now, in this session, and whether days that have not begun must be planned anew.
    Raises `calendar.ZoneUnknown`, `RhythmInvalid`, and `RhythmInfeasible` with every reason in both languages.
    """
    row = session.get_one(Participant, participant.id, with_for_update={"key_share": True, "of": Participant})
    zone = changes.get("zone", row.zone)
    rhythm = _readable(changes["rhythm"]) if changes.get("rhythm") is not None else None
    if "rhythm" not in changes:
        rhythm = row.rhythm
    require_zone(zone)
    plan_changes = (zone, rhythm) != (row.zone, row.rhythm)
    if plan_changes:
        _require_feasible(row.study, rhythm, zone)
    if rhythm != row.rhythm:
        _keep_former(session, row, now)
    language = changes.get("language", row.language)
    if language != row.language and language not in rules_in_force(row.study).languages:
        raise LanguageNotOffered
    row.language = language
    row.zone, row.rhythm = zone, rhythm
    session.flush()
    return row, plan_changes


def describe_me(participant: Participant, *, push_key: str, now: datetime) -> dict[str, Any]:
    """What a participant may know of herself: the shape of `schemas.MeOut`."""
    study = participant.study
    return {
        "code": participant.code,
        "language": participant.language,
        "zone": participant.zone,
        "rhythm": participant.rhythm,
        "study": {
            "title": study.title,
            "protocol": study.protocol,
            "languages": list(rules_in_force(study).languages),
            "days": (participant.ends_on - participant.starts_on).days + 1,
            "starts_on": participant.starts_on,
            "ends_on": participant.ends_on,
            "study_day": participant.study_day(local_date(now, participant.zone)),
        },
        "push_key": push_key,
        "waiting": participant.waiting,
        "asked_again_at": participant.asked_again_at,
        "left_at": participant.left_at,
    }


def _find_open(session: Session, code: str, now: datetime) -> tuple[JoinCode, Study]:
    found = find_by_code(session, code)
    if found is None:
        raise CodeUnknown
    join_code, study = found
    if study.closes_on is not None and local_date(now, study.zone) > study.closes_on:
        raise StudyClosed
    return join_code, study


def _use(session: Session, join_code: JoinCode, now: datetime) -> None:
    """Count one use, with the limits in the same statement: two people cannot both take the last place."""
    counted = session.scalar(
        update(JoinCode)
        .where(
            JoinCode.code == join_code.code,
            or_(JoinCode.max_uses.is_(None), JoinCode.uses < JoinCode.max_uses),
            or_(JoinCode.expires_at.is_(None), JoinCode.expires_at > now),
        )
        .values(uses=JoinCode.uses + 1)
        .returning(JoinCode.code)
        .execution_options(synchronize_session=False)
    )
    if counted is None:
        expired = join_code.expires_at is not None and join_code.expires_at <= now
        raise CodeExpired if expired else CodeUsedUp


def _free_code(session: Session) -> str:
    """A code nobody has; the unique constraint has the last word."""
    while True:
        code = new_code(PARTICIPANT_CODE_SIGNS)
        if not session.scalar(select(exists().where(Participant.code == code))):
            return code


def _open(session: Session, participant: Participant, now: datetime) -> Joined:
    token, expires_at = tokens.issue_token(session, participant, now)
    sealed = participant.sealed_at is not None
    recovery_code = tokens.issue_recovery_code(session, participant, now, by_staff=sealed)
    session.flush()
    return Joined(participant=participant, token=token, expires_at=expires_at, recovery_code=recovery_code)


def _keep_former(session: Session, participant: Participant, now: datetime) -> None:
    """Keep the rhythm that goes: days that have begun were planned by it, and must be drawn again one day."""
    newest = session.scalar(select(func.max(FormerRhythm.number)).where(FormerRhythm.participant_id == participant.id))
    values = {"participant_id": participant.id, "number": (newest or 0) + 1, "rhythm": participant.rhythm, "until": now}
    session.execute(insert(FormerRhythm).values(values))


def _readable(rhythm: Mapping[str, Any]) -> dict[str, Any]:
    """The rhythm in its one written form."""
    try:
        return Rhythm.from_json(rhythm).as_json()
    except RhythmProblems as problems:
        lines = (problem.partition(": ") for problem in problems.problems)
        raise RhythmInvalid(
            errors=[{"where": f"rhythm.{where}", "code": "invalid", "message": text} for where, _, text in lines]
        ) from None


def _require_feasible(study: Study, rhythm: Mapping[str, Any] | None, zone: str) -> None:
    reasons = infeasible(protocol_of(study), Rhythm.from_json(rhythm) if rhythm is not None else Rhythm(), zone)
    if reasons:
        raise RhythmInfeasible(
            errors=[
                {
                    "where": f"rhythm.{reason.day_kind}",
                    "code": reason.reason_code,
                    "message": reason.reason["en"],
                    "text": dict(reason.reason),
                }
                for reason in reasons
            ]
        )
