"""Backups that can be trusted: a dump of one moment, and a manifest to hold the restored rows against.

PostgreSQL: ``pg_dump`` in its custom format, of the very snapshot in which rows are counted and hashed. SQLite: the
online backup API, so nobody waits. A backup holds no key: what seals contact data and staff's codes lies apart.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL

from server.backup_rhythm import MANIFEST, begin
from server.db import Database
from server.grants import IDENTITY_SCHEMA
from server.schema import known_revisions

_FILES = {"postgresql": "database.dump", "sqlite": "kiem.sqlite3"}


class BackupFailed(Exception):
    """Nothing was changed that anybody uses; the message says what was wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """The rows of one table: how many, and the sum of their hashes (64 bits each, in any order), as decimal text."""

    rows: int
    sum: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """What a backup says of itself. ``revision`` is the schema's, ``sha256`` and ``bytes`` the file's."""

    made_at: str
    database: str
    revision: str | None
    file: str
    bytes: int
    sha256: str
    tables: Mapping[str, Content]


def back_up(database: Database, folder: Path, *, now: datetime) -> Path:
    """Write a backup into a new folder in ``folder``, named after ``now`` (or the first second after it that no other
    backup has), and return it; raises `BackupFailed`.

    Only its owner can read it. Half a backup never has a name that looks like one: the folder is renamed last, when
    all of it is on the disk. What a killed backup left in ``folder`` is cleared away first.
    """
    kind = database.engine.dialect.name
    with begin(folder, now=now) as part:
        target = part.with_suffix("")
        try:
            dump = part / _FILES[kind]
            revision, tables = (_dump_sqlite if database.is_sqlite else _dump_postgres)(database, dump)
            dump.chmod(0o600)
            manifest = Manifest(
                made_at=now.isoformat(),
                database=kind,
                revision=revision,
                file=dump.name,
                bytes=dump.stat().st_size,
                sha256=_hash_file(dump),
                tables=tables,
            )
            (part / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n")
            for written in (dump, part / MANIFEST, part):
                _put_on_disk(written)
            part.rename(target)
            _put_on_disk(folder)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    return target


def restore(database: Database, backup: Path) -> Manifest:
    """Put a backup into the empty ``database`` and check every table against the manifest; the schema stays as it was.

    Raises `BackupFailed` when the file is not what the manifest says, when a newer release made it, when the database
    is not empty or of another kind, or when what came out is not what went in.
    """
    manifest = read_manifest(backup)
    dump = backup / manifest.file
    kind = database.engine.dialect.name
    if manifest.database != kind:
        raise BackupFailed(f"The backup is of {manifest.database}, this database is {kind}.")
    if not dump.is_file() or _hash_file(dump) != manifest.sha256:
        raise BackupFailed(f"{dump.name} is not the file that the manifest describes.")
    if manifest.revision not in (None, *known_revisions()):
        raise BackupFailed(
            f"The backup is of revision {manifest.revision}, of a newer Kiem than this. Restore with that."
        )
    with database.engine.connect() as connection:
        if there := _find_tables(connection):
            raise BackupFailed(f"The database is not empty (it has {there[0]}); make a new one for the restore.")
    (_load_sqlite if database.is_sqlite else _load_postgres)(database, dump)
    with database.engine.connect() as connection:
        found = _weigh(connection)
    wrong = sorted(name for name in {*found, *manifest.tables} if found.get(name) != manifest.tables.get(name))
    if wrong:
        raise BackupFailed(f"After the restore these tables are not as they were: {', '.join(wrong)}.")
    return manifest


def read_manifest(backup: Path) -> Manifest:
    """The manifest of a backup; raises `BackupFailed`."""
    try:
        told: dict[str, Any] = json.loads((backup / MANIFEST).read_text())
        tables = {name: Content(**content) for name, content in told.pop("tables").items()}
        return Manifest(**told, tables=tables)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BackupFailed(f"{backup} holds no manifest that can be read ({type(error).__name__}).") from None


def _dump_postgres(database: Database, dump: Path) -> tuple[str | None, dict[str, Content]]:
    with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={dump}"]
        _run("pg_dump", options, database.engine.url)
        return _read_revision(connection), _weigh(connection)


def _load_postgres(database: Database, dump: Path) -> None:
    options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    _run("pg_restore", [*options, f"--dbname={database.engine.url.database}", str(dump)], database.engine.url)


def _dump_sqlite(database: Database, dump: Path) -> tuple[str | None, dict[str, Content]]:
    with closing(sqlite3.connect(dump)) as copy:
        with _raw_sqlite(database) as source:
            source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, complete in itself
        if (found := copy.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            raise BackupFailed(f"SQLite finds the copy damaged: {found}")
    other = Database(f"sqlite:///{dump}")
    try:
        with other.engine.connect() as connection:
            revision, tables = _read_revision(connection), _weigh(connection)
    finally:
        other.dispose()
    with closing(sqlite3.connect(dump)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
    return revision, tables


def _load_sqlite(database: Database, dump: Path) -> None:
    with closing(sqlite3.connect(dump)) as source, _raw_sqlite(database) as target:
        source.backup(target)
    database.dispose()


@contextmanager
def _raw_sqlite(database: Database) -> Iterator[sqlite3.Connection]:
    pooled = database.engine.raw_connection()
    try:
        raw = pooled.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        yield raw
    finally:
        pooled.close()


def _run(program: str, options: list[str], url: URL) -> None:
    """Run one of PostgreSQL's programs. The password goes by the environment: a command line is everybody's to read."""
    path = shutil.which(program)
    if path is None:
        raise BackupFailed(f"{program} is not installed (Debian: apt install postgresql-client).")
    command = [path, *options]  # no shell; the program is one of two, options are our own and paths of the operator's
    done = subprocess.run(command, env=_environment(url), capture_output=True, text=True)  # noqa: S603  see above
    if done.returncode:
        raise BackupFailed(f"{program} says: {done.stderr.strip()}")


def _environment(url: URL) -> dict[str, str]:
    """libpq's variables for this address (PostgreSQL manual, 34.15 Environment Variables)."""
    query = {name: value if isinstance(value, str) else value[0] for name, value in url.query.items()}
    told = {
        "PGHOST": query.get("host") or url.host,
        "PGPORT": query.get("port") or (str(url.port) if url.port else None),
        "PGUSER": url.username,
        "PGPASSWORD": str(url.password) if url.password else None,
        "PGDATABASE": url.database,
        "PGSSLMODE": query.get("sslmode"),
        "PGSSLROOTCERT": query.get("sslrootcert"),
    }
    return {name: value for name, value in told.items() if value}


def _weigh(connection: Connection) -> dict[str, Content]:
    """Count and hash the rows of every table; partitions count as their table."""
    if connection.dialect.name == "sqlite":
        return {name: _weigh_sqlite(connection, name) for name in sorted(inspect(connection).get_table_names())}
    # A row's text depends on how the session writes times and numbers.
    for setting in ("TimeZone = 'UTC'", "DateStyle = 'ISO'", "extra_float_digits = 1", "bytea_output = 'hex'"):
        connection.execute(text(f"SET LOCAL {setting}"))
    return {name: _weigh_postgres(connection, name) for name in connection.scalars(_TABLES)}


_TABLES = text(
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname IN ('public', 'identity') AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1"
)


def _weigh_postgres(connection: Connection, name: str) -> Content:
    hashed = "CAST(CAST('x' || substr(md5(CAST(t AS text)), 1, 16) AS bit(64)) AS bigint)"
    row = connection.execute(text(f'SELECT count(*), coalesce(sum({hashed}), 0) FROM "{name}" AS t')).one()  # noqa: S608
    return Content(rows=row[0], sum=str(row[1]))


def _weigh_sqlite(connection: Connection, name: str) -> Content:
    rows = total = 0
    for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"'):  # noqa: S608
        rows += 1
        total += int.from_bytes(hashlib.blake2b(repr(tuple(row)).encode(), digest_size=8).digest())
    return Content(rows=rows, sum=str(total))


def _read_revision(connection: Connection) -> str | None:
    """Where the schema was in the moment that is dumped; None for a database without any."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _find_tables(connection: Connection) -> list[str]:
    """Of the tables there are; on PostgreSQL also those that lie apart."""
    found = inspect(connection)
    apart = found.get_table_names(schema=IDENTITY_SCHEMA) if connection.dialect.name == "postgresql" else []
    return [*found.get_table_names(), *apart]


def _put_on_disk(path: Path) -> None:
    """A file, or which names a folder has: not only in the machine's memory, where a power cut would take it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
