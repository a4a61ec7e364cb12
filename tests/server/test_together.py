"""Writers of one process to SQLite share commits."""

import gc
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from server.db import Database
from server.outages import is_outage
from server.together import Together

PEOPLE = 8
Work = Callable[[Any], int]


@pytest.fixture
def together(database: Database) -> Together:
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept (who INTEGER PRIMARY KEY)"))
    return Together(database.engine)


def keep(who: int) -> Work:
    def work(cursor: Any) -> int:
        cursor.execute("INSERT INTO kept VALUES (?)", (who,))
        return who

    return work


@contextmanager
def crowd(together: Together, works: list[Work]) -> Iterator[list[Future[int]]]:
    """All of these wait while the first of them, who is alone, does hers."""
    go, inside = threading.Event(), threading.Event()

    def hold(_cursor: Any) -> int:
        inside.set()
        assert go.wait(20)
        return -1

    with ThreadPoolExecutor(len(works) + 1) as pool:
        first = pool.submit(together.run, hold)
        assert inside.wait(20)
        asked = [pool.submit(together.run, work) for work in works]
        until = time.monotonic() + 20
        while together.waiting < len(works) and time.monotonic() < until:
            time.sleep(0.001)
        go.set()
        assert first.result(20) == -1
        yield asked


def kept(database: Database) -> list[int]:
    with database.engine.connect() as connection:
        return list(connection.scalars(text("SELECT who FROM kept ORDER BY who")))


def test_whoever_waits_together_is_committed_together(database: Database, together: Together) -> None:
    commits: list[object] = []

    def note(connection: object) -> None:
        commits.append(connection)

    event.listen(database.engine, "commit", note)
    with crowd(together, [keep(who) for who in range(PEOPLE)]) as asked:
        assert [one.result(20) for one in asked] == list(range(PEOPLE))
    event.remove(database.engine, "commit", note)
    assert len(commits) == 2  # hers who was alone, and theirs
    assert kept(database) == list(range(PEOPLE))


def test_what_one_wrote_before_she_broke_is_undone_and_nobody_elses(database: Database, together: Together) -> None:
    def break_midway(cursor: Any) -> int:
        cursor.execute("INSERT INTO kept VALUES (100)")
        raise LookupError("no such beep")

    with crowd(together, [keep(1), break_midway, keep(2), keep(1)]) as asked:
        told = [type(one.exception(20)) for one in asked]
    assert sorted(told, key=str) == sorted([type(None), LookupError, type(None), sqlite3.IntegrityError], key=str)
    assert kept(database) == [1, 2]


def test_when_the_disk_is_full_nobody_is_told_that_hers_is_kept(database: Database, together: Together) -> None:
    def fill_the_disk(cursor: Any) -> int:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        try:
            cursor.executemany("INSERT INTO kept VALUES (?)", ((number,) for number in range(1000, 100_000)))
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")
        return 0

    with crowd(together, [keep(1), fill_the_disk, keep(2)]) as asked:
        errors = [one.exception(20) for one in asked]
    assert all(error is not None and is_outage(error) for error in errors)
    assert kept(database) == []


def test_alone_she_waits_for_nobody_and_what_breaks_is_hers(database: Database, together: Together) -> None:
    assert together.run(keep(7)) == 7
    with pytest.raises(sqlite3.IntegrityError):
        together.run(keep(7))
    assert kept(database) == [7]


def test_what_a_refusal_left_behind_makes_nobody_wait_for_each_other(database: Database, together: Together) -> None:
    """An error keeps the cursor of its work, until the collector comes: perhaps to somebody who writes, for whom that
    connection's next user waits. Whichever of the two would have to wait for the other, both get on."""

    def refuse(cursor: Any) -> int:
        cursor.execute("SELECT 1")  # and whether there is more, nobody has asked
        raise LookupError

    gc.collect()
    gc.disable()
    try:
        for holding in (False, True):  # on each of two connections, whichever is whose afterwards
            with database.reading() as session:
                if holding:
                    session.execute(text("SELECT 1"))
                with pytest.raises(LookupError):
                    together.run(refuse)
        with ThreadPoolExecutor(1) as pool:
            with database.transaction() as session:
                session.execute(text("INSERT INTO kept VALUES (1)"))
                other = pool.submit(together.run, keep(2))
                time.sleep(0.3)  # she waits for the door of the database now
                gc.collect()
                assert not other.done()
            assert other.result(20) == 2
    finally:
        gc.enable()
    assert kept(database) == [1, 2]
