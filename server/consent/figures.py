"""The numbers that a consent text promises, and what becomes of the text when a study's rules say others.

A published text is never changed. Where the text in force is the one that comes with Kiem, new rules bring a new
version of it with them; a text that the study wrote itself is its owner's to renew, and the desk says so before saving.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from prompts.protocols import Protocol
from server.consent.announcing import Figures, binds, figures_of, read_figures, say
from server.consent.publishing import Published, draft_default, publish, texts_in_force
from server.consent.renewing import count_asked
from server.studies.models import Study
from server.studies.service import protocol_of


@dataclass(frozen=True, kw_only=True, slots=True)
class TextImpact:
    """What new rules mean for the text in force.

    ``told`` are the figures of the text (of the rules before, for a text that the study wrote itself: ``own``), ``due``
    those of the new rules. ``people`` wait for a new yes when it ``binds``.
    """

    own: bool
    told: Figures
    due: Figures
    binds: bool
    people: int


def foresee_text(session: Session, study: Study, protocol: Protocol, *, now: datetime) -> TextImpact | None:
    """What ``protocol``, the study's with new rules, means for its text; None when the text goes on being true."""
    texts = texts_in_force(session, study)
    if not texts:
        return None
    own = any(text.own for text in texts)
    told = figures_of(protocol_of(study)) if own else read_figures(texts[0].body)
    due = figures_of(protocol)
    if told is None or told == due:
        return None
    again = not own and binds(told, due)
    people = count_asked(session, study, now=now) if again else 0
    return TextImpact(own=own, told=told, due=due, binds=again, people=people)


def renew_text(session: Session, study: Study, *, now: datetime) -> Published | None:
    """After new rules: publish the text that comes with Kiem anew, where it is in force and says other figures."""
    texts = texts_in_force(session, study)
    told = None if not texts or any(text.own for text in texts) else read_figures(texts[0].body)
    due = figures_of(protocol_of(study))
    if told is None or told == due:
        return None
    return publish(session, study, draft_default(study), now=now, binding=binds(told, due), changes=say(told, due))
