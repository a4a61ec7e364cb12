"""Contact data: what the database holds of it, and what it takes to read that."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from server.contact import service as contacts
from server.contact.models import Contact
from server.contact.service import PLACE, find, forget, keep, mask, rotate, whose
from server.crypto import KeyBroken, SealBroken
from server.crypto_fields import FieldKey, FieldKeys, NoFieldKeys, SealedText, give_keys, keys_of, load_field_keys
from server.db import Database, acting_as
from server.models import Base
from tests.cast import NOW, Cast
from tests.databases import both_databases

ANNA = "Anna.Bakker@home.example"
OLD, NEW = FieldKey(secret=b"o" * 32), FieldKey(secret=b"n" * 32)
OLD_RING, BOTH, NEW_RING = FieldKeys(keys=(OLD,)), FieldKeys(keys=(NEW, OLD)), FieldKeys(keys=(NEW,))


def sealed_rows(database: Database) -> list[bytes]:
    with database.reading() as session:
        return [bytes(row[0]) for row in session.execute(text("SELECT value FROM contact ORDER BY role"))]


@both_databases
def test_the_database_holds_neither_the_address_nor_twice_the_same(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        keep(session, cast.noor.participant.id, "parent1", "mail", ANNA, now=NOW)
        keep(session, cast.sam.participant.id, "parent2", "mail", ANNA, now=NOW)
    one, other = sealed_rows(database)
    assert one != other
    assert keys_of(database.engine.dialect).unseal(one, place=PLACE) == ANNA  # bound to this very column
    assert b"anna" not in (one + other).lower()
    with database.reading() as session:
        assert find(session, cast.noor.participant.id, "parent1", "mail") == ANNA
        assert find(session, cast.noor.participant.id, "parent2", "mail") is None


@both_databases
def test_an_address_is_found_however_it_was_typed(database: Database, cast: Cast) -> None:
    noor, sam = cast.noor.participant.id, cast.sam.participant.id
    with database.transaction() as session:
        keep(session, noor, "parent1", "mail", ANNA, now=NOW)
        keep(session, sam, "parent1", "phone", "+31 6 1234-5678", now=NOW)
        assert whose(session, "mail", f" {ANNA.upper()} ") == [(noor, "parent1")]
        assert whose(session, "phone", "+31612345678") == [(sam, "parent1")]
        assert whose(session, "mail", "anna@elsewhere.example") == []


def test_a_value_moved_to_another_column_or_changed_does_not_open() -> None:
    sealed = OLD_RING.seal(ANNA, place=PLACE)
    assert OLD_RING.unseal(sealed, place=PLACE) == ANNA
    for bad, place in ((sealed, "contact.other"), (sealed[:-1] + bytes([sealed[-1] ^ 1]), PLACE), (b"", PLACE)):
        with pytest.raises(SealBroken):
            OLD_RING.unseal(bad, place=place)
    with pytest.raises(SealBroken):
        NEW_RING.unseal(sealed, place=PLACE)


@both_databases
def test_a_new_key_takes_over_and_the_old_one_may_go(database: Database, cast: Cast) -> None:
    noor, sam = cast.noor.participant.id, cast.sam.participant.id
    give_keys(database.engine, OLD_RING)
    with database.transaction() as session:
        keep(session, noor, "parent1", "mail", ANNA, now=NOW)
    give_keys(database.engine, BOTH)
    with database.transaction() as session:
        keep(session, sam, "parent1", "mail", ANNA, now=NOW)
        assert set(whose(session, "mail", ANNA)) == {(noor, "parent1"), (sam, "parent1")}
    with database.transaction() as session:
        assert rotate(session) == 1
    with database.transaction() as session:
        assert rotate(session) == 0
    give_keys(database.engine, NEW_RING)
    with database.reading() as session:
        assert find(session, noor, "parent1", "mail") == ANNA
        assert set(whose(session, "mail", ANNA)) == {(noor, "parent1"), (sam, "parent1")}
    give_keys(database.engine, OLD_RING)
    with database.reading() as session, pytest.raises(SealBroken):
        find(session, noor, "parent1", "mail")


def test_rotation_knows_every_sealed_column() -> None:
    sealed = {
        f"{table.name}.{column.name}": column.type.place
        for table in Base.metadata.sorted_tables
        for column in table.c
        if isinstance(column.type, SealedText)
    }
    assert sealed == {PLACE: PLACE}


def test_an_engine_without_keys_cannot_touch_a_sealed_column(tmp_path: Path, cast: Cast, database: Database) -> None:
    other = Database(str(database.engine.url))
    row = Contact(
        participant_id=cast.noor.participant.id, role="parent1", kind="mail", value=ANNA, value_index=b"x", made_at=NOW
    )
    with pytest.raises((NoFieldKeys, StatementError)), other.transaction() as session:
        session.add(row)
    other.dispose()
    assert sealed_rows(database) == []


def test_keys_come_from_files_newest_first_and_only_the_newest_is_made(tmp_path: Path) -> None:
    first = load_field_keys([tmp_path / "one.key"])
    assert (tmp_path / "one.key").stat().st_mode & 0o077 == 0
    both = load_field_keys([tmp_path / "two.key", tmp_path / "one.key"])
    assert both.unseal(first.seal(ANNA, place=PLACE), place=PLACE) == ANNA
    assert both.newest != first.newest
    with pytest.raises(KeyBroken, match=r"lost\.key"):
        load_field_keys([tmp_path / "two.key", tmp_path / "lost.key"])
    with pytest.raises(ValueError, match="different names"):
        FieldKeys(keys=(OLD, OLD))


def test_forgetting_takes_one_person_and_no_other(database: Database, cast: Cast) -> None:
    noor = cast.noor.participant.id
    with database.transaction() as session:
        keep(session, noor, "parent1", "mail", ANNA, now=NOW)
        keep(session, noor, "parent1", "phone", "0612345678", now=NOW)
        keep(session, noor, "parent2", "mail", "piet@home.example", now=NOW)
        assert forget(session, noor, "parent1") == 2
        assert find(session, noor, "parent2", "mail") == "piet@home.example"


def test_a_mask_shows_enough_to_recognise_and_no_more() -> None:
    assert mask("mail", ANNA) == "A•••@home.example"
    assert mask("phone", "+31612345678") == "•••78"


def _try(session: Session, statement: str) -> None:
    session.execute(text(statement)).all()


@pytest.mark.postgres
def test_contact_data_lies_in_a_schema_of_its_own_and_every_role_sees_its_side_only(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        contacts.keep(session, cast.noor.participant.id, "parent1", "mail", "anna@home.example", now=NOW)
        where = text("SELECT table_schema FROM information_schema.tables WHERE table_name = 'contact'")
        assert session.scalars(where).all() == ["identity"]
    for role, refused, allowed in (
        ("identity", ("response", "participant", "beep", "consent_record", "answered_beep"), "contact"),
        ("desk", ("contact", "identity.contact", "response"), "beep"),
    ):
        for table in refused:
            with (
                pytest.raises(DBAPIError, match=r"permission denied|does not exist"),
                database.transaction(role=role) as session,
            ):
                _try(session, f"SELECT 1 FROM {table}")  # noqa: S608
        with database.transaction(role=role) as session:
            _try(session, f"SELECT 1 FROM {allowed}")  # noqa: S608


@pytest.mark.postgres
def test_addresses_are_read_and_written_with_the_role_that_can_read_nothing_else(
    database: Database, cast: Cast
) -> None:
    """Seen from inside: while the service works the connection is ``kiem_identity``, before and after it is not."""
    seen: list[tuple[str, str]] = []

    def watch(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "contact" in statement and "ROLE" not in statement:
            with connection.connection.cursor() as cursor:
                seen.append((statement.split()[0], cursor.execute("SELECT current_user").fetchone()[0]))

    event.listen(database.engine, "before_cursor_execute", watch)
    noor = cast.noor.participant.id
    with database.transaction() as session:
        before = session.scalar(text("SELECT current_user"))
        contacts.keep(session, noor, "parent1", "mail", "anna@home.example", now=NOW)
        assert contacts.find(session, noor, "parent1", "mail") == "anna@home.example"
        assert contacts.whose(session, "mail", "anna@home.example") == [(noor, "parent1")]
        assert contacts.rotate(session) == 0
        assert contacts.forget(session, noor, "parent1") == 1
        assert session.scalar(text("SELECT current_user")) == before
    assert {verb for verb, _user in seen} == {"SELECT", "INSERT", "DELETE"}
    assert {user for _verb, user in seen} == {"kiem_identity"}


@both_databases
def test_who_serves_staff_is_refused_an_address_though_the_service_itself_is_asked(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        contacts.keep(session, cast.noor.participant.id, "parent1", "mail", "anna@home.example", now=NOW)

    def ask(session: Session) -> None:
        contacts.find(session, cast.noor.participant.id, "parent1", "mail")

    with (
        acting_as("desk"),
        pytest.raises(DBAPIError, match=r"does not exist|prohibited|not authorized"),
        database.transaction() as session,
    ):
        ask(session)
