"""Getting an account, and looking after it."""

import uuid

from flask import Response, request, url_for
from markupsafe import Markup
from sqlalchemy import func, select

from server.context import current, now
from server.crypto import group_code
from server.desk.forms import Form
from server.desk.frame import choose_language, desk_blueprint, go, language, render, signed_in, t
from server.desk.strings import LANGUAGES
from server.staff import accounts, auth, invitations
from server.staff.auth import anybody, staff_required
from server.staff.models import Invitation, Staff, StaffRecoveryCode
from server.staff.passkeys import list_passkeys, party_of, remove_passkey
from server.staff.passwords import LEAST, read_common
from server.staff.refusals import AlreadyStaff, CodeRefused, NoPasskeysHere, PasswordRefused
from server.staff.sessions import Caller, list_sessions, name_browser, open_session, revoke_session
from server.staff.totp import draw_qr, totp_uri
from server.studies.models import Study

account = desk_blueprint("desk_account")


@account.get("/account")
@staff_required(role="anyone")
def show(*, staff: Caller) -> Response:
    """Her name and language, where she is signed in, her codes."""
    return _page(staff, Form.of(name=staff.name, language=staff.language))


@account.post("/account")
@staff_required(role="anyone")
def change(*, staff: Caller) -> Response:
    """Another name or language."""
    form = Form(request.form)
    name, chosen = form.text("name", most=80), form.choice("language", LANGUAGES)
    if not form.ok:
        return _page(staff, form, status=422)
    with current().database.transaction() as session:
        accounts.change_details(session, staff, name=name, language=chosen)
    response = go(url_for(".show"), "account.saved")
    choose_language(response, chosen)
    return response


@account.post("/account/sessions/<uuid:session_id>/end")
@staff_required(role="anyone")
def end_session(session_id: uuid.UUID, *, staff: Caller) -> Response:
    """Sign one browser out."""
    with current().database.transaction() as session:
        revoke_session(session, staff.id, session_id, now())
    return go(url_for(".show"), "account.session_ended")


@account.post("/account/sessions/end-others")
@staff_required(role="anyone")
def end_others(*, staff: Caller) -> Response:
    """Sign every other browser out."""
    with current().database.transaction() as session:
        count = accounts.sign_out_others(session, staff, secret=current().secret, now=now())
    return go(url_for(".show"), "account.others_ended", count=count)


@account.route("/account/recovery-codes", methods=["GET", "POST"])
@staff_required(role="anyone", fresh=True)
def recovery_codes(*, staff: Caller) -> Response:
    """Ten new recovery codes, shown once."""
    if request.method == "GET":
        return render("desk/recovery_renew.html", title=t("codes.renew"), form=Form())
    with current().database.transaction() as session:
        codes = accounts.renew_recovery_codes(session, staff, secret=current().secret, now=now())
    return _show_codes(codes)


@account.get("/account/passkeys/new")
@staff_required(role="anyone", fresh=True)
def new_passkey(*, staff: Caller) -> Response:
    """Name a passkey and let the browser make it (a script does; without one there are no passkeys)."""
    if party_of(current().settings.public_url) is None:
        raise NoPasskeysHere
    return render("desk/passkey_new.html", title=t("passkey.new"), form=Form())


@account.post("/account/passkeys/<uuid:passkey_id>/remove")
@staff_required(role="anyone")
def drop_passkey(passkey_id: uuid.UUID, *, staff: Caller) -> Response:
    """Let a passkey open nothing any more."""
    with current().database.transaction() as session:
        remove_passkey(session, staff, passkey_id, secret=current().secret, now=now())
    return go(url_for(".show"), "passkey.removed")


@account.route("/account/renew", methods=["GET", "POST"])
@staff_required(role="anyone", fresh=True)
def renew(*, staff: Caller) -> Response:
    """Begin anew with another password and code app; nothing changes before that is finished."""
    if request.method == "GET":
        return render("desk/renew.html", title=t("renew.title"), form=Form())
    with current().database.transaction() as session:
        invited = invitations.renew_access(session, staff.actor, staff.id, secret=current().secret, now=now())
    return go(url_for(".invitation", token=invited.token))


