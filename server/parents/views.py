"""Pages that work without scripts, cookies and accounts: the link is the key, and it opens one question once.

Looking uses nothing up (mail scanners look too); sending does. The secret stands in the address because a mail can
carry nothing else; no page refers onward (``Referrer-Policy: no-referrer``), no cache keeps one, no log has the path.
"""

from collections.abc import Collection
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from sqlalchemy.orm import Session

from server.consent import deciding, refusals
from server.consent.deciding import Opened
from server.consent.publishing import find_text
from server.consent.settling import read_given
from server.context import current, now
from server.crypto import group_code, read_code
from server.errors import DomainError, TooManyTries
from server.parents.forms import read_choice, read_withdrawal
from server.parents.wording import WORDS
from server.people.throttle import limit_failures
from server.rights.erasing import erase
from server.rights.keeping import keeper_of
from server.rights.scrubbing import scrub
from server.studies.versions import rules_in_force

parents = Blueprint(
    "parents", __name__, template_folder="templates", static_folder="static", static_url_path="/parent/static"
)
_GONE: dict[type[DomainError], str] = {
    refusals.LinkUnknown: "unknown",
    refusals.LinkOver: "over",
    refusals.DecidesHerself: "grown",
    refusals.ConsentNotAsked: "over",
    TooManyTries: "tries",
}


@parents.get("/parent")
def get_code() -> Response:
    """Where somebody types the code of a letter"""
    return _page("code.html", _language())


@parents.post("/parent")
def post_code() -> Response:
    """From a typed code to its page"""
    code = read_code(request.form.get("code", "")[:80])
    if not code:
        return _page("code.html", _language(), status=422, errors=["unknown_text"])
    return _bare(redirect(f"/parent/{group_code(code)}?language={_language()}", 303))


@parents.get("/parent/<secret>")
def get_parent(secret: str) -> Response:
    """What the link asks: consent, or taking it back"""
    try:
        with _counting(), current().database.reading() as session:
            return _show(session, deciding.open_link(session, secret, now=now()), ())
    except DomainError as error:
        return _gone(error)


@parents.post("/parent/<secret>")
def post_parent(secret: str) -> Response:
    """Keep what the parent says; the link has then been used"""
    try:
        with _counting(), current().database.reading() as session:
            opened = deciding.open_link(session, secret, now=now())
            ask = opened.purpose == "ask"
            answer = (read_choice if ask else read_withdrawal)(request.form)
            if answer.errors:
                return _show(session, opened, answer.errors)
            languages = rules_in_force(opened.participant.study).languages
            language = _language(opened.invitation.language, languages)
            method = opened.invitation.method
            said = read_given(session, opened.participant).get(opened.invitation.parent)
            renewed = said is not None and said.is_enough
        if answer.choice is None:
            return _withdraw(secret, answer.erase, language, languages)
        with current().database.transaction() as session:
            code = deciding.decide(session, secret, answer.choice, now=now())
    except refusals.TextChanged:
        with current().database.reading() as session:
            return _show(session, deciding.open_link(session, secret, now=now()), ("error_text",))
    except DomainError as error:
        return _gone(error)
    agreed = answer.choice.scopes["use"]
    page = "agreed.html" if agreed else "refused.html"
    return _page(
        page,
        language,
        languages=languages,
        method=method,
        renewed=renewed,
        code=group_code(code) if code else None,
        address=f"{current().settings.public_url}/parent",
    )


def _withdraw(secret: str, erase_all: bool, language: str, languages: Collection[str]) -> Response:
    """Take the consent back and, in the same transaction, everything that was collected if the parent wants that."""
    context, receipt = current(), None
    with context.database.transaction() as session:
        participant = deciding.withdraw(session, secret, now=now())
        if erase_all:
            gone = erase(session, participant.id, why="parent", keeper=keeper_of(context), now=now())
            receipt = group_code(gone.receipt)
    if receipt:
        scrub(context.database)
    return _page("withdrawn.html", language, languages=languages, receipt=receipt)


def _show(session: Session, opened: Opened, errors: tuple[str, ...]) -> Response:
    study = opened.participant.study
    languages = rules_in_force(study).languages
    language = _language(opened.invitation.language, languages)
    text = find_text(session, study, language)
    facts: dict[str, Any] = {
        "title": study.title[language],
        "institution": study.institution,
        "contact": study.contact,
        "needed": study.parents_required,
        "participant": opened.participant.code,
        "text": text,
        "changes": text.changes
        if text and opened.invitation.parent in read_given(session, opened.participant)
        else None,
        "monitored": study.monitoring is not None,
        "said": request.form,
        "languages": languages,
    }
    page = "ask.html" if opened.purpose == "ask" else "withdraw.html"
    return _page(page, language, status=422 if errors else 200, errors=errors, **facts)


def _counting() -> Any:
    """Guesses count; a link that is merely over does not."""
    context = current()
    return limit_failures(
        context.database,
        "parent",
        request.remote_addr,
        counted=refusals.LinkUnknown,
        key=context.throttle_key,
        now=now(),
    )


def _gone(error: DomainError) -> Response:
    which = _GONE.get(type(error))
    if which is None:
        raise error
    return _page("gone.html", _language(), status=error.status, which=which, headers=error.headers)


def _language(usual: str | None = None, offered: Collection[str] = tuple(WORDS)) -> str:
    """What was asked for (``?language=`` or ``?lang=``), else ``usual``, or where nobody has chosen yet the browser's;
    of the languages that the study ``offered``, once it is known which it is."""
    asked = request.args.get("language") or request.args.get("lang") or request.form.get("shown_in")
    usual = usual or request.accept_languages.best_match(list(WORDS), "nl")
    wanted = [language for language in (asked, usual, *offered) if language is not None and language in offered]
    return wanted[0]


def _page(
    template: str, language: str, *, status: int = 200, headers: dict[str, str] | None = None, **facts: Any
) -> Response:
    facts = {"errors": (), "title": None, "said": {}, "languages": tuple(WORDS), **facts}
    body = render_template(f"parents/{template}", words=WORDS[language], language=language, **facts)
    response = _bare(make_response(body, status))
    response.headers.update(headers or {})
    return response


def _bare(response: Any) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response  # type: ignore[no-any-return]  # Werkzeug's or Flask's, as `redirect` and `make_response` say
