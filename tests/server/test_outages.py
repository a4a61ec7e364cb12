"""A database that is away costs time and nothing else: phones hear "later", and what they kept is taken in then."""

import resource
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, func, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from server.app import create_app
from server.context import Context
from server.db import Database
from server.diary.models import Response
from server.outages import is_outage
from tests.answering import make_body
from tests.cast import NOW, Cast
from tests.factories import make_beep


@pytest.fixture
def beep(database: Database, cast: Cast) -> tuple[str, dict[str, object]]:
    """The address of a beep of Noor's that is open, and her answer to it."""
    with database.transaction() as session:
        made = make_beep(session, participant=cast.noor.participant, due_at=NOW - timedelta(minutes=10))
        return f"/api/v1/beeps/{made.id}/response", make_body(made)


def count_responses(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Response)) or 0


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Somebody else writes for longer than anybody waits."""
    path = database.engine.url.database
    assert path is not None
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 20")  # of the one pooled connection; 30 s otherwise
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full(database: Database) -> Iterator[None]:
    """Not a byte more than the write-ahead log has."""
    size = Path(f"{database.engine.url.database}-wal").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def stopped(database: Database) -> Iterator[None]:
    """The server lets nobody into this database and has closed every connection."""
    url = database.engine.url
    server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")

    def tell(statement: str) -> None:
        with server.connect() as connection:
            connection.execute(text(statement))

    tell(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS false")
    tell(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{url.database}'")  # noqa: S608  our name
    yield
    tell(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS true")
    server.dispose()


@pytest.mark.parametrize(
    ("database", "outage"),
    [
        ("sqlite", locked),
        ("sqlite", full),
        pytest.param("postgres", stopped, marks=pytest.mark.postgres),
    ],
    indirect=["database"],
)
def test_an_answer_during_an_outage_is_put_off_and_taken_in_afterwards(
    client: FlaskClient, database: Database, cast: Cast, beep: tuple[str, dict[str, object]], outage: object
) -> None:
    address, body = beep
    with outage(database):  # type: ignore[operator]
        refused = client.put(address, json=body, headers=cast.noor.headers)
    assert (refused.status_code, refused.json["code"]) == (503, "unavailable")
    assert refused.mimetype == "application/problem+json"
    assert int(refused.headers["Retry-After"]) > 0
    assert count_responses(database) == 0
    taken = client.put(address, json=body, headers=cast.noor.headers)
    assert taken.status_code == 201
    assert count_responses(database) == 1


def test_everybody_hears_later_when_nothing_answers(context: Context) -> None:
    nowhere = Database("postgresql://kiem@127.0.0.1:1/kiem")
    away = Context(**{name: getattr(context, name) for name in Context.__slots__} | {"database": nowhere})
    client = create_app(away).test_client(use_cookies=False)
    bearer = {"Authorization": "Bearer " + "x" * 43}
    join = {"code": "ABCDEFGH", "language": "nl", "zone": "Europe/Amsterdam"}
    answers = [
        client.get("/api/v1/today", headers=bearer),
        client.post("/api/v1/join", json=join),
        client.post(f"/api/v1/beeps/{uuid.uuid4()}/snooze", headers=bearer),
        client.get("/desk", headers={"Cookie": "kiem-desk-loopback=anything"}),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
        assert "127.0.0.1" not in answer.text
    page = client.get("/desk", headers={"Cookie": "kiem-desk-loopback=anything", "Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    nowhere.dispose()


@pytest.mark.parametrize(("asked", "seconds"), [("", "5"), ("?connect_timeout=2", "2")])
def test_nobody_waits_longer_for_a_connection_than_a_phone_waits_for_an_answer(asked: str, seconds: str) -> None:
    database = Database(f"postgresql://kiem@127.0.0.1:1/kiem{asked}")
    told: list[object] = []

    @event.listens_for(database.engine, "do_connect")
    def _listen(_dialect: object, _record: object, _arguments: object, parameters: dict[str, object]) -> None:
        told.append(parameters["connect_timeout"])

    with pytest.raises(OperationalError), database.reading() as session:
        session.execute(text("SELECT 1"))
    assert [str(one) for one in told] == [seconds]
    assert database.engine.pool.timeout() + int(seconds) < 20  # type: ignore[attr-defined]
    database.dispose()


def test_what_the_surroundings_cause_is_told_from_what_we_do() -> None:
    def wrapped(kind: type[Exception], orig: BaseException) -> Exception:
        return kind("SELECT 1", {}, orig)

    def of_sqlite(code: int) -> sqlite3.OperationalError:
        error = sqlite3.OperationalError("some words")
        error.sqlite_errorcode = code
        return error

    outages = [
        PoolTimeout(),
        wrapped(OperationalError, of_sqlite(sqlite3.SQLITE_IOERR_WRITE)),
        wrapped(OperationalError, psycopg.OperationalError("refused")),
        wrapped(OperationalError, psycopg.errors.DiskFull()),
        wrapped(OperationalError, psycopg.errors.DeadlockDetected()),
        psycopg.errors.AdminShutdown(),  # the driver's own, as bulk planning meets it
    ]
    ours = [
        wrapped(OperationalError, of_sqlite(sqlite3.SQLITE_ERROR)),  # "no such table"
        wrapped(ProgrammingError, psycopg.errors.UndefinedTable()),
        psycopg.errors.UniqueViolation(),
        psycopg.errors.InsufficientPrivilege(),
        ValueError("database is locked"),
    ]
    assert [is_outage(error) for error in (*outages, *ours)] == [True] * len(outages) + [False] * len(ours)


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_an_answer_over_a_connection_that_broke_is_taken_at_once(
    client: FlaskClient, database: Database, cast: Cast, beep: tuple[str, dict[str, object]]
) -> None:
    address, body = beep
    assert client.put(address, json={**body, "app": "<"}, headers=cast.noor.headers).status_code == 422
    assert client.put(address, json={**body, "instrument": "x"}, headers=cast.noor.headers).status_code == 422
    with stopped(database):  # and what lies ready is dead
        pass
    taken = client.put(address, json=body, headers=cast.noor.headers)
    assert taken.status_code == 201
    assert client.put(address, json=body, headers=cast.noor.headers).status_code == 200
    assert count_responses(database) == 1


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_what_was_written_before_a_connection_broke_is_found_when_it_is_done_again(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE once (number int PRIMARY KEY)"))
    tries = []

    def write_and_break(cursor: psycopg.Cursor[tuple[int]]) -> int:
        cursor.execute("INSERT INTO once VALUES (1) ON CONFLICT DO NOTHING")
        tries.append(cursor.rowcount)
        if len(tries) == 1:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return cursor.rowcount

    assert database.run_hasty(write_and_break) == 0
    assert tries == [1, 0]

    def break_always(cursor: psycopg.Cursor[tuple[int]]) -> None:
        tries.append(-1)
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(psycopg.OperationalError) as raised:
        database.run_hasty(break_always)
    assert is_outage(raised.value)
    assert tries == [1, 0, -1, -1]
    assert database.run_hasty(lambda cursor: cursor.execute("SELECT 7").fetchone()) == (7,)
