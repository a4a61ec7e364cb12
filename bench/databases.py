"""A database of a benchmark's own, with every table, gone afterwards.

PostgreSQL is started for the block from Debian's programs, with a socket in a temporary folder. It runs without fsync
(ours and the limit alike), so that what is compared is work and not the disk of the day; the SQLite file commits to the
disk as in production.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from server.db import Database
from server.schema import create_all, newest_revision
from tests.postgres import find_programs, running_postgres


@contextmanager
def open_database(kind: str, *, migrated: bool = False) -> Iterator[Database]:
    """``kind`` is sqlite or postgres. With ``migrated`` it carries its revision, so that the real programs start."""
    with _place(kind) as url:
        database = Database(url)
        create_all(database.engine)
        if migrated:
            with database.engine.begin() as connection:
                connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
                connection.execute(text("INSERT INTO alembic_version VALUES (:now)"), {"now": newest_revision()})
        try:
            yield database
        finally:
            database.dispose()


@contextmanager
def _place(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="kiem-bench-") as folder:
            yield f"sqlite:///{Path(folder) / 'kiem.sqlite3'}"
        return
    programs = find_programs()
    if programs is None:
        raise SystemExit("PostgreSQL's own programs (initdb, postgres) are not here: Debian: apt install postgresql")
    with running_postgres(programs, large=True) as url:
        yield url


def postmaster_of(database: Database) -> int | None:
    """The process number of the server behind a PostgreSQL database of `open_database`; None for SQLite."""
    if database.is_sqlite:
        return None
    with database.engine.connect() as connection:
        folder = connection.execute(text("SHOW data_directory")).scalar_one()
    return int((Path(folder) / "postmaster.pid").read_text().split()[0])


def settle_down(database: Database) -> None:
    """Statistics for the planner, and no work of the filling left over for the measurement."""
    if database.is_sqlite:
        with database.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))


def plain_url(database: Database) -> str:
    """The address as drivers want it, without SQLAlchemy's word for the driver."""
    name = "sqlite" if database.is_sqlite else "postgresql"
    return database.engine.url.set(drivername=name).render_as_string(hide_password=False)
