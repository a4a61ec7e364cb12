"""A new consent text: everybody says yes again before the next beep, and nothing is lost meanwhile."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from server.clock import SetClock
from server.consent import service
from server.consent.models import ConsentRecord, ParentInvitation
from server.consent.publishing import NothingNew, Published, ReasonNeeded, draft_default, publish_own
from server.consent.renewing import count_asked
from server.consent.settling import has_not_said_no
from server.consent.texts import Section
from server.db import Database
from server.delivery.claims import claim_due
from server.export.people import select_members
from server.export.profiles import choose
from server.people.models import Participant
from server.planning.models import Beep
from server.planning.service import plan_ahead
from server.studies.models import Study
from tests.answering import make_body
from tests.cast import NOW, Cast
from tests.consent_factories import as_body, choice, publish
from tests.databases import both_databases
from tests.delivery_factories import make_device
from tests.factories import make_beep
from tests.young import ANNA, PIET, Young, ask_parents, join_young, path_in, post_round, say_yes

CHANGES = {"nl": "Er komt een onderzoeker bij.", "en": "A researcher joins."}
LATER = NOW + timedelta(hours=1)


def publish_new(
    database: Database, cast: Cast, *, binding: bool = True, why: str = "", word: str = "Nieuw", now: datetime = LATER
) -> Published:
    with database.transaction() as session:
        study = session.get_one(Study, cast.study.id)
        more = Section(title=word, text=word)
        texts = {language: (*sections, more) for language, sections in draft_default(study).items()}
        return publish_own(session, study, texts, changes=CHANGES, binding=binding, why=why, now=now)


def again(database: Database, person: Participant) -> Participant:
    with database.reading() as session:
        return session.get_one(Participant, person.id)


def say(database: Database, cast: Cast, person: Participant, *, now: datetime = LATER, **scopes: bool) -> Participant:
    with database.transaction() as session:
        return service.record_own(session, person, choice(session, cast.study, **scopes), now=now)


@pytest.fixture
def agreed(database: Database, cast: Cast) -> Cast:
    """Noor and Sam have both said yes to the first text, with a phone, and their days are planned."""
    with database.transaction() as session:
        publish(session, cast.study)
    for member in (cast.noor, cast.sam):
        say(database, cast, member.participant, now=NOW)
        with database.transaction() as session:
            make_device(session, participant=session.get_one(Participant, member.participant.id))
    plan_ahead(database, now=NOW)
    return cast


def beeps_of(database: Database, person: Participant) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(Beep.participant_id == person.id)) or 0


def phones_at(database: Database, at: datetime) -> dict[str, int]:
    """Code -> phones that beeps due by ``at`` would be pushed to."""
    with database.transaction() as session:
        codes = {row.id: row.code for row in session.execute(select(Participant.id, Participant.code))}
        claims = claim_due(session, now=at, lease=timedelta(seconds=60), limit=1000)
        session.rollback()
    found: dict[str, int] = {}
    for claim in claims:
        found[codes[claim.participant_id]] = found.get(codes[claim.participant_id], 0) + len(claim.phones)
    return found


@both_databases
def test_a_new_text_stops_pushes_and_planning_and_keeps_the_plan_until_she_says_yes(
    database: Database, agreed: Cast
) -> None:
    planned = beeps_of(database, agreed.noor.participant)
    assert publish_new(database, agreed).asked.people == 2
    noor = again(database, agreed.noor.participant)
    assert (noor.waiting, noor.cleared_at, noor.asked_again_at) == ("consent", None, LATER)
    plan_ahead(database, now=NOW + timedelta(days=1))
    assert beeps_of(database, noor) == planned > 0
    tomorrow = NOW + timedelta(days=1)
    assert phones_at(database, tomorrow)[noor.code] == 0
    assert say(database, agreed, noor).waiting is None
    assert again(database, noor).asked_again_at is None
    assert beeps_of(database, noor) == planned
    reached = phones_at(database, tomorrow)
    assert reached[noor.code] > 0
    assert reached[agreed.sam.participant.code] == 0
    plan_ahead(database, now=tomorrow)
    assert beeps_of(database, noor) > planned


def test_a_correction_asks_nobody_and_must_say_why(database: Database, agreed: Cast) -> None:
    with pytest.raises(ReasonNeeded):
        publish_new(database, agreed, binding=False, why=" ")
    published = publish_new(database, agreed, binding=False, why="a spelling mistake")
    assert (published.version, published.asked.people) == (2, 0)
    assert again(database, agreed.noor.participant).waiting is None
    # Whoever says something now says it about the new words, and those who do not are still cleared.
    assert say(database, agreed, agreed.sam.participant, sharing=False).waiting is None


def test_a_yes_from_before_a_correction_still_counts_and_one_from_before_a_new_text_does_not(
    database: Database, agreed: Cast
) -> None:
    publish_new(database, agreed, word="Twee")
    say(database, agreed, agreed.noor.participant)
    publish_new(database, agreed, binding=False, why="a comma", word="Drie")
    with database.transaction() as session:
        for member in (agreed.noor, agreed.sam):
            service.settle(session, session.get_one(Participant, member.participant.id), now=LATER)
    assert again(database, agreed.noor.participant).waiting is None
    assert again(database, agreed.sam.participant).waiting == "consent"


def test_the_very_same_text_is_no_publication(database: Database, agreed: Cast) -> None:
    publish_new(database, agreed)
    with pytest.raises(NothingNew):
        publish_new(database, agreed)


def test_saying_no_to_the_new_text_is_a_no(database: Database, agreed: Cast) -> None:
    publish_new(database, agreed)
    said = say(database, agreed, agreed.noor.participant, use=False, research=False)
    assert (said.waiting, said.asked_again_at) == ("consent", None)
    publish_new(database, agreed, word="Nog nieuwer")
    assert again(database, agreed.noor.participant).asked_again_at is None


def test_whoever_has_left_or_is_done_is_left_in_peace(database: Database, agreed: Cast) -> None:
    with database.transaction() as session:
        session.get_one(Participant, agreed.noor.participant.id).left_at = NOW
        sam = session.get_one(Participant, agreed.sam.participant.id)
        sam.starts_on, sam.ends_on = date(2026, 2, 1), date(2026, 2, 21)
        sam.planned_through = sam.ends_on
    with database.reading() as session:
        assert count_asked(session, agreed.study, now=LATER) == 0
    assert publish_new(database, agreed).asked.people == 0
    assert again(database, agreed.sam.participant).cleared_at is not None
    # And saying something about sharing afterwards does not make her wait either.
    assert say(database, agreed, agreed.sam.participant, sharing=False).waiting is None


def test_who_is_asked_again_stays_in_exports_and_who_says_no_does_not(database: Database, agreed: Cast) -> None:
    publish_new(database, agreed)
    say(database, agreed, agreed.sam.participant, research=False)
    with database.reading() as session:
        left_out = select_members(session, agreed.study, choose("research"), now=LATER).left_out
        kept = session.scalars(select(Participant.code).where(has_not_said_no())).all()
    assert left_out["no-consent"] == 1
    assert agreed.noor.participant.code in kept
    assert agreed.sam.participant.code not in kept


def test_what_was_answered_before_the_new_text_still_comes_in_and_what_came_after_does_not(
    client: FlaskClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    with database.transaction() as session:
        publish(session, cast.study)
        beep = make_beep(session, participant=session.merge(cast.noor.participant), due_at=NOW)
        late = make_beep(session, participant=session.merge(cast.noor.participant), due_at=NOW, slot=3)
    say(database, cast, cast.noor.participant, now=NOW)
    publish_new(database, cast, now=NOW + timedelta(minutes=10))
    clock.set(LATER)

    def send(one: Beep, minutes: int) -> Any:
        body = make_body(one, finished_at=NOW + timedelta(minutes=minutes))
        return client.put(f"/api/v1/beeps/{one.id}/response", json=body, headers=cast.noor.headers)

    assert send(late, 12).get_json()["code"] == "consent-missing"
    assert send(beep, 5).status_code == 201


def test_the_phone_is_told_that_and_why_she_is_asked_again(
    client: FlaskClient, database: Database, agreed: Cast, clock: SetClock
) -> None:
    clock.set(LATER)
    publish_new(database, agreed)

    def get(path: str) -> Any:
        return client.get(f"/api/v1{path}", headers=agreed.noor.headers).get_json()

    me = get("/me")
    assert (me["waiting"], me["asked_again_at"]) == ("consent", LATER.isoformat())
    told = get("/me/consent")
    assert (told["why_again"], told["text_changed"], told["waiting"]) == ("text", True, "consent")
    assert (told["text"]["changes"], told["text"]["binding"]) == (CHANGES["nl"], True)
    assert get("/me/consent?language=en")["text"]["changes"] == CHANGES["en"]
    with database.reading() as session:
        body = as_body(choice(session, agreed.study))
    done = client.put("/api/v1/me/consent", json=body, headers=agreed.noor.headers).get_json()
    assert (done["waiting"], done["why_again"], done["asked_again_at"]) == (None, None, None)


# --- under sixteen


@pytest.fixture
def young(client: FlaskClient, database: Database, cast: Cast, clock: SetClock) -> Young:
    """Fourteen; she and both parents have agreed by mail, and the mails about taking it back are out."""
    ask_parents(database, cast, 2)
    one = join_young(client, database, cast)
    for mail in (ANNA, PIET):
        assert one.invite(mail).status_code == 200
    for message in post_round(database, clock):
        assert say_yes(client, path_in(message)).status_code == 200
    assert one.waiting() is None
    return one


def own_yes(client: FlaskClient, database: Database, cast: Cast, young: Young) -> None:
    with database.reading() as session:
        body = as_body(choice(session, cast.study))
    assert client.put("/api/v1/me/consent", json=body, headers=young.headers).status_code == 200


@both_databases
def test_parents_are_mailed_what_changed_and_she_goes_on_when_all_have_said_yes(
    client: FlaskClient, database: Database, cast: Cast, clock: SetClock, young: Young
) -> None:
    confirmations = post_round(database, clock)
    clock.set(LATER)
    asked = publish_new(database, cast).asked
    assert (asked.mails, asked.letters) == (2, 0)
    assert young.states() == ["waiting", "waiting"]
    mails = post_round(database, clock)
    assert {mail.to for mail in mails} == {ANNA, PIET}
    assert all(CHANGES["nl"] in mail.text for mail in mails)
    assert CHANGES["nl"] in client.get(path_in(mails[0])).text
    own_yes(client, database, cast, young)
    assert young.waiting() == "parent"
    assert say_yes(client, path_in(mails[0])).status_code == 200
    assert young.waiting() == "parent"
    assert again_of(database, young).asked_again_at is not None
    assert say_yes(client, path_in(mails[1])).status_code == 200
    assert young.waiting() is None
    # The link for taking it back that the parent kept from the first time works as it did.
    assert client.get(path_in(confirmations[0])).status_code == 200


def again_of(database: Database, young: Young) -> Participant:
    with database.reading() as session:
        return session.get_one(Participant, young.id)


def test_a_parent_of_paper_needs_a_new_letter(client: FlaskClient, database: Database, cast: Cast) -> None:
    from server.consent.inviting import invite_by_letter

    ask_parents(database, cast, 1)
    one = join_young(client, database, cast)
    with database.transaction() as session:
        code = invite_by_letter(session, session.get_one(Participant, one.id), 1, "nl", now=NOW)
    assert say_yes(client, f"/parent/{code}").status_code == 200
    asked = publish_new(database, cast, now=NOW).asked
    assert (asked.mails, asked.letters) == (0, 1)
    assert one.states() == ["expired"]
    own_yes(client, database, cast, one)
    assert one.waiting() == "parent"
    with database.transaction() as session:
        fresh = invite_by_letter(session, session.get_one(Participant, one.id), 1, "nl", now=NOW)
    assert say_yes(client, f"/parent/{fresh}").status_code == 200
    assert one.waiting() is None


def test_no_parent_is_mailed_about_somebody_who_is_sixteen_by_then(
    client: FlaskClient, database: Database, cast: Cast, clock: SetClock, young: Young
) -> None:
    post_round(database, clock)
    publish_new(database, cast, now=NOW)
    with database.transaction() as session:
        session.get_one(Participant, young.id).parents_until = NOW.date()
    assert post_round(database, clock) == []
    with database.reading() as session:
        assert set(session.scalars(select(ParentInvitation.next_mail))) == {None}


@both_databases
def test_at_sixteen_she_says_herself_whether_she_goes_on_and_no_parent_is_asked(
    client: FlaskClient, database: Database, cast: Cast, clock: SetClock, young: Young
) -> None:
    plan_ahead(database, now=NOW)
    with database.transaction() as session:
        session.get_one(Participant, young.id).parents_until = date(2026, 3, 10)
    before, birthday = datetime(2026, 3, 9, 12, tzinfo=NOW.tzinfo), datetime(2026, 3, 10, 12, tzinfo=NOW.tzinfo)
    with database.transaction() as session:
        assert service.settle_birthdays(session, now=before) == 0
    with database.transaction() as session:
        assert service.settle_birthdays(session, now=birthday) == 1
        assert service.settle_birthdays(session, now=birthday) == 0
    clock.set(birthday)
    told = client.get("/api/v1/me/consent", headers=young.headers).get_json()
    assert (told["waiting"], told["why_again"], told["text_changed"]) == ("consent", "sixteen", False)
    records = count_records(database, young)
    own_yes(client, database, cast, young)
    assert count_records(database, young) == records + 4  # the same words, said anew: that is the news
    row = again_of(database, young)
    assert (row.waiting, row.parents_until, row.asked_again_at) == (None, None, None)
    with database.transaction() as session:
        assert service.settle_birthdays(session, now=birthday + timedelta(days=1)) == 0


def count_records(database: Database, young: Young) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(ConsentRecord.participant_id == young.id)) or 0
