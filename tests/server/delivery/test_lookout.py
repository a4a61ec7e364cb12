"""From which moment on a dispatcher looks at what is due; what is due is taken in test_dispatch.py."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from server.db import Database
from server.delivery.claims import Claim, claim_due
from server.delivery.lookout import LATELY, LOOK_AT_ALL_EVERY, Lookout
from server.planning.models import Beep
from tests.cast import NOW, Cast
from tests.factories import make_beep

LEASE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
CLAIM = Claim(
    participant_id=UUID(int=1), local_date=date(2026, 3, 4), slot=1, beep_id=UUID(int=2), kind="questionnaire",
    protocol="grow-it.1", rules=0, study_id=None, due_at=NOW, expires_at=NOW + timedelta(hours=1), order_seed=7,
    stage=0, tries=1, claimed_at=NOW, leased_until=NOW + LEASE, language="nl", phones=(), fell_due=NOW,
)  # fmt: skip


def due(*seconds_ago: float) -> list[Claim]:
    return [replace(CLAIM, fell_due=NOW - ago * SECOND) for ago in seconds_ago]


def test_the_first_claim_looks_at_everything_and_the_next_at_what_fell_due_lately() -> None:
    lookout = Lookout(batch=2)
    assert lookout.since(NOW) is None
    lookout.took(due(3), now=NOW)
    assert lookout.since(NOW + SECOND) == NOW + SECOND - LATELY


def test_everything_is_looked_at_once_a_minute_and_when_the_clock_was_put_back() -> None:
    lookout = Lookout(batch=2)
    lookout.took([], now=NOW)
    assert lookout.since(NOW + LOOK_AT_ALL_EVERY - SECOND) is not None
    assert lookout.since(NOW + LOOK_AT_ALL_EVERY) is None
    assert lookout.since(NOW - SECOND) is None


def test_a_full_batch_is_followed_from_the_last_that_it_took_with_all_of_that_very_moment() -> None:
    lookout = Lookout(batch=2)
    lookout.took(due(40, 30), now=NOW)
    since = lookout.since(NOW)
    assert since is not None
    assert NOW - 30 * SECOND - timedelta(milliseconds=1) < since < NOW - 30 * SECOND
    lookout.took(due(30), now=NOW)
    assert lookout.since(NOW) == NOW - LATELY, "that was the last of them"


def test_full_batches_of_more_than_a_minute_do_not_keep_it_from_looking_at_everything() -> None:
    lookout = Lookout(batch=1)
    lookout.took(due(7_200), now=NOW)
    assert lookout.since(NOW + SECOND) is not None
    assert lookout.since(NOW + LOOK_AT_ALL_EVERY) is None


def test_a_database_that_does_not_tell_when_they_fell_due_is_asked_for_everything_until_a_batch_is_not_full() -> None:
    silent = [replace(CLAIM, fell_due=None)]
    lookout = Lookout(batch=1)
    lookout.took(silent, now=NOW)
    assert lookout.since(NOW) is None
    lookout.took([], now=NOW)
    assert lookout.since(NOW) == NOW - LATELY


@pytest.mark.postgres
def test_batch_after_batch_takes_all_that_fell_due_at_one_moment(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        for slot in range(1, 6):
            make_beep(session, participant=cast.noor.participant, slot=slot, due_at=NOW, next_push_at=NOW)
    lookout, taken = Lookout(batch=2), []
    for _ in range(3):
        with database.transaction() as session:
            claims = claim_due(session, now=NOW, lease=LEASE, limit=2, since=lookout.since(NOW))
        assert {claim.fell_due for claim in claims} == {NOW}
        lookout.took(claims, now=NOW)
        taken += [claim.slot for claim in claims]
    assert sorted(taken) == [1, 2, 3, 4, 5]


@pytest.mark.postgres
def test_a_beep_that_a_receipt_is_being_written_about_is_claimed_all_the_same(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        make_beep(session, participant=cast.noor.participant, due_at=NOW, next_push_at=NOW)
    with database.transaction() as receipt:
        # What the database does for whatever refers to a beep.
        receipt.execute(select(Beep.slot).with_for_update(read=True, key_share=True)).all()
        with database.transaction() as session:
            assert len(claim_due(session, now=NOW, lease=LEASE, limit=10)) == 1
