"""The test push: asked for, sent by the next round, confirmed by the phone; and what a phone is told of itself."""

import random
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.clock import SetClock
from server.db import Database
from server.delivery.device_test_round import claim_tests, settle_tests
from server.delivery.dispatch import Dispatcher
from server.delivery.gateway import BlockingGateway, Kind, Outcome, RecordingGateway
from server.delivery.models import Device, DeviceTest
from server.people.models import Participant
from tests.cast import NOW, Cast, Member
from tests.databases import both_databases
from tests.delivery_factories import make_device
from tests.factories import make_beep

MINE = "https://push.example/noor"
LEASE = timedelta(seconds=60)


class Post:
    """A dispatcher with its gateway."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        self.gateway = RecordingGateway()
        self.blocking = BlockingGateway(self.gateway)
        self.dispatcher = Dispatcher(
            database=database,
            gateway=self.blocking,
            clock=clock,
            public_url="https://kiem.example",
            lease=LEASE,
            batch=100,
            rng=random.Random(1),
        )


@pytest.fixture
def post(database: Database, clock: SetClock):
    made = Post(database, clock)
    yield made
    made.blocking.close()


@pytest.fixture
def phone(database: Database, cast: Cast) -> Device:
    with database.transaction() as session:
        return make_device(session, participant=cast.noor.participant, endpoint=MINE)


def ask(client: FlaskClient, member: Member, endpoint: Any = MINE) -> Any:
    return client.post("/api/v1/devices/test", json={"endpoint": endpoint}, headers=member.headers)


def seen(client: FlaskClient, member: Member, endpoint: Any = MINE) -> Any:
    return client.post("/api/v1/devices/test/seen", json={"endpoint": endpoint}, headers=member.headers)


def state(client: FlaskClient, member: Member, endpoint: str = MINE) -> Any:
    return client.post("/api/v1/devices/state", json={"endpoint": endpoint}, headers=member.headers).get_json()


@both_databases
def test_a_test_goes_from_asked_to_sent_to_seen(
    client: FlaskClient, clock: SetClock, cast: Cast, phone: Device, post: Post
) -> None:
    assert state(client, cast.noor) == {"known": True, "retired_why": None, "test": "none", "test_at": None}
    answer = ask(client, cast.noor)
    told = {"known": True, "retired_why": None, "test": "waiting", "test_at": NOW.isoformat()}
    assert (answer.status_code, answer.get_json()) == (202, told)
    post.dispatcher.run()
    post.dispatcher.run()
    assert state(client, cast.noor)["test"] == "accepted"
    (sent,) = post.gateway.sent
    assert (sent.message.endpoint, sent.ttl_s) == (MINE, 600)
    assert b'"kind":"test"' in sent.message.payload
    clock.move(timedelta(seconds=3))
    assert seen(client, cast.noor).get_json()["test"] == "seen"
    assert seen(client, cast.noor).status_code == 200
    assert state(client, cast.noor)["test"] == "seen"


@both_databases
def test_two_dispatchers_send_one_test(database: Database, client: FlaskClient, cast: Cast, phone: Device) -> None:
    ask(client, cast.noor)
    with database.transaction() as session:
        assert len(claim_tests(session, now=NOW, lease=LEASE, limit=10)) == 1
    with database.transaction() as session:
        assert claim_tests(session, now=NOW, lease=LEASE, limit=10) == []
    with database.transaction() as session:  # the first one died: its lease runs out
        assert len(claim_tests(session, now=NOW + LEASE, lease=LEASE, limit=10)) == 1


def test_what_the_phone_has_seen_is_not_sent_again_by_a_slow_dispatcher(
    database: Database, client: FlaskClient, cast: Cast, phone: Device
) -> None:
    ask(client, cast.noor)
    with database.transaction() as session:
        claims = claim_tests(session, now=NOW, lease=LEASE, limit=10)
    seen(client, cast.noor)
    busy = [Outcome(ref=str(phone.id), kind=Kind.BUSY)]
    with database.transaction() as session:
        settle_tests(session, claims, busy, now=NOW, jitter=0)
    with database.reading() as session:
        assert session.get_one(DeviceTest, phone.id).next_push_at is None


@both_databases
@pytest.mark.parametrize(
    ("kind", "after", "retired_why"),
    [
        (Kind.GONE, "failed", "gone"),
        (Kind.INVALID, "failed", None),
        (Kind.BUSY, "waiting", None),
        (Kind.UNREACHABLE, "waiting", None),
    ],
)
def test_the_phone_is_told_the_truth(
    client: FlaskClient,
    cast: Cast,
    phone: Device,
    post: Post,
    kind: Kind,
    after: str,
    retired_why: str | None,
) -> None:
    post.gateway.answer(MINE, kind)
    ask(client, cast.noor)
    post.dispatcher.run()
    told = state(client, cast.noor)
    assert (told["test"], told["retired_why"]) == (after, retired_why)


def test_a_test_that_does_not_get_through_ends_after_ten_minutes(
    client: FlaskClient, database: Database, clock: SetClock, cast: Cast, phone: Device, post: Post
) -> None:
    ask(client, cast.noor)
    clock.move(timedelta(minutes=10))
    post.dispatcher.run()
    assert post.gateway.sent == ()
    assert state(client, cast.noor)["test"] == "failed"
    with database.reading() as session:
        assert session.get_one(DeviceTest, phone.id).next_push_at is None


def test_asking_again_at_once_is_the_same_test_and_later_a_new_one(
    client: FlaskClient, clock: SetClock, cast: Cast, phone: Device, post: Post
) -> None:
    ask(client, cast.noor)
    post.dispatcher.run()
    clock.move(timedelta(seconds=19))
    assert ask(client, cast.noor).get_json()["test"] == "accepted"
    clock.move(timedelta(seconds=1))
    assert ask(client, cast.noor).get_json()["test"] == "waiting"
    post.dispatcher.run()
    first, second = post.gateway.sent
    assert first.message.topic != second.message.topic


def test_whoever_still_waits_for_consent_can_try_her_phone_but_gets_no_beep(
    client: FlaskClient, database: Database, cast: Cast, phone: Device, post: Post
) -> None:
    with database.transaction() as session:
        row = session.get_one(Participant, cast.noor.participant.id)
        row.cleared_at, row.waiting = None, "parent"
        make_beep(session, participant=row, due_at=NOW, next_push_at=NOW)
    ask(client, cast.noor)
    post.dispatcher.run()
    (sent,) = post.gateway.sent
    assert b'"kind":"test"' in sent.message.payload


def test_sam_can_neither_test_nor_see_noors_phone(
    client: FlaskClient, database: Database, cast: Cast, phone: Device
) -> None:
    for answer in (ask(client, cast.sam), seen(client, cast.sam)):
        assert (answer.status_code, answer.get_json()["code"]) == (404, "device-unknown")
    assert state(client, cast.sam) == {"known": False, "retired_why": None, "test": "none", "test_at": None}
    with database.reading() as session:
        assert session.scalars(select(DeviceTest)).all() == []


def test_a_phone_that_is_retired_hears_so_and_is_not_tested(
    client: FlaskClient, database: Database, cast: Cast, phone: Device
) -> None:
    with database.transaction() as session:
        row = session.get_one(Device, phone.id)
        row.retired_at, row.retired_why = NOW, "silent"
    assert state(client, cast.noor)["retired_why"] == "silent"
    assert ask(client, cast.noor).status_code == 404


def test_seen_without_a_test_is_unknown(client: FlaskClient, cast: Cast, phone: Device) -> None:
    assert seen(client, cast.noor).status_code == 404


@pytest.mark.parametrize("endpoint", [None, 7, "", "x" * 2049])
def test_what_is_no_endpoint_is_refused(client: FlaskClient, cast: Cast, endpoint: Any) -> None:
    assert ask(client, cast.noor, endpoint).status_code == 422
    assert seen(client, cast.noor, endpoint).status_code == 422
    refused = client.post("/api/v1/devices/state", json={"endpoint": endpoint}, headers=cast.noor.headers)
    assert refused.status_code == 422


def test_nobody_in_particular_has_no_phone(client: FlaskClient, phone: Device) -> None:
    body = {"endpoint": MINE}
    assert client.post("/api/v1/devices/test", json=body).status_code == 401
    assert client.post("/api/v1/devices/test/seen", json=body).status_code == 401
    assert client.post("/api/v1/devices/state", json=body).status_code == 401
