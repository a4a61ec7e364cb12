"""Sends what parents are to be sent: a claim for the length of a lease, the mail outside any transaction, the outcome.

A link's secret is made for the mail that carries it and is nowhere else: the database has its hash. Whoever dies
between sending and settling sends again; the parent has two mails with two links, and one of them is enough.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.clock import Clock
from server.consent.ages import LINK_LASTS
from server.consent.inviting import MOST_MAILS, add_link
from server.consent.mail_texts import write_mail
from server.consent.models import ParentInvitation, ParentLink
from server.consent.publishing import find_text
from server.consent.settling import needs_parents
from server.contact import service as contacts
from server.crypto import hash_secret, new_token
from server.db import Database
from server.mail.port import Mailer, MailFailed, Message
from server.people.models import Participant
from server.studies.calendar import local_date

log = structlog.get_logger()

REMIND_AFTER = timedelta(days=3)
LEASE = timedelta(minutes=5)
MOST_TRIES = 8
LONGEST_WAIT = timedelta(hours=6)
AT_ONCE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class _Post:
    key: tuple[uuid.UUID, str]
    kind: str
    token_hash: bytes
    leased_until: datetime
    message: Message


def send_mails(database: Database, mailer: Mailer, clock: Clock, *, public_url: str) -> int:
    """Send up to `AT_ONCE` mails that are due; how many left."""
    sent = 0
    for _ in range(AT_ONCE):
        with database.transaction() as session:
            due, post = _claim(session, clock.now(), public_url)
        if not due:
            break
        if post is None:
            continue
        failure = None
        try:
            mailer.send(post.message)
        except MailFailed as error:
            failure = error
            log.warning("a mail to a parent did not leave", action="mail.failed", why=error.why)
        with database.transaction() as session:
            _settle(session, post, failure, clock.now())
        sent += failure is None
    return sent


def _claim(session: Session, now: datetime, public_url: str) -> tuple[bool, _Post | None]:
    """Whether anything was due, and the mail to send for it (nothing when it has become needless)."""
    row = session.scalar(
        select(ParentInvitation)
        .where(ParentInvitation.next_mail_at <= now)
        .order_by(ParentInvitation.next_mail_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None or row.next_mail is None:
        return False, None
    kind, participant = row.next_mail, session.get_one(Participant, row.participant_id)
    address = contacts.find(session, row.participant_id, row.parent, "mail")
    needless = kind != "confirm" and not needs_parents(participant, now=now)  # she has turned sixteen
    text = find_text(session, participant.study, row.language)
    late = (kind == "remind" and row.expires_at <= now) or text is None
    if address is None or participant.left_at is not None or needless or late:
        row.next_mail = row.next_mail_at = None
        return True, None
    secret, leased_until = new_token(), now + LEASE
    expires_at = None if kind == "confirm" else now + LINK_LASTS
    add_link(session, row, "withdraw" if kind == "confirm" else "ask", secret, now=now, expires_at=expires_at)
    row.next_mail_at, row.mail_tries = leased_until, row.mail_tries + 1
    study = participant.study
    contact = study.contact or {}
    blanks = {
        "title": str(study.title[row.language]),
        "institution": study.institution or "",
        "link": f"{public_url}/parent/{secret}",
        "until": _written(local_date(now + LINK_LASTS, study.zone) - timedelta(days=1), row.language),
        "changes": (text.changes if text else None) or "",
        "contact": ", ".join(str(contact[name]) for name in ("name", "mail", "phone") if contact.get(name)),
    }
    message = write_mail(kind, row.language, address, blanks)
    key = (row.participant_id, row.parent)
    return True, _Post(key=key, kind=kind, token_hash=hash_secret(secret), leased_until=leased_until, message=message)


def _settle(session: Session, post: _Post, failure: MailFailed | None, now: datetime) -> None:
    """Write what came of it, where the lease is still ours: a decision or another address may have come meanwhile."""
    if failure is not None:
        session.execute(delete(ParentLink).where(ParentLink.token_hash == post.token_hash))
    row = session.get(ParentInvitation, post.key, with_for_update=True)
    if row is None or row.next_mail_at != post.leased_until:
        return
    if failure is not None:
        wait = min(timedelta(minutes=2**row.mail_tries), LONGEST_WAIT)
        give_up = failure.permanent or row.mail_tries >= MOST_TRIES
        row.undeliverable = give_up and post.kind != "confirm"
        row.next_mail, row.next_mail_at = (None, None) if give_up else (post.kind, now + wait)
        return
    row.mail_tries = 0
    row.next_mail = row.next_mail_at = None
    if post.kind == "confirm":
        return
    row.mailed_at, row.expires_at = now, now + LINK_LASTS
    if post.kind == "remind":
        row.reminded_at, row.mails = now, row.mails + 1
    elif row.mails < MOST_MAILS:
        row.next_mail, row.next_mail_at = "remind", now + REMIND_AFTER


_MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}


def _written(on: date, language: str) -> str:
    return f"{on.day} {_MONTHS[language].split()[on.month - 1]} {on.year}"
