"""Work done beside other work comes out as if it had been done in turn."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, text

from server.db import Database
from server.export.ahead import connected, one_ahead, share_out
from server.export.service import one_moment
from server.studies.models import Study
from tests.factories import make_study


def work_slowly_at_first(worker: str, piece: int) -> tuple[int, str]:
    threading.Event().wait(0.02 if piece == 0 else 0)
    return piece, worker


def test_what_is_shared_out_comes_back_in_order() -> None:
    done = list(share_out(range(9), ("one", "two"), work_slowly_at_first, ahead=3))
    assert [piece for piece, _ in done] == list(range(9))
    assert {worker for _, worker in done} <= {"one", "two"}


def test_no_more_is_begun_than_may_lie_ready() -> None:
    begun: list[int] = []
    seen = share_out(range(9), ("one", "two"), lambda _, piece: begun.append(piece), ahead=2)
    for looked_at in range(9):
        next(seen)
        assert len(begun) <= looked_at + 1 + 2
    assert sorted(begun) == list(range(9))


def test_a_worker_has_one_piece_at_a_time() -> None:
    busy = {"one": threading.Lock(), "two": threading.Lock()}

    def work(worker: str, _piece: int) -> None:
        assert busy[worker].acquire(blocking=False)
        threading.Event().wait(0.001)
        busy[worker].release()

    assert len(list(share_out(range(40), busy, work, ahead=6))) == 40


def test_what_fails_is_told_in_its_place_and_nothing_more_is_begun() -> None:
    begun: list[int] = []

    def work(_worker: str, piece: int) -> int:
        begun.append(piece)
        return 10 // (2 - piece)

    seen = share_out(range(50), ("one",), work, ahead=2)
    assert [next(seen), next(seen)] == [5, 10]
    with pytest.raises(ZeroDivisionError):
        next(seen)
    assert len(begun) <= 4


def test_who_stops_looking_waits_for_what_is_in_the_making_and_begins_nothing_more() -> None:
    begun: list[int] = []
    over: list[int] = []

    def work(_worker: str, piece: int) -> None:
        begun.append(piece)
        threading.Event().wait(0.01)
        over.append(piece)

    seen = share_out(range(50), ("one",), work, ahead=2)
    next(seen)
    seen.close()
    assert over == begun
    assert len(begun) <= 3


def test_one_ahead_gives_the_same_and_makes_only_one_more() -> None:
    made: list[int] = []

    def make() -> Iterator[int]:
        for number in range(5):
            made.append(number)
            yield number

    for number in one_ahead(make()):
        assert len(made) <= number + 2
    assert made == list(range(5))
    assert list(one_ahead(())) == []


def test_one_ahead_tells_what_went_wrong() -> None:
    seen = one_ahead(1 // number for number in (1, 0))
    assert next(seen) == 1
    with pytest.raises(ZeroDivisionError):
        next(seen)


@pytest.mark.postgres
def test_all_connections_of_an_export_see_one_moment(database: Database) -> None:
    with database.transaction() as session:
        make_study(session, name="before")
    count = select(func.count()).select_from(Study)
    with one_moment(database) as session:
        session.scalar(count)
        with database.transaction() as writing:
            make_study(writing, name="meanwhile")
        with connected(session.connection(), 3) as readers:
            assert [reader.scalar(count) for reader in readers] == [1, 1, 1]
            backends = {reader.scalar(text("SELECT pg_backend_pid()")) for reader in readers}
            assert len(backends) == 3
    with database.reading() as session:
        assert session.scalar(count) == 2
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # it is a pool that counts
