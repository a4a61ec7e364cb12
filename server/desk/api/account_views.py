"""One's own account: name and language, where one is signed in, recovery codes, beginning anew, invitations."""

import uuid
from typing import Any

from flask import Response, request
from sqlalchemy import func, select

from server.context import current, now
from server.crypto import group_code
from server.desk.api.account_schemas import (
    AcceptInvitationIn,
    CodesShownOut,
    DeskBrowsersOut,
    DeskFreshOut,
    DeskProofIn,
    OpenInvitationOut,
    OwnAccountIn,
    OwnAccountOut,
    RenewLinkOut,
    SessionsEndedOut,
)
from server.desk.api.auth import api_blueprint, staff_api
from server.staff import accounts, invitations
from server.staff.auth import anybody
from server.staff.models import Staff, StaffRecoveryCode
from server.staff.passkeys import party_of
from server.staff.passwords import read_common
from server.staff.sessions import FRESH, Caller, list_sessions, note_proved, revoke_session
from server.staff.signing_in import Proof, limit_tries, prove
from server.staff.totp import totp_uri
from server.studies.models import Study

account = api_blueprint("account", "one's own account")


@account.get("/account")
@staff_api(role="anyone")
@account.response(200, OwnAccountOut())
def get_account(*, staff: Caller) -> dict[str, Any]:
    """Her name and language, and what is left of her recovery codes"""
    with current().database.reading() as session:
        return _account(session, staff, staff.name, staff.language)


@account.put("/account")
@staff_api(role="anyone")
@account.arguments(OwnAccountIn())
@account.response(200, OwnAccountOut())
def put_account(body: dict[str, str], *, staff: Caller) -> dict[str, Any]:
    """Another name or language"""
    with current().database.transaction() as session:
        accounts.change_details(session, staff, **body)
        return _account(session, staff, body["name"], body["language"])


@account.get("/account/sessions")
@staff_api(role="anyone")
@account.response(200, DeskBrowsersOut())
def get_sessions(*, staff: Caller) -> dict[str, Any]:
    """Where she is signed in"""
    with current().database.reading() as session:
        rows = list_sessions(session, staff.id, now())
        return {
            "sessions": [
                {
                    "id": row.id,
                    "browser": row.browser,
                    "created_at": row.created_at,
                    "seen_at": row.seen_at,
                    "this": row.id == staff.session_id,
                }
                for row in rows
            ]
        }


@account.delete("/account/sessions/<uuid:session_id>")
@staff_api(role="anyone")
@account.response(204)
def delete_session(session_id: uuid.UUID, *, staff: Caller) -> Response:
    """Sign one browser out; one that is not hers stays"""
    with current().database.transaction() as session:
        revoke_session(session, staff.id, session_id, now())
    return Response(status=204)


@account.post("/account/sessions/end-others")
@staff_api(role="anyone")
@account.response(200, SessionsEndedOut())
def post_end_others(*, staff: Caller) -> dict[str, int]:
    """Sign every other browser out"""
    with current().database.transaction() as session:
        return {"ended": accounts.sign_out_others(session, staff, secret=current().secret, now=now())}


@account.post("/session/confirm")
@staff_api(role="anyone")
@account.arguments(DeskProofIn())
@account.response(200, DeskFreshOut())
def post_confirm(body: dict[str, str], *, staff: Caller) -> dict[str, Any]:
    """Password and code once more, for what reaches far; holds for five minutes"""
    context, at = current(), now()
    proof = Proof(mail=staff.mail, password=body["password"], code=body["code"])
    with (
        limit_tries(context.database, staff.mail, request.remote_addr, key=context.throttle_key, now=at),
        context.database.transaction() as session,
    ):
        prove(session, proof, secret=context.secret, now=at)
        note_proved(session, staff, at)
    return {"fresh_until": at + FRESH}


@account.post("/account/recovery-codes")
@staff_api(role="anyone", fresh=True)
@account.response(201, CodesShownOut())
def post_recovery_codes(*, staff: Caller) -> dict[str, list[str]]:
    """Ten new recovery codes, shown once; the old ones open nothing any more"""
    with current().database.transaction() as session:
        codes = accounts.renew_recovery_codes(session, staff, secret=current().secret, now=now())
    return {"codes": [group_code(code) for code in codes]}


@account.post("/account/renew")
@staff_api(role="anyone", fresh=True)
@account.response(201, RenewLinkOut())
def post_renew(*, staff: Caller) -> dict[str, str]:
    """A link with which to begin anew with another password and code app"""
    context = current()
    with context.database.transaction() as session:
        made = invitations.renew_access(session, staff.actor, staff.id, secret=context.secret, now=now())
    return {"link": f"{context.settings.public_url}/desk/invitation/{made.token}"}


@account.get("/invitations/<token>")
@anybody
@account.response(200, OpenInvitationOut())
def get_invitation(token: str) -> dict[str, Any]:
    """What an invitation's link opens"""
    context = current()
    with context.database.reading() as session:
        row = invitations.find_invitation(session, token, now())
        study = session.get(Study, row.study_id) if row.study_id else None
        known = select(Staff.id).where(Staff.mail == row.mail, Staff.ended_at.is_(None))
        has_account = row.staff_id is None and session.scalar(known) is not None
        uri = None if has_account else totp_uri(invitations.invitation_totp(row, secret=context.secret), row.mail)
        return {
            "mail": row.mail,
            "language": row.language,
            "study": study.name if study else None,
            "role": row.role,
            "administrator": row.administrator,
            "has_account": has_account,
            "totp_uri": uri,
        }


@account.post("/invitations/<token>")
@anybody
@account.arguments(AcceptInvitationIn())
@account.response(201, CodesShownOut())
def post_invitation(body: dict[str, str], token: str) -> dict[str, list[str]]:
    """Make the account; the answer has the recovery codes. Signing in comes after it"""
    context = current()
    with context.database.transaction() as session:
        accepted = invitations.accept(
            session,
            token,
            **body,
            secret=context.secret,
            now=now(),
            common=read_common(context.settings.common_passwords_path),
        )
    return {"codes": [group_code(code) for code in accepted.recovery_codes]}


@account.post("/invitations/<token>/take")
@staff_api(role="anyone")
@account.response(204)
def post_take(token: str, *, staff: Caller) -> Response:
    """Take an invitation with the account one has"""
    with current().database.transaction() as session:
        invitations.accept_as(session, staff, token, secret=current().secret, now=now())
    return Response(status=204)


def _account(session: Any, staff: Caller, name: str, language: str) -> dict[str, Any]:
    left = session.scalar(
        select(func.count())
        .select_from(StaffRecoveryCode)
        .where(StaffRecoveryCode.staff_id == staff.id, StaffRecoveryCode.used_at.is_(None))
    )
    return {
        "mail": staff.mail,
        "name": name,
        "language": language,
        "administrator": staff.administrator,
        "recovery_codes_left": left or 0,
        "passkeys_possible": party_of(current().settings.public_url) is not None,
    }
