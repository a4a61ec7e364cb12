"""Claims about `/metrics`: closed without its token, the same from every process, and all that the dashboard names."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from server.app import create_app
from server.clock import SetClock
from server.context import Context
from server.db import Database
from server.monitoring.counters import add_counts
from server.worker import write_heartbeat
from tests.answering import make_body
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.factories import make_beep

TOKEN = "the monitor's word"
OPERATING = Path(__file__).resolve().parents[2] / "operating"


@pytest.fixture
def context(context: Context) -> Context:
    return replace(context, settings=replace(context.settings, metrics_token=TOKEN.replace(" ", "-")))


def read(client: FlaskClient) -> dict[str, float]:
    """The samples by name and labels, as a monitor would read them."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN.replace(' ', '-')}"})
    assert answer.status_code == 200, answer.text
    return {
        f"{sample.name}{sorted(sample.labels.values())}": sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.mark.parametrize("sent", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}])
def test_without_the_monitors_word_nothing_is_told(client: FlaskClient, sent: dict[str, str]) -> None:
    answer = client.get("/metrics", headers=sent)
    assert answer.status_code == 401
    assert "kiem_" not in answer.text


def test_an_installation_without_a_word_has_no_such_address(context: Context) -> None:
    closed = replace(context, settings=replace(context.settings, metrics_token=""))
    client = create_app(closed).test_client()
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@both_databases
def test_lag_and_queues_are_as_old_as_their_oldest_entry(
    client: FlaskClient, cast: Cast, database: Database, clock: SetClock
) -> None:
    assert read(client)["kiem_due_beeps[]"] == 0
    with database.transaction() as session:
        for slot, late in enumerate((90, 30), start=1):
            at = NOW - timedelta(seconds=late)
            make_beep(session, participant=cast.noor.participant, slot=slot, due_at=NOW, next_push_at=at)
        write_heartbeat(session, "deliver", 2, clock)
        add_counts(session, {("pushes", "accepted"): 5, ("pushes", "gone"): 1})
        add_counts(session, {("pushes", "accepted"): 2})
    clock.move(timedelta(seconds=10))
    told = read(client)
    assert (told["kiem_due_beeps[]"], told["kiem_lag_seconds[]"]) == (2, 100)
    assert told["kiem_queue_age_seconds['push']"] == 100
    for queue in ("test_push", "message", "parent_mail", "export"):
        assert told[f"kiem_queue_age_seconds['{queue}']"] == 0
    assert told["kiem_round_age_seconds['deliver']"] == 10
    assert told["kiem_pushes_total['accepted']"] == 7
    assert told["kiem_pushes_total['refused']"] == 0


def test_answers_of_every_process_are_in_one_total(
    context: Context, cast: Cast, database: Database, clock: SetClock
) -> None:
    processes = [create_app(context).test_client(use_cookies=False) for _ in range(2)]
    with database.transaction() as session:
        beeps = [make_beep(session, participant=cast.noor.participant, slot=slot, due_at=NOW) for slot in (1, 2, 3)]
    clock.set(NOW + timedelta(minutes=10))
    for process, beep in zip((*processes, processes[0]), beeps, strict=True):
        answer = process.put(f"/api/v1/beeps/{beep.id}/response", json=make_body(beep), headers=cast.noor.headers)
        assert answer.status_code == 201, answer.text
    clock.move(timedelta(seconds=11))
    for process in processes:  # the first call after ten seconds writes down what was counted
        again = process.put(
            f"/api/v1/beeps/{beeps[0].id}/response", json=make_body(beeps[0]), headers=cast.noor.headers
        )
        assert again.status_code == 200
    for process in processes:
        told = read(process)
        assert (told["kiem_answers_total['kept']"], told["kiem_answers_total['repeated']"]) == (3, 2)


