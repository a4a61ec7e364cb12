"""Rules of a study at the desk: what they do is told before they are saved, and what is wrong all at once."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.consent.models import ConsentText
from server.consent.publishing import publish_own
from server.consent.service import record_own
from server.consent.texts import Section
from server.crypto import hash_with_key
from server.db import Database
from server.people.models import Participant
from server.planning.models import Beep
from server.planning.rule_changes import save_rules
from server.planning.rules_round import follow_rules
from server.planning.service import plan_ahead
from server.safety.monitoring import end, set_up
from server.studies.delicate import MonitoringNeeded
from server.studies.models import Study
from server.studies.versions import add_version, rules_in_force
from tests.cast import NOW, Cast
from tests.consent_factories import choice, publish
from tests.factories import make_challenge
from tests.server.desk.desk import SECRET, Desk, sign_in, text_of
from tests.server.safety.delicate_content import asking_installation
from tests.server.safety.test_monitoring import STAFFING

URL = "/desk/studies/garden/rules"
AS_RELEASED = {
    "days": "21", "start": "09:00", "end": "21:00", "min_gap": "60", "answer_window": "60", "reminders": "15",
    "first": "morning.1", "other": "momentary.1", "last": "evening.1", "challenge_at": "09:00", "pool": "all",
    "challenge_within": "30",
    "languages": ["nl", "en"], "alternatives": "2", "base": "0",
}  # fmt: skip


def cleo(app: Flask, database: Database, cast: Cast) -> Desk:
    return sign_in(app, database, roles={cast.study: "coordinator"})


def test_the_impact_is_told_before_anything_is_saved(app: Flask, database: Database, cast: Cast) -> None:
    plan_ahead(database, now=NOW)
    desk = cleo(app, database, cast)
    assert 'value="09:00"' in desk.get(URL).get_data(as_text=True)
    looked = desk.post(URL, step="look", **{**AS_RELEASED, "start": "12:00", "challenge_at": "12:00"})
    said = text_of(looked)
    # Two people of the study, two coming days, five questionnaires each (there is no challenge in the catalogue).
    assert "Moves 20 planned beeps of 2 people; begun days stay." in said
    assert "Day begins 09:00 12:00" in said
    assert looked.get_data(as_text=True).count('<svg class="chart"') == 2
    with database.reading() as session:
        assert session.get_one(Study, cast.study.id).rules_version == 0


def test_saving_needs_a_reason_and_is_in_the_log(app: Flask, database: Database, cast: Cast) -> None:
    desk = cleo(app, database, cast)
    changed = {**AS_RELEASED, "answer_window": "45"}
    assert desk.post(URL, step="save", why="", **changed).status_code == 422
    saved = desk.post(URL, step="save", why="school ends later", **changed)
    assert (saved.status_code, saved.location) == (303, URL)
    page = text_of(desk.get(URL))
    assert "Rules no. 1 hold." in page
    assert "school ends later" in page
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "rules.changed")).one()
        assert (entry.why, entry.facts["version"], entry.facts["fields"]) == (
            "school ends later",
            1,
            "answer_window",
        )


def test_the_log_names_rules_and_settings_as_their_forms_do(app: Flask, database: Database, cast: Cast) -> None:
    desk = sign_in(app, database, name="Olga", roles={cast.study: "owner"})
    desk.post(
        URL, step="save", why="school", **{**AS_RELEASED, "days": "14", "start": "10:00", "challenge_at": "10:00"}
    )
    desk.post(
        "/desk/studies/garden/settings",
        **{"step": "save", "base": "1"},
        **{"title_nl": "Tuin", "title_en": "Garden", "start_rule": "monday", "opens_on": "", "closes_on": ""},
        **{"institution": "Tuin", "contact_name": "Cleo", "contact_mail": "c@garden.example", "parents": "1"},
    )
    log = text_of(desk.get("/desk/studies/garden/log"))
    assert "fields: Number of days; Day begins; Challenge comes from" in log
    assert "fields: Name for participants; Participants begin; who is responsible" in log
    assert "challenge_at" not in log


def test_every_mistake_is_told_at_once_and_nothing_is_saved(app: Flask, database: Database, cast: Cast) -> None:
    desk = cleo(app, database, cast)
    wrong = {
        **AS_RELEASED, "days": "500", "start": "05:00", "reminders": "90", "languages": [], "other": "fried.1",
        "pool": "strategies",
    }  # fmt: skip
    page = desk.post(URL, step="save", why="x", **wrong)
    assert page.status_code == 422
    for field in ("days", "start", "reminders", "languages", "other", "strategies"):
        assert f'href="#{field}"' in page.get_data(as_text=True)
    tight = desk.post(URL, step="look", **{**AS_RELEASED, "min_gap": "240"})
    assert "do not fit" in text_of(tight) or "fit" in text_of(tight)
    assert tight.status_code == 422


def test_somebody_elses_save_is_noticed(app: Flask, database: Database, cast: Cast) -> None:
    desk = cleo(app, database, cast)
    desk.post(URL, step="save", why="one", **{**AS_RELEASED, "answer_window": "45"})
    late = desk.post(URL, step="save", why="two", **{**AS_RELEASED, "answer_window": "30"})
    assert late.status_code == 422
    assert "Somebody else saved rules meanwhile" in text_of(late)
    alike = desk.post(URL, step="look", **{**AS_RELEASED, "answer_window": "45", "base": "1"})
    assert "hold already" in text_of(alike)


def test_what_was_saved_at_the_desk_is_what_the_worker_plans(app: Flask, database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        make_challenge(session, slug="joke", strategy="humour")
    plan_ahead(database, now=NOW)
    desk = cleo(app, database, cast)
    changed = {
        **AS_RELEASED,
        "answer_window": "30",
        "reminders": "5 20",
        "pool": "strategies",
        "strategies": ["humour"],
        "challenge_within": "5",
    }
    assert desk.post(URL, step="save", why="shorter", **changed).status_code == 303
    follow_rules(database, now=NOW)
    with database.reading() as session:
        coming = session.scalars(select(Beep).where(Beep.rules == 1, Beep.kind == "questionnaire")).all()
        assert len(coming) == 20
        assert {beep.expires_at - beep.due_at for beep in coming} == {timedelta(minutes=30)}
        stayed = session.scalars(select(Beep).where(Beep.rules == 0, Beep.kind == "questionnaire")).all()
        assert {beep.expires_at - beep.due_at for beep in stayed} == {timedelta(minutes=60)}
        cards = session.scalars(select(Beep).where(Beep.rules == 1, Beep.kind == "challenge")).all()
        after_eight = [beep.due_at - beep.due_at.replace(hour=8, minute=0, second=0) for beep in cards]  # 9:00 here
        assert (len(cards), len(set(after_eight)) > 1) == (4, True), "not everybody at once"
        assert timedelta() <= min(after_eight) <= max(after_eight) < timedelta(minutes=5)


def test_a_study_is_not_changed_to_ask_about_suicide_while_nobody_looks_after_the_answers(
    app: Flask, database: Database, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = cleo(app, database, cast)
    token = hash_with_key(SECRET, "form", desk.cookie("__Host-kiem-desk") or "").hex()
    with asking_installation(tmp_path, monkeypatch):
        asking = {**AS_RELEASED, "last": "evening.9"}
        wanted = rules_in_force(cast.study).as_json() | {"last": "evening.9"}
        for step in ("look", "save"):
            refused = desk.post(URL, step=step, why="a new questionnaire", **asking)
            assert refused.status_code == 422
            assert "First set up in Safety who looks after the answers" in text_of(refused)
        for way, address, body in (
            ("POST", "/rules/impact", wanted),
            ("PUT", "/rules", {"rules": wanted, "base": 0, "why": "a new questionnaire"}),
        ):
            answer = desk.client.open(
                f"/api/v1{URL.removesuffix('/rules')}{address}", method=way, base_url=desk.base, json=body,
                headers={"X-CSRF-Token": token},
            )  # fmt: skip
            assert (answer.status_code, answer.get_json()["code"]) == (409, "monitoring-needed")
        with database.transaction() as session:
            study = session.get_one(Study, cast.study.id)
            assert study.rules_version == 0
            set_up(session, study, STAFFING)
        assert desk.post(URL, step="save", why="staff are there", **asking).status_code == 303
        with database.transaction() as session, pytest.raises(MonitoringNeeded):
            end(session, session.get_one(Study, cast.study.id), now=NOW)


def agree(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        publish(session, cast.study)
    for member in (cast.noor, cast.sam):
        with database.transaction() as session:
            person = session.get_one(Participant, member.participant.id)
            record_own(session, person, choice(session, cast.study), now=NOW)


def test_shorter_rules_bring_a_text_that_says_so_and_everybody_is_asked_before_the_next_question(
    app: Flask, database: Database, cast: Cast
) -> None:
    agree(database, cast)
    desk = cleo(app, database, cast)
    looked = text_of(desk.post(URL, step="look", **{**AS_RELEASED, "days": "14"}))
    assert "The text in force names 21 days; with these rules it will be 14." in looked
    assert "2 participants get no questions until they, and under sixteen a parent, have said yes again" in looked
    desk.post(URL, step="save", why="exams", **{**AS_RELEASED, "days": "14"})
    assert "with a new consent text. 2 participants are asked again" in text_of(desk.get(URL))
    with database.reading() as session:
        old, new = (session.get_one(ConsentText, (cast.study.id, version, "en")) for version in (1, 2))
        assert "It takes 21 days" in old.body[1]["text"]
        assert "It takes 14 days" in new.body[1]["text"]
        assert (new.binding, new.changes) == (True, "It now takes 14 days instead of 21.")
        assert session.get_one(Participant, cast.noor.participant.id).waiting == "consent"
        acts = session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
        assert acts[-2:] == ["rules.changed", "consent.published"]
    assert plan_ahead(database, now=NOW).people == 1  # Zoë of the other study, and nobody of this one
    with database.reading() as session:
        assert session.scalars(select(Beep.participant_id).distinct()).all() == [cast.zoe.participant.id]
    # The parent's page and mails show the text in force: it must not say the old figure either.
    with database.reading() as session:
        assert "21" not in session.get_one(ConsentText, (cast.study.id, 2, "nl")).body[1]["text"]


def test_longer_rules_renew_the_text_for_newcomers_and_ask_nobody(app: Flask, database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        study = session.merge(cast.study)
        short = replace(rules_in_force(study), days=14)
        save_rules(session, study.id, short, base=0, by="Cleo", why="short", now=NOW)
    agree(database, cast)
    desk = cleo(app, database, cast)
    longer = {**AS_RELEASED, "base": "1"}
    looked = text_of(desk.post(URL, step="look", **longer))
    assert "names 14 days; with these rules it will be 21" in looked
    assert "keeps the days that were agreed to, and is asked nothing" in looked
    desk.post(URL, step="save", why="more", **longer)
    with database.reading() as session:
        assert session.get_one(ConsentText, (cast.study.id, 2, "nl")).binding is False
        assert session.get_one(Participant, cast.noor.participant.id).waiting is None


def test_a_text_of_the_studys_own_is_not_touched_and_the_page_leads_to_a_new_one(
    app: Flask, database: Database, cast: Cast
) -> None:
    agree(database, cast)
    with database.transaction() as session:
        study = session.merge(cast.study)
        own = {code: (Section(title="T", text="21 dagen\n"),) for code in ("nl", "en")}
        publish_own(session, study, own, changes={}, binding=False, why="our words", now=NOW)
    desk = cleo(app, database, cast)
    page = desk.post(URL, step="look", **{**AS_RELEASED, "days": "14"})
    assert "own text was written while it took 21 days; with these rules it will be 14" in text_of(page)
    assert 'href="/desk/studies/garden/consent"' in page.text
    desk.post(URL, step="save", why="exams", **{**AS_RELEASED, "days": "14"})
    with database.reading() as session:
        assert max(session.scalars(select(ConsentText.version))) == 2
        assert session.get_one(Participant, cast.noor.participant.id).waiting is None


def test_settings_that_are_saved_later_never_call_other_figures_a_correction(database: Database, cast: Cast) -> None:
    agree(database, cast)
    with database.transaction() as session:  # as rules were saved before they brought a text with them
        study = session.merge(cast.study)
        add_version(session, study, replace(rules_in_force(study), days=14), base=0, by="Cleo", why="x", now=NOW)
        publish(session, study)
        assert session.get_one(ConsentText, (study.id, 2, "nl")).binding
        assert session.get_one(Participant, cast.noor.participant.id).waiting == "consent"


def test_the_two_weeks_stand_on_one_axis(app: Flask, database: Database, cast: Cast) -> None:
    page = cleo(app, database, cast).post(
        URL, step="look", **{**AS_RELEASED, "start": "13:00", "challenge_at": "13:00"}
    )
    axes = [re.findall(r'class="axis middle" x="([\d.]+)" y="16">(\d\d)<', svg) for svg in page.text.split("<svg")[-2:]]
    assert axes[0] == axes[1] != []
