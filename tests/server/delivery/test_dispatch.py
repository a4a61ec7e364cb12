"""Claiming, sending and settling against real databases; the recording gateway is the product's own."""

import random
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, delete, event, select
from sqlalchemy.exc import DBAPIError

from server.clock import SetClock
from server.db import Database
from server.delivery.claims import claim_due
from server.delivery.dispatch import Dispatcher
from server.delivery.gateway import BlockingGateway, Kind, Outcome, PushMessage, RecordingGateway
from server.delivery.models import Attempt, Device
from server.delivery.settling import NO_DEVICE, retire_silent, settle
from server.people.models import Participant
from server.planning.models import Beep
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.delivery_factories import make_device
from tests.factories import make_beep, make_participant, make_study

LEASE = timedelta(seconds=60)


def make_dispatcher(database: Database, gateway: BlockingGateway, clock: SetClock, *, batch: int = 100) -> Dispatcher:
    return Dispatcher(
        database=database,
        gateway=gateway,
        clock=clock,
        public_url="https://kiem.example",
        lease=LEASE,
        batch=batch,
        rng=random.Random(1),
    )


class Post:
    """A dispatcher with its gateway and clock."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        self.database, self.clock = database, clock
        self.gateway = RecordingGateway()
        self.blocking = BlockingGateway(self.gateway)
        self.dispatcher = make_dispatcher(database, self.blocking, clock)

    def beep(self) -> Beep:
        with self.database.reading() as session:
            return session.scalars(select(Beep)).one()

    def attempts(self) -> list[Attempt]:
        with self.database.reading() as session:
            return list(session.scalars(select(Attempt).order_by(Attempt.at)))


@pytest.fixture
def post(database: Database, clock: SetClock):
    made = Post(database, clock)
    yield made
    made.blocking.close()


@pytest.fixture
def noors_phone(database: Database, cast: Cast) -> Device:
    with database.transaction() as session:
        return make_device(session, participant=cast.noor.participant, endpoint="https://push.example/noor")


@pytest.fixture
def due(database: Database, cast: Cast) -> Beep:
    """A beep of Noor's that is due right now."""
    with database.transaction() as session:
        return make_beep(session, participant=cast.noor.participant, due_at=NOW, next_push_at=NOW)


@both_databases
def test_a_due_beep_goes_out_once_and_its_reminder_a_quarter_later_with_the_same_topic(
    post: Post, noors_phone: Device, due: Beep
) -> None:
    assert post.dispatcher.run().accepted == 1
    assert post.dispatcher.run().claimed == 0
    post.clock.move(timedelta(minutes=14, seconds=59))
    assert post.dispatcher.run().claimed == 0
    post.clock.move(timedelta(seconds=1))
    assert post.dispatcher.run().accepted == 1
    post.clock.move(timedelta(minutes=30))
    assert post.dispatcher.run().claimed == 0
    first, second = post.gateway.sent
    assert first.message.topic == second.message.topic
    assert [sent.ttl_s for sent in (first, second)] == [3600, 2700]
    assert [(attempt.stage, attempt.outcome) for attempt in post.attempts()] == [(0, "accepted"), (1, "accepted")]


@both_databases
def test_nothing_is_sent_before_its_time_or_after_its_window(post: Post, noors_phone: Device, due: Beep) -> None:
    post.clock.set(NOW - timedelta(seconds=1))
    assert post.dispatcher.run().claimed == 0
    post.clock.set(due.expires_at)
    assert post.dispatcher.run().too_late == 1
    assert post.gateway.sent == ()
    assert post.beep().next_push_at is None
    assert [attempt.outcome for attempt in post.attempts()] == ["too_late"]


def test_a_clock_that_is_put_back_while_a_claim_is_under_way_makes_no_push_live_longer(
    post: Post, noors_phone: Device, due: Beep
) -> None:
    def put_back(_connection: Connection) -> None:
        post.clock.set(NOW - timedelta(hours=1))

    event.listen(post.database.engine, "commit", put_back)
    assert post.dispatcher.round().accepted == 1
    assert [sent.ttl_s for sent in post.gateway.sent] == [3600]


