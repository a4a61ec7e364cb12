from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.clock import SetClock
from server.db import Database
from server.people.models import Throttle
from server.people.throttle import MOST_FAILURES, WINDOW, count_failure, forget_old_windows, network_of
from tests.cast import NOW, Cast
from tests.databases import both_databases

HERE, THERE = "192.0.2.1", "192.0.2.2"


def join(client: FlaskClient, code: str, address: str = HERE) -> Any:
    body = {"code": code, "language": "nl", "zone": "Europe/Amsterdam", "birth_year": 2009}
    return client.post("/api/v1/join", json=body, environ_overrides={"REMOTE_ADDR": address})


@both_databases
def test_guessing_codes_is_slowed_down(client: FlaskClient, cast: Cast, clock: SetClock) -> None:
    for _ in range(MOST_FAILURES):
        assert join(client, "ZZZZZZZZ").status_code == 404
        clock.move(timedelta(seconds=1))
    refused = join(client, cast.join_code.code)
    assert (refused.status_code, refused.get_json()["code"]) == (429, "too-many-tries")
    assert int(refused.headers["Retry-After"]) == (WINDOW - timedelta(seconds=MOST_FAILURES)).total_seconds()
    clock.move(timedelta(seconds=int(refused.headers["Retry-After"])))
    assert join(client, cast.join_code.code).status_code == 201


def test_another_address_is_not_slowed_down(client: FlaskClient, cast: Cast) -> None:
    for _ in range(MOST_FAILURES):
        join(client, "ZZZZZZZZ")
    assert join(client, cast.join_code.code, THERE).status_code == 201


def test_a_whole_class_joins_from_one_school(client: FlaskClient, cast: Cast) -> None:
    assert [join(client, cast.join_code.code).status_code for _ in range(2 * MOST_FAILURES)] == [201] * 40


def test_recovery_is_slowed_down_on_its_own_account(client: FlaskClient, cast: Cast) -> None:
    def recover() -> int:
        body = {"recovery_code": "ZZZZ-ZZZZ-ZZZZ"}
        return client.post("/api/v1/recover", json=body, environ_overrides={"REMOTE_ADDR": HERE}).status_code

    assert [recover() for _ in range(MOST_FAILURES + 1)] == [404] * MOST_FAILURES + [429]
    assert join(client, cast.join_code.code).status_code == 201


def test_a_shape_that_is_wrong_is_no_guess(client: FlaskClient, cast: Cast) -> None:
    for _ in range(MOST_FAILURES + 1):
        assert client.post("/api/v1/join", json={}).status_code == 422
    assert join(client, cast.join_code.code).status_code == 201


@both_databases
def test_no_failure_is_lost_when_many_come_at_once(database: Database) -> None:
    def fail(_: int) -> None:
        with database.transaction() as session:
            count_failure(session, b"somebody", now=NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(fail, range(24)))
    with database.reading() as session:
        assert session.get_one(Throttle, b"somebody").tries == 24


@both_databases
def test_a_window_that_is_over_begins_anew_and_is_forgotten(database: Database) -> None:
    later = NOW + WINDOW
    with database.transaction() as session:
        for _ in range(3):
            count_failure(session, b"old", now=NOW)
            count_failure(session, b"back", now=NOW)
        count_failure(session, b"back", now=later)
    with database.transaction() as session:
        assert forget_old_windows(session, now=later) == 1
        left = session.scalars(select(Throttle)).one()
        assert (left.key_hash, left.tries, left.window_start) == (b"back", 1, later)


def test_no_address_is_kept(client: FlaskClient, database: Database, cast: Cast) -> None:
    join(client, "ZZZZZZZZ")
    with database.reading() as session:
        row = session.scalars(select(Throttle)).one()
    assert HERE.encode() not in row.key_hash
    assert len(row.key_hash) == 32


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),  # one home
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::1", True),
        (None, "not an address", True),
    ],
)
def test_who_counts_as_one_caller(one: str | None, other: str, alike: bool) -> None:
    assert (network_of(one) == network_of(other)) is alike
