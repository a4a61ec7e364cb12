"""Signing in: mail address, password and a code, all three at once, with one answer for whatever was wrong.

Tries are counted before they are judged, in a transaction of their own, so that guesses under way at the same time in
many processes all count. A success takes the account's own count back.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.audit.service import Actor, record
from server.crypto import hash_with_key
from server.db import Database
from server.errors import TooManyTries
from server.people.models import Throttle
from server.people.throttle import WINDOW, count_failure, network_of
from server.staff import passwords
from server.staff.models import Staff
from server.staff.refusals import SignInRefused
from server.staff.totp import use_recovery_code, use_totp

MOST_HERE = 10  # tries for one account from one network in ten minutes
MOST_ACCOUNT = 60  # for one account from anywhere: high, or a stranger could lock her out with ease
MOST_NETWORK = 60  # from one network for any account: an office shares one


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What somebody shows to be herself. ``code`` is the app's or, once each, one of the recovery codes."""

    mail: str
    password: str = field(repr=False)
    code: str


@contextmanager
def limit_tries(database: Database, mail: str, address: str | None, *, key: bytes, now: datetime) -> Iterator[None]:
    """Count a try, refuse it with `TooManyTries` when there were too many; a block that succeeds clears the count."""
    network, account = network_of(address), read_mail(mail)
    limits = {
        hash_with_key(key, "staff here", account, network): MOST_HERE,
        hash_with_key(key, "staff account", account): MOST_ACCOUNT,
        hash_with_key(key, "staff network", network): MOST_NETWORK,
    }
    with database.transaction() as session:
        left = max((_count(session, key_hash, most, now) for key_hash, most in limits.items()), default=0.0)
    if left > 0:
        raise TooManyTries(headers={"Retry-After": str(math.ceil(left))})
    yield
    with database.transaction() as session:
        session.execute(delete(Throttle).where(Throttle.key_hash.in_(list(limits)[:2])))


def prove(session: Session, proof: Proof, *, secret: bytes, now: datetime) -> Staff:
    """Whose proof this is. A code is used up by it. Raises `SignInRefused`, for every fault alike."""
    staff = session.scalar(select(Staff).where(Staff.mail == read_mail(proof.mail), Staff.ended_at.is_(None)))
    if not passwords.verify_password(staff.password_hash if staff else passwords.nobodys_hash(), proof.password):
        raise SignInRefused
    if staff is None:
        raise SignInRefused
    if not use_totp(session, staff, proof.code, secret=secret, now=now):
        if not use_recovery_code(session, staff, proof.code, secret=secret, now=now):
            raise SignInRefused
        record(session, Actor(staff_id=staff.id, who=staff.mail), "staff.recovery-code-used", secret=secret, now=now)
    if passwords.is_outdated(staff.password_hash):
        staff.password_hash = passwords.hash_password(proof.password)
    return staff


def read_mail(typed: str) -> str:
    """The address as it is kept: without spaces around it, in lower case."""
    return typed.strip().lower()


def _count(session: Session, key_hash: bytes, most: int, now: datetime) -> float:
    """Count one try; the seconds to wait when it is one too many, else 0."""
    count_failure(session, key_hash, now=now)
    row = session.get_one(Throttle, key_hash, populate_existing=True)
    return 0.0 if row.tries <= most else (row.window_start + WINDOW - now).total_seconds()
