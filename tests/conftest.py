"""Fixtures of every test: a database, a clock that stands still, the application, and the cast.

`database` is SQLite unless a test asks otherwise (see `tests.databases`). Each test gets a database of its own, copied
from a template with every table of `server.models`.
"""

import gc
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url

from server.clock import SetClock
from server.collector import settle_in
from server.config import Settings
from server.context import Context, bind
from server.crypto_fields import FieldKey, FieldKeys, give_keys
from server.db import Database, make_engine
from server.delivery.addresses import EndpointPolicy
from server.schema import create_all
from tests.cast import NOW, Cast, make_cast
from tests.memory import in_memory
from tests.postgres import find_programs, running_postgres
from tests.turns import pytest_collection_modifyitems, pytest_xdist_make_scheduler

__all__ = ["pytest_collection_modifyitems", "pytest_xdist_make_scheduler"]

PUSH_KEY = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
_copies = itertools.count(1)


def pytest_collection_finish() -> None:
    """The tests themselves are half a million objects: no search for garbage need walk through them again."""
    settle_in()


def pytest_unconfigure() -> None:
    """Libraries that count at the end what was left over (duckdb's) must not count what nobody was let look through."""
    gc.unfreeze()


@pytest.fixture(autouse=True)
def logs_as_before() -> None:
    """No test hears less of the log because an earlier one set a level."""
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every table and no rows."""
    path = tmp_path_factory.mktemp("template") / "kiem.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The maintenance database of a running server that has a template ``kiem_template`` with every table."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL's programs are not here; install Debian's `postgresql` or set PG_BIN to their folder.")
    with running_postgres(programs) as url:
        _on_server(url, "CREATE DATABASE kiem_template")
        engine = make_engine(_named(url, "kiem_template"))
        create_all(engine)
        engine.dispose()
        yield url


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database with every table, gone after the test."""
    marked = request.node.get_closest_marker("postgres") is not None
    if "database" in getattr(getattr(request.node, "callspec", None), "params", {}):
        marked = request.node.callspec.params["database"] == "postgres"
    if not marked:
        with _quick_folder(tmp_path) as folder:
            shutil.copy(request.getfixturevalue("sqlite_template"), folder / "kiem.sqlite3")
            yield f"sqlite:///{folder / 'kiem.sqlite3'}"
        return
    server = request.getfixturevalue("postgres_url")
    name = f"kiem_{next(_copies)}"
    _on_server(server, f"CREATE DATABASE {name} TEMPLATE kiem_template")
    yield _named(server, name)
    _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(request: pytest.FixtureRequest, database_url: str) -> Iterator[Database]:
    """An empty database with every table. Parametrise indirectly with "sqlite" or "postgres"."""
    made = Database(database_url)
    give_keys(made.engine, FieldKeys(keys=(FieldKey(secret=b"f" * 32),)))
    yield made
    made.dispose()


@pytest.fixture
def clock() -> SetClock:
    """Stands still at `tests.cast.NOW` until a test moves it."""
    return SetClock(NOW)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(
        data_dir=tmp_path,
        database_url=database_url,
        public_url="http://127.0.0.1:8000",
        push_gateway="recording",
        vapid_key_file=tmp_path / "vapid.pem",
    )


@pytest.fixture
def context(settings: Settings, database: Database, clock: SetClock) -> Context:
    return Context(
        settings=settings,
        database=database,
        clock=clock,
        push_key=PUSH_KEY,
        push_key_id="test-key",
        secret=b"secret of the tests, 32 bytes ok",
        throttle_key=b"throttle key of the tests",
        check_endpoint=EndpointPolicy().check,
    )


@pytest.fixture(scope="session")
def applications() -> list[Flask]:
    """The application of this process, once it is made: making one costs more than most tests."""
    return []


@pytest.fixture
def app(context: Context, applications: list[Flask]) -> Flask:
    """The whole application over this test's database and clock; a test that reconfigures it makes its own."""
    if not applications:
        from server.app import create_app  # most tests never need it, and it imports everything

        applications.append(create_app(context))
        applications[0].testing = True
        settle_in()  # a quarter of a million more
    bind(applications[0], context)
    return applications[0]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody in particular; send ``headers=cast.noor.headers`` to be somebody."""
    return app.test_client(use_cookies=False)


@pytest.fixture
def cast(database: Database) -> Cast:
    """Noor, Sam and Zoë, committed."""
    with database.transaction() as session:
        return make_cast(session)


@contextmanager
def _quick_folder(otherwise: Path) -> Iterator[Path]:
    """A folder in memory where there is room for one."""
    memory = in_memory()
    if memory is None:
        yield otherwise
        return
    with tempfile.TemporaryDirectory(prefix="kiem-", dir=memory) as folder:
        yield Path(folder)


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _on_server(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())
