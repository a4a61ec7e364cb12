"""The ground the other tests stand on."""

import pytest
from sqlalchemy import select

from server.db import Database
from server.people.models import DeviceToken, Participant
from tests.cast import Cast
from tests.databases import both_databases


@both_databases
def test_the_cast_is_there_on_both_databases(database: Database, cast: Cast) -> None:
    with database.reading() as session:
        assert set(session.scalars(select(Participant.code))) == {"NRNR234", "SMSM234", "ZAZA234"}
        token = session.scalars(select(DeviceToken).where(DeviceToken.participant_id == cast.noor.participant.id)).one()
        assert token.participant.study.name == "garden"


@both_databases
def test_each_test_starts_empty(database: Database) -> None:
    with database.reading() as session:
        assert session.scalars(select(Participant)).all() == []


def test_sqlite_is_the_usual_database(database: Database) -> None:
    assert database.is_sqlite


@pytest.mark.postgres
def test_a_marked_test_gets_postgresql(database: Database) -> None:
    assert not database.is_sqlite
