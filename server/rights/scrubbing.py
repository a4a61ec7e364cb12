"""SQLite leaves what was deleted lying in free pages and in its log; after an erasure the file is written anew.

PostgreSQL's dumps hold no deleted rows; its files are cleaned by its own vacuum.
"""

import sqlite3
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import exists, select

from server.db import Database
from server.rights.models import Erasure

log = structlog.get_logger()
LATELY = timedelta(hours=2)


def scrub(database: Database) -> bool:
    """Write the file anew and empty its log. False when somebody was in the way; the hourly round tries again."""
    if not database.is_sqlite:
        return True
    raw = database.engine.raw_connection()
    try:
        connection: Any = raw.driver_connection
        connection.execute("VACUUM")
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError:
        busy = 1
    finally:
        raw.close()
    if busy:
        log.warning("the database file could not be written anew yet", action="rights.scrub_waits")
    return not busy


def scrub_lately_erased(database: Database, *, now: datetime) -> bool:
    """Write the file anew once more when somebody was erased within two hours: the first try may have met a reader."""
    if not database.is_sqlite:
        return False
    with database.reading() as session:
        if not session.scalar(select(exists().where(Erasure.at > now - LATELY))):
            return False
    return scrub(database)
