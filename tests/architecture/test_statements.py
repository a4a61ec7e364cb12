"""How many statements an address costs must not depend on how many people or rows there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from server.consent.opening import issue_join_code
from server.db import Database
from server.people.models import Participant
from server.studies.models import Study
from tests.architecture.test_routes import DECLARED, MAY, Declared, House
from tests.architecture.test_routes import house as house
from tests.cast import NOW, TODAY
from tests.delivery_factories import make_attempt, make_device, make_receipt
from tests.factories import (
    make_assignment,
    make_beep,
    make_challenge,
    make_outcome,
    make_participant,
    make_response,
    make_token,
)
from tests.server.desk.desk import make_staff

DAYS = [TODAY - timedelta(days=back) for back in (0, 1)]
READS = [one for one in DECLARED.values() if one.method == "GET" and one.who != "anybody"]


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are executed within the block."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.split(None, 1)[0] not in ("BEGIN", "PRAGMA"):  # what SQLite's driver is told
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def count_all(house: House, database: Database) -> dict[str, list[str]]:
    found = {}
    for declared in READS:
        caller = min(MAY[declared.who])
        with counted(database) as seen:
            _read(house, caller, declared)
        found[str(declared)] = seen
    return found


def _read(house: House, caller: str, declared: Declared) -> None:
    answer = house.call(caller, declared)
    assert answer.status_code < 500, f"{declared}: {answer.status_code}"


@pytest.fixture
def grown(house: House, database: Database) -> dict[str, list[str]]:
    """What every address cost before eight more people came, each with two days of everything."""
    count_all(house, database)  # fills what is kept in the process
    before = count_all(house, database)
    with database.transaction() as session:
        study = session.scalars(select(Study).where(Study.name == "garden")).one()
        for _ in range(3):
            make_challenge(session)
            issue_join_code(session, study, now=NOW)
            make_staff(session, f"More {_}", roles={study: "researcher"})
        noor = session.scalars(select(Participant).where(Participant.code == "NRNR234")).one()
        people = [noor, *(make_participant(session, study=study) for _ in range(8))]
        for person in people:
            make_token(session, person)
            device = make_device(session, participant=person)
            for day in DAYS:
                _fill_day(session, person, day, device)
    return before


def _fill_day(session: Any, person: Participant, day: date, device: Any) -> None:
    for slot in range(6):
        if slot == 1 and person.code == "NRNR234":
            continue  # this one she has already
        beep = make_beep(session, participant=person, local_date=day, slot=slot)
        make_attempt(session, beep=beep, device=device)
        make_receipt(session, beep=beep)
        if slot == 0:
            make_assignment(session, participant=person, local_date=day)
            make_outcome(session, beep=beep)
        elif slot < 5:
            make_response(session, beep=beep, measures={"mood": 50.0})


def test_no_address_asks_more_often_because_there_is_more(
    app: Flask, house: House, database: Database, grown: dict[str, list[str]]
) -> None:
    count_all(house, database)
    after = count_all(house, database)
    more = {
        address: f"{len(grown[address])} -> {len(seen)}: {seen[-1][:200]}"
        for address, seen in after.items()
        if len(seen) > len(grown[address]) + 2  # a list that was empty may bring one more look along
    }
    assert more == {}


def test_what_phones_ask_all_day_costs_few_statements(
    house: House, database: Database, grown: dict[str, list[str]]
) -> None:
    counts = {address: len(seen) for address, seen in count_all(house, database).items()}
    most = {"GET /api/v1/today": 3, "GET /api/v1/trends": 2, "GET /api/v1/beeps/<uuid:beep>": 3, "GET /api/v1/me": 3}
    assert {address: counts[address] for address, limit in most.items() if counts[address] > limit} == {}
