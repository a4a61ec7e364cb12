"""Studies and the codes that open them."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from prompts.protocols import Protocol
from server.crypto import new_seed, read_code
from server.errors import DomainError
from server.studies.facts import list_faults
from server.studies.models import JoinCode, Study
from server.studies.versions import protocol_in_force


class StudyExists(DomainError):
    """There is a study of that name already."""

    status = 409
    code = "study-exists"


class StudyUnknown(DomainError):
    """There is no study of that name."""

    status = 404
    code = "study-unknown"


class StudyInvalid(DomainError):
    """A study cannot be made like that; see errors."""

    status = 422
    code = "study-invalid"


def create_study(
    session: Session,
    *,
    name: str,
    title: Mapping[str, str],
    protocol: str,
    zone: str,
    now: datetime,
    seed: bytes | None = None,
    start_rule: str = "next_day",
    opens_on: date | None = None,
    closes_on: date | None = None,
) -> Study:
    """Make a study. ``seed`` (32 bytes) makes its plans repeatable; None draws an unpredictable one.

    Raises `StudyInvalid` with every mistake, `StudyExists`.
    """
    faults = list_faults(name=name, title=title, protocol=protocol, zone=zone, opens_on=opens_on, closes_on=closes_on)
    if faults:
        raise StudyInvalid(errors=faults)
    row = Study(
        name=name,
        title=dict(title),
        protocol=protocol,
        zone=zone,
        start_rule=start_rule,
        opens_on=opens_on,
        closes_on=closes_on,
        seed=seed if seed is not None else new_seed(),
        created_at=now,
    )
    if session.scalar(select(Study.id).where(Study.name == name)) is not None:
        raise StudyExists(f"There is a study called {name} already.")
    session.add(row)
    session.flush()
    return row


def find_study(session: Session, name: str) -> Study:
    """The study of that name; raises `StudyUnknown`."""
    study = session.scalar(select(Study).where(Study.name == name))
    if study is None:
        raise StudyUnknown(f"There is no study called {name}.")
    return study


def find_by_code(session: Session, typed: str) -> tuple[JoinCode, Study] | None:
    """The join code that was meant by what somebody typed, with its study; None when there is none."""
    found = session.execute(
        select(JoinCode, Study).join(Study, Study.id == JoinCode.study_id).where(JoinCode.code == read_code(typed))
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def protocol_of(study: Study) -> Protocol:
    """The protocol in force now, with the study's own rules; KeyError when this installation lacks the protocol."""
    return protocol_in_force(study.protocol, study.rules, study.rules_version)
