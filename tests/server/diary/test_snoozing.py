import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.clock import SetClock
from server.db import Database
from server.delivery.dispatch import Dispatcher
from server.delivery.gateway import BlockingGateway, RecordingGateway
from server.diary.models import Snooze
from server.diary.snoozing import snooze
from server.people.models import Participant
from server.planning.models import Beep
from tests.cast import NOW, Cast, Member
from tests.databases import both_databases
from tests.delivery_factories import make_device
from tests.factories import make_beep, make_outcome, make_response

MINUTE = timedelta(minutes=1)


@pytest.fixture
def open_beep(database: Database, cast: Cast) -> Beep:
    """A beep of Noor's that came just now; its first push is due."""
    with database.transaction() as session:
        make_device(session, participant=cast.noor.participant)
        return make_beep(session, participant=cast.noor.participant, due_at=NOW, next_push_at=NOW)


def put_off(client: FlaskClient, beep: Beep, member: Member) -> Any:
    return client.post(f"/api/v1/beeps/{beep.id}/snooze", headers=member.headers)


def next_push(database: Database, beep: Beep) -> Any:
    with database.reading() as session:
        return session.get_one(Beep, (beep.participant_id, beep.local_date, beep.slot)).next_push_at


@both_databases
def test_a_snooze_moves_the_next_push_ten_minutes_on_twice_and_no_more(
    client: FlaskClient, database: Database, clock: SetClock, cast: Cast, open_beep: Beep
) -> None:
    for left in (1, 0):
        answer = put_off(client, open_beep, cast.noor)
        until = clock.now() + 10 * MINUTE
        assert (answer.status_code, answer.get_json()) == (200, {"until": until.isoformat(), "left": left})
        assert next_push(database, open_beep) == until
        clock.set(until)
    answer = put_off(client, open_beep, cast.noor)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "snooze-used-up")


def test_a_second_tap_while_it_sleeps_costs_nothing(
    client: FlaskClient, database: Database, clock: SetClock, cast: Cast, open_beep: Beep
) -> None:
    first = put_off(client, open_beep, cast.noor).get_json()
    clock.move(9 * MINUTE)
    assert put_off(client, open_beep, cast.noor).get_json() == first
    with database.reading() as session:
        assert len(session.scalars(select(Snooze)).all()) == 1


@both_databases
def test_many_taps_at_once_are_one_snooze(database: Database, cast: Cast, open_beep: Beep) -> None:
    def tap(_: int) -> int:
        with database.transaction() as session:
            mine = session.get_one(Participant, cast.noor.participant.id)
            return snooze(session, mine, open_beep.id, now=NOW).left

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(tap, range(4))) == [1, 1, 1, 1]


def test_the_push_comes_again_under_the_same_topic_in_place_of_the_reminder(
    client: FlaskClient, database: Database, clock: SetClock, cast: Cast, open_beep: Beep
) -> None:
    gateway = RecordingGateway()
    blocking = BlockingGateway(gateway)
    dispatcher = Dispatcher(
        database=database,
        gateway=blocking,
        clock=clock,
        public_url="https://kiem.example",
        lease=MINUTE,
        batch=10,
        rng=random.Random(1),
    )
    dispatcher.run()
    clock.move(2 * MINUTE)
    put_off(client, open_beep, cast.noor)
    sent = []
    for _ in range(58):
        clock.move(MINUTE)
        dispatcher.run()
        sent.append(len(gateway.sent))
    blocking.close()
    assert sent.index(2) == 9, "at twelve minutes, not at fifteen"
    assert sent[-1] == 2
    assert len({push.message.topic for push in gateway.sent}) == 1


@pytest.mark.parametrize(
    ("minutes", "status", "code"),
    [
        (-1, 409, "beep-not-yet"),
        (49, 200, None),
        (50, 409, "snooze-too-late"),
        (60, 410, "beep-expired"),
    ],
)
def test_a_snooze_stays_inside_the_window(
    client: FlaskClient, clock: SetClock, cast: Cast, open_beep: Beep, minutes: int, status: int, code: str | None
) -> None:
    clock.move(minutes * MINUTE)
    answer = put_off(client, open_beep, cast.noor)
    assert (answer.status_code, answer.get_json().get("code")) == (status, code)


@both_databases
def test_what_is_answered_is_not_put_off(client: FlaskClient, database: Database, cast: Cast, open_beep: Beep) -> None:
    with database.transaction() as session:
        make_response(session, beep=open_beep)
        dare = make_beep(session, participant=cast.noor.participant, slot=0, due_at=NOW)
        make_outcome(session, beep=dare)
    for beep in (open_beep, dare):
        answer = put_off(client, beep, cast.noor)
        assert (answer.status_code, answer.get_json()["code"]) == (409, "beep-answered")


def test_sam_cannot_put_noors_beep_off(client: FlaskClient, database: Database, cast: Cast, open_beep: Beep) -> None:
    answer = put_off(client, open_beep, cast.sam)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "beep-unknown")
    assert next_push(database, open_beep) == NOW


def test_neither_can_nobody_nor_can_what_is_no_beep_be(client: FlaskClient, cast: Cast, open_beep: Beep) -> None:
    assert client.post(f"/api/v1/beeps/{open_beep.id}/snooze").status_code == 401
    answer = client.post(f"/api/v1/beeps/{uuid.uuid4()}/snooze", headers=cast.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "beep-unknown")
    assert client.post("/api/v1/beeps/none/snooze", headers=cast.noor.headers).status_code == 404
