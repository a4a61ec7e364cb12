"""What every answer has in common: the shape of an error, the headers, liveness, the reference."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from server.app import create_app
from server.clock import SetClock
from server.context import Context
from server.db import Database
from server.health import judge_schema
from server.schema import newest_revision
from server.security import CSP
from server.worker import write_heartbeat
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.factories import make_beep


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("get", "/api/v1/nothing-here", None, 404, "not-found"),
        ("delete", "/api/v1/today", None, 405, "method-not-allowed"),
        ("get", "/api/v1/today", None, 401, "not-signed-in"),
        ("post", "/api/v1/join", b"{", 400, "bad-request"),
        ("post", "/api/v1/join", b"[1, 2]", 422, "invalid"),
        ("post", "/api/v1/join", b"{}", 422, "invalid"),
        ("post", "/api/v1/join", b'"' + b"x" * 300_000 + b'"', 413, "too-large"),
    ],
)
def test_every_error_has_one_shape(
    client: FlaskClient, method: str, path: str, body: bytes | None, status: int, code: str
) -> None:
    answer = getattr(client, method)(path, data=body, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["code"] == code
    assert answer.json["type"] == f"urn:kiem:problem:{code}"
    assert answer.json["status"] == status


BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("spoken", "language", "says"),
    [
        ("nl-NL,nl;q=0.9,en;q=0.5", "nl", "Hier is niets"),
        ("en-GB,en;q=0.9", "en", "There is nothing here"),
        ("fr", "nl", "Hier is niets"),
    ],
)
def test_a_browser_that_is_lost_gets_a_page_in_its_language(
    client: FlaskClient, spoken: str, language: str, says: str
) -> None:
    answer = client.get("/nowhere", headers=BROWSER | {"Accept-Language": spoken})
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert f'<html lang="{language}">' in answer.text
    assert f"<h1>{says}</h1>" in answer.text
    assert answer.headers["Content-Security-Policy"] == CSP
    with client.get("/parent/static/parents.css") as stylesheet:
        assert stylesheet.status_code == 200


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/problem+json", ""])
def test_a_program_that_is_lost_gets_a_problem(client: FlaskClient, accept: str) -> None:
    answer = client.get("/nowhere", headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (404, "application/problem+json", "not-found")


def test_the_api_never_answers_with_a_page(client: FlaskClient) -> None:
    assert client.get("/api/v1/nowhere", headers=BROWSER).mimetype == "application/problem+json"


def test_every_wrong_field_is_named(client: FlaskClient) -> None:
    answer = client.post("/api/v1/join", json={"code": 3, "language": "fr", "colour": "red"})
    assert {"code", "language", "zone", "colour"} <= {error["where"] for error in answer.json["errors"]}


def test_what_breaks_inside_stays_inside(context: Context, database: Database) -> None:
    client = create_app(context).test_client()
    with database.transaction() as session:
        session.connection().exec_driver_sql("DROP TABLE throttle")
    answer = client.post("/api/v1/join", json={"code": "ABCDEFGH", "language": "nl", "zone": "Europe/Amsterdam"})
    assert (answer.status_code, answer.json["code"]) == (500, "internal")
    assert "throttle" not in answer.text
    assert "sqlite" not in answer.text.lower()


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/api/v1/openapi.json", "/api/v1/today", "/api/v1/docs", "/sw.js", "/x"]
)
def test_headers_are_on_every_answer(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        headers = answer.headers
    assert headers["Content-Security-Policy"] == CSP
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Server" not in headers


def test_nothing_personal_is_kept_by_caches(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/api/v1/me", headers=cast.noor.headers).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "sent", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
def test_a_write_from_another_site_is_refused(client: FlaskClient, cast: Cast, sent: dict[str, str]) -> None:
    answer = client.patch("/api/v1/me", json={"language": "en"}, headers=cast.noor.headers | sent)
    assert (answer.status_code, answer.json["code"]) == (403, "cross-site")
    own = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
    assert client.patch("/api/v1/me", json={"language": "en"}, headers=cast.noor.headers | own).status_code == 200


@both_databases
def test_readiness_tells_how_fresh_the_worker_is_and_how_late_pushes_are(
    client: FlaskClient, cast: Cast, database: Database, clock: SetClock
) -> None:
    assert client.get("/readyz").json["worker"] == "silent"
    with database.transaction() as session:
        write_heartbeat(session, "deliver", 3, clock)
        make_beep(session, participant=cast.noor.participant, due_at=NOW, next_push_at=NOW - timedelta(seconds=90))
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["worker"], ready.json["oldest_due_s"]) == (200, "ok", 90.0)
    clock.move(timedelta(minutes=6))
    assert client.get("/readyz").json["worker"] == "silent"


def test_without_a_database_a_process_lives_but_is_not_ready(client: FlaskClient, database: Database) -> None:
    with database.transaction() as session:
        session.connection().exec_driver_sql("DROP TABLE heartbeat")
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


@both_databases
def test_a_process_goes_on_when_a_newer_release_has_brought_its_schema(client: FlaskClient, database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        session.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest_revision()})
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["schema"]) == (200, "ok")
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["schema"]) == (200, f"is 9999, newer than {newest_revision()}")


def test_a_process_does_not_serve_on_the_schema_of_a_release_before() -> None:
    assert judge_schema("0002", ["0002", "0001"]) == ("ok", True)
    assert judge_schema("0001", ["0002", "0001"]) == ("is 0001, wanted 0002", False)
    assert judge_schema("0003", ["0002", "0001"]) == ("is 0003, newer than 0002", True)


def test_the_reference_shows_every_address_without_a_foreign_request(client: FlaskClient) -> None:
    page = client.get("/api/v1/docs").text
    document = client.get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    assert len(document["paths"]) > 15
    assert [path for path in document["paths"] if path not in page] == []
    assert "//" not in page.replace("</", "").replace("/>", "")
    assert "<script" not in page
