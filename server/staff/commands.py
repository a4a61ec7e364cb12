"""What a server's administrator does about staff on the command line."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit.service import Actor, Seal, verify
from server.clock import Clock
from server.config import Settings
from server.errors import DomainError
from server.staff.invitation_mail import BY_COMMAND, mail_renewal, mail_where_possible
from server.staff.invitations import invite, renew_access
from server.staff.listing import list_accounts
from server.staff.models import Staff
from server.studies.service import find_study


class ChainBroken(DomainError):
    """The audit log was changed."""

    code = "chain-broken"


def invite_staff(
    session: Session,
    now: datetime,
    mail: str,
    *,
    secret: bytes,
    public_url: str,
    administrator: bool,
    study_name: str | None,
    role: str | None,
    language: str,
) -> str:
    """Invite somebody; the link to pass on, or a sentence where she had an account.

    Raises `StudyUnknown`, `AlreadyStaff`, `AlreadyMember`.
    """
    study = find_study(session, study_name) if study_name else None
    invited = invite(
        session,
        Actor(),
        mail,
        secret=secret,
        now=now,
        study=study,
        role=role,
        administrator=administrator,
        language=language,
    )
    if invited.token is None:
        return f"{invited.mail} had an account already and was added."
    return f"{public_url}/desk/invitation/{invited.token}"


def mail_invited(
    session: Session, settings: Settings, clock: Clock, mail: str, link: str, *, study_name: str | None, language: str
) -> str:
    """Mail the link of an invitation that was committed; a sentence about that, empty where no mail is sent."""
    title = find_study(session, study_name).title[language] if study_name else None
    sent = mail_where_possible(settings, clock, mail, link, by=BY_COMMAND[language], language=language, title=title)
    if sent is None:
        return ""
    return f"Mailed to {mail}." if sent else f"The mail to {mail} did not leave: pass the link on yourself."


def renew_staff(session: Session, now: datetime, mail: str, *, secret: bytes, public_url: str) -> str:
    """A link with which somebody sets a new password and code app. Raises `StaffUnknown`."""
    found = next((one for one in list_accounts(session) if one.mail == mail.lower() and one.ended_at is None), None)
    if found is None:
        raise DomainError(f"There is no account {mail}.")
    token = renew_access(session, Actor(), found.staff_id, secret=secret, now=now).token
    return f"{public_url}/desk/invitation/{token}"


def mail_renewed(session: Session, settings: Settings, clock: Clock, mail: str, link: str) -> str:
    """Mail the link of `renew_staff`, which was committed; a sentence about that, empty where no mail is sent."""
    staff = session.scalars(select(Staff).where(Staff.mail == mail.lower())).one()
    sent = mail_renewal(settings, clock, staff.mail, link, by=BY_COMMAND[staff.language], language=staff.language)
    if sent is None:
        return ""
    return f"Mailed to {staff.mail}." if sent else f"The mail to {staff.mail} did not leave: pass the link on yourself."


def describe_staff(session: Session) -> str:
    """One line a person: mail, name, roles."""
    lines = []
    for one in list_accounts(session):
        roles = [f"{role} of {study}" for study, role in one.roles]
        roles += ["administrator"] if one.administrator else []
        state = "ended" if one.ended_at else ", ".join(roles) or "no role"
        lines.append(f"{one.mail}  {one.name}  {state}")
    return "\n".join(lines) or "There is no staff yet. Begin with: ./run staff invite MAIL --administrator"


def verify_log(session: Session, *, secret: bytes, noted: str | None) -> str:
    """Follow the audit log's chain; a sentence with its seal. Raises `ChainBroken`, ValueError for a seal's shape."""
    seal = None
    if noted is not None:
        number, _, digest = noted.partition(":")
        if not number.isdigit() or len(digest) != 64:
            raise ValueError("A seal looks like 12:9f86d0..., as this command prints it.")
        seal = Seal(number=int(number), hash=digest.lower())
    verdict = verify(session, secret=secret, noted=seal)
    if verdict.broken is not None:
        raise ChainBroken(f"The audit log was changed: entry {verdict.broken} {verdict.why}.")
    end = f"{verdict.seal.number}:{verdict.seal.hash}"
    return f"The audit log is whole: {verdict.entries} entries.\nNote its seal somewhere else: {end}"
