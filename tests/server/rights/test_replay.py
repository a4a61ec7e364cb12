"""After a backup was put back, erased people stay erased."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select

from server.db import Database
from server.people.models import Participant
from server.rights.erasing import Keeper, ListBroken, erase, verify_chain
from server.rights.models import Erasure
from server.rights.replay import Replayed, replay
from server.rights.scrubbing import scrub
from tests.cast import NOW, Cast

Restore = Callable[[], None]


@pytest.fixture
def backup(database: Database, lived: Cast, tmp_path: Path) -> Restore:
    """Puts the database back as it was before anybody was erased."""
    path = Path(str(make_url(database.engine.url).database))
    scrub(database)
    shutil.copy(path, tmp_path / "backup.sqlite3")

    def restore() -> None:
        database.engine.dispose()
        for one in path.parent.glob(f"{path.name}-*"):
            one.unlink()
        shutil.copy(tmp_path / "backup.sqlite3", path)

    return restore


def people(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Participant)) or 0


def test_who_came_back_with_a_backup_is_erased_again_and_nobody_else(
    database: Database, lived: Cast, keeper: Keeper, backup: Restore
) -> None:
    everybody = people(database)
    with database.transaction() as session:
        first = erase(session, lived.noor.participant.id, why="self", keeper=keeper, now=NOW)
    backup()
    assert people(database) == everybody
    assert replay(database, keeper) == Replayed(listed=1, erased=1, restored=1)
    assert people(database) == everybody - 1
    with database.reading() as session:
        assert session.get(Participant, lived.noor.participant.id) is None
        (tombstone,) = session.scalars(select(Erasure)).all()
        assert (tombstone.receipt, tombstone.at) == (first.receipt, NOW)
        assert verify_chain(session, key=keeper.key) is None
    assert replay(database, keeper) == Replayed(listed=1, erased=0, restored=0)


def test_without_a_restore_there_is_nothing_to_do(database: Database, lived: Cast, keeper: Keeper) -> None:
    assert replay(database, keeper) == Replayed(listed=0, erased=0, restored=0)
    with database.transaction() as session:
        erase(session, lived.noor.participant.id, why="self", keeper=keeper, now=NOW)
    assert replay(database, keeper) == Replayed(listed=1, erased=0, restored=0)


@pytest.mark.parametrize("change", [("self", "staf"), ('"hash": "', '"hash": "00'), ("{", "")])
def test_a_list_that_was_changed_erases_nobody(
    database: Database, lived: Cast, keeper: Keeper, backup: Restore, change: tuple[str, str]
) -> None:
    with database.transaction() as session:
        erase(session, lived.noor.participant.id, why="self", keeper=keeper, now=NOW)
    backup()
    before = people(database)
    keeper.path.write_text(keeper.path.read_text().replace(*change, 1))
    with pytest.raises(ListBroken, match="line 1"):
        replay(database, keeper)
    assert people(database) == before


def test_a_line_that_was_never_finished_keeps_nobody_from_being_erased_and_is_told(
    database: Database, lived: Cast, keeper: Keeper, backup: Restore
) -> None:
    """A full disk, or the power, in the middle of writing it."""
    with database.transaction() as session:
        erase(session, lived.sam.participant.id, why="self", keeper=keeper, now=NOW)
    whole = keeper.path.read_text()
    keeper.path.write_text(whole[:70])
    with database.transaction() as session:
        erase(session, lived.noor.participant.id, why="self", keeper=keeper, now=NOW)
    backup()
    done = replay(database, keeper)
    assert (done.listed, done.erased, done.torn) == (1, 1, (1,))
    with database.reading() as session:
        assert session.get(Participant, lived.noor.participant.id) is None


def test_another_installations_list_touches_nobody(
    database: Database, lived: Cast, keeper: Keeper, backup: Restore
) -> None:
    with database.transaction() as session:
        erase(session, lived.noor.participant.id, why="self", keeper=keeper, now=NOW)
    backup()
    with pytest.raises(ListBroken):
        replay(database, Keeper(secret=b"another installation's secret 32", path=keeper.path))
