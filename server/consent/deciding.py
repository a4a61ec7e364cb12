"""A parent's own page as use cases: what a link opens, saying yes or no once, and taking a yes back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.consent.inviting import add_link
from server.consent.models import ParentInvitation, ParentLink
from server.consent.publishing import find_text
from server.consent.refusals import ConsentNotAsked, DecidesHerself, LinkOver, LinkUnknown
from server.consent.service import SCOPES, Choice, lock, needs_parents, record_parent
from server.crypto import hash_secret, new_code, read_code
from server.people.models import Participant

WITHDRAW_SIGNS = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """What a link is for: ``purpose`` ask or withdraw. Rows belong to the session that opened it."""

    purpose: str
    invitation: ParentInvitation
    participant: Participant
    link: ParentLink


def open_link(session: Session, secret: str, *, now: datetime) -> Opened:
    """What this link or letter's code opens; uses nothing up, mail scanners look at links too.

    Raises `LinkUnknown`, `LinkOver`, `DecidesHerself`, and `ConsentNotAsked` where there is no text.
    """
    hashes = [hash_secret(secret), hash_secret(read_code(secret))]
    link = session.scalar(select(ParentLink).where(ParentLink.token_hash.in_(hashes)))
    if link is None:
        raise LinkUnknown
    participant = session.get_one(Participant, link.participant_id)
    invitation = session.get_one(ParentInvitation, (link.participant_id, link.parent))
    if link.used_at is not None or (link.expires_at is not None and link.expires_at <= now):
        raise LinkOver
    if not needs_parents(participant, now=now):
        raise DecidesHerself
    if find_text(session, participant.study, invitation.language) is None:
        raise ConsentNotAsked
    return Opened(purpose=link.purpose, invitation=invitation, participant=participant, link=link)


def decide(session: Session, secret: str, choice: Choice, *, now: datetime) -> str | None:
    """Keep a parent's yes or no and use up every link to this question.

    After a yes by letter the answer is a code for taking it back, to be shown once; by mail the worker sends a link.
    Raises what `open_link` raises, and `ConsentNotAsked`, `TextChanged`.
    """
    opened = _use(session, secret, "ask", now)
    invitation = opened.invitation
    agreed = bool(choice.scopes.get("use") and choice.scopes.get("research"))
    if not agreed:
        choice = Choice(
            version=choice.version,
            sha256=choice.sha256,
            language=choice.language,
            scopes=dict.fromkeys(SCOPES, False),
        )
    record_parent(session, opened.participant, invitation.parent, choice, method=invitation.method, now=now)
    invitation.decision, invitation.decided_at = ("agreed" if agreed else "refused"), now
    invitation.next_mail = invitation.next_mail_at = None
    invitation.mail_tries = 0
    code = None
    if agreed and invitation.method == "mail":
        invitation.next_mail, invitation.next_mail_at = "confirm", now
    elif agreed:
        code = add_link(session, invitation, "withdraw", new_code(WITHDRAW_SIGNS), now=now, expires_at=None)
    session.flush()
    return code


def withdraw(session: Session, secret: str, *, now: datetime) -> Participant:
    """Take a yes back: she is asked nothing more from now on; the participant as she is now.

    Raises what `open_link` raises.
    """
    opened = _use(session, secret, "withdraw", now)
    invitation = opened.invitation
    text = find_text(session, opened.participant.study, invitation.language)
    if text is None:
        raise ConsentNotAsked
    nothing = Choice(
        version=text.version, sha256=text.sha256, language=text.language, scopes=dict.fromkeys(SCOPES, False)
    )
    row = record_parent(session, opened.participant, invitation.parent, nothing, method=invitation.method, now=now)
    invitation.decision, invitation.decided_at = "withdrawn", now
    invitation.next_mail = invitation.next_mail_at = None
    session.flush()
    return row


def _use(session: Session, secret: str, purpose: str, now: datetime) -> Opened:
    """Open a link and use up all that have its purpose. Two clicks at once wait for each other at the participant."""
    opened = open_link(session, secret, now=now)
    lock(session, opened.participant)
    used = session.scalars(
        update(ParentLink)
        .where(
            ParentLink.participant_id == opened.invitation.participant_id,
            ParentLink.parent == opened.invitation.parent,
            ParentLink.purpose == purpose,
            ParentLink.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(ParentLink.token_hash)
        .execution_options(synchronize_session=False)
    ).all()
    if opened.link.token_hash not in {bytes(one) for one in used}:
        raise LinkOver  # another purpose, or the other click came first
    session.refresh(opened.invitation)
    return opened
