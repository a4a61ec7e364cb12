"""A fourteen-year-old's whole way: she says yes, two parents do by mail, one takes it back, and in the end she is gone.

The mail server is real, and so are the web server, the worker and the phone; only time is simulated.
"""

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from server.app import create_app
from server.clock import SetClock
from server.config import Settings
from server.consent.opening import issue_join_code
from server.consent.publishing import publish_default
from server.db import Database
from server.delivery.models import Attempt
from server.people.models import Participant
from server.phone import Reply
from server.rights.keeping import keeper_of
from server.rights.replay import Replayed, replay
from server.studies.models import Study
from server.studies.service import create_study
from tests.consent_factories import CONTACT
from tests.databases import both_databases
from tests.journey.life import ZONE, Life, Person, living
from tests.letterbox import Letterbox, link_in, open_letterbox
from tests.young import ANNA, PIET, fill_in, say_yes

SUNDAY = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
TUESDAY = date(2026, 3, 3)


@both_databases
def test_a_fourteen_year_old_from_her_own_yes_to_her_own_end(settings: Settings, database: Database) -> None:
    live_through(settings)


def live_through(settings: Settings) -> None:
    """The whole way, on whatever database the settings name; every round of the worker turns at least once."""
    clock = SetClock(SUNDAY)
    with open_letterbox() as box:
        by_mail = replace(settings, mail_gateway="smtp", smtp=box.settings())
        with living(by_mail, clock) as life:
            life.worker.sync()
            parent = create_app(life.installation.context).test_client(use_cookies=False)
            noor = life.meet("Noor")
            recovery_code = she_joins_and_says_yes(life, noor, open_study(life))
            nothing_is_planned_while_she_waits(life, noor)
            two_parents_are_asked_and_agree(life, noor, box, parent)
            her_days_begin(life, noor)
            the_second_parent_takes_it_back(life, noor, box, parent)
            she_asks_again_and_goes_on(life, noor, box, parent)
            she_downloads_her_data(noor, parent, recovery_code)
            she_stops_and_is_erased(life, noor, parent)
            for turn in (life.worker.partition, life.worker.sweep, life.worker.settle, life.worker.watch):
                turn()
            life.worker.retain()


def open_study(life: Life) -> str:
    title, now = {"nl": "De tuin", "en": "The garden"}, life.clock.now()
    with life.installation.database.transaction() as session:
        study = create_study(
            session, name="garden", title=title, protocol="grow-it.1", zone=ZONE, now=now, seed=b"g" * 32
        )
        publish_default(session, study, institution="Tuin", contact=CONTACT, parents_required=2, now=now)
        return issue_join_code(session, study, now=now).code


def she_joins_and_says_yes(life: Life, noor: Person, code: str) -> str:
    intro = noor.phone.send("GET", f"/intro/{code}?language=nl").body
    assert (intro["consent_from"], intro["parents_required"]) == (16, 2)
    text = {name: intro["consent"][name] for name in ("version", "sha256", "language")}
    body = {"code": code, "language": "nl", "zone": ZONE, "birth_year": 2011, "birth_month": 9}
    early = noor.phone.send("POST", "/join", body)
    assert early.body["participant"]["waiting"] == "consent"
    assert invite(noor, ANNA).code == "consent-first"
    given = noor.phone.send("PUT", "/me/consent", {**text, "scopes": {"use": True, "research": True}})
    assert given.body["waiting"] == "parent"
    assert noor.phone.subscribe().status == 201
    return str(early.body["recovery_code"])


def nothing_is_planned_while_she_waits(life: Life, noor: Person) -> None:
    life.pass_time(SUNDAY + timedelta(hours=1))
    assert noor.phone.see_today().body["beeps"] == []


def two_parents_are_asked_and_agree(life: Life, noor: Person, box: Letterbox, parent: FlaskClient) -> None:
    assert invite(noor, ANNA).ok
    assert invite(noor, PIET).ok
    assert states(noor) == ["waiting", "waiting"]
    assert life.worker.mail() == 2
    assert say_yes(parent, link_in(box.to(ANNA)[-1])).status_code == 200
    assert parent.get(link_in(box.to(ANNA)[-1])).status_code == 410
    assert noor.phone.send("GET", "/me").body["waiting"] == "parent"
    life.pass_time(SUNDAY + timedelta(hours=2))
    assert noor.phone.see_today().body["beeps"] == []
    assert say_yes(parent, link_in(box.to(PIET)[-1])).status_code == 200
    assert noor.phone.send("GET", "/me").body["waiting"] is None
    assert states(noor) == ["agreed", "agreed"]
    assert life.worker.mail() == 2  # how to take it back


