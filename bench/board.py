"""What the board of a study costs beside the bare SQL of the same counts, as one JSON line per size.

    python -m bench.board [--people 1000 10000] [--days 21] [--rounds 7] [--database sqlite|postgres]

Everybody has five questionnaires and a challenge a day, four of five pushes accepted and shown, every third answered.
``board_ms`` is the whole of `server.monitoring.board.read_board` with the early warnings, after the worker's daily
`settle`; ``unsettled_ms`` is the same without it, every day counted on the spot; ``bare_ms`` one scan each of
the beeps and the answers of the study that counts them by date and slot, through the driver, with nothing made of it.
Medians of wall time.
"""

import argparse
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert

from bench.databases import open_database, settle_down
from bench.figures import Figure, report
from server.collector import settle_in
from server.db import Database
from server.delivery.models import Attempt, Device, Receipt
from server.diary.models import Response
from server.models import Base
from server.monitoring.board import read_board
from server.monitoring.models import Summary
from server.monitoring.tally import settle
from server.people.models import Participant
from server.planning.models import Beep, beep_id
from server.studies.models import Study

MONDAY = date(2026, 3, 2)
CHUNK = 20_000


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--days", type=int, default=21)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="postgres")
    args = parser.parse_args()
    for people in args.people:
        with open_database(args.database) as database:
            _measure(database, people, args.days, args.rounds)


def _measure(database: Database, people: int, days: int, rounds: int) -> None:
    now = datetime.combine(MONDAY, datetime.min.time(), UTC) + timedelta(days=days, hours=12)
    with database.transaction() as session:
        study = Study(
            name="bench", title={"nl": "x", "en": "x"}, protocol="grow-it.1", zone="Europe/Amsterdam",
            start_rule="next_day", seed=b"b" * 32, created_at=now, parents_required=1,
        )  # fmt: skip
        session.add(study)
        session.flush()
        beeps = fill(session.connection(), study.id, people, days)
        study_id = study.id
    with database.transaction() as session:
        settle(session, session.get_one(Study, study_id), now=now)
    settle_down(database)
    settle_in()  # as a web process does

    def board() -> object:
        with database.reading() as session:
            return read_board(session, session.get_one(Study, study_id), now=now)

    def bare() -> object:
        with database.reading() as session:
            key = study_id.hex if database.is_sqlite else study_id
            return [
                session.connection()
                .exec_driver_sql(_bare(name, database.is_sqlite), (key, MONDAY.isoformat()))
                .fetchall()
                for name in ("beep", "response")
            ]

    board_ms, bare_ms = _median(board, rounds), _median(bare, rounds)
    with database.transaction() as session:
        session.execute(delete(Summary))
    unsettled_ms = _median(board, rounds)
    report(
        "board",
        [
            Figure(
                name=f"board of {people:,} people x {days} days", ours=board_ms, unit="ms",
                most=200.0 if people <= 1_000 else 1_000.0, absolute=True, limit=bare_ms,
                against="one bare count each of beeps and answers",
            ),
            Figure(
                name="the same before the worker's count", ours=unsettled_ms, unit="ms", limit=bare_ms,
                against="one bare count each of beeps and answers",
            ),
        ],
        database="sqlite" if database.is_sqlite else "postgres", beeps=beeps,
    )  # fmt: skip


def _bare(name: str, sqlite: bool) -> str:
    mark = "?" if sqlite else "%s"
    return (
        f"SELECT b.local_date, b.slot, count(*) FROM {name} b JOIN participant p ON p.id = b.participant_id"  # noqa: S608
        f" WHERE p.study_id = {mark} AND b.local_date >= {mark} GROUP BY b.local_date, b.slot"
    )


def _median(act: Callable[[], object], rounds: int) -> float:
    act()
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        times.append((time.perf_counter() - begun) * 1000)
    return round(statistics.median(times), 1)


def fill(connection: Connection, study_id: uuid.UUID, people: int, days: int) -> int:
    """A study in which everybody began on the Monday; returns the number of beeps."""
    at = datetime.combine(MONDAY, datetime.min.time(), UTC)
    ids = [uuid.UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128) for number in range(1, people + 1)]
    persons = [
        {
            "id": one, "study_id": study_id, "code": f"B{number:06d}", "language": "nl", "zone": "Europe/Amsterdam",
            "birth_year": 2010, "joined_at": at, "cleared_at": at, "starts_on": MONDAY,
            "ends_on": MONDAY + timedelta(days=days), "planned_through": MONDAY + timedelta(days=days),
        }
        for number, one in enumerate(ids)
    ]  # fmt: skip
    _store(connection, Participant, persons)
    devices = {one: uuid.UUID(int=one.int ^ 1) for one in ids}
    _store(
        connection,
        Device,
        [
            {
                "id": device, "participant_id": one, "endpoint": "https://push.example/x", "p256dh": "x", "auth": "x",
                "endpoint_hash": device.bytes, "vapid_key_id": "k", "platform": ("ios", "android")[number % 2],
                "standalone": True, "created_at": at, "seen_at": at,
            }
            for number, (one, device) in enumerate(devices.items())
        ],
    )  # fmt: skip
    stored = 0
    for start in range(0, people, 200):
        rows = [row for one in ids[start : start + 200] for row in _diary(one, devices[one], days)]
        for kind in (Beep, Response, Attempt, Receipt):
            _store(connection, kind, [values for table, values in rows if table is kind])
        stored += sum(table is Beep for table, _values in rows)
    return stored


def _diary(person: uuid.UUID, device: uuid.UUID, days: int) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    for day in range(days + 1):
        on = MONDAY + timedelta(days=day)
        for slot in range(6):
            due = datetime.combine(on, datetime.min.time(), UTC) + timedelta(
                hours=8 + 2 * slot, minutes=person.int % 60
            )
            key = {"participant_id": person, "local_date": on, "slot": slot}
            yield Beep, {
                **key, "id": beep_id(person, on, slot), "kind": "questionnaire" if slot else "challenge",
                "due_at": due, "expires_at": due + timedelta(hours=1), "zone": "Europe/Amsterdam",
                "utc_offset_min": 60, "instrument": "momentary.1" if slot else None, "protocol": "grow-it.1",
                "algorithm": 1, "order_seed": 1, "planned_at": due, "next_push_at": due if day == days else None,
                "push_stage": 0, "push_tries": 0,
            }  # fmt: skip
            if day == days:
                continue
            lot = (person.int >> (slot + day)) % 15
            if lot % 5:
                yield Attempt, {
                    **key, "at": due, "device_id": device, "stage": 0, "outcome": "accepted", "http_status": 201,
                }  # fmt: skip
                yield Receipt, {**key, "kind": "shown", "device_at": due, "received_at": due}
            if slot and not lot % 3:
                yield Response, {
                    **key, "instrument": "momentary.1", "answers": {"pa_cheerful": 50, "na_down": 10}, "skipped": [],
                    "shown": ["pa_cheerful", "na_down"], "item_ms": {}, "measures": {"mood": 60.0},
                    "scoring_version": 1, "started_at": due, "finished_at": due, "received_at": due,
                    "late_upload": False, "digest": b"0" * 32,
                }  # fmt: skip


def _store(connection: Connection, kind: type[Base], rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), CHUNK):
        connection.execute(insert(kind), rows[start : start + CHUNK])


if __name__ == "__main__":
    main()
