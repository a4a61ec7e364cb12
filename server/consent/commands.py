"""What staff do about consent on the command line: publish the text, and keep what a signed letter says."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from server.consent.publishing import publish_default
from server.consent.service import PARENTS, REQUIRED, SCOPES, find_participant, record_on_paper
from server.errors import DomainError
from server.mail.addresses import MAIL
from server.people.models import Participant
from server.studies.service import find_study

WAITED_FOR = {"consent": "the participant's own consent", "parent": "a parent"}


PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{3,38}")


class ContactInvalid(DomainError):
    """Young people must be able to reach somebody; see errors."""

    status = 422
    code = "contact-invalid"


def publish_text(
    session: Session,
    now: datetime,
    name: str,
    *,
    institution: str,
    contact: tuple[str, str],
    phone: str | None,
    parents: int,
) -> str:
    """Publish the text that comes with Kiem for study ``name``; a sentence for the screen.

    ``contact`` is the name and mail address of the person whom young people may ask.
    Raises `ContactInvalid` with every mistake, `StudyUnknown`.
    """
    faults = [
        {"where": where, "code": "invalid", "message": message}
        for where, wrong, message in (
            ("institution", not institution.strip(), "Say who is responsible for the study."),
            ("contact", not contact[0].strip(), "Give the name of somebody whom young people may ask."),
            ("contact", not MAIL.fullmatch(contact[1]), f"{contact[1]!r} is not a mail address."),
            ("phone", phone is not None and not PHONE.fullmatch(phone), f"{phone!r} is not a phone number."),
        )
        if wrong
    ]
    if faults:
        raise ContactInvalid(errors=faults)
    study, asked = find_study(session, name), {"name": contact[0], "mail": contact[1], "phone": phone}
    made = publish_default(session, study, institution=institution, contact=asked, parents_required=parents, now=now)
    return f"Version {made.version} of the consent text of {name} is in force."


def find_by_code(session: Session, name: str, code: str) -> Participant:
    """The participant of study ``name`` with this code. Raises `StudyUnknown`, `ParticipantUnknown`."""
    return find_participant(session, find_study(session, name), code)


def keep_letter(
    session: Session,
    now: datetime,
    name: str,
    code: str,
    *,
    parent: int | None,
    refused: bool,
    also: tuple[str, ...],
) -> str:
    """Keep a signed letter about participant ``code``: her own, or of ``parent`` 1 or 2; a sentence for the screen.

    ``also`` are scopes besides use and research that the letter agrees to.
    Raises `StudyUnknown`, `ParticipantUnknown`, `ConsentNotAsked`.
    """
    scopes = {scope: not refused and (scope in REQUIRED or scope in also) for scope in SCOPES}
    role = PARENTS[parent - 1] if parent else "participant"
    participant = record_on_paper(session, find_study(session, name), code, role, scopes, now=now)
    if participant.waiting is None:
        return f"{participant.code} is cleared; the first day is {participant.starts_on}."
    return f"Kept. {participant.code} still waits for {WAITED_FOR[participant.waiting]}."
