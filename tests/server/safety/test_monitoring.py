"""Staffed monitoring: nobody is told anything without it, and without her yes to it; its set-up and its hours."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.clock import SetClock
from server.consent import service
from server.consent.opening import issue_join_code
from server.consent.publishing import draft_default
from server.consent.settling import read_given, settle
from server.consent.texts import NOBODY_WATCHES
from server.content import instruments
from server.db import Database, acting_as
from server.mail.console import RecordingMailer
from server.people.models import Participant
from server.safety import alerts, monitoring
from server.safety.alerts import AlertClosed, AlertUnknown, count_open, list_alerts, raise_alerts
from server.safety.ethics import read_ethics
from server.safety.models import CardShown, SafetyAlert
from server.safety.staffing import Staffing, StaffingIncomplete
from server.safety.watching import watch_studies
from server.studies.delicate import MonitoringNeeded
from server.studies.models import Study
from server.studies.service import create_study
from tests.cast import NOW, Cast, Member
from tests.consent_factories import choice, publish
from tests.databases import both_databases
from tests.factories import make_beep, make_participant, make_response
from tests.server.desk.desk import make_staff
from tests.server.safety.delicate_content import asking_installation
from tests.young import ANNA, ask_parents, join_young, path_in, post_round, say_yes

ZONE = "Europe/Amsterdam"
STAFFING = Staffing(
    weekdays=(1, 2, 3, 4, 5),
    begins="09:00",
    ends="17:00",
    within_h=4,
    people=("Cleo, 06 12345678",),
    protocol={"nl": "Bel de deelnemer.", "en": "Call the participant."},
    since=NOW - timedelta(days=1),
)


@pytest.fixture
def staffed(database: Database, cast: Cast) -> Cast:
    """The garden study has staff who look after signs; Noor said yes to that, Sam said no. A text is in force."""
    with database.transaction() as session:
        publish(session, cast.study)
        monitoring.set_up(session, session.get_one(Study, cast.study.id), STAFFING)
    for member, yes in ((cast.noor, True), (cast.sam, False)):
        with database.transaction() as session:
            study = session.get_one(Study, cast.study.id)
            person = session.get_one(Participant, member.participant.id)
            service.record_own(session, person, choice(session, study, monitoring=yes), now=NOW)
    return cast


def answer(database: Database, member: Member, slot: int, at: datetime, **facts: Any) -> None:
    with database.transaction() as session:
        person = session.get_one(Participant, member.participant.id)
        beep = make_beep(session, participant=person, slot=slot, due_at=at, local_date=at.date())
        make_response(session, beep=beep, received_at=at, **facts)


def look(database: Database, cast: Cast, now: datetime) -> list[str]:
    with database.transaction() as session:
        return [row.kind for row in raise_alerts(session, session.get_one(Study, cast.study.id), now=now)]


WISH = {"answers": {"help_wish": "show"}}


@both_databases
def test_a_wish_to_talk_reaches_staff_only_where_she_agreed_and_only_once(database: Database, staffed: Cast) -> None:
    for member in (staffed.noor, staffed.sam):
        answer(database, member, 5, NOW, **WISH)
    assert look(database, staffed, NOW) == ["wish"]
    assert look(database, staffed, NOW) == []
    assert look(database, staffed, NOW + timedelta(minutes=1)) == []
    with database.reading() as session:
        (row,) = session.scalars(select(SafetyAlert))
        assert row.participant_id == staffed.noor.participant.id
        assert row.respond_by == NOW + timedelta(hours=4)


def test_without_staff_nobody_is_told_anything(database: Database, cast: Cast) -> None:
    answer(database, cast.noor, 5, NOW, **WISH)
    assert look(database, cast, NOW) == []


def test_answers_from_before_the_set_up_raise_nothing(database: Database, staffed: Cast) -> None:
    answer(database, staffed.noor, 5, STAFFING.since - timedelta(hours=1), **WISH)
    assert look(database, staffed, NOW) == []


def test_heavy_days_raise_one_alert_in_a_week(database: Database, staffed: Cast) -> None:
    for day in range(3):
        answer(database, staffed.noor, 1, NOW - timedelta(days=3 - day), measures={"mood": 10.0})
    assert look(database, staffed, NOW) == ["days"]
    with database.transaction() as session:
        (one,), _done = list_alerts(session, staffed.study.id)
        alerts.close(session, staffed.study.id, one.row.id, "spoken", by="c@x.example", now=NOW)
    later = NOW + timedelta(days=1)
    answer(database, staffed.noor, 1, later, measures={"mood": 10.0})
    assert look(database, staffed, later) == []
    week = NOW + timedelta(days=8)
    answer(database, staffed.noor, 1, week, measures={"mood": 10.0})
    assert look(database, staffed, week) == ["days"]


def test_under_sixteen_every_parent_who_must_agree_has_a_say_in_it(database: Database, staffed: Cast) -> None:
    with database.transaction() as session:
        noor = session.get_one(Participant, staffed.noor.participant.id)
        noor.parents_until = datetime(2027, 1, 1).date()
        yes = choice(session, staffed.study, monitoring=False)
        service.record_parent(session, noor, "parent1", yes, method="mail", now=NOW)
        settle(session, noor, now=NOW)
        assert noor.waiting is None
    answer(database, staffed.noor, 5, NOW, **WISH)
    assert look(database, staffed, NOW) == []
    with database.transaction() as session:
        noor = session.get_one(Participant, staffed.noor.participant.id)
        yes = choice(session, staffed.study, monitoring=True)
        service.record_parent(session, noor, "parent1", yes, method="mail", now=NOW)
    later = NOW + timedelta(hours=1)
    answer(database, staffed.noor, 6, later, **WISH)
    assert look(database, staffed, later) == ["wish"]


def test_the_card_says_who_is_told_as_it_is_at_that_moment(
    database: Database, client: FlaskClient, staffed: Cast
) -> None:
    def read(member: Member) -> tuple[bool, bool]:
        text = client.get("/api/v1/card", headers=member.headers).get_json()["text"]
        nobody = {"Niemand krijgt hier bericht van" in text["nl"], "Nobody is told" in text["en"]}
        staff = {
            "iemand van het onderzoek een seintje" in text["nl"],
            "somebody of the study gets a sign" in text["en"],
        }
        assert len(nobody) == len(staff) == 1, "both languages say the same"
        return nobody.pop(), staff.pop()

    for member in (staffed.noor, staffed.sam):
        answer(database, member, 5, NOW, **WISH)
    assert (read(staffed.noor), read(staffed.sam)) == ((False, True), (True, False))
    with database.transaction() as session:
        noor = session.get_one(Participant, staffed.noor.participant.id)
        noor.parents_until = datetime(2027, 1, 1).date()
    assert read(staffed.noor) == (True, False), "a parent who must agree has not"
    with database.transaction() as session:
        noor = session.get_one(Participant, staffed.noor.participant.id)
        yes = choice(session, staffed.study, monitoring=True)
        service.record_parent(session, noor, "parent1", yes, method="mail", now=NOW)
        settle(session, noor, now=NOW)
    assert read(staffed.noor) == (False, True)
    with database.transaction() as session:
        monitoring.end(session, session.get_one(Study, staffed.study.id), now=NOW)
    assert read(staffed.noor) == (True, False), "the study has nobody any more"


def test_an_alert_is_taken_by_the_first_and_closed_once(database: Database, staffed: Cast) -> None:
    answer(database, staffed.noor, 5, NOW, **WISH)
    look(database, staffed, NOW)
    study = staffed.study.id
    with database.transaction() as session, acting_as("desk"):
        (one,), _ = list_alerts(session, study)
        assert not one.is_late(NOW + timedelta(hours=4))
        assert one.is_late(NOW + timedelta(hours=4, seconds=1))
    with acting_as("desk"), database.transaction() as session:
        alerts.take_up(session, study, one.row.id, by="first@x.example", now=NOW)
        assert alerts.take_up(session, study, one.row.id, by="second@x.example", now=NOW).taken_by == "first@x.example"
        with pytest.raises(AlertUnknown):
            alerts.take_up(session, staffed.other_study.id, one.row.id, by="x", now=NOW)
        assert count_open(session, study) == 1
        alerts.close(session, study, one.row.id, "referred", by="first@x.example", now=NOW)
        with pytest.raises(AlertClosed):
            alerts.close(session, study, one.row.id, "spoken", by="x", now=NOW)
        assert count_open(session, study) == 0


def test_staff_are_mailed_that_there_is_something_and_never_about_whom(
    database: Database, staffed: Cast, clock: SetClock
) -> None:
    with database.transaction() as session:
        for name, role in (("Cleo", "coordinator"), ("Rena", "researcher"), ("Olga", "owner")):
            make_staff(session, name, roles={session.get_one(Study, staffed.study.id): role})
    answer(database, staffed.noor, 5, NOW, **WISH)
    mailer = RecordingMailer()
    assert watch_studies(database, mailer, clock, public_url="https://kiem.example") == 1
    assert [mail.to for mail in mailer.sent] == ["cleo@kiem.example", "olga@kiem.example"]
    assert all(staffed.noor.participant.code not in mail.text + mail.subject for mail in mailer.sent)
    assert watch_studies(database, mailer, clock, public_url="https://kiem.example") == 0
    assert len(mailer.sent) == 2


@pytest.mark.parametrize(
    ("raised", "by"),
    [
        ("2026-03-04T11:00+01:00", "2026-03-04T15:00+01:00"),
        ("2026-03-04T07:00+01:00", "2026-03-04T13:00+01:00"),  # before they come
        ("2026-03-04T17:00+01:00", "2026-03-05T13:00+01:00"),  # just after they left
        ("2026-03-06T18:00+01:00", "2026-03-09T13:00+01:00"),  # Friday evening
        ("2026-03-27T18:00+01:00", "2026-03-30T13:00+02:00"),  # over the change of the clocks
    ],
)
def test_the_promise_is_counted_from_when_somebody_is_there(raised: str, by: str) -> None:
    at = datetime.fromisoformat(raised).astimezone(UTC)
    assert STAFFING.respond_by(at, ZONE) == datetime.fromisoformat(by)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"weekdays": ()}, "weekdays"),
        ({"ends": "09:00"}, "ends"),
        ({"within_h": 0}, "within_h"),
        ({"people": (" ",)}, "people"),
        ({"protocol": {"nl": "x", "en": ""}}, "protocol_en"),
    ],
)
def test_monitoring_without_hours_people_or_protocol_is_none(change: dict[str, Any], named: str) -> None:
    with pytest.raises(StaffingIncomplete) as refused:
        replace(STAFFING, **change).require_complete()
    assert [error["where"] for error in refused.value.errors] == [named]


def test_staffing_comes_back_from_the_database_as_it_was() -> None:
    assert Staffing.from_json(STAFFING.as_json()) == STAFFING


# --- asking about suicide


@pytest.fixture
def asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with asking_installation(tmp_path, monkeypatch) as key:
        yield key


def test_a_study_that_asks_about_suicide_opens_only_with_staff(database: Database, asking: str) -> None:
    with database.transaction() as session:
        title = {"nl": "Zwaar", "en": "Heavy"}
        study = create_study(session, name="heavy", title=title, protocol=asking, zone=ZONE, now=NOW)
        publish(session, study)
        with pytest.raises(MonitoringNeeded) as refused:
            issue_join_code(session, study, now=NOW)
        assert refused.value.errors[0]["where"] == "asking.1"
        monitoring.set_up(session, study, STAFFING)
        code = issue_join_code(session, study, now=NOW).code
        with pytest.raises(MonitoringNeeded):
            monitoring.end(session, study, now=NOW)
        study.monitoring = None  # however that came about, nobody joins
        session.flush()
        with pytest.raises(MonitoringNeeded):
            service.enrol(session, code, language="nl", zone=ZONE, birth_year=2005, now=NOW)


def test_any_answer_but_no_to_such_a_question_is_an_alert(database: Database, staffed: Cast, asking: str) -> None:
    assert "asking.1" in instruments()
    with database.transaction() as session:
        person = session.get_one(Participant, staffed.noor.participant.id)
        for slot, value in ((1, 0), (2, 35)):
            beep = make_beep(session, participant=person, slot=slot, instrument="asking.1")
            make_response(session, beep=beep, answers={"thoughts": value}, received_at=NOW + timedelta(minutes=slot))
    assert look(database, staffed, NOW + timedelta(minutes=1)) == []
    assert look(database, staffed, NOW + timedelta(minutes=2)) == ["answer"]


# --- the ethics report


@both_databases
def test_the_ethics_report_counts_cards_and_hides_small_numbers_from_the_desk(database: Database, cast: Cast) -> None:
    def show_to(number: int) -> None:
        with database.transaction() as session:
            study = session.get_one(Study, cast.study.id)
            for _ in range(number):
                person = make_participant(session, study=study)
                session.add(CardShown(participant_id=person.id, at=NOW, dismissed_at=NOW))
                session.add(CardShown(participant_id=person.id, at=NOW + timedelta(days=8)))

    def report() -> tuple[int | None, int | None, int | None]:
        with acting_as("desk"), database.reading() as session:
            found = read_ethics(session, cast.study.id)
        return found.people, found.shown, found.dismissed

    assert report() == (None, None, None)
    show_to(4)
    assert report() == (None, None, None)
    show_to(1)
    assert report() == (5, 10, 5)


def test_a_monitored_study_does_not_say_that_nobody_watches_and_parents_are_asked_too(
    client: FlaskClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    with database.transaction() as session:
        plain = draft_default(session.get_one(Study, cast.study.id))
        monitoring.set_up(session, session.get_one(Study, cast.study.id), STAFFING)
        told = draft_default(session.get_one(Study, cast.study.id))
    for language, (nobody, somebody) in {
        "nl": ("Niemand kijkt mee", "Wie merkt het als het slecht gaat?"),
        "en": ("Nobody is watching", "Who notices when things go badly?"),
    }.items():
        assert plain[language][NOBODY_WATCHES].title == nobody
        assert told[language][NOBODY_WATCHES].title == somebody
        assert len(plain[language]) == len(told[language])
    ask_parents(database, cast, 1)
    young = join_young(client, database, cast)
    young.invite(ANNA)
    (mail,) = post_round(database, clock)
    page = client.get(path_in(mail)).text
    assert 'name="monitoring"' in page
    assert say_yes(client, path_in(mail), monitoring="yes").status_code == 200
    with database.reading() as session:
        given = read_given(session, session.get_one(Participant, young.id))
    assert given["parent1"].scopes["monitoring"] is True
    assert given["participant"].scopes["monitoring"] is False
