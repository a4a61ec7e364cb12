"""Every answer of every address carries the headers: pages, files, errors, redirects, what is not there."""

import dataclasses
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.app import create_app
from server.context import Context, bind
from server.pwa.views import DIST
from server.security import CSP, HEADERS, HSTS
from tests.cast import Cast

EXAMPLES = {"uuid": "00000000-0000-0000-0000-000000000001", "path": "a/b", "any": "csv"}


def addresses(app: Flask) -> list[tuple[str, str]]:
    """Every rule with every method, and methods that no rule takes."""
    found = set()
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda kind: EXAMPLES.get(kind[1] or "", "nothing"), rule.rule)
        found |= {(method, path) for method in {*(rule.methods or ()), "DELETE", "TRACE"}}
    return sorted(found)


def test_headers_are_on_every_answer_of_every_address(app: Flask, cast: Cast) -> None:
    client = app.test_client(use_cookies=False)
    statuses = set()
    for method, path in addresses(app):
        for headers in ({}, cast.noor.headers):
            with client.open(path, method=method, headers=headers) as answer:
                statuses.add(answer.status_code)
                assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, f"{method} {path}"
                assert len(answer.headers.getlist("Content-Security-Policy")) == 1
                assert answer.headers.get("Server") is None
                assert answer.headers.get("Access-Control-Allow-Origin") is None
    assert {200, 303, 401, 404, 405, 422} <= statuses


def test_headers_are_on_answers_to_what_cannot_be_read(client: FlaskClient) -> None:
    broken = [
        client.post("/api/v1/join", data=b"{", content_type="application/json"),
        client.post("/api/v1/join", data=b"x" * 400_000, content_type="application/json"),
        client.post("/api/v1/join", data=b"x", content_type="text/plain"),
        client.post("/api/v1/join", data=b"x", headers={"Content-Encoding": "gzip"}),
        client.get("/%00"),
        client.get("/..%2f..%2fetc/passwd"),
        client.get("/\ufffd"),
        client.get("//evil.example/desk"),
        client.get("/desk/"),
    ]
    assert {answer.status_code for answer in broken} <= {303, 308, 400, 404, 413, 415}
    for answer in broken:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, answer.request.url


@pytest.mark.skipif(not DIST.is_dir(), reason="the app is not built here: ./run build")
def test_headers_are_on_every_static_file_and_its_errors(client: FlaskClient) -> None:
    files = [f"/{path.relative_to(DIST).as_posix()}" for path in DIST.rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        for method, extra in (("GET", {}), ("HEAD", {}), ("POST", {}), ("GET", {"Range": "bytes=900000000-"})):
            with client.open(path, method=method, headers=extra) as answer:
                assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, f"{method} {path}"


def test_the_policy_lets_nothing_run_that_we_did_not_write() -> None:
    rules = dict(part.split(" ", 1) for part in CSP.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == rules["form-action"] == "'self'"
    assert rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert not re.search(r"unsafe|\*|https?:|nonce|data:", CSP.replace("img-src 'self' data: blob:", ""))


def test_no_page_of_ours_needs_what_the_policy_forbids() -> None:
    root = Path(__file__).parents[2] / "server"
    pages = [*root.glob("*/templates/**/*.html"), DIST / "index.html"]
    assert len(pages) > 40
    for page in filter(Path.is_file, pages):
        text = page.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), f"{page.name} has a script in the page"
        assert not re.search(r"<[^>%{]*\s(on\w+|style)\s*=|javascript:|<style", text), f"{page.name} has inline code"
        assert not re.search(r"\|\s*safe\b|autoescape\s+false", text), f"{page.name} prints what it does not escape"


def test_over_tls_browsers_are_told_to_stay_there(context: Context, app: Flask) -> None:
    assert "Strict-Transport-Security" not in app.test_client().get("/healthz").headers
    over_tls = app.test_client().get("/healthz", base_url="https://kiem.example")
    assert over_tls.headers["Strict-Transport-Security"] == HSTS
    # Also where a proxy ends the TLS and says nothing of it.
    settings = dataclasses.replace(context.settings, public_url="https://kiem.example")
    behind = create_app(dataclasses.replace(context, settings=settings))
    assert behind.test_client().get("/healthz").headers["Strict-Transport-Security"] == HSTS
    seconds = int(HSTS.removeprefix("max-age=").partition(";")[0])
    assert seconds >= 365 * 86_400


def test_nothing_of_a_person_may_be_kept_by_a_cache(app: Flask, cast: Cast) -> None:
    client = app.test_client(use_cookies=False)
    for method, path in addresses(app):
        if method == "GET" and path.startswith(("/api/v1/me", "/api/v1/t", "/api/v1/b", "/desk", "/parent")):
            with client.get(path, headers=cast.noor.headers) as answer:
                public = "/assets/" in path or "/static/" in path or path == "/api/v1/team/words"
                if not public and answer.status_code < 300:
                    # What the app asks for at every start may stay on the phone, and is asked for again every time.
                    assert answer.headers.get("Cache-Control") in ("no-store", "private, no-cache"), path


def test_who_reports_a_weakness_is_told_where(context: Context, app: Flask) -> None:
    assert app.test_client().get("/.well-known/security.txt").status_code == 404
    settings = dataclasses.replace(context.settings, security_contact="mailto:security@kiem.example")
    bind(app, dataclasses.replace(context, settings=settings))
    answer = app.test_client().get("/.well-known/security.txt")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert answer.text.splitlines() == [
        "Contact: mailto:security@kiem.example",
        "Expires: 2026-08-31T00:00:00Z",
        "Preferred-Languages: nl, en",
        "Canonical: http://127.0.0.1:8000/.well-known/security.txt",
    ]


@pytest.mark.parametrize(("url", "body"), [("/api/v1/sign-out", None), ("/api/v1/me/stop", {"erase": True})])
def test_who_leaves_a_phone_leaves_no_copy_in_its_browsers_own_store(
    client: FlaskClient, cast: Cast, url: str, body: dict[str, bool] | None
) -> None:
    """Her plan and trends may be kept to be asked for faster (private, no-cache), but not longer than she is there."""
    kept = client.get("/api/v1/trends", headers=cast.noor.headers).headers["Cache-Control"]
    assert kept == "private, no-cache"
    answer = client.post(url, json=body, headers=cast.noor.headers)
    assert answer.status_code in (200, 204)
    assert answer.headers["Clear-Site-Data"] == '"cache"'
