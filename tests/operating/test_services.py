"""What compose.yaml brings up works: the same commands and environment, as processes of this machine."""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.request import Request, urlopen

import pytest
import urllib3

from prompts.presentation import present
from server.consent.opening import issue_join_code
from server.consent.publishing import publish_default
from server.content import instruments
from server.db import Database
from server.diary.events import order_seed
from server.studies.service import create_study
from tests.answering import fill_in
from tests.consent_factories import CONTACT
from tests.faults.test_stopping import wait_for
from tests.operating.local import SITE, Running, bring_up, wait_until_healthy
from tests.postgres import Cluster, find_programs

EACH_SENT = 10  # as a phone does that hears nothing; so few entries are there in a day
REFRESH_S = 2.5  # the proxy looks for addresses every two seconds
TOKEN = "a-word-for-the-monitor"
SETTINGS = {
    "KIEM_PUBLIC_URL": f"https://{SITE}",
    "KIEM_VAPID_SUBJECT": "mailto:cleo@example.org",
    "KIEM_METRICS_TOKEN": TOKEN,
}


class Browser:
    """Somebody outside, with her cookies, over one connection that she keeps: TLS to the proxy, and no second try."""

    def __init__(self, running: Running) -> None:
        self._connection = urllib3.HTTPSConnectionPool(
            "127.0.0.1",
            running.proxy_port,
            maxsize=1,
            retries=False,
            timeout=30,
            ca_certs=str(running.folder / "certificate.pem"),
            server_hostname=SITE,
            assert_hostname=SITE,
        )
        self._cookies: dict[str, str] = {}

    def send(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        told = {"Host": SITE, "Cookie": cookies, **headers}
        reply = self._connection.request(method, path, json=body, headers=told)
        for line in reply.headers.getlist("Set-Cookie"):
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        is_json = "json" in reply.headers.get("Content-Type", "")
        return reply.status, reply.json() if is_json else reply.data.decode()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL's programs are not here.")
    cluster = Cluster(programs)
    try:
        cluster.start()
        with bring_up(cluster, tmp_path_factory.mktemp("volumes"), SETTINGS) as up:
            for host in up.hosts:
                wait_until_healthy(host, up.web_port)
            yield up
    finally:
        cluster.remove()


@pytest.mark.postgres
def test_what_compose_brings_up_carries_a_study(running: Running) -> None:
    """And is replaced, as docs/operating.md says, while people answer: nobody is sent away."""
    assert {name: len(group) for name, group in running.processes.items()} == {
        "migrate": 1,
        "web": 2,
        "worker": 2,
        "backup": 1,
        "proxy": 1,
    }
    code = make_study(running)
    noor = Browser(running)
    she_joins(noor, code)
    she_answers(noor)
    wait_for(lambda: {"plan", "deliver"} <= noor.send("GET", "/readyz")[1]["rounds"].keys(), every_s=0.3)
    assert noor.send("GET", "/metrics", Authorization=f"Bearer {TOKEN}")[0] == 404, "not for those outside"
    told = read_metrics(running)
    assert "kiem_answers_total" in told
    assert 'round="plan"' in told
    assert noor.send("GET", "/readyz")[1]["worker"] == "ok"
    wait_for(lambda: list((running.folder / "backups").glob("kiem-*/manifest.json")), every_s=0.3)
    assert (running.folder / "keys" / "vapid.pem").exists()

    with crowd(running, code) as statuses:
        replace_web(running)
    assert set(statuses) == {201, 200}
    assert statuses[200] == (EACH_SENT - 1) * statuses[201] > 100, (
        "each is stored once, and known again by whoever asks"
    )
    ends = running.stop()
    assert ends.pop("proxy")[0] == 0
    assert ends == {"migrate": [0], "web": [0, 0, 0, 0], "worker": [0, 0], "backup": [-15]}


def replace_web(running: Running) -> None:
    """Two new ones beside the two old ones; when they are healthy, the old ones are stopped one after the other."""
    web = running.services["web"]
    for _ in range(web.replicas):
        running.start(web)
    for host in running.hosts[web.replicas :]:
        wait_until_healthy(host, running.web_port)
    time.sleep(REFRESH_S)  # `docker compose ps web`, a look, and the next command
    for number in range(web.replicas):
        assert running.stop_web(number) == 0
    time.sleep(REFRESH_S)


@contextmanager
def crowd(running: Running, code: str) -> Iterator[Counter[int]]:
    """Four people who answer all the while, each through one connection that she keeps; how often which status came."""
    statuses: Counter[int] = Counter()
    done = threading.Event()
    people = [Browser(running) for _ in range(4)]
    for person in people:
        she_joins(person, code)

    def live(person: Browser) -> None:
        while not done.is_set():
            path, entry = make_entry()
            for _ in range(EACH_SENT):
                statuses[person.send("PUT", path, entry)[0]] += 1
                time.sleep(0.1)

    with ThreadPoolExecutor(len(people)) as threads:
        lives = [threads.submit(live, person) for person in people]
        try:
            yield statuses
        finally:
            done.set()
    for each in lives:
        each.result()


def read_metrics(running: Running) -> str:
    """As Prometheus inside does: no proxy, its own name for the process, the monitor's word."""
    request = Request(f"http://{running.hosts[0]}:{running.web_port}/metrics")
    request.add_header("Host", f"172.18.0.5:{running.web_port}")
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


def find_early_zone(now: datetime) -> str:
    """Where it is three at night: whoever joins there starts today, at whatever hour these tests run."""
    ahead_h = (3 - now.hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead_h:+d}"  # these names count west of Greenwich


def she_joins(noor: Browser, code: str) -> None:
    status, intro = noor.send("GET", f"/api/v1/intro/{code}?language=nl")
    assert status == 200, intro
    body = {
        "code": code,
        "language": "nl",
        "zone": find_early_zone(datetime.now(UTC)),
        "birth_year": 2000,
        "birth_month": 9,
    }
    status, joined = noor.send("POST", "/api/v1/join", body)
    assert status in (200, 201), joined
    text = {name: intro["consent"][name] for name in ("version", "sha256", "language")}
    status, given = noor.send("PUT", "/api/v1/me/consent", {**text, "scopes": {"use": True, "research": True}})
    assert (status, given["waiting"]) == (200, None), given


def she_answers(noor: Browser) -> None:
    path, entry = make_entry()
    statuses = [noor.send("PUT", path, entry)[0] for _ in range(3)]
    assert statuses == [201, 200, 200]  # stored once, whichever process takes it


def make_entry() -> tuple[str, dict[str, Any]]:
    """An entry of one's own: where it goes, and what is sent."""
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
    return f"/api/v1/events/{event}/response", entry
