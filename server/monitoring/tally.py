"""The diaries of a study counted: settled days from a summary, the latest days as they stand.

A day may still change after it is over, because a phone without network sends late. The last complete days are
therefore always counted anew; days before them are counted once a day by the worker (`settle`), which picks up what
came later still. What was planned for a day that is over does not change: the worker counts that up to yesterday.
Without a summary everything is counted on the spot: slower, never different.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from server.monitoring.models import DateSum, PersonSum, Summary
from server.monitoring.queries import FIRST_DAYS, Stretch, count_answered, count_planned
from server.monitoring.shapes import NO_COUNT, Cells, Count, DaySlots, Sums, make_cells
from server.studies.calendar import local_date
from server.studies.models import Study

LOOK_BACK_DAYS = 42
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonCount:
    """One participant's questionnaires: all, of her first days and of the latest complete days."""

    count: Count = NO_COUNT
    first: Count = NO_COUNT
    recent: Count = NO_COUNT
    last_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """Complete days up to ``through``, along dates and along people."""

    cells: Cells
    people: Mapping[uuid.UUID, PersonCount]
    through: date


def tally(session: Session, study: Study, *, today: date) -> Tally:
    """Count the complete days of the last six weeks, in two statements and at most three small ones."""
    through = today - _DAY
    settled = session.get(Summary, study.id)
    if settled is not None and not through - LOOK_BACK_DAYS * _DAY <= settled.through <= through - FIRST_DAYS * _DAY:
        settled = None  # the worker slept for weeks, or the clock went back
    begin = settled.through + _DAY if settled is not None else through - (LOOK_BACK_DAYS - 1) * _DAY
    stretch = Stretch(first=begin, last=through)
    known: Mapping[uuid.UUID, Any] = {}
    planned: list[DaySlots] = []
    if settled is not None:
        known, planned_by = _load_people(session, study.id)
    if settled is None or settled.planned_through != through:
        planned, planned_by = count_planned(session, study.id, stretch)
    answered, answered_by = count_answered(session, study.id, stretch)
    cells = dict(make_cells(planned, answered))
    if settled is not None:
        stored = _load_cells(session, study.id, through if settled.planned_through == through else settled.through)
        cells |= {key: cells.get(key, NO_COUNT) + count for key, count in stored.items()}
    people = {
        person: _add(known.get(person), planned_by.get(person, _NONE), answered_by.get(person, _NONE))
        for person in {*planned_by, *answered_by, *known}
    }
    return Tally(cells=cells, people=people, through=through)


def settle(session: Session, study: Study, *, now: datetime) -> bool:
    """Count the settled days of a study, once a day of its own calendar; False when that is done already."""
    through = local_date(now, study.zone) - (1 + FIRST_DAYS) * _DAY
    done = session.get(Summary, study.id, with_for_update=True)
    if done is not None and done.through >= through:
        return False
    first = through - (LOOK_BACK_DAYS - 1 - FIRST_DAYS) * _DAY
    stretch = Stretch(first=first, last=through)
    planned, planned_by = count_planned(session, study.id, stretch)
    answered, answered_by = count_answered(session, study.id, stretch)
    for table in (DateSum, PersonSum):
        session.execute(delete(table).where(table.study_id == study.id).execution_options(synchronize_session=False))
    _store(session, DateSum, [_cell_row(study.id, *item) for item in make_cells(planned, answered).items()])
    recent = Stretch(first=through + _DAY, last=through + FIRST_DAYS * _DAY)
    planned_lately, lately = count_planned(session, study.id, recent)
    _store(session, DateSum, [_cell_row(study.id, *item) for item in make_cells(planned_lately, ()).items()])
    people = {*planned_by, *answered_by, *lately}
    _store(
        session,
        PersonSum,
        [
            _person_row(study.id, one, planned_by.get(one, _NONE), answered_by.get(one, _NONE), lately.get(one, _NONE))
            for one in people
        ],
    )
    if done is None:
        done = Summary(study_id=study.id)
        session.add(done)
    done.first, done.through, done.at, done.planned_through = first, through, now, recent.last
    session.flush()
    return True


def _load_cells(session: Session, study_id: uuid.UUID, through: date) -> Cells:
    rows = session.execute(
        select(DateSum.starts_on, DateSum.local_date, DateSum.slot, DateSum.planned, DateSum.answered).where(
            DateSum.study_id == study_id, DateSum.local_date <= through
        )
    )
    return {(starts, on, slot): Count(planned=planned, answered=n) for starts, on, slot, planned, n in rows}


def _load_people(session: Session, study_id: uuid.UUID) -> tuple[dict[uuid.UUID, Any], dict[uuid.UUID, Sums]]:
    """Rows of what is settled of everybody, and what was planned for her on the days after that."""
    rows = session.execute(
        select(
            PersonSum.participant_id,
            PersonSum.planned,
            PersonSum.answered,
            PersonSum.first_planned,
            PersonSum.first_answered,
            PersonSum.last_on,
            PersonSum.recent_planned,
            PersonSum.recent_first_planned,
        ).where(PersonSum.study_id == study_id)
    )
    known: dict[uuid.UUID, Any] = {}
    lately: dict[uuid.UUID, Sums] = {}
    for row in rows:
        person, *_settled, recent, recent_first = row
        known[person] = row
        lately[person] = Sums(total=recent or 0, first=recent_first or 0, recent=recent or 0)
    return known, lately


def _add(settled: Any | None, planned: Sums, answered: Sums) -> PersonCount:
    """A row of `_load_people`, if there is one, and what came after it. Ten thousand times: nothing is made twice."""
    if settled is None:
        settled = _NOTHING_SETTLED
    _person, all_planned, all_answered, first_planned, first_answered, last_on, *_lately = settled
    return PersonCount(
        count=Count(planned=all_planned + planned.total, answered=all_answered + answered.total),
        first=Count(planned=first_planned + planned.first, answered=first_answered + answered.first),
        recent=Count(planned=planned.recent, answered=answered.recent),
        last_on=answered.last_on or last_on,
    )


def _cell_row(study_id: uuid.UUID, key: tuple[date, date, int], count: Count) -> dict[str, Any]:
    starts_on, on, slot = key
    return {
        "study_id": study_id,
        "starts_on": starts_on,
        "local_date": on,
        "slot": slot,
        "planned": count.planned,
        "answered": count.answered,
    }


def _person_row(study_id: uuid.UUID, person: uuid.UUID, planned: Sums, answered: Sums, lately: Sums) -> dict[str, Any]:
    return {
        "participant_id": person,
        "study_id": study_id,
        "planned": planned.total,
        "answered": answered.total,
        "first_planned": planned.first,
        "first_answered": answered.first,
        "last_on": answered.last_on,
        "recent_planned": lately.total,
        "recent_first_planned": lately.first,
    }


def _store(session: Session, table: type[DateSum] | type[PersonSum], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)


_NOTHING_SETTLED = (None, 0, 0, 0, 0, None)
_NONE = Sums()
