"""What a participant's trends cost beside a bare read of the same rows, as one JSON line per span of weeks.

    python -m bench.trends [--days 365] [--rounds 100]

One participant with five answered beeps a day on SQLite, asked for through the application itself: the token looked up,
the diary read, everything computed, the JSON written. The raw limit fetches the same rows with sqlite3 and parses their
measures. Milliseconds are CPU time of this process; ``wall_ms`` is what the caller waits.
"""

import argparse
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flask.testing import FlaskClient

from bench.figures import Figure, report
from bench.meters import percentile
from server.app import create_app
from server.clock import SetClock
from server.collector import settle_in
from server.config import Settings
from server.context import Context
from server.db import Database
from server.delivery.addresses import EndpointPolicy
from server.schema import create_all
from tests.factories import make_beep, make_participant, make_response, make_token
from tests.server.trends.diaries import MONDAY, diary

RAW = (
    "SELECT r.local_date, r.slot, r.finished_at, r.measures FROM beep b JOIN response r USING"
    " (participant_id, local_date, slot) WHERE b.local_date >= ?"
)


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--rounds", type=int, default=100)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kiem.sqlite3"
        database = Database(f"sqlite:///{path}")
        create_all(database.engine)
        token = _fill(database, args.days)
        last = MONDAY + timedelta(days=args.days - 1)
        client = make_application(database, Path(folder), at=datetime(last.year, last.month, last.day, 22, tzinfo=UTC))
        for weeks in (6, 12, args.days // 7 + 1):
            _measure(client, token, path, weeks, args.rounds, last)
        database.dispose()


def _measure(client: FlaskClient, token: str, path: Path, weeks: int, rounds: int, last: date) -> None:
    def ask() -> int:
        response = client.get(f"/api/v1/trends?weeks={weeks}", headers={"Authorization": f"Bearer {token}"})
        if response.status_code != 200:
            raise SystemExit(response.text)
        return len(response.data)

    connection = sqlite3.connect(path)
    since = (last - timedelta(days=7 * weeks - 1)).isoformat()

    def fetch() -> int:
        return len([json.loads(row[3]) for row in connection.execute(RAW, (since,)).fetchall()])

    size, rows = ask(), fetch()
    name = client.get(f"/api/v1/trends?weeks={weeks}", headers={"Authorization": f"Bearer {token}"}).headers["ETag"]

    def ask_again() -> int:
        headers = {"Authorization": f"Bearer {token}", "If-None-Match": name}
        if client.get(f"/api/v1/trends?weeks={weeks}", headers=headers).status_code != 304:
            raise SystemExit("The same picture was sent twice.")
        return 0

    again, _ = time_rounds(ask_again, rounds)
    cpu, wall = time_rounds(ask, rounds)
    raw, _ = time_rounds(fetch, rounds)
    connection.close()
    report(
        "trends",
        [
            Figure(
                name=f"trends over {weeks} weeks, {rows} answers", ours=_median(cpu), unit="ms CPU", limit=_median(raw),
                against="the same rows fetched and parsed",
            ),
            Figure(
                name=f"trends over {weeks} weeks, p95", ours=percentile(cpu, 0.95), unit="ms CPU", most=15.0,
                absolute=True,
            ),
            Figure(
                name=f"trends over {weeks} weeks, nothing new (304), p95", ours=percentile(again, 0.95), unit="ms CPU",
                most=15.0, absolute=True,
            ),
        ],
        bytes=size, wall_ms=_median(wall),
    )  # fmt: skip


def time_rounds(work: Callable[[], int], rounds: int) -> tuple[list[float], list[float]]:
    """CPU and wall milliseconds of each round."""
    cpu, wall = [], []
    for _ in range(rounds):
        before = time.process_time(), time.perf_counter()
        work()
        cpu.append((time.process_time() - before[0]) * 1000)
        wall.append((time.perf_counter() - before[1]) * 1000)
    return cpu, wall


def _median(values: list[float]) -> float:
    return round(sorted(values)[len(values) // 2], 2)


def _fill(database: Database, days: int) -> str:
    with database.transaction() as session:
        noor = make_participant(session, starts_on=MONDAY, ends_on=MONDAY + timedelta(days=days))
        for seen in diary(days=days):
            beep = make_beep(session, participant=noor, local_date=seen.local_date, slot=seen.slot)
            items = {f"item_{number}": 50 for number in range(14)}
            make_response(session, beep=beep, measures=seen.measures, answers=items, item_ms=items)
        return make_token(session, noor, expires_at=datetime(2100, 1, 1, tzinfo=UTC))


def make_application(database: Database, folder: Path, *, at: datetime) -> FlaskClient:
    settings = Settings(
        data_dir=folder,
        database_url=str(database.engine.url),
        public_url="http://127.0.0.1:8000",
        push_gateway="recording",
        vapid_key_file=folder / "vapid.pem",
    )
    context = Context(
        settings=settings,
        database=database,
        clock=SetClock(at),
        push_key="none",
        push_key_id="none",
        check_endpoint=EndpointPolicy().check,
        secret=b"bench",
        throttle_key=b"k" * 32,
    )
    app = create_app(context)
    settle_in()  # as a web process does
    return app.test_client(use_cookies=False)


if __name__ == "__main__":
    main()
