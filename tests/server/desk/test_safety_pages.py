"""Safety at the desk: set up by an owner, alerts with the protocol beside them, never an answer."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.consent.service import record_own
from server.db import Database
from server.people.models import Participant
from server.safety.alerts import raise_alerts
from server.safety.models import SafetyAlert
from server.studies.models import Study
from tests.cast import NOW, Cast
from tests.consent_factories import choice, publish
from tests.factories import make_beep, make_response
from tests.server.desk.desk import Desk, sign_in, text_of

PAGE = "/desk/studies/garden/safety"
STAFFED = {
    "weekdays": ["1", "2", "3"],
    "begins": "09:00",
    "ends": "17:00",
    "within_h": "4",
    "people": "Cleo, 06 12345678\nOlga",
    "protocol_nl": "Bel eerst de deelnemer, daarna de huisarts. Bij gevaar 112.",
    "protocol_en": "Call the participant first, then the general practitioner. 112 in danger.",
}


@pytest.fixture
def owner(app: Flask, database: Database, cast: Cast) -> Desk:
    with database.transaction() as session:
        publish(session, cast.study)
    return sign_in(app, database, name="Olga", roles={cast.study: "owner"})


def sign_from_noor(database: Database, cast: Cast) -> str:
    """She agrees to being looked after and asks who she can talk to; the alert's id."""
    with database.transaction() as session:
        study = session.get_one(Study, cast.study.id)
        noor = session.get_one(Participant, cast.noor.participant.id)
        record_own(session, noor, choice(session, study, monitoring=True), now=NOW)
        at = NOW + timedelta(minutes=1)
        beep = make_beep(session, participant=noor, due_at=NOW)
        make_response(session, beep=beep, received_at=at, answers={"help_wish": "show", "day_best": "canary-text"})
        (alert,) = raise_alerts(session, study, now=at)
        return str(alert.id)


def test_without_set_up_the_page_says_that_nobody_looks(owner: Desk) -> None:
    assert "Nobody looks after signs in this study" in owner.get(PAGE).text


def test_an_owner_sets_monitoring_up_and_ends_it(owner: Desk, database: Database, cast: Cast) -> None:
    assert owner.post(f"{PAGE}/monitoring", **STAFFED).status_code == 303
    page = owner.get(PAGE).text
    assert STAFFED["protocol_en"] in page
    assert "Cleo, 06 12345678" in page
    assert "09:00 to 17:00; within 4 hours" in page
    assert owner.get(f"{PAGE}/monitoring").text.count("checked") == 3
    assert owner.post(f"{PAGE}/monitoring/end").status_code == 303
    with database.reading() as session:
        assert session.get_one(Study, cast.study.id).monitoring is None
        acts = session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert list(acts) == ["monitoring.set-up", "monitoring.ended"]


@pytest.mark.parametrize(
    "change",
    [{"weekdays": []}, {"ends": "08:00"}, {"within_h": "0"}, {"people": " "}, {"protocol_nl": "Bel."}],
)
def test_half_a_set_up_is_refused(owner: Desk, database: Database, cast: Cast, change: dict[str, str]) -> None:
    assert owner.post(f"{PAGE}/monitoring", **{**STAFFED, **change}).status_code == 422
    with database.reading() as session:
        assert session.get_one(Study, cast.study.id).monitoring is None


def test_a_coordinator_takes_an_alert_up_and_says_how_it_ended_and_sees_no_answer(
    app: Flask, owner: Desk, database: Database, cast: Cast
) -> None:
    owner.post(f"{PAGE}/monitoring", **STAFFED)
    alert = sign_from_noor(database, cast)
    cleo = sign_in(app, database, roles={cast.study: "coordinator"})
    page = cleo.get(PAGE).text
    assert "wants to know who to talk to" in page
    assert cast.noor.participant.code in page
    assert STAFFED["protocol_en"] in page
    assert "canary-text" not in page
    assert cleo.post(f"{PAGE}/alerts/{alert}/take").status_code == 303
    assert "with cleo@kiem.example" in cleo.get(PAGE).text
    assert cleo.post(f"{PAGE}/alerts/{alert}/close", outcome="nonsense").status_code == 303
    with database.reading() as session:
        assert session.scalars(select(SafetyAlert.closed_at)).one() is None
    assert cleo.post(f"{PAGE}/alerts/{alert}/close", outcome="spoken").status_code == 303
    assert cleo.post(f"{PAGE}/alerts/{alert}/close", outcome="spoken").status_code == 409
    with database.reading() as session:
        log = session.execute(select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.number)).all()
    assert [action for action, _ in log][-2:] == ["alert.taken", "alert.closed"]
    assert all(cast.noor.participant.code not in (subject or "") for _, subject in log)


def test_who_coordinates_another_study_finds_no_alert_of_this_one(
    app: Flask, owner: Desk, database: Database, cast: Cast
) -> None:
    owner.post(f"{PAGE}/monitoring", **STAFFED)
    alert = sign_from_noor(database, cast)
    mina = sign_in(app, database, name="Mina", roles={cast.other_study: "coordinator"})
    assert mina.post(f"/desk/studies/harbour/safety/alerts/{alert}/take").status_code == 404
    assert mina.post(f"{PAGE}/alerts/{alert}/take").status_code == 404
    assert cast.noor.participant.code not in mina.get("/desk/studies/harbour/safety").text


def test_how_many_alerts_are_open_stands_in_the_menu_and_on_the_board_of_a_monitored_study_only(
    app: Flask, owner: Desk, database: Database, cast: Cast
) -> None:
    cleo = sign_in(app, database, roles={cast.study: "coordinator"})
    people, board = "/desk/studies/garden/people", "/desk/studies/garden/board"
    assert "open alert" not in cleo.get(people).text + cleo.get(board).text
    owner.post(f"{PAGE}/monitoring", **STAFFED)
    assert "0 open alerts" in text_of(cleo.get(board))
    assert "open alert" not in text_of(cleo.get(people))
    sign_from_noor(database, cast)
    assert "Safety 1 open alert" in text_of(cleo.get(people))
    assert text_of(cleo.get(board)).count("1 open alert") == 2
    assert "open alert" not in sign_in(app, database, name="Rena", roles={cast.study: "researcher"}).get("/desk").text
