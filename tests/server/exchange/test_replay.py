"""The excerpt is lived through again: real sockets, real worker, a clock of its own."""

import csv
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from sqlalchemy import select

from server.clock import SetClock
from server.config import Settings
from server.db import Database
from server.delivery.gateway import RecordingGateway, Sent
from server.diary.models import Response
from server.exchange.ledger import Ledger, read_ledger
from server.exchange.service import Totals
from server.installation import open_installation
from server.phone import Line
from server.planning.models import Beep
from server.relive import list_happenings
from server.replay import reliving, run_replay, serving
from tests.recordings import EXCERPT, MAPPING, ROOT, fit, fried, make_line, make_silent_line, write_csv
from tests.server.exchange.day_means import assert_same, means_in, means_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Relived:
    """What a replay left behind. ``trends`` is what each person's phone was told afterwards."""

    totals: Totals
    outcomes: dict[int, str]
    ledger: Ledger
    sent: tuple[Sent, ...]
    trends: dict[str, Any]
    database: Database


def relive(file: Path, folder: Path, template: Path) -> Iterator[Relived]:
    shutil.copy(template, folder / "kiem.sqlite3")
    fitted, totals = fit(file)
    mapping, gateway = fried(), RecordingGateway()
    happenings = list_happenings(fitted, mapping.protocol)
    clock = SetClock(happenings[0].at)
    settings = Settings(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'kiem.sqlite3'}",
        public_url="http://127.0.0.1:8000",
        vapid_key_file=folder / "vapid.pem",
    )
    installation = open_installation(settings, clock=clock)
    with reliving(installation, clock, gateway, mapping, totals) as replay:
        replay.refuse_unfitted(fitted)
        for _ in replay.live(happenings):
            pass
        with installation.database.reading() as session:
            ledger = read_ledger(session)
        yield Relived(
            totals=totals,
            outcomes=replay.outcomes,
            ledger=ledger,
            sent=gateway.sent,
            trends={name: phone.see_trends().body for name, phone in replay.phones.items()},
            database=installation.database,
        )
    installation.database.dispose()


@pytest.fixture(scope="module")
def excerpt(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Relived]:
    yield from relive(EXCERPT, tmp_path_factory.mktemp("replay"), sqlite_template)


def test_every_line_of_the_file_has_exactly_one_outcome(excerpt: Relived) -> None:
    assert sorted(excerpt.outcomes) == list(range(2, 269))
    assert Counter(excerpt.outcomes.values()) == excerpt.totals.rows
    assert excerpt.totals.rows == {
        "answered": 200,
        "answered, partly": 5,
        "missed": 27,
        "refused: off-plan": 2,
        "refused: repeated": 15,
        "refused: zone-changed": 1,
        "self-started: late": 4,
        "self-started: repeated": 1,
        "self-started: zone-changed": 12,
    }
    assert excerpt.totals.accounted == excerpt.totals.read == 267


def test_everybody_is_planned_for_all_days_and_the_ledger_adds_up(excerpt: Relived) -> None:
    ledger = excerpt.ledger
    assert ledger.planned == 6 * 14 * 4
    assert (ledger.answered, ledger.self_started) == (205, 17)
    assert ledger.missed == ledger.planned - ledger.answered


def test_every_beep_is_pushed_once_when_it_is_due_and_lives_as_long_as_its_window(excerpt: Relived) -> None:
    assert excerpt.ledger.pushed == excerpt.ledger.planned == len(excerpt.sent)
    assert (excerpt.ledger.reminders, excerpt.ledger.attempts) == (0, {"accepted": 336})
    assert len({sent.message.topic for sent in excerpt.sent}) == 336
    for sent in excerpt.sent:
        told = json.loads(sent.message.payload)["notification"]["data"]
        assert sent.at == datetime.fromisoformat(told["due_at"])
        assert sent.ttl_s == 3600


