"""Who is who, seen and changed at the desk; and what each role does not even see."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.audit.service import Actor
from server.clock import SetClock
from server.db import Database
from server.desk.log_words import in_words
from server.staff.invitations import invite
from server.staff.models import Staff, StudyRole
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.server.desk.desk import PASSWORD, SECRET, Desk, open_desk, sign_in, text_of, totp_at


def link_in(desk: Desk) -> str:
    assert desk.last is not None
    found = re.search(r"http://127\.0\.0\.1:8000(/desk/invitation/[\w-]+)", desk.last.get_data(as_text=True))
    assert found is not None, text_of(desk.last)
    return found[1]


def join(app: Flask, link: str, *, name: str = "Nina", password: str = PASSWORD, code: str = "") -> Desk:
    desk = open_desk(app)
    page = desk.get(link).get_data(as_text=True)
    found = re.search(r'class="code">([A-Z2-7 ]+)<', page)
    assert found is not None
    desk.plain = found[1].replace(" ", "")
    desk.post(link, name=name, language="en", password=password, again=password, code=code or totp_at(desk.plain, NOW))
    return desk


@both_databases
def test_from_invitation_to_the_desk(app: Flask, database: Database, cast: Cast) -> None:
    otto = sign_in(app, database, "Otto", roles={cast.study: "owner"})
    assert otto.post("/desk/studies/garden/staff/invite", mail="Nina@Kiem.Example", role="coordinator", language="en")
    link = link_in(otto)
    assert "nina@kiem.example" in text_of(otto.get("/desk/studies/garden/staff"))
    nina = join(app, link)
    assert nina.last is not None
    assert nina.last.status_code == 200
    codes = re.findall(r"<li>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</li>", nina.last.get_data(as_text=True))
    assert len(codes) == 10
    home = text_of(nina.get("/desk"))
    assert "Study garden" in home
    assert "Study harbour" not in home
    assert "coordinator" in home
    assert open_desk(app).get(link).status_code == 404
    again = open_desk(app)
    assert again.post("/desk/sign-in", mail="nina@kiem.example", password=PASSWORD, code=codes[0]).status_code == 303


def test_an_invitation_from_the_server_does_not_name_a_command_line(app: Flask, database: Database) -> None:
    with database.transaction() as session:
        invited = invite(session, Actor(), "nina@kiem.example", administrator=True, secret=SECRET, now=NOW)
    page = text_of(open_desk(app).get(f"/desk/invitation/{invited.token}?language=en"))
    assert "The administrator of Kiem invites you" in page
    assert "command line" not in page


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"password": "kort"}, "at least 12"),
        ({"password": "nina en nina samen"}, "your own name"),
        ({"password": "wachtwoord2026"}, "too easy"),
        ({"code": "000000"}, "not the code"),
        ({"name": " "}, "Fill this in"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_made(
    app: Flask, database: Database, cast: Cast, facts: dict[str, str], said: str
) -> None:
    otto = sign_in(app, database, "Otto", roles={cast.study: "owner"})
    otto.post("/desk/studies/garden/staff/invite", mail="nina@kiem.example", role="coordinator", language="en")
    link = link_in(otto)
    nina = join(app, link, **facts)
    assert nina.last is not None
    assert nina.last.status_code == 422
    page = nina.last.get_data(as_text=True)
    assert said in text_of(nina.last)
    assert 'aria-invalid="true"' in page
    assert 'role="alert" tabindex="-1" autofocus' in page
    assert facts.get("password", PASSWORD) not in page
    with database.reading() as session:
        assert session.scalar(select(Staff).where(Staff.mail == "nina@kiem.example")) is None
    assert join(app, link).last is not None


def test_a_withdrawn_link_opens_nothing(app: Flask, database: Database, cast: Cast) -> None:
    otto = sign_in(app, database, "Otto", roles={cast.study: "owner"})
    otto.post("/desk/studies/garden/staff/invite", mail="nina@kiem.example", role="coordinator", language="en")
    link = link_in(otto)
    page = otto.get("/desk/studies/garden/staff").get_data(as_text=True)
    found = re.search(r'action="(/desk/studies/garden/invitations/[\w-]+/withdraw)"', page)
    assert found is not None
    # Not from another study, even by its owner.
    other = sign_in(app, database, "Olga", roles={cast.other_study: "owner"})
    assert other.post(found[1]).status_code == 404
    assert other.post(found[1].replace("garden", "harbour")).status_code == 404
    assert open_desk(app).get(link).status_code == 200
    assert otto.post(found[1]).status_code == 303
    assert open_desk(app).get(link).status_code == 404


def test_a_role_is_changed_and_taken_away_and_the_log_says_so(app: Flask, database: Database, cast: Cast) -> None:
    otto = sign_in(app, database, "Otto", roles={cast.study: "owner"})
    cleo = sign_in(app, database, "Cleo", roles={cast.study: "coordinator"})
    assert cleo.staff is not None
    url = f"/desk/studies/garden/staff/{cleo.staff.id}"
    assert otto.post(url, role="emperor").status_code == 422
    assert otto.post(url, role="researcher").location == "/desk/studies/garden/staff"
    assert cleo.get("/desk").status_code == 303
    assert otto.post(f"{url}/remove", why="moved to Utrecht").location == "/desk/studies/garden/staff"
    assert otto.get(url).status_code == 404
    said = text_of(otto.get("/desk/studies/garden/log"))
    assert "changed a role" in said
    assert "before: coordinator, role: researcher" in said
    assert "moved to Utrecht" in said
    with database.reading() as session:
        assert session.scalars(select(StudyRole.role)).all() == ["owner"]


def test_the_last_owner_stays(app: Flask, database: Database, cast: Cast) -> None:
    otto = sign_in(app, database, "Otto", roles={cast.study: "owner"})
    assert otto.staff is not None
    url = f"/desk/studies/garden/staff/{otto.staff.id}"
    for answer in (otto.post(url, role="researcher"), otto.post(f"{url}/remove")):
        assert answer.status_code == 422
        assert "at least one owner" in text_of(answer)


def test_an_administrator_makes_owners_but_sees_nothing_of_a_study_herself(
    app: Flask, database: Database, cast: Cast
) -> None:
    ada = sign_in(app, database, "Ada", administrator=True)
    assert "Study garden" in text_of(ada.get("/desk"))
    assert ada.get("/desk/studies/garden/staff").status_code == 200
    assert ada.get("/desk/studies/garden/log").status_code in (403, 404)
    assert ada.post("/desk/staff/invite", mail="nina@kiem.example", place="of:garden", language="en").status_code == 200
    nina = join(app, link_in(ada))
    assert nina.get("/desk/studies/garden/log").status_code == 200
    assert ada.post("/desk/staff/invite", mail="x", place="of:nowhere", language="en").status_code == 422


def test_an_administrator_ends_accounts_only_with_a_fresh_code(
    app: Flask, database: Database, cast: Cast, clock: SetClock
) -> None:
    ada = sign_in(app, database, "Ada", administrator=True)
    cleo = sign_in(app, database, "Cleo", roles={cast.study: "coordinator"})
    assert cleo.staff is not None
    url = f"/desk/staff/{cleo.staff.id}"
    clock.move(timedelta(minutes=5))
    assert ada.post(url, do="end").location == "/desk/confirm?next=/desk"
    assert cleo.get("/desk").status_code == 200
    ada.post("/desk/confirm", password=PASSWORD, code=totp_at(ada.plain, clock.now()))
    assert ada.staff is not None
    assert "Somebody else" in text_of(ada.post(f"/desk/staff/{ada.staff.id}", do="end"))
    assert ada.post(url, do="renew").status_code == 200
    link = link_in(ada)
    assert cleo.get("/desk").status_code == 200
    assert ada.post(url, do="end").status_code == 303
    assert cleo.get("/desk").status_code == 303
    assert open_desk(app).get(link).status_code == 404
    with database.reading() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert actions == ["staff.access-renewed", "staff.ended"]


def test_she_ends_her_own_other_sessions_and_nobody_elses(app: Flask, database: Database, cast: Cast) -> None:
    cleo, rena = sign_in(app, database, "Cleo"), sign_in(app, database, "Rena")
    other = open_desk(app)
    other.post("/desk/sign-in", mail="cleo@kiem.example", password=PASSWORD, code=totp_at(cleo.plain, NOW))
    page = cleo.get("/desk/account").get_data(as_text=True)
    found = re.search(r'action="(/desk/account/sessions/[0-9a-f-]{36}/end)"', page)
    assert found is not None
    rena.post(found[1])
    assert other.get("/desk").status_code == 200
    cleo.post(found[1])
    assert other.get("/desk").status_code == 303
    assert cleo.get("/desk").status_code == 200


def test_new_recovery_codes_replace_the_old(app: Flask, database: Database) -> None:
    desk = sign_in(app, database)
    first = re.findall(r"<li>([\w-]{14})</li>", desk.post("/desk/account/recovery-codes").get_data(as_text=True))
    second = re.findall(r"<li>([\w-]{14})</li>", desk.post("/desk/account/recovery-codes").get_data(as_text=True))
    assert len(set(first + second)) == 20
    for code, status in ((first[0], 403), (second[0], 303)):
        answer = open_desk(app).post("/desk/sign-in", mail="cleo@kiem.example", password=PASSWORD, code=code)
        assert answer.status_code == status


def test_the_menu_says_behind_which_of_its_entries_a_page_lies(app: Flask, database: Database, cast: Cast) -> None:
    olga = sign_in(app, database, name="Olga", roles={cast.study: "owner"})
    page = olga.get("/desk/studies/garden/staff/invite").text
    assert 'href="/desk/studies/garden/staff" aria-current="true"' in page
    assert page.count("aria-current") == 1
    assert 'href="/desk/studies/garden/staff" aria-current="page"' in olga.get("/desk/studies/garden/staff").text


def test_the_details_of_an_entry_say_only_what_says_something() -> None:
    assert in_words({"version": 2, "count": 0, "binding": False, "why": None, "text": ""}, "en") == "version: 2"
    assert in_words({"count": 0}, "nl") == ""
    assert in_words({"count": 1, "binding": True}, "en") == "number: 1, asked again"
