from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from server.consent import service
from server.consent.commands import keep_letter, publish_text
from server.consent.models import ConsentRecord, ConsentText, WrittenInStone
from server.consent.publishing import find_text, publish_default
from server.db import Database
from server.people.models import Participant
from server.planning.models import Beep
from server.planning.service import plan_ahead
from server.studies.models import JoinCode
from tests.cast import NOW, Cast
from tests.consent_factories import CONTACT, choice, drop_short_text, publish
from tests.databases import both_databases
from tests.factories import make_participant

ZONE = "Europe/Amsterdam"
LATER = NOW + timedelta(days=9)
BIRTHDAY = datetime.fromisoformat("2026-04-01T12:00:00+00:00")


def enrol(database: Database, cast: Cast, *, agree: bool = True, now: datetime = NOW, **facts: Any) -> Participant:
    with database.transaction() as session:
        given = choice(session, cast.study) if agree and find_text(session, cast.study, "nl") else None
        told = {"birth_year": 2009, "birth_month": 1, **facts}
        joined = service.enrol(session, cast.join_code.code, language="nl", zone=ZONE, consent=given, now=now, **told)
        return joined.participant


def again(database: Database, participant: Participant) -> Participant:
    with database.reading() as session:
        return session.get_one(Participant, participant.id)


def letter(database: Database, cast: Cast, code: str, role: str, *, now: datetime = NOW, **scopes: bool) -> str | None:
    with database.transaction() as session:
        said = {"use": True, "research": True} | scopes
        return service.record_on_paper(session, cast.study, code, role, said, now=now).waiting


@pytest.fixture
def asking(database: Database, cast: Cast) -> Cast:
    """The cast, in a study that asks for consent."""
    with database.transaction() as session:
        publish(session, cast.study)
    return cast


@both_databases
def test_sixteen_and_older_decide_alone(database: Database, asking: Cast) -> None:
    assert enrol(database, asking).waiting is None
    assert enrol(database, asking, agree=False).waiting == "consent"


@both_databases
def test_younger_wait_for_a_parent_and_are_cleared_by_the_letter(database: Database, asking: Cast) -> None:
    row = enrol(database, asking, birth_year=2012)
    assert (row.waiting, row.cleared_at) == ("parent", None)
    assert letter(database, asking, row.code.lower(), "parent1", now=LATER) is None
    assert again(database, row).cleared_at == LATER


def test_a_letter_is_of_no_use_while_she_herself_has_not_agreed(database: Database, asking: Cast) -> None:
    row = enrol(database, asking, birth_year=2012, agree=False)
    assert letter(database, asking, row.code, "parent1") == "consent"


