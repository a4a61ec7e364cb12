"""Consent texts, monitoring and alerts through the API: the same acts as the desk's pages, for the same people."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.consent.service import record_own
from server.db import Database
from server.people.models import Participant
from server.safety.alerts import raise_alerts
from server.staff.sessions import open_session
from server.studies.models import Study
from tests.cast import NOW, Cast
from tests.consent_factories import choice, publish
from tests.factories import make_beep, make_response
from tests.server.desk.desk import make_staff

API = "/api/v1/desk/studies/garden"
TEXT = {
    "texts": {"nl": "# Wat is dit?\n\nEen onderzoek.", "en": "# What is this?\n\nA study."},
    "changes": {"nl": "Korter.", "en": "Shorter."},
    "binding": True,
}
STAFFED = {
    "weekdays": [1, 2, 3, 4, 5],
    "begins": "09:00",
    "ends": "17:00",
    "within_h": 4,
    "people": ["Cleo, 06 12345678"],
    "protocol": {"nl": "Bel de deelnemer.", "en": "Call the participant."},
}


class Caller:
    def __init__(self, app: Flask, database: Database, cast: Cast, name: str, role: str) -> None:
        self._client = app.test_client(use_cookies=False)
        with database.transaction() as session:
            staff, _ = make_staff(session, name, roles={cast.study: role})
            self._token = open_session(session, staff, browser="program", now=NOW)

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"}
        more = {} if body is None else {"json": body}
        return self._client.open(f"{API}{path}", method=method, headers=headers, **more)


@pytest.fixture
def owner(app: Flask, database: Database, cast: Cast) -> Caller:
    with database.transaction() as session:
        publish(session, cast.study)
    for member in (cast.noor, cast.sam):
        with database.transaction() as session:
            person = session.get_one(Participant, member.participant.id)
            record_own(session, person, choice(session, cast.study), now=NOW)
    return Caller(app, database, cast, "Olga", "owner")


def test_a_text_is_published_and_its_reach_is_told_before_and_after(owner: Caller, database: Database) -> None:
    before = owner("GET", "/consent").get_json()
    assert (before["would_ask"], before["cleared"], len(before["versions"])) == (2, 2, 1)
    made = owner("POST", "/consent", TEXT)
    assert (made.status_code, made.get_json()) == (201, {"version": 2, "people": 2, "mails": 0, "letters": 0})
    after = owner("GET", "/consent").get_json()
    assert (after["cleared"], after["consent"], after["again"], after["would_ask"]) == (0, 2, 2, 0)
    assert owner("POST", "/consent", TEXT).get_json()["code"] == "nothing-new"
    with database.reading() as session:
        assert session.scalars(select(AuditEntry.action)).all() == ["consent.published"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"binding": False}, "reason-needed"),
        ({"texts": {"nl": "zomaar", "en": "# A\n\nb"}}, "text-unreadable"),
        ({"texts": {"nl": "# A\n\nb"}}, "invalid"),
    ],
)
def test_half_a_text_is_refused(owner: Caller, change: dict[str, Any], code: str) -> None:
    answer = owner("POST", "/consent", {**TEXT, **change})
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)
    assert owner("GET", "/consent").get_json()["cleared"] == 2


def test_monitoring_is_set_up_an_alert_taken_and_closed_and_monitoring_ended(
    owner: Caller, app: Flask, database: Database, cast: Cast
) -> None:
    cleo = Caller(app, database, cast, "Cleo", "coordinator")
    assert cleo("PUT", "/safety/monitoring", STAFFED).status_code == 403
    assert (
        owner("PUT", "/safety/monitoring", {**STAFFED, "begins": "18:00"}).get_json()["code"] == "staffing-incomplete"
    )
    assert owner("PUT", "/safety/monitoring", STAFFED).status_code == 200
    with database.transaction() as session:
        study = session.get_one(Study, cast.study.id)
        noor = session.get_one(Participant, cast.noor.participant.id)
        record_own(session, noor, choice(session, study, monitoring=True), now=NOW)
        beep = make_beep(session, participant=noor, due_at=NOW)
        at = NOW + timedelta(minutes=1)
        make_response(session, beep=beep, received_at=at, answers={"help_wish": "show", "day_best": "canary-text"})
        raise_alerts(session, study, now=at)
    told = cleo("GET", "/safety")
    assert "canary-text" not in told.text
    body = told.get_json()
    assert body["monitoring"]["protocol"]["en"] == "Call the participant."
    assert body["ethics"] == {
        "joined": 2,
        "people": None,
        "shown": None,
        "dismissed": None,
        "alerts": {"wish": {"open": None}},
        "fewest": 5,
    }
    (alert,) = body["open"]
    assert (alert["code"], alert["kind"], alert["taken_by"]) == (cast.noor.participant.code, "wish", None)
    path = f"/safety/alerts/{alert['id']}"
    assert cleo("POST", f"{path}/take").status_code == 204
    assert cleo("POST", f"{path}/close", {"outcome": "nonsense"}).status_code == 422
    assert cleo("POST", f"{path}/close", {"outcome": "spoken"}).status_code == 204
    assert cleo("POST", f"{path}/close", {"outcome": "spoken"}).get_json()["code"] == "alert-closed"
    body = cleo("GET", "/safety").get_json()
    assert (body["open"], body["closed"][0]["outcome"]) == ([], "spoken")
    assert owner("DELETE", "/safety/monitoring").status_code == 204
    assert cleo("GET", "/safety").get_json()["monitoring"] is None
