"""What compose.yaml brings up works: the same commands and environment, as processes of this machine."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Any
from urllib.request import Request, urlopen

import pytest

from prompts.presentation import present
from server.consent.publishing import publish_default
from server.content import instruments
from server.db import Database
from server.diary.events import order_seed
from server.studies.service import create_study, issue_join_code
from tests.answering import fill_in
from tests.consent_factories import CONTACT
from tests.faults.test_stopping import wait_for
from tests.operating.local import Running, bring_up, wait_until_healthy
from tests.postgres import Cluster, find_programs

TOKEN = "a-word-for-the-monitor"
SETTINGS = {
    "KIEM_PUBLIC_URL": "https://kiem.example.org",
    "KIEM_VAPID_SUBJECT": "mailto:cleo@example.org",
    "KIEM_METRICS_TOKEN": TOKEN,
}


class Browser:
    """Somebody who comes through the proxy: by its headers, with her cookies, to whichever process it chooses."""

    def __init__(self, ports: list[int]) -> None:
        self._ports = ports
        self._cookies: dict[str, str] = {}
        self._turn = 0

    def send(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        self._turn += 1
        connection = HTTPConnection("127.0.0.1", self._ports[self._turn % len(self._ports)], timeout=30)
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        through = {"Host": "kiem.example.org", "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
        content = None if body is None else json.dumps(body)
        connection.request(
            method, path, content, {**through, "Cookie": cookies, "Content-Type": "application/json", **headers}
        )
        reply = connection.getresponse()
        raw = reply.read()
        for line in reply.headers.get_all("Set-Cookie") or ():
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        connection.close()
        return reply.status, json.loads(raw) if "json" in reply.headers.get_content_type() else raw.decode()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL's programs are not here.")
    cluster = Cluster(programs)
    try:
        cluster.start()
        with bring_up(cluster, tmp_path_factory.mktemp("volumes"), SETTINGS) as up:
            for port in up.ports:
                wait_until_healthy(port)
            yield up
    finally:
        cluster.remove()


@pytest.mark.postgres
def test_what_compose_brings_up_carries_a_study(running: Running) -> None:
    assert {name: len(group) for name, group in running.processes.items()} == {
        "migrate": 1,
        "web": 2,
        "worker": 2,
        "backup": 1,
    }
    code = make_study(running)
    noor = Browser(running.ports)
    she_joins(noor, code)
    she_answers(noor)
    wait_for(lambda: {"plan", "deliver"} <= noor.send("GET", "/readyz")[1]["rounds"].keys(), every_s=0.3)
    told = read_metrics(running.ports[0])
    assert "kiem_answers_total" in told
    assert 'round="plan"' in told
    assert noor.send("GET", "/readyz")[1]["worker"] == "ok"
    wait_for(lambda: list((running.folder / "backups").glob("kiem-*/manifest.json")), every_s=0.3)
    assert (running.folder / "keys" / "vapid.pem").exists()
    ends = running.stop()
    assert ends == {"migrate": [0], "web": [0, 0], "worker": [0, 0], "backup": [-15]}


def read_metrics(port: int) -> str:
    """As Prometheus inside does: no proxy, its own name for the process, the monitor's word."""
    request = Request(f"http://127.0.0.1:{port}/metrics")
    request.add_header("Host", f"172.18.0.5:{port}")
    request.add_header("Authorization", f"Bearer {TOKEN}")
    with urlopen(request, timeout=10) as reply:  # noqa: S310  an address of our own
        return str(reply.read().decode())


def make_study(running: Running) -> str:
    """As `./run study create` and `text` do, without a process for each; the code to join."""
    owner = running.services["migrate"].environment
    database = Database(running.replace(owner.get("KIEM_DATABASE_OWNER_URL") or owner["KIEM_DATABASE_URL"]))
    now = datetime.now(UTC)
    with database.transaction() as session:
        title = {"nl": "Herfst", "en": "Autumn"}
        study = create_study(
            session, name="autumn", title=title, protocol="grow-it.1", zone="Europe/Amsterdam", now=now, seed=b"a" * 32
        )
        publish_default(session, study, institution="Garden", contact=CONTACT, now=now)
        code = issue_join_code(session, study, now=now).code
    database.dispose()
    return code


def she_joins(noor: Browser, code: str) -> None:
    status, intro = noor.send("GET", f"/api/v1/intro/{code}?language=nl")
    assert status == 200, intro
    body = {"code": code, "language": "nl", "zone": "Europe/Amsterdam", "birth_year": 2000, "birth_month": 9}
    status, joined = noor.send("POST", "/api/v1/join", body)
    assert status in (200, 201), joined
    text = {name: intro["consent"][name] for name in ("version", "sha256", "language")}
    status, given = noor.send("PUT", "/api/v1/me/consent", {**text, "scopes": {"use": True, "research": True}})
    assert (status, given["waiting"]) == (200, None), given


def she_answers(noor: Browser) -> None:
    event, now = uuid.uuid4(), datetime.now(UTC)
    instrument = instruments()["momentary.1"]
    given, shown = fill_in(instrument, present(instrument, order_seed(event)), {})
    entry = {
        "instrument": instrument.key,
        "started_at": (now - timedelta(minutes=2)).isoformat(),
        "finished_at": now.isoformat(),
        "answers": given,
        "shown": shown,
    }
    statuses = [noor.send("PUT", f"/api/v1/events/{event}/response", entry)[0] for _ in range(3)]
    assert statuses == [201, 200, 200]  # stored once, whichever process takes it
