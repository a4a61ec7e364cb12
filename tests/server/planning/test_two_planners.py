"""Any number of planners at once plan each day once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server.db import Database
from server.people.models import Participant
from server.planning.models import Assignment, Beep
from server.planning.queries import claim_gaps, list_horizons
from server.planning.service import AHEAD, Planned, plan_ahead
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.factories import make_challenge, make_participant

PEOPLE = 40


def at_once(work: Callable[[], Planned], times: int) -> list[Planned]:
    """Run ``work`` in several threads that begin together."""
    barrier = threading.Barrier(times)

    def run(_number: int) -> Planned:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


@both_databases
@pytest.mark.parametrize("batch", [1, 7, 500])
def test_each_day_is_planned_once(database: Database, cast: Cast, batch: int) -> None:
    with database.transaction() as session:
        study = session.merge(cast.study)
        for number in range(PEOPLE):
            make_participant(session, study=study, zone=("Europe/Amsterdam", "Pacific/Auckland")[number % 2])
        for number in range(8):
            make_challenge(session, strategy=("kindness", "movement", "rest", "focus")[number % 4])
    runs = at_once(lambda: plan_ahead(database, now=NOW, batch=batch), 4)
    everybody = PEOPLE + 3
    assert sum(run.people for run in runs) == everybody
    # Anybody whom all four passed over (each believed that another had her) is the next round's.
    assert plan_ahead(database, now=NOW) == Planned()
    with database.reading() as session:
        days = select(Beep.participant_id, Beep.local_date, func.count()).group_by(Beep.participant_id, Beep.local_date)
        rows = session.execute(days).all()
        # Auckland has the 5th already, so its people have one day more.
        assert len(rows) == everybody * 5 + PEOPLE // 2
        assert {count for *_day, count in rows} == {6}
        assert session.scalar(select(func.count()).select_from(Assignment)) == len(rows)


@pytest.mark.postgres
def test_people_in_another_planners_hands_are_passed_over(database: Database, cast: Cast) -> None:
    with database.reading() as session:
        horizons, _unknown = list_horizons(session, until=NOW + AHEAD)
    with database.transaction() as first, database.transaction() as second:
        mine = claim_gaps(first, horizons[0], new=True, limit=2, besides=(), besides_studies=())
        others = claim_gaps(second, horizons[0], new=True, limit=10, besides=(), besides_studies=())
    assert len(mine) == 2
    assert len(others) == 1
    assert {gap.person.id for gap in mine}.isdisjoint(gap.person.id for gap in others)


@pytest.mark.postgres
def test_a_planner_at_work_does_not_hold_up_a_new_device(database: Database, cast: Cast) -> None:
    """Rows that only refer to a participant take a key-share lock, which the planner's lock lets through."""
    with database.reading() as session:
        horizons, _unknown = list_horizons(session, until=NOW + AHEAD)
    with database.transaction() as planner, database.transaction() as other:
        claim_gaps(planner, horizons[0], new=True, limit=10, besides=(), besides_studies=())
        waiting = select(Participant.id).with_for_update(read=True, key_share=True, nowait=True)
        assert len(other.scalars(waiting).all()) == 3


@pytest.mark.postgres
def test_a_planner_that_dies_gives_its_people_back(database: Database, cast: Cast) -> None:
    with database.reading() as session:
        horizons, _unknown = list_horizons(session, until=NOW + AHEAD)

    def die_with_people_in_hand() -> None:
        with database.transaction() as session:
            claim_gaps(session, horizons[0], new=True, limit=10, besides=(), besides_studies=())
            raise ConnectionError

    with pytest.raises(ConnectionError):
        die_with_people_in_hand()
    assert plan_ahead(database, now=NOW + timedelta(seconds=1)).people == 3
