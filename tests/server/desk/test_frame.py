"""What holds on every page of the desk: form tokens, language, headers, notices, and that each view is declared."""

import base64
import json
import re
from datetime import date, time, timedelta

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from server.clock import SetClock
from server.context import Context
from server.db import Database
from server.desk.forms import Form
from server.desk.frame import UndeclaredView, desk_blueprint, register_desk
from server.desk.paging import Pages
from server.desk.wording import day, moment, number, percent
from tests.cast import NOW, TODAY, Cast
from tests.server.desk.desk import PASSWORD, make_staff, open_desk, sign_in, text_of, totp_at


@pytest.mark.parametrize("csrf", ["", "0" * 64, "é" * 64, "another session's"])
def test_a_form_without_its_token_does_nothing(app: Flask, database: Database, csrf: str) -> None:
    desk = sign_in(app, database)
    if csrf == "another session's":
        csrf = sign_in(app, database, "Rena").token()
    answer = desk.post("/desk/account", csrf=csrf, name="Mallory", language="en")
    assert answer.status_code == 403
    assert "open for too long" in text_of(answer)
    assert "Mallory" not in text_of(desk.get("/desk/account"))


def test_a_form_from_another_site_does_nothing_even_with_its_token(app: Flask, database: Database) -> None:
    desk = sign_in(app, database)
    fields = {"csrf": desk.token(), "name": "Mallory", "language": "en"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = desk.client.post("/desk/account", base_url=desk.base, data=fields, headers=headers)
        assert answer.status_code == 403
    assert "Mallory" not in text_of(desk.get("/desk/account"))


def test_nobody_is_signed_in_by_a_form_of_another_site(app: Flask, database: Database) -> None:
    """Log-in CSRF: a form that signs her in as somebody else lacks the token of her own browser."""
    with database.transaction() as session:
        _, plain = make_staff(session)
    token = open_desk(app).token()
    victim = open_desk(app)
    victim.get("/desk/sign-in")
    proof = {"mail": "cleo@kiem.example", "password": PASSWORD, "code": totp_at(plain, NOW)}
    assert victim.post("/desk/sign-in", csrf=token, **proof).status_code == 403
    assert victim.post("/desk/sign-in", **proof).status_code == 303


def test_every_page_is_kept_nowhere_and_runs_no_foreign_word(app: Flask, database: Database) -> None:
    desk = sign_in(app, database, administrator=True)
    for url in ("/desk", "/desk/account", "/desk/staff", "/desk/staff/invite", "/desk/log", "/desk/nothing"):
        answer = desk.get(url)
        assert answer.headers["Cache-Control"] == "no-store", url
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        page = answer.get_data(as_text=True)
        assert not re.search(r"<script(?![^>]+src=)|\sstyle=|<style|\son\w+=|https?://(?!www\.w3\.org)", page), url


def test_the_stylesheet_may_be_kept_for_ever_under_its_own_address(app: Flask, database: Database) -> None:
    desk = open_desk(app)
    page = desk.get("/desk/sign-in").get_data(as_text=True)
    found = re.search(r'href="(/desk/assets/desk.css\?v=\w+)"', page)
    assert found is not None
    assert "immutable" in desk.get(found[1]).headers["Cache-Control"]
    assert desk.get("/desk/assets/desk.css").headers["Cache-Control"] == "no-cache"
    for name in ("nothing.css", "../frame.py", "..%2fframe.py", ".hidden"):
        assert desk.get(f"/desk/assets/{name}").status_code == 404


@pytest.mark.parametrize(
    ("header", "language"),
    [("nl", "nl"), ("en", "en"), ("de, en;q=0.5", "en"), ("de", "nl"), ("", "nl"), ("nl-BE", "nl")],
)
def test_who_is_not_signed_in_is_spoken_to_as_her_browser_asks(app: Flask, header: str, language: str) -> None:
    page = app.test_client().get("/desk/sign-in", headers={"Accept-Language": header}).get_data(as_text=True)
    assert f'<html lang="{language}">' in page


def test_a_chosen_language_stays_and_so_does_the_page(app: Flask, database: Database) -> None:
    desk = open_desk(app)
    answer = desk.post("/desk/language", language="nl", next="/desk/sign-in?next=/desk/account")
    assert answer.location == "/desk/sign-in?next=/desk/account"
    assert "Aanmelden" in text_of(desk.get("/desk/sign-in"))
    assert desk.post("/desk/language", language="xx", next="https://evil.example").location == "/desk"
    cleo = sign_in(app, database, language="en")
    assert "Studies" in text_of(cleo.get("/desk"))
    cleo.post("/desk/language", language="nl", next="/desk")
    assert "Onderzoeken" in text_of(cleo.get("/desk"))


def test_a_notice_is_said_once_and_only_if_we_wrote_it(app: Flask, database: Database) -> None:
    desk = sign_in(app, database)
    desk.post("/desk/account", name="Cleo", language="en")
    assert 'role="status">Saved.' in desk.get("/desk/account").get_data(as_text=True)
    assert 'role="status"' not in desk.get("/desk/account").get_data(as_text=True)
    body = base64.urlsafe_b64encode(json.dumps(["staff.was_ended", {"name": "Otto"}]).encode()).decode()
    for forged in (f"{body}.{'0' * 64}", body, "x", "é"):
        desk.client.set_cookie("kiem-desk-notice", forged, domain="kiem.example", path="/desk", secure=True)
        answer = desk.get("/desk/account")
        assert answer.status_code == 200
        assert 'role="status"' not in answer.get_data(as_text=True)


def test_an_address_that_is_not_there_is_a_page_for_people(app: Flask, database: Database) -> None:
    answer = open_desk(app).get("/desk/nothing/here")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "Not found" in text_of(answer)
    for url in ("/desk/", "/desk/studies/nothing/staff"):
        assert sign_in(app, database, f"Cleo{len(url)}").get(url).status_code == 404


def test_something_that_breaks_shows_nothing_of_the_inside(context: Context, database: Database) -> None:
    from server.app import create_app
    from server.staff.auth import anybody

    app = create_app(context)
    broken = desk_blueprint("broken")

    @broken.get("/broken")
    @anybody
    def show() -> str:
        raise RuntimeError("the answer was 42")

    app.register_blueprint(broken)
    answer = open_desk(app).get("/desk/broken")
    assert answer.status_code == 500
    assert "Something broke on our side" in text_of(answer)
    assert "42" not in text_of(answer)


def test_a_view_that_does_not_say_who_may_call_it_keeps_the_desk_shut() -> None:
    app = Flask("test")
    careless = desk_blueprint("careless")
    careless.add_url_rule("/careless", "show", lambda: "everything")
    with pytest.raises(UndeclaredView, match=r"careless\.show"):
        register_desk(app, [careless])


def test_five_minutes_after_the_code_it_is_asked_for_again(app: Flask, database: Database, clock: SetClock) -> None:
    desk = sign_in(app, database)
    assert desk.get("/desk/account/recovery-codes").status_code == 200
    clock.move(timedelta(minutes=5))
    answer = desk.get("/desk/account/recovery-codes")
    assert answer.location == "/desk/confirm?next=/desk/account/recovery-codes"
    assert desk.post("/desk/account/recovery-codes").location == "/desk/confirm?next=/desk"
    before = desk.cookie("__Host-kiem-desk")
    assert desk.post(answer.location, password=PASSWORD, code="000000").status_code == 403
    assert desk.get("/desk/account/recovery-codes").status_code == 303
    done = desk.post(answer.location, password=PASSWORD, code=totp_at(desk.plain, clock.now()))
    assert done.location == "/desk/account/recovery-codes"
    assert desk.cookie("__Host-kiem-desk") != before  # more rights, another token
    assert desk.get("/desk/account/recovery-codes").status_code == 200


def test_a_form_says_everything_that_is_wrong_at_once() -> None:
    sent = {"n": "many", "m": "7", "day": "31-12", "at": "25:00", "mail": "cleo", "one": "c", "long": "x" * 9}
    form = Form(MultiDict([*sent.items(), ("few", "a"), ("few", "z")]))
    assert form.whole("n", least=1, most=5) is None
    assert form.whole("m", least=1, most=5) is None
    assert form.day("day") is None
    assert form.clock("at") is None
    form.mail("mail")
    assert form.choice("one", ("a", "b")) == ""
    assert form.many("few", ("a", "b")) == ["a"]
    form.text("long", most=8)
    form.text("absent")
    assert form.text("free", required=False) == ""
    assert {name: problem.key for name, problem in form.errors.items()} == {
        "n": "wrong.whole",
        "m": "wrong.between",
        "day": "wrong.date",
        "at": "wrong.time",
        "mail": "wrong.mail",
        "one": "wrong.pick",
        "few": "wrong.pick",
        "long": "wrong.long",
        "absent": "wrong.required",
    }


def test_a_long_list_comes_in_pages() -> None:
    assert [(p.here, p.count, p.skip) for n in (0, 1, 3, 9) if (p := Pages(total=51, number=n))] == [
        (1, 3, 0),
        (1, 3, 0),
        (3, 3, 50),
        (3, 3, 50),
    ]
    assert Pages(total=0).count == 1


def test_numbers_and_days_are_worded_as_the_reader_expects(cast: Cast) -> None:
    assert (number(1240.5, "nl", 1), number(1240.5, "en", 1)) == ("1.240,5", "1,240.5")
    assert (percent(0.834, "nl"), percent(None, "en")) == ("83%", "–")
    assert (day(TODAY, "nl"), day(TODAY, "en")) == ("wo 4 maart 2026", "Wed 4 March 2026")
    assert moment(NOW, "nl") == "wo 4 maart 2026, 12:00"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-03-31", date(2026, 3, 31)),
        ("31-3-2026", date(2026, 3, 31)),
        ("31/03/2026", date(2026, 3, 31)),
        ("1.4.2026", date(2026, 4, 1)),
        ("3/31/2026", None),  # the day comes first here
        ("31-3-26", None),
        ("tomorrow", None),
    ],
)
def test_a_date_may_be_typed_where_a_browser_has_no_picker(typed: str, meant: date | None) -> None:
    form = Form.of(on=typed)
    assert form.day("on") == meant
    assert form.ok == (meant is not None)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("08:30", time(8, 30)), ("8:30", time(8, 30)), ("8.30", time(8, 30)), ("25:00", None), ("half nine", None)],
)
def test_a_time_may_be_typed_where_a_browser_has_no_picker(typed: str, meant: time | None) -> None:
    form = Form.of(at=typed)
    assert form.clock("at") == meant
    assert form.ok == (meant is not None)
