"""Who may be asked: clearing people when every required consent is there, and asking again when it no longer is.

A yes counts while the text it was given to does: publishing a text that binds makes every earlier yes one to be given
again (`server.consent.renewing`), and so does turning sixteen, for it was given beside a parent's. Until then she
waits: her plan stays as it is, but nothing is pushed, answered or added. What she answered before is not touched by
waiting; a no, or a yes that is taken back, is another matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from server.consent.ages import EASTERNMOST
from server.consent.models import ConsentRecord
from server.consent.publishing import binding_version
from server.people.models import Participant
from server.studies.calendar import first_day, last_day, local_date
from server.studies.service import protocol_of

SCOPES = ("use", "research", "sharing", "recontact")
WATCHED = "monitoring"  # a scope only where the study has staff who look after signs (`server.safety.monitoring`)
REQUIRED = frozenset({"use", "research"})
PARENTS = ("parent1", "parent2")


@dataclass(kw_only=True, slots=True)
class Given:
    """Somebody's latest word on every scope, and the version of the text it was said to."""

    scopes: dict[str, bool] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    last: ConsentRecord | None = None

    @property
    def is_enough(self) -> bool:
        """Yes to all that is required, whatever the text."""
        return all(self.scopes.get(scope) for scope in REQUIRED)

    def is_enough_for(self, version: int) -> bool:
        """Yes to all that is required, to this version or a later one."""
        return self.is_enough and all(self.versions[scope] >= version for scope in REQUIRED)


def read_given(session: Session, participant: Participant) -> dict[str, Given]:
    """The latest word of each role that has spoken."""
    found: dict[str, Given] = {}
    records = select(ConsentRecord).where(ConsentRecord.participant_id == participant.id)
    for record in session.scalars(records.order_by(ConsentRecord.number)):
        given = found.setdefault(record.role, Given())
        given.scopes[record.scope] = record.given
        given.versions[record.scope] = record.version
        given.last = record
    return found


def needs_parents(participant: Participant, *, now: datetime) -> int:
    """How many parents must agree; 0 when she decides alone."""
    until = participant.parents_until
    if until is None or until <= local_date(now, participant.zone):
        return 0
    return participant.study.parents_required


def has_not_said_no() -> ColumnElement[bool]:
    """Of participants, in a query: cleared, or asked for a new yes that has not come yet."""
    return or_(Participant.cleared_at.is_not(None), Participant.asked_again_at.is_not(None))


def is_over(participant: Participant, now: datetime) -> bool:
    """Whether nothing will be asked of her any more: her last day is past, or she has left.

    The days of somebody who still waits to begin are not over: they move when she does.
    """
    begun = participant.planned_through is not None
    return participant.left_at is not None or (begun and participant.ends_on < local_date(now, participant.zone))


def settle(session: Session, participant: Participant, *, now: datetime) -> None:
    """Clear her when every required consent is there, else say what she waits for.

    1. Her own consent to use and research; under sixteen also that of as many parents as the study wants.
    2. Each to a text that still binds, unless her days are over anyway; her own given at sixteen or later, once she is.
    3. Whoever is cleared later than she joined begins on the first day after, so that waiting costs her no day.
    4. Whoever had been cleared and waits although nobody said no is *asked again*: what she answered stays in use.
    """
    given = read_given(session, participant)
    waiting = _missing(session, participant, given, now)
    participant.waiting = waiting
    if waiting is not None:
        if _somebody_said_no(participant, given, now):
            participant.asked_again_at = None
        elif participant.cleared_at is not None:
            participant.asked_again_at = now
        participant.cleared_at = None
    else:
        participant.asked_again_at = None
        if _is_sixteen(participant, now):
            participant.parents_until = None  # she has said so herself
        if participant.cleared_at is None:
            participant.cleared_at = now
            _begin(participant, now)
    session.flush()


def settle_birthdays(session: Session, *, now: datetime) -> int:
    """Ask those who have turned sixteen to say themselves whether they go on; how many were newly asked.

    A parent's yes or no counts no more from that day (WMO: sixteen and older decide alone), and her own was given when
    it did. Whoever still waited for a parent waits for herself now. Days that are over are left as they are.
    """
    latest = local_date(now, EASTERNMOST)
    grown = select(Participant).where(
        Participant.parents_until <= latest,
        Participant.left_at.is_(None),
        or_(Participant.waiting.is_(None), Participant.waiting == "parent"),
    )
    asked = 0
    for row in session.scalars(grown.with_for_update(of=Participant, key_share=True)).all():
        if is_over(row, now):
            continue
        settle(session, row, now=now)
        asked += row.waiting == "consent"
    return asked


def must_say_again(participant: Participant, own: Given | None, now: datetime) -> bool:
    """Whether her own yes is from before she was sixteen, and she now is."""
    if own is None or own.last is None or not _is_sixteen(participant, now):
        return False
    return local_date(own.last.at, participant.zone) < (participant.parents_until or now.date())


def _missing(session: Session, participant: Participant, given: Mapping[str, Given], now: datetime) -> str | None:
    study = participant.study
    over = is_over(participant, now)
    binding = 1 if over else binding_version(session, study)
    own = given.get("participant")
    if binding == 0:
        return "consent"  # no text: nothing that anybody can have agreed to
    if own is None or not own.is_enough_for(binding) or (not over and must_say_again(participant, own, now)):
        return "consent"
    until = participant.parents_until
    if until is None or until <= local_date(now, participant.zone):
        return None
    agreed = sum(parent in given and given[parent].is_enough_for(binding) for parent in PARENTS)
    refused = any(parent in given and not given[parent].is_enough for parent in PARENTS)
    return "parent" if refused or agreed < study.parents_required else None


def _somebody_said_no(participant: Participant, given: Mapping[str, Given], now: datetime) -> bool:
    counted = ("participant",) if _is_sixteen(participant, now) else ("participant", *PARENTS)
    return any(role in given and not given[role].is_enough for role in counted)


def _is_sixteen(participant: Participant, now: datetime) -> bool:
    until = participant.parents_until
    return until is not None and until <= local_date(now, participant.zone)


def _begin(participant: Participant, now: datetime) -> None:
    if participant.planned_through is not None:
        return
    study, protocol = participant.study, protocol_of(participant.study)
    first = first_day(protocol, study.start_rule, participant.zone, now=now, opens_on=study.opens_on)
    if first > participant.starts_on:
        participant.starts_on, participant.ends_on = first, last_day(protocol, first)
