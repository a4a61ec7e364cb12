"""Engines, the column vocabulary and the one way to commit.

Times are aware UTC datetimes in Python: ``timestamptz`` on PostgreSQL, whole microseconds since 1970 on SQLite (text
dates cost SQLite five sixths of its insert rate). JSON is ``jsonb`` on PostgreSQL. Every constraint has a name by
convention, so that migrations can find it on both databases.
"""

import json
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Dialect,
    LargeBinary,
    MetaData,
    String,
    Text,
    Uuid,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from server.grants import IDENTITY_SCHEMA, refuse_on_sqlite, role_name
from server.together import Together

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CONNECT_TIMEOUT_S = 5
POOL_TIMEOUT_S = 10
HASTY_CONNECTIONS = 5  # besides the 15 of the other pool
_MICROSECOND = timedelta(microseconds=1)

T = TypeVar("T")


class UtcTime(TypeDecorator[datetime]):
    """An instant. Refuses naive datetimes at the door."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs its time zone.")
        return (value - EPOCH) // _MICROSECOND if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return EPOCH + timedelta(microseconds=value) if dialect.name == "sqlite" else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Parent of every mapped class."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcTime(),
        date: Date(),
        uuid.UUID: Uuid(),
        bytes: LargeBinary(),
        str: Text(),
        dict[str, Any]: JSON().with_variant(JSONB(), "postgresql"),
        list[Any]: JSON().with_variant(JSONB(), "postgresql"),
    }


# For tables that grow by the day: on PostgreSQL each month has a partition of its own (`server.partitions`).
BY_DATE = {"postgresql_partition_by": "RANGE (local_date)"}

RandomId = Annotated[uuid.UUID, mapped_column(Uuid(), primary_key=True, default=uuid.uuid4)]
Key = Annotated[str, mapped_column(String(80))]
ZoneName = Annotated[str, mapped_column(String(64))]
Word = Annotated[str, mapped_column(String(24))]


_acting: ContextVar[str | None] = ContextVar("acting", default=None)


@contextmanager
def acting_as(role: str | None) -> Iterator[None]:
    """Let every transaction of the block that names no role itself take on this one; None: the process's own rights."""
    token = _acting.set(role)
    try:
        yield
    finally:
        _acting.reset(token)


@contextmanager
def with_role(session: Session, role: str) -> Iterator[None]:
    """Let the statements of the block run with a role's rights instead of the process's own, midway in a transaction.

    A transaction that has a role already keeps it: rights are given away here, never gained. On SQLite, which has no
    roles, the block runs as it would; whole transactions are watched there too. What is pending is written before, so
    that only the block's own statements need the role's rights.
    """
    if _acting.get() is not None or session.info.get("kiem_role") or session.get_bind().dialect.name != "postgresql":
        yield
        return
    session.flush()
    session.execute(text(f"SET LOCAL ROLE {role_name(role)}"))
    yield  # after an error there is nothing to give back: the role ends with the transaction that now must
    session.flush()
    session.execute(text("SET LOCAL ROLE NONE"))


class Database:
    """One engine and the two ways to use it, each with the rights of a role of `server.grants` if it is told one."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.engine = make_engine(url, pool_size=pool_size)
        self.hasty = None if self.is_sqlite else _make_hasty(self.engine)
        self._together = Together(self.engine)

    @contextmanager
    def transaction(self, *, role: str | None = None) -> Iterator[Session]:
        """Commit when the block ends, roll back when it raises. On SQLite writers queue at BEGIN, never midway."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            _take_on(session, role or _acting.get())
            yield session

    @contextmanager
    def reading(self, *, role: str | None = None) -> Iterator[Session]:
        """A block that writes nothing; on SQLite it never waits for a writer."""
        bind = self.engine.execution_options(kiem_reading=True)
        with Session(bind, expire_on_commit=False) as session:
            _take_on(session, role or _acting.get())
            yield session

    def run_hasty(self, work: Callable[[Any], T]) -> T:
        """What ``work`` returns, given the driver's own cursor: for the one way in that is busier than all others.

        On PostgreSQL each statement is a transaction of its own, so that one look and one write are two round trips and
        not five. Nobody asks first whether the connection is alive: when it turns out not to be, ``work`` runs once
        more on a new one, so it must be safe to repeat. On SQLite, where nothing travels, it is one transaction, shared
        with whoever comes at the same moment.
        """
        if self.hasty is None:
            return self._together.run(work)
        for last in (False, True):
            connection: Any = self.hasty.raw_connection()
            try:
                with connection.cursor() as cursor:
                    return work(cursor)
            except self.hasty.dialect.loaded_dbapi.OperationalError:
                if not connection.driver_connection.closed:
                    raise
                connection.invalidate()
                self.hasty.dispose()  # what broke one has broken all that lie ready
                if last:
                    raise
            finally:
                connection.close()
        raise AssertionError

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def dispose(self) -> None:
        self.engine.dispose()
        if self.hasty is not None:
            self.hasty.dispose()


