"""Twelve and sixteen during a study: who is asked then, and whose word counts from that day on."""

from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from server.clock import SetClock
from server.consent import deciding, refusals, service
from server.consent.ages import is_too_young
from server.db import Database
from server.people.models import Participant
from server.planning.service import plan_ahead
from tests.cast import NOW, Cast
from tests.consent_factories import as_body, choice, publish
from tests.databases import both_databases
from tests.young import ask_parents, join_young, path_in, post_round, say_yes

ZONE = "Europe/Amsterdam"


def own_yes(client: FlaskClient, database: Database, cast: Cast, headers: dict[str, str]) -> None:
    with database.reading() as session:
        body = as_body(choice(session, cast.study))
    assert client.put("/api/v1/me/consent", json=body, headers=headers).status_code == 200


@both_databases
def test_from_sixteen_on_her_own_yes_is_all_it_takes_and_no_parent_can_end_it(
    client: FlaskClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    ask_parents(database, cast, 1)
    young = join_young(client, database, cast)
    young.invite("anna@home.example")
    (mail,) = post_round(database, clock)
    assert say_yes(client, path_in(mail)).status_code == 200
    (confirmation,) = post_round(database, clock)
    assert young.waiting() is None
    birthday = date(2026, 3, 10)
    with database.transaction() as session:
        session.get_one(Participant, young.id).parents_until = birthday
    clock.set(datetime(2026, 3, 10, 12, tzinfo=NOW.tzinfo))
    with database.transaction() as session:
        assert service.settle_birthdays(session, now=clock.now()) == 1
    assert plan_ahead(database, now=clock.now()).people == 3  # the cast; not her, before she has said so herself
    assert young.waiting() == "consent"
    own_yes(client, database, cast, young.headers)
    assert young.waiting() is None
    assert plan_ahead(database, now=clock.now()).people == 1
    # The parent's link for taking it back opens nothing any more, and nothing it could say would count.
    secret = path_in(confirmation).rsplit("/", 1)[-1]
    with database.transaction() as session, pytest.raises(refusals.DecidesHerself):
        deciding.withdraw(session, secret, now=clock.now())
    assert client.get("/api/v1/me/parents", headers=young.headers).get_json()["required"] == 0


def test_at_sixteen_a_no_of_hers_is_a_no_whatever_the_parent_said(
    client: FlaskClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    ask_parents(database, cast, 1)
    young = join_young(client, database, cast)
    with database.transaction() as session:
        service.record_on_paper(
            session, session.merge(cast.study), young.code, "parent1", {"use": True, "research": True}, now=NOW
        )
        session.get_one(Participant, young.id).parents_until = NOW.date()
        service.settle_birthdays(session, now=NOW)
        no = choice(session, cast.study, use=False, research=False)
        row = service.record_own(session, session.get_one(Participant, young.id), no, now=NOW)
        assert (row.waiting, row.cleared_at, row.asked_again_at) == ("consent", None, None)


@pytest.mark.parametrize(
    ("year", "month", "code"),
    [
        (2014, None, "birth-needed"),  # twelve this year: only the month says whether already
        (2014, 4, "too-young"),
        (2015, None, "too-young"),
        (2013, None, "consent"),
    ],
)
def test_eleven_is_too_young_and_a_year_that_does_not_tell_is_not_enough(
    client: FlaskClient, database: Database, cast: Cast, year: int, month: int | None, code: str
) -> None:
    with database.transaction() as session:
        publish(session, cast.study)
    body = {"code": cast.join_code.code, "language": "nl", "zone": ZONE, "birth_year": year, "birth_month": month}
    told = client.post("/api/v1/join", json=body).get_json()
    assert (told["participant"]["waiting"] if "participant" in told else told["code"]) == code


def test_whoever_turns_twelve_in_the_month_of_joining_has_said_yes_beside_a_parent_already(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    """Only the month is known, so she may be eleven for some days yet; both yeses are asked from the first day on, and
    no day comes on which less is needed than there is."""
    assert not is_too_young(2014, 3, NOW.date())
    ask_parents(database, cast, 1)
    with database.transaction() as session:
        said = choice(session, cast.study)
        facts = {"language": "nl", "zone": ZONE, "birth_year": 2014, "birth_month": 3}
        row = service.enrol(session, cast.join_code.code, consent=said, now=NOW, **facts).participant
        assert (row.waiting, row.parents_until) == ("parent", date(2031, 1, 1))
        service.record_on_paper(
            session, session.merge(cast.study), row.code, "parent1", {"use": True, "research": True}, now=NOW
        )
        assert row.waiting is None
    with database.transaction() as session:
        assert service.settle_birthdays(session, now=NOW + timedelta(days=27)) == 0
        assert session.get_one(Participant, row.id).waiting is None
