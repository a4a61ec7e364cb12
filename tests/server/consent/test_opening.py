"""Nobody is let in, handed a code, planned for or cleared in a study that has no consent text to say yes to."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from server.clock import SetClock
from server.consent.inviting import invite_by_letter
from server.consent.models import ConsentText
from server.consent.opening import TextMissing, issue_codes, issue_join_code
from server.consent.publishing import draft_default, find_text, publish, publish_default
from server.consent.refusals import ParentsNotAsked
from server.consent.service import ConsentNotAsked, enrol, record_own, settle
from server.db import Database
from server.people.models import DeviceToken, Participant
from server.people.throttle import MOST_FAILURES
from server.planning.models import Beep
from server.planning.service import plan_ahead
from server.studies.models import JoinCode, Study
from server.studies.service import create_study
from tests.cast import NOW, Cast
from tests.consent_factories import CONTACT, as_body, choice
from tests.databases import both_databases
from tests.factories import make_join_code, make_participant
from tests.server.desk.desk import Desk, sign_in

ZONE = "Europe/Amsterdam"
CODES = "/desk/studies/bare/codes"
API_CODES = "/api/v1/desk/studies/bare/codes"


@pytest.fixture
def bare(database: Database) -> Study:
    """A study as the desk makes one, without a word about who is responsible; with a code from earlier days."""
    with database.transaction() as session:
        title = {"nl": "Kaal", "en": "Bare"}
        study = create_study(session, name="bare", title=title, protocol="grow-it.1", zone=ZONE, now=NOW)
        make_join_code(session, study=study, code="KMPR2345", max_uses=5)
        return study


@pytest.fixture
def owner(app: Flask, database: Database, bare: Study) -> Desk:
    return sign_in(app, database, name="Olga", roles={bare: "owner"})


def ask(client: FlaskClient, **more: Any) -> Any:
    body = {"code": "KMPR2345", "language": "nl", "zone": ZONE, "birth_year": 2013, "birth_month": 9, **more}
    return client.post("/api/v1/join", json=body)


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def open_up(database: Database, *languages: str) -> None:
    """The text that comes with Kiem, in these languages."""
    with database.transaction() as session:
        study = session.scalars(select(Study).where(Study.name == "bare")).one()
        study.institution, study.contact = "Tuin", CONTACT
        texts = draft_default(study)
        publish(session, study, {language: texts[language] for language in languages}, now=NOW)


@both_databases
def test_a_child_of_twelve_cannot_join_a_study_without_a_text_and_nothing_is_kept(
    client: FlaskClient, database: Database, bare: Study
) -> None:
    for _ in range(MOST_FAILURES + 2):  # a class of thirty who come a day early guess nothing
        answer = ask(client)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "study-not-open")
    shown = client.get("/api/v1/intro/KMPR2345")
    assert (shown.status_code, shown.get_json()["code"]) == (403, "study-not-open")
    assert (count(database, Participant), count(database, DeviceToken)) == (0, 0)
    open_up(database, "nl", "en")
    with database.reading() as session:
        assert session.get_one(JoinCode, "KMPR2345").uses == 0
        said = as_body(choice(session, bare))
    joined = ask(client, consent=said)
    assert (joined.status_code, joined.get_json()["participant"]["waiting"]) == (201, "parent")


@both_databases
def test_a_text_in_one_language_does_not_open_a_study_of_two(
    client: FlaskClient, database: Database, bare: Study
) -> None:
    open_up(database, "nl")
    assert ask(client, language="nl").get_json()["code"] == "study-not-open"
    with database.transaction() as session, pytest.raises(TextMissing) as refused:
        issue_join_code(session, session.merge(bare), now=NOW)
    assert [fault["where"] for fault in refused.value.errors] == ["en"]
    open_up(database, "nl", "en")
    assert ask(client, language="en").status_code == 201


def test_staff_get_no_code_and_are_told_what_to_do(owner: Desk, client: FlaskClient, database: Database) -> None:
    page = owner.get(CODES).text
    assert "Nobody can join and there are no codes" in page
    assert "/desk/studies/bare/settings" in page
    assert "/desk/studies/bare/consent" in page
    assert "formaction" not in page  # a code from earlier days is not handed out either
    refused = owner.post(CODES, count="1", uses="", expires_on="")
    assert (refused.status_code, "Fill in, in Settings, who is responsible" in refused.text) == (422, True)
    printed = owner.get(f"{CODES}/poster?code=KMPR2345")
    assert (printed.status_code, "Fill in, in Settings" in printed.text) == (409, True)
    assert count(database, JoinCode) == 1
    filled = {"title_nl": "Kaal", "title_en": "Bare", "start_rule": "next_day", "institution": "Tuin", "parents": "1"}
    filled |= {"opens_on": "", "closes_on": "", "contact_name": "Cleo", "contact_mail": "cleo@garden.example"}
    assert owner.post("/desk/studies/bare/settings", **filled).status_code == 303
    assert owner.post(CODES, count="1", uses="", expires_on="").status_code == 303
    assert client.get("/api/v1/intro/KMPR2345").status_code == 200
    assert owner.get(f"{CODES}/poster?code=KMPR2345").status_code == 200


def test_the_api_of_the_desk_refuses_too(owner: Desk, database: Database) -> None:
    sent = {"X-CSRF-Token": owner.get("/api/v1/desk/me").get_json()["csrf"]}
    answer = owner.client.post(API_CODES, base_url=owner.base, json={"count": 2}, headers=sent)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "consent-text-missing")
    assert count(database, JoinCode) == 1


@both_databases
def test_nothing_is_planned_where_there_is_no_text_whatever_a_row_says(database: Database, bare: Study) -> None:
    with database.transaction() as session:
        make_participant(session, study=session.merge(bare), planned_through=None)
        assert session.scalars(select(Participant)).one().cleared_at is not None
    assert plan_ahead(database, now=NOW).people == 0
    assert count(database, Beep) == 0
    open_up(database, "nl", "en")
    assert plan_ahead(database, now=NOW).people == 1


def test_nobody_is_cleared_by_there_being_nothing_to_agree_to(database: Database, bare: Study) -> None:
    with database.transaction() as session:
        study = session.merge(bare)
        person = make_participant(session, study=study, waiting="consent")
        settle(session, person, now=NOW)
        assert (person.waiting, person.cleared_at) == ("consent", None)
    open_up(database, "nl", "en")
    with database.transaction() as session:
        said = choice(session, session.merge(bare))
        row = record_own(session, session.merge(person), said, now=NOW)
        assert (row.waiting, row.cleared_at) == (None, NOW)


def test_a_text_that_is_no_longer_there_closes_everything_again(
    client: FlaskClient, database: Database, clock: SetClock, cast: Cast
) -> None:
    """Texts are replaced, never taken back; should rows be lost, the study stands still instead of going on."""
    with database.transaction() as session:
        publish_default(session, session.merge(cast.study), institution="Tuin", contact=CONTACT, now=NOW)
        said = choice(session, cast.study)
        joined = enrol(
            session, cast.join_code.code, language="nl", zone=ZONE, birth_year=2005, consent=said, now=NOW
        ).participant
        assert joined.waiting is None
        session.execute(delete(ConsentText).where(ConsentText.study_id == cast.study.id))
    with database.transaction() as session:
        person = session.merge(joined)
        settle(session, person, now=NOW)
        assert person.waiting == "consent"
        assert find_text(session, person.study, "nl") is None
        with pytest.raises(ConsentNotAsked):
            record_own(session, person, said, now=NOW)
    assert client.get(f"/api/v1/intro/{cast.join_code.code}").get_json()["code"] == "study-not-open"
    with database.transaction() as session:
        young = session.merge(joined)
        young.parents_until = NOW.date() + timedelta(days=400)
        with pytest.raises(ParentsNotAsked):
            invite_by_letter(session, young, 1, "nl", now=NOW)
    with database.transaction() as session, pytest.raises(TextMissing):
        issue_codes(session, session.merge(cast.study), count=2, max_uses=1, expires_at=None, now=NOW)
