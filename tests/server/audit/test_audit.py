"""The log is only added to, and whoever changes it all the same is found out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server.audit.models import AuditEntry
from server.audit.service import FIRST, Actor, Seal, recent, record, verify
from server.db import Database
from server.duties import remove_duties
from tests.cast import NOW
from tests.databases import both_databases

SECRET = b"s" * 32
CLEO = Actor(who="cleo@kiem.example")


def write(database: Database, count: int = 3) -> None:
    with database.transaction() as session:
        for number in range(count):
            at = NOW + timedelta(seconds=number, microseconds=number)
            record(
                session,
                CLEO,
                "staff.invited",
                secret=SECRET,
                now=at,
                study="garden",
                subject="é@b.nl",
                role="owner",
                n=2,
            )


def broken(database: Database, **facts: Any) -> tuple[int | None, str]:
    with database.reading() as session:
        verdict = verify(session, secret=facts.pop("secret", SECRET), **facts)
    return verdict.broken, verdict.why


def tamper(database: Database, statement: Any) -> None:
    """As the owner of the database could, who can take the triggers away."""
    with database.engine.begin() as connection:
        remove_duties(connection)
        connection.execute(statement)


@both_databases
def test_a_log_that_nobody_touched_is_whole(database: Database) -> None:
    assert broken(database) == (None, "")
    write(database)
    with database.reading() as session:
        verdict = verify(session, secret=SECRET)
        assert (verdict.entries, verdict.broken, verdict.seal.number) == (3, None, 3)
        assert [entry.number for entry in recent(session, studies=["garden"], limit=2)] == [3, 2]
        assert recent(session, studies=["harbour"]) == []
        assert verify(session, secret=SECRET, noted=verdict.seal).broken is None
        assert verify(session, secret=SECRET, noted=Seal(number=0, hash=FIRST.hex())).broken is None


@both_databases
@pytest.mark.parametrize(
    "change", [update(AuditEntry).values(who="somebody else"), delete(AuditEntry)], ids=["update", "delete"]
)
def test_the_database_refuses_to_change_or_delete_an_entry(database: Database, change: Any) -> None:
    write(database)

    def attempt(session: Session) -> None:
        session.execute(change)

    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
        attempt(session)
    assert broken(database) == (None, "")


@pytest.mark.postgres
def test_not_even_all_at_once(database: Database) -> None:
    write(database)

    def attempt(session: Session) -> None:
        session.execute(text("TRUNCATE audit_entry"))

    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
        attempt(session)


@both_databases
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("who", "rena@kiem.example"),
        ("action", "staff.removed"),
        ("study", "harbour"),
        ("subject", None),
        ("why", "because"),
        ("facts", {"role": "coordinator", "n": 2}),
        ("at", NOW),
        ("staff_id", UUID(int=7)),
    ],
)
def test_a_changed_entry_is_named(database: Database, column: str, value: object) -> None:
    write(database)
    tamper(database, update(AuditEntry).where(AuditEntry.number == 2).values({column: value}))
    assert broken(database) == (2, "does not fit its hash")


def test_a_missing_entry_is_named(database: Database) -> None:
    write(database)
    tamper(database, delete(AuditEntry).where(AuditEntry.number == 2))
    assert broken(database) == (2, "is missing")


def test_a_cut_off_end_shows_against_a_seal_that_was_noted(database: Database) -> None:
    write(database)
    with database.reading() as session:
        noted = verify(session, secret=SECRET).seal
    tamper(database, delete(AuditEntry).where(AuditEntry.number == 3))
    assert broken(database) == (None, "")  # nothing else can show it
    assert broken(database, noted=noted) == (3, "was noted and is gone")
    write(database, 1)  # somebody writes another third entry
    assert broken(database, noted=noted) == (3, "is not the one that was noted")


def test_without_the_secret_nobody_can_write_an_entry_that_fits(database: Database) -> None:
    write(database)
    with database.transaction() as session:
        record(session, CLEO, "staff.added", secret=b"another secret", now=NOW)
    assert broken(database) == (4, "does not fit its hash")
    assert broken(database, secret=b"another secret")[0] == 1


@both_databases
def test_many_at_once_leave_no_gap_and_one_chain(database: Database) -> None:
    def add(number: int) -> None:
        with database.transaction() as session:
            record(session, CLEO, "staff.signed-in", secret=SECRET, now=NOW, count=number)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add, range(18)))
    with database.reading() as session:
        verdict = verify(session, secret=SECRET)
    assert (verdict.entries, verdict.broken) == (18, None)


@both_databases
def test_an_act_that_is_rolled_back_is_not_in_the_log(database: Database) -> None:
    def fail(session: Session) -> None:
        record(session, CLEO, "staff.ended", secret=SECRET, now=NOW)
        raise RuntimeError

    with pytest.raises(RuntimeError), database.transaction() as session:
        fail(session)
    with database.reading() as session:
        assert recent(session) == []
