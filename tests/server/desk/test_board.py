"""The board at the desk, one participant, join codes, and that no screen ever shows an answer."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from server.db import Database
from server.diary.models import ChallengeOutcome
from server.people.models import DeviceToken
from server.planning.pauses import pause as begin_pause
from server.planning.pauses import resume
from server.studies.models import JoinCode
from tests.cast import NOW, TODAY, Cast
from tests.databases import both_databases
from tests.delivery_factories import make_attempt, make_device, make_receipt
from tests.factories import make_assignment, make_beep, make_challenge, make_response
from tests.server.desk.desk import Desk, sign_in, text_of

MARKS = ("canary-7c1e", "83.7313", "canaryoption", "91.5117")


@pytest.fixture
def cleo(app: Flask, database: Database, cast: Cast) -> Desk:
    return sign_in(app, database, roles={cast.study: "coordinator"})


@pytest.fixture
def _diaries(database: Database, cast: Cast) -> None:
    """Answers, free text and ratings with marks in them, and everything the board counts."""
    with database.transaction() as session:
        make_challenge(session, slug="compliment")
        for member in (cast.noor, cast.sam):
            one = session.merge(member.participant)
            device = make_device(session, participant=one)
            make_assignment(session, participant=one, local_date=TODAY, slug="compliment")
            for slot in range(6):
                for ago in range(3):
                    beep = make_beep(session, participant=one, slot=slot, local_date=TODAY - timedelta(days=ago))
                    make_attempt(session, beep=beep, device=device)
                    make_receipt(session, beep=beep)
                    if slot:
                        answers = {"day_best": MARKS[0], "pa_cheerful": 83.7313, "act_what": MARKS[2]}
                        make_response(session, beep=beep, answers=answers, measures={"mood": 91.5117})
            session.add(
                ChallengeOutcome(
                    participant_id=one.id,
                    local_date=TODAY,
                    slot=0,
                    outcome="done",
                    slug="compliment",
                    fun=67,
                    helped=33,
                    device_at=one.joined_at,
                    received_at=one.joined_at,
                )
            )


@pytest.mark.usefixtures("_diaries")
@both_databases
def test_no_page_of_the_desk_shows_an_answer(cleo: Desk) -> None:
    """Follow every link from the start, and look for the marks in every page."""
    waiting, seen = ["/desk", "/desk/studies/garden/board"], set[str]()
    while waiting:
        url = waiting.pop()
        if url in seen or len(seen) > 120:
            continue
        seen.add(url)
        page = cleo.get(url)
        assert page.status_code in (200, 303), url
        html = page.get_data(as_text=True)
        assert not [mark for mark in MARKS if mark in html], url
        for link in re.findall(r'href="(/desk[^"#]*)"', html):
            parts = urlsplit(link.replace("&amp;", "&"))
            if "/assets/" not in parts.path and parts.path not in {urlsplit(one).path for one in seen}:
                waiting.append(parts.geturl())
    paths = {urlsplit(url).path for url in seen}
    assert {
        "/desk/studies/garden/people/NRNR234",
        "/desk/studies/garden/challenges",
        "/desk/studies/garden/codes",
        "/desk/challenges/compliment",
        "/desk/challenges/export.csv",
    } <= paths


@pytest.mark.usefixtures("_diaries")
@both_databases
def test_the_board_counts_what_was_planned_and_answered(cleo: Desk) -> None:
    page = text_of(cleo.get("/desk/studies/garden/board"))
    assert "answered: 20 of 20 questionnaires" in page
    html = cleo.get("/desk/studies/garden/board").get_data(as_text=True)
    assert html.count('<svg class="chart"') == 5
    assert html.count('role="img"') >= 5


def test_a_board_without_anybody_is_a_page_too(cleo: Desk) -> None:
    page = cleo.get("/desk/studies/garden/board")
    assert page.status_code == 200
    assert "No complete day is over yet" in text_of(page)


@pytest.mark.parametrize("path", ["board", "people", "people/NRNR234", "codes", "challenges"])
def test_a_researcher_and_staff_of_another_study_do_not_get_in(
    app: Flask, database: Database, cast: Cast, path: str
) -> None:
    rena = sign_in(app, database, "Rena", roles={cast.study: "researcher"})
    assert rena.get(f"/desk/studies/garden/{path}").status_code == 403
    other = sign_in(app, database, "Olga", roles={cast.other_study: "coordinator"})
    assert other.get(f"/desk/studies/garden/{path}").status_code == 404


def test_a_participant_of_another_study_is_nobody_here(cleo: Desk, cast: Cast) -> None:
    assert cleo.get(f"/desk/studies/garden/people/{cast.zoe.participant.code}").status_code == 404


@both_databases
def test_a_new_code_signs_the_lost_phone_out_and_opens_another(
    cleo: Desk, client: FlaskClient, cast: Cast, database: Database
) -> None:
    page = cleo.post("/desk/studies/garden/people/NRNR234/new-code").get_data(as_text=True)
    made = re.search(r"<code>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</code>", page)
    assert made is not None
    assert client.get("/api/v1/me", headers=cast.noor.headers).status_code == 401
    assert client.get("/api/v1/me", headers=cast.sam.headers).status_code == 200
    opened = client.post("/api/v1/recover", json={"recovery_code": made[1]})
    assert opened.status_code == 200
    with database.reading() as session:
        assert len(session.scalars(select(DeviceToken).where(DeviceToken.revoked_at.is_(None))).all()) == 3


def test_a_reviewed_text_is_on_her_screen_and_nobody_elses(cleo: Desk, client: FlaskClient, cast: Cast) -> None:
    cleo.post("/desk/studies/garden/people/NRNR234/notice", notice="times-fit")
    hers = client.get("/api/v1/today", headers=cast.noor.headers).get_json()["notices"]
    assert [one["key"] for one in hers] == ["times-fit"]
    assert set(hers[0]["text"]) == {"nl", "en"}
    assert client.get("/api/v1/today", headers=cast.sam.headers).get_json()["notices"] == []
    assert cleo.post("/desk/studies/garden/people/NRNR234/notice", notice="my own words").status_code == 422
    assert cleo.post("/desk/studies/garden/people/NRNR234/notice").status_code == 422, "nothing chosen"
    assert client.get("/api/v1/today", headers=cast.noor.headers).get_json()["notices"] == hers
    cleo.post("/desk/studies/garden/people/NRNR234/notice", notice="")
    assert client.get("/api/v1/today", headers=cast.noor.headers).get_json()["notices"] == []


@both_databases
def test_codes_are_made_printed_and_ended(cleo: Desk, client: FlaskClient, database: Database, cast: Cast) -> None:
    url = "/desk/studies/garden/codes"
    assert cleo.post(url, count="0").status_code == 422
    assert cleo.post(url, count="3", uses="1", expires_on=str(TODAY + timedelta(days=9))).status_code == 303
    with database.reading() as session:
        made = session.scalars(select(JoinCode).where(JoinCode.max_uses == 1)).all()
    assert len(made) == 3
    for sheet in ("poster", "letter"):
        html = cleo.get(f"{url}/{sheet}?lang=nl&code={made[0].code}&code={made[1].code}").get_data(as_text=True)
        assert html.count('class="sheet-page') == 2
        assert f"/join/{made[0].code}" in html
        assert html.count("<svg") >= 2
    assert client.get(f"/api/v1/intro/{made[0].code}").status_code == 200
    cleo.post(f"{url}/{made[0].code}/end")
    assert client.get(f"/api/v1/intro/{made[0].code}").status_code == 410
    assert cleo.get(f"{url}/poster?code=ZZZZZZZZ").status_code == 404


def test_a_code_shows_the_last_day_on_which_it_opens(cleo: Desk, database: Database, cast: Cast) -> None:
    url = "/desk/studies/garden/codes"
    cleo.post(url, count="1", uses="", expires_on="2026-12-01")
    assert "Tue 1 December 2026</td>" in cleo.get(url).text
    with database.reading() as session:
        made = session.scalars(select(JoinCode).where(JoinCode.expires_at.is_not(None))).one()
    sheet = cleo.get(f"{url}/poster?code={made.code}&lang=nl")
    assert "tot en met di 1 december 2026" in sheet.text


@both_databases
def test_a_pause_is_on_the_page_of_who_has_it(cleo: Desk, database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        begin_pause(session, session.merge(cast.noor.participant), TODAY, TODAY, now=NOW)
    assert "<dd>Pause</dd>" in cleo.get("/desk/studies/garden/people/NRNR234").get_data(as_text=True)
    with database.transaction() as session:
        resume(session, session.merge(cast.noor.participant), now=NOW)
    assert "<dd>Taking part</dd>" in cleo.get("/desk/studies/garden/people/NRNR234").get_data(as_text=True)


def test_a_study_without_an_owner_says_who_can_appoint_one(
    cleo: Desk, app: Flask, database: Database, cast: Cast
) -> None:
    said = text_of(cleo.get("/desk/studies/garden/board"))
    assert "This study has no owner" in said
    assert "./run staff invite MAIL --study garden --role owner" in said
    sign_in(app, database, name="Olga", roles={cast.study: "owner"})
    assert "has no owner" not in text_of(cleo.get("/desk/studies/garden/board"))


@pytest.mark.parametrize(("uses", "alone"), [("1", True), ("30", False), ("", False)])
def test_a_letter_says_that_its_code_is_for_one_person_only_where_it_is(
    cleo: Desk, database: Database, uses: str, alone: bool
) -> None:
    url = "/desk/studies/garden/codes"
    cleo.post(url, count="1", uses=uses)
    with database.reading() as session:
        (made,) = session.scalars(select(JoinCode).order_by(JoinCode.created_at.desc()).limit(1))
    for lang, one, many in (
        ("nl", "De code is voor jou", "heeft dezelfde code"),
        ("en", "It is meant for you", "has the same code"),
    ):
        letter = text_of(cleo.get(f"{url}/letter?lang={lang}&code={made.code}"))
        assert (one in letter, many in letter) == (alone, not alone)
        poster = text_of(cleo.get(f"{url}/poster?lang={lang}&code={made.code}"))
        assert one not in poster
        assert many not in poster
