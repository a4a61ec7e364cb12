"""A reviewed text pushed to a participant: by day only, seldom, never in a pause, and each time in the log."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.clock import SetClock
from server.db import Database, acting_as
from server.delivery.dispatch import Dispatcher
from server.delivery.gateway import BlockingGateway, RecordingGateway
from server.delivery.messages import MessagePaused, MessageTooSoon, NoPhone, next_moment, send_message
from server.delivery.models import Message
from server.people.models import Participant
from server.people.notices import NOTICES, TITLES, NoticeUnknown, current_notice, read_notices
from server.planning.pauses import pause
from tests.cast import NOW, TODAY, Cast
from tests.databases import both_databases
from tests.delivery_factories import make_device
from tests.server.desk.desk import sign_in, text_of

DAY = timedelta(days=1)


def send(database: Database, cast: Cast, *, now: datetime = NOW, notice: str = "ask-us") -> Message:
    with acting_as("desk"), database.transaction() as session:
        person = session.get_one(Participant, cast.noor.participant.id)
        return send_message(session, person, notice, by="Cleo", now=now)


@pytest.fixture
def phone(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        make_device(session, participant=cast.noor.participant)


def deliver(database: Database, clock: SetClock) -> list[Any]:
    gateway = RecordingGateway()
    blocking = BlockingGateway(gateway)
    Dispatcher(
        database=database, gateway=blocking, clock=clock, public_url="https://kiem.example",
        lease=timedelta(seconds=60), batch=100, rng=random.Random(1),
    ).run()  # fmt: skip
    blocking.close()
    return list(gateway.sent)


@both_databases
@pytest.mark.usefixtures("phone")
def test_the_text_is_pushed_once_and_stands_on_her_screen(database: Database, cast: Cast, clock: SetClock) -> None:
    send(database, cast)
    (sent,) = deliver(database, clock)
    body = json.loads(sent.message.payload)["notification"]
    assert (body["title"], body["body"]) == (TITLES["ask-us"]["nl"], NOTICES["ask-us"]["nl"])
    assert "beep" not in body["data"]
    assert body["navigate"] == "https://kiem.example/"
    assert deliver(database, clock) == []
    with database.reading() as session:
        row = session.scalars(select(Message)).one()
        assert (row.outcome, row.next_push_at, row.by) == ("accepted", None, "Cleo")
        shown = current_notice(session.get_one(Participant, cast.noor.participant.id), now=NOW)
        assert shown is not None
        assert shown[0] == "ask-us"


@pytest.mark.usefixtures("phone")
def test_one_a_day_and_three_a_week(database: Database, cast: Cast) -> None:
    send(database, cast)
    with pytest.raises(MessageTooSoon) as soon:
        send(database, cast, now=NOW + timedelta(hours=23))
    assert soon.value.headers == {"Retry-After": "3600"}
    send(database, cast, now=NOW + DAY)
    send(database, cast, now=NOW + 2 * DAY)
    with pytest.raises(MessageTooSoon):
        send(database, cast, now=NOW + 4 * DAY)
    send(database, cast, now=NOW + 7 * DAY)


def test_without_a_phone_or_in_a_pause_or_in_own_words_nothing_is_sent(database: Database, cast: Cast) -> None:
    with pytest.raises(NoPhone):
        send(database, cast)
    with pytest.raises(NoticeUnknown):
        send(database, cast, notice="come back now")
    with database.transaction() as session:
        make_device(session, participant=cast.noor.participant)
        pause(session, session.get_one(Participant, cast.noor.participant.id), TODAY, TODAY, now=NOW)
    with pytest.raises(MessagePaused):
        send(database, cast)
    with database.reading() as session:
        assert session.scalars(select(Message)).all() == []


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        (datetime(2026, 3, 4, 11, 0, tzinfo=UTC), datetime(2026, 3, 4, 15, 0, tzinfo=UTC)),  # a lesson, until four
        (datetime(2026, 3, 4, 15, 0, tzinfo=UTC), datetime(2026, 3, 4, 15, 0, tzinfo=UTC)),
        (datetime(2026, 3, 4, 20, 0, tzinfo=UTC), datetime(2026, 3, 5, 7, 30, tzinfo=UTC)),  # the evening: next morning
    ],
)
def test_neither_night_nor_quiet_hours_are_disturbed(cast: Cast, at: datetime, sent: datetime) -> None:
    noor = cast.noor.participant
    noor.rhythm = {"school": {"quiet": [["09:00", "16:00"]]}}
    assert next_moment(noor, at) == sent
    assert date(2026, 3, 4).isoweekday() == 3


@pytest.mark.usefixtures("phone")
def test_a_coordinator_sends_it_from_her_page_and_it_is_in_the_log(app: Flask, database: Database, cast: Cast) -> None:
    desk = sign_in(app, database, roles={cast.study: "coordinator"})
    url = f"/desk/studies/garden/people/{cast.noor.participant.code}"
    assert desk.post(f"{url}/message", notice="thank-you").status_code == 303
    page = text_of(desk.get(url))
    assert "The notification goes out now." in page
    assert "waiting" in page
    again = desk.post(f"{url}/message", notice="thank-you")
    assert (again.status_code, "within a day" in text_of(again)) == (429, True)
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "participant.message")).one()
        assert entry.facts["text"] == "thank-you"
        assert cast.noor.participant.code not in (entry.subject or "")


def test_a_text_that_nobody_has_reviewed_is_not_offered(tmp_path: Path) -> None:
    words = "title: {nl: a, en: b}\n    text: {nl: c, en: d}"
    file = tmp_path / "notices.yaml"
    file.write_text(
        f"notices:\n  - id: one\n    reviewed: true\n    {words}\n  - id: two\n    {words}\n", encoding="utf-8"
    )
    texts, titles = read_notices(file)
    assert (texts.keys(), titles.keys()) == ({"one"}, {"one"})
