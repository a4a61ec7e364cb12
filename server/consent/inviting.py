"""Asking a parent: by an address that the young person types, or by a code on a letter that staff send.

Who types an address is fourteen and may mistype it, or may wish to annoy somebody with it: mails are few by count, by
place and by address, and the answer never tells whether anybody else has used the address before.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from server.consent.ages import LINK_LASTS
from server.consent.models import ParentInvitation, ParentLink
from server.consent.publishing import find_text
from server.consent.refusals import (
    ConsentFirst,
    ParentDecided,
    ParentsAllAsked,
    ParentSameMail,
    ParentsNotAsked,
    TooManyMails,
)
from server.consent.service import lock
from server.consent.settling import PARENTS, needs_parents, read_given
from server.contact import service as contacts
from server.crypto import hash_secret, new_code
from server.people.models import Participant

LETTER_LASTS = timedelta(days=28)  # it goes by school bag or post, both ways
LETTER_SIGNS = 16  # eighty bits, and tries are throttled
BETWEEN_MAILS = timedelta(minutes=10)
MOST_MAILS = 8  # to one place, reminders included
MOST_A_DAY = 4  # invitations of different young people to one address
A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class ParentState:
    """One place as the young person sees it; ``mail`` is masked. The shape of `schemas.ParentOut`."""

    parent: int
    state: str
    method: str
    mail: str | None
    asked_at: datetime
    mailed_at: datetime | None
    decided_at: datetime | None
    may_send_from: datetime | None


def invite_by_mail(
    session: Session, participant: Participant, mail: str, language: str, *, parent: int | None = None, now: datetime
) -> ParentInvitation:
    """Ask a parent at this address; the mail leaves with the worker's next round.

    Without ``parent`` the place that has the address already is asked again, else the first free one is taken.
    Raises `ParentsNotAsked`, `ConsentFirst`, `ParentsAllAsked`, `ParentDecided`, `ParentSameMail`, `TooManyMails`.
    """
    row = lock(session, participant)
    places = PARENTS[: _require_asking(session, row, now)]
    known = {role for who, role in contacts.whose(session, "mail", mail) if who == row.id and role in PARENTS}
    place = _choose(session, row, places, known, parent)
    if known - {place}:
        raise ParentSameMail
    invitation = session.get(ParentInvitation, (row.id, place))
    if invitation is not None and invitation.decision == "agreed":
        raise ParentDecided
    _refuse_too_many(session, row, invitation, mail, now)
    invitation = _renew(session, row, place, "mail", language, LINK_LASTS, now, keep_links=place in known)
    contacts.keep(session, row.id, place, "mail", mail.strip(), now=now)
    invitation.next_mail, invitation.next_mail_at = "ask", now
    invitation.mails += 1
    session.flush()
    return invitation


def invite_by_letter(session: Session, participant: Participant, parent: int, language: str, *, now: datetime) -> str:
    """A code for a letter to parent 1 or 2; it stands in the database as a hash only. A mail's links to them die.

    Raises `ParentsNotAsked`, `ParentDecided`.
    """
    row = lock(session, participant)
    _require_asking(session, row, now, own_first=False)
    place = PARENTS[parent - 1]
    invitation = session.get(ParentInvitation, (row.id, place))
    if invitation is not None and invitation.decision == "agreed":
        raise ParentDecided
    invitation = _renew(session, row, place, "letter", language, LETTER_LASTS, now, keep_links=False)
    invitation.next_mail = invitation.next_mail_at = None
    contacts.forget(session, row.id, place)
    return add_link(session, invitation, "ask", new_code(LETTER_SIGNS), now=now, expires_at=invitation.expires_at)


def read_parents(session: Session, participant: Participant, *, now: datetime) -> tuple[int, list[ParentState]]:
    """How many parents are needed, and what is known of those who were asked."""
    asked = select(ParentInvitation).where(ParentInvitation.participant_id == participant.id)
    rows = session.scalars(asked.order_by(ParentInvitation.parent)).all()
    return needs_parents(participant, now=now), [_describe(session, row, now) for row in rows]


def add_link(
    session: Session,
    invitation: ParentInvitation,
    purpose: str,
    secret: str,
    *,
    now: datetime,
    expires_at: datetime | None,
) -> str:
    """Let ``secret`` open this parent's page; the secret itself is given back and not kept."""
    session.add(
        ParentLink(
            token_hash=hash_secret(secret),
            participant_id=invitation.participant_id,
            parent=invitation.parent,
            purpose=purpose,
            made_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()
    return secret


def state_of(invitation: ParentInvitation, now: datetime) -> str:
    """waiting | reminded | agreed | refused | withdrawn | expired | undeliverable"""
    if invitation.decision is not None:
        return invitation.decision
    if invitation.undeliverable:
        return "undeliverable"
    if invitation.expires_at <= now:
        return "expired"
    return "reminded" if invitation.reminded_at is not None else "waiting"


def _require_asking(session: Session, participant: Participant, now: datetime, *, own_first: bool = True) -> int:
    needed = needs_parents(participant, now=now)
    has_words = find_text(session, participant.study, participant.language) is not None
    if not needed or participant.left_at is not None or not has_words:
        raise ParentsNotAsked
    own = read_given(session, participant).get("participant")
    if own_first and (own is None or not own.is_enough):
        raise ConsentFirst
    return needed


def _choose(
    session: Session, participant: Participant, places: tuple[str, ...], known: set[str], parent: int | None
) -> str:
    if parent is not None:
        if parent > len(places):
            raise ParentsNotAsked
        return places[parent - 1]
    if known & set(places):
        return min(known & set(places))
    taken = set(
        session.scalars(select(ParentInvitation.parent).where(ParentInvitation.participant_id == participant.id))
    )
    free = [place for place in places if place not in taken]
    if not free:
        raise ParentsAllAsked
    return free[0]


def _refuse_too_many(
    session: Session, participant: Participant, invitation: ParentInvitation | None, mail: str, now: datetime
) -> None:
    if invitation is not None and invitation.mails:
        if invitation.mails >= MOST_MAILS:
            raise TooManyMails(headers={"Retry-After": str(int(A_DAY.total_seconds()))})
        _refuse_until(invitation.asked_at + BETWEEN_MAILS, now)
    others = [who for who, _ in contacts.whose(session, "mail", mail) if who != participant.id]
    lately = select(func.count()).where(
        ParentInvitation.participant_id.in_(others), ParentInvitation.asked_at > now - A_DAY
    )
    if others and (session.scalar(lately) or 0) >= MOST_A_DAY:
        raise TooManyMails(headers={"Retry-After": str(int(A_DAY.total_seconds()))})


def _refuse_until(at: datetime, now: datetime) -> None:
    if now < at:
        raise TooManyMails(headers={"Retry-After": str(math.ceil((at - now).total_seconds()))})


def _renew(
    session: Session,
    participant: Participant,
    place: str,
    method: str,
    language: str,
    lasts: timedelta,
    now: datetime,
    *,
    keep_links: bool,
) -> ParentInvitation:
    """The place's row, open again. Links to another address, or from before a decision, open nothing any more."""
    row = session.get(ParentInvitation, (participant.id, place))
    if row is None:
        row = ParentInvitation(participant_id=participant.id, parent=place, mails=0)
        session.add(row)
    elif not keep_links or row.decision is not None:
        session.execute(
            delete(ParentLink).where(ParentLink.participant_id == participant.id, ParentLink.parent == place)
        )
    row.method, row.language, row.asked_at, row.expires_at = method, language, now, now + lasts
    row.mail_tries, row.undeliverable = 0, False
    row.reminded_at = row.decision = row.decided_at = None
    session.flush()
    return row


def _describe(session: Session, row: ParentInvitation, now: datetime) -> ParentState:
    address = contacts.find(session, row.participant_id, row.parent, "mail")
    may_send = row.mails < MOST_MAILS and row.decision != "agreed"
    return ParentState(
        parent=PARENTS.index(row.parent) + 1,
        state=state_of(row, now),
        method=row.method,
        mail=contacts.mask("mail", address) if address else None,
        asked_at=row.asked_at,
        mailed_at=row.mailed_at,
        decided_at=row.decided_at,
        may_send_from=max(now, row.asked_at + BETWEEN_MAILS) if may_send else None,
    )
