"""The short way of an answer, beside the long way through Flask."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from server.context import Context
from server.db import Database
from server.diary.express import Express
from server.diary.models import Response
from server.people.auth import COOKIE
from server.planning.models import Beep
from tests.answering import make_body
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.factories import make_beep

KIND = {"Content-Type": "application/json"}
LONG = "?by=flask"  # a question mark is odd enough


@pytest.fixture
def beeps(database: Database, cast: Cast) -> list[Beep]:
    """Three of Noor's, the last long over."""
    with database.transaction() as session:
        person, due = cast.noor.participant, NOW - timedelta(minutes=10)
        open_now = [make_beep(session, participant=person, due_at=due, slot=slot) for slot in (1, 2)]
        over = make_beep(session, participant=person, due_at=NOW - timedelta(hours=9), slot=3)
    return [*open_now, over]


def send(client: FlaskClient, beep: Beep, way: str, body: Any, headers: dict[str, str]) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return client.put(f"/api/v1/beeps/{beep.id}/response{way}", data=raw, headers=KIND | headers)


@both_databases
def test_both_ways_say_the_same_to_the_last_header(client: FlaskClient, cast: Cast, beeps: list[Beep]) -> None:
    told: list[list[Any]] = []
    for way, beep in (("", beeps[0]), (LONG, beeps[1])):
        good, other, over = make_body(beep), make_body(beep, slider=1), make_body(beeps[2], finished_at=NOW)
        noor, sam = cast.noor.headers, cast.sam.headers
        cases = [
            send(client, beep, way, good, noor | {"Sec-Fetch-Site": "cross-site"}),
            send(client, beep, way, good, noor | {"Origin": "https://elsewhere.example"}),
            send(client, beep, way, good, noor | {"Content-Type": "text/plain"}),
            send(client, beep, way, good, noor | {"Content-Encoding": "gzip"}),
            send(client, beep, way, good, {}),
            send(client, beep, way, good, {"Authorization": "Bearer nobody"}),
            send(client, beep, way, good, {"Authorization": "Basic eDp5"}),
            send(client, beep, way, good, sam),
            send(client, beep, way, b"{", noor),
            send(client, beep, way, json.dumps(good | {"app": "\0"}).encode(), noor),
            send(client, beep, way, good | {"instrument": "morning.1"}, noor),
            send(client, beep, way, good | {"answers": {}}, noor),
            send(client, beep, way, b" " * 2_000_000, noor),
            send(client, beeps[2], way, over, noor),
            send(client, beep, way, good, noor),
            send(client, beep, way, good, noor),
            send(client, beep, way, other, noor),
        ]
        told.append([(case.status, sorted(case.headers.items()), case.get_data()) for case in cases])
    statuses = [int(case[0][:3]) for case in told[0]]
    assert statuses == [403, 403, 415, 415, 401, 401, 401, 404, 400, 400, 422, 422, 413, 410, 201, 200, 409]
    assert told[0] == told[1]


def turned_over(environ: Any, start_response: Any) -> Iterable[bytes]:
    """What stands for Flask: it has read what it was given."""
    start_response("299 Turned Over", [])
    return [environ["wsgi.input"].read()]


@pytest.fixture
def alone(app: Flask, context: Context) -> Client:
    """The short way with nothing but `turned_over` behind it."""
    short = Express(turned_over, find_context=lambda: context, cookie=COOKIE, count=lambda status: None)
    return Client(short, use_cookies=False)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 201),
        ({"Origin": "null"}, 299),
        ({"Sec-Fetch-Site": "same-site"}, 299),
        ({"Content-Type": "application/json; charset=utf-8"}, 299),
        ({"Transfer-Encoding": "chunked"}, 299),
    ],
)
def test_what_is_plainly_an_answer_never_reaches_flask_and_the_odd_reaches_it_unread(
    alone: Client, database: Database, cast: Cast, beeps: list[Beep], headers: dict[str, str], status: int
) -> None:
    token = cast.noor.headers["Authorization"].removeprefix("Bearer ")
    raw = json.dumps(make_body(beeps[0])).encode()
    sent = KIND | {"Cookie": f"a=b; {COOKIE}={token}"} | headers
    answer = alone.put(f"/api/v1/beeps/{beeps[0].id}/response", data=raw, headers=sent)
    assert answer.status_code == status
    with database.reading() as session:
        kept = session.get(Response, (beeps[0].participant_id, beeps[0].local_date, beeps[0].slot))
    assert (kept is not None) == (status == 201)
    if status == 299:
        assert answer.get_data() == raw


@pytest.mark.parametrize("length", ["", "0", "-1", "²", "9" * 7, "9" * 5000, "one more"])
def test_an_answer_of_another_length_than_it_says_is_left_to_flask(
    alone: Client, cast: Cast, beeps: list[Beep], length: str
) -> None:
    raw = json.dumps(make_body(beeps[0])).encode()
    path = f"/api/v1/beeps/{beeps[0].id}/response"
    builder = EnvironBuilder(path, method="PUT", data=raw, headers=[*(cast.noor.headers | KIND).items()])
    environ = builder.get_environ() | {"CONTENT_LENGTH": length.replace("one more", str(len(raw) + 1))}
    _body, status, _headers = run_wsgi_app(alone.application, environ)
    assert status == "299 Turned Over"


def test_answers_of_the_short_way_are_counted(
    app: Flask, client: FlaskClient, database: Database, cast: Cast, beeps: list[Beep], context: Context
) -> None:
    seen: list[int] = []
    short = Client(Express(turned_over, find_context=lambda: context, cookie=COOKIE, count=seen.append))
    for _ in range(2):
        short.put(f"/api/v1/beeps/{beeps[0].id}/response", json=make_body(beeps[0]), headers=cast.noor.headers)
    assert seen == [201, 200]
