"""Asking a parent by mail: places, states, few mails, and nobody else's."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.clock import SetClock
from server.consent.deciding import decide, withdraw
from server.consent.inviting import MOST_A_DAY, MOST_MAILS, invite_by_letter
from server.consent.mail_round import LEASE, MOST_TRIES, send_mails
from server.consent.models import ParentInvitation, ParentLink
from server.consent.refusals import LinkOver, ParentsNotAsked
from server.contact.models import Contact
from server.db import Database
from server.mail.console import RecordingMailer
from server.mail.port import MailFailed, Message
from server.people.models import Participant
from tests.cast import Cast
from tests.consent_factories import choice
from tests.databases import both_databases
from tests.young import ANNA, PIET, URL, Young, ask_parents, join_young, path_in, post_round, say_yes

Meet = Callable[..., Young]


@pytest.fixture
def meet(client: FlaskClient, database: Database, cast: Cast) -> Meet:
    """Join the garden as a fourteen-year-old; ``parents`` is how many it wants."""

    def join(parents: int = 1, **facts: object) -> Young:
        ask_parents(database, cast, parents)
        return join_young(client, database, cast, **facts)  # type: ignore[arg-type]

    return join


class BadServer:
    """Refuses everything in the same way."""

    def __init__(self, *, permanent: bool) -> None:
        self.permanent, self.tried = permanent, 0

    def send(self, message: Message) -> None:
        self.tried += 1
        raise MailFailed("recipient-550", permanent=self.permanent)


@both_databases
def test_an_address_becomes_a_mail_with_a_link_and_a_state_to_watch(
    meet: Meet, database: Database, clock: SetClock
) -> None:
    noor = meet()
    answer = noor.invite(ANNA)
    assert answer.status_code == 200
    (parent,) = answer.json["parents"]
    assert (answer.json["required"], parent["parent"], parent["state"]) == (1, 1, "waiting")
    assert (parent["mail"], parent["mailed_at"]) == ("a•••@home.example", None)
    (mail,) = post_round(database, clock)
    assert (mail.to, mail.language) == (ANNA, "nl")
    assert "17 maart 2026" in mail.text
    assert noor.code not in mail.text
    assert noor.parents()["parents"][0]["mailed_at"] is not None
    assert post_round(database, clock) == []


def test_after_three_days_without_an_answer_one_reminder_leaves(
    meet: Meet, database: Database, clock: SetClock, client: FlaskClient
) -> None:
    noor = meet()
    noor.invite(ANNA)
    (first,) = post_round(database, clock)
    clock.move(timedelta(days=3, minutes=1))
    (second,) = post_round(database, clock)
    assert noor.states() == ["reminded"]
    assert second.subject.startswith("Herinnering")
    clock.move(timedelta(days=4))
    assert post_round(database, clock) == []
    assert client.get(path_in(first)).status_code == 200
    assert path_in(first) != path_in(second)
    clock.move(timedelta(days=10, minutes=1))
    assert noor.states() == ["expired"]
    assert [client.get(path_in(mail)).status_code for mail in (first, second)] == [410, 410]


def test_two_places_take_two_different_addresses(meet: Meet, database: Database, clock: SetClock) -> None:
    noor = meet(2)
    assert noor.invite(ANNA).status_code == 200
    clock.move(timedelta(minutes=11))
    assert noor.invite(ANNA.upper()).status_code == 200
    assert len(noor.parents()["parents"]) == 1
    assert noor.invite(ANNA, parent=2).json["code"] == "parent-same-mail"
    assert noor.invite(PIET).status_code == 200
    assert [parent["parent"] for parent in noor.parents()["parents"]] == [1, 2]
    assert noor.invite("third@home.example").json["code"] == "parents-all-asked"
    assert {mail.to for mail in post_round(database, clock)} == {ANNA.upper(), PIET}


def test_a_mistyped_address_is_put_right_and_its_link_dies(
    meet: Meet, database: Database, clock: SetClock, client: FlaskClient
) -> None:
    noor = meet()
    noor.invite("ana@home.example")
    (stray,) = post_round(database, clock)
    assert client.get(path_in(stray)).status_code == 200
    assert noor.invite(ANNA, parent=1).json["code"] == "too-many-mails"
    clock.move(timedelta(minutes=11))
    assert noor.invite(ANNA, parent=1).status_code == 200
    (right,) = post_round(database, clock)
    assert right.to == ANNA
    assert client.get(path_in(stray)).status_code == 404
    assert client.get(path_in(right)).status_code == 200


def test_mails_to_one_place_are_few_and_far_between(meet: Meet, database: Database, clock: SetClock) -> None:
    noor = meet()
    assert noor.invite(ANNA).status_code == 200
    soon = noor.invite(ANNA)
    assert (soon.status_code, soon.json["code"], soon.headers["Retry-After"]) == (429, "too-many-mails", "600")
    for _ in range(MOST_MAILS - 1):
        clock.move(timedelta(minutes=11))
        assert noor.invite(ANNA).status_code == 200
    clock.move(timedelta(days=1))
    assert noor.invite(ANNA).status_code == 429
    assert noor.parents()["parents"][0]["may_send_from"] is None


def test_one_address_cannot_be_flooded_from_many_accounts(meet: Meet) -> None:
    for _ in range(MOST_A_DAY):
        assert meet().invite(ANNA).status_code == 200
    assert meet().invite(ANNA).status_code == 429
    assert meet().invite(PIET).status_code == 200


def test_nobody_is_asked_for_who_decides_alone_or_has_not_said_yes(meet: Meet, cast: Cast, client: FlaskClient) -> None:
    assert meet(birth_year=2005).invite(ANNA).json["code"] == "parents-not-asked"
    assert meet(agrees=False).invite(ANNA).json["code"] == "consent-first"
    body = {"mail": ANNA, "language": "nl"}
    asked = client.post("/api/v1/me/parents", json=body, headers=cast.zoe.headers)  # she decides alone
    assert asked.json["code"] == "parents-not-asked"
    assert client.get("/api/v1/me/parents", headers=cast.zoe.headers).json == {"required": 0, "parents": []}


@pytest.mark.parametrize(
    "mail", ["nobody", "a@b", "a@home.example\nBcc: all@home.example", "x" * 300 + "@home.example"]
)
def test_what_is_no_address_is_not_written_to(meet: Meet, database: Database, clock: SetClock, mail: str) -> None:
    assert meet().invite(mail).status_code == 422
    assert post_round(database, clock) == []


def test_parents_of_another_are_not_mine(meet: Meet, client: FlaskClient, cast: Cast) -> None:
    noor, other = meet(), meet()
    noor.invite(ANNA)
    assert other.parents()["parents"] == []
    assert client.get("/api/v1/me/parents").status_code == 401
    assert client.post("/api/v1/me/parents", json={"mail": ANNA, "language": "nl"}).status_code == 401


def test_a_refused_address_is_told_and_can_be_put_right(meet: Meet, database: Database, clock: SetClock) -> None:
    noor = meet()
    noor.invite(ANNA)
    assert send_mails(database, BadServer(permanent=True), clock, public_url=URL) == 0
    assert noor.states() == ["undeliverable"]
    with database.reading() as session:
        assert session.scalars(select(ParentLink)).all() == []
    clock.move(timedelta(minutes=11))
    noor.invite(PIET, parent=1)
    assert [mail.to for mail in post_round(database, clock)] == [PIET]
    assert noor.states() == ["waiting"]


def test_a_server_that_is_away_is_tried_again_but_not_for_ever(meet: Meet, database: Database, clock: SetClock) -> None:
    noor, server = meet(), BadServer(permanent=False)
    noor.invite(ANNA)
    for _ in range(60):
        send_mails(database, server, clock, public_url=URL)
        clock.move(timedelta(hours=1))
    assert server.tried == MOST_TRIES
    assert noor.states() == ["undeliverable"]


@both_databases
def test_a_worker_that_dies_while_sending_loses_no_mail(meet: Meet, database: Database, clock: SetClock) -> None:
    class Dies:
        def send(self, message: Message) -> None:
            raise KeyboardInterrupt

    noor = meet()
    noor.invite(ANNA)
    with pytest.raises(KeyboardInterrupt):
        send_mails(database, Dies(), clock, public_url=URL)
    assert post_round(database, clock) == []
    clock.move(LEASE)
    assert [mail.to for mail in post_round(database, clock)] == [ANNA]


def test_a_decision_while_a_mail_is_under_way_is_not_undone(
    meet: Meet, database: Database, clock: SetClock, client: FlaskClient
) -> None:
    noor = meet()
    noor.invite(ANNA)
    (first,) = post_round(database, clock)
    clock.move(timedelta(days=3, minutes=1))
    sent: list[Message] = []

    class Meanwhile(RecordingMailer):
        def send(self, message: Message) -> None:
            if not sent:
                sent.append(message)
                assert say_yes(client, path_in(first)).status_code == 200

    send_mails(database, Meanwhile(), clock, public_url=URL)
    assert noor.states() == ["agreed"]
    assert client.get(path_in(sent[0])).status_code in (404, 410)
    assert noor.invite(ANNA).status_code == 409


def test_another_address_typed_while_a_mail_is_under_way_is_written_to_as_well(
    meet: Meet, database: Database, clock: SetClock
) -> None:
    noor = meet()
    noor.invite("ana@home.example")
    sent: list[str] = []

    class Meanwhile(RecordingMailer):
        def send(self, message: Message) -> None:
            sent.append(message.to)
            if len(sent) == 1:
                clock.move(timedelta(minutes=11))
                assert noor.invite(ANNA, parent=1).status_code == 200

    send_mails(database, Meanwhile(), clock, public_url=URL)
    assert sent == ["ana@home.example", ANNA]


def test_a_sisters_parents_are_hers_in_places_of_their_own(meet: Meet) -> None:
    noor, sister = meet(2), meet(2)
    noor.invite(ANNA)
    sister.invite(PIET)
    assert sister.invite(ANNA).status_code == 200
    assert [parent["mail"] for parent in sister.parents()["parents"]] == ["p•••@home.example", "a•••@home.example"]


def test_a_link_decides_only_what_it_is_for(
    meet: Meet, database: Database, clock: SetClock, client: FlaskClient, cast: Cast
) -> None:
    noor = meet()
    noor.invite(ANNA)
    ask = path_in(post_round(database, clock)[0])
    say_yes(client, ask)
    back = path_in(post_round(database, clock)[0]).rpartition("/")[2]
    with pytest.raises(LinkOver), database.transaction() as session:
        decide(session, back, choice(session, cast.study), now=clock.now())
    with database.transaction() as session:
        withdraw(session, back, now=clock.now())
    assert noor.states() == ["withdrawn"]


def test_neither_address_nor_link_is_in_the_database(meet: Meet, database: Database, clock: SetClock) -> None:
    meet().invite(ANNA)
    (mail,) = post_round(database, clock)
    secret = path_in(mail).rpartition("/")[2]
    assert len(secret) == 43  # 256 bits
    raw = database.engine.raw_connection()
    dump = "\n".join(raw.driver_connection.iterdump())
    raw.close()
    assert ANNA not in dump
    assert "home.example" not in dump
    assert secret not in dump


def test_a_letter_replaces_a_mail_and_leaves_no_address(
    meet: Meet, database: Database, clock: SetClock, client: FlaskClient
) -> None:
    noor = meet()
    noor.invite(ANNA)
    (mail,) = post_round(database, clock)
    with database.transaction() as session:
        code = invite_by_letter(session, session.get_one(Participant, noor.id), 1, "en", now=clock.now())
        assert session.scalars(select(Contact)).all() == []
        assert session.scalars(select(ParentInvitation)).one().method == "letter"
    assert len(code) == 16
    assert client.get(path_in(mail)).status_code == 404
    assert client.get(f"/parent/{code.lower()}").status_code == 200
    clock.move(timedelta(days=28, minutes=1))
    assert client.get(f"/parent/{code}").status_code == 410


def test_no_letter_for_who_decides_alone(meet: Meet, database: Database, clock: SetClock) -> None:
    noor = meet(birth_year=2005)
    with database.transaction() as session, pytest.raises(ParentsNotAsked):
        invite_by_letter(session, session.get_one(Participant, noor.id), 1, "nl", now=clock.now())
