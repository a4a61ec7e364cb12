"""A member of staff with a browser: signs in for real, follows links, sends forms with their token."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from server.db import Database
from server.staff.models import Staff, StudyRole
from server.staff.passwords import hash_password
from server.staff.sessions import open_session
from server.staff.totp import new_totp_secret, seal_totp_secret
from server.studies.models import Study
from tests.cast import NOW
from tests.factories import EARLIER, add

PASSWORD = "drie rode fietsen in de gracht"
SECRET = b"secret of the tests, 32 bytes ok"  # as in tests.conftest
ENGLISH = {"Accept-Language": "en"}
_hashed: dict[str, str] = {}


def make_staff(
    session: Session,
    name: str = "Cleo",
    *,
    roles: Mapping[Study, str] | None = None,
    administrator: bool = False,
    language: str = "en",
    password: str = PASSWORD,
) -> tuple[Staff, str]:
    """An account and the secret of its codes."""
    if password not in _hashed:
        _hashed[password] = hash_password(password)
    staff = Staff(
        mail=f"{name.lower()}@kiem.example",
        name=name,
        language=language,
        administrator=administrator,
        password_hash=_hashed[password],
        totp_secret=b"",
        created_at=EARLIER,
    )
    add(session, staff)
    plain = new_totp_secret()
    staff.totp_secret = seal_totp_secret(SECRET, plain, owner=str(staff.id))
    for study, role in (roles or {}).items():
        session.add(StudyRole(staff_id=staff.id, study_id=study.id, role=role, since=EARLIER))
    session.flush()
    return staff, plain


def totp_at(plain: str, at: datetime) -> str:
    """What her app shows then."""
    return pyotp.TOTP(plain).at(at)


@dataclass(kw_only=True)
class Desk:
    """A browser at the desk. ``post`` puts the session's token into the form."""

    client: FlaskClient
    staff: Staff | None = None
    plain: str = ""
    base: str = "https://kiem.example"
    last: TestResponse | None = field(default=None, repr=False)

    def get(self, url: str, **facts: Any) -> TestResponse:
        self.last = self.client.get(url, base_url=self.base, headers=ENGLISH, buffered=True, **facts)
        return self.last

    def post(self, url: str, *, csrf: str | None = None, **fields: Any) -> TestResponse:
        token = self.token() if csrf is None else csrf
        self.last = self.client.post(url, base_url=self.base, headers=ENGLISH, data={"csrf": token, **fields})
        return self.last

    def token(self) -> str:
        """From the form on the page that everybody has: the choice of language."""
        page = self.client.get("/desk/sign-in", base_url=self.base, follow_redirects=True).get_data(as_text=True)
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
        assert found is not None, page[:2000]
        return found[1]

    def cookie(self, name: str) -> str | None:
        found = self.client.get_cookie(name, domain="kiem.example")
        return found.value if found else None


def open_desk(app: Flask) -> Desk:
    """A browser in which nobody is signed in."""
    return Desk(client=app.test_client())


def sign_in(
    app: Flask,
    database: Database,
    name: str = "Cleo",
    *,
    roles: Mapping[Study, str] | None = None,
    administrator: bool = False,
    language: str = "en",
    now: datetime = NOW,
) -> Desk:
    """Somebody new who is signed in (without the sign-in page: see test_sign_in for that)."""
    with database.transaction() as session:
        staff, plain = make_staff(session, name, roles=roles, administrator=administrator, language=language)
        token = open_session(session, staff, browser="Firefox, Linux", now=now)
    desk = Desk(client=app.test_client(), staff=staff, plain=plain)
    desk.client.set_cookie("__Host-kiem-desk", token, domain="kiem.example", secure=True)
    return desk


def text_of(response: TestResponse) -> str:
    """What a page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))).split())
