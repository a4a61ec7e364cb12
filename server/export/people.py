"""Who is in an export, and who is not and why: counted, never named."""

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from server.consent.models import ConsentRecord, ConsentText
from server.export.calendar import weekday_of
from server.export.generalise import Person, age_at
from server.export.profiles import Profile
from server.people.models import Participant
from server.planning.models import Beep
from server.studies.models import Study

WESTERNMOST = timedelta(hours=12)  # no zone is further behind UTC

LEFT_OUT: Mapping[str, Mapping[str, str]] = {
    "left": {"nl": "is met de studie gestopt", "en": "has left the study"},
    "no-consent": {"nl": "geen (volledige) toestemming voor onderzoek", "en": "no (complete) consent to research"},
    "no-sharing": {"nl": "geen toestemming om gegevens te delen", "en": "no consent to sharing data"},
    "still-running": {
        "nl": "nog niet klaar met alle dagen (waar een dagboek ophoudt zou de datum verraden)",
        "en": "not through with all days yet (where a diary stops would tell the date)",
    },
    "too-short": {
        "nl": "minder studiedagen dan deze export heeft",
        "en": "fewer study days than this export has",
    },
    "nothing-planned": {"nl": "er is nooit een beep gepland", "en": "no beep was ever planned"},
}
"""Why somebody is not in an export, in the order in which it is asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Somebody in the export. ``planned``: questionnaires, challenges and own entries that the database has of her."""

    id: uuid.UUID
    birth_year: int | None
    language: str
    starts_on: date
    ends_on: date
    planned: Mapping[str, int]

    @property
    def key(self) -> str:
        return str(self.id)

    def as_person(self) -> Person:
        """Her demographics as the anonymiser wants them."""
        facts = {
            "age": age_at(self.birth_year, self.starts_on),
            "language": self.language,
            "start_weekday": weekday_of(self.starts_on),
            "study_days": (self.ends_on - self.starts_on).days + 1,
        }
        return Person(key=self.key, facts=facts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """``left_out``: how many for each reason of `LEFT_OUT`. ``travelled``: members whose days had several zones."""

    members: tuple[Member, ...]
    left_out: Mapping[str, int]
    travelled: int

    def rows_of(self, kind: str) -> int:
        """How many beeps of a kind (questionnaire | challenge | event) the database has of these people."""
        return sum(member.planned.get(kind, 0) for member in self.members)


def select_members(
    session: Session, study: Study, profile: Profile, *, now: datetime, days: int | None = None
) -> Selection:
    """Everybody of the study whose diary is finished and who agreed; with ``days`` only who has so many study days, and
    of each only the first so many.

    Whoever has left, or whose consent to research is not (any more) complete, is out with everything, whatever was
    answered before. The open profile also asks for consent to sharing, of everybody who had to agree, where the study
    asks for consent at all.
    """
    planned, last, zones = _count_beeps(session, study)
    within = _count_beeps(session, study, days=days)[0] if days else planned
    refusing = withdrew_sharing(session, study) if profile.name == "open" else None
    members: list[Member] = []
    left_out: Counter[str] = Counter()
    for row in session.scalars(select(Participant).where(Participant.study_id == study.id)):
        closes = last.get(row.id)
        if row.left_at is not None:
            left_out["left"] += 1
        elif row.cleared_at is None and row.asked_again_at is None:
            left_out["no-consent"] += 1
        elif refusing is not None and row.id in refusing:
            left_out["no-sharing"] += 1
        elif row.ends_on >= (now - WESTERNMOST).date() or (closes is not None and closes > now):
            left_out["still-running"] += 1
        elif days and (row.ends_on - row.starts_on).days + 1 < days:
            left_out["too-short"] += 1
        elif row.id not in within:
            left_out["nothing-planned"] += 1
        else:
            members.append(
                Member(
                    id=row.id,
                    birth_year=row.birth_year,
                    language=row.language,
                    starts_on=row.starts_on,
                    ends_on=row.starts_on + timedelta(days=days - 1) if days else row.ends_on,
                    planned=within[row.id],
                )
            )
    return Selection(
        members=tuple(members),
        left_out={code: left_out[code] for code in LEFT_OUT},
        travelled=sum(len(zones[member.id]) > 1 for member in members),
    )


def _count_beeps(
    session: Session, study: Study, *, days: int | None = None
) -> tuple[dict[uuid.UUID, dict[str, int]], dict[uuid.UUID, datetime], dict[uuid.UUID, set[str]]]:
    """Beeps by person and kind (of her first ``days``), when the last of them closes, and (two of) their zones."""
    counts: dict[uuid.UUID, dict[str, int]] = {}
    last: dict[uuid.UUID, datetime] = {}
    zones: dict[uuid.UUID, set[str]] = {}
    rows = session.execute(
        select(
            *(Beep.participant_id, Beep.kind, func.count(), func.max(Beep.expires_at)),
            *(func.min(Beep.zone), func.max(Beep.zone)),
        )
        .join(Participant, Participant.id == Beep.participant_id)
        .where(Participant.study_id == study.id, *([_day_of(session) < days] if days else []))
        .group_by(Beep.participant_id, Beep.kind)
    )
    for person, kind, count, closes, *some in rows:
        counts.setdefault(person, {})[kind] = count
        last[person] = max(last.get(person, closes), closes)
        zones.setdefault(person, set()).update(some)
    return counts, last, zones


def _day_of(session: Session) -> ColumnElement[int]:
    """How many days after her first a beep is."""
    if session.get_bind().dialect.name == "sqlite":
        return func.julianday(Beep.local_date) - func.julianday(Participant.starts_on)
    return Beep.local_date - Participant.starts_on  # type: ignore[return-value]  # dates differ by whole days there


def withdrew_sharing(session: Session, study: Study) -> set[uuid.UUID]:
    """Whose last word on sharing, or a parent's, is not yes; nobody where the study asks for no consent."""
    if session.scalar(select(func.count()).where(ConsentText.study_id == study.id)) == 0:
        return set()
    words: dict[uuid.UUID, dict[str, bool]] = {}
    records = (
        select(ConsentRecord.participant_id, ConsentRecord.role, ConsentRecord.scope, ConsentRecord.given)
        .join(Participant, Participant.id == ConsentRecord.participant_id)
        .where(Participant.study_id == study.id)
        .order_by(ConsentRecord.participant_id, ConsentRecord.number)
    )
    for person, role, scope, given in session.execute(records):
        said = words.setdefault(person, {})
        said.setdefault(role, False)
        if scope == "sharing":
            said[role] = given
    everybody = session.scalars(select(Participant.id).where(Participant.study_id == study.id))
    return {person for person in everybody if not (words.get(person) and all(words[person].values()))}
