"""When a study is open: codes for it are made, and people are let in, only while a consent text is in force.

A study without a text asks nobody anything. A text in fewer languages than the study offers does not open it either:
somebody would be asked to agree to words she did not choose to read. See docs/decisions/0007.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.consent.models import ConsentText
from server.consent.publishing import texts_in_force
from server.crypto import new_code
from server.errors import DomainError
from server.people.models import Participant
from server.studies.delicate import require_monitoring
from server.studies.models import JoinCode, Study
from server.studies.service import protocol_of
from server.studies.versions import rules_in_force

JOIN_CODE_SIGNS = 8  # forty bits
MOST_AT_ONCE = 500


class TextMissing(DomainError):
    """Nobody can join yet: say who is responsible for the study and publish its consent text in all its languages."""

    status = 409
    code = "consent-text-missing"


class NotOpenYet(DomainError):
    """This study is not open yet. Nothing was kept, and your code still works when it is."""

    status = 403
    code = "study-not-open"


def missing_languages(session: Session, study: Study) -> tuple[str, ...]:
    """The languages that the study offers and its consent text in force lacks; every one when there is no text."""
    there = {text.language for text in texts_in_force(session, study)}
    return tuple(language for language in rules_in_force(study).languages if language not in there)


def is_open(session: Session, study: Study) -> bool:
    """Whether somebody could agree, in whichever of the study's languages she reads."""
    return not missing_languages(session, study)


def has_text() -> ColumnElement[bool]:
    """Of participants, in a query: their study has a consent text. Without one nobody can have agreed to anything.

    Asked of each, not "in the studies that have one": SQLite would then look for the people by their study.
    """
    return (
        select(ConsentText.study_id).where(ConsentText.study_id == Participant.study_id).correlate(Participant).exists()
    )


def require_open(session: Session, study: Study) -> None:
    """Raise `NotOpenYet` for a study that nobody can agree to yet: for whoever wants to join."""
    if not is_open(session, study):
        raise NotOpenYet


def require_text(session: Session, study: Study) -> None:
    """Raise `TextMissing` with the languages that lack: for staff who make or hand out codes."""
    missing = missing_languages(session, study)
    if missing:
        raise TextMissing(
            errors=[
                {"where": language, "code": "consent-text-missing", "message": f"There is no consent text in {name}."}
                for language, name in (("nl", "Dutch"), ("en", "English"))
                if language in missing
            ]
        )


def issue_join_code(
    session: Session,
    study: Study,
    *,
    now: datetime,
    max_uses: int | None = None,
    expires_at: datetime | None = None,
) -> JoinCode:
    """A new code for joining ``study``, for any number of people and without an end unless told otherwise.

    Raises `TextMissing`, and `delicate.MonitoringNeeded` for a study that asks what nobody is there to answer for.
    """
    require_text(session, study)
    require_monitoring(study, protocol_of(study))
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    while True:
        values = {"study_id": study.id, "max_uses": max_uses, "expires_at": expires_at, "uses": 0, "created_at": now}
        statement = insert(JoinCode).values(code=new_code(JOIN_CODE_SIGNS), **values).on_conflict_do_nothing()
        row: JoinCode | None = session.scalar(statement.returning(JoinCode))
        if row is not None:
            return row


def issue_codes(
    session: Session, study: Study, *, count: int, max_uses: int | None, expires_at: datetime | None, now: datetime
) -> list[JoinCode]:
    """``count`` new codes, all alike; they have the same ``created_at``, which is what makes them a batch.

    Raises what `issue_join_code` raises.
    """
    return [
        issue_join_code(session, study, now=now, max_uses=max_uses, expires_at=expires_at)
        for _ in range(min(count, MOST_AT_ONCE))
    ]
