"""A study that wants another number of parents while it runs: looked at before, and it holds for everybody at once."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.clock import SetClock
from server.consent.parents_wanted import foresee_parents
from server.db import Database
from server.people.models import Participant
from server.studies.models import Study
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.server.desk.desk import Desk, sign_in, text_of
from tests.young import ANNA, PIET, Young, ask_parents, fill_in, join_young, path_in, post_round, say_yes

URL = "/desk/studies/garden/settings"


def settings(database: Database, cast: Cast, parents: int) -> dict[str, Any]:
    """What the form holds, with another number of parents."""
    with database.reading() as session:
        study = session.get_one(Study, cast.study.id)
        contact = study.contact or {}
    return {
        "title_nl": study.title["nl"], "title_en": study.title["en"], "start_rule": study.start_rule,
        "opens_on": study.opens_on or "", "closes_on": study.closes_on or "", "institution": study.institution,
        "contact_name": contact["name"], "contact_mail": contact["mail"], "contact_phone": "", "parents": str(parents),
    }  # fmt: skip


def save(desk: Desk, database: Database, cast: Cast, parents: int) -> None:
    wanted = settings(database, cast, parents)
    assert desk.post(URL, **wanted, step="save", base="0").status_code == 303


def person(database: Database, young: Young) -> Participant:
    with database.reading() as session:
        return session.get_one(Participant, young.id)


@pytest.fixture
def fourteen(client: FlaskClient, database: Database, cast: Cast, clock: SetClock) -> Young:
    """Takes part, fourteen years old, with Anna's yes; the study wants one parent."""
    ask_parents(database, cast, 1)
    young = join_young(client, database, cast)
    young.invite(ANNA)
    say_yes(client, path_in(post_round(database, clock)[0]))
    assert young.waiting() is None
    return young


@both_databases
def test_with_two_parents_who_has_one_yes_waits_for_the_second_and_the_page_says_so_before(
    app: Flask, client: FlaskClient, database: Database, cast: Cast, clock: SetClock, fourteen: Young
) -> None:
    grown = join_young(client, database, cast, birth_year=2000)
    desk = sign_in(app, database, roles={cast.study: "coordinator"})
    looked = text_of(desk.post(URL, **settings(database, cast, 2)))
    assert "1 young person takes part with the yes of one parent" in looked
    assert (fourteen.waiting(), person(database, fourteen).study.parents_required) == (None, 1)

    save(desk, database, cast, 2)
    waits = person(database, fourteen)
    assert (waits.waiting, waits.cleared_at, waits.asked_again_at is None) == ("parent", None, False)
    assert grown.waiting() is None
    fourteen.invite(PIET, parent=2)
    say_yes(client, path_in(post_round(database, clock)[-1]))
    assert fourteen.waiting() is None


@both_databases
def test_with_one_parent_again_who_waited_for_the_second_goes_on_and_who_has_a_no_does_not(
    app: Flask, client: FlaskClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    ask_parents(database, cast, 2)
    one, refused, nobody = (join_young(client, database, cast) for _ in range(3))
    for young in (one, refused):
        young.invite(ANNA)
        say_yes(client, path_in(post_round(database, clock)[-1]))
    refused.invite(PIET, parent=2)
    path = path_in(post_round(database, clock)[-1])
    client.post(path, data=fill_in(client.get(path).text, choice="refuse"))
    desk = sign_in(app, database, roles={cast.study: "coordinator"})
    looked = text_of(desk.post(URL, **settings(database, cast, 1)))
    assert "1 young person waits for a second parent now" in looked
    save(desk, database, cast, 1)
    assert [young.waiting() for young in (one, refused, nobody)] == [None, "parent", "parent"]
    assert person(database, one).cleared_at == NOW


def test_where_nobody_is_concerned_it_is_saved_at_once(app: Flask, database: Database, cast: Cast) -> None:
    ask_parents(database, cast, 1)
    desk = sign_in(app, database, roles={cast.study: "coordinator"})
    assert desk.post(URL, **settings(database, cast, 2)).status_code == 303
    with database.reading() as session:
        study = session.get_one(Study, cast.study.id)
        assert (study.parents_required, bool(foresee_parents(session, study, 1, now=NOW))) == (2, False)
