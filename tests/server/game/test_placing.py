import random
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.db import Database
from server.game.models import Membership, Team
from server.game.placing import find_membership, free_nickname, leave, merge_small_teams, place
from server.game.refusals import TooManyMoves
from server.game.words import ADJECTIVES, ANIMALS
from server.people.models import Participant
from server.studies.models import Study
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.factories import make_participant

LATER = NOW + timedelta(days=3)


def dice(seed: int = 1) -> random.Random:
    return random.Random(seed)


def add_people(database: Database, study: Study, count: int) -> list[Participant]:
    with database.transaction() as session:
        people = [make_participant(session, study=session.merge(study)) for _ in range(count)]
        for number, person in enumerate(people):
            place(session, person, now=NOW, rng=dice(number))
        return people


def sizes(database: Database) -> list[int]:
    with database.reading() as session:
        rows = session.scalars(select(Membership.team_id).where(Membership.left_at.is_(None)))
        return sorted(Counter(rows).values())


def where(database: Database, person: Participant) -> uuid.UUID:
    with database.reading() as session:
        member = find_membership(session, person)
        assert member is not None
        return member.team_id


@both_databases
def test_people_fill_teams_as_they_come(database: Database, cast: Cast) -> None:
    add_people(database, cast.study, 11)
    assert sizes(database) == [1, 5, 5]


def test_studies_never_mix(database: Database, cast: Cast) -> None:
    garden = add_people(database, cast.study, 3)
    harbour = add_people(database, cast.other_study, 3)
    assert sizes(database) == [3, 3]
    assert {where(database, person) for person in garden} & {where(database, person) for person in harbour} == set()
    with database.reading() as session:
        for person in garden:
            assert session.get_one(Team, where(database, person)).study_id == cast.study.id


def test_looking_again_changes_nothing(database: Database, cast: Cast) -> None:
    (person,) = add_people(database, cast.study, 1)
    with database.transaction() as session:
        again = place(session, person, now=LATER, rng=dice(9))
    assert again.joined_at == NOW
    assert sizes(database) == [1]


@both_databases
def test_all_at_once_nobody_gets_two_seats_and_no_seat_two_people(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        people = [make_participant(session, study=session.merge(cast.study)) for _ in range(6)]

    def come(number: int) -> None:
        with database.transaction() as session:
            place(session, people[number % 6], now=NOW, rng=dice(number))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(come, range(12)))
    assert sizes(database) == [1, 5]


def test_whoever_leaves_is_in_another_team_and_does_not_come_back(database: Database, cast: Cast) -> None:
    people = add_people(database, cast.study, 6)
    mine, first = people[0], where(database, people[0])
    with database.transaction() as session:
        moved = leave(session, mine, now=LATER, rng=dice())
        former = session.scalars(select(Membership).where(Membership.left_at == LATER)).one()
    assert moved.team_id == where(database, people[5]) != first
    assert (moved.adjective, moved.animal, moved.avatar) == (former.adjective, former.animal, former.avatar)
    with database.transaction() as session:
        third = leave(session, mine, now=LATER + timedelta(hours=1), rng=dice())
    assert third.team_id not in {first, moved.team_id}, "rather alone in a new one"


def test_nobody_moves_without_end(database: Database, cast: Cast) -> None:
    (person,) = add_people(database, cast.study, 1)
    for _ in range(3):
        with database.transaction() as session:
            leave(session, person, now=NOW, rng=dice())
    with pytest.raises(TooManyMoves), database.transaction() as session:
        leave(session, person, now=NOW, rng=dice())
    with database.transaction() as session:
        leave(session, person, now=NOW + timedelta(days=7), rng=dice())


def test_who_has_left_the_study_leaves_a_seat(database: Database, cast: Cast) -> None:
    people = add_people(database, cast.study, 5)
    with database.transaction() as session:
        session.get_one(Participant, people[2].id).left_at = NOW
    (newcomer,) = add_people(database, cast.study, 1)
    assert where(database, newcomer) == where(database, people[0])


@both_databases
def test_a_team_that_stays_small_finds_seats_elsewhere(database: Database, cast: Cast) -> None:
    people = add_people(database, cast.study, 12)
    assert sizes(database) == [2, 5, 5]
    with database.transaction() as session:
        assert merge_small_teams(session, now=NOW + timedelta(days=2), rng=dice()) == 0, "others may still come"
    with database.transaction() as session:
        assert merge_small_teams(session, now=LATER, rng=dice()) == 2
    assert sizes(database) == [6, 6]
    with database.transaction() as session:
        assert merge_small_teams(session, now=LATER, rng=dice()) == 0
    assert where(database, people[11]) != where(database, people[10])


def test_a_small_team_without_seats_elsewhere_stays_together(database: Database, cast: Cast) -> None:
    add_people(database, cast.study, 3)
    with database.transaction() as session:
        assert merge_small_teams(session, now=LATER, rng=dice()) == 0
    assert sizes(database) == [3]


def test_two_small_teams_become_one(database: Database, cast: Cast) -> None:
    add_people(database, cast.study, 7)
    with database.transaction() as session:
        big = session.scalars(select(Membership).order_by(Membership.joined_at)).all()
        teams = Counter(member.team_id for member in big)
        for member in [member for member in big if teams[member.team_id] == 5][:3]:
            session.get_one(Participant, member.participant_id).left_at = NOW
    with database.transaction() as session:
        assert merge_small_teams(session, now=LATER, rng=dice()) == 2
    with database.reading() as session:
        here = (
            select(Membership.team_id)
            .join(Participant)
            .where(Membership.left_at.is_(None), Participant.left_at.is_(None))
        )
        assert list(Counter(session.scalars(here)).values()) == [4]


def test_nicknames_in_a_team_share_no_half_while_there_are_enough(database: Database, cast: Cast) -> None:
    people = add_people(database, cast.study, 5)
    with database.reading() as session:
        team = where(database, people[0])
        rows = session.scalars(select(Membership).where(Membership.team_id == team)).all()
        assert len({row.adjective for row in rows}) == len({row.animal for row in rows}) == 5
        adjective, animal = free_nickname(session, team, dice())
    assert adjective in ADJECTIVES
    assert animal in ANIMALS
