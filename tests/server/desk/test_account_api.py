"""One's own account through the API: with the cookie and its form token, with a bearer token, and never another's."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.audit.service import Actor
from server.clock import SetClock
from server.context import Context, bind
from server.db import Database
from server.staff.auth import DESK_ROLE
from server.staff.invitations import invite
from server.staff.sessions import open_session
from tests.cast import NOW, Cast
from tests.server.desk.desk import PASSWORD, SECRET, make_staff, totp_at
from tests.server.staff.authenticator import Authenticator

API = "/api/v1/desk"
NAMED = "https://kiem.example"


@pytest.fixture
def named(app: Flask, context: Context) -> FlaskClient:
    """A browser at an address with a name."""
    bind(app, replace(context, settings=replace(context.settings, public_url=NAMED)))
    return app.test_client(use_cookies=True)


class Program:
    """Somebody with a bearer token."""

    def __init__(self, client: FlaskClient, database: Database, name: str = "Cleo", *, study: Any = None) -> None:
        with database.transaction() as session:
            self.staff, self.plain = make_staff(session, name, roles={study: "coordinator"} if study else None)
            self.token = open_session(session, self.staff, browser="program", now=NOW)
        self.client = client

    def call(self, method: str, path: str, **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        more = {"json": body} if method in ("POST", "PUT", "PATCH") else {}
        return self.client.open(f"{API}{path}", method=method, base_url=NAMED, headers=headers, **more)


@pytest.fixture
def cleo(app: Flask, named: FlaskClient, database: Database) -> Program:
    return Program(app.test_client(use_cookies=False), database)


def test_name_and_language_are_read_and_changed(cleo: Program) -> None:
    assert cleo.call("GET", "/account").get_json()["mail"] == "cleo@kiem.example"
    changed = cleo.call("PUT", "/account", name="Cleo B.", language="nl").get_json()
    assert (changed["name"], changed["language"], changed["passkeys_possible"]) == ("Cleo B.", "nl", True)
    assert cleo.call("GET", "/account").get_json() == changed
    assert cleo.call("PUT", "/account", name="", language="fr").status_code == 422


def test_sessions_are_listed_and_ended_and_others_stay(cleo: Program, app: Flask, database: Database) -> None:
    rena = Program(app.test_client(use_cookies=False), database, "Rena")
    with database.transaction() as session:
        other = open_session(session, cleo.staff, browser="Firefox, Linux", now=NOW)
    listed = cleo.call("GET", "/account/sessions").get_json()["sessions"]
    assert sorted((one["browser"], one["this"]) for one in listed) == [("Firefox, Linux", False), ("program", True)]
    (hers,) = rena.call("GET", "/account/sessions").get_json()["sessions"]
    assert cleo.call("DELETE", f"/account/sessions/{hers['id']}").status_code == 204
    assert rena.call("GET", "/account").status_code == 200
    assert cleo.call("POST", "/account/sessions/end-others").get_json() == {"ended": 1}
    cleo.token, kept = other, cleo.token
    assert cleo.call("GET", "/account").status_code == 401
    cleo.token = kept
    assert cleo.call("GET", "/account").status_code == 200


def test_what_reaches_far_wants_a_fresh_proof_and_confirming_gives_one(cleo: Program, clock: SetClock) -> None:
    clock.move(timedelta(minutes=6))
    assert cleo.call("POST", "/account/recovery-codes").get_json()["code"] == "step-up-needed"
    wrong = cleo.call("POST", "/session/confirm", password=PASSWORD, code="000000")
    assert (wrong.status_code, wrong.get_json()["code"]) == (403, "sign-in-refused")
    right = totp_at(cleo.plain, clock.now())
    assert cleo.call("POST", "/session/confirm", password=PASSWORD, code=right).status_code == 200
    codes = cleo.call("POST", "/account/recovery-codes").get_json()["codes"]
    assert len(set(codes)) == 10
    link = cleo.call("POST", "/account/renew").get_json()["link"]
    assert link.startswith(f"{NAMED}/desk/invitation/")


def test_a_change_with_the_cookie_needs_the_form_token(named: FlaskClient, database: Database) -> None:
    with database.transaction() as session:
        staff, _plain = make_staff(session, "Cleo")
        token = open_session(session, staff, browser="", now=NOW)
    named.set_cookie("__Host-kiem-desk", token, domain="kiem.example", secure=True)
    body = {"name": "C", "language": "nl"}
    assert named.put(f"{API}/account", base_url=NAMED, json=body).get_json()["code"] == "form-outdated"
    key = named.get(f"{API}/me", base_url=NAMED).get_json()["csrf"]
    answer = named.put(f"{API}/account", base_url=NAMED, json=body, headers={"X-CSRF-Token": key})
    assert answer.status_code == 200


def test_a_passkey_is_made_renamed_used_and_removed(cleo: Program, named: FlaskClient) -> None:
    key = Authenticator(origin=NAMED, rp_id="kiem.example")
    options = cleo.call("POST", "/account/passkeys/options").get_json()["options"]
    made = cleo.call("POST", "/account/passkeys", name="Laptop", credential=key.create(options)).get_json()
    assert cleo.call("PATCH", f"/account/passkeys/{made['id']}", name="Work").status_code == 204
    assert [one["name"] for one in cleo.call("GET", "/account/passkeys").get_json()["passkeys"]] == ["Work"]
    asked = named.post(f"{API}/session/passkey/options", base_url=NAMED, json={}).get_json()["options"]
    answer = named.post(f"{API}/session/passkey", base_url=NAMED, json={"credential": key.get(asked)})
    assert (answer.status_code, answer.get_json()) == (201, {"language": "en"})
    assert named.get(f"{API}/account", base_url=NAMED).get_json()["mail"] == "cleo@kiem.example"
    again = named.post(f"{API}/session/passkey", base_url=NAMED, json={"credential": {}})
    assert (again.status_code, again.get_json()["code"]) == (403, "sign-in-refused")
    assert cleo.call("DELETE", f"/account/passkeys/{uuid.uuid4()}").status_code == 404
    assert cleo.call("DELETE", f"/account/passkeys/{made['id']}").status_code == 204


def test_nobody_renames_or_removes_anothers_passkey(cleo: Program, app: Flask, database: Database) -> None:
    key = Authenticator(origin=NAMED, rp_id="kiem.example")
    options = cleo.call("POST", "/account/passkeys/options").get_json()["options"]
    made = cleo.call("POST", "/account/passkeys", name="Laptop", credential=key.create(options)).get_json()
    rena = Program(app.test_client(use_cookies=False), database, "Rena")
    assert rena.call("PATCH", f"/account/passkeys/{made['id']}", name="Mine").status_code == 404
    assert rena.call("DELETE", f"/account/passkeys/{made['id']}").status_code == 404
    assert [one["name"] for one in cleo.call("GET", "/account/passkeys").get_json()["passkeys"]] == ["Laptop"]


def test_guessing_with_passkeys_is_throttled(named: FlaskClient, database: Database) -> None:
    answers = [
        named.post(f"{API}/session/passkey", base_url=NAMED, json={"credential": {"id": str(number)}}).status_code
        for number in range(40)
    ]
    assert answers[0] == 403
    assert answers[-1] == 429


def test_an_invitation_is_looked_at_and_accepted(
    app: Flask, named: FlaskClient, database: Database, cast: Cast
) -> None:
    with database.transaction(role=DESK_ROLE) as session:
        made = invite(
            session, Actor(), "nina@kiem.example", study=cast.study, role="researcher", secret=SECRET, now=NOW
        )
    path = f"{API}/invitations/{made.token}"
    told = named.get(path, base_url=NAMED).get_json()
    assert (told["mail"], told["study"], told["role"], told["has_account"]) == (
        "nina@kiem.example",
        "garden",
        "researcher",
        False,
    )
    plain = told["totp_uri"].split("secret=")[1].split("&")[0]
    body = {"name": "Nina", "language": "nl", "password": "kort", "code": totp_at(plain, NOW)}
    assert named.post(path, base_url=NAMED, json=body).get_json()["code"] == "password-refused"
    accepted = named.post(path, base_url=NAMED, json={**body, "password": PASSWORD})
    assert (accepted.status_code, len(accepted.get_json()["codes"])) == (201, 10)
    assert named.get(path, base_url=NAMED).status_code == 404


def test_an_invitation_is_taken_with_the_account_one_has_and_by_nobody_else(
    cleo: Program, app: Flask, database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        token = invite(
            session, Actor(), "new@kiem.example", study=cast.study, role="owner", secret=SECRET, now=NOW
        ).token
    assert cleo.call("POST", f"/invitations/{token}/take").status_code == 404
    with database.transaction() as session:
        make_staff(session, "New")
        fresh = open_session(session, make_staff_of(session, "new@kiem.example"), browser="", now=NOW)
    cleo.token = fresh
    assert cleo.call("GET", f"/invitations/{token}").get_json()["has_account"] is True
    assert cleo.call("POST", f"/invitations/{token}/take").status_code == 204


def make_staff_of(session: Any, mail: str) -> Any:
    from sqlalchemy import select

    from server.staff.models import Staff

    return session.scalars(select(Staff).where(Staff.mail == mail)).one()
