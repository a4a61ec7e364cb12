"""Join codes of a study: made in batches, ended, and printed as posters and letters."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Response, request, url_for
from markupsafe import Markup

from server.audit.service import record
from server.consent.publishing import texts_in_force
from server.context import current, now
from server.crypto import group_code
from server.desk.forms import Form
from server.desk.frame import desk_blueprint, go, render, t
from server.desk.paging import Pages
from server.desk.strings import LANGUAGES, translate
from server.staff.auth import staff_required
from server.staff.sessions import Caller
from server.staff.totp import draw_qr
from server.studies.codes import MOST_AT_ONCE, end_code, find_codes, issue_codes, list_codes, state_of
from server.studies.models import JoinCode, Study
from server.studies.versions import rules_in_force

codes = desk_blueprint("desk_codes")
SHEETS = ("poster", "letter")
SPOKEN = tuple(zip(LANGUAGES, ("Nederlands", "English"), strict=True))


@codes.route("/studies/<study_name>/codes", methods=["GET", "POST"])
@staff_required(role="coordinator", study_arg="study_name")
def list_all(*, staff: Caller, study: Study) -> Response:
    """The codes of a study, and making more."""
    form = Form.of(count=1) if request.method == "GET" else Form(request.form)
    at = now()
    if request.method == "POST":
        count = form.whole("count", least=1, most=MOST_AT_ONCE)
        uses = form.whole("uses", least=1, most=100_000, required=False)
        last = form.day("expires_on", required=False)
        expires_at = None
        if last is not None:
            expires_at = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(study.zone)).astimezone(at.tzinfo)
            if expires_at <= at:
                form.wrong("expires_on", "joining.past")
        if form.ok and count is not None:
            with current().database.transaction() as session:
                issue_codes(
                    session,
                    session.get_one(Study, study.id),
                    count=count,
                    max_uses=uses,
                    expires_at=expires_at,
                    now=at,
                )
                record(
                    session, staff.actor, "code.issued", secret=current().secret, now=at, study=study.name, count=count
                )
            return go(url_for(".list_all", study_name=study.name), "joining.made", count=count)
    with current().database.reading() as session:
        found = list_codes(session, study)
        has_text = bool(texts_in_force(session, study))
    pages = Pages(total=len(found), number=request.args.get("page", 1, int))
    return render(
        "desk/codes.html",
        status=200 if form.ok else 422,
        title=t("joining.title"),
        study=study,
        form=form,
        codes=[(row, group_code(row.code), state_of(row, at)) for row in found[pages.skip : pages.skip + pages.size]],
        pages=pages,
        spoken=[(code, name) for code, name in SPOKEN if code in rules_in_force(study).languages],
        most=MOST_AT_ONCE,
        has_text=has_text,
    )


@codes.post("/studies/<study_name>/codes/<code>/end")
@staff_required(role="coordinator", study_arg="study_name")
def end(code: str, *, staff: Caller, study: Study) -> Response:
    """Nobody joins with this code any more."""
    with current().database.transaction() as session:
        end_code(session, study, code, now=now())
        record(session, staff.actor, "code.ended", secret=current().secret, now=now(), study=study.name)
    return go(url_for(".list_all", study_name=study.name), "joining.ended")


@codes.get("/studies/<study_name>/codes/<any(poster, letter):sheet>")
@staff_required(role="coordinator", study_arg="study_name")
def sheet(sheet: str, *, staff: Caller, study: Study) -> Response:
    """Pages to print, one for each code, in the language of ``lang``."""
    spoken = rules_in_force(study).languages
    lang = request.args.get("lang", spoken[0])
    lang = lang if lang in spoken else spoken[0]
    with current().database.reading() as session:
        rows = find_codes(session, study, request.args.getlist("code"))
    return render(
        "desk/code_sheet.html",
        title=t(f"joining.{sheet}"),
        study=study,
        sheet=sheet,
        lang=lang,
        say=lambda key, **values: translate(key, lang, **values),
        pages=[_page(row) for row in rows],
    )


def _page(row: JoinCode) -> dict[str, object]:
    link = f"{current().settings.public_url}/join/{row.code}"
    qr = Markup(draw_qr(link))
    return {"code": group_code(row.code), "link": link, "qr": qr, "expires_at": row.expires_at}