def test_where_the_study_wants_two_parents_one_is_not_enough_and_one_no_is_a_no(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        publish(session, cast.study, parents_required=2)
    row = enrol(database, cast, birth_year=2012)
    assert letter(database, cast, row.code, "parent1") == "parent"
    assert letter(database, cast, row.code, "parent2") is None
    assert letter(database, cast, row.code, "parent1", research=False) == "parent"
    assert again(database, row).cleared_at is None


def test_where_one_parent_is_enough_the_no_of_the_other_still_counts(database: Database, asking: Cast) -> None:
    row = enrol(database, asking, birth_year=2012)
    assert letter(database, asking, row.code, "parent1") is None
    assert letter(database, asking, row.code, "parent2", use=False) == "parent"


@both_databases
def test_nobody_is_planned_before_she_is_cleared_and_waiting_costs_no_day(database: Database, asking: Cast) -> None:
    row = enrol(database, asking, birth_year=2012)
    plan_ahead(database, now=LATER)
    assert beeps_of(database, row) == 0
    letter(database, asking, row.code, "parent1", now=LATER)
    cleared = again(database, row)
    assert (cleared.starts_on, cleared.ends_on) == (date(2026, 3, 14), date(2026, 4, 3))
    plan_ahead(database, now=LATER)
    assert beeps_of(database, row) > 0


def beeps_of(database: Database, participant: Participant) -> int:
    with database.reading() as session:
        return len(session.scalars(select(Beep.id).where(Beep.participant_id == participant.id)).all())


def test_taking_consent_back_stops_planning_and_giving_it_again_resumes(database: Database, asking: Cast) -> None:
    row = enrol(database, asking)
    plan_ahead(database, now=NOW)
    planned = beeps_of(database, row)
    with database.transaction() as session:
        changed = service.record_own(session, row, choice(session, asking.study, research=False), now=NOW)
        assert (changed.waiting, changed.cleared_at) == ("consent", None)
    plan_ahead(database, now=NOW + timedelta(days=2))
    assert beeps_of(database, row) == planned
    with database.transaction() as session:
        service.record_own(session, row, choice(session, asking.study), now=NOW + timedelta(days=2))
    plan_ahead(database, now=NOW + timedelta(days=2))
    assert beeps_of(database, row) > planned
    assert again(database, row).starts_on == row.starts_on


@both_databases
def test_the_same_answer_again_adds_nothing_and_a_change_adds_only_itself(database: Database, asking: Cast) -> None:
    row = enrol(database, asking)
    with database.transaction() as session:
        service.record_own(session, row, choice(session, asking.study), now=LATER)
    assert len(records(database, row)) == 4
    with database.transaction() as session:
        service.record_own(session, row, choice(session, asking.study, sharing=False), now=LATER)
    kept = records(database, row)
    assert [(record.scope, record.given, record.method) for record in kept[4:]] == [("sharing", False, "app")]
    assert [record.number for record in kept] == [1, 2, 3, 4, 5]


def records(database: Database, participant: Participant) -> list[ConsentRecord]:
    with database.reading() as session:
        mine = select(ConsentRecord).where(ConsentRecord.participant_id == participant.id)
        return list(session.scalars(mine.order_by(ConsentRecord.number)))


@both_databases
def test_answers_at_the_same_moment_are_kept_one_after_the_other(database: Database, asking: Cast) -> None:
    row = enrol(database, asking, agree=False)

    def say(number: int) -> None:
        with database.transaction() as session:
            service.record_own(session, row, choice(session, asking.study, sharing=number % 2 == 0), now=NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(say, range(4)))
    kept = records(database, row)
    assert [record.number for record in kept] == list(range(1, len(kept) + 1))
    assert len([record for record in kept if record.scope == "use"]) == 1


def test_a_record_names_the_very_words(database: Database, asking: Cast) -> None:
    row = enrol(database, asking)
    with database.reading() as session:
        text = find_text(session, asking.study, "nl")
    assert text is not None
    assert {(record.version, record.sha256, record.language) for record in records(database, row)} == {
        (1, text.sha256, "nl")
    }


def test_neither_a_published_text_nor_a_record_can_be_changed(database: Database, asking: Cast) -> None:
    row = enrol(database, asking)
    with pytest.raises(WrittenInStone), database.transaction() as session:
        session.scalars(select(ConsentText)).first().body = []
    with pytest.raises(WrittenInStone), database.transaction() as session:
        session.get_one(ConsentRecord, (row.id, 1)).given = False


@both_databases
def test_the_database_itself_keeps_them_as_they_were(database: Database, asking: Cast) -> None:
    enrol(database, asking)
    for change in ("UPDATE consent_record SET given = true", "UPDATE consent_text SET binding = true"):
        with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
            session.execute(text(change))


def test_publishing_the_same_again_is_no_new_version_and_other_words_are(database: Database, asking: Cast) -> None:
    with database.transaction() as session:
        assert publish(session, asking.study, now=LATER) == 1
        assert publish(session, asking.study, institution="Elders", now=LATER) == 2
        assert publish(session, asking.study, institution="Elders", now=LATER) == 2


def test_agreeing_to_words_that_are_no_longer_in_force_is_refused(database: Database, asking: Cast) -> None:
    row = enrol(database, asking, agree=False)
    with database.transaction() as session:
        old = choice(session, asking.study)
        publish(session, asking.study, institution="Elders", now=LATER)
    with pytest.raises(service.TextChanged), database.transaction() as session:
        service.record_own(session, row, old, now=LATER)
    assert records(database, row) == []


def test_whoever_turns_sixteen_while_waiting_needs_no_parent_but_her_own_word(database: Database, asking: Cast) -> None:
    soon = enrol(database, asking, birth_year=2010, birth_month=3)
    young = enrol(database, asking, birth_year=2012, birth_month=3)
    assert (soon.waiting, soon.parents_until) == ("parent", date(2026, 4, 1))
    with database.transaction() as session:
        assert service.settle_birthdays(session, now=datetime.fromisoformat("2026-03-31T12:00:00+00:00")) == 0
    with database.transaction() as session:
        assert service.settle_birthdays(session, now=BIRTHDAY) == 1
    assert again(database, soon).waiting == "consent"
    assert again(database, young).waiting == "parent"
    with database.transaction() as session:
        assert service.record_own(session, soon, choice(session, asking.study), now=BIRTHDAY).waiting is None
    assert again(database, soon).parents_until is None


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"birth_year": None, "birth_month": None}, service.BirthNeeded),
        ({"birth_year": 2015, "birth_month": 1}, service.TooYoung),
        ({"birth_year": 2014, "birth_month": 4}, service.TooYoung),
    ],
)
def test_who_cannot_join_leaves_nothing_behind(
    database: Database, asking: Cast, facts: dict[str, Any], error: type[Exception]
) -> None:
    with database.reading() as session:
        before = len(session.scalars(select(Participant.id)).all())
    with pytest.raises(error):
        enrol(database, asking, **facts)
    with database.reading() as session:
        assert len(session.scalars(select(Participant.id)).all()) == before
        assert session.get_one(JoinCode, asking.join_code.code).uses == 0


def test_a_letter_about_somebody_in_another_study_is_refused(database: Database, asking: Cast) -> None:
    with database.transaction() as session:
        publish_default(session, session.merge(asking.other_study), institution="H", contact=CONTACT, now=NOW)
    with pytest.raises(service.ParticipantUnknown):
        letter(database, asking, asking.zoe.participant.code, "parent1")


def test_the_command_line_publishes_and_keeps_letters(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        drop_short_text(session, session.merge(cast.study))
        said = publish_text(
            session, NOW, "garden", institution="Tuin", contact=("Cleo", "c@x.example"), phone=None, parents=1
        )
        assert said == "Version 1 of the consent text of garden is in force."
        waiting = make_participant(
            session, study=session.merge(cast.study), waiting="consent", parents_until=date(2030, 1, 1)
        )
        own = keep_letter(session, NOW, "garden", waiting.code, parent=None, refused=False, also=("sharing",))
        assert own == f"Kept. {waiting.code} still waits for a parent."
        assert "is cleared" in keep_letter(session, NOW, "garden", waiting.code, parent=1, refused=False, also=())
        assert "still waits" in keep_letter(session, NOW, "garden", waiting.code, parent=1, refused=True, also=())
    assert [record.given for record in records(database, waiting)[:4]] == [True, True, True, False]
    assert {record.method for record in records(database, waiting)} == {"letter"}
