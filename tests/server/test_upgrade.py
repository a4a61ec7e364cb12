"""Claims about upgrading while people are at it: code of today goes on when the schema of tomorrow is under it."""

import threading
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, func, inspect, select, text

from server.backup import back_up, read_manifest
from server.clock import SetClock
from server.context import Context
from server.db import Database
from server.delivery.gateway import RecordingGateway
from server.delivery.models import Attempt
from server.delivery.vapid import Keyring, VapidKey
from server.diary.models import Response
from server.duties import install_duties
from server.installation import Installation
from server.models import Base
from server.planning.models import Beep
from server.schema import RevisionUnknown, change, require_newest
from server.worker import Worker
from tests.answering import make_body
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.factories import make_beep


@both_databases
def test_running_code_goes_on_when_tables_have_gained_columns(
    client: FlaskClient, cast: Cast, database: Database, context: Context, clock: SetClock, tmp_path: Path
) -> None:
    _upgrade(database)
    with database.transaction() as session:
        beep = make_beep(session, participant=cast.noor.participant, slot=1, due_at=NOW, next_push_at=NOW)
    worker = Worker(_installation(context, clock), gateway=RecordingGateway())
    worker.sync()
    assert worker.plan() > 0
    delivered = worker.deliver()
    assert delivered > 0
    worker.sweep()
    worker.settle()
    worker.close()
    clock.move(timedelta(minutes=10))
    today = client.get("/api/v1/today", headers=cast.noor.headers)
    assert today.status_code == 200, today.text
    answer = client.put(f"/api/v1/beeps/{beep.id}/response", json=make_body(beep), headers=cast.noor.headers)
    assert answer.status_code == 201, answer.text
    joined = client.post(
        "/api/v1/join",
        json={"code": cast.join_code.code, "language": "nl", "zone": "Europe/Amsterdam", "birth_year": 2008},
    )
    assert joined.status_code in (200, 201), joined.text
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == delivered
        assert session.scalar(text("SELECT count(*) FROM beep WHERE of_tomorrow IS NOT NULL")) == 0
        assert session.scalar(select(func.count()).select_from(Beep)) > 1
    if database.is_sqlite:
        assert read_manifest(back_up(database, tmp_path / "b", now=NOW)).tables["tomorrow"].rows == 0


@pytest.mark.postgres
def test_a_change_of_the_schema_gives_way_to_whoever_wants_what_it_holds(database: Database) -> None:
    tries: list[str] = []
    both_hold = threading.Event()

    def alter(connection: Connection) -> None:
        tries.append("began")
        connection.execute(text("ALTER TABLE beep ADD COLUMN of_tomorrow VARCHAR(20)"))
        both_hold.set()
        connection.execute(text("ALTER TABLE response ADD COLUMN of_tomorrow VARCHAR(20)"))

    with database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Response)) == 0  # and holds it until the end
        changing = threading.Thread(target=change, args=(database.engine, alter))
        changing.start()
        assert both_hold.wait(10)
        assert session.scalar(select(func.count()).select_from(Beep)) == 0  # a deadlock, if the change did not give way
    changing.join(30)
    assert not changing.is_alive()
    assert len(tries) > 1
    with database.reading() as session:
        assert session.scalars(text("SELECT of_tomorrow FROM response")).all() == []


def test_old_code_does_not_start_on_a_schema_it_does_not_know(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        session.execute(text("INSERT INTO alembic_version VALUES (:next)"), {"next": uuid.uuid4().hex[:12]})
    with pytest.raises(RevisionUnknown, match="newer Kiem"):
        require_newest(database.engine)


def _upgrade(database: Database) -> None:
    """A nullable column at every table, an index, a table: what a migration within a release line may do."""
    with database.engine.begin() as connection:
        there = set(inspect(connection).get_table_names())
        for table in sorted(there.intersection(Base.metadata.tables)):
            connection.execute(text(f"ALTER TABLE {table} ADD COLUMN of_tomorrow VARCHAR(20)"))
        connection.execute(text("CREATE INDEX ix_of_tomorrow ON participant (of_tomorrow)"))
        connection.execute(text("CREATE TABLE tomorrow (id INTEGER PRIMARY KEY)"))
        install_duties(connection)


def _installation(context: Context, clock: SetClock) -> Installation:
    from cryptography.hazmat.primitives.asymmetric import ec

    key = VapidKey.from_private(ec.generate_private_key(ec.SECP256R1()))
    return Installation(
        settings=context.settings,
        database=context.database,
        clock=clock,
        keyring=Keyring(key, subject="mailto:tests@example.org"),
        context=context,
    )
