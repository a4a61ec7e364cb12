"""Who is who: members, invitations, accounts, and the log of what staff did."""

import uuid
from typing import Any

from flask import url_for

from server.audit.service import count_entries, recent
from server.context import current, now
from server.desk.api import staff_schemas as schemas
from server.desk.api.auth import api_blueprint, staff_api
from server.desk.paging import Pages
from server.staff import invitations, service
from server.staff.invitation_mail import mail_renewal, mail_where_possible
from server.staff.invitations import Invited
from server.staff.listing import list_accounts, list_invitations, list_members
from server.staff.sessions import Caller
from server.studies.models import Study
from server.studies.service import find_study

staff_api_pages = api_blueprint("staff", "staff, invitations, the log")
LOG_PAGE = 50


@staff_api_pages.get("/studies/<study_name>/staff")
@staff_api(role="staffing", study_arg="study_name")
@staff_api_pages.response(200, schemas.StudyStaffOut())
def get_study_staff(*, staff: Caller, study: Study) -> dict[str, Any]:
    """Who is who in the study, and who is invited"""
    with current().database.reading() as session:
        return {"members": list_members(session, study), "invited": list_invitations(session, now(), study=study)}


@staff_api_pages.post("/studies/<study_name>/invitations")
@staff_api(role="staffing", study_arg="study_name")
@staff_api_pages.arguments(schemas.InviteStaffIn())
@staff_api_pages.response(201, schemas.NewLinkOut())
def post_invitation(body: dict[str, Any], *, staff: Caller, study: Study) -> dict[str, Any]:
    """Invite somebody to the study; the link is mailed too, where the installation sends mail"""
    facts: dict[str, Any] = {"study": study, "role": body["role"], "language": body["language"]}
    with current().database.transaction() as session:
        made = invitations.invite(
            session, staff.actor, body["mail"].lower(), secret=current().secret, now=now(), **facts
        )
    return _mailed(body, made, staff, study)


@staff_api_pages.delete("/studies/<study_name>/invitations/<uuid:invitation_id>")
@staff_api(role="staffing", study_arg="study_name")
@staff_api_pages.response(204)
def delete_invitation(invitation_id: uuid.UUID, *, staff: Caller, study: Study) -> None:
    """Make an invitation's link open nothing"""
    with current().database.transaction() as session:
        invitations.withdraw_invitation(
            session, staff.actor, invitation_id, study=study, secret=current().secret, now=now()
        )


@staff_api_pages.put("/studies/<study_name>/staff/<uuid:staff_id>")
@staff_api(role="staffing", study_arg="study_name")
@staff_api_pages.arguments(schemas.GiveRoleIn())
@staff_api_pages.response(204)
def put_role(body: dict[str, str], staff_id: uuid.UUID, *, staff: Caller, study: Study) -> None:
    """Give a member another role"""
    with current().database.transaction() as session:
        service.change_role(session, staff.actor, staff_id, study, body["role"], secret=current().secret, now=now())


@staff_api_pages.delete("/studies/<study_name>/staff/<uuid:staff_id>")
@staff_api(role="staffing", study_arg="study_name")
@staff_api_pages.arguments(schemas.WhyIn(), location="query")
@staff_api_pages.response(204)
def delete_member(query: dict[str, str], staff_id: uuid.UUID, *, staff: Caller, study: Study) -> None:
    """Take a member's role away"""
    facts: dict[str, Any] = {"secret": current().secret, "now": now(), "why": query["why"] or None}
    with current().database.transaction() as session:
        service.remove_from_study(session, staff.actor, staff_id, study, **facts)


@staff_api_pages.get("/studies/<study_name>/log")
@staff_api(role="owner", study_arg="study_name")
@staff_api_pages.arguments(schemas.PageIn(), location="query")
@staff_api_pages.response(200, schemas.LogOut())
def get_study_log(query: dict[str, int], *, staff: Caller, study: Study) -> dict[str, Any]:
    """What staff did in the study, the newest first"""
    return _log([study.name], query["page"])


@staff_api_pages.get("/log")
@staff_api(role="administrator")
@staff_api_pages.arguments(schemas.PageIn(), location="query")
@staff_api_pages.response(200, schemas.LogOut())
def get_log(query: dict[str, int], *, staff: Caller) -> dict[str, Any]:
    """What staff did on the whole installation, the newest first"""
    return _log(None, query["page"])


