"""A small life with words planted in it, and every way out searched for them: nothing is where it does not belong.

Planted: an answer in her own words, her parent's address, her phone's push endpoint, her token and recovery code. Where
each belongs is said in `BELONGS`; anywhere else it is a leak.
"""

import dataclasses
import io
import logging
import random
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from datetime import timedelta

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from server.audit.models import AuditEntry
from server.clock import SetClock
from server.consent.mail_round import send_mails
from server.context import Context, bind
from server.db import Database
from server.delivery.dispatch import Dispatcher
from server.delivery.gateway import BlockingGateway, Kind, RecordingGateway
from server.log import set_up_logging
from server.mail.console import RecordingMailer
from server.planning.models import Beep
from tests.answering import make_body
from tests.architecture.test_routes import DECLARED
from tests.cast import NOW, Cast
from tests.factories import make_beep
from tests.security.test_forms import address
from tests.server.delivery.push_service import Phone
from tests.server.desk.desk import sign_in
from tests.young import URL, Young, ask_parents, join_young, say_yes

ANSWER = "kanarie-antwoord-7c41"
MAIL = "kanarie-ouder-7c42@home.example"
ENDPOINT = "https://fcm.googleapis.com/fcm/send/kanarie-endpoint-7c43"
METRICS = "a-token-of-the-tests"
WAYS = ("log", "desk", "errors", "push", "mail", "metrics", "audit", "open pages", "other people")
BELONGS = {"mail": {"address"}}  # the envelope needs it


@dataclasses.dataclass(kw_only=True)
class Life:
    """What came out, way by way."""

    out: dict[str, list[str]]
    noor: Young

    def planted(self) -> dict[str, str]:
        return {
            "answer": ANSWER,
            "address": MAIL.split("@")[0],
            "endpoint": "kanarie-endpoint-7c43",
            "token": self.noor.headers["Authorization"].removeprefix("Bearer "),
            "recovery code": self.noor.recovery_code,
            "recovery code, typed": self.noor.recovery_code.replace("-", ""),
        }


@contextmanager
def everything_logged() -> Iterator[io.StringIO]:
    """As the program logs, at its most talkative, libraries and all."""
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    root = logging.getLogger()
    before = root.level
    _forget_streams()
    with redirect_stderr(log):
        set_up_logging(level="debug", form="json")
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        try:
            yield log
        finally:
            root.removeHandler(handler)
            root.setLevel(before)
            structlog.reset_defaults()
            _forget_streams()


def _forget_streams() -> None:
    """Loggers keep the stream of their first line; those of other tests are to write here, and ours nowhere later."""
    for name, module in list(sys.modules.items()):
        logger = getattr(module, "log", None) if name.startswith("server.") else None
        if isinstance(logger, structlog._config.BoundLoggerLazyProxy):
            vars(logger).pop("bind", None)


@pytest.fixture
def life(app: Flask, context: Context, database: Database, client: FlaskClient, cast: Cast, clock: SetClock) -> Life:
    """Join, a parent's yes, a phone, a push, an answer, mistakes, breaks; and everybody of the desk looks around."""
    bind(app, dataclasses.replace(context, settings=dataclasses.replace(context.settings, metrics_token=METRICS)))
    out: dict[str, list[str]] = {way: [] for way in WAYS}
    with everything_logged() as log:
        noor = _join(client, database, cast, clock, out)
        beep = _is_asked(client, database, clock, noor, out)
        _answers(client, noor, beep, out)
        _mistakes(client, noor, beep, out)
        _looking_around(app, database, cast, noor, beep, out)
        _others(client, cast, out)
        _breaks(client, database, noor, beep, out)
        out["log"].append(log.getvalue())
    return Life(out=out, noor=noor)


def test_the_canary_is_nowhere_it_does_not_belong(life: Life, database: Database) -> None:
    _every_way_was_looked_at(life)
    _the_database_keeps_nothing_that_opens(life, database)
    leaks = [
        f"{name} in {way}"
        for way, texts in life.out.items()
        for name, word in life.planted().items()
        if name not in BELONGS.get(way, set()) and any(word in said for said in texts)
    ]
    assert leaks == []


def _every_way_was_looked_at(life: Life) -> None:
    assert [way for way in WAYS if not any(life.out[way])] == []
    assert len(life.out["desk"]) > 100
    assert '"action": "request.broke"' in "".join(life.out["log"])
    assert any(MAIL in said for said in life.out["mail"])


def _the_database_keeps_nothing_that_opens(life: Life, database: Database) -> None:
    with database.reading() as session:
        rows = [
            repr(tuple(row))
            for table in session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
            for row in session.execute(text(f'SELECT * FROM "{table}"'))  # noqa: S608  names of our own tables
        ]
    kept = "\n".join(rows)
    planted = life.planted()
    assert planted["answer"] in kept
    assert planted["endpoint"] in kept
    for name in ("address", "token", "recovery code", "recovery code, typed"):
        assert planted[name] not in kept, name


def _join(client: FlaskClient, database: Database, cast: Cast, clock: SetClock, out: dict[str, list[str]]) -> Young:
    ask_parents(database, cast, 1)
    noor = join_young(client, database, cast)
    assert noor.invite(MAIL).status_code == 200
    mailer = RecordingMailer()
    send_mails(database, mailer, clock, public_url=URL)
    (mail,) = mailer.sent
    out["mail"] += [f"{mail.to} {mail.subject} {mail.text}"]
    (path,) = re.findall(rf"{re.escape(URL)}(/parent/\S+)", mail.text)
    out["open pages"].append(client.get(str(path)).text)
    out["open pages"].append(say_yes(client, str(path)).text)
    return noor


