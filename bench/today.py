"""What the today screen costs, whole and when nothing has changed, beside a bare read of the same rows.

    python -m bench.today [--rounds 300]

One participant in the middle of a study on SQLite, asked for through the application itself: the token looked up, the
plan read, the JSON written; then with the ETag of the answer before, which gives 304. The limit fetches the rows of the
same days with sqlite3. CPU milliseconds of this process; ``statements`` are those of one call.
"""

import argparse
import sqlite3
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event

from bench.figures import Figure, report
from bench.meters import percentile
from bench.trends import make_application, time_rounds
from server.db import Database
from server.schema import create_all
from tests.factories import make_assignment, make_beep, make_challenge, make_participant, make_token

NOON = datetime(2026, 3, 11, 11, 0, tzinfo=UTC)
RAW = "SELECT * FROM beep WHERE participant_id = ? AND local_date BETWEEN ? AND ? ORDER BY due_at"


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=300)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kiem.sqlite3"
        database = Database(f"sqlite:///{path}")
        create_all(database.engine)
        token, person = _fill(database)
        client = make_application(database, Path(folder), at=NOON)
        headers = {"Authorization": f"Bearer {token}"}
        whole = client.get("/api/v1/today", headers=headers)
        if whole.status_code != 200 or not whole.json["challenge"]:
            raise SystemExit(whole.text)
        unchanged = headers | {"If-None-Match": whole.headers["ETag"]}

        def ask(sent: dict[str, str], status: int) -> int:
            answer = client.get("/api/v1/today", headers=sent)
            if answer.status_code != status:
                raise SystemExit(f"{answer.status_code} instead of {status}")
            return len(answer.data)

        statements = [0]

        def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            statements[0] += not statement.startswith("BEGIN")

        event.listen(database.engine, "before_cursor_execute", count)
        ask(headers, 200)
        asked = statements[0]
        cpu, wall = time_rounds(lambda: ask(headers, 200), args.rounds)
        again, _ = time_rounds(lambda: ask(unchanged, 304), args.rounds)
        connection = sqlite3.connect(path)
        days = ((NOON - timedelta(days=2)).date().isoformat(), (NOON + timedelta(days=1)).date().isoformat())
        raw, _ = time_rounds(lambda: len(connection.execute(RAW, (person, *days)).fetchall()), args.rounds)
        connection.close()
        database.dispose()
    report(
        "today",
        [
            Figure(name="today, p95", ours=percentile(wall, 0.95), unit="ms", most=8.0, absolute=True),
            Figure(
                name="today", ours=percentile(cpu, 0.5), unit="ms CPU", limit=percentile(raw, 0.5),
                against="its rows fetched bare",
            ),
            Figure(
                name="today, nothing new (304)", ours=percentile(again, 0.5), unit="ms CPU", limit=percentile(cpu, 0.5),
                against="the whole answer",
            ),
            Figure(name="statements for today", ours=asked, unit="statements", most=3, absolute=True),
        ],
        bytes=len(whole.data),
    )  # fmt: skip


def _fill(database: Database) -> tuple[str, str]:
    first = (NOON - timedelta(days=9)).date()
    with database.transaction() as session:
        noor = make_participant(session, starts_on=first, ends_on=first + timedelta(days=20))
        card = make_challenge(session)
        for day in range(12):
            on = first + timedelta(days=day)
            for slot in range(6):
                due = datetime.combine(on, datetime.min.time(), UTC) + timedelta(hours=7 + 2 * slot)
                make_beep(
                    session, participant=noor, local_date=on, slot=slot, due_at=due,
                    expires_at=due + timedelta(hours=14 if slot == 0 else 1),
                    kind="questionnaire" if slot else "challenge",
                )  # fmt: skip
            make_assignment(session, participant=noor, local_date=on, slug=card.slug)
        return make_token(session, noor, expires_at=datetime(2100, 1, 1, tzinfo=UTC)), noor.id.hex


if __name__ == "__main__":
    main()
