"""Guessing is slow, for all processes together: what one process has counted, another knows."""

import subprocess
import sys
import textwrap
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from server.audit.service import Actor
from server.clock import SetClock
from server.db import Database
from server.export import asking
from server.export.models import Export, ExportDownload, ExportJob
from server.people.throttle import MOST_FAILURES, WINDOW
from server.staff.signing_in import MOST_ACCOUNT, MOST_HERE
from server.studies.models import Study
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.factories import add
from tests.security.town import REQUEST
from tests.server.desk.desk import PASSWORD, SECRET, make_staff, open_desk, totp_at

ELSEWHERE = """
    import sys
    from datetime import datetime
    from server.db import Database
    from server.errors import TooManyTries
    from server.people.service import CodeUnknown
    from server.people.throttle import limit_failures
    from server.staff.refusals import SignInRefused
    from server.staff.signing_in import limit_tries

    url, key, now = sys.argv[1], sys.argv[2].encode(), datetime.fromisoformat(sys.argv[3])
    database = Database(url)
    for _ in range({failures}):
        try:
            with limit_failures(database, "join", "192.0.2.1", counted=CodeUnknown, key=key, now=now):
                raise CodeUnknown
        except CodeUnknown:
            pass
    for _ in range({tries}):
        try:
            with limit_tries(database, "cleo@kiem.example", "192.0.2.1", key=key, now=now):
                raise SignInRefused
        except SignInRefused:
            pass
    database.dispose()
"""


@both_databases
def test_what_another_process_has_counted_counts_here(
    app: Flask, client: FlaskClient, database: Database, database_url: str, cast: Cast, clock: SetClock
) -> None:
    with database.transaction() as session:
        _, plain = make_staff(session)
    script = textwrap.dedent(ELSEWHERE.format(failures=MOST_FAILURES, tries=MOST_HERE))
    root = Path(__file__).parents[2]
    arguments = [sys.executable, "-c", script, database_url, "throttle key of the tests", NOW.isoformat()]
    subprocess.run(arguments, cwd=root, check=True, timeout=60)
    here = {"REMOTE_ADDR": "192.0.2.1"}
    body = {"code": cast.join_code.code, "language": "nl", "zone": "Europe/Amsterdam"}
    assert client.post("/api/v1/join", json=body, environ_overrides=here).status_code == 429
    desk = open_desk(app)
    proof = {"mail": "cleo@kiem.example", "password": PASSWORD, "code": totp_at(plain, NOW)}

    def come_in() -> int:
        return desk.client.post(
            "/desk/sign-in", base_url=desk.base, data={"csrf": desk.token(), **proof}, environ_overrides=here
        ).status_code

    assert come_in() == 429
    clock.move(WINDOW + timedelta(seconds=1))
    proof["code"] = totp_at(plain, clock.now())
    assert come_in() == 303


def test_an_account_cannot_be_guessed_from_many_places(app: Flask, database: Database) -> None:
    """Ten from each network, and sixty from all of them together."""
    with database.transaction() as session:
        make_staff(session)
    client = app.test_client()
    desk = open_desk(app)
    token = desk.token()
    statuses = []
    for number in range(MOST_ACCOUNT + 1):
        answer = desk.client.post(
            "/desk/sign-in",
            base_url=desk.base,
            data={"csrf": token, "mail": "cleo@kiem.example", "password": "x", "code": "000000"},
            environ_overrides={"REMOTE_ADDR": f"198.51.{number // 200}.{number % 200 + 1}"},
        )
        statuses.append(answer.status_code)
    assert statuses[:MOST_ACCOUNT] == [403] * MOST_ACCOUNT
    assert statuses[-1] == 429
    assert client is not desk.client


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("POST", "/api/v1/join", {"code": "ZZZZZZZZ", "language": "nl", "zone": "Europe/Amsterdam"}),
        ("GET", "/api/v1/intro/ZZZZZZZZ", None),
        ("POST", "/api/v1/recover", {"recovery_code": "ZZZZ-ZZZZ-ZZZZ"}),
        ("GET", "/parent/ZZZZ-ZZZZ-ZZZZ-ZZZZ", None),
    ],
)
def test_every_code_that_opens_something_can_be_guessed_twenty_times(
    client: FlaskClient, cast: Cast, method: str, url: str, body: dict[str, str] | None
) -> None:
    statuses = [client.open(url, method=method, json=body).status_code for _ in range(MOST_FAILURES + 2)]
    assert statuses == [404] * MOST_FAILURES + [429] * 2


def test_what_the_caller_says_of_her_address_does_not_help_her(client: FlaskClient, cast: Cast) -> None:
    """Without a proxy in the settings, X-Forwarded-For is only a header."""
    body = {"code": "ZZZZZZZZ", "language": "nl", "zone": "Europe/Amsterdam"}
    statuses = [
        client.post("/api/v1/join", json=body, headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code
        for number in range(MOST_FAILURES + 1)
    ]
    assert statuses[-1] == 429


def test_guessing_the_code_that_shows_her_own_data_is_counted_for_the_account(client: FlaskClient, cast: Cast) -> None:
    statuses = [
        client.post(
            "/api/v1/me/confirm",
            json={"recovery_code": "ZZZZ-ZZZZ-ZZZZ"},
            headers=cast.noor.headers,
            environ_overrides={"REMOTE_ADDR": f"192.0.2.{number}"},
        ).status_code
        for number in range(MOST_FAILURES + 1)
    ]
    assert statuses[-1] == 429
    assert client.get("/api/v1/me", headers=cast.noor.headers).status_code == 200


@pytest.mark.postgres
def test_bundles_fetched_at_the_same_moment_are_counted_one_after_the_other(database: Database, cast: Cast) -> None:
    """Ten a day, also for who sends ten at once of ten exports."""
    with database.transaction() as session:
        staff, _ = make_staff(session, roles={cast.study: "researcher"})
        jobs = [make_done_export(session, cast.study) for _ in range(2)]
        for _ in range(asking.MOST_A_DAY - 1):
            add(session, ExportDownload(job_id=jobs[0], staff_id=staff.id, at=NOW))
    actor = Actor(staff_id=staff.id, who=staff.mail)

    def fetch(session: Session, job_id: uuid.UUID) -> None:
        job = asking.find_job(session, cast.study, job_id, lock=True)
        asking.note_download(session, cast.study, job, staff_id=staff.id, actor=actor, secret=SECRET, now=NOW)

    def fetch_too() -> str:
        try:
            with database.transaction() as session:
                fetch(session, jobs[1])
        except asking.TooManyExports:
            return "too many"
        return "fetched"

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            fetch(session, jobs[0])
            second = pool.submit(fetch_too)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.5)
        assert second.result(timeout=10) == "too many"


def make_done_export(session: Session, study: Study) -> uuid.UUID:
    """A job whose bundle (of nobody) could be fetched."""
    made = Export(
        id=uuid.uuid4(),
        study_id=study.id,
        profile="research",
        parameters={},
        levels={},
        people=0,
        rows=0,
        size=1,
        sha256="0" * 64,
        reason="why",
        requested_by="rena@kiem.example",
        created_at=NOW,
        wrapped_key=b"k",
        key_until=NOW + timedelta(days=30),
    )
    add(session, made)
    job = ExportJob(
        id=uuid.uuid4(),
        study_id=study.id,
        state="done",
        request=REQUEST,
        reason="why",
        asked_by="rena@kiem.example",
        asked_at=NOW,
        export_id=made.id,
        file_until=NOW + timedelta(days=3),
    )
    add(session, job)
    return job.id
