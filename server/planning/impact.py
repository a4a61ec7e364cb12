"""What new rules would do to the days that are planned already, told before they are saved; nothing is changed.

The same draws that `rules_round` will make later are made here and compared with what is planned. Answers are not
asked for: whatever was answered was due, and days with a due beep stay. So this runs with the desk's rights.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from prompts.chance import day_seed
from prompts.protocols import Protocol
from prompts.sampling import infeasible
from server.people.models import Participant
from server.planning.drafts import Sheet, lay_out, read_rhythm
from server.planning.models import CHALLENGE_SLOT, FIRST_EVENT_SLOT, Beep
from server.planning.replan import WESTERNMOST, DaySettings
from server.planning.rules_round import LEAD
from server.studies.calendar import last_day
from server.studies.models import Study

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Impact:
    """Planned beeps of coming days, and the people they belong to; begun days are not among them.

    ``moved``: another moment, another end or another questionnaire; ``kept``: as they are, though under the new rules;
    ``added`` and ``dropped``: beeps that come or go. ``people`` have one of the first three changed. ``shorter``:
    people whose last day comes earlier. ``crowded``: people whose own day will not hold as many beeps as are asked.
    """

    moved: int = 0
    kept: int = 0
    added: int = 0
    dropped: int = 0
    people: int = 0
    shorter: int = 0
    crowded: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Planned:
    due_s: int
    expires_s: int
    instrument: str | None


def foresee(session: Session, study: Study, protocol: Protocol, *, now: datetime) -> Impact:
    """What ``protocol``, the study's with new rules, changes at ``now`` of the days that are planned."""
    first = (now - WESTERNMOST).date()
    people = _load_people(session, study, first)
    days, touched = _load_days(session, study, first, now + LEAD)
    begun_until: dict[uuid.UUID, date] = defaultdict(lambda: date.min)
    for person, on in touched:
        begun_until[person] = max(begun_until[person], on)
    moved = kept = added = dropped = shorter = 0
    changed: set[uuid.UUID] = set()
    for one in people:
        settings = DaySettings(zone=one.zone, rhythm=one.rhythm)
        ends_on = min(one.ends_on, max(last_day(protocol, one.starts_on), begun_until[one.id]))
        shorter += ends_on < one.ends_on
        for on, planned in days.get(one.id, {}).items():
            if (one.id, on) in touched or now + LEAD >= _sheet(protocol, on, settings).table.start:
                continue
            after = {} if on > ends_on else _draw(study, protocol, one.id, on, settings, CHALLENGE_SLOT in planned)
            same = sum(planned[slot] == after[slot] for slot in planned.keys() & after.keys())
            both = len(planned.keys() & after.keys())
            if same < max(len(planned), len(after)):
                changed.add(one.id)
            kept, moved = kept + same, moved + both - same
            added, dropped = added + len(after) - both, dropped + len(planned) - both
    return Impact(
        moved=moved,
        kept=kept,
        added=added,
        dropped=dropped,
        people=len(changed),
        shorter=shorter,
        crowded=sum(_is_crowded(protocol, one.zone, one.rhythm) for one in people if one.rhythm),
    )


def _load_people(session: Session, study: Study, first: date) -> list[Any]:
    columns = (
        Participant.id,
        Participant.zone,
        Participant.rhythm,
        Participant.starts_on,
        Participant.ends_on,
    )
    running = (Participant.study_id == study.id, Participant.left_at.is_(None), Participant.ends_on >= first)
    return list(session.execute(select(*columns).where(*running)))


_Days = dict[uuid.UUID, dict[date, dict[int, _Planned]]]


def _load_days(
    session: Session, study: Study, first: date, begun_at: datetime
) -> tuple[_Days, set[tuple[uuid.UUID, date]]]:
    """The planned beeps by person and date, and the dates that have begun by a beep."""
    mine = select(Participant.id).where(Participant.study_id == study.id, Participant.left_at.is_(None))
    rows = session.execute(
        select(
            Beep.participant_id,
            Beep.local_date,
            Beep.slot,
            Beep.due_at,
            Beep.expires_at,
            Beep.instrument,
            (Beep.push_stage + Beep.push_tries).label("pushes"),
        ).where(Beep.participant_id.in_(mine), Beep.local_date >= first, Beep.slot < FIRST_EVENT_SLOT)
    ).all()
    days: _Days = defaultdict(lambda: defaultdict(dict))
    touched: set[tuple[uuid.UUID, date]] = set()
    for row in rows:
        days[row.participant_id][row.local_date][row.slot] = _Planned(
            due_s=int(row.due_at.timestamp()), expires_s=int(row.expires_at.timestamp()), instrument=row.instrument
        )
        if row.due_at <= begun_at or row.pushes:
            touched.add((row.participant_id, row.local_date))
    return days, touched


def _draw(
    study: Study, protocol: Protocol, person: uuid.UUID, on: date, settings: DaySettings, with_challenge: bool
) -> Mapping[int, _Planned]:
    seed = day_seed(study.seed, str(person), on, protocol.key)
    lines = _sheet(protocol, on, settings).lines(seed, with_challenge=with_challenge)
    return {
        slot: _Planned(due_s=due, expires_s=expires, instrument=facts.instrument) for slot, due, expires, facts in lines
    }


def _sheet(protocol: Protocol, on: date, settings: DaySettings) -> Sheet:
    return lay_out(protocol, on, settings.zone, read_rhythm(settings.rhythm).shape_of(on))


def _is_crowded(protocol: Protocol, zone: str, rhythm: Mapping[str, Any]) -> bool:
    return bool(infeasible(protocol, read_rhythm(rhythm), zone))
