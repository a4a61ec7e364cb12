"""Is it alive, and is it ready? For load balancers and people."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache

from flask import Blueprint, Response, jsonify
from sqlalchemy import String, column, func, inspect, select, table
from sqlalchemy.orm import Session

from server.context import current, now
from server.monitoring.models import Heartbeat
from server.planning.models import Beep
from server.schema import known_revisions

health = Blueprint("health", __name__)
REVISIONS = "alembic_version"  # where migrations keep what they have done
STALE = timedelta(minutes=5)
STALE_ROUNDS = {  # of those that come seldom, or take their time
    "sweep": timedelta(hours=3),
    "settle": timedelta(hours=2),
    "export": timedelta(hours=6),
}


@health.get("/healthz")
def healthz() -> Response:
    """This process answers. Says nothing of the database, so that a slow one does not get every process restarted."""
    return jsonify(status="ok")


@health.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The database answers, its schema is the one this code wants or a newer one, and the worker's rounds are fresh.

    503 only when this process cannot serve; a silent worker is reported, not fatal: answers must still be taken in.
    """
    try:
        with current().database.reading() as session:
            have = _find_revision(session)
            beats = {beat.round: beat.at for beat in session.scalars(select(Heartbeat))}
            oldest = session.scalar(select(func.min(Beep.next_push_at)).where(Beep.next_push_at.is_not(None)))
    except Exception as error:  # any failure of the database means: do not send traffic here
        return jsonify(status="unavailable", database=type(error).__name__), 503
    schema, usable = judge_schema(have, _revisions())
    if not usable:
        return jsonify(status="unavailable", database="ok", schema=schema), 503
    at = now()
    lag = max(0.0, (at - oldest).total_seconds()) if oldest else 0.0
    fresh = bool(beats) and all(at - beat < STALE_ROUNDS.get(name, STALE) for name, beat in beats.items())
    return jsonify(
        status="ok",
        database="ok",
        schema=schema,
        worker="ok" if fresh else "silent",
        rounds={name: round((at - beat).total_seconds(), 1) for name, beat in beats.items()},
        oldest_due_s=round(lag, 1),
    ), 200


def _find_revision(session: Session) -> str | None:
    """The revision of the schema; None where it was made at once and without migrations, as in tests."""
    if not inspect(session.connection()).has_table(REVISIONS):
        return None
    kept = table(REVISIONS, column("version_num", String))
    return session.scalar(select(kept.c.version_num))


def judge_schema(have: str | None, newest_first: Sequence[str]) -> tuple[str, bool]:
    """What to say of the database's revision, and whether this code can serve on it.

    A process does not start on a revision that it does not know, so one that turns up later is a newer release's:
    migrations only add, and the processes of the release before serve on until their turn to be replaced comes.
    """
    wanted = newest_first[0]
    if have in (None, wanted):
        return "ok", True
    if have in newest_first:
        return f"is {have}, wanted {wanted}", False
    return f"is {have}, newer than {wanted}", True


@cache
def _revisions() -> tuple[str, ...]:
    return tuple(known_revisions())
