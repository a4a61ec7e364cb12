"""Challenges at the desk: written, corrected, looked at, made live, taken in from a file, chosen for a day."""

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from challenges.library import load_starter
from challenges.table import write_csv
from server.coordination.models import ChallengeVersion, Scheduled
from server.db import Database
from server.planning.models import Assignment
from server.planning.service import plan_ahead
from tests.cast import NOW, TODAY, Cast
from tests.databases import both_databases
from tests.factories import make_challenge
from tests.server.desk.desk import Desk, sign_in, text_of

WAVE: dict[str, Any] = {
    "title_nl": "Zwaai eens",
    "title_en": "Give a wave",
    "body_nl": "Zwaai vandaag naar iemand die je kent.",
    "body_en": "Wave at somebody you know today.",
    "strategy": "kindness",
    "minutes": "1",
    "place": "any",
    "company": "either",
    "min_age": "12",
    "cool_down_days": "21",
    "proof": "none",
    "weekdays": ["1", "2", "3", "4", "5", "6", "7"],
}


@pytest.fixture
def cleo(app: Flask, database: Database, cast: Cast) -> Desk:
    return sign_in(app, database, roles={cast.study: "coordinator"})


def status_of(database: Database, slug: str) -> list[tuple[int, str]]:
    with database.reading() as session:
        rows = session.scalars(select(ChallengeVersion).where(ChallengeVersion.slug == slug))
        return sorted((row.version, row.status) for row in rows)


@both_databases
def test_a_challenge_goes_from_an_empty_form_to_live(cleo: Desk, database: Database) -> None:
    assert cleo.get("/desk/challenges/new").status_code == 200
    saved = cleo.post("/desk/challenges/new", **WAVE, act="review")
    assert saved.location == "/desk/challenges/give-a-wave"
    assert "Give a wave" in text_of(cleo.get(saved.location))
    cleo.post("/desk/challenges/give-a-wave/move", to="live")
    assert status_of(database, "give-a-wave") == [(1, "live")]
    cleo.post("/desk/challenges/give-a-wave/undo")
    assert status_of(database, "give-a-wave") == [(1, "review")]


def test_an_empty_form_asks_for_the_title_and_not_for_the_short_name_that_comes_from_it(cleo: Desk) -> None:
    page = cleo.post("/desk/challenges/new", title_nl="", title_en="", act="save")
    assert (page.status_code, 'id="title_en-wrong"' in page.text, 'id="slug-wrong"' in page.text) == (422, True, False)
    assert "Short name:" not in text_of(page)
    unreadable = cleo.post("/desk/challenges/new", title_nl="日本", title_en="日本", act="save")
    assert "Short name:" in text_of(unreadable)  # here a name must be given


def test_every_problem_stands_beside_its_field_and_what_was_typed_stays(cleo: Desk, database: Database) -> None:
    bad = {**WAVE, "title_en": "", "minutes": "999", "body_nl": "Kort.", "weekdays": [], "min_age": "9"}
    page = cleo.post("/desk/challenges/new", **bad)
    assert page.status_code == 422
    html = page.get_data(as_text=True)
    for field in ("title_en", "minutes", "body_nl", "weekdays", "min_age"):
        assert f'href="#{field}"' in html, field
        assert f'id="{field}-wrong"' in html, field
    assert 'value="999"' in html
    assert '<details class="more" open>' in html
    assert status_of(database, "give-a-wave") == []


def test_the_preview_without_scripts_shows_the_card_and_saves_nothing(cleo: Desk, database: Database) -> None:
    page = cleo.post("/desk/challenges/new", **WAVE, act="preview").get_data(as_text=True)
    assert '<p class="poster-title" data-part="title">Zwaai eens</p>' in page
    assert '<p class="poster-title" data-part="title">Give a wave</p>' in page
    assert status_of(database, "give-a-wave") == []


def test_markup_in_a_title_is_refused_and_never_runs(cleo: Desk) -> None:
    page = cleo.post("/desk/challenges/new", **{**WAVE, "title_en": "<script>alert(1)</script>"})
    assert page.status_code == 422
    assert "<script>alert" not in page.get_data(as_text=True)


