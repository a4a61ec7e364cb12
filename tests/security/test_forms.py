"""Sessions that are not given away and writes that another site cannot make (session fixation, CSRF)."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from server.app import create_app
from server.clock import SetClock
from server.context import Context
from server.db import Database
from server.desk import frame
from server.desk.forms import Form
from server.people.models import DeviceToken
from server.staff.models import StaffSession
from tests.architecture.test_routes import DECLARED
from tests.cast import NOW, Cast
from tests.security.town import read_everything
from tests.server.desk.desk import PASSWORD, make_staff, open_desk, sign_in, totp_at

PATTERN = re.compile(r"<(?:any\((\w+)[^)]*\):|(uuid|path):)?\w+>")


def address(rule: str) -> str:
    return PATTERN.sub(
        lambda kind: kind[1] or ("00000000-0000-0000-0000-000000000001" if kind[2] == "uuid" else "garden"), rule
    )


@pytest.mark.parametrize(
    "sent",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://kiem.example.evil.example"},
        {"Origin": "http://localhost.evil.example", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_no_write_of_any_address_is_taken_from_another_site(
    app: Flask, database: Database, cast: Cast, sent: dict[str, str]
) -> None:
    desk = sign_in(app, database, roles={cast.study: "owner"}, administrator=True)
    cookies = f"__Host-kiem={cast.noor.token}; __Host-kiem-desk={desk.cookie('__Host-kiem-desk')}"
    token, before = desk.token(), read_everything(database)
    client = app.test_client(use_cookies=False)
    writes = [one for one in DECLARED.values() if one.method != "GET"]
    assert len(writes) > 50
    for one in writes:
        body = {"json": {}} if one.rule.startswith("/api") else {"data": {"csrf": token}}
        answer = client.open(address(one.rule), method=one.method, headers={"Cookie": cookies, **sent}, **body)
        assert answer.status_code == 403, str(one)
    assert read_everything(database) == before


def test_no_form_of_the_desk_works_without_the_token_of_its_session(app: Flask, database: Database, cast: Cast) -> None:
    desk = sign_in(app, database, roles={cast.study: "owner"}, administrator=True)
    other = sign_in(app, database, "Mallory", roles={cast.study: "owner"}).token()
    before = read_everything(database)
    for one in DECLARED.values():
        if one.method == "POST" and one.rule.startswith("/desk"):
            for token in ("", "0" * 64, other):
                assert desk.post(address(one.rule), csrf=token).status_code == 403, str(one)
    assert read_everything(database) == before


def test_the_api_does_not_believe_an_origin_without_a_name(client: FlaskClient, cast: Cast) -> None:
    """A sandboxed frame of any site says ``null``; the app never does, and the forms have tokens of their own."""
    sent = cast.noor.headers | {"Origin": "null"}
    assert client.patch("/api/v1/me", json={"language": "en"}, headers=sent).status_code == 403
    assert client.post("/parent", data={"code": "x"}, headers={"Origin": "null"}).status_code in (303, 422)


@pytest.mark.parametrize("named", ["Bearer", "Bearer ", "x", "Basic"])
def test_a_cookie_needs_the_form_token_whatever_else_is_said_of_who_calls(
    app: Flask, database: Database, named: str
) -> None:
    desk = sign_in(app, database)
    cookie = f"__Host-kiem-desk={desk.cookie('__Host-kiem-desk')}"
    client = app.test_client(use_cookies=False)
    sent = {"Cookie": cookie, "Authorization": named}
    assert client.get("/api/v1/desk/account", headers=sent).status_code == 200, "it is the cookie that counts"
    changed = client.put("/api/v1/desk/account", headers=sent, json={"name": "Mallory", "language": "nl"})
    assert changed.status_code == 403


@pytest.mark.parametrize("origin", ["http://[", "https://[::1", "https://127.0.0.1:99999999", "//", "\\\\127.0.0.1"])
def test_an_origin_that_cannot_be_read_is_another_site(client: FlaskClient, origin: str) -> None:
    for url in ("/api/v1/join", "/parent", "/desk/sign-in"):
        assert client.post(url, headers={"Origin": origin}).status_code == 403, url


def test_where_tls_is_spoken_a_page_without_it_is_another_site(context: Context, cast: Cast) -> None:
    """Whoever sits between can write a page of our name over plain http; what is ours comes over TLS."""
    settings = replace(context.settings, public_url="https://kiem.example")
    client = create_app(replace(context, settings=settings)).test_client(use_cookies=False)

    def change(origin: str) -> int:
        return client.patch(
            "/api/v1/me", json={"language": "en"}, headers=cast.noor.headers | {"Origin": origin}
        ).status_code

    assert change("http://kiem.example") == 403
    assert change("foo://kiem.example") == 403
    assert change("https://kiem.example") == 200
    assert change("http://localhost") == 200, "the machine itself, which looks in without its proxy"


def test_signing_in_never_takes_a_session_that_was_there_before(app: Flask, database: Database) -> None:
    """Whoever plants a cookie in a browser owns nothing after its owner has signed in."""
    with database.transaction() as session:
        _, plain = make_staff(session)
    desk = open_desk(app)
    planted = "planted-by-somebody-else"
    desk.client.set_cookie("__Host-kiem-desk", planted, domain="kiem.example", secure=True)
    proof = {"mail": "cleo@kiem.example", "password": PASSWORD, "code": totp_at(plain, NOW)}
    assert desk.post("/desk/sign-in", **proof).status_code == 303
    given = desk.cookie("__Host-kiem-desk")
    assert given is not None
    assert planted not in given
    other = open_desk(app)
    other.client.set_cookie("__Host-kiem-desk", planted, domain="kiem.example", secure=True)
    assert other.get("/desk").status_code == 303, "the planted one opens nothing"


def test_a_session_is_another_after_every_proof_and_the_one_before_is_over(
    app: Flask, database: Database, clock: SetClock
) -> None:
    desk = sign_in(app, database)
    first = desk.cookie("__Host-kiem-desk")
    clock.move(timedelta(minutes=6))
    answer = desk.post("/desk/confirm", password=PASSWORD, code=totp_at(desk.plain, clock.now()))
    assert answer.status_code == 303
    second = desk.cookie("__Host-kiem-desk")
    assert first != second
    stale = open_desk(app)
    stale.client.set_cookie("__Host-kiem-desk", first or "", domain="kiem.example", secure=True)
    assert stale.get("/desk").status_code == 303
    assert desk.get("/desk").status_code == 200


def test_joining_never_takes_a_token_that_was_there_before(client: FlaskClient, database: Database, cast: Cast) -> None:
    body = {"code": cast.join_code.code, "language": "nl", "zone": "Europe/Amsterdam", "birth_year": 2009}
    for sent in ({"Cookie": f"__Host-kiem={cast.sam.token}"}, {"Authorization": "Bearer planted"}):
        answer = client.post("/api/v1/join", json=body, headers=sent)
        assert answer.status_code == 201
        cookie = answer.headers["Set-Cookie"]
        assert cast.sam.token not in cookie
        assert "planted" not in cookie
    assert client.get("/api/v1/me", headers=cast.sam.headers).status_code == 200


def test_cookies_are_for_this_host_over_tls_and_no_script(app: Flask, database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        _, plain = make_staff(session)
    desk = open_desk(app)
    proof = {"mail": "cleo@kiem.example", "password": PASSWORD, "code": totp_at(plain, NOW)}
    given = [*desk.post("/desk/sign-in", **proof).headers.getlist("Set-Cookie")]
    body = {"code": cast.join_code.code, "language": "nl", "zone": "Europe/Amsterdam", "birth_year": 2009}
    joined = app.test_client().post("/api/v1/join", json=body, base_url="https://kiem.example")
    given += joined.headers.getlist("Set-Cookie")
    secrets = [cookie for cookie in given if cookie.startswith("__Host-")]
    assert {cookie.split("=")[0] for cookie in secrets} == {"__Host-kiem", "__Host-kiem-desk"}
    for cookie in secrets:
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= parts
        assert not [part for part in parts if part.startswith("domain=")]
    assert not [cookie for cookie in given if "loopback" in cookie], "only on this very machine, and not over TLS"


def test_no_cookie_of_the_desk_leaves_without_tls_where_a_proxy_ends_it_untold(context: Context) -> None:
    settings = replace(context.settings, public_url="https://kiem.example")
    client = create_app(replace(context, settings=settings)).test_client()
    page = client.get("/desk/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert token is not None
    answer = client.post("/desk/language", data={"csrf": token[1], "language": "en", "next": "/desk/sign-in"})
    given = answer.headers.getlist("Set-Cookie")
    assert [cookie for cookie in given if "language" in cookie]
    assert [cookie for cookie in given if "; Secure" not in cookie and "loopback" not in cookie] == []


def test_what_the_database_holds_of_sessions_opens_nothing(app: Flask, database: Database, cast: Cast) -> None:
    desk = sign_in(app, database)
    token = desk.cookie("__Host-kiem-desk") or ""
    with database.reading() as session:
        kept = [*session.scalars(select(StaffSession.token_hash)), *session.scalars(select(DeviceToken.token_hash))]
    assert all(len(one) == 32 for one in kept)
    assert token.encode() not in kept
    for one in kept:
        for shown in (one.hex(), one.decode("latin-1").encode("unicode_escape").decode()):
            headers = {"Cookie": f"__Host-kiem={shown}; __Host-kiem-desk={shown}"}
            assert app.test_client(use_cookies=False).get("/api/v1/me", headers=headers).status_code == 401


UNSEEN = "\x00\x07\x1b\x7f"


def test_no_form_takes_a_character_that_cannot_be_seen(app: Flask, database: Database, cast: Cast) -> None:
    """In any field that any page has: refused in words, never a break, and nothing of it is kept or shown."""
    desk = sign_in(app, database, roles={cast.study: "owner"}, administrator=True)
    client = app.test_client(use_cookies=False)
    read = re.compile(r'\.(?:text|secret|mail|shaped|whole|day|clock|choice|many|flag|value)\(\s*f?"(\w+)')
    code = (path.read_text(encoding="utf-8") for path in Path(frame.__file__).parent.glob("*.py"))
    fields = {name for text in code for name in read.findall(text)}
    assert {"reason", "note", "mail", "agreement"} <= fields
    cookies, token = f"__Host-kiem-desk={desk.cookie('__Host-kiem-desk')}", desk.token()
    forms = [one for one in DECLARED.values() if one.method == "POST" and one.rule.startswith("/desk")]
    assert len(forms) > 30
    for one in forms:
        if one.rule.endswith("sign-out"):
            continue
        sent = {name: f"a{UNSEEN[place % len(UNSEEN)]}b" for place, name in enumerate(sorted(fields - {"csrf"}))}
        answer = client.post(address(one.rule), data=sent | {"csrf": token}, headers={"Cookie": cookies})
        assert answer.status_code < 500, str(one)
        assert b"\0" not in answer.data, str(one)
    kept = "".join(row for rows in read_everything(database).values() for row in rows)
    assert not re.search(r"a\\x(?:00|07|1b|7f)b", kept)
    assert desk.get("/desk/studies/garden/board").status_code == 200, "and she was signed in all the while"


def test_every_text_of_a_form_is_looked_through_and_lines_may_end() -> None:
    for character in (*UNSEEN, "\ud83d"):
        form = Form(MultiDict({"reason": f"a{character}b", "mail": f"a{character}@b.nl"}))
        form.text("reason", required=False)
        form.mail("mail")
        assert {problem.key for problem in form.errors.values()} == {"wrong.unseen"}
    form = Form(MultiDict({"reason": "Één regel,\r\n\tnóg een 🌱"}))
    assert form.text("reason")
    assert form.ok


@pytest.mark.parametrize("text", ["a\0b", "\\\0", "half \ud83d"])
def test_no_program_sends_what_no_database_keeps(app: Flask, cast: Cast, text: str) -> None:
    """NUL and halves of surrogate pairs, in any body and anywhere in it."""
    client = app.test_client(use_cookies=False)
    for one in DECLARED.values():
        if one.method != "GET" and one.rule.startswith("/api"):
            answer = client.open(address(one.rule), method=one.method, json={"any": [{"of": text}]})
            assert (answer.status_code, answer.get_json()["code"]) == (400, "not-text"), str(one)
    for path in ("/desk/studies/garden/people?search=a%00", "/api/v1/me?x=%00", "/parent/%00"):
        assert client.get(path).status_code == 400, path


def test_a_backslash_with_letters_after_it_is_text(app: Flask, cast: Cast) -> None:
    client = app.test_client(use_cookies=False)
    for text in (r"\u0000", r"C:\users", "\\\\u0000", "een 🌱, é"):
        assert client.post("/api/v1/join", json={"code": text}).get_json()["code"] != "not-text"
