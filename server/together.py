"""Small writes that share a commit, for the database where a commit is what costs: SQLite.

A commit waits for the disk, and SQLite lets one writer in at a time; whoever finds the door shut there sleeps a while
and tries again, however long others have waited. So writers of this process queue before the door, and the first in the
queue carries out, in one transaction, what all who wait have brought. Nobody hears of success before that commit.
"""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import closing
from typing import Any, Generic, TypeVar

from sqlalchemy.engine import Connection, Engine

T = TypeVar("T")


class _Brought(Generic[T]):
    """One piece of work and what became of it."""

    __slots__ = ("error", "over", "result", "work")

    def __init__(self, work: Callable[[Any], T]) -> None:
        self.work = work
        self.result: T | None = None
        self.error: BaseException | None = None
        self.over = False


class Together:
    """Writers of one process to a SQLite file. Safe between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._door = threading.Lock()
        self._queue: deque[_Brought[Any]] = deque()

    @property
    def waiting(self) -> int:
        """How many are in the queue now."""
        return len(self._queue)

    def run(self, work: Callable[[Any], T]) -> T:
        """What ``work`` returns, given the driver's cursor inside a transaction, once that is committed.

        Raises what ``work`` raises (what it wrote is undone, and nobody else's work) or why nothing could be committed.
        """
        mine = _Brought(work)
        self._queue.append(mine)
        with self._door:
            if not mine.over:
                self._carry_out([self._queue.popleft() for _ in range(len(self._queue))])
        if mine.error is not None:
            raise mine.error
        return mine.result  # type: ignore[return-value]  # is T once it is over without an error

    def _carry_out(self, group: list[_Brought[Any]]) -> None:
        try:
            # Closed, so that no error keeps it: what the collector lets go of later is let go of in another's midst.
            with self._engine.begin() as begun, closing(begun.connection.cursor()) as cursor:
                if len(group) == 1:
                    group[0].result = group[0].work(cursor)
                else:
                    _try_each(begun, cursor, group)
        except BaseException as error:  # whoever asked must hear of it, whatever it is
            for one in group:
                one.error = one.error or error
        finally:
            for one in group:
                one.over = True


def _try_each(begun: Connection, cursor: Any, group: list[_Brought[Any]]) -> None:
    driver: Any = begun.connection.driver_connection
    for one in group:
        cursor.execute("SAVEPOINT one")
        try:
            one.result = one.work(cursor)
        except Exception as error:
            one.error = error
            if not driver.in_transaction:  # a full disk ends the whole of it
                raise
            cursor.execute("ROLLBACK TO one")
        cursor.execute("RELEASE one")
