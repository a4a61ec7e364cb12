"""Studies that ask for consent, and people's answers to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.consent.models import ConsentText
from server.consent.publishing import find_text, publish_default
from server.consent.service import SCOPES, Choice
from server.studies.models import Study
from tests.factories import EARLIER, SHORT

CONTACT = {"name": "Cleo", "mail": "cleo@garden.example", "phone": None}


def publish(
    session: Session, study: Study, *, institution: str = "Tuin", parents_required: int = 1, now: datetime = EARLIER
) -> int:
    """The default text in force in this study, in place of the short one that factories give a study."""
    row = session.get_one(Study, study.id)
    drop_short_text(session, row)
    return publish_default(
        session, row, institution=institution, contact=CONTACT, parents_required=parents_required, now=now
    ).version


def drop_short_text(session: Session, study: Study) -> None:
    """As if the study had never had the text of `make_study`."""
    for text in session.scalars(select(ConsentText).where(ConsentText.study_id == study.id)).all():
        if text.body[0]["title"] == SHORT:
            session.delete(text)
    session.flush()


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
