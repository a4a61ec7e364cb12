"""Coming in and going out, the first page, and the desk's own files."""

from typing import Any

from flask import Response, request, url_for
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from server.audit.service import Actor, record
from server.context import current, now
from server.desk.forms import WHOLE, Form
from server.desk.frame import (
    choose_language,
    desk_blueprint,
    go,
    local_path,
    render,
    send_asset,
    signed_in,
    t,
)
from server.desk.navigation import STUDY
from server.desk.strings import LANGUAGES
from server.errors import TooManyTries
from server.staff import accounts, auth
from server.staff.auth import anybody, staff_required
from server.staff.passkeys import party_of
from server.staff.refusals import SignInRefused
from server.staff.sessions import Caller, name_browser, open_session, revoke_session
from server.staff.signing_in import Proof, limit_tries, prove
from server.studies.models import Study

desk = desk_blueprint("desk")


@desk.get("")
@staff_required(role="anyone")
def home(*, staff: Caller) -> Response:
    """Her studies; for an administrator all of them."""
    with current().database.reading() as session:
        query = select(Study).order_by(Study.created_at.desc(), Study.name)
        if not staff.administrator:
            query = query.where(Study.id.in_(list(staff.roles)))
        studies = session.scalars(query).all()
        session.expunge_all()
    return render("desk/home.html", title=t("nav.home"), studies=studies, entries=STUDY)


@desk.route("/sign-in", methods=["GET", "POST"])
@anybody
def sign_in() -> Response:
    """Mail address, password and code on one page; one answer for whatever was wrong."""
    onward = local_path(request.args.get("next", ""))
    if request.method == "GET":
        if signed_in():
            return go(onward)
        return render("desk/sign_in.html", title=t("sign_in.title"), form=Form(), **_other_ways(onward))
    return _prove(Form(request.form), onward=onward, template="desk/sign_in.html", title=t("sign_in.title"))


@desk.route("/confirm", methods=["GET", "POST"])
@staff_required(role="anyone")
def confirm(*, staff: Caller) -> Response:
    """Password and code once more, before something that reaches far."""
    onward = local_path(request.args.get("next", ""))
    if request.method == "GET":
        return render("desk/confirm.html", title=t("confirm.title"), form=Form(), **_other_ways(onward))
    form = Form(request.form)
    return _prove(form, onward=onward, template="desk/confirm.html", title=t("confirm.title"), staff=staff)


@desk.post("/sign-out")
@anybody
def sign_out() -> Response:
    """End this session; that of nobody else."""
    staff = signed_in()
    if staff:
        with current().database.transaction() as session:
            revoke_session(session, staff.id, staff.session_id, now())
    response = go(url_for("desk.sign_in"), "sign_in.bye")
    auth.sign_out(response)
    return response


@desk.post("/language")
@anybody
def choose_own_language() -> Response:
    """Speak Dutch or English from now on, and stay on the page."""
    response = go(local_path(request.form.get("next", "")))
    chosen = Form(request.form).choice("language", LANGUAGES)
    if chosen:
        staff = signed_in()
        if staff:
            with current().database.transaction() as session:
                accounts.change_details(session, staff, name=staff.name, language=chosen)
        choose_language(response, chosen)
    return response


@desk.get("/assets/<name>")
@anybody
def assets(name: str) -> Response:
    """The desk's stylesheet and scripts."""
    return send_asset(name)


@desk.get("/<path:_rest>")
@anybody
def missing(_rest: str) -> Response:
    """Nothing is here."""
    raise NotFound


def _other_ways(onward: str) -> dict[str, Any]:
    """Ways in besides password and code, as this installation is set up; ``onward`` is where they lead."""
    settings = current().settings
    return {"onward": onward, "with_passkey": party_of(settings.public_url) is not None, "oidc": settings.oidc}


def _prove(form: Form, *, onward: str, template: str, title: str, staff: Caller | None = None) -> Response:
    """Open a new session for whoever proves to be herself; the one she came with ends."""
    context, at = current(), now()
    proof = Proof(
        mail=staff.mail if staff else form.text("mail", most=254),
        password=form.secret("password"),
        code=form.text("code", most=40),
    )
    if not form.ok:
        return render(template, status=422, title=title, form=form, **_other_ways(onward))
    try:
        with (
            limit_tries(context.database, proof.mail, request.remote_addr, key=context.throttle_key, now=at),
            context.database.transaction() as session,
        ):
            who = prove(session, proof, secret=context.secret, now=at)
            before = signed_in()
            if before:
                revoke_session(session, before.id, before.session_id, at)
            token = open_session(session, who, browser=name_browser(request.user_agent.string), now=at)
            if not staff:
                actor = Actor(staff_id=who.id, who=who.mail)
                record(session, actor, "staff.signed-in", secret=context.secret, now=at)
    except SignInRefused:
        form.wrong(WHOLE, "sign_in.refused")
        return render(template, status=403, title=title, form=form, **_other_ways(onward))
    except TooManyTries as error:
        minutes = -(-int(error.headers["Retry-After"]) // 60)
        form.wrong(WHOLE, "sign_in.too_many", count=minutes)
        response = render(template, status=429, title=title, form=form, **_other_ways(onward))
        response.headers.update(error.headers)
        return response
    response = go(onward)
    auth.sign_in(response, token)
    return response
