"""PUT /beeps/<id>/challenge"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from server.clock import SetClock
from server.db import Database
from server.diary.models import ChallengeOutcome
from server.people.models import Participant
from server.planning.models import Beep
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.factories import make_assignment, make_beep

DAY_ENDS = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)  # 21:00 in Amsterdam
MIDNIGHT = datetime(2026, 3, 4, 23, 0, tzinfo=UTC)


@pytest.fixture
def dare(database: Database, cast: Cast) -> Beep:
    """Noor's challenge of today: compliment, or one of two others."""
    with database.transaction() as session:
        noor = cast.noor.participant
        make_assignment(session, participant=noor, slug="compliment", alternatives=[("walk", 1), ("tea", 2)])
        return make_beep(session, participant=noor, slot=0, expires_at=DAY_ENDS, next_push_at=NOW)


def put(client: FlaskClient, beep: Beep, headers: dict[str, str], **said: Any) -> Any:
    body = {"outcome": "done", "slug": "compliment", "at": NOW.isoformat(), **said}
    return client.put(f"/api/v1/beeps/{beep.id}/challenge", json=body, headers=headers)


def stored(database: Database) -> list[tuple[str, str, int | None, int | None]]:
    with database.reading() as session:
        return [(row.outcome, row.slug, row.fun, row.helped) for row in session.scalars(select(ChallengeOutcome))]


@both_databases
def test_done_is_kept_with_how_it_was(client: FlaskClient, database: Database, cast: Cast, dare: Beep) -> None:
    answer = put(client, dare, cast.noor.headers, fun=80, helped=0)
    assert (answer.status_code, answer.get_json()) == (
        200,
        {"outcome": "done", "slug": "compliment", "fun": 80, "helped": 0},
    )
    assert stored(database) == [("done", "compliment", 80, 0)]
    with database.reading() as session:
        row = session.scalars(select(ChallengeOutcome)).one()
        assert (row.device_at, row.received_at) == (NOW, NOW)
        assert session.scalars(select(Beep.next_push_at)).one() is None


@both_databases
def test_a_mind_may_change_while_the_day_lasts(
    client: FlaskClient, database: Database, cast: Cast, dare: Beep, clock: SetClock
) -> None:
    put(client, dare, cast.noor.headers, outcome="skipped")
    clock.move(timedelta(hours=1))
    put(client, dare, cast.noor.headers, outcome="swapped", slug="tea", at=clock.now().isoformat())
    clock.move(timedelta(hours=1))
    put(client, dare, cast.noor.headers, outcome="done", slug="tea", fun=60, at=clock.now().isoformat())
    assert stored(database) == [("done", "tea", 60, None)]


@both_databases
def test_an_older_word_that_comes_late_does_not_win(
    client: FlaskClient, database: Database, cast: Cast, dare: Beep
) -> None:
    put(client, dare, cast.noor.headers, fun=90)
    earlier = (NOW - timedelta(hours=1)).isoformat()
    answer = put(client, dare, cast.noor.headers, outcome="skipped", at=earlier)
    assert (answer.status_code, answer.get_json()["outcome"]) == (200, "done")
    assert stored(database) == [("done", "compliment", 90, None)]


@both_databases
def test_the_same_word_eight_times_at_once_is_one(app: Flask, database: Database, cast: Cast, dare: Beep) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: put(app.test_client(), dare, cast.noor.headers, fun=50), range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert len(stored(database)) == 1


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (datetime(2026, 3, 4, 8, 30, tzinfo=UTC), 200),  # as it comes
        (datetime(2026, 3, 4, 7, 10, tzinfo=UTC), 200),  # she saw the card before its push
        (MIDNIGHT - timedelta(days=1), 200),
        (MIDNIGHT - timedelta(days=1, seconds=1), 409),
        (DAY_ENDS + timedelta(hours=1), 200),  # her day is over, the date is not
        (MIDNIGHT + timedelta(seconds=5), 200),
        (MIDNIGHT + timedelta(seconds=6), 410),
    ],
)
def test_the_date_is_its_window(
    client: FlaskClient, database: Database, cast: Cast, dare: Beep, clock: SetClock, at: datetime, status: int
) -> None:
    clock.set(MIDNIGHT + timedelta(days=3))  # sent much later, from a phone without signal
    answer = put(client, dare, cast.noor.headers, at=at.isoformat())
    assert answer.status_code == status
    assert len(stored(database)) == (status == 200)


def test_a_clock_may_run_only_a_little_ahead(client: FlaskClient, cast: Cast, dare: Beep) -> None:
    answer = put(client, dare, cast.noor.headers, at=(NOW + timedelta(minutes=6)).isoformat())
    assert (answer.status_code, answer.get_json()["code"]) == (422, "clock-ahead")


@pytest.mark.parametrize(("slug", "status"), [("compliment", 200), ("walk", 200), ("tea", 200), ("skydive", 422)])
def test_only_the_cards_of_the_day_count(client: FlaskClient, cast: Cast, dare: Beep, slug: str, status: int) -> None:
    answer = put(client, dare, cast.noor.headers, slug=slug)
    assert answer.status_code == status
    if status == 422:
        assert answer.get_json()["code"] == "challenge-not-offered"


@pytest.mark.parametrize("who", ["sam", "zoe"])
def test_nobody_speaks_for_noor(client: FlaskClient, database: Database, cast: Cast, dare: Beep, who: str) -> None:
    answer = put(client, dare, getattr(cast, who).headers)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "beep-unknown")
    assert stored(database) == []


def test_a_questionnaire_is_no_challenge(client: FlaskClient, database: Database, cast: Cast, dare: Beep) -> None:
    with database.transaction() as session:
        beep = make_beep(session, participant=cast.noor.participant, slot=2)
    assert put(client, beep, cast.noor.headers).get_json()["code"] == "beep-unknown"


def test_a_day_without_cards_offers_nothing(client: FlaskClient, database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        beep = make_beep(session, participant=cast.noor.participant, slot=0)
    assert put(client, beep, cast.noor.headers).get_json()["code"] == "challenge-not-offered"


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"outcome": "maybe"}, "outcome"),
        ({"fun": 101}, "fun"),
        ({"fun": "much"}, "fun"),
        ({"fun": True}, "fun"),
        ({"helped": -1}, "helped"),
        ({"outcome": "skipped", "fun": 10}, "fun"),
        ({"at": "2026-03-04T12:00:00"}, "at"),
        ({"slug": ""}, "slug"),
        ({"photo": "..."}, "photo"),
    ],
)
def test_a_shape_that_is_wrong_is_refused(
    client: FlaskClient, database: Database, cast: Cast, dare: Beep, said: dict[str, Any], where: str
) -> None:
    answer = put(client, dare, cast.noor.headers, **said)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")
    assert [error["where"] for error in answer.get_json()["errors"]] == [where]
    assert stored(database) == []


def test_a_challenge_needs_a_participant_who_is_still_in_the_study(
    client: FlaskClient, database: Database, cast: Cast, dare: Beep
) -> None:
    assert put(client, dare, {}).get_json()["code"] == "not-signed-in"
    with database.transaction() as session:
        session.get_one(Participant, cast.noor.participant.id).left_at = NOW
    assert put(client, dare, cast.noor.headers).get_json()["code"] == "left-study"
