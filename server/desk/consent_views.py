"""The consent text at the desk: what is in force, who still has to say yes to it, a new version, letters to parents."""

from datetime import timedelta

from flask import Response, request, url_for
from markupsafe import Markup

from server.audit.service import record, subject_of
from server.consent.inviting import LETTER_LASTS, invite_by_letter
from server.consent.overview import read_overview
from server.consent.publishing import (
    NothingNew,
    Published,
    ReasonNeeded,
    draft_default,
    find_text,
    publish_own,
    texts_in_force,
)
from server.consent.renewing import count_asked
from server.consent.service import find_participant
from server.consent.texts import Section, Sections, read_sections, write_sections
from server.context import current, now
from server.crypto import group_code
from server.desk.forms import Form
from server.desk.frame import desk_blueprint, go, language, render, t
from server.desk.strings import LANGUAGES, translate
from server.desk.wording import day
from server.staff.auth import staff_required
from server.staff.sessions import Caller
from server.staff.totp import draw_qr
from server.studies.calendar import local_date
from server.studies.models import Study

consent_pages = desk_blueprint("desk_consent")
LONGEST = 40_000
KINDS = ("ask", "correct")


@consent_pages.get("/studies/<study_name>/consent")
@staff_required(role="coordinator", study_arg="study_name")
def show(*, staff: Caller, study: Study) -> Response:
    """The text in force, how far the yeses are, and earlier versions."""
    with current().database.reading() as session:
        text = find_text(session, study, language())
        overview = read_overview(session, study, now=now())
        session.expunge_all()
    return render(
        "desk/consent.html",
        title=t("consent.title"),
        study=study,
        text=text,
        overview=overview,
        may_publish=staff.may("owner", study.id),
    )


@consent_pages.route("/studies/<study_name>/consent/new", methods=["GET", "POST"])
@staff_required(role="owner", study_arg="study_name")
def new_text(*, staff: Caller, study: Study) -> Response:
    """Write and publish a new version: everybody says yes again, or it is a correction with its reason."""
    context, at = current(), now()
    with context.database.reading() as session:
        asked = count_asked(session, study, now=at)
        in_force = texts_in_force(session, study)
        present = {text.language: _sections(text.body) for text in in_force}
        session.expunge_all()
    texts = present if any(text_row.own for text_row in in_force) else draft_default(study)
    form = Form(request.form)
    if request.method == "GET":
        form = Form.of(kind="ask", **{f"text_{code}": write_sections(texts[code]) for code in LANGUAGES})
    else:
        written = {code: _read(form, f"text_{code}") for code in LANGUAGES}
        changes = {code: form.text(f"changes_{code}", required=bool(present), most=600) for code in LANGUAGES}
        kind = form.choice("kind", KINDS) if present else "ask"
        why = form.text("why", required=kind == "correct", most=300)
        if form.ok:
            try:
                published = _publish(staff, study, written, changes, binding=kind == "ask", why=why)
                return go(url_for(".show", study_name=study.name), "consent.published", count=published.asked.people)
            except ReasonNeeded:
                form.wrong("why", "wrong.required")
            except NothingNew:
                form.wrong("text_nl", "error.nothing-new")
    return render(
        "desk/consent_new.html",
        status=200 if form.ok else 422,
        title=t("consent.new"),
        study=study,
        form=form,
        asked=asked,
        first=not present,
        kinds=[
            ("ask", t("consent.kind.ask"), t("consent.kind.ask_hint", count=asked)),
            ("correct", t("consent.kind.correct"), t("consent.kind.correct_hint")),
        ],
    )


@consent_pages.post("/studies/<study_name>/consent/letters/<code>/<int:parent>")
@staff_required(role="coordinator", study_arg="study_name", acts_as=None)
def letter(code: str, parent: int, *, staff: Caller, study: Study) -> Response:
    """A letter to this parent with a fresh code, to be printed; shown once. Takes an address away, which the desk may
    not read."""
    context, at = current(), now()
    with context.database.transaction() as session:
        person = find_participant(session, session.get_one(Study, study.id), code)
        text = find_text(session, study, person.language)
        changes = text.changes if text and person.asked_again_at else None
        secret = invite_by_letter(session, person, 2 if parent == 2 else 1, person.language, now=at)
        record(
            session,
            staff.actor,
            "parent.letter",
            secret=context.secret,
            now=at,
            study=study.name,
            subject=subject_of(person.id, secret=context.secret),
            parent=2 if parent == 2 else 1,
        )
    address, lang = f"{context.settings.public_url}/parent", person.language
    link = f"{address}/{group_code(secret)}?language={lang}"
    return render(
        "desk/consent_letter.html",
        title=t("consent.letter_title"),
        study=study,
        participant=person.code,
        lang=lang,
        say=lambda key, **values: translate(key, lang, **values),
        changes=changes,
        again=person.asked_again_at is not None,
        code=group_code(secret),
        address=address,
        link=link,
        qr=Markup(draw_qr(link)),
        until=day(local_date(at + LETTER_LASTS, study.zone) - timedelta(days=1), lang),
    )


def _publish(
    staff: Caller, study: Study, texts: dict[str, Sections], changes: dict[str, str], *, binding: bool, why: str
) -> Published:
    context, at = current(), now()
    with context.database.transaction() as session:
        row = session.get_one(Study, study.id)
        published = publish_own(session, row, texts, changes=changes, binding=binding, why=why, now=at)
        record(
            session,
            staff.actor,
            "consent.published",
            secret=context.secret,
            now=at,
            study=study.name,
            why=why or None,
            version=published.version,
            binding=binding,
            count=published.asked.people,
        )
    return published


def _sections(body: list[dict[str, str]]) -> Sections:
    return tuple(Section(title=one["title"], text=one["text"]) for one in body)


def _read(form: Form, name: str) -> Sections:
    written = form.text(name, most=LONGEST)
    if not written or name in form.errors:
        return ()
    try:
        return read_sections(written)
    except ValueError as error:
        word, _, line = str(error).partition(" ")
        form.wrong(name, f"consent.wrong.{word}", line=line)
        return ()
