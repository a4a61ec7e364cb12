"""Tables that grow by the day: a month has a partition of its own, made ahead, and gone in one go."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from server.clock import SetClock
from server.config import Settings
from server.db import Database
from server.delivery.gateway import RecordingGateway
from server.delivery.models import Attempt, Receipt
from server.diary.models import Response, Snooze
from server.installation import open_installation
from server.partitions import MONTHS_AHEAD, drop_over, is_partition, make_ahead, partitioned
from server.planning.models import Beep
from server.rights.erasing import delete_rows
from server.worker import Worker
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.delivery_factories import make_attempt, make_receipt
from tests.factories import make_beep, make_outcome, make_response

TABLES = ["beep", "response", "attempt", "receipt"]
ON = date(2026, 3, 4)
LONG_AGO = date(2020, 1, 1)
on_postgres = pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)


def parts(database: Database) -> set[str]:
    asked = text("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")
    with database.reading() as session:
        return set(session.scalars(asked))


def count_rows(database: Database) -> list[int]:
    with database.reading() as session:
        return [len(session.scalars(select(model)).all()) for model in (Beep, Response, Attempt, Receipt)]


def where(database: Database, table: str) -> dict[date, str]:
    """In which partition the rows of each date are."""
    with database.reading() as session:
        rows = session.execute(text(f"SELECT DISTINCT local_date, tableoid::regclass::text FROM {table}"))  # noqa: S608
        return {on: name for on, name in rows}


def fill(database: Database, cast: Cast, on: date) -> None:
    with database.transaction() as session:
        beep = make_beep(session, participant=cast.noor.participant, local_date=on)
        make_response(session, beep=beep)
        make_attempt(session, beep=beep)
        make_receipt(session, beep=beep)


def test_the_daily_tables_are_those_and_beeps_come_first() -> None:
    assert sorted(partitioned()) == sorted(TABLES)
    assert partitioned()[0] == "beep"
    assert is_partition("beep_2026_03")
    assert is_partition("receipt_rest")
    assert not any(is_partition(name) for name in (*TABLES, "answered_beep", "device_test", "beep_2026", None))


@on_postgres
def test_months_are_made_ahead_once(database: Database) -> None:
    assert make_ahead(database, on=ON, months=2) == 3 * 4
    assert {f"{table}_2026_0{month}" for table in TABLES for month in (3, 4, 5)} < parts(database)
    assert make_ahead(database, on=ON, months=2) == 0
    assert make_ahead(database, on=date(2026, 12, 31), months=1) == 2 * 4  # over the turn of the year


@on_postgres
def test_the_worker_makes_them_before_it_plans(database: Database, settings: Settings, clock: SetClock) -> None:
    installation = open_installation(settings, clock=clock)
    worker = Worker(installation, gateway=RecordingGateway())
    assert worker.partition() == (1 + MONTHS_AHEAD) * 4
    assert worker.partition() == 0
    assert "beep_2026_06" in parts(database)  # it is March
    worker.close()
    installation.database.dispose()


@on_postgres
def test_a_row_goes_to_its_month_and_any_other_to_the_rest(database: Database, cast: Cast) -> None:
    make_ahead(database, on=ON, months=1)
    for on in (date(2026, 3, 31), date(2026, 4, 1), date(2019, 7, 7)):
        fill(database, cast, on)
    for table in TABLES:
        assert where(database, table) == {
            date(2026, 3, 31): f"{table}_2026_03",
            date(2026, 4, 1): f"{table}_2026_04",
            date(2019, 7, 7): f"{table}_rest",
        }


def every_row(database: Database) -> dict[str, list[str]]:
    """Each table that has anything of a beep, with every column."""
    tables = (*TABLES, "challenge_outcome", "snooze")
    with database.reading() as session:
        return {
            table: sorted(map(str, session.execute(text(f"SELECT * FROM {table}"))))  # noqa: S608
            for table in tables
        }


@on_postgres
def test_rows_from_before_their_month_move_there_with_all_that_hangs_on_them(database: Database, cast: Cast) -> None:
    before, after = date(2026, 2, 28), date(2026, 4, 1)
    for on in (before, ON, date(2026, 3, 31), after):
        fill(database, cast, on)
    with database.transaction() as session:
        dare = make_beep(session, participant=cast.noor.participant, local_date=ON, slot=0)
        make_outcome(session, beep=dare)
        session.add(Snooze(participant_id=dare.participant_id, local_date=ON, slot=0, number=1, at=NOW, until=NOW))
    rows = every_row(database)
    assert all(rows.values())
    assert make_ahead(database, on=ON, months=0) == 4
    assert every_row(database) == rows
    for table in TABLES:
        assert where(database, table) == {
            before: f"{table}_rest",
            ON: f"{table}_2026_03",
            date(2026, 3, 31): f"{table}_2026_03",
            after: f"{table}_rest",
        }
    fill(database, cast, date(2026, 3, 5))
    assert where(database, "beep")[date(2026, 3, 5)] == "beep_2026_03"
    with database.transaction() as session:  # and what refers to a beep still goes with it
        session.execute(text("DELETE FROM beep WHERE local_date = '2026-03-31'"))
    assert date(2026, 3, 31) not in where(database, "response")


@on_postgres
def test_a_move_that_fails_leaves_every_row_where_it_was(
    database: Database, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(database, cast, ON)
    rows = every_row(database)
    with database.transaction() as session:
        session.execute(
            text("CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$")
        )
        session.execute(text("CREATE TRIGGER stop BEFORE INSERT ON response FOR EACH ROW EXECUTE FUNCTION stop()"))
    assert make_ahead(database, on=ON, months=0) == 2  # attempts and receipts have nothing to do with it
    assert every_row(database) == rows
    assert where(database, "beep") == {ON: "beep_rest"}


@on_postgres
def test_a_month_that_is_over_goes_when_everybody_in_it_is_erased(database: Database, cast: Cast) -> None:
    make_ahead(database, on=ON, months=1)
    fill(database, cast, ON)
    assert drop_over(database, today=date(2026, 4, 15), logs_before=LONG_AGO) == []
    with database.transaction() as session:
        erased = delete_rows(session, cast.noor.participant.id)
    assert all(erased[table] == 1 for table in TABLES)
    assert drop_over(database, today=date(2026, 3, 31), logs_before=LONG_AGO) == []  # not over yet
    gone = drop_over(database, today=date(2026, 4, 1), logs_before=LONG_AGO)
    assert sorted(gone) == sorted(f"{table}_2026_03" for table in TABLES)
    assert "beep_2026_04" in parts(database)


@on_postgres
def test_old_logs_go_by_the_month_and_diaries_stay(database: Database, cast: Cast) -> None:
    make_ahead(database, on=ON, months=1)
    fill(database, cast, ON)
    empty = drop_over(database, today=date(2028, 4, 1), logs_before=date(2026, 3, 31))
    assert sorted(empty) == sorted(f"{table}_2026_04" for table in TABLES)
    assert count_rows(database) == [1, 1, 1, 1]
    gone = drop_over(database, today=date(2028, 4, 1), logs_before=date(2026, 4, 1))
    assert sorted(gone) == ["attempt_2026_03", "receipt_2026_03"]
    assert count_rows(database) == [1, 1, 0, 0]


@on_postgres
def test_whoever_is_at_work_on_the_table_goes_first(database: Database) -> None:
    with database.engine.connect() as busy:
        busy.execute(text("LOCK TABLE receipt IN ACCESS EXCLUSIVE MODE"))
        assert make_ahead(database, on=ON, months=0) == 2  # not beeps either, to which receipts refer
        busy.rollback()
    assert make_ahead(database, on=ON, months=0) == 2


def test_on_sqlite_there_is_nothing_to_do(database: Database) -> None:
    assert make_ahead(database, on=ON) == 0
    assert drop_over(database, today=ON + timedelta(days=999), logs_before=ON) == []


@both_databases
def test_deleting_a_beep_takes_what_belongs_to_it_along(database: Database, cast: Cast) -> None:
    make_ahead(database, on=ON, months=0)
    fill(database, cast, ON)
    with database.transaction() as session:
        session.execute(text("DELETE FROM beep"))
    assert count_rows(database) == [0] * 4
