"""A new consent text waits: phones say so once, by day, and not to who has answered, left or wants a pause."""

import json
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from server.clock import SetClock
from server.consent.publishing import draft_default, publish_own
from server.consent.service import record_own
from server.consent.texts import Section
from server.db import Database
from server.delivery.messages import send_message
from server.delivery.models import Message
from server.delivery.new_texts import tell_new_texts
from server.people.models import Participant
from server.people.notices import NEW_TEXT, NOTICES, SAID, SAID_TITLES, NoticeUnknown
from server.planning.pauses import pause, resume
from server.studies.models import Study
from tests.cast import NOW, Cast
from tests.consent_factories import choice, publish
from tests.databases import both_databases
from tests.delivery_factories import make_device
from tests.server.delivery.test_messages import deliver
from tests.server.desk.desk import sign_in

CHANGES = {"nl": "Er komt een onderzoeker bij.", "en": "A researcher joins."}
ZONE = ZoneInfo("Europe/Amsterdam")
NOON = datetime.combine(NOW.astimezone(ZONE).date() + timedelta(days=1), time(12), ZONE)


def publish_new(database: Database, cast: Cast, *, at: datetime, binding: bool = True, word: str = "Nieuw") -> None:
    with database.transaction() as session:
        study = session.get_one(Study, cast.study.id)
        more = Section(title=word, text=word)
        texts = {language: (*sections, more) for language, sections in draft_default(study).items()}
        publish_own(session, study, texts, changes=CHANGES, binding=binding, why="" if binding else "a typo", now=at)


def messages(database: Database) -> list[Message]:
    with database.reading() as session:
        return list(session.scalars(select(Message).order_by(Message.made_at, Message.participant_id)))


@pytest.fixture(autouse=True)
def agreed(database: Database, cast: Cast, clock: SetClock) -> None:
    """Noor and Sam said yes to the first text and have phones; it is noon of the next day."""
    with database.transaction() as session:
        publish(session, cast.study)
        for person in (cast.noor.participant, cast.sam.participant):
            make_device(session, participant=person)
            record_own(session, person, choice(session, cast.study), now=NOW)
    clock.set(NOON)


@both_databases
def test_each_phone_says_it_once_in_reviewed_words(database: Database, cast: Cast, clock: SetClock) -> None:
    assert tell_new_texts(database, now=NOON) == 0
    publish_new(database, cast, at=NOON)
    assert tell_new_texts(database, now=NOON) == 2
    sent = deliver(database, clock)
    words = {json.loads(one.message.payload)["notification"]["title"] for one in sent}
    languages = {cast.noor.participant.language, cast.sam.participant.language}
    assert (len(sent), words) == (2, {SAID_TITLES[NEW_TEXT][language] for language in languages})
    for days in range(8):
        assert tell_new_texts(database, now=NOON + timedelta(days=days)) == 0
    assert deliver(database, clock) == []
    assert {one.outcome for one in messages(database)} == {"accepted"}


def test_a_second_text_is_told_to_who_had_said_yes_to_the_first(database: Database, cast: Cast) -> None:
    publish_new(database, cast, at=NOON)
    assert tell_new_texts(database, now=NOON) == 2
    later = NOON + timedelta(days=2)
    with database.transaction() as session:
        sam = session.get_one(Participant, cast.sam.participant.id)
        record_own(session, sam, choice(session, cast.study), now=later)
    publish_new(database, cast, at=later, word="Nieuwer")
    assert tell_new_texts(database, now=later) == 1
    assert messages(database)[-1].participant_id == cast.sam.participant.id


def test_a_correction_is_told_to_nobody(database: Database, cast: Cast) -> None:
    publish_new(database, cast, at=NOON, binding=False)
    assert tell_new_texts(database, now=NOON) == 0


def test_nobody_is_told_at_night_and_who_has_answered_by_morning_never(database: Database, cast: Cast) -> None:
    night = NOON + timedelta(hours=11)
    publish_new(database, cast, at=night)
    assert tell_new_texts(database, now=night) == 0
    with database.transaction() as session:
        sam = session.get_one(Participant, cast.sam.participant.id)
        record_own(session, sam, choice(session, cast.study), now=night)
    assert tell_new_texts(database, now=night + timedelta(hours=12)) == 1
    assert messages(database)[0].participant_id == cast.noor.participant.id


def test_a_pause_is_respected_and_the_text_is_told_after_it(database: Database, cast: Cast) -> None:
    publish_new(database, cast, at=NOON)
    today = NOON.date()
    with database.transaction() as session:
        for member in (cast.noor, cast.sam):
            person = session.get_one(Participant, member.participant.id)
            pause(session, person, today, today + timedelta(days=2), now=NOON)
    assert tell_new_texts(database, now=NOON + timedelta(days=1)) == 0
    with database.transaction() as session:
        resume(session, session.get_one(Participant, cast.noor.participant.id), now=NOON + timedelta(days=1))
    assert tell_new_texts(database, now=NOON + timedelta(days=1)) == 1


def test_who_has_left_or_said_no_is_told_nothing(database: Database, cast: Cast) -> None:
    publish_new(database, cast, at=NOON)
    with database.transaction() as session:
        session.get_one(Participant, cast.noor.participant.id).left_at = NOON
        sam = session.get_one(Participant, cast.sam.participant.id)
        record_own(session, sam, choice(session, cast.study, use=False, research=False), now=NOON)
    assert tell_new_texts(database, now=NOON) == 0


def test_no_one_at_the_desk_can_send_it(app: Flask, database: Database, cast: Cast) -> None:
    desk = sign_in(app, database, roles={cast.study: "coordinator"}, now=NOON)
    told = desk.client.get("/api/v1/desk/notices", base_url=desk.base).get_json()["notices"]
    assert {one["key"] for one in told} == set(NOTICES) == set(SAID) - {NEW_TEXT}
    with database.transaction() as session, pytest.raises(NoticeUnknown):
        send_message(session, session.get_one(Participant, cast.noor.participant.id), NEW_TEXT, by="Cleo", now=NOON)
