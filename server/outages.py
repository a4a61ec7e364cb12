"""Tells an outage of the database from a fault of the program: told by type and code, never by the words of a message.

An outage ends by itself or by somebody's hand, and the same request works afterwards: so callers hear "try again
later" (503) and keep what they have. A fault of ours (an unknown table, a broken constraint) is none.
"""

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

RETRY_AFTER_S = 10

# https://sqlite.org/rescode.html: of these the surroundings are the cause.
_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
_PRIMARY = 0xFF  # the low byte of SQLite's extended codes
# Connection lost or refused, no room, too many connections, shutting down, deadlock, lock not to be had: psycopg sorts
# them all under OperationalError. A standby that took over too early refuses writes with a class of its own.
_POSTGRES = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction)


def is_outage(error: BaseException) -> bool:
    """Whether the database was away, full, busy or broken, as SQLAlchemy, sqlite3 or psycopg said it."""
    if isinstance(error, PoolTimeout):
        return True
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or (error.orig is not None and is_outage(error.orig))
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", -1) & _PRIMARY in _SQLITE
    return isinstance(error, _POSTGRES)
