"""The board over a real database: the same with and without settled days, with the rights of the desk."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import event, select

from server.db import Database, acting_as
from server.monitoring.board import Board, read_board
from server.monitoring.models import Summary
from server.monitoring.tally import settle
from server.studies.models import Study
from tests.cast import NOW, STARTED, Cast
from tests.databases import both_databases
from tests.delivery_factories import make_attempt, make_device, make_receipt
from tests.factories import make_beep, make_participant, make_response

DAY = timedelta(days=1)
LATER = NOW + 10 * DAY
TODAY = LATER.date()


def fill(database: Database, cast: Cast) -> None:
    """Noor answers slots 1 and 2 of every day, Sam nothing after the fifth; Zoë is in another study."""
    with database.transaction() as session:
        for member in (cast.noor, cast.sam, cast.zoe):
            one = session.merge(member.participant)
            device = make_device(session, participant=one, platform="ios" if member is cast.sam else "android")
            for ahead in range(12):
                on = STARTED + ahead * DAY
                for slot in range(6):
                    beep = make_beep(session, participant=one, local_date=on, slot=slot)
                    make_attempt(session, beep=beep, device=device, outcome="accepted" if slot else "gone")
                    if slot in (1, 2) and (member is not cast.sam or ahead < 5):
                        make_receipt(session, beep=beep)
                        make_response(session, beep=beep, answers={"pa_cheerful": 1})


def read(database: Database, cast: Cast) -> Board:
    with acting_as("desk"), database.reading() as session:
        return read_board(session, session.get_one(Study, cast.study.id), now=LATER)


@both_databases
def test_settled_days_change_no_number(database: Database, cast: Cast) -> None:
    fill(database, cast)
    before = read(database, cast)
    with database.transaction() as session:
        study = session.get_one(Study, cast.study.id)
        assert settle(session, study, now=LATER)
        assert not settle(session, study, now=LATER)
    assert read(database, cast) == before
    assert before.views.total.planned == 2 * 5 * 12
    assert before.views.total.answered == 12 * 2 + 5 * 2
    assert before.views.by_slot[1].answered == 12 + 5
    assert before.through == TODAY - DAY


@both_databases
def test_an_answer_that_comes_days_late_is_counted_after_the_next_settling(database: Database, cast: Cast) -> None:
    fill(database, cast)
    with database.transaction() as session:
        settle(session, session.get_one(Study, cast.study.id), now=LATER - DAY)
    with database.transaction() as session:
        one = session.merge(cast.sam.participant)
        make_response(session, beep=make_beep(session, participant=one, local_date=STARTED, slot=7))
        settle(session, session.get_one(Study, cast.study.id), now=LATER)
    assert read(database, cast).views.by_slot[7].answered == 1


def test_a_summary_from_the_future_or_long_ago_is_not_believed(database: Database, cast: Cast) -> None:
    fill(database, cast)
    before = read(database, cast)
    with database.transaction() as session:
        settle(session, session.get_one(Study, cast.study.id), now=LATER)
        session.scalars(select(Summary)).one().through = date(2030, 1, 1)
    assert replace(read(database, cast)) == before


@both_databases
def test_who_is_falling_off_is_named_with_the_reason(database: Database, cast: Cast) -> None:
    fill(database, cast)
    with database.transaction() as session:
        make_participant(session, study=session.merge(cast.study), code="NEWNEW2", starts_on=TODAY - DAY)
    board = read(database, cast)
    assert {line.code: line.reason for line in board.warnings} == {"NEWNEW2": "no-device", "SMSM234": "not-shown"}
    assert board.unreachable == 2
    assert board.crowd.taking_part == 3
    ios = next(row for row in board.pushes if row.platform == "ios")
    assert (ios.phones, ios.posts, ios.accepted, ios.shown) == (1, 6 * 3, 5 * 3, 0)


def test_the_board_takes_a_dozen_statements_whatever_its_size(database: Database, cast: Cast) -> None:
    fill(database, cast)
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    read(database, cast)
    event.remove(database.engine, "before_cursor_execute", note)
    assert len([one for one in asked if not one.startswith(("BEGIN", "SET", "RESET"))]) <= 12
    assert not [one for one in asked if " response" in one or "answers" in one]


def test_what_was_planned_up_to_yesterday_is_counted_once_a_day_only(database: Database, cast: Cast) -> None:
    fill(database, cast)
    asked: list[str] = []

    def count_by_slot() -> int:
        asked.clear()
        event.listen(database.engine, "before_cursor_execute", note)
        read(database, cast)
        event.remove(database.engine, "before_cursor_execute", note)
        return sum("<< beep.slot" in one for one in asked)

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    assert count_by_slot() == 1
    with database.transaction() as session:
        settle(session, session.get_one(Study, cast.study.id), now=LATER - DAY)
    assert count_by_slot() == 1, "the worker has not been there since midnight"
    with database.transaction() as session:
        settle(session, session.get_one(Study, cast.study.id), now=LATER)
    assert count_by_slot() == 0


@both_databases
def test_today_counts_what_was_due_and_answered_of_this_study(database: Database, cast: Cast) -> None:
    fill(database, cast)
    with acting_as("desk"), database.reading() as session:  # noon on the clock: slots 1 and 2 were due
        board = read_board(session, session.get_one(Study, cast.study.id), now=NOW + 9 * DAY)
    assert (board.today.planned, board.today.answered) == (4, 2)
    platforms = {one.platform: (one.phones, one.posts, one.accepted, one.shown) for one in board.pushes}
    # Four dates since, six posts each of which the challenge's was refused; Sam answered nothing lately.
    assert platforms == {"android": (1, 24, 20, 8), "ios": (1, 24, 20, 0)}
