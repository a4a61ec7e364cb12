"""Invitations: a link that makes an account, and gives it a role in a study or in the installation.

Every function here that changes something writes its own audit entry, in the caller's transaction.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.audit.service import Actor, record
from server.crypto import hash_secret, new_token
from server.staff import passwords
from server.staff.models import ROLES, Invitation, Passkey, Staff, StudyRole
from server.staff.refusals import AlreadyStaff, CodeRefused, InvitationUnknown, PasswordRefused
from server.staff.service import find_active, give_role
from server.staff.sessions import Caller, revoke_all
from server.staff.signing_in import read_mail
from server.staff.totp import (
    issue_recovery_codes,
    matching_step,
    new_totp_secret,
    seal_totp_secret,
    unseal_totp_secret,
)
from server.studies.models import Study

INVITED_FOR = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Invited:
    """``token`` goes into the link and is not kept; None when the person has an account and got her role at once."""

    mail: str
    token: str | None = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """A new account (or one set up anew) with its recovery codes, which are shown once."""

    staff: Staff
    recovery_codes: list[str] = field(repr=False)


def invite(
    session: Session,
    actor: Actor,
    mail: str,
    *,
    secret: bytes,
    now: datetime,
    study: Study | None = None,
    role: str | None = None,
    administrator: bool = False,
    language: str = "nl",
) -> Invited:
    """Invite somebody to a role in a study, to administer the installation, or both.

    Who has an account already is given the role at once. An earlier invitation to the same is withdrawn.
    Raises `AlreadyMember`; `AlreadyStaff` when there is nothing to give.
    """
    address = read_mail(mail)
    staff = session.scalar(select(Staff).where(Staff.mail == address, Staff.ended_at.is_(None)))
    name = study.name if study else None
    if staff is not None:
        if study is not None and role is not None:
            give_role(session, staff.id, study, role, now)
        elif not administrator or staff.administrator:
            raise AlreadyStaff
        if administrator:
            staff.administrator = True
        record(
            session,
            actor,
            "staff.added",
            secret=secret,
            now=now,
            study=name,
            subject=address,
            role=role,
            administrator=administrator,
        )
        return Invited(mail=address, token=None)
    older = update(Invitation).where(
        Invitation.mail == address, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None)
    )
    older = older.where(Invitation.study_id == study.id if study else Invitation.study_id.is_(None))
    session.execute(older.values(revoked_at=now))
    token = _new_invitation(
        session,
        actor,
        address,
        secret=secret,
        now=now,
        study_id=study.id if study else None,
        role=role,
        administrator=administrator,
        language=language,
    )
    record(
        session,
        actor,
        "staff.invited",
        secret=secret,
        now=now,
        study=name,
        subject=address,
        role=role,
        administrator=administrator,
    )
    return Invited(mail=address, token=token)


def find_invitation(session: Session, token: str, now: datetime) -> Invitation:
    """The invitation that a link opens. Raises `InvitationUnknown`."""
    row = session.scalar(
        select(Invitation).where(
            Invitation.token_hash == hash_secret(token),
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
    )
    if row is None:
        raise InvitationUnknown
    return row


def invitation_totp(invitation: Invitation, *, secret: bytes) -> str:
    """The secret that the invitation's QR shows."""
    return unseal_totp_secret(secret, invitation.totp_secret, owner=str(invitation.id))


def accept(
    session: Session,
    token: str,
    *,
    name: str,
    language: str,
    password: str,
    code: str,
    secret: bytes,
    now: datetime,
    common: frozenset[str] = frozenset(),
) -> Accepted:
    """Make the account of an invitation, or set its account up anew, and use the link up.

    Whoever sets hers up anew may have lost a device to somebody: sessions, passkeys, recovery codes and the other links
    of that kind end with it.
    Raises `InvitationUnknown`, `AlreadyStaff` (sign in and `accept_as`), `PasswordRefused` (its errors name each
    weakness), `CodeRefused`.
    """
    invitation = find_invitation(session, token, now)
    staff = session.scalar(select(Staff).where(Staff.mail == invitation.mail))
    if staff is not None and staff.ended_at is None and invitation.staff_id != staff.id:
        raise AlreadyStaff
    check_password(password, about=[name, *known_of(session, invitation)], common=common)
    plain = invitation_totp(invitation, secret=secret)
    step = matching_step(plain, code, now=now)
    if step is None:
        raise CodeRefused
    _use_up(session, invitation, now)
    action = "staff.joined" if staff is None else "staff.set-up-anew"
    if staff is None:
        staff = Staff(id=uuid.uuid4(), mail=invitation.mail, administrator=False, created_at=now)
        session.add(staff)
    staff.name, staff.language, staff.ended_at = name, language, None
    staff.password_hash = passwords.hash_password(password)
    staff.totp_secret = seal_totp_secret(secret, plain, owner=str(staff.id))
    staff.totp_step = step
    session.flush()
    revoke_all(session, staff.id, now)
    session.execute(delete(Passkey).where(Passkey.staff_id == staff.id))
    _withdraw_renewals(session, staff.id, now)
    _give_what_was_offered(session, invitation, staff, now)
    codes = issue_recovery_codes(session, staff, secret=secret, now=now)
    record(session, Actor(staff_id=staff.id, who=staff.mail), action, secret=secret, now=now, subject=staff.mail)
    return Accepted(staff=staff, recovery_codes=codes)


