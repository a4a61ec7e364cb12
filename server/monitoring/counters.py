"""Counts that outlive the process that counted: kept in the database, so that any process can tell the whole."""

import threading
from collections import Counter as Tally
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from server.db import insert_into
from server.monitoring.models import Counter

PUSHES, ANSWERS, BACKUPS = "pushes", "answers", "backups"  # the names that are counted
FLUSH_EVERY = timedelta(seconds=10)

Key = tuple[str, str]  # name and label, as in "pushes", "accepted"


def add_counts(session: Session, counts: Mapping[Key, int]) -> None:
    """Add to the totals: one statement, in one order everywhere, so that two who count do not wait for each other in a
    circle."""
    rows = [{"name": name, "label": label, "total": count} for (name, label), count in sorted(counts.items()) if count]
    if not rows:
        return
    statement = insert_into(session, Counter.__table__)
    add = {"total": Counter.__table__.c.total + statement.excluded.total}
    session.connection().execute(statement.on_conflict_do_update(index_elements=["name", "label"], set_=add), rows)


class Counting:
    """Counts in memory; whoever counts when ten seconds are over is told to write them down. Safe between threads.

    A process that is asked to end writes the last ones down too (`end`). One that is killed loses them: they are for
    graphs. What counts for a study is rows.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Tally[Key] = Tally()
        self._written_at: datetime | None = None
        self._ending = False

    def count(self, name: str, label: str, *, now: datetime) -> bool:
        """Count one; True when it is time for the caller to `take` and write."""
        with self._lock:
            self._counts[(name, label)] += 1
            self._written_at = self._written_at or now
            return self._ending or not timedelta() <= now - self._written_at < FLUSH_EVERY

    def end(self) -> None:
        """From now on it is always time to write, for there may be no next time."""
        self._ending = True

    def take(self, *, now: datetime) -> Mapping[Key, int]:
        """What was counted since it was last taken, which is now the taker's to write down."""
        with self._lock:
            taken, self._counts, self._written_at = self._counts, Tally(), now
        return taken

    def put_back(self, taken: Mapping[Key, int]) -> None:
        """What was taken and could not be written down."""
        with self._lock:
            self._counts.update(taken)
