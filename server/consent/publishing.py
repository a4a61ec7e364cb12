"""Putting consent texts in force, and finding the one that is."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.consent.models import ConsentText
from server.consent.texts import Sections, as_json, default_texts, fingerprint
from server.studies.models import Study
from server.studies.service import protocol_of


def publish(session: Session, study: Study, texts: Mapping[str, Sections], *, now: datetime) -> int:
    """Put these texts (language -> sections) in force; the version they have. The very same texts again change nothing.

    Who has joined stays cleared.
    """
    session.get_one(Study, study.id, with_for_update={"key_share": True})  # two publishers get two versions
    present = {text.language: text.sha256 for text in texts_in_force(session, study)}
    wanted = {language: fingerprint(language, sections) for language, sections in texts.items()}
    newest = session.scalar(select(func.max(ConsentText.version)).where(ConsentText.study_id == study.id)) or 0
    if present == wanted:
        return newest
    session.add_all(
        ConsentText(
            study_id=study.id,
            version=newest + 1,
            language=language,
            body=as_json(sections),
            sha256=wanted[language],
            published_at=now,
        )
        for language, sections in texts.items()
    )
    session.flush()
    return newest + 1


def publish_default(
    session: Session,
    study: Study,
    *,
    institution: str,
    contact: Mapping[str, object],
    parents_required: int = 1,
    now: datetime,
) -> int:
    """Note who is responsible for the study and whom to ask, and publish the text that comes with Kiem."""
    study.institution, study.contact, study.parents_required = institution, dict(contact), parents_required
    protocol = protocol_of(study)
    texts = default_texts(
        title=study.title,
        days=protocol.days,
        beeps=protocol.scheme.beeps,
        institution=institution,
        contact=contact,
    )
    return publish(session, study, texts, now=now)


def find_text(session: Session, study: Study, language: str) -> ConsentText | None:
    """The text in force in this language, or in the first one there is; None for a study without a text."""
    texts = {text.language: text for text in texts_in_force(session, study)}
    return texts.get(language) or next(iter(texts.values()), None)


def texts_in_force(session: Session, study: Study) -> Sequence[ConsentText]:
    """The newest version in every language; nothing for a study without a text."""
    newest = select(func.max(ConsentText.version)).where(ConsentText.study_id == study.id).scalar_subquery()
    texts = select(ConsentText).where(ConsentText.study_id == study.id, ConsentText.version == newest)
    return session.scalars(texts.order_by(ConsentText.language.desc())).all()
