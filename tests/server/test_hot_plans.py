"""The hot queries find their beeps by an index: read from the plans of the very statements that are executed."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text, update
from sqlalchemy.engine import Connection

from server.clock import SetClock
from server.db import Database
from server.delivery.dispatch import Dispatcher
from server.delivery.gateway import BlockingGateway, RecordingGateway
from server.delivery.models import Attempt
from server.monitoring.board import read_board
from server.monitoring.tally import settle as settle_counts
from server.partitions import make_ahead
from server.planning.models import Beep
from server.planning.service import plan_ahead
from server.studies.models import Study
from tests.answering import make_body
from tests.cast import NOW, STARTED, TODAY, Cast
from tests.databases import watch_driver
from tests.delivery_factories import make_device
from tests.factories import make_beep, make_participant, make_study
from tests.server.delivery.push_service import Phone

PEOPLE = 150  # of another study: 10,000 beeps that no question is about
Seen = list[tuple[str, Any]]


@pytest.fixture
def crowd(database: Database, cast: Cast) -> None:
    """Many beeps of others, in the past and still to come, and statistics of it all."""
    with database.transaction() as session:
        other = make_study(session, protocol="fried.1")
        for _ in range(PEOPLE):
            make_participant(session, study=other, starts_on=STARTED - timedelta(days=14))
        make_device(session, participant=cast.noor.participant, p256dh=Phone().p256dh)
    make_ahead(database, on=STARTED - timedelta(days=14), months=3)
    plan_ahead(database, now=NOW)
    with database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Beep)) > PEOPLE * 60  # type: ignore[operator]
        session.execute(update(Beep).where(Beep.due_at <= NOW).values(next_push_at=None))
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


@contextmanager
def watched(database: Database) -> Iterator[Seen]:
    """Every statement of the block about beeps, as the driver got it, with its (first) parameters."""
    seen: Seen = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if "beep" in statement and not statement.startswith(("EXPLAIN", "COPY")):
            seen.append((statement, parameters[0] if many else parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        with watch_driver(database) as hasty:
            yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    if not database.is_sqlite:
        seen += hasty
    elif not seen:  # there the driver tells all, and what SQLAlchemy told has its values
        seen += [told for told in hasty if "beep" in told[0]]


def scans(database: Database, seen: Seen) -> list[str]:
    """The statements that read beeps from end to end."""
    with database.engine.connect() as connection:
        read = _read_sqlite if database.is_sqlite else _read_postgres
        return [statement for statement, parameters in seen if read(connection, statement, parameters)]


def _read_sqlite(connection: Connection, statement: str, parameters: Any) -> bool:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    return any(row.detail.startswith("SCAN beep") for row in rows)


def _read_postgres(connection: Connection, statement: str, parameters: Any) -> bool:
    # A month that is still empty is one look at nothing, by whatever way.
    full = set(connection.scalars(text("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > 0")))
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    return any(
        node["Node Type"] == "Seq Scan" and node["Relation Name"].startswith("beep") and node["Relation Name"] in full
        for node in _nodes((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
    )


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


BOTH = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@BOTH
@pytest.mark.usefixtures("crowd")
def test_no_hot_query_reads_all_beeps(database: Database, cast: Cast, clock: SetClock, client: FlaskClient) -> None:
    questions: dict[str, Callable[[], object]] = {
        "claim and settle": lambda: _push(database, cast, clock),
        "plan": lambda: _plan(database, cast),
        "today": lambda: client.get("/api/v1/today", headers=cast.noor.headers),
        "answer": lambda: _answer(database, cast, client),
        "trends": lambda: client.get("/api/v1/trends", headers=cast.noor.headers),
        "ready": lambda: client.get("/readyz"),
        "board": lambda: _board(database),
        "count": lambda: _count(database),
    }
    found = {}
    for name, ask in questions.items():
        with watched(database) as seen:
            ask()
        # A plan goes into the table by COPY, which asks nothing but the primary key.
        assert seen or (name == "plan" and not database.is_sqlite), f"{name} asked nothing of the beeps"
        if bad := scans(database, seen):
            found[name] = bad
    assert found == {}


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
@pytest.mark.usefixtures("crowd")
def test_a_question_without_an_index_would_be_noticed(database: Database) -> None:
    with watched(database) as seen, database.reading() as session:
        session.execute(select(Beep.id).where(Beep.order_seed == 7)).all()
    assert len(scans(database, seen)) == 1


def test_whoever_is_planned_is_found_in_the_order_of_the_plans_and_not_by_study(database: Database, cast: Cast) -> None:
    """On SQLite, which has no statistics: sorting everybody of a study each time took a sixth of all planning."""
    seen: Seen = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.startswith("SELECT participant.") and "ORDER BY participant.planned_through" in statement:
            seen.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    _plan(database, cast)
    event.remove(database.engine, "before_cursor_execute", note)
    assert len(seen) >= 2, "those without a plan, and those whose plan ends too early"
    with database.engine.connect() as connection:
        for statement, parameters in seen:
            steps = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            assert any("participant USING INDEX ix_participant_to_plan" in step for step in steps), steps
            assert not any("TEMP B-TREE" in step for step in steps), steps


def _push(database: Database, cast: Cast, clock: SetClock) -> None:
    with database.transaction() as session:
        make_beep(session, participant=cast.noor.participant, local_date=TODAY, slot=9, due_at=NOW, next_push_at=NOW)
    gateway = BlockingGateway(RecordingGateway())
    dispatcher = Dispatcher(
        database=database,
        gateway=gateway,
        clock=clock,
        public_url="https://kiem.example",
        lease=timedelta(seconds=60),
        batch=50,
        rng=random.Random(1),
    )
    tally = dispatcher.run()
    gateway.close()
    assert tally.claimed == tally.accepted == 1
    with database.reading() as session:
        assert session.scalars(select(Attempt.outcome)).all() == ["accepted"]


def _plan(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        make_participant(session, study=session.merge(cast.study), starts_on=TODAY)
    assert plan_ahead(database, now=NOW).beeps > 0


def _answer(database: Database, cast: Cast, client: FlaskClient) -> None:
    with database.reading() as session:
        mine = select(Beep).where(Beep.participant_id == cast.noor.participant.id, Beep.due_at == NOW)
        beep = session.scalars(mine).one()
    body = make_body(beep, finished_at=NOW)
    reply = client.put(f"/api/v1/beeps/{beep.id}/response", json=body, headers=cast.noor.headers)
    assert reply.status_code == 201, reply.json


def _board(database: Database) -> None:
    with database.reading() as session:
        study = session.scalars(select(Study).where(Study.name == "garden")).one()
        assert read_board(session, study, now=NOW).people


def _count(database: Database) -> None:
    with database.transaction() as session:
        study = session.scalars(select(Study).where(Study.name == "garden")).one()
        assert settle_counts(session, study, now=NOW)
