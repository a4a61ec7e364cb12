"""Why a PostgreSQL cannot be used at all: nobody answers there, the login is not let in, or the database is missing.

psycopg gives a connection that could not be made no code, and a server's words come in the server's language. So it is
found out by trying: does anybody answer, and is the same login let in to the database that every server has.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from server.errors import DomainError
from server.outages import is_outage

ALWAYS_THERE = "postgres"
_PATIENCE_S = 10


class Unreachable(DomainError):
    """The database cannot be used; the detail names the setting and the mend."""

    status = 503
    code = "database-unreachable"


@contextmanager
def reaching(url: str, setting: str) -> Iterator[None]:
    """A block that works on the database of ``url``, which stands in ``setting``. Raises `Unreachable` where not even a
    connection can be had; whatever else goes wrong goes its own way.
    """
    try:
        yield
    except DBAPIError as error:
        fault = find_fault(make_url(url), setting) if is_outage(error) else None
        if fault is None:
            raise
        raise Unreachable(fault) from None


def find_fault(url: URL, setting: str) -> str | None:
    """What keeps a connection from being made now, in a line with the mend; None where one can be made, and for
    SQLite."""
    if url.get_backend_name() != "postgresql":
        return None
    words = _try(url)
    if words is None:
        return None
    login, name, where = url.username or "nobody", url.database or url.username, _where(url)
    superuser = "or let a superuser of the server run"
    if PGconn.ping(_conninfo(url).encode()) != Ping.OK:
        return (
            f"{setting}: no database server answers at {where} ({words}). Is it there and running, is the host right?"
        )
    if name == ALWAYS_THERE or _try(url.set(database=ALWAYS_THERE)) is not None:
        return (
            f"{setting}: the server at {where} does not let {login} in ({words}). Put a login and password that "
            f"it knows into {setting}, {superuser}: ALTER ROLE \"{login}\" LOGIN PASSWORD '...'"
        )
    return (
        f"{setting}: {login} is let in at {where}, but not to a database {name} ({words}). Mend the name in {setting}, "
        f'{superuser}: CREATE DATABASE "{name}" OWNER "{login}"'
    )


def _try(url: URL) -> str | None:
    """Why a connection fails, in one line; None where it does not."""
    try:
        psycopg.connect(_conninfo(url)).close()
    except psycopg.OperationalError as error:
        words = " ".join(str(error).split())
        return words.partition(" failed: ")[2] or words  # not the address once more
    return None


def _conninfo(url: URL) -> str:
    query = {name: value if isinstance(value, str) else value[0] for name, value in url.query.items()}
    told: dict[str, Any] = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "dbname": url.database,
    }
    return make_conninfo("", **{"connect_timeout": _PATIENCE_S, **told, **query})


def _where(url: URL) -> str:
    host = url.host or url.query.get("host") or "this machine"
    return f"{host}, port {url.port}" if url.port else str(host)
