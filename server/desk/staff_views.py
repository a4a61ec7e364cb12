"""Who is who: in a study for its owners, on the installation for its administrators; and the log."""

import uuid

from flask import Response, request, url_for
from sqlalchemy import select

from server.audit.service import count_entries, recent
from server.context import current, now
from server.desk.forms import WHOLE, Form
from server.desk.frame import desk_blueprint, go, language, render, t
from server.desk.paging import Pages
from server.desk.strings import LANGUAGES
from server.errors import DomainError
from server.staff import invitations, service
from server.staff.auth import staff_required
from server.staff.invitation_mail import mail_renewal, mail_where_possible, may_mail
from server.staff.invitations import Invited
from server.staff.listing import list_accounts, list_invitations, list_members
from server.staff.models import ROLES
from server.staff.sessions import Caller
from server.studies.models import Study

staff_pages = desk_blueprint("desk_staff")
ADMINISTRATOR = "administrator"


@staff_pages.get("/studies/<study_name>/staff")
@staff_required(role="staffing", study_arg="study_name")
def study_staff(*, staff: Caller, study: Study) -> Response:
    """Who is who in this study, and who is invited."""
    with current().database.reading() as session:
        members = list_members(session, study)
        invited = list_invitations(session, now(), study=study)
        session.expunge_all()
    return render("desk/staff_study.html", title=t("nav.staff"), study=study, members=members, invited=invited)


@staff_pages.route("/studies/<study_name>/staff/invite", methods=["GET", "POST"])
@staff_required(role="staffing", study_arg="study_name")
def invite(*, staff: Caller, study: Study) -> Response:
    """Invite somebody to this study."""
    form = (
        Form(request.form)
        if request.method == "POST"
        else Form.of(role="coordinator", language=language(), by_mail=True)
    )
    if request.method == "POST":
        mail, role = form.mail("mail"), form.choice("role", ROLES)
        chosen = form.choice("language", LANGUAGES)
        if form.ok:
            try:
                with current().database.transaction() as session:
                    made = invitations.invite(
                        session,
                        staff.actor,
                        mail,
                        study=study,
                        role=role,
                        language=chosen,
                        secret=current().secret,
                        now=now(),
                    )
                back = url_for(".study_staff", study_name=study.name)
                return _show_link(made, study=study, back=back, mailed=_mail(form, staff, made, chosen, study))
            except DomainError as error:
                form.blame(error, name="mail", key=f"error.{error.code}")
    return render(
        "desk/staff_invite.html",
        status=_status(form),
        title=t("staff.invite"),
        study=study,
        form=form,
        may_mail=_may_mail(),
    )


@staff_pages.route("/studies/<study_name>/staff/<uuid:staff_id>", methods=["GET", "POST"])
@staff_required(role="staffing", study_arg="study_name")
def member(staff_id: uuid.UUID, *, staff: Caller, study: Study) -> Response:
    """Give a member another role."""
    with current().database.reading() as session:
        found = service.find_member(session, staff_id, study)
    form = Form(request.form) if request.method == "POST" else Form.of(role=found.role)
    if request.method == "POST":
        role = form.choice("role", ROLES)
        if form.ok:
            try:
                with current().database.transaction() as session:
                    service.change_role(session, staff.actor, staff_id, study, role, secret=current().secret, now=now())
                return go(url_for(".study_staff", study_name=study.name), "staff.role_changed", name=found.name)
            except DomainError as error:
                form.blame(error, name="role", key=f"error.{error.code}")
    return render(
        "desk/staff_member.html", status=_status(form), title=found.name, study=study, form=form, member=found
    )


@staff_pages.route("/studies/<study_name>/staff/<uuid:staff_id>/remove", methods=["GET", "POST"])
@staff_required(role="staffing", study_arg="study_name")
def remove(staff_id: uuid.UUID, *, staff: Caller, study: Study) -> Response:
    """Take a member's role away."""
    with current().database.reading() as session:
        found = service.find_member(session, staff_id, study)
    form = Form(request.form)
    if request.method == "POST":
        why = form.text("why", required=False, most=200)
        if form.ok:
            try:
                with current().database.transaction() as session:
                    service.remove_from_study(
                        session, staff.actor, staff_id, study, secret=current().secret, now=now(), why=why
                    )
                onward = url_for(".study_staff", study_name=study.name)
                return go(
                    onward if staff_id != staff.id else url_for("desk.home"), "staff.was_removed", name=found.name
                )
            except DomainError as error:
                form.blame(error, key=f"error.{error.code}")
    return render(
        "desk/staff_remove.html", status=_status(form), title=t("staff.remove"), study=study, form=form, member=found
    )


@staff_pages.post("/studies/<study_name>/invitations/<uuid:invitation_id>/withdraw")
@staff_required(role="staffing", study_arg="study_name")
def withdraw(invitation_id: uuid.UUID, *, staff: Caller, study: Study) -> Response:
    """Make an invitation's link open nothing."""
    with current().database.transaction() as session:
        invitations.withdraw_invitation(
            session, staff.actor, invitation_id, study=study, secret=current().secret, now=now()
        )
    return go(url_for(".study_staff", study_name=study.name), "staff.withdrawn")


@staff_pages.get("/studies/<study_name>/log")
@staff_required(role="owner", study_arg="study_name")
def study_log(*, staff: Caller, study: Study) -> Response:
    """What staff did in this study."""
    return _log([study.name], study)


