from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from server.clock import SetClock
from server.db import Database
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.factories import make_token


@both_databases
def test_each_phone_is_its_owner(client: FlaskClient, cast: Cast) -> None:
    for member in (cast.noor, cast.sam, cast.zoe):
        me = client.get("/api/v1/me", headers=member.headers).get_json()
        assert me["code"] == member.participant.code
        assert me["study"]["title"] == member.participant.study.title


def test_the_study_day_follows_her_own_calendar(client: FlaskClient, cast: Cast, clock: SetClock) -> None:
    def day() -> int:
        return int(client.get("/api/v1/me", headers=cast.noor.headers).get_json()["study"]["study_day"])

    assert day() == 3  # she started on Monday, today is Wednesday
    clock.set(NOW.replace(hour=22, minute=59))
    assert day() == 3
    clock.move(timedelta(minutes=1))  # midnight in Amsterdam
    assert day() == 4


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer \xff\xfe"},
        {"Authorization": "Basic Tm9vcjpzZWNyZXQ="},
        {"Cookie": "__Host-kiem=nonsense"},
        {"Cookie": "__Host-kiem="},
    ],
)
def test_a_stranger_is_not_signed_in(client: FlaskClient, cast: Cast, headers: dict[str, str]) -> None:
    answer = client.get("/api/v1/me", headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "not-signed-in")
    assert answer.mimetype == "application/problem+json"


def test_a_token_ends_on_its_day(client: FlaskClient, database: Database, cast: Cast, clock: SetClock) -> None:
    with database.transaction() as session:
        token = make_token(session, session.merge(cast.noor.participant), expires_at=NOW + timedelta(hours=1))
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/me", headers=headers).status_code == 200
    clock.move(timedelta(hours=1))
    answer = client.get("/api/v1/me", headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "session-expired")


def test_the_plain_cookie_counts_only_on_this_very_machine(client: FlaskClient, cast: Cast) -> None:
    cookie = {"Cookie": f"kiem-loopback={cast.noor.token}"}
    assert client.get("/api/v1/me", headers=cookie, base_url="http://127.0.0.1:8000").status_code == 200
    # Elsewhere another site on a sibling host could have set it.
    assert client.get("/api/v1/me", headers=cookie, base_url="https://kiem.example").status_code == 401
    assert client.get("/api/v1/me", headers=cookie, base_url="http://kiem.example").status_code == 401
    assert client.get("/api/v1/me", headers=cookie, base_url="https://127.0.0.1").status_code == 401


def test_signing_out_ends_this_phone_only(client: FlaskClient, database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        other = make_token(session, session.merge(cast.noor.participant))
    answer = client.post("/api/v1/sign-out", headers=cast.noor.headers)
    assert answer.status_code == 204
    assert any(c.startswith("__Host-kiem=;") and "Secure" in c for c in answer.headers.getlist("Set-Cookie"))
    assert client.get("/api/v1/me", headers=cast.noor.headers).get_json()["code"] == "session-revoked"
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {other}"}).status_code == 200


def test_signing_out_twice_is_no_error_but_nobody_cannot(client: FlaskClient, cast: Cast) -> None:
    assert client.post("/api/v1/sign-out", headers=cast.noor.headers).status_code == 204
    assert client.post("/api/v1/sign-out", headers=cast.noor.headers).status_code == 204
    assert client.post("/api/v1/sign-out").status_code == 401


def test_another_site_cannot_sign_her_out(client: FlaskClient, cast: Cast) -> None:
    from_elsewhere = {**cast.noor.headers, "Sec-Fetch-Site": "cross-site"}
    assert client.post("/api/v1/sign-out", headers=from_elsewhere).status_code == 403
    assert client.get("/api/v1/me", headers=cast.noor.headers).status_code == 200


def test_what_is_personal_is_kept_nowhere_on_the_way(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/api/v1/me", headers=cast.noor.headers).headers["Cache-Control"] == "no-store"
