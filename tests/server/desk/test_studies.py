"""A study set up at the desk by somebody without technical help, and a look at its calendar."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from prompts.preview import preview
from server.consent.models import ConsentText
from server.content import protocols
from server.db import Database
from server.desk.calendar_drawing import wall_minute
from server.staff.models import StudyRole
from server.studies.models import Study
from tests.cast import Cast
from tests.databases import both_databases
from tests.server.desk.desk import Desk, sign_in, text_of

NEW = {
    "name": "orchard",
    "title_nl": "Boomgaard",
    "title_en": "Orchard",
    "protocol": "grow-it.1",
    "start_rule": "monday",
    "zone": "Europe/Amsterdam",
    "opens_on": "2026-03-09",
    "closes_on": "2026-05-01",
}
WHO = {"institution": "Kiem", "contact_name": "Cleo", "contact_mail": "cleo@kiem.example", "parents": "2"}


@pytest.fixture
def cleo(app: Flask, database: Database, cast: Cast) -> Desk:
    return sign_in(app, database, roles={cast.study: "coordinator"})


@both_databases
def test_who_makes_a_study_owns_it_and_its_code_opens_it(cleo: Desk, client: FlaskClient, database: Database) -> None:
    assert cleo.post("/desk/new-study", **NEW).location == "/desk/studies/orchard/settings"
    with database.reading() as session:
        made = session.scalars(select(Study).where(Study.name == "orchard")).one()
        role = session.scalars(select(StudyRole).where(StudyRole.study_id == made.id)).one()
    assert (made.opens_on, made.start_rule, role.role) == (date(2026, 3, 9), "monday", "owner")
    saved = cleo.post("/desk/studies/orchard/settings", **{**NEW, **WHO, "title_en": "The orchard"})
    assert saved.location == "/desk/studies/orchard/consent"
    assert "This is the consent text from now on" in text_of(cleo.get(saved.location))
    with database.reading() as session:
        texts = session.scalars(select(ConsentText).where(ConsentText.study_id == made.id)).all()
    assert {text.language for text in texts} == {"nl", "en"}
    cleo.post("/desk/studies/orchard/codes", count="1")
    page = text_of(cleo.get("/desk/studies/orchard/codes"))
    code = next(word for word in page.split() if len(word) == 9 and word[4] == "-")
    assert client.get(f"/api/v1/intro/{code}").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "Two Words"), ("title_nl", ""), ("zone", "Amsterdam"), ("closes_on", "2026-01-01"), ("name", "garden")],
)
def test_what_is_wrong_stands_beside_its_field(cleo: Desk, database: Database, field: str, value: str) -> None:
    page = cleo.post("/desk/new-study", **{**NEW, field: value})
    assert page.status_code == 422
    assert f'id="{field}-wrong"' in page.get_data(as_text=True)
    with database.reading() as session:
        assert session.scalars(select(Study.name).where(Study.name == "orchard")).all() == []


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "told"),
    [("2026-03-09", "", "from 9 March 2026"), ("", "2026-05-01", "until 1 May 2026"), ("", "", "no end date")],
)
def test_the_list_of_studies_tells_the_one_date_that_is_set(
    cleo: Desk, opens_on: str, closes_on: str, told: str
) -> None:
    cleo.post("/desk/new-study", **{**NEW, "opens_on": opens_on, "closes_on": closes_on})
    assert f"Joining {told}" in text_of(cleo.get("/desk"))


def test_saving_the_same_again_publishes_no_second_text(cleo: Desk, database: Database, cast: Cast) -> None:
    form = {"title_nl": "Tuin", "title_en": "Garden", "start_rule": "next_day", **WHO}
    looked = {"step": "save", "base": "1"}
    for step in (looked, {}):
        assert cleo.post("/desk/studies/garden/settings", **form, **step).status_code == 303
    with database.reading() as session:
        rows = session.scalars(select(ConsentText.version).where(ConsentText.study_id == cast.study.id)).all()
        assert sorted(rows) == [1, 1, 2, 2]  # the short text there was, and the one that was made


@pytest.mark.parametrize("first", ["2026-03-23", "2026-10-19"])
def test_the_calendar_shows_every_moment_in_weeks_in_which_the_clock_changes(cleo: Desk, first: str) -> None:
    url = f"/desk/studies/garden/calendar?first={first}&quiet=08:30-15:00&person=2"
    html = cleo.get(url).get_data(as_text=True)
    assert html.count('class="dot"') == 14 * 5
    assert html.count('class="diamond"') == 14
    assert 'class="quiet-hours"' in html
    rows = preview(protocols()["grow-it.1"], "Europe/Amsterdam", date.fromisoformat(first), 14, 1, "x")
    assert all(9 * 60 <= wall_minute(row) < 21 * 60 for row in rows)


def test_quiet_hours_that_cannot_be_read_are_told(cleo: Desk) -> None:
    page = cleo.get("/desk/studies/garden/calendar?quiet=later")
    assert page.status_code == 422
    assert "Write quiet hours like" in text_of(page)
