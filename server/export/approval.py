"""The second person of an export that is made by hand: somebody of the study, not just a name. At the desk she decides
herself (`server.export.asking.decide`), by the same rule."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.export.request import Responsible, SecondPersonNeeded, SecondPersonSame
from server.staff.models import Staff, StudyRole
from server.studies.models import Study


def find_second(session: Session, study: Study, responsible: Responsible) -> Responsible:
    """The same, with the second person's mail address as her account has it; as it is where nobody is named.

    Raises `SecondPersonNeeded` if that is nobody who may export from this study, `SecondPersonSame` if neither of the
    two is an owner of it, or both are one.
    """
    named = (responsible.approved_by or "").strip().lower()
    if not named:
        return responsible
    first = responsible.requested_by.strip().lower()
    wanted = (
        select(Staff.mail, StudyRole.role)
        .join(StudyRole, StudyRole.staff_id == Staff.id)
        .where(StudyRole.study_id == study.id, Staff.mail.in_([named, first]), Staff.ended_at.is_(None))
    )
    roles = {mail: role for mail, role in session.execute(wanted)}
    if roles.get(named) not in ("researcher", "owner"):
        raise SecondPersonNeeded(
            f"--approved-by takes the mail address of a researcher or owner of {study.name}; {named} is neither."
        )
    if named == first or "owner" not in (roles[named], roles.get(first)):
        raise SecondPersonSame
    return replace(responsible, approved_by=named)
