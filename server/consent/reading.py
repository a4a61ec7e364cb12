"""What somebody is shown of consent: before joining, and of her own afterwards."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from server.consent.ages import CONSENT_FROM, MINIMUM_AGE
from server.consent.opening import require_open
from server.consent.publishing import binding_version, find_text
from server.consent.settling import Given, must_say_again, read_given
from server.people.models import Participant
from server.people.service import look_up
from server.studies.service import protocol_of
from server.studies.versions import rules_in_force


def read_intro(session: Session, code: str, language: str, *, now: datetime) -> dict[str, Any]:
    """What a study is about, for whoever holds a code for it: the shape of `schemas.IntroOut`.

    Raises what `people.service.look_up` raises, and `NotOpenYet`.
    """
    study = look_up(session, code, now=now)
    require_open(session, study)
    protocol = protocol_of(study)
    return {
        "study": {
            "title": study.title,
            "protocol": study.protocol,
            "languages": list(rules_in_force(study).languages),
            "days": protocol.days,
            "beeps_a_day": protocol.scheme.beeps,
            "challenge": protocol.challenge is not None,
            "institution": study.institution,
            "contact": study.contact,
            "monitored": study.monitoring is not None,
        },
        "consent": find_text(session, study, language),
        "consent_from": CONSENT_FROM,
        "minimum_age": MINIMUM_AGE,
        "parents_required": study.parents_required,
    }


def read_own(
    session: Session, participant: Participant, language: str | None = None, *, now: datetime
) -> dict[str, Any]:
    """A participant's own consent and the text in force: the shape of `schemas.ConsentOut`."""
    text = find_text(session, participant.study, language or participant.language)
    own = read_given(session, participant).get("participant")
    last = own.last if own else None
    given = None
    if own is not None and last is not None:
        given = {
            "version": last.version,
            "sha256": last.sha256,
            "language": last.language,
            "at": last.at,
            "scopes": own.scopes,
        }
    return {
        "required": text is not None,
        "waiting": participant.waiting,
        "asked_again_at": participant.asked_again_at,
        "why_again": _why_again(session, participant, own, now),
        "monitored": participant.study.monitoring is not None,
        "text": text,
        "given": given,
        "text_changed": text is not None and last is not None and last.version != text.version,
    }


def _why_again(session: Session, participant: Participant, own: Given | None, now: datetime) -> str | None:
    """Why she is asked though she said yes before: ``text`` or ``sixteen``; None when that is not so."""
    if participant.waiting != "consent" or own is None or not own.is_enough:
        return None
    if not own.is_enough_for(binding_version(session, participant.study)):
        return "text"
    return "sixteen" if must_say_again(participant, own, now) else None
