"""Somebody of fourteen who has joined and said yes herself, and her parents' links."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from server.clock import SetClock
from server.consent.mail_round import send_mails
from server.db import Database
from server.mail.console import RecordingMailer
from server.mail.port import Message
from server.people.models import Participant
from tests.cast import Cast
from tests.consent_factories import publish

URL = "http://127.0.0.1:8000"
ANNA, PIET = "anna@home.example", "piet@home.example"


@dataclass(frozen=True, kw_only=True, slots=True)
class Young:
    """A phone that is signed in, over the test client."""

    client: FlaskClient
    id: uuid.UUID
    code: str
    recovery_code: str
    headers: dict[str, str]

    def invite(self, mail: str, **more: Any) -> Any:
        body = {"mail": mail, "language": "nl", **more}
        return self.client.post("/api/v1/me/parents", json=body, headers=self.headers)

    def parents(self) -> Any:
        return self.client.get("/api/v1/me/parents", headers=self.headers).get_json()

    def states(self) -> list[str]:
        return [parent["state"] for parent in self.parents()["parents"]]

    def waiting(self) -> Any:
        return self.client.get("/api/v1/me", headers=self.headers).get_json()["waiting"]


def join_young(
    client: FlaskClient, database: Database, cast: Cast, *, birth_year: int = 2011, agrees: bool = True
) -> Young:
    """Join the garden study, whose text must be published."""
    text = client.get(f"/api/v1/intro/{cast.join_code.code}?language=nl").get_json()["consent"]
    said = {name: text[name] for name in ("version", "sha256", "language")}
    consent = {**said, "scopes": {"use": agrees, "research": agrees}}
    body = {"code": cast.join_code.code, "language": "nl", "zone": "Europe/Amsterdam", "birth_year": birth_year}
    answer = client.post("/api/v1/join", json={**body, "consent": consent})
    assert answer.status_code == 201, answer.text
    token = answer.headers["Set-Cookie"].split(";")[0].partition("=")[2]
    code = answer.get_json()["participant"]["code"]
    with database.reading() as session:
        found = session.scalars(select(Participant.id).where(Participant.code == code)).one()
    return Young(
        client=client,
        id=found,
        code=code,
        recovery_code=answer.get_json()["recovery_code"],
        headers={"Authorization": f"Bearer {token}"},
    )


def ask_parents(database: Database, cast: Cast, number: int) -> None:
    """Put the consent text of the garden study in force, with so many parents."""
    with database.transaction() as session:
        publish(session, cast.study, parents_required=number)


def post_round(database: Database, clock: SetClock) -> list[Message]:
    """One round of the worker's mail."""
    mailer = RecordingMailer()
    send_mails(database, mailer, clock, public_url=URL)
    return mailer.sent


def path_in(message: Message) -> str:
    """The path of the one link in a mail."""
    (path,) = re.findall(rf"{re.escape(URL)}(/parent/\S+)", message.text)
    return str(path)


def fill_in(page: str, **said: str) -> dict[str, str]:
    """A form's hidden fields as the page has them, with what the parent says."""
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    return {**hidden, **said}


def say_yes(client: FlaskClient, path: str, **more: str) -> Any:
    """A parent reads the page and agrees."""
    page = client.get(path)
    assert page.status_code == 200, page.text
    return client.post(path, data=fill_in(page.text, choice="agree", authority="yes", **more))
