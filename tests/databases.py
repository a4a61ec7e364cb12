"""On which database a test runs: SQLite unless it says otherwise.

``@both_databases`` runs a test on SQLite and on PostgreSQL; ``@pytest.mark.postgres`` on PostgreSQL only.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from server.db import Database

both_databases = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@contextmanager
def watch_driver(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """What drivers are told within the block past SQLAlchemy's own events, with the values: on SQLite every statement
    (values are part of it), on PostgreSQL those of `Database.run_hasty`."""
    seen: list[tuple[str, Any]] = []

    class Watched(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
            seen.append((str(query), params))
            return super().execute(query, params, **more)

    def note(statement: str) -> None:
        if not statement.startswith("--"):  # what a trigger does
            seen.append((statement, ()))

    def start(connection: Any, _record: Any, _proxy: Any) -> None:
        if database.is_sqlite:
            connection.set_trace_callback(note)
        else:
            connection.cursor_factory = Watched

    def stop(connection: Any, _record: Any) -> None:
        if database.is_sqlite:
            connection.set_trace_callback(None)
        else:
            connection.cursor_factory = psycopg.Cursor

    engine = database.hasty or database.engine
    event.listen(engine, "checkout", start)
    event.listen(engine, "checkin", stop)
    try:
        yield seen
    finally:
        event.remove(engine, "checkout", start)
        event.remove(engine, "checkin", stop)
