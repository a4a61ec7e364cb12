"""Marks are put where only she may read them; then everything that leaves, is logged or is kept is searched for them.

An address of the network and the browser's own name are such marks too: they come with every request, and nothing may
keep them.
"""

import json
import logging
import re
import socket
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from server.clock import SetClock
from server.db import Database
from server.mail.port import Message
from server.people.models import Participant
from tests.answering import make_body
from tests.cast import NOW, Cast
from tests.factories import make_beep
from tests.server.desk.desk import Desk, sign_in
from tests.young import ask_parents, join_young, path_in, post_round, say_yes

ADDRESS = "203.0.113.77"
BROWSER = "Mozilla/5.0 (canary-device-4471) Firefox/131.0"
DIARY, PARENT, NICKNAME_TRY = "canary-diary-9917", "canary.parent.5521@home.example", "canary-name-6633"
PAGES = ("board", "people", "consent", "safety", "codes", "settings", "staff", "log", "challenges", "rules")


@dataclass(kw_only=True)
class Lived:
    """What a fourteen-year-old, her parent and a coordinator left behind. ``said`` is what requests were answered."""

    young: Any
    cleo: Desk
    mails: list[Message] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    logs: list[Any] = field(default_factory=list)


def _tell(lived: Lived, answer: TestResponse) -> TestResponse:
    lived.said.append(answer.get_data(as_text=True))
    return answer


@pytest.fixture
def lived(app: Flask, database: Database, cast: Cast, clock: SetClock, caplog: pytest.LogCaptureFixture) -> Lived:
    """Joining, a parent's yes by mail, an answer with a text, mistakes, refusals, a look round the desk."""
    app.testing = False  # errors become answers, as for everybody
    client = app.test_client(use_cookies=False)
    client.environ_base |= {"REMOTE_ADDR": ADDRESS, "HTTP_USER_AGENT": BROWSER}
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        ask_parents(database, cast, 1)
        young = join_young(client, database, cast)
        made = Lived(young=young, cleo=sign_in(app, database, roles={cast.study: "owner"}), logs=logs)
        made.cleo.client.environ_base |= {"REMOTE_ADDR": ADDRESS, "HTTP_USER_AGENT": BROWSER}
        assert young.invite(PARENT).status_code == 200
        made.mails += post_round(database, clock)
        assert say_yes(client, path_in(made.mails[0])).status_code == 200
        made.mails += post_round(database, clock)
        _answer_and_blunder(client, database, made)
        for page in PAGES:
            assert _tell(made, made.cleo.get(f"/desk/studies/garden/{page}")).status_code == 200, page
        _tell(made, made.cleo.get(f"/desk/studies/garden/people/{young.code}"))
        _tell(made, made.cleo.post("/desk/sign-in", mail="nobody@kiem.example", password=DIARY, code="000000"))
    made.logs += [record.getMessage() for record in caplog.records]
    app.testing = True
    return made


def _answer_and_blunder(client: FlaskClient, database: Database, made: Lived) -> None:
    young = made.young
    with database.transaction() as session:
        person = session.get_one(Participant, young.id)
        beep = make_beep(session, participant=person, due_at=NOW - timedelta(minutes=10), instrument="evening.1")
        beep_id = beep.id
    body = make_body(beep, finished_at=NOW - timedelta(minutes=5), answers={"day_best": DIARY})
    url = f"/api/v1/beeps/{beep_id}/response"
    assert client.put(url, json=body, headers=young.headers).status_code == 201
    for wrong in (
        {**body, "answers": {**body["answers"], "day_best": DIARY, "day_sat": "no number"}},
        {**body, "answers": {**body["answers"], "day_best": f"{DIARY} and more"}},
        {**body, "finished_at": DIARY},
        {**body, DIARY: 1},
    ):
        answer = client.put(url, json=wrong, headers=young.headers)
        assert answer.status_code in (409, 422), answer.text
        made.said.append(json.dumps({**answer.get_json(), "errors": []}))
    for method, path, sent in (
        ("PUT", "/api/v1/me/nickname", {"word": NICKNAME_TRY}),
        ("POST", "/api/v1/me/confirm", {"recovery_code": DIARY}),
        ("POST", "/api/v1/join", {"code": DIARY, "language": "nl", "zone": "Europe/Amsterdam"}),
        ("GET", f"/parent/{DIARY}", None),
    ):
        answer = client.open(path, method=method, json=sent, headers=young.headers)
        assert 400 <= answer.status_code < 500, (path, answer.text)


def test_no_log_line_has_an_answer_an_address_or_a_browser(lived: Lived) -> None:
    written = "\n".join(map(repr, lived.logs))
    for mark in (DIARY, PARENT, NICKNAME_TRY, ADDRESS, "canary-device", lived.young.code, lived.young.recovery_code):
        assert mark not in written


def test_no_page_of_the_desk_and_no_error_repeats_an_answer_or_a_parents_address(lived: Lived) -> None:
    said = "\n".join(lived.said)
    for mark in (DIARY, PARENT, ADDRESS, "canary-device"):
        assert mark not in said


def test_mails_have_neither_her_answers_nor_who_she_is(lived: Lived) -> None:
    assert len(lived.mails) == 2
    for mail in lived.mails:
        for mark in (DIARY, ADDRESS, lived.young.code, str(lived.young.id)):
            assert mark not in mail.subject + mail.text


def test_the_database_keeps_no_address_of_the_network_and_no_browsers_name(lived: Lived, database: Database) -> None:
    path = Path(str(database.engine.url.database))
    kept = b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    assert DIARY.encode() in kept  # the search can find what is there
    for mark in (ADDRESS.encode(), socket.inet_aton(ADDRESS), b"canary-device", b"Mozilla", PARENT.encode()):
        assert mark not in kept


def test_an_answer_is_never_kept_beside_an_address_whatever_a_new_table_brings() -> None:
    """Columns are looked at by name: one for an address or a browser would be noticed here."""
    from server.models import Base

    suspicious = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.c
        if re.search(r"(^|_)(addr|address|ip|agent|remote|host)(_|$)", column.name)
    ]
    assert suspicious == []
    assert [f"{table.name}" for table in Base.metadata.tables.values() if "browser" in table.c] == ["staff_session"]