@staff_api_pages.get("/staff")
@staff_api(role="administrator")
@staff_api_pages.response(200, schemas.AllStaffOut())
def get_staff(*, staff: Caller) -> dict[str, Any]:
    """Every account and every open invitation of the installation"""
    with current().database.reading() as session:
        return {"accounts": list_accounts(session), "invited": list_invitations(session, now())}


@staff_api_pages.post("/staff/invitations")
@staff_api(role="administrator")
@staff_api_pages.arguments(schemas.InviteAnybodyIn())
@staff_api_pages.response(201, schemas.NewLinkOut())
def post_any_invitation(body: dict[str, Any], *, staff: Caller) -> dict[str, Any]:
    """Invite an administrator, or an owner for a study; the link is mailed too, where the installation sends mail"""
    with current().database.transaction() as session:
        study = find_study(session, body["study"]) if body["study"] else None
        made = invitations.invite(
            session,
            staff.actor,
            body["mail"].lower(),
            study=study,
            role="owner" if study else None,
            administrator=study is None,
            language=body["language"],
            secret=current().secret,
            now=now(),
        )
    return _mailed(body, made, staff, study)


@staff_api_pages.delete("/staff/invitations/<uuid:invitation_id>")
@staff_api(role="administrator")
@staff_api_pages.response(204)
def delete_any_invitation(invitation_id: uuid.UUID, *, staff: Caller) -> None:
    """Make an invitation's link open nothing"""
    facts: dict[str, Any] = {"study": None, "secret": current().secret, "now": now()}
    with current().database.transaction() as session:
        invitations.withdraw_invitation(session, staff.actor, invitation_id, **facts)


@staff_api_pages.post("/staff/<uuid:staff_id>/renew")
@staff_api(role="administrator", fresh=True)
@staff_api_pages.response(201, schemas.NewLinkOut())
def post_renew(staff_id: uuid.UUID, *, staff: Caller) -> dict[str, Any]:
    """A link with which somebody sets a new password and code app; mailed too, where the installation sends mail"""
    context = current()
    with context.database.transaction() as session:
        made = invitations.renew_access(session, staff.actor, staff_id, secret=context.secret, now=now())
        language = service.find_active(session, staff_id).language
    told = _link(made)
    sent = mail_renewal(context.settings, context.clock, made.mail, str(told["link"]), by=staff.name, language=language)
    return told | {"mailed": sent}


@staff_api_pages.post("/staff/<uuid:staff_id>/end")
@staff_api(role="administrator", fresh=True)
@staff_api_pages.response(204)
def post_end_account(staff_id: uuid.UUID, *, staff: Caller) -> None:
    """End an account: sessions, roles and open links go, the log keeps the name"""
    with current().database.transaction() as session:
        service.end_account(session, staff.actor, staff_id, secret=current().secret, now=now())


def _log(studies: list[str] | None, page: int) -> dict[str, Any]:
    with current().database.reading() as session:
        pages = Pages(total=count_entries(session, studies=studies), number=page, size=LOG_PAGE)
        entries = recent(session, studies=studies, limit=pages.size, skip=pages.skip)
    return {"total": pages.total, "entries": entries}


def _mailed(body: dict[str, Any], made: Invited, staff: Caller, study: Study | None) -> dict[str, Any]:
    """The link, and whether a mail with it left; ``mailed`` is null where none was to be sent."""
    told, language = _link(made), str(body["language"])
    if told["link"] is None or not body["by_mail"]:
        return told
    context, title = current(), study.title[language] if study else None
    sent = mail_where_possible(
        context.settings, context.clock, made.mail, told["link"], by=staff.name, language=language, title=title
    )
    return told | {"mailed": sent}


def _link(made: Invited) -> dict[str, Any]:
    """The link is told here and now: only its hash is kept."""
    if made.token is None:
        return {"mail": made.mail, "link": None, "mailed": None}
    path = url_for("desk_account.invitation", token=made.token)
    return {"mail": made.mail, "link": current().settings.public_url + path, "mailed": None}