def accept_as(session: Session, caller: Caller, token: str, *, secret: bytes, now: datetime) -> None:
    """Take an invitation with the account one has. Only the account of the invited address can.

    An open link never adds to an account by itself: whoever holds a link has not shown that the account is hers.
    Raises `InvitationUnknown`.
    """
    invitation = find_invitation(session, token, now)
    if invitation.mail != caller.mail or invitation.staff_id is not None:
        raise InvitationUnknown
    _use_up(session, invitation, now)
    _give_what_was_offered(session, invitation, session.get_one(Staff, caller.id), now)
    record(session, caller.actor, "staff.joined", secret=secret, now=now, subject=caller.mail)


def known_of(session: Session, invitation: Invitation) -> list[str]:
    """What others know of whoever is invited: for refusing passwords made of it."""
    study = session.get(Study, invitation.study_id) if invitation.study_id else None
    return [invitation.mail, *([study.name, *study.title.values()] if study else [])]


def check_password(password: str, *, about: list[str], common: frozenset[str]) -> None:
    """Raise `PasswordRefused` with one error a weakness."""
    found = passwords.weaknesses(password, about=about, common=common)
    if found:
        raise PasswordRefused(errors=[{"where": "password", "code": word, "message": word} for word in found])


def withdraw_invitation(
    session: Session, actor: Actor, invitation_id: uuid.UUID, *, secret: bytes, now: datetime, study: Study | None
) -> None:
    """Make a link open nothing. ``study`` limits it to invitations to that study. Raises `InvitationUnknown`."""
    ended = update(Invitation).where(
        Invitation.id == invitation_id, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None)
    )
    if study is not None:
        ended = ended.where(Invitation.study_id == study.id)
    mail = session.scalar(ended.values(revoked_at=now).returning(Invitation.mail))
    if mail is None:
        raise InvitationUnknown
    name = study.name if study else None
    record(session, actor, "staff.invitation-withdrawn", secret=secret, now=now, study=name, subject=mail)


def renew_access(session: Session, actor: Actor, staff_id: uuid.UUID, *, secret: bytes, now: datetime) -> Invited:
    """A link with which somebody sets a new password and code app; until she does, nothing of hers changes.

    An earlier one opens nothing any more. Raises `StaffUnknown`.
    """
    staff = find_active(session, staff_id)
    _withdraw_renewals(session, staff.id, now)
    token = _new_invitation(
        session,
        actor,
        staff.mail,
        secret=secret,
        now=now,
        staff_id=staff.id,
        language=staff.language,
    )
    record(session, actor, "staff.access-renewed", secret=secret, now=now, subject=staff.mail)
    return Invited(mail=staff.mail, token=token)


def _new_invitation(
    session: Session,
    actor: Actor,
    mail: str,
    *,
    secret: bytes,
    now: datetime,
    language: str,
    staff_id: uuid.UUID | None = None,
    study_id: uuid.UUID | None = None,
    role: str | None = None,
    administrator: bool = False,
) -> str:
    if role is not None and role not in ROLES:
        raise ValueError(f"There is no role {role}.")
    token, invitation_id = new_token(), uuid.uuid4()
    session.add(
        Invitation(
            token_hash=hash_secret(token),
            id=invitation_id,
            mail=mail,
            staff_id=staff_id,
            study_id=study_id,
            role=role,
            administrator=administrator,
            language=language,
            totp_secret=seal_totp_secret(secret, new_totp_secret(), owner=str(invitation_id)),
            invited_by=actor.who,
            created_at=now,
            expires_at=now + INVITED_FOR,
        )
    )
    session.flush()
    return token


def _withdraw_renewals(session: Session, staff_id: uuid.UUID, now: datetime) -> None:
    """Links to set this account up anew open nothing any more."""
    session.execute(
        update(Invitation)
        .where(Invitation.staff_id == staff_id, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def _use_up(session: Session, invitation: Invitation, now: datetime) -> None:
    """Of two who hold the same link one is first; and one that is withdrawn at this very moment is withdrawn."""
    used = update(Invitation).where(
        Invitation.id == invitation.id, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None)
    )
    if session.scalar(used.values(used_at=now).returning(Invitation.id)) is None:
        raise InvitationUnknown


def _give_what_was_offered(session: Session, invitation: Invitation, staff: Staff, now: datetime) -> None:
    staff.administrator = staff.administrator or invitation.administrator
    if invitation.study_id is not None and invitation.role is not None:
        study = session.get_one(Study, invitation.study_id)
        if session.get(StudyRole, (staff.id, study.id)) is None:
            give_role(session, staff.id, study, invitation.role, now)
    session.flush()
