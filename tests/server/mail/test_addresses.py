"""What is taken for a mail address; what is not, and still gets as far as the mail server, stops nobody else's mail."""

import pytest
from flask import Flask

from server.clock import SetClock
from server.db import Database
from server.mail.addresses import MAIL
from server.mail.port import MailFailed, Message
from server.mail.smtp import SmtpMailer
from tests.cast import Cast
from tests.letterbox import open_letterbox
from tests.server.desk.desk import sign_in
from tests.young import ask_parents, join_young

PLAIN = [
    "anna@home.example",
    "A@HOME.EXAMPLE",
    "o'neil+kind@mail.school.nl",
    "a.b-c_d@münchen.example",
    "a@xn--mnchen-3ya.xn--p1ai",
]
NONE = [
    "anna@home.example\u2028Bcc: eve@evil.example",  # lines end where Unicode says so
    "anna@home.example\x85x",
    "anna@home.example\x1cx",
    "an\u2028na@home.example",
    "anna@home\u2029.example",
    "anna@home.example\n",
    "anna@home.example\r\nBcc: eve@evil.example",
    "anna@home.example\x00",
    "anna@home.example,eve@evil.example",
    "Anna <anna@home.example>",
    '"eve@evil.example"@home.example',
    '"<script>"@home.example',
    "anna@[127.0.0.1]",
    "anna@127.0.0.1",
    "anna@localhost",
    "\u0430nna@home.example",  # the first letter is Cyrillic
    "anna@-home.example",
    "anna@home..example",
    ".anna@home.example",
    "an..na@home.example",
    "x" * 65 + "@home.example",
    "anna@" + "home." * 60 + "example",
]


@pytest.mark.parametrize("address", PLAIN)
def test_the_addresses_that_people_have_are_taken(address: str) -> None:
    assert MAIL.fullmatch(address)


def test_an_address_that_is_none_is_a_failure_and_no_break(clock: SetClock) -> None:
    with open_letterbox() as box:
        mailer = SmtpMailer(box.settings(), clock)
        for address in (*NONE, "", "a@b@c"):
            with pytest.raises(MailFailed) as caught:
                mailer.send(Message(to=address, subject="x", text="x", language="nl"))
            assert caught.value.permanent
        subject = "One\r\nBcc: eve@evil.example\u2028two"
        mailer.send(Message(to="anna@home.example", subject=subject, text="x", language="nl"))
    (mail,) = box.mails
    assert mail["Subject"] == "One Bcc: eve@evil.example two"
    assert mail["Bcc"] is None


def test_no_door_takes_what_only_looks_like_an_address(app: Flask, database: Database, cast: Cast) -> None:
    ask_parents(database, cast, 1)
    young = join_young(app.test_client(use_cookies=False), database, cast)
    desk = sign_in(app, database, roles={cast.study: "owner"})
    token = {"Authorization": f"Bearer {desk.cookie('__Host-kiem-desk')}"}
    client = app.test_client(use_cookies=False)
    for address in NONE:
        if address != address.strip():
            continue  # the forms take spaces and ends of lines away first
        assert young.invite(address).status_code in (400, 422), address
        body = {"mail": address, "role": "researcher", "language": "nl"}
        assert client.post("/api/v1/desk/studies/garden/invitations", json=body, headers=token).status_code in (
            400,
            422,
        )
        form = desk.post("/desk/studies/garden/staff/invite", mail=address, role="researcher", language="nl")
        assert form.status_code == 422, address
    assert young.states() == []
