"""The desk as an API: the same acts as at the desk, with the same roles, and with the form's token for the cookie."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.coordination.models import Scheduled
from server.db import Database
from server.people.models import Participant
from server.planning.service import plan_ahead
from server.studies.models import JoinCode, Study
from server.studies.rules import rules_of
from server.studies.service import protocol_of
from tests.cast import NOW, Cast
from tests.factories import make_challenge
from tests.server.desk.desk import Desk, sign_in

GARDEN = "/studies/garden"


class Program:
    """Somebody's browser calling the API with the desk's cookie."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.csrf = self("GET", "/me").get_json()["csrf"]

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        told = {"X-CSRF-Token": self.csrf} if method != "GET" and not headers else headers
        return self._desk.client.open(
            f"/api/v1/desk{path}", method=method, json=body, base_url=self._desk.base, headers=told
        )


@pytest.fixture
def cleo(app: Flask, database: Database, cast: Cast) -> Program:
    return Program(sign_in(app, database, roles={cast.study: "coordinator"}))


def test_the_cookie_alone_changes_nothing(cleo: Program, app: Flask, database: Database, cast: Cast) -> None:
    refused = cleo("POST", f"{GARDEN}/codes", {"count": 1}, **{"X-CSRF-Token": "0" * 64})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "form-outdated")
    another = Program(sign_in(app, database, "Nina", roles={cast.study: "coordinator"}))
    stolen = cleo("POST", f"{GARDEN}/codes", {"count": 1}, **{"X-CSRF-Token": another.csrf})
    assert stolen.status_code == 403
    assert cleo("POST", f"{GARDEN}/codes", {"count": 1}).status_code == 201


def test_a_study_is_set_up_without_the_desks_pages(app: Flask, database: Database, cast: Cast) -> None:
    cleo = Program(sign_in(app, database, roles={cast.study: "owner"}))
    new = {
        "name": "meadow",
        "title": {"nl": "Weide", "en": "Meadow"},
        "protocol": "grow-it.1",
        "zone": "Europe/Amsterdam",
    }
    assert cleo("POST", "/studies", new).status_code == 201
    assert cleo("POST", "/studies", new).get_json()["code"] == "study-exists"
    settings = {
        "title": new["title"], "start_rule": "monday", "opens_on": "2026-04-01", "closes_on": None,
        "institution": "School", "contact": {"name": "Cleo", "mail": "cleo@kiem.example"}, "parents_required": 2,
    }  # fmt: skip
    assert cleo("PUT", "/studies/meadow/settings", settings).get_json()["parents_required"] == 2
    codes = cleo("POST", "/studies/meadow/codes", {"count": 3, "max_uses": 1, "expires_on": "2026-05-01"}).get_json()
    assert [code["state"] for code in codes["codes"]] == ["open"] * 3
    ended = codes["codes"][0]["code"]
    assert cleo("POST", f"/studies/meadow/codes/{ended}/end").status_code == 204
    states = {code["code"]: code["state"] for code in cleo("GET", "/studies/meadow/codes").get_json()["codes"]}
    assert states[ended] == "expired"
    assert [study["name"] for study in cleo("GET", "/studies").get_json()["studies"]] == ["garden", "meadow"]
    with database.reading() as session:
        made = session.scalars(select(Study).where(Study.name == "meadow")).one()
        assert (made.start_rule, made.institution) == ("monday", "School")
        assert len(session.scalars(select(JoinCode).where(JoinCode.study_id == made.id)).all()) == 3
        actions = [entry.action for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.number))]
        assert actions == ["study.made", "study.changed", "consent.published", "code.issued", "code.ended"]


