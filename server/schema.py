"""The database's schema: bring it to a revision, say where it is. Migrations live in ``migrations/``."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import BigInteger, Connection, DateTime, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from server.db import UtcTime
from server.duties import install_duties, remove_duties
from server.models import Base
from server.partitions import install_rest, is_partition

LOCK_WAIT_MS = 500  # less than the second after which PostgreSQL looks for a deadlock, and ends one of the two
PAUSE_S = 0.5
TRIES = 60
_IN_THE_WAY = ("55P03", "40P01")  # somebody holds a lock for too long; a deadlock
ROOT = Path(__file__).resolve().parent.parent


class RevisionUnknown(Exception):
    """The database is not, or cannot be brought, where this code wants it; the message says what to do."""


def _config() -> Config:
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the database to ``revision`` ("head", a revision, or "base"/"-1" to go down), in one transaction.

    Raises `RevisionUnknown`.
    """
    change(engine, lambda connection: _walk(connection, revision))


def change(engine: Engine, steps: Callable[[Connection], None]) -> None:
    """Run ``steps`` and commit, in one transaction that gives way to whoever is at work on PostgreSQL.

    A change of a table waits for everybody on it, everybody else waits behind the change, and where two tables are
    changed somebody may hold the second and want the first. So nobody is kept waiting for longer than half a second:
    then it is all taken back, and tried again a moment later, for a minute.
    """
    for left in reversed(range(TRIES)):
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_WAIT_MS}"))
            try:
                steps(connection)
                connection.commit()
            except OperationalError as error:
                if not left or getattr(error.orig, "sqlstate", None) not in _IN_THE_WAY:
                    raise
            else:
                return
        threading.Event().wait(PAUSE_S)


def _walk(connection: Connection, revision: str) -> None:
    config = _config()
    current = MigrationContext.configure(connection).get_current_revision()
    config.attributes["connection"] = connection
    steps = _steps(config)
    if current is not None and current not in steps:
        raise _made_by_a_newer(current)
    down = revision == "base" or revision.startswith("-") or _is_below(revision, current, steps)
    remove_duties(connection)
    try:
        (command.downgrade if down else command.upgrade)(config, revision)
    except CommandError as error:
        known = ", ".join(reversed(steps))
        raise RevisionUnknown(f"There is no way to revision {revision} ({error}); there are: {known}.") from None
    if MigrationContext.configure(connection).get_current_revision() == newest_revision():
        install_rest(connection)
        install_duties(connection)


def create_all(engine: Engine) -> None:
    """Every table at once, with the separation of duties, as migrations would leave them: for tests and benchmarks."""
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        install_duties(connection)


def current_revision(engine: Engine) -> str | None:
    """The revision that the database is at; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def require_newest(engine: Engine) -> None:
    """Raise `RevisionUnknown` unless the database is at the revision that this code wants."""
    have, want = current_revision(engine), newest_revision()
    if have is None:
        raise RevisionUnknown("The database is empty. Run: ./run migrate")
    if have not in _steps(_config()):
        raise _made_by_a_newer(have)
    if have != want:
        raise RevisionUnknown(f"The database is at revision {have}, this code wants {want}. Run: ./run migrate")


def newest_revision() -> str | None:
    """The revision that this code wants."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def known_revisions() -> list[str]:
    """Every revision that this code has been at, the newest first."""
    return _steps(_config())


def differences(engine: Engine) -> list[object]:
    """What autogenerate would still change; empty when migrations and models agree."""
    with engine.connect() as connection:
        remove_duties(connection)  # as a migration would find it; nothing of this is kept
        options = {"compare_type": compare_type, "include_object": is_ours}
        found = list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))
        connection.rollback()
        return found


def compare_type(_context: Any, _column: Any, _metadata_column: Any, inspected: Any, declared: Any) -> bool | None:
    """Whether a column's type differs: an instant is what the two databases keep it as, the rest goes as usual."""
    if isinstance(declared, UtcTime):
        return not isinstance(inspected, DateTime | BigInteger)
    return None


def is_ours(thing: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Whether migrations are about it. The partitions of a table come and go by themselves, and with each the reference
    to it that PostgreSQL keeps beside the one to the table."""
    if kind == "foreign_key_constraint":
        return not is_partition(thing.elements[0].target_fullname.split(".")[0])
    return kind != "table" or not is_partition(name)


def _steps(config: Config) -> list[str]:
    """Every revision, the newest first."""
    return [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]


def _made_by_a_newer(revision: str) -> RevisionUnknown:
    return RevisionUnknown(
        f"The database is at revision {revision}, made by a newer Kiem than this one. Start that one."
    )


def _is_below(revision: str, current: str | None, newest_first: list[str]) -> bool:
    if current is None or revision not in newest_first or current not in newest_first:
        return False
    return newest_first.index(revision) > newest_first.index(current)