@account.route("/invitation/<token>", methods=["GET", "POST"])
@anybody
def invitation(token: str) -> Response:
    """Make an account, or take another role with the account one has."""
    context, at = current(), now()
    with context.database.reading() as session:
        row = invitations.find_invitation(session, token, at)
        study = session.get(Study, row.study_id) if row.study_id else None
        has_account = row.staff_id is None and session.scalar(
            select(Staff.id).where(Staff.mail == row.mail, Staff.ended_at.is_(None))
        )
        session.expunge_all()
    if has_account:
        return _accept_with_account(token, row, study)
    if request.method == "GET":
        return _invitation_page(Form.of(language=row.language), row, study)
    form = Form(request.form)
    name, chosen = form.text("name", most=80), form.choice("language", LANGUAGES)
    password, code = form.secret("password"), form.text("code", most=20)
    if form.value("again") != password:
        form.wrong("again", "invitation.not_the_same")
    if not form.ok:
        return _invitation_page(form, row, study, status=422)
    try:
        with context.database.transaction() as session:
            accepted = invitations.accept(
                session,
                token,
                name=name,
                language=chosen,
                password=password,
                code=code,
                secret=context.secret,
                now=at,
                common=read_common(context.settings.common_passwords_path),
            )
            browser = name_browser(request.user_agent.string)
            session_token = open_session(session, accepted.staff, browser=browser, now=at)
    except PasswordRefused as error:
        form.wrong("password", f"password.{error.errors[0]['code']}", least=LEAST)
        return _invitation_page(form, row, study, status=422)
    except CodeRefused:
        form.wrong("code", "invitation.code_wrong")
        return _invitation_page(form, row, study, status=422)
    response = _show_codes(accepted.recovery_codes, first=True)
    choose_language(response, chosen)
    auth.sign_in(response, session_token)
    return response


def _accept_with_account(token: str, row: Invitation, study: Study | None) -> Response:
    staff = signed_in()
    if staff is None:
        return go(url_for("desk.sign_in", next=url_for(".invitation", token=token)))
    if staff.mail != row.mail:
        raise AlreadyStaff
    if request.method == "GET":
        return render("desk/accept.html", title=t("invitation.title"), form=Form(), row=row, offered=study)
    with current().database.transaction() as session:
        invitations.accept_as(session, staff, token, secret=current().secret, now=now())
    return go(url_for("desk.home"), "invitation.taken")


def _invitation_page(form: Form, row: Invitation, study: Study | None, *, status: int = 200) -> Response:
    plain = invitations.invitation_totp(row, secret=current().secret)
    spaced = " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))
    return render(
        "desk/invitation.html",
        status=status,
        title=t("renew.title") if row.staff_id else t("invitation.title"),
        form=form,
        row=row,
        offered=study,
        qr=Markup(draw_qr(totp_uri(plain, row.mail))),
        secret=spaced,
        least=LEAST,
    )


def _show_codes(codes: list[str], *, first: bool = False) -> Response:
    """Straight after the form, not behind a redirect: they are kept nowhere from which they could be shown again."""
    return render(
        "desk/recovery_codes.html", title=t("codes.title"), codes=[group_code(code) for code in codes], first=first
    )


def _page(staff: Caller, form: Form, *, status: int = 200) -> Response:
    with current().database.reading() as session:
        sessions = list_sessions(session, staff.id, now())
        passkeys = list_passkeys(session, staff.id)
        unused = session.scalar(
            select(func.count())
            .select_from(StaffRecoveryCode)
            .where(StaffRecoveryCode.staff_id == staff.id, StaffRecoveryCode.used_at.is_(None))
        )
        session.expunge_all()
    return render(
        "desk/account.html",
        status=status,
        title=t("frame.account"),
        form=form,
        sessions=sessions,
        unused=unused,
        passkeys=passkeys,
        may_have_passkeys=party_of(current().settings.public_url) is not None,
        spoken=language(),
    )
