"""How far a study is with its consent, for the desk: versions, who waits for what, and which parents need a letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.consent.ages import EASTERNMOST
from server.consent.models import ConsentText, ParentInvitation
from server.consent.settling import PARENTS
from server.people.models import Participant
from server.studies.calendar import local_date
from server.studies.models import Study


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """One version of the text, whatever its languages."""

    number: int
    published_at: datetime
    binding: bool
    own: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A parent (1 or 2) of this participant whom a letter could reach now.

    ``why``: nobody was asked yet (``first``), the code of a letter opens nothing any more (``expired``), the mail did
    not arrive (``undeliverable``), or a letter (``letter``) or a mail (``mailed``) is there that nobody has answered.
    """

    code: str
    parent: int
    language: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """Counts of people who have not left. ``again`` of those who wait had begun and are asked for a new yes."""

    versions: Sequence[Version]
    cleared: int
    consent: int
    parent: int
    again: int
    letters: Sequence[Letter]


def read_overview(session: Session, study: Study, *, now: datetime) -> Overview:
    """One study's."""
    here = (Participant.study_id == study.id, Participant.left_at.is_(None))
    counted = session.execute(
        select(Participant.waiting, func.count(), func.count(Participant.asked_again_at))
        .where(*here)
        .group_by(Participant.waiting)
    ).all()
    people = {waiting or "cleared": number for waiting, number, _again in counted}
    return Overview(
        versions=list_versions(session, study),
        cleared=people.get("cleared", 0),
        consent=people.get("consent", 0),
        parent=people.get("parent", 0),
        again=sum(again for _waiting, _number, again in counted),
        letters=_letters(session, study, now),
    )


def list_versions(session: Session, study: Study) -> list[Version]:
    """Every version of the study's text, the newest first."""
    rows = session.execute(
        select(ConsentText.version, ConsentText.published_at, ConsentText.binding, ConsentText.own)
        .where(ConsentText.study_id == study.id)
        .distinct()
        .order_by(ConsentText.version.desc())
    )
    return [Version(number=row[0], published_at=row[1], binding=row[2], own=row[3]) for row in rows]


def _letters(session: Session, study: Study, now: datetime) -> list[Letter]:
    """Parents of people under sixteen who wait: all who were asked and have not answered, because a letter may get lost
    and a mail may never be read; and, once she has said yes herself, those whom nobody has asked yet."""
    young = (
        Participant.study_id == study.id,
        Participant.left_at.is_(None),
        Participant.waiting.is_not(None),
        Participant.parents_until > local_date(now, EASTERNMOST),
    )
    asked = session.execute(
        select(Participant.code, ParentInvitation)
        .join(ParentInvitation, ParentInvitation.participant_id == Participant.id)
        .where(*young)
    ).all()
    found = [
        Letter(code=code, parent=PARENTS.index(row.parent) + 1, language=row.language, why=why)
        for code, row in asked
        if (why := _why_again(row, now)) is not None
    ]
    known = {(code, row.parent) for code, row in asked}
    waiting = select(Participant.code, Participant.language).where(*young, Participant.waiting == "parent")
    found += [
        Letter(code=code, parent=number, language=language, why="first")
        for code, language in session.execute(waiting)
        for number, place in enumerate(PARENTS[: study.parents_required], start=1)
        if (code, place) not in known
    ]
    return sorted(found, key=lambda one: (one.code, one.parent))


def _why_again(row: ParentInvitation, now: datetime) -> str | None:
    if row.decision is not None:
        return None
    if row.undeliverable:
        return "undeliverable"
    if row.method == "mail":
        return "mailed"
    return "expired" if row.expires_at <= now else "letter"
