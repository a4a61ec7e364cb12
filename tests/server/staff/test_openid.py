"""Signing in with one's organisation, against a real small provider: PKCE, state, nonce, and every lie refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from joserfc.jwk import RSAKey
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.clock import SetClock
from server.context import Context, bind
from server.db import Database
from server.staff.models import Staff, StaffSession
from tests.cast import NOW
from tests.server.desk.desk import Desk, make_staff, open_desk
from tests.server.staff.provider import Provider, running_provider


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with running_provider(int(NOW.timestamp())) as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    """As it is when nobody has told it to lie."""
    usual = Provider(at=int(NOW.timestamp()), issuer=running.issuer, key=running.key)
    for name in (
        "mail",
        "verified",
        "subject",
        "claims",
        "drop",
        "told",
        "says_issuer",
        "algorithm",
        "down",
        "asked",
        "codes",
    ):
        setattr(running, name, getattr(usual, name))
    running.signs_with = None
    return running


@pytest.fixture
def browser(app: Flask, context: Context, database: Database, provider: Provider) -> Desk:
    """Nobody is signed in; Cleo has an account."""
    settings = replace(context.settings, oidc=provider.settings(), public_url="https://kiem.example")
    bind(app, replace(context, settings=settings))
    with database.transaction() as session:
        make_staff(session, "Cleo")
    return open_desk(app)


def leave(browser: Desk, onward: str = "") -> str:
    """Off to the provider and as far as its answer: the address that leads back."""
    gone = browser.get(f"/desk/oidc{onward}")
    assert gone.status_code == 303, gone.text
    answer = requests.get(gone.location, allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    assert (back.netloc, back.path) == ("kiem.example", "/desk/oidc/back")
    return f"{back.path}?{back.query}"


def sign_in(browser: Desk, onward: str = "") -> TestResponse:
    return browser.get(leave(browser, onward))


def count_sessions(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(StaffSession.id)).all())


def test_a_verified_mail_opens_the_account_it_was_invited_to(browser: Desk, provider: Provider) -> None:
    answer = sign_in(browser, "?next=/desk/account")
    assert (answer.status_code, answer.location) == (303, "/desk/account")
    assert "cleo@kiem.example" in browser.get("/desk/account").text
    (asked,) = provider.asked
    assert len(asked["code_challenge"]) == 43
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3


def test_what_reaches_far_still_asks_for_password_and_code(browser: Desk) -> None:
    sign_in(browser)
    assert (browser.get("/desk/account/renew").location or "").startswith("/desk/confirm")


def test_the_sign_in_page_offers_it_only_where_it_is_set_up(browser: Desk, app: Flask, context: Context) -> None:
    assert "Sign in with University" in browser.get("/desk/sign-in").text
    bind(app, context)
    assert "University" not in browser.get("/desk/sign-in").text
    assert browser.get("/desk/oidc").status_code == 404


def test_an_answer_is_good_once_and_only_in_the_browser_that_asked(browser: Desk, app: Flask) -> None:
    back = leave(browser)
    assert open_desk(app).get(back).status_code == 403
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 403


def test_another_state_is_refused(browser: Desk, database: Database) -> None:
    back = leave(browser)
    (state,) = parse_qs(urlsplit(back).query)["state"]
    assert browser.get(back.replace(state, "guessed")).status_code == 403
    assert count_sessions(database) == 0


def test_an_answer_of_another_issuer_is_refused(browser: Desk) -> None:
    assert browser.get(f"{leave(browser)}&iss=https://evil.example").status_code == 403


def test_an_answer_that_comes_after_ten_minutes_is_refused(browser: Desk, clock: SetClock) -> None:
    back = leave(browser)
    clock.move(timedelta(minutes=10))
    assert browser.get(back).status_code == 403


def test_a_code_without_the_verifier_of_this_browser_is_worth_nothing(browser: Desk, provider: Provider) -> None:
    back = leave(browser)
    (code,) = provider.codes
    provider.codes[code] = {**provider.codes[code], "code_challenge": "A" * 43}
    assert browser.get(back).status_code == 403


LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"claims": {"nonce": "replayed"}},
    "no nonce": {"drop": ("nonce",)},
    "for another client": {"claims": {"aud": "another"}},
    "for several, and not by us": {"claims": {"aud": ["kiem", "another"], "azp": "another"}},
    "expired": {"claims": {"exp": int(NOW.timestamp()) - 61}},
    "without an end": {"drop": ("exp",)},
    "from the future": {"claims": {"iat": int(NOW.timestamp()) + 600}},
    "of another issuer": {"claims": {"iss": "https://evil.example"}},
    "about nobody": {"drop": ("sub",)},
    "signed with another key": {"signs_with": RSAKey.generate_key(2048, {"kid": "one"})},
    "signed with our own secret": {"algorithm": "HS256"},
    "not signed": {"algorithm": "none"},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_an_id_token_that_lies_is_refused(
    browser: Desk, provider: Provider, database: Database, lie: dict[str, Any]
) -> None:
    for name, value in lie.items():
        setattr(provider, name, value)
    answer = sign_in(browser)
    assert (answer.status_code, "did not work" in answer.text) == (403, True)
    assert count_sessions(database) == 0


@pytest.mark.parametrize(
    "change",
    [{"verified": False}, {"drop": ("email_verified",)}, {"mail": "stranger@kiem.example"}, {"drop": ("email",)}],
)
def test_who_has_no_account_under_a_verified_mail_is_not_let_in(
    browser: Desk, provider: Provider, database: Database, change: dict[str, Any]
) -> None:
    for name, value in change.items():
        setattr(provider, name, value)
    answer = sign_in(browser)
    assert (answer.status_code, "no account for you" in answer.text) == (403, True)
    assert count_sessions(database) == 0


def test_the_mail_may_come_from_the_userinfo_endpoint_if_it_is_about_the_same_person(
    browser: Desk, provider: Provider
) -> None:
    provider.drop = ("email", "email_verified")
    provider.told = {"sub": "somebody else", "email": "cleo@kiem.example", "email_verified": True}
    assert sign_in(browser).status_code == 403
    provider.told["sub"] = provider.subject
    assert sign_in(browser).status_code == 303


def test_the_account_stays_that_of_the_first_subject_whatever_address_others_get(
    browser: Desk, provider: Provider, database: Database
) -> None:
    assert sign_in(browser).status_code == 303
    provider.subject = "who-got-the-address-next-year"
    assert sign_in(browser).status_code == 403
    provider.subject, provider.mail = "cleo-at-the-university", "cleo.new@kiem.example"
    assert sign_in(browser).status_code == 303
    with database.transaction() as session:
        session.scalars(select(Staff)).one().ended_at = NOW
    assert sign_in(browser).status_code == 403


def test_roles_stay_ours(browser: Desk, provider: Provider) -> None:
    provider.claims = {"roles": ["administrator"], "groups": ["owner"]}
    sign_in(browser)
    assert browser.get("/desk/staff").status_code == 403


@pytest.mark.parametrize("change", [{"down": True}, {"says_issuer": "https://evil.example"}])
def test_an_organisation_that_is_down_or_describes_another_is_said_so(
    browser: Desk, provider: Provider, change: dict[str, Any]
) -> None:
    for name, value in change.items():
        setattr(provider, name, value)
    answer = browser.get("/desk/oidc")
    assert (answer.status_code, "cannot be reached" in answer.text) == (502, True)


def test_nobody_is_sent_on_to_another_site(browser: Desk) -> None:
    assert (sign_in(browser, "?next=//evil.example/desk").location or "").startswith("/desk")