def her_days_begin(life: Life, noor: Person) -> None:
    life.worker.plan()
    first = noor.beeps_on(date(2026, 3, 2))[1]
    life.pass_time(datetime.fromisoformat(first["due_at"]))
    assert len(life.pushes_to(noor)) >= 1
    assert life.answer(noor, first, after_min=3).status == 201


def the_second_parent_takes_it_back(life: Life, noor: Person, box: Letterbox, parent: FlaskClient) -> None:
    beeps = noor.beeps_on(TUESDAY)
    due = datetime.fromisoformat(beeps[1]["due_at"])
    life.pass_time(due - timedelta(seconds=40))
    before = len(life.pushes_to(noor))
    path = link_in(box.to(PIET)[-1])
    page = parent.get(path).text
    assert "intrekken" in page
    assert parent.post(path, data=fill_in(page, data="keep")).status_code == 200
    life.pass_time(due + timedelta(hours=3))  # the beep was due within the minute; others after it
    assert len(life.pushes_to(noor)) == before
    assert noor.phone.send("GET", "/me").body["waiting"] == "parent"
    assert states(noor) == ["agreed", "withdrawn"]
    late = noor.phone.answer(beeps[1]["id"], noor.fill_in(beeps[1], due + timedelta(minutes=2)))
    assert late.code == "consent-missing"
    with life.installation.database.reading() as session:
        outcomes = set(session.scalars(select(Attempt.outcome).where(Attempt.at >= due)))
    assert outcomes <= {"no_device"}


def she_asks_again_and_goes_on(life: Life, noor: Person, box: Letterbox, parent: FlaskClient) -> None:
    assert invite(noor, PIET).ok
    assert life.worker.mail() == 1
    assert say_yes(parent, link_in(box.to(PIET)[-1])).status_code == 200
    assert noor.phone.send("GET", "/me").body["waiting"] is None
    assert noor.phone.send("GET", "/me").body["study"]["starts_on"] == "2026-03-02"


def she_downloads_her_data(noor: Person, browser: FlaskClient, recovery_code: str) -> None:
    assert noor.phone.send("POST", "/me/confirm", {"recovery_code": "0000-0000-0000"}).code == "recovery-unknown"
    assert noor.phone.send("POST", "/me/confirm", {"recovery_code": recovery_code}).ok
    answer = browser.get("/api/v1/me/data", headers={"Authorization": f"Bearer {token_of(noor)}"})
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        data = json.loads(archive.read("data.json"))
    (given,) = noor.given.values()
    assert [entry["answers"] for entry in data["response"]] == [given]
    roles = {record["role"] for record in data["consent_record"]}
    assert roles == {"participant", "parent1", "parent2"}


def she_stops_and_is_erased(life: Life, noor: Person, browser: FlaskClient) -> None:
    assert noor.phone.send("POST", "/me/stop", {"erase": False}).ok
    before = len(life.gateway.sent)
    life.pass_time(life.clock.now() + timedelta(hours=8))
    assert len(life.gateway.sent) == before
    token = token_of(noor)
    gone = noor.phone.send("POST", "/me/stop", {"erase": True})
    assert len(gone.body["receipt"]) == 19
    assert browser.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    with life.installation.database.reading() as session:
        assert session.scalars(select(Participant)).all() == []
        assert session.scalars(select(Study.name)).all() == ["garden"]
    keeper = keeper_of(life.installation.context)
    assert replay(life.installation.database, keeper) == Replayed(listed=1, erased=0, restored=0)


def invite(noor: Person, mail: str) -> Reply:
    return noor.phone.send("POST", "/me/parents", {"mail": mail, "language": "nl"})


def states(noor: Person) -> list[str]:
    return [parent["state"] for parent in noor.phone.send("GET", "/me/parents").body["parents"]]


def token_of(noor: Person) -> str:
    """The secret in her phone's cookie."""
    return noor.phone._cookies["kiem-loopback"]
