"""Work that is done before it is asked for, so that the database, the rows and the files need not wait for each other.

What comes out, and its order, are those of doing one thing after the other. The heavy parts (the database's own, those
of polars) do not hold this interpreter, so threads are enough.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import islice
from queue import SimpleQueue
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.engine import Connection

Item = TypeVar("Item")
Worker = TypeVar("Worker")
Done = TypeVar("Done")


def one_ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The same items; while one is looked at, the next is made in another thread."""
    source = iter(items)

    def make() -> tuple[Item] | None:
        for item in source:
            return (item,)
        return None

    with ThreadPoolExecutor(1) as maker:
        coming: Future[tuple[Item] | None] = maker.submit(make)
        while (made := coming.result()) is not None:
            coming = maker.submit(make)
            yield made[0]


def share_out(
    pieces: Iterable[Item], workers: Iterable[Worker], work: Callable[[Worker, Item], Done], *, ahead: int
) -> Generator[Done]:
    """``work(worker, piece)`` of every piece, in their order; a worker has one piece at a time.

    ahead: how many may be in the making or lie ready at most, besides the one that is looked at: memory has to hold
    them. What ``work`` raises is raised here, in the place of its piece. Closing waits for what is in the making.
    """
    free: SimpleQueue[Worker] = SimpleQueue()
    for worker in workers:
        free.put(worker)

    def by_anyone(piece: Item) -> Done:
        worker = free.get()
        try:
            return work(worker, piece)
        finally:
            free.put(worker)

    waiting = iter(pieces)
    with ThreadPoolExecutor(free.qsize()) as pool:
        coming = deque(pool.submit(by_anyone, piece) for piece in islice(waiting, ahead))
        try:
            while coming:
                done = coming.popleft().result()
                coming.extend(pool.submit(by_anyone, piece) for piece in islice(waiting, 1))
                yield done
        finally:
            for one in coming:
                one.cancel()


@contextmanager
def connected(connection: Connection, count: int) -> Iterator[list[Connection]]:
    """``connection`` and others, ``count`` together, that all see the database as this one does at this moment.

    PostgreSQL only, within a REPEATABLE READ transaction that takes nobody else's role. They end with the block.
    """
    moment = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
    with ExitStack() as others:
        found = [connection]
        for _ in range(count - 1):
            other = others.enter_context(connection.engine.connect())
            other = other.execution_options(isolation_level="REPEATABLE READ")
            other.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{moment}'")
            found.append(other)
        yield found
