"""What makes a passkey's answer good, and everything that makes it no good: refused alike, whatever it was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.db import Database, acting_as
from server.staff import passkeys
from server.staff.models import Staff
from server.staff.passkeys import LONGEST, MOST, Party, party_of
from server.staff.refusals import PasskeyRefused, PasskeyUnknown, SignInRefused, TooManyPasskeys
from server.staff.service import end_account
from server.staff.sessions import Caller, find_caller, open_session
from tests.cast import NOW
from tests.databases import both_databases
from tests.server.desk.desk import SECRET, make_staff
from tests.server.staff.authenticator import PRESENT, Authenticator, text

PARTY = Party(id="kiem.example", origin="https://kiem.example")
SOON = NOW + timedelta(minutes=1)


def meet(database: Database, name: str) -> Caller:
    with database.transaction() as session:
        staff, _plain = make_staff(session, name)
        token = open_session(session, staff, browser="", now=NOW)
        return find_caller(session, token, NOW)


@pytest.fixture
def cleo(database: Database) -> Caller:
    return meet(database, "Cleo")


def enrol(database: Database, caller: Caller, key: Authenticator, *, now: Any = NOW, change: Any = None) -> None:
    with acting_as("desk"), database.transaction() as session:
        options = passkeys.offer_registration(session, caller, party=PARTY, secret=SECRET, now=NOW)
        answer = key.create(options)
        if change:
            change(answer)
        passkeys.register(session, caller, "Laptop", answer, party=PARTY, secret=SECRET, now=now)


def ask() -> dict[str, Any]:
    return passkeys.offer_sign_in(party=PARTY, secret=SECRET, now=NOW)


def sign_in(database: Database, answer: dict[str, Any], *, now: Any = SOON, party: Party = PARTY) -> Staff:
    with acting_as("desk"), database.transaction() as session:
        return passkeys.prove_by_passkey(session, answer, party=party, secret=SECRET, now=now)


def new_key(**facts: Any) -> Authenticator:
    return Authenticator(origin=PARTY.origin, rp_id=PARTY.id, **facts)


@both_databases
def test_who_made_a_passkey_signs_in_with_it_and_the_log_knows_of_the_key(database: Database, cleo: Caller) -> None:
    key = new_key()
    enrol(database, cleo, key)
    assert sign_in(database, key.get(ask())).id == cleo.id
    with database.reading() as session:
        (row,) = passkeys.list_passkeys(session, cleo.id)
        assert (row.name, row.sign_count, row.used_at) == ("Laptop", 1, SOON)
        assert "staff.passkey-added" in session.scalars(select(AuditEntry.action)).all()


@both_databases
def test_an_answer_opens_once(database: Database, cleo: Caller) -> None:
    key = new_key()
    enrol(database, cleo, key)
    answer = key.get(ask())
    sign_in(database, answer)
    with pytest.raises(SignInRefused):
        sign_in(database, answer)


def test_a_question_is_good_for_five_minutes(database: Database, cleo: Caller) -> None:
    key = new_key()
    enrol(database, cleo, key)
    with pytest.raises(SignInRefused):
        sign_in(database, key.get(ask()), now=NOW + timedelta(minutes=5))


def test_a_copied_key_whose_count_goes_back_is_refused(database: Database, cleo: Caller) -> None:
    key = new_key()
    enrol(database, cleo, key)
    copy = replace(key)
    sign_in(database, key.get(ask()))
    with pytest.raises(SignInRefused):
        sign_in(database, copy.get(ask()))


def spoil_question(_key: Authenticator, answer: dict[str, Any]) -> None:
    other = passkeys.offer_sign_in(party=PARTY, secret=b"somebody else's installation", now=NOW)
    answer["response"] = _key.get(other)["response"]


def spoil_signature(_key: Authenticator, answer: dict[str, Any]) -> None:
    answer["response"]["signature"] = new_key(user=_key.user).get(ask())["response"]["signature"]


def spoil_key(_key: Authenticator, answer: dict[str, Any]) -> None:
    answer["rawId"] = answer["id"] = "AAAA"


def spoil_owner(_key: Authenticator, answer: dict[str, Any]) -> None:
    answer["response"]["userHandle"] = "AAAAAAAAAAAAAAAAAAAAAA"


def spoil_shape(_key: Authenticator, answer: dict[str, Any]) -> None:
    del answer["response"]["authenticatorData"]


def spoil_json(_key: Authenticator, answer: dict[str, Any]) -> None:
    answer["response"]["clientDataJSON"] = "bm9uc2Vuc2U"


def spoil_everything(_key: Authenticator, answer: dict[str, Any]) -> None:
    answer.clear()


@pytest.mark.parametrize(
    "spoil",
    [spoil_question, spoil_signature, spoil_key, spoil_owner, spoil_shape, spoil_json, spoil_everything],
)
def test_an_answer_that_was_meddled_with_is_refused(
    database: Database, cleo: Caller, spoil: Callable[[Authenticator, dict[str, Any]], None]
) -> None:
    key = new_key()
    enrol(database, cleo, key)
    answer = key.get(ask())
    spoil(key, answer)
    with pytest.raises(SignInRefused):
        sign_in(database, answer)


@pytest.mark.parametrize(
    "facts",
    [{"flags": PRESENT}, {"origin": "https://kiem.example.evil.example"}, {"rp_id": "evil.example"}],
)
def test_an_answer_from_elsewhere_or_of_nobody_verified_is_refused(
    database: Database, cleo: Caller, facts: dict[str, Any]
) -> None:
    key = new_key()
    enrol(database, cleo, key)
    for name, value in facts.items():
        setattr(key, name, value)
    with pytest.raises(SignInRefused):
        sign_in(database, key.get(ask()))
    other = new_key()
    for name, value in facts.items():
        setattr(other, name, value)
    with pytest.raises(PasskeyRefused):
        enrol(database, cleo, other)


def test_a_question_asked_of_somebody_else_makes_no_passkey(database: Database, cleo: Caller) -> None:
    rena = meet(database, "Rena")
    with database.transaction() as session:
        options = passkeys.offer_registration(session, rena, party=PARTY, secret=SECRET, now=NOW)
        with pytest.raises(PasskeyRefused):
            passkeys.register(session, cleo, "x", new_key().create(options), party=PARTY, secret=SECRET, now=NOW)


def test_a_question_for_signing_in_makes_no_passkey(database: Database, cleo: Caller) -> None:
    key = new_key()
    with database.transaction() as session:
        answer = key.create({**ask(), "user": {"id": "AAAA"}})
        with pytest.raises(PasskeyRefused):
            passkeys.register(session, cleo, "x", answer, party=PARTY, secret=SECRET, now=NOW)


def test_an_ended_account_and_a_removed_passkey_open_nothing(database: Database, cleo: Caller) -> None:
    key, other = new_key(), new_key()
    enrol(database, cleo, key)
    enrol(database, cleo, other)
    rena = meet(database, "Rena")
    with database.transaction() as session:
        (row, _other) = passkeys.list_passkeys(session, cleo.id)
        with pytest.raises(PasskeyUnknown):
            passkeys.remove_passkey(session, rena, row.id, secret=SECRET, now=NOW)
        passkeys.remove_passkey(session, cleo, row.id, secret=SECRET, now=NOW)
    with pytest.raises(SignInRefused):
        sign_in(database, key.get(ask()))
    assert sign_in(database, other.get(ask())).id == cleo.id
    with database.transaction() as session:
        end_account(session, rena.actor, cleo.id, secret=SECRET, now=NOW)
    with pytest.raises(SignInRefused):
        sign_in(database, other.get(ask()))


def test_ten_are_enough(database: Database, cleo: Caller) -> None:
    for _ in range(MOST):
        enrol(database, cleo, new_key())
    with pytest.raises(TooManyPasskeys):
        enrol(database, cleo, new_key())


def test_questions_that_were_asked_beforehand_make_no_eleventh(database: Database, cleo: Caller) -> None:
    with acting_as("desk"), database.transaction() as session:
        questions = [
            passkeys.offer_registration(session, cleo, party=PARTY, secret=SECRET, now=NOW) for _ in range(MOST + 1)
        ]
        answers = [new_key().create(question) for question in questions]
        for answer in answers[:MOST]:
            passkeys.register(session, cleo, "Laptop", answer, party=PARTY, secret=SECRET, now=NOW)
        with pytest.raises(TooManyPasskeys):
            passkeys.register(session, cleo, "Laptop", answers[MOST], party=PARTY, secret=SECRET, now=NOW)


@both_databases
def test_a_name_that_is_longer_than_names_of_passkeys_are_is_refused(database: Database, cleo: Caller) -> None:
    """PostgreSQL would break on it: what is looked up by must fit into an index."""
    enrol(database, cleo, new_key(credential=b"x" * LONGEST))
    with pytest.raises(PasskeyRefused):
        enrol(database, cleo, new_key(credential=b"y" * (LONGEST + 1)))


@pytest.mark.parametrize("said", [b"", b"null", b"[" * 100_000, b'{"challenge": "\\ud800"}', b"\xff"])
def test_what_no_browser_says_is_refused_like_every_fault(database: Database, cleo: Caller, said: bytes) -> None:
    def meddle(answer: dict[str, Any]) -> None:
        answer["response"]["clientDataJSON"] = text(said)

    with pytest.raises(PasskeyRefused):
        enrol(database, cleo, new_key(), change=meddle)
    key = new_key()
    enrol(database, cleo, key)
    answer = key.get(ask())
    meddle(answer)
    with pytest.raises(SignInRefused):
        sign_in(database, answer)


def test_an_address_without_a_name_has_no_passkeys() -> None:
    assert party_of("http://127.0.0.1:8000") is None
    assert party_of("https://[2001:db8::1]") is None
    assert party_of("https://kiem.example") == PARTY
