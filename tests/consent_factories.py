"""Studies that ask for consent, and people's answers to them."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from server.consent.publishing import find_text, publish_default
from server.consent.service import SCOPES, Choice
from server.studies.models import Study
from tests.factories import EARLIER

CONTACT = {"name": "Cleo", "mail": "cleo@garden.example", "phone": None}


def publish(
    session: Session, study: Study, *, institution: str = "Tuin", parents_required: int = 1, now: datetime = EARLIER
) -> int:
    """The default text in force in this study."""
    row = session.get_one(Study, study.id)
    return publish_default(
        session, row, institution=institution, contact=CONTACT, parents_required=parents_required, now=now
    )


def choice(session: Session, study: Study, language: str = "nl", **scopes: bool) -> Choice:
    """Yes to everything in the words of the text in force, but for ``scopes``."""
    text = find_text(session, study, language)
    assert text is not None
    said = {**dict.fromkeys(SCOPES, True), **scopes}
    return Choice(version=text.version, sha256=text.sha256, language=text.language, scopes=said)


def as_body(given: Choice) -> dict[str, Any]:
    """The choice as a phone sends it."""
    return {
        "version": given.version,
        "sha256": given.sha256,
        "language": given.language,
        "scopes": dict(given.scopes),
    }
