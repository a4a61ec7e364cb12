"""Sign-ins that failed and doors that stayed shut are in the log, without a word on who it was or what was sent."""

import json

from flask import Flask
from structlog.testing import capture_logs

from server.db import Database
from tests.cast import Cast
from tests.server.desk.desk import open_desk, sign_in

SECRET_WORD = "canary-in-a-password"


def test_who_is_turned_away_is_in_the_log_and_not_by_name(app: Flask, database: Database, cast: Cast) -> None:
    desk = sign_in(app, database, roles={cast.study: "researcher"})
    client = app.test_client(use_cookies=False)
    other = open_desk(app)
    with capture_logs() as told:
        proof = {"mail": "cleo@kiem.example", "password": SECRET_WORD, "code": "000000"}
        assert client.post("/api/v1/desk/session", json=proof).status_code == 403
        assert other.post("/desk/sign-in", **proof).status_code == 403
        assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {SECRET_WORD}"}).status_code == 401
        assert desk.get("/desk/studies/garden/settings").status_code == 403
        assert desk.get("/desk/studies/garden/consent").status_code in (200, 403)
        for _ in range(21):
            last = client.post("/api/v1/recover", json={"recovery_code": "0123-4567-89AB"})
        assert last.status_code == 429
    refused = [entry for entry in told if entry.get("action") == "request.refused"]
    assert {(entry["method"], entry["route"], entry["status"]) for entry in refused} >= {
        ("POST", "/api/v1/desk/session", 403),
        ("POST", "/desk/sign-in", 403),
        ("GET", "/api/v1/me", 401),
        ("GET", "/desk/studies/<study_name>/settings", 403),
        ("POST", "/api/v1/recover", 429),
    }
    for word in (SECRET_WORD, "cleo", "garden", "0123"):
        assert word not in json.dumps(told), word


def test_a_line_of_the_log_stays_one_line_whatever_was_asked_for(app: Flask) -> None:
    """JSON writes what would end a line as signs; an address that nobody serves is not repeated at all."""
    client = app.test_client(use_cookies=False)
    with capture_logs() as told:
        client.get("/desk/x%0a%7b%22event%22:%22forged%22%7d", headers={"User-Agent": "forged"})
        client.post("/api/v1/desk/session", json={"mail": 'x@y.nl\n{"event": "forged"}', "password": "x", "code": "1"})
    assert "forged" not in json.dumps(told)
