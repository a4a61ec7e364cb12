"""Entries of one's own: GET /events/<uuid>/items and PUT /events/<uuid>/response"""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from prompts.presentation import present
from server.clock import SetClock
from server.content import instruments
from server.db import Database
from server.diary.events import MOST_A_DAY, order_seed
from server.diary.models import Response
from server.people.models import Participant
from server.planning.models import Beep, event_slot
from tests.answering import fill_in
from tests.cast import NOW, TODAY, Cast
from tests.databases import both_databases

EVENT = uuid.UUID("6f1c9a52-7f1e-4d0a-9b0e-2f2f6f0c1a01")


def make_entry(event: uuid.UUID, *, started_at: datetime = NOW, online: bool = True) -> dict[str, Any]:
    """A full entry of ``momentary.1``, in the server's order or, without signal, in the file's."""
    instrument = instruments()["momentary.1"]
    drawn = present(instrument, order_seed(event))
    order = drawn if online else tuple(item.id for item in instrument.items)
    given, shown = fill_in(instrument, order, {})
    return {
        "instrument": instrument.key,
        "started_at": started_at.isoformat(),
        "finished_at": (started_at + timedelta(minutes=2)).isoformat(),
        "answers": given,
        "shown": shown,
    }


def put(client: FlaskClient, event: uuid.UUID, body: dict[str, Any], headers: dict[str, str]) -> Any:
    return client.put(f"/api/v1/events/{event}/response", json=body, headers=headers)


def events_of(database: Database) -> list[Beep]:
    with database.reading() as session:
        found = list(session.scalars(select(Beep).where(Beep.kind == "event")))
        session.expunge_all()
        return found


