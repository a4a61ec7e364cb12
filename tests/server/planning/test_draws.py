"""The challenge of the day: drawn with what was shown before, once, and for the right age."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import delete, event, select

from server.coordination.scheduling import fix_date, free_date
from server.db import Database
from server.planning.draws import certain_age
from server.planning.models import Assignment, Beep
from server.planning.redealing import redeal
from server.planning.service import plan_ahead
from tests.cast import NOW, STARTED, TODAY, Cast
from tests.factories import make_assignment, make_challenge, make_participant

DAY = timedelta(days=1)
STRATEGIES = ("kindness", "movement", "rest", "focus", "nature")


def cards(database: Database, cast: Cast) -> dict[date, Assignment]:
    with database.reading() as session:
        statement = select(Assignment).where(Assignment.participant_id == cast.noor.participant.id)
        return {row.local_date: row for row in session.scalars(statement)}


@pytest.fixture
def _catalogue(database: Database) -> None:
    with database.transaction() as session:
        for number in range(25):
            make_challenge(session, slug=f"dare-{number}", strategy=STRATEGIES[number % 5])


@pytest.mark.usefixtures("_catalogue")
def test_no_challenge_comes_twice_in_three_weeks(database: Database, cast: Cast) -> None:
    for day in range(20):
        plan_ahead(database, now=NOW + day * DAY)
    drawn = [row.slug for row in cards(database, cast).values()]
    assert len(drawn) == 21
    assert len(set(drawn)) == 21


@pytest.mark.usefixtures("_catalogue")
def test_two_days_in_a_row_never_ask_for_the_same_strategy(database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    drawn = [int(row.slug.split("-")[1]) % 5 for _date, row in sorted(cards(database, cast).items())]
    assert all(before != after for before, after in pairwise(drawn))


@pytest.mark.usefixtures("_catalogue")
def test_days_planned_one_by_one_get_the_cards_of_days_planned_together(database: Database, cast: Cast) -> None:
    """What a worker that slept draws is what one that was awake would have drawn."""
    with database.transaction() as session:
        session.merge(cast.noor.participant).planned_through = STARTED - DAY
    for day in range(-4, 1):
        plan_ahead(database, now=NOW + day * DAY)
    awake = {on: (row.slug, row.alternatives) for on, row in cards(database, cast).items()}
    with database.transaction() as session:
        session.execute(delete(Beep))
        session.execute(delete(Assignment))
        session.merge(cast.noor.participant).planned_through = STARTED - DAY
    plan_ahead(database, now=NOW)
    assert {on: (row.slug, row.alternatives) for on, row in cards(database, cast).items()} == awake


@pytest.mark.usefixtures("_catalogue")
def test_a_date_keeps_the_challenge_it_has(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        make_assignment(session, participant=session.merge(cast.noor.participant), local_date=TODAY, slug="dare-3")
    plan_ahead(database, now=NOW)
    drawn = cards(database, cast)
    assert drawn[TODAY].slug == "dare-3"
    assert drawn[TODAY + DAY].slug != "dare-3"


def test_without_a_suitable_challenge_the_day_has_none(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        make_challenge(session, content={"min_age": 18})
    assert plan_ahead(database, now=NOW).beeps == 3 * 5 * 5
    assert cards(database, cast) == {}


def test_a_retired_challenge_is_not_drawn(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        make_challenge(session, slug="old", status="retired")
        make_challenge(session, slug="draft", status="draft")
        make_challenge(session, slug="live")
    plan_ahead(database, now=NOW)
    assert {row.slug for row in cards(database, cast).values()} == {"live"}


@pytest.mark.usefixtures("_catalogue")
def test_history_is_read_with_one_question_for_everybody(database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    with database.transaction() as session:
        for _ in range(10):
            make_participant(session, study=session.merge(cast.study), planned_through=TODAY + 2 * DAY)
    asked: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def _note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    assert plan_ahead(database, now=NOW + DAY).people == 13
    assert sum(statement.startswith("SELECT assignment.") for statement in asked) == 1


@pytest.mark.parametrize(
    ("birth_year", "age"),
    [
        (None, None),
        (2014, 12),  # twelve this year: as old as the youngest that challenges are made for
        (2013, 12),  # thirteen this year, perhaps only in December
        (2011, 14),
        (2001, 24),
    ],
)
def test_an_age_is_never_taken_for_more_than_it_surely_is(birth_year: int | None, age: int | None) -> None:
    assert certain_age(birth_year, TODAY) == age


@pytest.mark.usefixtures("_catalogue")
def test_a_chosen_challenge_is_everybodys_card_of_that_date_and_only_of_it(database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW, ahead=timedelta(0))
    drawn = cards(database, cast)
    with database.transaction() as session:
        fix_date(session, cast.study.id, TODAY + DAY, "dare-3", by="Cleo", now=NOW)
    plan_ahead(database, now=NOW)
    with database.reading() as session:
        rows = list(session.scalars(select(Assignment).where(Assignment.local_date == TODAY + DAY)))
    chosen = {row.participant_id: row for row in rows}
    for member in (cast.noor, cast.sam):
        assert (chosen[member.participant.id].slug, chosen[member.participant.id].algorithm) == ("dare-3", 0)
        assert ["dare-3", 1] not in chosen[member.participant.id].alternatives
    assert chosen[cast.zoe.participant.id].algorithm == 1
    assert cards(database, cast)[TODAY].slug == drawn[TODAY].slug


@pytest.mark.usefixtures("_catalogue")
def test_a_chosen_challenge_never_comes_to_somebody_too_young_for_it(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        make_challenge(session, slug="grown-up", strategy="rest", content={"min_age": 16})
        fix_date(session, cast.study.id, TODAY + DAY, "grown-up", by="Cleo", now=NOW)
    plan_ahead(database, now=NOW)
    assert cards(database, cast)[TODAY + DAY].slug != "grown-up"
    with database.reading() as session:
        sams = session.get(Assignment, (cast.sam.participant.id, TODAY + DAY))
    assert sams is not None
    assert sams.slug == "grown-up"


@pytest.mark.usefixtures("_catalogue")
def test_days_planned_already_get_the_chosen_card_until_they_begin(database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    before = cards(database, cast)
    with database.transaction() as session:
        for on in (TODAY, TODAY + DAY):
            fix_date(session, cast.study.id, on, "dare-3", by="Cleo", now=NOW)
        assert redeal(session, cast.study.id, TODAY, now=NOW) == 0
        assert redeal(session, cast.study.id, TODAY + DAY, now=NOW) == 2
    after = cards(database, cast)
    assert (after[TODAY].slug, after[TODAY + DAY].slug) == (before[TODAY].slug, "dare-3")
    with database.transaction() as session:
        assert free_date(session, cast.study.id, TODAY + DAY)
        redeal(session, cast.study.id, TODAY + DAY, now=NOW)
    assert cards(database, cast)[TODAY + DAY].slug == before[TODAY + DAY].slug