def _is_asked(client: FlaskClient, database: Database, clock: SetClock, noor: Young, out: dict[str, list[str]]) -> Beep:
    phone = Phone()
    body = {"endpoint": ENDPOINT, "keys": {"p256dh": phone.p256dh, "auth": phone.auth}}
    assert client.put("/api/v1/devices", json=body, headers=noor.headers).status_code == 201
    with database.transaction() as session:
        from server.people.models import Participant

        person = session.get_one(Participant, noor.id)
        beep = make_beep(
            session, participant=person, slot=5, instrument="evening.1", due_at=NOW, next_push_at=NOW, window_min=180
        )
    gateway = RecordingGateway()
    gateway.answer(ENDPOINT, Kind.UNREACHABLE)
    blocking = BlockingGateway(gateway)
    dispatcher = Dispatcher(
        database=database,
        gateway=blocking,
        clock=clock,
        public_url=URL,
        lease=timedelta(seconds=60),
        batch=10,
        rng=random.Random(1),
    )
    try:
        dispatcher.round()
    finally:
        blocking.close()
    assert gateway.sent
    out["push"] += [sent.message.payload.decode() for sent in gateway.sent]
    return beep


def _answers(client: FlaskClient, noor: Young, beep: Beep, out: dict[str, list[str]]) -> None:
    body = make_body(beep, finished_at=NOW, answers={"day_best": ANSWER})
    answer = client.put(f"/api/v1/beeps/{beep.id}/response", json=body, headers=noor.headers)
    assert answer.status_code == 201, answer.text
    out["errors"].append(answer.text)


def _mistakes(client: FlaskClient, noor: Young, beep: Beep, out: dict[str, list[str]]) -> None:
    body = make_body(beep, finished_at=NOW, answers={"day_best": ANSWER})
    wrong = [
        {**body, "answers": {**body["answers"], "day_best": [ANSWER]}},
        {**body, "answers": {**body["answers"], ANSWER: 1}},
        {**body, "instrument": ANSWER},
        {**body, "skipped": [ANSWER]},
        {**body, "finished_at": ANSWER},
    ]
    for one in wrong:
        answer = client.put(f"/api/v1/beeps/{beep.id}/response", json=one, headers=noor.headers)
        assert 400 <= answer.status_code < 500
        out["errors"].append(
            answer.text.replace(f"answers.{ANSWER}", "")
        )  # a field's own name comes back to its sender
    for path in ("/devices/test", "/devices/test/seen"):
        out["errors"].append(
            client.post(f"/api/v1{path}", json={"endpoint": f"{ENDPOINT}x"}, headers=noor.headers).text
        )
    out["errors"].append(client.post("/api/v1/recover", json={"recovery_code": noor.recovery_code[:-1] + "0"}).text)
    out["errors"].append(noor.invite(f"{MAIL}@@").text.replace(MAIL, ""))


def _looking_around(
    app: Flask, database: Database, cast: Cast, noor: Young, beep: Beep, out: dict[str, list[str]]
) -> None:
    """Everybody of the desk opens every page there is, with her code where a code is asked for."""
    for name, role in (("Cleo", "coordinator"), ("Rena", "researcher"), ("Olga", "owner"), ("Ada", None)):
        desk = sign_in(app, database, name, roles={cast.study: role} if role else {}, administrator=role is None)
        for one in DECLARED.values():
            if one.method == "GET" and one.rule.startswith(("/desk", "/api/v1/desk")):
                path = address(one.rule.replace("<code>", noor.code if "/people/" in one.rule else cast.join_code.code))
                out["desk"].append(desk.get(path).get_data(as_text=True))
        page = desk.post(f"/desk/studies/garden/people/{noor.code}/notice", notice="nonsense")
        out["desk"].append(page.get_data(as_text=True))
    with database.reading() as session:
        out["audit"] += [repr(vars(entry)) for entry in session.scalars(select(AuditEntry))] or ["empty"]
    client = app.test_client(use_cookies=False)
    out["metrics"].append(client.get("/metrics", headers={"Authorization": f"Bearer {METRICS}"}).text)
    out["metrics"] += [client.get(path).text for path in ("/readyz", "/healthz")]
    out["open pages"] += [client.get(path).text for path in ("/api/v1/openapi.json", "/api/v1/docs", "/api/v1/help")]


def _others(client: FlaskClient, cast: Cast, out: dict[str, list[str]]) -> None:
    for member in (cast.sam, cast.zoe):
        for one in DECLARED.values():
            if one.method == "GET" and one.who == "participant" and "<" not in one.rule:
                out["other people"].append(client.get(one.rule, headers=member.headers).get_data(as_text=True))


def _breaks(client: FlaskClient, database: Database, noor: Young, beep: Beep, out: dict[str, list[str]]) -> None:
    """The database is pulled away under her answer: the exception quotes it, and must not get out."""
    with database.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE response RENAME TO response_away")
    body = make_body(beep, finished_at=NOW, answers={"day_best": ANSWER})
    answer = client.put(f"/api/v1/beeps/{beep.id}/response", json=body, headers=noor.headers)
    assert answer.status_code == 500
    out["errors"].append(answer.text)
    with database.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE response_away RENAME TO response")
