"""The consent text at the desk: publishing, asking again with the number told before, corrections with a reason."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.clock import SetClock
from server.consent.inviting import invite_by_letter
from server.consent.models import ConsentText
from server.consent.service import record_own
from server.db import Database
from server.people.models import Participant
from tests.cast import NOW, Cast
from tests.consent_factories import choice, publish
from tests.databases import both_databases
from tests.server.desk.desk import Desk, sign_in, text_of
from tests.young import ask_parents, join_young, say_yes

PAGE = "/desk/studies/garden/consent"
TEXT = {"text_nl": "# Wat is dit?\n\nEen onderzoek.\n", "text_en": "# What is this?\n\nA study.\n"}
CHANGES = {"changes_nl": "Er is iets anders.", "changes_en": "Something is different."}


@pytest.fixture
def owner(app: Flask, database: Database, cast: Cast) -> Desk:
    """Olga owns the garden, in which Noor and Sam have agreed to the first text."""
    with database.transaction() as session:
        publish(session, cast.study)
    for member in (cast.noor, cast.sam):
        with database.transaction() as session:
            person = session.get_one(Participant, member.participant.id)
            record_own(session, person, choice(session, cast.study), now=NOW)
    return sign_in(app, database, name="Olga", roles={cast.study: "owner"})


def waiting(database: Database, cast: Cast) -> list[str | None]:
    with database.reading() as session:
        rows = select(Participant.waiting).where(Participant.study_id == cast.study.id)
        return list(session.scalars(rows))


def test_an_owner_is_told_whom_it_stops_and_publishes(owner: Desk, database: Database, cast: Cast) -> None:
    page = owner.get(f"{PAGE}/new").text
    assert "2 participants get no questions" in page
    assert "# Wat is dit?" in page
    answer = owner.post(f"{PAGE}/new", **TEXT, **CHANGES, kind="ask")
    assert answer.status_code == 303
    assert "2 participants are asked again" in owner.get(PAGE).text
    assert waiting(database, cast) == ["consent", "consent"]
    with database.reading() as session:
        text = session.get_one(ConsentText, (cast.study.id, 2, "nl"))
        assert (text.body, text.own, text.binding) == (
            [{"title": "Wat is dit?", "text": "Een onderzoek.\n"}],
            True,
            True,
        )
        act = session.scalars(select(AuditEntry).where(AuditEntry.action == "consent.published")).one()
        assert (act.study, act.facts["version"], act.facts["count"]) == ("garden", 2, 2)


def test_a_correction_needs_a_reason_which_the_log_keeps(owner: Desk, database: Database, cast: Cast) -> None:
    refused = owner.post(f"{PAGE}/new", **TEXT, **CHANGES, kind="correct")
    assert refused.status_code == 422
    assert owner.post(f"{PAGE}/new", **TEXT, **CHANGES, kind="correct", why="A comma.").status_code == 303
    assert waiting(database, cast) == [None, None]
    with database.reading() as session:
        act = session.scalars(select(AuditEntry).where(AuditEntry.action == "consent.published")).one()
        assert (act.why, act.facts["binding"]) == ("A comma.", False)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Zomaar tekst", "Line 1 stands before the first title"),
        ("# Titel\n\n# Nog een\n\ntekst", "no text below the title on line 1"),
    ],
)
def test_a_text_that_cannot_be_read_is_said_with_its_line(owner: Desk, written: str, said: str) -> None:
    answer = owner.post(f"{PAGE}/new", **{**TEXT, "text_nl": written}, **CHANGES, kind="ask")
    assert answer.status_code == 422
    assert said in answer.text


def test_the_text_in_force_is_not_published_twice(owner: Desk) -> None:
    owner.post(f"{PAGE}/new", **TEXT, **CHANGES, kind="ask")
    again = owner.post(f"{PAGE}/new", **TEXT, **CHANGES, kind="ask")
    assert (again.status_code, "exactly the text that is in force" in again.text) == (422, True)


def test_saving_settings_leaves_a_study_its_own_text(owner: Desk, database: Database, cast: Cast) -> None:
    owner.post(f"{PAGE}/new", **TEXT, **CHANGES, kind="ask")
    with database.transaction() as session:
        assert publish(session, cast.study, institution="Tuin en Erf") == 2


def test_a_coordinator_sees_how_far_it_is_and_publishes_nothing(app: Flask, database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        publish(session, cast.study)
    cleo = sign_in(app, database, roles={cast.study: "coordinator"})
    page = cleo.get(PAGE)
    assert (page.status_code, "consent/new" in page.text) == (200, False)
    assert cleo.post(f"{PAGE}/new", **TEXT, **CHANGES, kind="ask").status_code == 403


def test_a_parent_whom_only_paper_reaches_gets_a_new_code_at_the_desk(
    app: Flask, client: FlaskClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    ask_parents(database, cast, 1)
    young = join_young(client, database, cast)
    with database.transaction() as session:
        invite_by_letter(session, session.get_one(Participant, young.id), 1, "nl", now=NOW - timedelta(days=40))
    cleo = sign_in(app, database, roles={cast.study: "coordinator"})
    assert young.code in cleo.get(PAGE).text
    made = cleo.post(f"{PAGE}/letters/{young.code}/1")
    (code,) = re.findall(r"<strong><code>([0-9A-Z-]{19})</code>", made.text)
    assert say_yes(client, f"/parent/{code}").status_code == 200
    assert young.waiting() is None
    assert young.code not in cleo.get(PAGE).text


@both_databases
def test_the_first_letter_is_made_and_printed_at_the_desk_too(
    app: Flask, client: FlaskClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    ask_parents(database, cast, 2)
    young = join_young(client, database, cast)
    cleo = sign_in(app, database, roles={cast.study: "coordinator"})
    assert text_of(cleo.get(PAGE)).count("not asked yet") == 2
    made = cleo.post(f"{PAGE}/letters/{young.code}/1")
    (code,) = re.findall(r"<strong><code>([0-9A-Z-]{19})</code>", made.text)
    assert "Mag uw kind meedoen?" in made.text  # in the language of the young person
    assert "tot en met di 31 maart 2026" in made.text
    assert code not in cleo.get(PAGE).text
    assert text_of(cleo.get(PAGE)).count("not asked yet") == 1
    with database.reading() as session:
        act = session.scalars(select(AuditEntry).where(AuditEntry.action == "parent.letter")).one()
        assert (act.facts["parent"], code in repr(act.facts)) == (1, False)
    assert say_yes(client, f"/parent/{code}").status_code == 200
    assert client.get(f"/parent/{code}").status_code == 410
    assert young.waiting() == "parent"
    overview = cleo.get("/api/v1/desk/studies/garden/consent").get_json()
    assert overview["letters"] == [{"code": young.code, "parent": 2, "language": "nl", "why": "first"}]


def test_a_lost_letter_and_an_unread_mail_are_followed_by_a_new_letter(
    app: Flask, client: FlaskClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    ask_parents(database, cast, 1)
    young = join_young(client, database, cast)
    young.invite("ouder@example.org")
    cleo = sign_in(app, database, roles={cast.study: "coordinator"})
    assert f"{young.code} parent 1: the mail is not answered yet" in text_of(cleo.get(PAGE))
    codes = []
    for _ in range(2):
        made = cleo.post(f"{PAGE}/letters/{young.code}/1")
        codes += re.findall(r"<strong><code>([0-9A-Z-]{19})</code>", made.text)
        assert f"{young.code} parent 1: the letter was made and is not answered yet" in text_of(cleo.get(PAGE))
    lost, printed = codes
    assert client.get(f"/parent/{lost}").status_code == 404
    assert say_yes(client, f"/parent/{printed}").status_code == 200
    assert young.code not in cleo.get(PAGE).text


def test_a_letter_about_a_changed_text_says_what_is_different(
    app: Flask, client: FlaskClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    ask_parents(database, cast, 1)
    young = join_young(client, database, cast)
    cleo = sign_in(app, database, roles={cast.study: "owner"})
    first = cleo.post(f"{PAGE}/letters/{young.code}/1")
    assert "Mag uw kind meedoen?" in first.text
    (code,) = re.findall(r"<strong><code>([0-9A-Z-]{19})</code>", first.text)
    assert say_yes(client, f"/parent/{code}").status_code == 200
    assert cleo.post(f"{PAGE}/new", **TEXT, **CHANGES, kind="ask").status_code == 303
    again = cleo.post(f"{PAGE}/letters/{young.code}/1").text
    assert ("Mag uw kind blijven meedoen?" in again, "Mag uw kind meedoen?" in again) == (True, False)
    assert CHANGES["changes_nl"] in again


def test_nobody_gets_a_letter_before_the_young_person_has_said_yes_or_after_she_left(
    app: Flask, client: FlaskClient, database: Database, cast: Cast
) -> None:
    ask_parents(database, cast, 1)
    join_young(client, database, cast, agrees=False)
    gone = join_young(client, database, cast)
    client.post("/api/v1/me/stop", json={"erase": False}, headers=gone.headers)
    cleo = sign_in(app, database, roles={cast.study: "coordinator"})
    assert "not asked yet" not in text_of(cleo.get(PAGE))
