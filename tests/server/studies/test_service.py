from datetime import timedelta

import pytest

from server.consent.opening import issue_join_code
from server.crypto import group_code
from server.db import Database
from server.studies import service
from tests.cast import NOW, Cast
from tests.databases import both_databases

TITLE = {"nl": "Proef", "en": "Trial"}


@both_databases
def test_a_study_is_found_by_its_name(database: Database) -> None:
    with database.transaction() as session:
        made = service.create_study(
            session, name="trial", title=TITLE, protocol="grow-it.1", zone="Europe/Amsterdam", now=NOW
        )
    with database.reading() as session:
        found = service.find_study(session, "trial")
        assert (found.id, found.title, found.start_rule) == (made.id, TITLE, "next_day")
        assert service.protocol_of(found).key == "grow-it.1"


def test_each_study_draws_an_unpredictable_seed_unless_given_one(database: Database) -> None:
    usual = {"title": TITLE, "protocol": "grow-it.1", "zone": "UTC", "now": NOW}
    with database.transaction() as session:
        one = service.create_study(session, name="one", **usual)
        two = service.create_study(session, name="two", **usual)
        three = service.create_study(session, name="three", **usual, seed=b"s" * 32)
    assert one.seed != two.seed
    assert len(one.seed) == 32
    assert three.seed == b"s" * 32


def test_a_name_is_taken_once(database: Database, cast: Cast) -> None:
    with pytest.raises(service.StudyExists), database.transaction() as session:
        service.create_study(session, name="garden", title=TITLE, protocol="grow-it.1", zone="UTC", now=NOW)


def test_everything_that_is_wrong_with_a_study_is_told_at_once(database: Database) -> None:
    with pytest.raises(service.StudyInvalid) as refused, database.transaction() as session:
        service.create_study(
            session,
            name="My Study!",
            title={"nl": "  ", "en": "x" * 81},
            protocol="grow-it.99",
            zone="Nowhere",
            opens_on=NOW.date(),
            closes_on=NOW.date() - timedelta(days=1),
            now=NOW,
        )
    assert [one["where"] for one in refused.value.errors] == [
        "name",
        "title.nl",
        "title.en",
        "protocol",
        "zone",
        "closes_on",
    ]
    assert "grow-it.1" in refused.value.errors[3]["message"]


@pytest.mark.parametrize("name", ["", "a", "9lives", "two words", "Autumn", "../x", "x" * 41, "a/b", "tuin\n"])
def test_a_name_is_fit_for_addresses(database: Database, name: str) -> None:
    with pytest.raises(service.StudyInvalid) as refused, database.transaction() as session:
        service.create_study(session, name=name, title=TITLE, protocol="grow-it.1", zone="UTC", now=NOW)
    assert [one["where"] for one in refused.value.errors] == ["name"]


def test_an_unknown_name_is_said_to_be_unknown(database: Database) -> None:
    with database.reading() as session, pytest.raises(service.StudyUnknown, match="nosuch"):
        service.find_study(session, "nosuch")


@both_databases
def test_a_code_is_found_however_it_is_typed(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        code = issue_join_code(session, cast.study, now=NOW).code
    assert len(code) == 8
    with database.reading() as session:
        for typed in (code, code.lower(), group_code(code), f" {group_code(code).lower()} ", code.replace("0", "O")):
            found = service.find_by_code(session, typed)
            assert found is not None
            assert found[1].id == cast.study.id
        assert service.find_by_code(session, "ZZZZZZZZ") is None
        assert service.find_by_code(session, "no\0code") is None


def test_a_code_may_end_and_may_be_for_a_few(database: Database, cast: Cast) -> None:
    until = NOW + timedelta(days=7)
    with database.transaction() as session:
        code = issue_join_code(session, cast.study, now=NOW, max_uses=3, expires_at=until)
    assert (code.max_uses, code.expires_at, code.uses) == (3, until, 0)