def test_the_last_answers_of_a_burst_are_told_when_the_monitor_asks(
    context: Context, cast: Cast, database: Database, clock: SetClock
) -> None:
    process = create_app(context).test_client(use_cookies=False)
    with database.transaction() as session:
        beep = make_beep(session, participant=cast.noor.participant, slot=1, due_at=NOW)
    clock.set(NOW + timedelta(minutes=10))
    for _ in range(3):
        process.put(f"/api/v1/beeps/{beep.id}/response", json=make_body(beep), headers=cast.noor.headers)
    for _ in range(2):  # and once only
        told = read(process)
        assert (told["kiem_answers_total['kept']"], told["kiem_answers_total['repeated']"]) == (1, 2)


def test_answers_that_met_no_database_are_counted_when_it_is_back(
    context: Context, cast: Cast, database: Database, clock: SetClock
) -> None:
    process = create_app(context).test_client(use_cookies=False)
    with database.transaction() as session:
        beep = make_beep(session, participant=cast.noor.participant, slot=1, due_at=NOW)
        session.execute(text("ALTER TABLE counter RENAME TO elsewhere"))
    clock.set(NOW + timedelta(minutes=10))
    for _ in range(3):  # at the second and third it is time to write, and cannot be done
        clock.move(timedelta(seconds=11))
        process.put(f"/api/v1/beeps/{beep.id}/response", json=make_body(beep), headers=cast.noor.headers)
    with database.transaction() as session:
        session.execute(text("ALTER TABLE elsewhere RENAME TO counter"))
    told = read(process)
    assert (told["kiem_answers_total['kept']"], told["kiem_answers_total['repeated']"]) == (1, 2)


def test_every_metric_of_the_dashboard_and_the_alerts_exists(client: FlaskClient, database: Database) -> None:
    with database.transaction() as session:
        for name in ("deliver", "plan"):
            write_heartbeat(session, name, 0, SetClock(NOW))
    told = read(client)
    there = {name.partition("[")[0] for name in told}
    labels = set(re.findall(r"'(\w+)'", " ".join(told)))
    dashboard = json.loads((OPERATING / "grafana.json").read_text())
    drawn = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    alerts = re.findall(r"expr: (.+)", (OPERATING / "kiem-alerts.yml").read_text())
    assert len(drawn) >= 7
    assert len(alerts) >= 5
    for expression in (*drawn, *alerts):
        names = set(re.findall(r"\bkiem_\w+", expression))
        assert names or 'up{job="kiem"}' in expression  # which Prometheus makes by itself
        assert names <= there, expression
        assert set(re.findall(r'="(\w+)"', expression)) <= {*labels, "kiem"}, expression


def test_the_dashboard_shows_all_that_is_told(client: FlaskClient, database: Database) -> None:
    with database.transaction() as session:
        write_heartbeat(session, "deliver", 0, SetClock(NOW))
    there = {name.partition("[")[0] for name in read(client)}
    assert there == {name for name in there if name in (OPERATING / "grafana.json").read_text()}
    for outcome in ("accepted", "refused", "gone"):  # what was sent, what was refused, which phones are gone
        assert f"kiem_pushes_total['{outcome}']" in read(client)


def test_prometheus_reads_where_the_proxy_does_not_stand_between() -> None:
    caddy, scrape = (OPERATING / "Caddyfile").read_text(), (OPERATING / "prometheus.yml").read_text()
    assert "respond @metrics 404" in caddy  # whoever asks at the public address is told that there is no such page
    assert re.search(r"names: \[web\]", scrape)
    assert "port: 8000" in scrape
    assert "https" not in scrape


def test_nothing_about_anybody_is_among_the_labels(client: FlaskClient, cast: Cast, database: Database) -> None:
    with database.transaction() as session:
        make_beep(session, participant=cast.noor.participant, slot=1, due_at=NOW, next_push_at=NOW)
    told = " ".join(read(client))
    for secret in (str(cast.noor.participant.id), cast.noor.participant.code, cast.study.name):
        assert secret not in told
