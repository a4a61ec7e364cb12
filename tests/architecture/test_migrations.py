"""Migrations and models agree, up, down and up again, on both databases."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, make_url, text

from server.db import Database
from server.schema import current_revision, differences, migrate, newest_revision
from tests.databases import both_databases

RELEASED = {
    "20261123_nobody_without_a_text.py": "5e45451011b7807355e9b1dbc082dc1b1cc09a5de87e60fe146aa22bf23bfb6a",
    "20261123_first_house.py": "d8d24b86249d698016f350e5d503b03ce29aa49fcdb32b1f09a584bb555bd9d0",
}
"""Steps that databases out there have taken, and the SHA-256 of each; a new step joins them when it is released."""


def test_a_released_step_never_changes() -> None:
    """Nobody's database takes it again: what is to be different is a step of its own."""
    folder = Path(__file__).resolve().parents[2] / "migrations" / "versions"
    found = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in RELEASED}
    assert found == RELEASED


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database without any table."""
    if request.node.callspec.params["database"] == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    server = request.getfixturevalue("postgres_url")
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE kiem_empty"))
    yield make_url(server).set(database="kiem_empty").render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE kiem_empty WITH (FORCE)"))
    engine.dispose()


@both_databases
def test_up_down_and_up_again_and_nothing_is_left_to_generate(database: Database) -> None:
    engine = database.engine
    migrate(engine)
    assert current_revision(engine) == newest_revision()
    assert differences(engine) == []
    migrate(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrate(engine)
    assert differences(engine) == []


@both_databases
def test_a_missing_column_is_noticed(database: Database) -> None:
    """The check above can fail."""
    migrate(database.engine)
    with database.transaction() as session:
        session.execute(text("ALTER TABLE heartbeat DROP COLUMN handled"))
    assert differences(database.engine) != []