class Mishap(RecordingGateway):
    """Takes pushes; while the first is under way, ``befalls`` happens."""

    def __init__(self, befalls: Callable[[], None]) -> None:
        super().__init__()
        self._befalls: Callable[[], None] | None = befalls

    async def send_all(self, messages: Sequence[PushMessage], *, now: datetime) -> list[Outcome]:
        if self._befalls is not None:
            self._befalls()
            self._befalls = None
        return await super().send_all(messages, now=now)


@both_databases
def test_what_could_not_be_written_down_is_kept_and_nothing_more_is_sent_until_it_is(
    database: Database, clock: SetClock, cast: Cast, noors_phone: Device
) -> None:
    with database.transaction() as session:
        for minute in range(4):
            make_beep(session, participant=cast.noor.participant, slot=minute, due_at=NOW, next_push_at=NOW)
    read_only = False

    @event.listens_for(database.engine, "begin")
    def _limit(connection: Connection) -> None:
        if read_only:
            sqlite = connection.dialect.name == "sqlite"
            connection.exec_driver_sql("PRAGMA query_only=1" if sqlite else "SET TRANSACTION READ ONLY")

    def fall_over() -> None:
        nonlocal read_only
        read_only = True

    gateway = Mishap(fall_over)
    blocking = BlockingGateway(gateway)
    dispatcher = make_dispatcher(database, blocking, clock, batch=2)
    try:
        for _try in range(3):
            with pytest.raises(DBAPIError):
                dispatcher.run()
            clock.move(LEASE)
        assert len(gateway.sent) == 2, "the other two wait"
        read_only = False
        database.engine.dispose()
        assert dispatcher.run().accepted == 4
    finally:
        event.remove(database.engine, "begin", _limit)
        blocking.close()
    assert len({sent.message.topic for sent in gateway.sent}) == len(gateway.sent) == 4, "each once"
    with database.reading() as session:
        assert [attempt.outcome for attempt in session.scalars(select(Attempt))] == ["accepted"] * 4


@both_databases
def test_somebody_who_is_erased_while_her_push_is_under_way_costs_the_others_nothing(
    database: Database, clock: SetClock, cast: Cast, noors_phone: Device
) -> None:
    with database.transaction() as session:
        make_device(session, participant=cast.sam.participant, endpoint="https://push.example/sam")
        make_beep(session, participant=cast.noor.participant, due_at=NOW, next_push_at=NOW)
        make_beep(session, participant=cast.sam.participant, due_at=NOW, next_push_at=NOW)

    def erase_sam() -> None:
        with database.transaction() as session:
            session.execute(delete(Beep).where(Beep.participant_id == cast.sam.participant.id))

    blocking = BlockingGateway(Mishap(erase_sam))
    try:
        assert make_dispatcher(database, blocking, clock).run().accepted == 1
    finally:
        blocking.close()
    with database.reading() as session:
        (attempt,) = session.scalars(select(Attempt)).all()
    assert (attempt.participant_id, attempt.outcome) == (cast.noor.participant.id, "accepted")


@both_databases
def test_a_dispatcher_that_dies_before_settling_costs_one_lease_and_the_repeat_replaces_the_first(
    post: Post, noors_phone: Device, due: Beep
) -> None:
    with post.database.transaction() as session:
        assert len(claim_due(session, now=NOW, lease=LEASE, limit=10)) == 1  # ... and it is killed here
    assert post.dispatcher.run().claimed == 0, "the lease still runs"
    post.clock.move(LEASE)
    assert post.dispatcher.run().accepted == 1
    assert post.beep().push_stage == 1


@both_databases
def test_an_answer_that_comes_while_the_push_is_under_way_ends_the_pushes(
    post: Post, noors_phone: Device, due: Beep
) -> None:
    with post.database.transaction() as session:
        (claim,) = claim_due(session, now=NOW, lease=LEASE, limit=10)
    with post.database.transaction() as session:
        session.scalars(select(Beep)).one().next_push_at = None  # what recording an answer does
    with post.database.transaction() as session:
        settle(session, [(claim, {})], now=NOW, rng=random.Random(1))
    assert post.beep().next_push_at is None


