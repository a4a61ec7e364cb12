"""What attacks have found once, each with the request that found it."""

import pytest
from flask import Flask

from server.db import Database
from tests.cast import Cast
from tests.consent_factories import publish
from tests.server.desk.desk import sign_in


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1999-12-31", "2101-01-01"])
def test_a_day_at_the_end_of_time_is_no_day(app: Flask, database: Database, cast: Cast, day: str) -> None:
    """Fuzzing: the day after 9999-12-31 is none, and the page broke."""
    desk = sign_in(app, database, roles={cast.study: "owner"})
    answer = desk.post("/desk/studies/garden/codes", count="1", uses="", expires_on=day)
    assert answer.status_code == 422
    token = desk.cookie("__Host-kiem-desk")
    client = app.test_client(use_cookies=False)
    sent = {"Authorization": f"Bearer {token}"}
    said = client.post("/api/v1/desk/studies/garden/codes", json={"count": 1, "expires_on": day}, headers=sent)
    assert said.status_code == 422
    assert desk.get(f"/desk/studies/garden/calendar?first={day}&person=1").status_code == 422
    url = f"/api/v1/desk/studies/garden/calendar?first={day}"
    assert client.get(url, headers=sent).status_code == 422


def test_settings_that_publish_a_text_are_told_as_they_are_now(app: Flask, database: Database, cast: Cast) -> None:
    """Fuzzing: the row in hand had been changed in the database, and telling of it broke."""
    with database.transaction() as session:
        publish(session, cast.study)
    desk = sign_in(app, database, roles={cast.study: "owner"})
    body = {
        "title": {"nl": "Tuin", "en": "Garden"},
        "start_rule": "monday",
        "opens_on": "2026-03-02",
        "closes_on": None,
        "institution": "Another institution",
        "contact": {"name": "Otto", "mail": "otto@kiem.example"},
        "parents_required": 2,
    }
    sent = {"Authorization": f"Bearer {desk.cookie('__Host-kiem-desk')}"}
    client = app.test_client(use_cookies=False)
    for institution in ("Another institution", "Another institution", "A third"):
        answer = client.put(
            "/api/v1/desk/studies/garden/settings", json={**body, "institution": institution}, headers=sent
        )
        assert answer.status_code == 200, answer.text
        assert (answer.json["institution"], answer.json["parents_required"]) == (institution, 2)