@staff_pages.get("/staff")
@staff_required(role="administrator")
def everybody(*, staff: Caller) -> Response:
    """Every account and every open invitation of the installation."""
    with current().database.reading() as session:
        accounts = list_accounts(session)
        invited = list_invitations(session, now())
        studies = {study.id: study for study in session.scalars(select(Study))}
        session.expunge_all()
    return render(
        "desk/staff_all.html",
        title=t("nav.staff"),
        accounts=accounts,
        invited=invited,
        studies=studies,
        titles={study.name: study.title for study in studies.values()},
    )


@staff_pages.route("/staff/invite", methods=["GET", "POST"])
@staff_required(role="administrator")
def invite_anybody(*, staff: Caller) -> Response:
    """Invite an administrator, or an owner for a study."""
    with current().database.reading() as session:
        studies = list(session.scalars(select(Study).order_by(Study.name)))
        session.expunge_all()
    form = Form(request.form) if request.method == "POST" else Form.of(language=language(), by_mail=True)
    if request.method == "POST":
        mail, place = form.mail("mail"), form.choice("place", [ADMINISTRATOR, *(f"of:{one.name}" for one in studies)])
        chosen = form.choice("language", LANGUAGES)
        if form.ok:
            study = next((one for one in studies if place == f"of:{one.name}"), None)
            try:
                with current().database.transaction() as session:
                    made = invitations.invite(
                        session,
                        staff.actor,
                        mail,
                        study=study,
                        role="owner" if study else None,
                        administrator=study is None,
                        language=chosen,
                        secret=current().secret,
                        now=now(),
                    )
                return _show_link(made, back=url_for(".everybody"), mailed=_mail(form, staff, made, chosen, study))
            except DomainError as error:
                form.blame(error, name="mail", key=f"error.{error.code}")
    return render(
        "desk/staff_invite_anybody.html",
        status=_status(form),
        title=t("staff.invite"),
        form=form,
        studies=studies,
        may_mail=_may_mail(),
    )


@staff_pages.post("/staff/invitations/<uuid:invitation_id>/withdraw")
@staff_required(role="administrator")
def withdraw_any(invitation_id: uuid.UUID, *, staff: Caller) -> Response:
    """Make an invitation's link open nothing."""
    with current().database.transaction() as session:
        invitations.withdraw_invitation(
            session, staff.actor, invitation_id, study=None, secret=current().secret, now=now()
        )
    return go(url_for(".everybody"), "staff.withdrawn")


@staff_pages.route("/staff/<uuid:staff_id>", methods=["GET", "POST"])
@staff_required(role="administrator", fresh=True)
def one_account(staff_id: uuid.UUID, *, staff: Caller) -> Response:
    """Help somebody in again, or end her account."""
    with current().database.reading() as session:
        found = service.find_active(session, staff_id)
        session.expunge_all()
    form = Form(request.form)
    if request.method == "POST":
        renews = form.choice("do", ("renew", "end")) == "renew"
        try:
            if renews:
                with current().database.transaction() as session:
                    made = invitations.renew_access(session, staff.actor, staff_id, secret=current().secret, now=now())
                return _show_link(made, back=url_for(".everybody"), mailed=_mail_renewal(staff, made, found.language))
            with current().database.transaction() as session:
                if form.ok:
                    service.end_account(session, staff.actor, staff_id, secret=current().secret, now=now())
                    return go(url_for(".everybody"), "staff.was_ended", name=found.name)
        except DomainError as error:
            form.errors.clear()
            form.blame(error, name=WHOLE, key=f"error.{error.code}")
    return render("desk/staff_account.html", status=_status(form), title=found.name, form=form, found=found)


@staff_pages.get("/log")
@staff_required(role="administrator")
def installation_log(*, staff: Caller) -> Response:
    """What staff did on the whole installation."""
    return _log(None, None)


def _log(studies: list[str] | None, study: Study | None) -> Response:
    with current().database.reading() as session:
        pages = Pages(total=count_entries(session, studies=studies), number=request.args.get("page", 1, int), size=50)
        entries = recent(session, studies=studies, limit=pages.size, skip=pages.skip)
        session.expunge_all()
    return render("desk/log.html", title=t("nav.log"), study=study, entries=entries, pages=pages)


def _show_link(made: Invited, *, back: str, study: Study | None = None, mailed: bool | None = None) -> Response:
    """The link is shown here and now: only its hash is kept. ``mailed`` is None where no mail was asked for."""
    if made.token is None:
        return go(back, "staff.added", mail=made.mail)
    return render(
        "desk/staff_link.html",
        title=t("staff.link"),
        study=study,
        link=_link(made),
        mail=made.mail,
        back=back,
        mailed=mailed,
    )


def _mail(form: Form, staff: Caller, made: Invited, language: str, study: Study | None) -> bool | None:
    """Mail the link where that was ticked and this installation sends mail; whether it left, None: not asked."""
    if made.token is None or not form.ticked("by_mail"):
        return None
    context, title = current(), study.title[language] if study else None
    return mail_where_possible(
        context.settings, context.clock, made.mail, _link(made), by=staff.name, language=language, title=title
    )


def _mail_renewal(staff: Caller, made: Invited, language: str) -> bool | None:
    """Whether the link left by mail too; None where this installation sends no mail."""
    context = current()
    return mail_renewal(context.settings, context.clock, made.mail, _link(made), by=staff.name, language=language)


def _link(made: Invited) -> str:
    return str(current().settings.public_url + url_for("desk_account.invitation", token=made.token))


def _may_mail() -> bool:
    return may_mail(current().settings)


def _status(form: Form) -> int:
    return 200 if form.ok else 422
