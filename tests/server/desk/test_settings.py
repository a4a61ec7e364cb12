"""Settings that bring a new consent text: looked at before they are saved, and told to whoever agreed before."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.clock import SetClock
from server.consent.inviting import invite_by_letter
from server.consent.models import ConsentText
from server.consent.publishing import publish_own
from server.consent.service import record_own
from server.consent.texts import Section
from server.db import Database
from server.people.models import Participant
from server.safety.monitoring import end, set_up
from server.studies.models import Study
from tests.cast import NOW, Cast
from tests.consent_factories import choice, publish
from tests.databases import both_databases
from tests.server.desk.desk import Desk, sign_in, text_of
from tests.server.safety.test_monitoring import STAFFING
from tests.young import ask_parents, join_young, path_in, post_round, say_yes

URL = "/desk/studies/garden/settings"
SETTINGS = {
    "title_nl": "Tuin", "title_en": "Garden", "start_rule": "next_day", "opens_on": "", "closes_on": "",
    "institution": "Tuin", "contact_name": "Cleo", "contact_mail": "cleo@garden.example", "contact_phone": "",
    "parents": "1",
}  # fmt: skip


def agree(database: Database, cast: Cast) -> None:
    """Noor and Sam have said yes to the text that comes with Kiem, with these settings in it."""
    with database.transaction() as session:
        study = session.get_one(Study, cast.study.id)
        study.title = {"nl": "Tuin", "en": "Garden"}
        publish(session, study)
    for member in (cast.noor, cast.sam):
        with database.transaction() as session:
            person = session.get_one(Participant, member.participant.id)
            record_own(session, person, choice(session, cast.study), now=NOW)


@pytest.fixture
def cleo(app: Flask, database: Database, cast: Cast) -> Desk:
    agree(database, cast)
    return sign_in(app, database, roles={cast.study: "coordinator"})


def texts(database: Database, cast: Cast, version: int) -> dict[str, ConsentText]:
    with database.reading() as session:
        rows = select(ConsentText).where(ConsentText.study_id == cast.study.id, ConsentText.version == version)
        return {text.language: text for text in session.scalars(rows)}


def waiting(database: Database, cast: Cast) -> set[str | None]:
    with database.reading() as session:
        return set(session.scalars(select(Participant.waiting).where(Participant.study_id == cast.study.id)))


@both_databases
def test_another_institution_is_looked_at_before_it_asks_everybody_again_and_then_tells_what_is_different(
    cleo: Desk, database: Database, cast: Cast
) -> None:
    wanted = {**SETTINGS, "institution": "Erf"}
    looked = cleo.post(URL, **wanted)
    said = text_of(looked)
    assert "Institution Tuin Erf" in said
    assert "2 participants get no questions until they, and under sixteen a parent, have said yes again" in said
    assert "Erf is now responsible for the study and for all data, instead of Tuin." in said
    assert "is nu Erf verantwoordelijk, in plaats van Tuin" in said
    with database.reading() as session:
        assert session.get_one(Study, cast.study.id).institution == "Tuin"
    assert (texts(database, cast, 2), waiting(database, cast)) == ({}, {None})

    (base,) = re.findall(r'name="base" value="(\d+)"', looked.text)
    saved = cleo.post(URL, **wanted, step="save", base=base)
    assert "2 participants are asked again" in text_of(cleo.get(saved.location))
    new = texts(database, cast, 2)
    assert (new["nl"].binding, waiting(database, cast)) == (True, {"consent"})
    assert new["en"].changes == (
        "Erf is now responsible for the study and for all data, instead of Tuin. The researchers of Erf work with the "
        "answers."
    )
    with database.reading() as session:
        act = session.scalars(select(AuditEntry).where(AuditEntry.action == "consent.published")).one()
    assert (act.study, act.facts) == ("garden", {"version": 2, "count": 2})


def test_another_contact_asks_nobody_and_the_page_says_so(cleo: Desk, database: Database, cast: Cast) -> None:
    wanted = {**SETTINGS, "contact_mail": "help@garden.example", "title_en": "Orchard"}
    said = text_of(cleo.post(URL, **wanted))
    assert "Who takes part already is asked nothing" in said
    assert cleo.post(URL, **wanted, step="save", base="1").status_code == 303
    new = texts(database, cast, 2)["en"]
    assert (new.binding, waiting(database, cast)) == (False, {None})
    told = "The study is now called “Orchard”. Whoever has a question can now ask: Cleo, help@garden.example."
    assert new.changes == told


def test_what_changes_no_text_is_saved_at_once(cleo: Desk, database: Database, cast: Cast) -> None:
    for _again in range(2):
        assert cleo.post(URL, **{**SETTINGS, "opens_on": "2026-03-09"}).status_code == 303
    assert texts(database, cast, 2) == {}
    with database.reading() as session:
        (act,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "study.changed"))
    assert act.facts == {"fields": "opens_on"}


def test_a_text_that_was_published_after_the_look_is_looked_at_again(
    cleo: Desk, database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        publish(session, cast.study, institution="Moestuin")
    late = cleo.post(URL, **{**SETTINGS, "institution": "Erf"}, step="save", base="1")
    assert (late.status_code, "published meanwhile" in text_of(late)) == (422, True)
    assert 'name="base" value="2"' in late.text
    assert texts(database, cast, 3) == {}


def test_parents_are_counted_before_and_read_in_their_mail_what_is_different(
    app: Flask, client: FlaskClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    ask_parents(database, cast, 1)
    by_mail, by_letter = (join_young(client, database, cast) for _ in range(2))
    by_mail.invite("ouder@example.org")
    say_yes(client, path_in(post_round(database, clock)[0]))
    with database.transaction() as session:
        code = invite_by_letter(session, session.get_one(Participant, by_letter.id), 1, "nl", now=NOW)
    say_yes(client, f"/parent/{code}")
    desk = sign_in(app, database, roles={cast.study: "coordinator"})
    with database.reading() as session:
        study = session.get_one(Study, cast.study.id)
        contact = study.contact or {}
    wanted = {
        **SETTINGS, "title_nl": study.title["nl"], "title_en": study.title["en"], "institution": "Erf",
        "contact_name": contact["name"], "contact_mail": contact["mail"], "contact_phone": contact.get("phone") or "",
    }  # fmt: skip
    said = text_of(desk.post(URL, **wanted))
    assert "1 parent gets a mail with a new link and what is different" in said
    assert "1 parent can only be reached by letter" in said
    desk.post(URL, **wanted, step="save", base="1")
    (mail,) = [one for one in post_round(database, clock) if "veranderd" in one.subject]
    assert "is nu Erf verantwoordelijk, in plaats van Tuin" in mail.text


def test_a_text_of_the_studys_own_stays_and_the_page_leads_to_it(cleo: Desk, database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        study = session.get_one(Study, cast.study.id)
        own = {code: (Section(title="T", text="Van Tuin.\n"),) for code in ("nl", "en")}
        publish_own(session, study, own, changes={}, binding=False, why="our words", now=NOW)
    wanted = {**SETTINGS, "institution": "Erf"}
    looked = cleo.post(URL, **wanted)
    assert "has a text of its own, which does not change by itself" in text_of(looked)
    assert cleo.post(URL, **wanted, step="save", base="2").status_code == 303
    assert texts(database, cast, 3) == {}
    assert cleo.post(URL, **wanted).status_code == 303, "nothing is different any more"


def test_signs_that_somebody_looks_after_are_no_correction(cleo: Desk, database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        set_up(session, session.get_one(Study, cast.study.id), STAFFING)
    said = text_of(cleo.post(URL, **SETTINGS))
    assert "No setting at all." in said
    assert "There is one more choice: may the people of the study get a sign" in said
    assert cleo.post(URL, **SETTINGS, step="save", base="1").status_code == 303
    assert (texts(database, cast, 2)["nl"].binding, waiting(database, cast)) == (True, {"consent"})
    with database.transaction() as session:
        end(session, session.get_one(Study, cast.study.id), now=NOW)
    assert "get no sign any more" in text_of(cleo.post(URL, **SETTINGS))


def test_whoever_has_not_answered_yet_reads_of_both_changes_and_who_has_of_the_last_alone(
    cleo: Desk, database: Database, cast: Cast
) -> None:
    cleo.post(URL, **{**SETTINGS, "institution": "Erf"}, step="save", base="1")
    both = {**SETTINGS, "institution": "Erf", "contact_name": "Nina"}
    said = text_of(cleo.post(URL, **both))
    saved = cleo.post(URL, **both, step="save", base="2")
    assert "Nobody is asked again" in text_of(cleo.get(saved.location))
    changes = texts(database, cast, 3)["en"].changes or ""
    for told in ("Erf is now responsible", "Whoever has a question can now ask: Nina, "):
        assert told in said
        assert told in changes
    for member in (cast.noor, cast.sam):
        with database.transaction() as session:
            person = session.get_one(Participant, member.participant.id)
            record_own(session, person, choice(session, cast.study), now=NOW)
    cleo.post(URL, **{**both, "contact_name": "Cleo"}, step="save", base="3")
    assert texts(database, cast, 4)["en"].changes == "Whoever has a question can now ask: Cleo, cleo@garden.example."