def make_engine(url: str, *, pool_size: int = 10) -> Engine:
    """An engine for SQLite (WAL, explicit BEGIN) or PostgreSQL (psycopg 3). Raises ValueError for anything else."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        engine = create_engine(parsed, json_serializer=_compact, connect_args={"timeout": 30}, hide_parameters=True)
        _explicit_begin(engine)
        return engine
    if backend == "postgresql":
        # A phone gives up after twenty seconds: by then it must have heard that the database is away.
        patience = {} if "connect_timeout" in parsed.query else {"connect_timeout": CONNECT_TIMEOUT_S}
        parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(
            parsed,
            json_serializer=_compact,
            connect_args=patience,
            pool_size=pool_size,
            max_overflow=5,
            pool_timeout=POOL_TIMEOUT_S,
            pool_pre_ping=True,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _find_what_is_apart)
        return engine
    raise ValueError(f"DATABASE_URL must be sqlite:///... or postgresql://..., not {backend}.")


def _make_hasty(engine: Engine) -> Engine:
    """Connections of their own that commit by themselves and that nobody asks how they are."""
    hasty = create_engine(
        engine.url,
        connect_args={} if "connect_timeout" in engine.url.query else {"connect_timeout": CONNECT_TIMEOUT_S},
        isolation_level="AUTOCOMMIT",
        pool_size=HASTY_CONNECTIONS,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_S,
        pool_reset_on_return=None,
        pool_use_lifo=True,
        hide_parameters=True,
    )
    event.listen(hasty, "connect", _find_what_is_apart)
    return hasty


def _find_what_is_apart(connection: Any, _record: Any) -> None:
    """Let names be found in the schema of contact data as well, for whoever may use it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET search_path TO public, {IDENTITY_SCHEMA}")
    connection.commit()


def _take_on(session: Session, role: str | None) -> None:
    """Let every transaction of the session begin with the role's rights, also one after a rollback midway."""
    if role is not None:
        session.info["kiem_role"] = role
        event.listen(session, "after_begin", lambda _session, _transaction, connection: _dress(connection, role))


def _dress(connection: Connection, role: str) -> None:
    """Until the transaction ends; on SQLite until the connection goes back to the pool, which is the same moment."""
    if connection.dialect.name == "sqlite":
        raw: Any = connection.connection.driver_connection
        raw.set_authorizer(refuse_on_sqlite(role))
    else:
        connection.execute(text(f"SET LOCAL ROLE {role_name(role)}"))


_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _explicit_begin(engine: Engine) -> None:
    """Take transactions away from the driver.

    With the driver's own late BEGIN two writers can both read, then one fails or overwrites the other. BEGIN IMMEDIATE
    makes the second wait at the door; readers ask for a plain BEGIN and see the last commit.
    """

    @event.listens_for(engine, "do_connect")
    def _keep_to_owner(_dialect: Dialect, _record: Any, arguments: list[Any], _more: Any) -> None:
        """A new file is its owner's only, whatever the shell's umask; what SQLite lays beside it gets the same mode."""
        path = Path(arguments[0])
        if str(path) != ":memory:" and not path.exists() and path.parent.is_dir():
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "checkin")
    def _give_back(connection: Any, _record: Any) -> None:
        if connection is not None:
            connection.set_authorizer(None)  # whoever comes next has her own rights

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("kiem_reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def insert_into(session: Session, target: Any) -> postgresql.Insert | sqlite.Insert:
    """An INSERT in the dialect of the session's database, so that ``on_conflict_...`` can be said of it."""
    return sqlite.insert(target) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(target)
