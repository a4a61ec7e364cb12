"""Join codes of a study: which there are and what became of them. They are made by `server.consent.opening`."""

from datetime import datetime
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.crypto import read_code
from server.errors import NotFound
from server.studies.models import JoinCode, Study

State = Literal["open", "used", "expired"]


class CodeUnknownHere(NotFound):
    """This study has no such code."""

    code = "code-unknown"


def list_codes(session: Session, study: Study) -> list[JoinCode]:
    """Every code of the study, the newest batch first."""
    statement = select(JoinCode).where(JoinCode.study_id == study.id)
    return list(session.scalars(statement.order_by(JoinCode.created_at.desc(), JoinCode.code)))


def find_codes(session: Session, study: Study, codes: list[str]) -> list[JoinCode]:
    """These codes of the study, in the order given; raises `CodeUnknownHere`."""
    wanted = [read_code(code) for code in codes]
    statement = select(JoinCode).where(JoinCode.study_id == study.id, JoinCode.code.in_(wanted))
    found = {row.code: row for row in session.scalars(statement)}
    if not wanted or any(code not in found for code in wanted):
        raise CodeUnknownHere
    return [found[code] for code in wanted]


def end_code(session: Session, study: Study, code: str, *, now: datetime) -> None:
    """Let nobody join with it any more; who has joined stays. Raises `CodeUnknownHere`."""
    ended = session.scalar(
        update(JoinCode)
        .where(JoinCode.study_id == study.id, JoinCode.code == read_code(code))
        .values(expires_at=now)
        .returning(JoinCode.code)
    )
    if ended is None:
        raise CodeUnknownHere


def state_of(code: JoinCode, now: datetime) -> State:
    """Whether somebody can join with it."""
    if code.expires_at is not None and code.expires_at <= now:
        return "expired"
    return "used" if code.max_uses is not None and code.uses >= code.max_uses else "open"
