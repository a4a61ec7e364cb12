"""An invitation by mail, through a real SMTP server; when it does not leave, the link on the screen is still there."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from server.context import Context, bind
from server.crypto import hash_with_key
from server.db import Database
from tests.cast import Cast
from tests.letterbox import Letterbox, open_letterbox
from tests.server.desk.desk import SECRET, Desk, open_desk, sign_in

INVITE = "/desk/studies/garden/staff/invite"
NINA = {"mail": "nina@kiem.example", "role": "coordinator", "language": "nl"}


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with open_letterbox() as made:
        yield made


@pytest.fixture
def owner(app: Flask, context: Context, database: Database, cast: Cast, box: Letterbox) -> Desk:
    settings = replace(context.settings, mail_gateway="smtp", smtp=box.settings())
    bind(app, replace(context, settings=settings))
    return sign_in(app, database, name="Olga", roles={cast.study: "owner"})


def link_on(page: str) -> str:
    (link,) = re.findall(r'<span class="link code">([^<]+)</span>', page)
    return str(link)


def test_the_mail_has_the_link_that_is_on_the_screen_and_it_opens(owner: Desk, app: Flask, box: Letterbox) -> None:
    page = owner.post(INVITE, **NINA, by_mail="on").text
    assert "The link was mailed to nina@kiem.example" in page
    (mail,) = box.to("nina@kiem.example")
    body = mail.get_content()
    assert (mail["Subject"], "Olga" in body) == ("Uitnodiging voor Kiem", True)
    assert link_on(page) in body
    path = link_on(page).removeprefix("http://127.0.0.1:8000")
    assert "nina@kiem.example" in open_desk(app).get(path).text


def test_nothing_is_mailed_that_was_not_asked_for(owner: Desk, box: Letterbox) -> None:
    page = owner.post(INVITE, **NINA).text
    assert "mailed" not in page
    assert link_on(page)
    assert box.mails == []


def test_a_mail_that_does_not_leave_is_said_and_the_link_is_there(owner: Desk, box: Letterbox) -> None:
    box.refuses["nina@kiem.example"] = "550 no such user"
    page = owner.post(INVITE, **NINA, by_mail="on").text
    assert "did not leave" in page
    assert link_on(page)


def test_who_has_an_account_is_added_without_a_mail(
    owner: Desk, app: Flask, database: Database, box: Letterbox
) -> None:
    sign_in(app, database, name="Nina")
    assert owner.post(INVITE, **NINA, by_mail="on").status_code == 303
    assert box.mails == []


def test_an_installation_without_a_mail_server_does_not_offer_it(app: Flask, database: Database, cast: Cast) -> None:
    olga = sign_in(app, database, name="Olga", roles={cast.study: "owner"})
    assert "by_mail" not in olga.get(INVITE).text


def test_the_api_mails_the_link_too_unless_it_is_told_not_to(owner: Desk, box: Letterbox) -> None:
    token = {"X-CSRF-Token": hash_with_key(SECRET, "form", owner.cookie("__Host-kiem-desk") or "").hex()}
    address, told = "/api/v1/desk/studies/garden/invitations", []
    for more in ({}, {"by_mail": False}):
        answer = owner.client.post(address, json={**NINA, **more}, headers=token, base_url=owner.base)
        assert answer.status_code == 201
        told.append(answer.get_json())
    assert [one["mailed"] for one in told] == [True, None]
    (mail,) = box.to("nina@kiem.example")
    assert told[0]["link"] in mail.get_content()
    box.refuses["nina@kiem.example"] = "550 no such user"
    answer = owner.client.post(address, json=NINA, headers=token, base_url=owner.base).get_json()
    assert (answer["mailed"], answer["link"].startswith("http")) == (False, True)


def test_a_way_in_again_is_mailed_to_the_accounts_own_address_and_shown(
    app: Flask, context: Context, database: Database, box: Letterbox
) -> None:
    settings = replace(context.settings, mail_gateway="smtp", smtp=box.settings())
    bind(app, replace(context, settings=settings))
    nina = sign_in(app, database, name="Nina", language="nl").staff
    ada = sign_in(app, database, name="Ada", administrator=True)
    assert nina is not None
    page = ada.post(f"/desk/staff/{nina.id}", do="renew").text
    assert "The link was mailed to nina@kiem.example" in page
    (mail,) = box.to("nina@kiem.example")
    assert (mail["Subject"], link_on(page) in mail.get_content()) == ("Weer toegang tot Kiem", True)
    assert "nina@kiem.example" in open_desk(app).get(link_on(page).removeprefix("http://127.0.0.1:8000")).text
    box.refuses["nina@kiem.example"] = "550 no such user"
    page = ada.post(f"/desk/staff/{nina.id}", do="renew").text
    assert "did not leave" in page
    assert link_on(page)
    token = {"X-CSRF-Token": hash_with_key(SECRET, "form", ada.cookie("__Host-kiem-desk") or "").hex()}
    told = ada.client.post(f"/api/v1/desk/staff/{nina.id}/renew", headers=token, base_url=ada.base).get_json()
    assert (told["mailed"], told["link"].startswith("http")) == (False, True)