@both_databases
def test_an_entry_of_ones_own_is_kept_with_a_beep_of_its_own(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    answer = put(client, EVENT, make_entry(EVENT), cast.noor.headers)
    assert answer.status_code == 201
    (beep,) = events_of(database)
    assert (beep.id, beep.slot, beep.local_date) == (EVENT, event_slot(EVENT), TODAY)
    assert (beep.due_at, beep.expires_at) == (NOW, NOW + timedelta(minutes=60))
    assert (beep.zone, beep.utc_offset_min, beep.protocol, beep.algorithm) == ("Europe/Amsterdam", 60, "grow-it.1", 0)
    assert (beep.next_push_at, beep.order_seed) == (None, order_seed(EVENT))
    with database.reading() as session:
        row = session.get_one(Response, (beep.participant_id, beep.local_date, beep.slot))
        assert row.measures["mood"] == 50.0


@both_databases
def test_the_same_entry_again_is_one_entry(client: FlaskClient, database: Database, cast: Cast) -> None:
    body = make_entry(EVENT)
    statuses = [put(client, EVENT, body, cast.noor.headers).status_code for _ in range(3)]
    assert statuses == [201, 200, 200]
    assert len(events_of(database)) == 1
    differs = put(client, EVENT, {**body, "app": "2"}, cast.noor.headers)
    assert (differs.status_code, differs.get_json()["code"]) == (409, "response-differs")


@both_databases
def test_eight_at_once_are_one_entry(app: Flask, database: Database, cast: Cast) -> None:
    body = make_entry(EVENT)
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(
            pool.map(lambda _: put(app.test_client(), EVENT, body, cast.noor.headers).status_code, range(8))
        )
    assert statuses == [200] * 7 + [201]
    assert len(events_of(database)) == 1


def test_an_entry_sent_again_after_a_journey_is_still_one(client: FlaskClient, database: Database, cast: Cast) -> None:
    body = make_entry(EVENT)
    put(client, EVENT, body, cast.noor.headers)
    with database.transaction() as session:
        session.get_one(Participant, cast.noor.participant.id).zone = "Pacific/Auckland"  # tomorrow there
    assert put(client, EVENT, body, cast.noor.headers).status_code == 200
    assert len(events_of(database)) == 1


def test_two_people_may_draw_the_same_uuid(client: FlaskClient, database: Database, cast: Cast) -> None:
    for member in (cast.noor, cast.sam, cast.zoe):
        assert put(client, EVENT, make_entry(EVENT), member.headers).status_code == 201
    assert {beep.participant_id for beep in events_of(database)} == {
        member.participant.id for member in (cast.noor, cast.sam, cast.zoe)
    }


def test_the_order_told_is_the_order_expected(client: FlaskClient, database: Database, cast: Cast) -> None:
    answer = client.get(f"/api/v1/events/{EVENT}/items?instrument=momentary.1", headers=cast.noor.headers)
    assert answer.get_json() == {
        "instrument": "momentary.1",
        "items": list(present(instruments()["momentary.1"], order_seed(EVENT))),
    }
    body = make_entry(EVENT)
    put(client, EVENT, body, cast.noor.headers)
    with database.reading() as session:
        assert session.scalars(select(Response.shown)).one() == body["shown"]


def test_without_signal_the_order_of_the_file_is_taken_as_shown(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    body = make_entry(EVENT, online=False)
    assert body["shown"] != make_entry(EVENT)["shown"]
    assert put(client, EVENT, body, cast.noor.headers).status_code == 201
    with database.reading() as session:
        assert session.scalars(select(Response.shown)).one() == body["shown"]


def test_what_ought_to_be_asked_is_still_expected(client: FlaskClient, database: Database, cast: Cast) -> None:
    body = make_entry(EVENT)
    body["shown"].remove("stress_now")
    del body["answers"]["stress_now"]
    answer = put(client, EVENT, body, cast.noor.headers)
    assert answer.get_json()["errors"][0]["where"] == "answers.stress_now"
    assert (answer.status_code, events_of(database)) == (422, [])


@pytest.mark.parametrize(
    ("finished", "status"),
    [(timedelta(0), 201), (timedelta(minutes=60, seconds=5), 201), (timedelta(minutes=61), 410)],
)
def test_an_entry_has_a_window_too(
    client: FlaskClient, cast: Cast, clock: SetClock, finished: timedelta, status: int
) -> None:
    clock.move(timedelta(hours=2))
    body = {**make_entry(EVENT), "finished_at": (NOW + finished).isoformat()}
    assert put(client, EVENT, body, cast.noor.headers).status_code == status


@pytest.mark.parametrize(
    ("started", "status"),
    [
        ("2026-03-01T23:59:00+01:00", 422),  # the day before she starts
        ("2026-03-02T00:00:00+01:00", 201),
        ("2026-03-22T23:50:00+01:00", 201),
        ("2026-03-23T00:00:00+01:00", 422),
    ],
)
def test_entries_belong_to_the_days_of_the_study(
    client: FlaskClient, cast: Cast, clock: SetClock, started: str, status: int
) -> None:
    clock.move(timedelta(days=30))
    answer = put(client, EVENT, make_entry(EVENT, started_at=datetime.fromisoformat(started)), cast.noor.headers)
    assert answer.status_code == status
    if status == 422:
        assert answer.get_json()["code"] == "outside-study"


@both_databases
def test_there_is_an_end_to_entries_in_one_day(app: Flask, database: Database, cast: Cast) -> None:
    names = [uuid.UUID(int=n, version=4) for n in range(MOST_A_DAY + 5)]
    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(
            pool.map(
                lambda n: put(app.test_client(), n, make_entry(n), cast.noor.headers).status_code,
                names,
            )
        )
    assert statuses == [201] * MOST_A_DAY + [429] * 5
    client = app.test_client()
    kept = events_of(database)[0].id
    assert put(client, kept, make_entry(kept), cast.noor.headers).status_code == 200  # a repeat is not one more
    yesterday = make_entry(EVENT, started_at=NOW - timedelta(days=1))
    assert put(client, EVENT, yesterday, cast.noor.headers).status_code == 201


@both_databases
def test_the_last_entry_of_a_day_may_come_many_times_at_once(app: Flask, database: Database, cast: Cast) -> None:
    for n in range(MOST_A_DAY - 1):
        name = uuid.UUID(int=n, version=4)
        put(app.test_client(), name, make_entry(name), cast.noor.headers)
    with ThreadPoolExecutor(8) as pool:
        body = make_entry(EVENT)
        statuses = sorted(
            pool.map(lambda _: put(app.test_client(), EVENT, body, cast.noor.headers).status_code, range(8))
        )
    assert statuses == [200] * 7 + [201]


def test_only_the_studys_own_questionnaires_are_offered(client: FlaskClient, cast: Cast) -> None:
    for key in ("fried.1", "momentary.2", "\x01"):
        asked = client.get(f"/api/v1/events/{EVENT}/items", query_string={"instrument": key}, headers=cast.noor.headers)
        sent = put(client, EVENT, {**make_entry(EVENT), "instrument": key}, cast.noor.headers)
        for answer in (asked, sent):
            assert (answer.status_code, answer.get_json()["code"]) == (422, "instrument-not-offered")


def test_an_entry_keeps_its_questionnaire(client: FlaskClient, cast: Cast) -> None:
    put(client, EVENT, make_entry(EVENT), cast.noor.headers)
    answer = put(client, EVENT, {**make_entry(EVENT), "instrument": "evening.1"}, cast.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "instrument-differs")


def test_entries_need_a_participant_who_is_still_in_the_study(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    path = f"/api/v1/events/{EVENT}/items?instrument=momentary.1"
    assert client.get(path).status_code == 401
    assert put(client, EVENT, make_entry(EVENT), {}).status_code == 401
    with database.transaction() as session:
        session.get_one(Participant, cast.noor.participant.id).left_at = NOW
    for answer in (
        client.get(path, headers=cast.noor.headers),
        put(client, EVENT, make_entry(EVENT), cast.noor.headers),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (403, "left-study")


def test_an_event_is_not_answered_as_a_beep(client: FlaskClient, cast: Cast) -> None:
    put(client, EVENT, make_entry(EVENT), cast.noor.headers)
    answer = client.put(f"/api/v1/beeps/{EVENT}/response", json=make_entry(EVENT), headers=cast.noor.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "beep-unknown")


PLACES = [
    # (told zone, told offset, kept zone)
    ("Europe/Amsterdam", 60, "Europe/Amsterdam"),
    ("Asia/Tokyo", 540, "Asia/Tokyo"),  # she travels; the beep is her study day's
    ("Asia/Tokyo", None, "Asia/Tokyo"),
    ("Mars/Olympus_Mons", 60, None),  # no such zone
    ("Europe/Amsterdam", 120, None),  # summer time in March: the two contradict each other
    (None, 120, None),
]


@pytest.mark.parametrize(("zone", "offset", "kept"), PLACES)
def test_a_place_that_cannot_be_true_is_not_kept_and_costs_no_answer(
    client: FlaskClient, database: Database, cast: Cast, zone: str | None, offset: int | None, kept: str | None
) -> None:
    body = make_entry(EVENT) | {"zone": zone, "utc_offset_min": offset}
    answers = [put(client, EVENT, body, cast.noor.headers) for _ in range(2)]
    assert [(answer.status_code, answer.get_json()["zone"]) for answer in answers] == [(201, kept), (200, kept)]
    with database.reading() as session:
        row = session.scalars(select(Response)).one()
        assert (row.zone, row.utc_offset_min) == (kept, offset)
    (beep,) = events_of(database)
    assert (beep.zone, beep.utc_offset_min) == ("Europe/Amsterdam", 60)