@both_databases
def test_a_gone_phone_is_retired_at_once_and_a_refused_one_is_not(
    post: Post, noors_phone: Device, due: Beep, database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        make_device(session, participant=cast.noor.participant, endpoint="https://push.example/old")
    post.gateway.answer("https://push.example/old", Kind.GONE, status=410)
    post.gateway.answer("https://push.example/noor", Kind.REFUSED, status=403)
    post.dispatcher.run()
    with database.reading() as session:
        phones = {device.endpoint[-4:]: device for device in session.scalars(select(Device))}
    assert (phones["/old"].retired_why, phones["noor"].retired_at, phones["noor"].fail_count) == ("gone", None, 1)
    assert post.beep().next_push_at is not None, "the refused one is tried again"


@both_databases
def test_retry_after_is_obeyed_inside_the_window(post: Post, noors_phone: Device, due: Beep) -> None:
    post.gateway.answer(noors_phone.endpoint, Kind.BUSY, status=429, retry_after_s=300, times=1)
    post.dispatcher.run()
    assert post.beep().next_push_at == NOW + timedelta(minutes=5)
    post.clock.move(timedelta(minutes=5))
    assert post.dispatcher.run().accepted == 1


@both_databases
def test_a_participant_without_a_phone_is_written_down_and_a_phone_that_comes_later_gets_the_reminder(
    post: Post, due: Beep, database: Database, cast: Cast
) -> None:
    assert post.dispatcher.run().without_device == 1
    assert [(a.device_id, a.outcome) for a in post.attempts()] == [(NO_DEVICE, "no_device")]
    with database.transaction() as session:
        make_device(session, participant=cast.noor.participant)
    post.clock.move(timedelta(minutes=15))
    assert post.dispatcher.run().accepted == 1


@both_databases
def test_somebody_who_left_is_not_pushed(post: Post, noors_phone: Device, due: Beep, database: Database) -> None:
    with database.transaction() as session:
        session.get_one(Participant, due.participant_id).left_at = NOW
    post.dispatcher.run()
    assert post.gateway.sent == ()


@both_databases
def test_after_a_recovery_only_the_new_phone_is_pushed(
    post: Post, noors_phone: Device, due: Beep, database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        session.get_one(Participant, cast.noor.participant.id).recovered_at = NOW - timedelta(hours=1)
        new = make_device(session, participant=cast.noor.participant, endpoint="https://push.example/new")
        new.seen_at = NOW - timedelta(minutes=59)
    post.dispatcher.run()
    assert [sent.message.endpoint for sent in post.gateway.sent] == ["https://push.example/new"]


def test_a_challenge_has_no_reminder(post: Post, noors_phone: Device, database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        make_beep(session, participant=cast.noor.participant, slot=0, due_at=NOW, next_push_at=NOW, window_min=600)
    assert post.dispatcher.run().accepted == 1
    assert post.beep().next_push_at is None


def test_phones_that_nothing_reaches_for_two_weeks_are_retired(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        silent = make_device(session, participant=cast.noor.participant, created_at=NOW - timedelta(days=15))
        silent.fail_count = 10
        quiet = make_device(session, participant=cast.sam.participant, created_at=NOW - timedelta(days=15))
    with database.transaction() as session:
        assert retire_silent(session, now=NOW) == 1
    with database.reading() as session:
        assert session.get_one(Device, silent.id).retired_why == "silent"
        assert session.get_one(Device, quiet.id).retired_at is None


@pytest.mark.postgres
def test_four_claimers_take_each_of_400_beeps_once(database: Database) -> None:
    with database.transaction() as session:
        study = make_study(session)
        for _ in range(80):
            person = make_participant(session, study=study)
            for slot in range(1, 6):
                make_beep(session, participant=person, slot=slot, due_at=NOW, next_push_at=NOW)
    taken: list[tuple[object, int]] = []
    start = threading.Barrier(4)

    def claimer() -> None:
        start.wait()
        while True:
            with database.transaction() as session:
                claims = claim_due(session, now=NOW, lease=LEASE, limit=17)
            if not claims:
                return
            taken.extend((claim.participant_id, claim.slot) for claim in claims)

    threads = [threading.Thread(target=claimer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 400
