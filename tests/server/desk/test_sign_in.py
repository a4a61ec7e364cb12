"""Coming in: password and code together, never one without the other, and never one code twice."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from server.clock import SetClock
from server.db import Database
from server.staff.models import Staff, StaffSession
from server.staff.signing_in import MOST_HERE
from server.staff.totp import issue_recovery_codes
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.server.desk.desk import PASSWORD, SECRET, Desk, make_staff, open_desk, sign_in, text_of, totp_at


def come_in(app: Flask, database: Database, **kind: object) -> tuple[Desk, Staff, str]:
    with database.transaction() as session:
        staff, plain = make_staff(session)
    return open_desk(app), staff, plain


def try_it(desk: Desk, code: str, *, mail: str = "cleo@kiem.example", password: str = PASSWORD, to: str = "") -> int:
    url = f"/desk/sign-in?next={to}" if to else "/desk/sign-in"
    return desk.post(url, mail=mail, password=password, code=code).status_code


@both_databases
def test_password_and_code_open_the_desk(app: Flask, database: Database) -> None:
    desk, _, plain = come_in(app, database)
    assert desk.get("/desk").location == "/desk/sign-in?next=/desk"
    assert try_it(desk, totp_at(plain, NOW)) == 303
    assert desk.last is not None
    assert desk.last.location == "/desk"
    cookies = desk.last.headers.getlist("Set-Cookie")
    assert any(
        c.startswith("__Host-kiem-desk=") and all(f in c for f in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
        for c in cookies
    )
    assert desk.get("/desk").status_code == 200


@pytest.mark.parametrize("wrong", ["mail", "password", "code", "old code", "code of tomorrow"])
def test_one_thing_wrong_is_all_wrong_and_says_the_same(app: Flask, database: Database, wrong: str) -> None:
    desk, _, plain = come_in(app, database)
    right = totp_at(plain, NOW)
    other = "000000" if right != "000000" else "111111"
    status = {
        "mail": lambda: try_it(desk, right, mail="sam@kiem.example"),
        "password": lambda: try_it(desk, right, password="drie rode fietsen in de haven"),
        "code": lambda: try_it(desk, other),
        "old code": lambda: try_it(desk, totp_at(plain, NOW - timedelta(seconds=90))),
        "code of tomorrow": lambda: try_it(desk, totp_at(plain, NOW + timedelta(days=1))),
    }[wrong]()
    assert status == 403
    assert desk.last is not None
    assert "do not belong together" in text_of(desk.last)
    assert PASSWORD not in desk.last.get_data(as_text=True)
    assert desk.get("/desk").status_code == 303


@both_databases
def test_a_code_works_once(app: Flask, database: Database, clock: SetClock) -> None:
    desk, _, plain = come_in(app, database)
    code = totp_at(plain, NOW)
    assert try_it(desk, code) == 303
    assert try_it(open_desk(app), code) == 403
    # Nor does the one before it, although it would still be in time.
    assert try_it(open_desk(app), totp_at(plain, NOW - timedelta(seconds=30))) == 403
    clock.move(timedelta(seconds=30))
    assert try_it(open_desk(app), totp_at(plain, clock.now())) == 303


def test_a_recovery_code_stands_in_once_and_only_for_its_owner(app: Flask, database: Database) -> None:
    with database.transaction() as session:
        cleo, _ = make_staff(session)
        make_staff(session, "Rena")
        codes = issue_recovery_codes(session, cleo, secret=SECRET, now=NOW)
    assert len(set(codes)) == 10
    assert try_it(open_desk(app), codes[0], mail="rena@kiem.example") == 403
    typed = f"{codes[0][:4]}-{codes[0][4:8]} {codes[0][8:]}".lower()
    assert try_it(open_desk(app), typed) == 303
    assert try_it(open_desk(app), codes[0]) == 403
    assert try_it(open_desk(app), codes[1]) == 303


@both_databases
def test_guessing_locks_and_the_right_password_does_not_unlock(app: Flask, database: Database, clock: SetClock) -> None:
    desk, _, plain = come_in(app, database)
    for _ in range(MOST_HERE):
        assert try_it(desk, "000000", password="guess") == 403
    assert try_it(desk, totp_at(plain, NOW)) == 429
    assert desk.last is not None
    assert int(desk.last.headers["Retry-After"]) == 600
    assert "Wait 10 minutes" in text_of(desk.last)
    clock.move(timedelta(minutes=10))
    assert try_it(desk, totp_at(plain, clock.now())) == 303


def test_a_success_clears_the_count(app: Flask, database: Database, clock: SetClock) -> None:
    desk, _, plain = come_in(app, database)
    for _ in range(3):
        for _ in range(MOST_HERE - 1):
            assert try_it(open_desk(app), "000000", password="guess") == 403
        clock.move(timedelta(seconds=60))
        assert try_it(open_desk(app), totp_at(plain, clock.now())) == 303
        clock.move(timedelta(minutes=11))  # the office's network has a count of its own
    assert desk.get("/desk").status_code == 303


def test_an_ended_account_opens_nothing(app: Flask, database: Database) -> None:
    desk = sign_in(app, database)
    assert desk.get("/desk").status_code == 200
    with database.transaction() as session:
        session.execute(update(Staff).values(ended_at=NOW))
    assert desk.get("/desk").status_code == 303
    assert try_it(open_desk(app), totp_at(desk.plain, NOW)) == 403


def test_a_session_ends_after_half_an_hour_of_rest(app: Flask, database: Database, clock: SetClock) -> None:
    desk = sign_in(app, database)
    for _ in range(5):
        clock.move(timedelta(minutes=29))
        assert desk.get("/desk").status_code == 200
    clock.move(timedelta(minutes=30))
    assert desk.get("/desk").status_code == 303


def test_a_session_ends_after_twelve_hours_whatever_she_does(app: Flask, database: Database, clock: SetClock) -> None:
    desk = sign_in(app, database)
    for _ in range(28):
        clock.move(timedelta(minutes=25))
        assert desk.get("/desk").status_code == 200
    clock.move(timedelta(minutes=20))
    assert desk.get("/desk").status_code == 303


def test_signing_in_gives_a_new_token_and_ends_the_one_before(app: Flask, database: Database) -> None:
    """Session fixation: a token that somebody planted beforehand is worth nothing afterwards."""
    desk = sign_in(app, database)
    planted = desk.cookie("__Host-kiem-desk")
    assert try_it(desk, totp_at(desk.plain, NOW)) == 303
    assert desk.cookie("__Host-kiem-desk") not in (None, planted)
    other = open_desk(app)
    other.client.set_cookie("__Host-kiem-desk", planted or "", domain="kiem.example", secure=True)
    assert other.get("/desk").status_code == 303


def test_only_hashes_of_tokens_are_kept(app: Flask, database: Database) -> None:
    desk = sign_in(app, database)
    with database.reading() as session:
        kept = session.scalars(select(StaffSession.token_hash)).one()
    assert (desk.cookie("__Host-kiem-desk") or "").encode() not in kept
    assert len(kept) == 32


def test_signing_out_ends_this_session_only(app: Flask, database: Database) -> None:
    desk, other = sign_in(app, database), open_desk(app)
    assert try_it(other, totp_at(desk.plain, NOW)) == 303
    token = desk.cookie("__Host-kiem-desk") or ""
    assert desk.post("/desk/sign-out").location == "/desk/sign-in"
    desk.client.set_cookie("__Host-kiem-desk", token, domain="kiem.example", secure=True)
    assert desk.get("/desk").status_code == 303
    assert other.get("/desk").status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/desk",
        "//evil.example/desk",
        "/\\evil.example",
        "/desk/../join",
        "javascript:alert(1)",
        "/",
    ],
)
def test_no_link_leads_from_the_sign_in_to_another_site(app: Flask, database: Database, elsewhere: str) -> None:
    desk, _, plain = come_in(app, database)
    assert try_it(desk, totp_at(plain, NOW), to=elsewhere) == 303
    assert desk.last is not None
    assert desk.last.location == "/desk"


def test_after_signing_in_she_is_where_she_wanted_to_be(app: Flask, database: Database) -> None:
    desk, _, plain = come_in(app, database)
    assert desk.get("/desk/account?x=1").location == "/desk/sign-in?next=/desk/account?x%3D1"
    assert try_it(desk, totp_at(plain, NOW), to="/desk/account?x%3D1") == 303
    assert desk.last is not None
    assert desk.last.location == "/desk/account?x=1"


def test_a_phone_of_a_participant_opens_no_desk(app: Flask, database: Database, cast: Cast) -> None:
    desk = open_desk(app)
    desk.client.set_cookie("__Host-kiem", cast.noor.token, domain="kiem.example", secure=True)
    assert desk.get("/desk").status_code == 303
    desk.client.set_cookie("__Host-kiem-desk", cast.noor.token, domain="kiem.example", secure=True)
    assert desk.get("/desk").status_code == 303
