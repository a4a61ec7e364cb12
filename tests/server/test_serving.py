"""The login that serves owns nothing: it can undo nothing that guards log and consents, and everything still works."""

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from server.config import Settings, SettingsError, read_settings
from server.crypto_fields import FieldKey, FieldKeys, SealedText, give_keys
from server.db import Database
from server.duties import RoleMissing
from server.grants import IDENTITY, RIGHTS
from server.models import Base
from server.rights.mentions import find_mentions
from server.serving import install_serving
from tests.cast import Cast
from tests.consent_factories import choice, publish
from tests.journey.test_fourteen import live_through

on_postgres = pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
_numbers = itertools.count(1)
REFUSED = (
    "permission denied|must be (owner|superuser)|cannot alter|Only roles with"
    '|relation "contact" does not exist|not for this'
)
FORBIDDEN = (
    "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_entry_append_only ON audit_entry",
    "CREATE OR REPLACE FUNCTION kiem_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "SET session_replication_role = replica",
    "UPDATE audit_entry SET who = 'nobody'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry",
    "UPDATE erasure SET why = 'self'",
    "DELETE FROM erasure",
    "UPDATE consent_record SET given = true",
    "DELETE FROM consent_record",
    "UPDATE consent_text SET changes = ''",
    "DELETE FROM consent_text",
    "TRUNCATE consent_record",
    "DELETE FROM participant",
    "DELETE FROM response",
    "DROP TABLE participant",
    "ALTER TABLE response ADD COLUMN more text",
    "SELECT * FROM contact",
    "SELECT * FROM identity.contact",
    "CREATE TABLE loot AS SELECT 1 AS one",
    "CREATE SCHEMA loot",
    "CREATE ROLE somebody",
    "ALTER ROLE kiem_desk LOGIN",
    "ALTER ROLE {login} INHERIT",
    "ALTER ROLE {login} SUPERUSER",
    "SET ROLE kiem",
    "ALTER TABLE beep DETACH PARTITION beep_rest",
    "DROP TABLE beep_rest",
    "SELECT kiem_drop_month('participant', 'participant', true)",
    "SELECT kiem_drop_month('beep', 'participant', true)",
    "SELECT kiem_make_month('participant', '2026-03-01')",
)
UNDER_ROLES = {
    "desk": ("UPDATE audit_entry SET who = 'x'", "DELETE FROM consent_record", "SELECT * FROM contact"),
    "identity": ("SELECT * FROM participant", "DELETE FROM response"),
    "rights": ("UPDATE consent_record SET given = true", "UPDATE contact SET kind = 'mail'", "DELETE FROM audit_entry"),
}


@pytest.fixture
def serving(database: Database) -> Iterator[Database]:
    """The test's database, as the login sees it that web processes and workers come with."""
    login = f"kiem_serving_{next(_numbers)}_{uuid.uuid4().hex[:6]}"
    url = make_url(database.engine.url.set(username=login, password="it's 100% :secret"))
    for _ in range(2):  # the second time it is there already
        with database.engine.begin() as connection:
            install_serving(connection, url)
    made = Database(url.render_as_string(hide_password=False))
    give_keys(made.engine, FieldKeys(keys=(FieldKey(secret=b"f" * 32),)))
    yield made
    made.dispose()
    with database.engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {login}"))
        connection.execute(text(f"DROP ROLE {login}"))


@on_postgres
def test_the_login_that_serves_can_undo_nothing(database: Database, serving: Database, cast: Cast) -> None:
    with database.transaction() as session:
        publish(session, cast.study)
        choice(session, cast.study)
    login = serving.engine.url.username
    tried = [(None, statement.format(login=login)) for statement in FORBIDDEN]
    tried += [(role, statement) for role, statements in UNDER_ROLES.items() for statement in statements]
    for role, statement in tried:
        with pytest.raises(DBAPIError, match=REFUSED), serving.transaction(role=role) as session:
            session.execute(text(statement))


@on_postgres
def test_a_whole_life_is_lived_with_the_login_that_serves(settings: Settings, serving: Database) -> None:
    live_through(replace(settings, database_url=serving.engine.url.render_as_string(hide_password=False)))


@on_postgres
def test_a_login_as_strong_as_the_owner_is_refused_because_it_would_protect_nothing(database: Database) -> None:
    login = f"kiem_strong_{uuid.uuid4().hex[:6]}"
    url = database.engine.url.set(username=login)
    with database.engine.connect() as connection:
        connection.execute(text(f"CREATE ROLE {login} LOGIN SUPERUSER"))
        with pytest.raises(RoleMissing, match="would protect nothing"):
            install_serving(connection, url)
        connection.rollback()
        connection.execute(text(f"CREATE ROLE {login} LOGIN; GRANT kiem TO {login}"))
        with pytest.raises(RoleMissing, match="would protect nothing"):
            install_serving(connection, url)
        connection.rollback()


def test_what_is_sealed_about_people_lies_apart() -> None:
    sealed = {
        table.name
        for table in Base.metadata.tables.values()
        if any(isinstance(column.type, SealedText) for column in table.c)
    }
    assert sealed == set(IDENTITY)


def test_the_role_of_rights_reaches_every_table_about_people_and_no_other() -> None:
    about = {mention.table.name for mention in find_mentions(uuid.uuid4())}
    assert set(RIGHTS) == about
    assert about < set(Base.metadata.tables)


@pytest.mark.parametrize(
    ("serving_url", "owner_url", "said"),
    [
        ("sqlite:////tmp/x", "postgresql://owner@db/kiem", "is for PostgreSQL"),
        ("postgresql://kiem@db/kiem", "sqlite:////tmp/x", "is for PostgreSQL"),
        ("postgresql://kiem:a@db/kiem", "postgresql://kiem:b@db/kiem", "must be another"),
        ("postgresql://web@db/kiem", "postgresql://kiem@db/other", "another database"),
    ],
)
def test_two_logins_that_make_no_sense_are_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, serving_url: str, owner_url: str, said: str
) -> None:
    monkeypatch.setenv("KIEM_DATABASE_URL", serving_url)
    monkeypatch.setenv("KIEM_DATABASE_OWNER_URL", owner_url)
    with pytest.raises(SettingsError, match=said):
        read_settings()
