"""The numbers that a consent text promises, and what becomes of the text when a study's rules say others.

A published text is never changed. Where the text in force is the one that comes with Kiem, new rules bring a new
version of it with them; a text that the study wrote itself is its owner's to renew, and the desk says so before saving.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from prompts.protocols import Protocol
from server.consent.publishing import Published, draft_default, publish, texts_in_force
from server.consent.renewing import count_asked
from server.consent.texts import ASKED
from server.studies.models import Study
from server.studies.service import protocol_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """How long taking part takes (days), and how often somebody is asked on each of them."""

    days: int
    beeps: int


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


def figures_of(protocol: Protocol) -> Figures:
    """What somebody would be told of these rules."""
    return Figures(days=protocol.days, beeps=protocol.scheme.beeps)


def read_figures(body: Sequence[Mapping[str, Any]]) -> Figures | None:
    """The figures in the text that comes with Kiem, as stored; None when it is another text."""
    numbers = re.findall(r"\d+", body[ASKED]["text"]) if len(body) > ASKED else []
    return Figures(days=int(numbers[0]), beeps=int(numbers[1])) if len(numbers) == 2 else None


def binds(told: Figures, due: Figures) -> bool:
    """Whether people who agreed to ``told`` are asked again. Longer alone does not: they keep the days of their yes."""
    return told.beeps != due.beeps or due.days < told.days


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


def say(told: Figures, due: Figures) -> dict[str, str]:
    """What is different, for who agreed to the text before."""
    nl, en = [], []
    if told.days != due.days:
        nl.append(f"Het duurt nu {due.days} dagen in plaats van {told.days}.")
        en.append(f"It now takes {due.days} days instead of {told.days}.")
    if due.days > told.days:
        nl.append("Deed je al mee? Dan blijft het voor jou zoals het was.")
        en.append("Were you taking part already? Then it stays as it was for you.")
    if told.beeps != due.beeps:
        nl.append(f"Je krijgt nu {due.beeps} keer per dag een vragenlijst in plaats van {told.beeps} keer.")
        en.append(f"You now get a questionnaire {due.beeps} times a day instead of {told.beeps} times.")
    return {"nl": " ".join(nl), "en": " ".join(en)}
