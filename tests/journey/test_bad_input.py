"""Bad input of every kind: a clear error with a stable code, and not a row changed."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from prompts.catalogue import load_instruments, load_protocols
from prompts.yaml_reader import ContentErrors
from server.config import Settings
from server.db import Database
from server.exchange.commands import run_import
from server.models import Base
from server.monitoring.models import Counter
from server.planning.models import Beep
from tests.answering import make_body
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.factories import make_assignment, make_beep, make_challenge, make_token
from tests.recordings import MAPPING, make_line, write_csv

Rows = dict[str, list[tuple[Any, ...]]]


def every_row(database: Database) -> Rows:
    """Everything that is stored, but for the counts of requests, which are written down every few seconds."""
    with database.reading() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table is not Counter.__table__
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """Noor with an open beep and a challenge, Sam with an open beep, and a token of Noor's whose time is over."""

    client: FlaskClient
    cast: Cast
    noors: Beep
    sams: Beep
    dare: Beep
    expired: str

    def answer(self, **changes: Any) -> dict[str, Any]:
        return make_body(self.noors, finished_at=NOW, **changes)


@pytest.fixture
def scene(client: FlaskClient, database: Database, cast: Cast) -> Scene:
    started = NOW - timedelta(minutes=10)
    with database.transaction() as session:
        noor = cast.noor.participant
        make_challenge(session, slug="compliment")
        make_assignment(session, participant=noor, slug="compliment")
        return Scene(
            client=client,
            cast=cast,
            noors=make_beep(session, participant=noor, due_at=started),
            sams=make_beep(session, participant=cast.sam.participant, due_at=started),
            dare=make_beep(session, participant=noor, slot=0, due_at=started, window_min=600),
            expired=make_token(session, noor, expires_at=NOW),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Bad:
    """One request that must be refused: ``send`` what, as whom (Noor unless told), and what must come back."""

    name: str
    path: Callable[[Scene], str] = lambda scene: f"/beeps/{scene.noors.id}/response"
    method: str = "PUT"
    send: Callable[[Scene], Any]
    token: Callable[[Scene], str | None] = lambda scene: scene.cast.noor.token
    content_type: str = "application/json"
    status: int
    code: str
    error: str = ""  # the code of one of the errors inside


def raw(text: bytes) -> Callable[[Scene], bytes]:
    return lambda _: text


def with_answers(**answers: Any) -> Callable[[Scene], dict[str, Any]]:
    def send(scene: Scene) -> dict[str, Any]:
        body = scene.answer()
        return body | {"answers": body["answers"] | answers}

    return send


INVALID = {"status": 422, "code": "answers-invalid"}
TABLE = (
    Bad(name="slider above 100", send=with_answers(pa_cheerful=101), **INVALID, error="out_of_range"),
    Bad(name="slider below 0", send=with_answers(pa_cheerful=-1), **INVALID, error="out_of_range"),
    Bad(name="slider of words", send=with_answers(pa_cheerful="80"), **INVALID, error="wrong_type"),
    Bad(name="unknown item", send=with_answers(favourite_colour="red"), **INVALID, error="unknown_item"),
    Bad(name="item of another questionnaire", send=with_answers(sl_bed="22:00"), **INVALID, error="unknown_item"),
    Bad(name="unknown option", send=with_answers(ctx_company=["ghosts"]), **INVALID, error="not_an_option"),
    Bad(
        name="another questionnaire",
        send=lambda scene: scene.answer() | {"instrument": "evening.1"},
        status=422,
        code="instrument-differs",
    ),
    Bad(
        name="another participant's beep",
        path=lambda scene: f"/beeps/{scene.sams.id}/response",
        send=lambda scene: make_body(scene.sams, finished_at=NOW),
        status=404,
        code="beep-unknown",
    ),
    Bad(
        name="a look at another participant's beep",
        method="GET",
        path=lambda scene: f"/beeps/{scene.sams.id}",
        send=raw(b""),
        status=404,
        code="beep-unknown",
    ),
    Bad(
        name="a beep that nobody has",
        path=lambda _: "/beeps/6f1c2d3e-0000-4000-8000-000000000000/response",
        send=lambda scene: scene.answer(),
        status=404,
        code="beep-unknown",
    ),
    Bad(
        name="a beep id that is none",
        path=lambda _: "/beeps/1/response",
        send=lambda scene: scene.answer(),
        status=404,
        code="not-found",
    ),
    Bad(
        name="outside the window",
        send=lambda scene: make_body(scene.noors, finished_at=scene.noors.due_at - timedelta(minutes=1)),
        status=409,
        code="beep-not-yet",
    ),
    Bad(
        name="from the future",
        send=lambda scene: make_body(scene.noors, finished_at=NOW + timedelta(minutes=20)),
        status=422,
        code="clock-ahead",
    ),
    Bad(
        name="expired token",
        send=lambda scene: scene.answer(),
        token=lambda scene: scene.expired,
        status=401,
        code="session-expired",
    ),
    Bad(
        name="unknown token",
        send=lambda scene: scene.answer(),
        token=lambda _: "no-such-token",
        status=401,
        code="not-signed-in",
    ),
    Bad(name="no token", send=lambda scene: scene.answer(), token=lambda _: None, status=401, code="not-signed-in"),
    Bad(name="garbage instead of JSON", send=raw(b"{answers: nope"), status=400, code="bad-request"),
    Bad(name="bytes that are no text", send=raw(b'{"instrument": "\xff\xfe"}'), status=400, code="bad-request"),
    Bad(name="nothing at all", send=raw(b""), status=422, code="invalid"),
    Bad(name="a list instead of an object", send=raw(b"[1, 2]"), status=422, code="invalid"),
    Bad(name="a body without its fields", send=raw(b"{}"), status=422, code="invalid"),
    Bad(
        name="an unknown field",
        send=lambda scene: scene.answer() | {"score": 100},
        status=422,
        code="invalid",
    ),
    Bad(
        name="times without their zone",
        send=lambda scene: scene.answer() | {"finished_at": "2026-03-04T12:00:00"},
        status=422,
        code="invalid",
    ),
    Bad(name="a body beyond measure", send=raw(b'"' + b"x" * 300_000 + b'"'), status=413, code="too-large"),
    Bad(
        name="a challenge that was never offered",
        path=lambda scene: f"/beeps/{scene.dare.id}/challenge",
        send=lambda _: {"outcome": "done", "slug": "bungee", "at": NOW.isoformat()},
        status=422,
        code="challenge-not-offered",
    ),
    Bad(
        name="a phone at an address of our own",
        path=lambda _: "/devices",
        send=lambda _: {
            "endpoint": "https://127.0.0.1/push",
            "keys": {"p256dh": "x", "auth": "y"},
            "platform": "android",
            "standalone": True,
        },
        status=422,
        code="subscription-refused",
    ),
    Bad(
        name="a day into which nothing fits",
        method="PATCH",
        path=lambda _: "/me",
        send=lambda _: {
            "rhythm": {
                day: {"start": "09:00", "end": "10:00", "quiet": [["09:00", "10:00"]]} for day in ("school", "free")
            }
            | {"school_days": [1]}
        },
        status=422,
        code="rhythm-infeasible",
    ),
    Bad(
        name="a zone that is none",
        method="PATCH",
        path=lambda _: "/me",
        send=lambda _: {"zone": "Mars/Olympus"},
        status=422,
        code="zone-unknown",
    ),
    Bad(
        name="a word the API does not know",
        method="POST",
        path=lambda _: "/no/such/thing",
        send=lambda _: {},
        status=404,
        code="not-found",
    ),
    Bad(
        name="a method the address does not take",
        method="DELETE",
        path=lambda _: "/today",
        send=raw(b""),
        status=405,
        code="method-not-allowed",
    ),
)


@both_databases
def test_every_bad_request_is_a_clear_problem_and_changes_nothing(scene: Scene, database: Database) -> None:
    before = every_row(database)
    found, expected = {}, {}
    for bad in TABLE:
        sent, token = bad.send(scene), bad.token(scene)
        reply = scene.client.open(
            "/api/v1" + bad.path(scene),
            method=bad.method,
            data=sent if isinstance(sent, bytes) else json.dumps(sent),
            content_type=bad.content_type,
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )
        problem = reply.get_json(force=True)
        inside = {error["code"] for error in problem.get("errors", ())}
        found[bad.name] = (reply.status_code, problem["code"], bad.error if bad.error in inside else inside)
        expected[bad.name] = (bad.status, bad.code, bad.error or inside)
        assert reply.mimetype == "application/problem+json", bad.name
        assert problem["type"] == f"urn:kiem:problem:{problem['code']}"
        assert problem.get("detail"), bad.name
        assert "Traceback" not in reply.text
        assert "SELECT" not in reply.text
    assert found == expected
    assert every_row(database) == before


@both_databases
def test_a_good_answer_is_still_taken_after_all_that(scene: Scene, database: Database) -> None:
    reply = scene.client.put(
        f"/api/v1/beeps/{scene.noors.id}/response", json=scene.answer(), headers=scene.cast.noor.headers
    )
    assert reply.status_code == 201, reply.json
    assert len(every_row(database)["response"]) == 1


@pytest.mark.parametrize(
    ("load", "name", "text", "errors"),
    [
        (load_instruments, "mood.1.yaml", "id: mood\nversion: [1\n", ["mood.1.yaml:3: file: is not YAML"]),
        (
            load_protocols,
            "odd.1.yaml",
            "id: odd\nversion: 1\ndays: many\n",
            ["odd.1.yaml:1: title", "odd.1.yaml:3: days"],
        ),
    ],
)
def test_broken_yaml_is_named_by_file_line_and_field(
    tmp_path: Path, load: Callable[[Path], object], name: str, text: str, errors: list[str]
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ContentErrors) as caught:
        load(tmp_path)
    told = str(caught.value)
    for error in errors:
        assert error in told


@both_databases
def test_a_csv_with_wrong_columns_names_them_and_changes_nothing(
    settings: Settings, database: Database, cast: Cast, tmp_path: Path
) -> None:
    before = every_row(database)
    file = write_csv(tmp_path / "wrong.csv", [make_line()], columns=["ID", "When", "Q1"])
    with pytest.raises(click.ClickException, match=r"columns are missing: Scheduled, .*The file has: ID, When, Q1"):
        run_import(settings, "fried", file, MAPPING, report=None, as_json=True)
    assert every_row(database) == before
