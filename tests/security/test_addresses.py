"""Paths that climb, links that lead elsewhere, hosts that are made up."""

import re
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.db import Database
from server.desk.frame import local_path
from tests.cast import NOW, Cast
from tests.server.desk.desk import PASSWORD, make_staff, open_desk, sign_in, totp_at

CLIMBS = [
    "../views.py",
    "..%2fviews.py",
    "%2e%2e/views.py",
    "%2e%2e%2fviews.py",
    "..%5cviews.py",
    "....//views.py",
    "..;/views.py",
    "%252e%252e%252fviews.py",
    "..%c0%afviews.py",
    "%00desk.css",
    "desk.css%00.html",
    "/etc/passwd",
    "//etc/passwd",
    "C:%5cwindows%5cwin.ini",
    ".git/config",
    ".env",
]
ROOTS = ["/", "/assets/", "/icons/", "/desk/assets/", "/parent/static/", "/api/v1/instruments/", "/join/", "/api/v1/"]


@pytest.mark.parametrize("root", ROOTS)
def test_no_path_climbs_out(client: FlaskClient, root: str) -> None:
    for climb in CLIMBS:
        with client.get(root + climb) as answer:
            said = answer.get_data(as_text=True)
            assert answer.status_code in (200, 303, 308, 400, 404), root + climb
            assert not re.search(r"root:x:|from flask import|\[core\]|KIEM_\w+=", said), root + climb
            if answer.status_code == 200:
                assert "<div id=" in said or "<!doctype html>" in said.lower(), f"{root}{climb} is not the app's page"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/desk",
        "//evil.example/desk",
        "///evil.example/desk",
        "/\\evil.example/desk",
        "\\\\evil.example\\desk",
        "/desk\\..\\..",
        "/desk/../../evil",
        "/desk/%2e%2e/%2e%2e/x",
        "/deskx",
        "/evil",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "/desk\r\nSet-Cookie: a=b",
        "/desk\t//evil.example",
        "http:/desk",
        "https:desk",
        "@evil.example/desk",
        " /desk",
        "",
    ],
)
def test_nobody_is_sent_elsewhere(app: Flask, database: Database, url: str) -> None:
    onward = local_path(url)
    parts = urlsplit(onward)
    assert (parts.scheme, parts.netloc) == ("", "")
    assert onward.startswith("/desk")
    assert "\\" not in onward
    assert "\n" not in onward
    with database.transaction() as session:
        _, plain = make_staff(session)
    desk = open_desk(app)
    proof = {"mail": "cleo@kiem.example", "password": PASSWORD, "code": totp_at(plain, NOW)}
    token = desk.token()
    answer = desk.client.post(
        "/desk/sign-in", base_url=desk.base, query_string={"next": url}, data={"csrf": token, **proof}
    )
    assert answer.status_code == 303
    assert (answer.location or "").startswith("/desk")
    chosen = desk.post("/desk/language", language="en", next=url)
    assert (chosen.location or "").startswith("/desk")


@pytest.mark.parametrize(
    "query",
    [
        "_scheme=javascript&_external=1",
        "_external=1",
        "_anchor=x",
        "_method=POST",
        "endpoint=x",
        "form=csv",
        "=x",
        "__=1",
    ],
)
def test_a_query_does_not_choose_where_links_lead(app: Flask, database: Database, cast: Cast, query: str) -> None:
    desk = sign_in(app, database, roles={cast.study: "coordinator"})
    for url in ("/desk/challenges", "/desk/studies/garden/codes", "/desk/studies/garden/people"):
        answer = desk.get(f"{url}?{query}&page=1")
        assert answer.status_code == 200, url
        links = re.findall(r'(?:href|action|src)="([^"]*)"', answer.get_data(as_text=True))
        assert len(links) > 5
        assert [link for link in links if not re.match(r"[/?#]|\.|data:image/|mailto:", link)] == []
    moved = desk.post(f"/desk/challenges/move?{query}", to="review")
    assert (moved.location or "").startswith("/desk/challenges")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:1", "kiem.example@evil.example", "127.0.0.1.evil.example"]
)
def test_a_made_up_host_appears_nowhere(app: Flask, database: Database, cast: Cast, host: str) -> None:
    desk = sign_in(app, database, roles={cast.study: "coordinator"})
    token = desk.cookie("__Host-kiem-desk")
    for url in (
        "/desk",
        "/desk/",
        "/desk/studies/garden/codes",
        "/desk/nothing",
        "/desk//studies",
        "/join//x",
        "/parent",
        "/parent//x",
        "/",
        "/api/v1/openapi.json",
    ):
        for name in ("Host", "X-Forwarded-Host"):
            with app.test_client(use_cookies=False).get(
                url, headers={name: host, "Cookie": f"__Host-kiem-desk={token}"}
            ) as answer:
                assert "evil.example" not in answer.get_data(as_text=True), f"{url} repeats {name}"
                location = answer.headers.get("Location", "")
                assert name == "Host" or "evil.example" not in location
                assert not location or re.match(r"/(?![/\\])", location), f"{url} leads to {location}"
