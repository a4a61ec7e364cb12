"""What somebody with a browser reads instead of a problem as JSON: what happened, and where to go on.

Programs, and everything under ``/api/``, get ``application/problem+json`` as ever; a browser says that it would rather
have a page (``Accept: text/html``). The page needs no script and no database.
"""

from flask import Flask, Response, render_template, request

from server.errors import Api

LANGUAGES = ("nl", "en")
_WORDS = {
    "nl": {
        "missing": ("Hier is niets", "Deze pagina bestaat niet (meer). Misschien is de link verouderd of niet heel."),
        "later": ("Even niet bereikbaar", "Er gaat niets verloren. Probeer het over een paar minuten nog eens."),
        "broken": ("Er ging iets mis", "Dat ligt aan ons, niet aan jou. Probeer het nog eens."),
        "refused": ("Dat kan hier niet", "Ga terug en probeer het nog eens."),
        "on": "Naar het begin",
    },
    "en": {
        "missing": ("There is nothing here", "This page is not here (any more). The link may be old or not complete."),
        "later": ("Out of reach for a moment", "Nothing is lost. Try again in a few minutes."),
        "broken": ("Something went wrong", "It is our fault, not yours. Try again."),
        "refused": ("That cannot be done here", "Go back and try again."),
        "on": "To the start",
    },
}
_KINDS = {404: "missing", 410: "missing", 503: "later"}


def register_error_pages(app: Flask) -> None:
    """Show problems as pages to whoever reads pages."""

    @app.after_request
    def _as_page(response: Response) -> Response:
        if response.mimetype != Api.PROBLEM or not _reads_pages():
            return response
        language = request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])
        words = _WORDS[language]
        kind = _KINDS.get(response.status_code, "broken" if response.status_code >= 500 else "refused")
        title, said = words[kind]
        problem = response.get_json(silent=True) or {}
        response.set_data(
            render_template(
                "error_page.html",
                language=language,
                title=title,
                said=said,
                on=words["on"],
                # Not built yet: whoever set this up reads how, in the words of the problem.
                detail=problem.get("detail", "") if problem.get("code") == "app-not-built" else "",
            )
        )
        response.mimetype = "text/html"
        response.headers["Cache-Control"] = "no-store"
        response.vary.update(("Accept", "Accept-Language"))
        return response


def _reads_pages() -> bool:
    if request.path.startswith("/api/"):
        return False
    accepted = request.accept_mimetypes
    return accepted["text/html"] > max(accepted["application/json"], accepted[Api.PROBLEM])