def test_answers_stand_under_the_moment_at_which_they_were_recorded(excerpt: Relived) -> None:
    with excerpt.database.reading() as session:
        stored = Counter(
            (response.finished_at, response.answers.get("relax")) for response in session.scalars(select(Response))
        )
    words = {"1": "not_at_all", "2": "slightly", "3": "moderately", "4": "very", "5": "extremely", "NA": None}
    hours = {"CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3}
    with EXCERPT.open(encoding="utf-8", newline="") as file:
        recorded = Counter(
            (
                datetime.fromisoformat(row["Response"][:19]).replace(tzinfo=UTC)
                - timedelta(hours=hours[row["Response"][20:]]),
                words[row["Q1"]],
            )
            for row in csv.DictReader(file)
            if any(row[f"Q{n}"] != "NA" for n in range(1, 19))
        )
    assert stored == recorded


def test_the_trends_have_the_files_day_means(excerpt: Relived) -> None:
    expected = means_in(EXCERPT)
    assert excerpt.trends.keys() == expected.keys()
    for name, picture in excerpt.trends.items():
        assert_same(means_of(picture), expected[name])


def test_rows_beyond_the_last_study_day_are_refused_by_the_service_and_told(
    tmp_path: Path, sqlite_template: Path
) -> None:
    later = {"Scheduled": "2020-03-30 12:00:00", "Issued": "2020-03-30 12:00:00 CEST"}
    file = write_csv(
        tmp_path / "long.csv",
        [
            make_line(),
            make_line(**later, Response="2020-03-30 12:05:00 CEST"),
            make_silent_line(Scheduled="2020-03-30 15:00:00", Issued="NA", Response="NA"),
        ],
    )
    for relived in relive(file, tmp_path, sqlite_template):
        assert relived.outcomes == {2: "answered", 3: "refused: outside-study", 4: "refused: off-plan"}
        with relived.database.reading() as session:
            assert len(session.scalars(select(Response)).all()) == 1
            assert {beep.kind for beep in session.scalars(select(Beep))} == {"questionnaire"}


def test_a_phone_that_was_silent_for_an_hour_is_still_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "2")])
        return [b"{}"]

    with serving(answer) as port, Line(port) as silent, Line(port) as other:
        assert silent.request("GET", "/")[0].status == 200
        monkeypatch.setattr("waitress.server.time", SimpleNamespace(time=lambda: time.time() + 3600))
        for _ in range(2):  # each makes the server look for who has been silent, and close the connections of those
            assert other.request("GET", "/")[0].status == 200
        assert silent.request("GET", "/")[0].status == 200


def test_the_command_tells_of_every_row_and_keeps_its_data_where_it_was_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept"
    assert run_replay(EXCERPT, MAPPING, people=1, report=None, data_dir=kept, as_json=True) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["rows"] == {"answered": 8, "not chosen": 255, "self-started: late": 4}
    assert told["read"] == told["accounted"] == 267
    assert told["beeps"]["planned"] == 56
    assert told["licence"].startswith("CC BY 4.0")
    with pytest.raises(click.ClickException, match="holds a database already"):
        run_replay(EXCERPT, MAPPING, people=1, report=None, data_dir=kept, as_json=True)


def test_an_interrupted_replay_still_accounts_for_every_row(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "server.cli", "replay", EXCERPT, "--mapping", MAPPING]
    running = subprocess.Popen(
        [*line, "--json", "--data", tmp_path / "data"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for _ in range(600):
        if count_responses(tmp_path / "data/kiem.sqlite3") > 5 or running.poll() is not None:
            break
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    out, error = running.communicate(timeout=60)
    assert running.returncode == 130, error
    told = json.loads(out)
    assert told["rows"]["not reached"] > 0
    assert told["accounted"] == told["read"] == 267
    assert told["beeps"]["answered"] > 0


def count_responses(path: Path) -> int:
    """Through a connection that never waits for or hinders the replay; 0 while there is no table yet."""
    if not path.exists():
        return 0
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM response").fetchone()[0])
        except sqlite3.OperationalError:
            return 0
