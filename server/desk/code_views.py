"""Join codes of a study: made in batches, ended, and printed as posters and letters."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from server.audit.service import record
from server.consent.opening import MOST_AT_ONCE, TextMissing, is_open, issue_codes, require_text
from server.context import current, now
from server.crypto import group_code
from server.desk.forms import Form
from server.desk.frame import desk_blueprint, go, language, render, t
from server.desk.paging import Pages
from server.desk.strings import LANGUAGES, translate
from server.desk.wording import day, moment
from server.staff.auth import staff_required
from server.staff.sessions import Caller
from server.staff.totp import draw_qr
from server.studies.codes import end_code, find_codes, list_codes, state_of
from server.studies.delicate import MonitoringNeeded
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
            facts: dict[str, Any] = {"count": count, "max_uses": uses, "expires_at": expires_at, "now": at}
            try:
                with current().database.transaction() as session:
                    issue_codes(session, session.get_one(Study, study.id), **facts)
                    _note(session, staff, "code.issued", study, count=count)
                return go(url_for(".list_all", study_name=study.name), "joining.made", count=count)
            except (TextMissing, MonitoringNeeded) as refused:
                form.blame(refused)
    with current().database.reading() as session:
        found = list_codes(session, study)
        opened = is_open(session, study)
    pages = Pages(total=len(found), number=request.args.get("page", 1, int))
    return render(
        "desk/codes.html",
        status=200 if form.ok else 422,
        title=t("joining.title"),
        study=study,
        form=form,
        codes=[
            (row, group_code(row.code), state_of(row, at), _until(row, study, language()))
            for row in found[pages.skip : pages.skip + pages.size]
        ],
        pages=pages,
        spoken=[(code, name) for code, name in SPOKEN if code in rules_in_force(study).languages],
        most=MOST_AT_ONCE,
        opened=opened,
    )


@codes.post("/studies/<study_name>/codes/<code>/end")
@staff_required(role="coordinator", study_arg="study_name")
def end(code: str, *, staff: Caller, study: Study) -> Response:
    """Nobody joins with this code any more."""
    with current().database.transaction() as session:
        end_code(session, study, code, now=now())
        _note(session, staff, "code.ended", study)
    return go(url_for(".list_all", study_name=study.name), "joining.ended")


@codes.get("/studies/<study_name>/codes/<any(poster, letter):sheet>")
@staff_required(role="coordinator", study_arg="study_name")
def sheet(sheet: str, *, staff: Caller, study: Study) -> Response:
    """Pages to print, one for each code, in the language of ``lang``. None for a study that nobody can join yet."""
    spoken = rules_in_force(study).languages
    lang = request.args.get("lang", spoken[0])
    lang = lang if lang in spoken else spoken[0]
    with current().database.reading() as session:
        require_text(session, study)
        rows = find_codes(session, study, request.args.getlist("code"))
    return render(
        "desk/code_sheet.html",
        title=t(f"joining.{sheet}"),
        study=study,
        sheet=sheet,
        lang=lang,
        say=lambda key, **values: translate(key, lang, **values),
        pages=[_page(row, study, sheet, lang) for row in rows],
    )


def _until(row: JoinCode, study: Study, spoken: str) -> str:
    """The last day on which somebody can join with it; for one that was ended, the moment; "" without an end."""
    if row.expires_at is None:
        return ""
    local = row.expires_at.astimezone(ZoneInfo(study.zone))
    if local.time() == time():
        return day(local.date() - timedelta(days=1), spoken)
    return moment(row.expires_at, spoken, study.zone)


def _note(session: Session, staff: Caller, action: str, study: Study, **facts: Any) -> None:
    record(session, staff.actor, action, secret=current().secret, now=now(), study=study.name, **facts)


def _page(row: JoinCode, study: Study, sheet: str, spoken: str) -> dict[str, object]:
    """What a sheet shows of a code. A letter whose code is not for one person alone must not say that it is."""
    link = f"{current().settings.public_url}/join/{row.code}"
    qr = Markup(draw_qr(link))
    words = "letter_many" if sheet == "letter" and row.max_uses != 1 else sheet
    return {"code": group_code(row.code), "link": link, "qr": qr, "until": _until(row, study, spoken), "words": words}