def test_rules_are_looked_at_saved_and_refused_as_at_the_desk(cleo: Program, database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    there = cleo("GET", f"{GARDEN}/rules").get_json()
    assert (there["version"], there["rules"]) == (0, rules_of(protocol_of(cast.study)).as_json())
    later = {**there["rules"], "start": "12:00", "challenge_at": "12:00"}
    impact = cleo("POST", f"{GARDEN}/rules/impact", later).get_json()
    assert (impact["moved"], impact["people"]) == (20, 2)
    wrong = cleo("PUT", f"{GARDEN}/rules", {"rules": {**later, "days": 0, "other": "x"}, "base": 0, "why": "w"})
    assert (wrong.status_code, {one["where"] for one in wrong.get_json()["errors"]}) == (422, {"days", "other"})
    assert cleo("PUT", f"{GARDEN}/rules", {"rules": later, "base": 0, "why": "w"}).get_json() == {"version": 1}
    assert cleo("PUT", f"{GARDEN}/rules", {"rules": later, "base": 0, "why": "w"}).get_json()["code"] == "rules-changed"
    beeps = cleo("GET", f"{GARDEN}/calendar?first=2026-03-28&days=2&quiet=13:00-15:00").get_json()["beeps"]
    assert {beep["due_at"][-6:] for beep in beeps if beep["date"] == "2026-03-29"} == {"+02:00"}  # summer time
    assert not [beep for beep in beeps if "13:00" <= beep["due_at"][11:16] < "15:00"]
    assert cleo("GET", f"{GARDEN}/calendar?quiet=noon").get_json()["code"] == "quiet-unreadable"


def test_a_message_and_a_new_code_for_somebody_without_an_address(
    cleo: Program, database: Database, cast: Cast
) -> None:
    code = cast.noor.participant.code
    key = cleo("GET", "/notices").get_json()["notices"][0]["key"]
    assert cleo("PUT", f"{GARDEN}/people/{code}/notice", {"notice": key}).status_code == 204
    assert cleo("GET", f"{GARDEN}/people/{code}").get_json()["notice"] == key
    assert cleo("PUT", f"{GARDEN}/people/{code}/notice", {"notice": "hello"}).get_json()["code"] == "notice-unknown"
    assert cleo("DELETE", f"{GARDEN}/people/{code}/notice").status_code == 204
    assert len(cleo("POST", f"{GARDEN}/people/{code}/new-code").get_json()["code"]) > 10
    assert cleo("GET", f"{GARDEN}/people/{cast.zoe.participant.code}").status_code == 404, "another study's"
    with database.reading() as session:
        assert session.get_one(Participant, cast.noor.participant.id).notice is None


def test_challenges_are_written_moved_taken_in_and_taken_back(cleo: Program, database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        make_challenge(session, slug="joke", strategy="humour")
    (entry,) = cleo("GET", "/challenges").get_json()["challenges"]
    text = {name: value for name, value in entry["content"].items() if name not in ("version", "reviewed_by")}
    empty = cleo("POST", "/challenges", {})
    assert empty.status_code == 422
    assert {"strategy", "title", "body"} <= {one["where"] for one in empty.get_json()["errors"]}
    copied = cleo("POST", "/challenges/joke/duplicate").get_json()
    assert copied["versions"][0]["status"] == "draft"
    moved = cleo("POST", "/challenges/move", {"slugs": [copied["slug"], "joke"], "to": "review"}).get_json()
    assert (moved["moved"], moved["left"]) == ([copied["slug"]], ["joke"])
    undone = cleo("POST", f"/challenges/{copied['slug']}/undo").get_json()
    assert undone == {"slugs": [copied["slug"]]}
    file = cleo("GET", "/challenges/export.csv?status=live").get_data(as_text=True)
    dry = cleo("POST", "/challenges/import", {"text": file, "form": "csv"}).get_json()
    assert (dry["done"], [change["effect"] for change in dry["changes"]]) == (False, ["same"])
    assert text["strategy"] == "humour"
    assert cleo("PUT", f"{GARDEN}/schedule/2026-03-20", {"slug": "joke"}).get_json() == {"youngest": 12, "oldest": 25}
    assert cleo("GET", f"{GARDEN}/schedule").get_json()["fixed"][0]["slug"] == "joke"
    assert cleo("PUT", f"{GARDEN}/schedule/2026-03-04", {"slug": "joke"}).get_json()["code"] == "date-past"
    assert cleo("DELETE", f"{GARDEN}/schedule/2026-03-20").status_code == 204
    with database.reading() as session:
        assert session.scalars(select(Scheduled)).all() == []


def test_the_board_and_the_people_are_counts(cleo: Program, database: Database) -> None:
    plan_ahead(database, now=NOW)
    board = cleo("GET", f"{GARDEN}/board").get_json()
    assert board["crowd"]["taking_part"] == 2
    assert len(board["pushes_ahead"]) == 96
    people = cleo("GET", f"{GARDEN}/people").get_json()["people"]
    assert [one["code"] for one in people] == ["NRNR234", "SMSM234"]
    assert "answers" not in str(board) + str(people)


def test_staff_are_invited_and_moved_by_who_may(app: Flask, database: Database, cast: Cast) -> None:
    owner = Program(sign_in(app, database, "Otto", roles={cast.study: "owner"}))
    made = owner("POST", f"{GARDEN}/invitations", {"mail": "rena@kiem.example", "role": "researcher"}).get_json()
    assert made["link"].startswith("http://127.0.0.1:8000/desk/invitation/")
    staff = owner("GET", f"{GARDEN}/staff").get_json()
    assert [member["role"] for member in staff["members"]] == ["owner"]
    assert owner("DELETE", f"{GARDEN}/invitations/{staff['invited'][0]['id']}").status_code == 204
    me = staff["members"][0]["staff_id"]
    assert owner("PUT", f"{GARDEN}/staff/{me}", {"role": "researcher"}).get_json()["code"] == "last-owner"
    log = owner("GET", f"{GARDEN}/log").get_json()
    assert [entry["action"] for entry in log["entries"]] == ["staff.invitation-withdrawn", "staff.invited"]
    assert owner("GET", "/staff").get_json()["code"] == "role-missing"
    boss = Program(sign_in(app, database, "Ada", administrator=True))
    assert {one["name"] for one in boss("GET", "/staff").get_json()["accounts"]} == {"Otto", "Ada"}
    assert boss("POST", "/staff/invitations", {"mail": "x@kiem.example", "study": "garden"}).status_code == 201