def test_a_change_that_crossed_another_is_told(cleo: Desk, database: Database) -> None:
    cleo.post("/desk/challenges/new", **WAVE)
    page = cleo.post("/desk/challenges/give-a-wave", **{**WAVE, "minutes": "3"}, stamp="0" * 16)
    assert page.status_code == 422
    assert "Somebody else changed this" in text_of(page)


def test_a_file_with_two_bad_rows_is_mended_and_taken_in(cleo: Desk, database: Database) -> None:
    few = list(load_starter().values())[:4]
    good = write_csv(few)
    rows = good.splitlines()
    rows[1] = rows[1].replace(few[0].strategy, "naps")
    rows[3] = rows[3].replace(f",{few[2].minutes},", ",500,")
    bad = "\r\n".join(rows)
    page = cleo.post("/desk/challenges/import", file=(io.BytesIO(bad.encode()), "x.csv"))
    assert page.status_code == 422
    assert "2 mistakes" in text_of(page)
    assert 'name="stamp"' not in page.get_data(as_text=True)
    page = cleo.post("/desk/challenges/import", file=(io.BytesIO(good.encode()), "x.csv"))
    html = page.get_data(as_text=True)
    assert "New: 4. Changed: 0. The same: 0." in text_of(page)
    with database.reading() as session:
        assert session.scalars(select(ChallengeVersion)).all() == []
    stamp = html.split('name="stamp" value="')[1][:16]
    assert cleo.post("/desk/challenges/import", text=good, kind="csv", stamp=stamp).status_code == 303
    with database.reading() as session:
        assert len(session.scalars(select(ChallengeVersion)).all()) == 4
    out = cleo.get("/desk/challenges/export.csv").get_data(as_text=True)
    again = cleo.post("/desk/challenges/import", file=(io.BytesIO(out.encode()), "x.csv"))
    assert "New: 0. Changed: 0. The same: 4." in text_of(again)


def test_the_list_filters_and_moves_what_is_ticked(cleo: Desk, database: Database) -> None:
    with database.transaction() as session:
        make_challenge(session, slug="one", status="review")
        make_challenge(session, slug="two", status="draft")
    page = text_of(cleo.get("/desk/challenges?status=review"))
    assert "1 challenge of 2" in page
    cleo.post("/desk/challenges/move?status=review", slug=["one", "two"], to="live")
    assert status_of(database, "one") == [(1, "live")]
    assert status_of(database, "two") == [(1, "draft")]


@both_databases
def test_one_challenge_chosen_for_a_day_reaches_everybodys_plan(cleo: Desk, database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        for number in range(6):
            make_challenge(session, slug=f"dare-{number}", strategy=("kindness", "movement", "humour")[number % 3])
    plan_ahead(database, now=NOW)
    url, tomorrow = "/desk/studies/garden/challenges", TODAY + timedelta(days=1)
    assert cleo.post(url, on=str(TODAY), slug="dare-3").status_code == 422
    assert cleo.post(url, on=str(tomorrow), slug="dare-3").status_code == 303
    with database.reading() as session:
        mine = session.get(Assignment, (cast.noor.participant.id, tomorrow))
        assert mine is not None
        assert mine.slug == "dare-3"
    assert cleo.get(url).status_code == 200
    cleo.post(f"{url}/{tomorrow}/free")
    with database.reading() as session:
        assert session.scalars(select(Scheduled)).all() == []


def test_the_card_at_the_desk_has_the_class_names_of_the_phone(cleo: Desk) -> None:
    from pathlib import Path

    phone = Path("server/pwa/src/screens/challenge.tsx").read_text(encoding="utf-8")
    page = cleo.get("/desk/challenges/new").get_data(as_text=True)
    for name in ("poster-top", "eyebrow", "facts", "safety"):
        assert f'class="{name}"' in phone
        assert f'class="{name}"' in page
