"""What a participant costs a day: rows, bytes on disk with their indexes, and CPU, measured on PostgreSQL.

    python -m bench.cost [--people 2000] [--answered 0.7]

One day of grow-it.1 is planned by the planner with challenges, pushed (a first push each and a reminder for whoever
has not answered), shown, and answered with full questionnaires through `server.diary.service`. Sizes are those of the
tables with every index after the day, divided by the people. CPU is that of this process and of PostgreSQL, encryption
and HTTP left out (see ``send`` and ``ingest``).
"""

import argparse
import random
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text

from bench.databases import open_database, postmaster_of, settle_down
from bench.figures import Figure, report
from bench.meters import Meter
from challenges.library import load_starter
from server.consent.publishing import publish_default
from server.coordination.service import sync_starter
from server.db import Database
from server.delivery.models import Attempt, Device, Receipt
from server.diary.entry import Entry
from server.diary.schemas import ResponseIn
from server.diary.service import record_response
from server.people.models import DeviceToken, Participant
from server.planning.models import Beep
from server.planning.service import plan_ahead
from server.studies.models import Study
from tests.answering import make_body

NOW = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
DAY = date(2026, 3, 6)
TABLES = ("beep", "assignment", "attempt", "receipt", "response")


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--answered", type=float, default=0.7)
    args = parser.parse_args()
    with open_database("postgres") as database:
        meter = Meter(postmaster_of(database))
        _settle_people(database, args.people)
        before = _sizes(database)
        planning, _, _ = meter.measure(lambda: plan_ahead(database, now=NOW))
        _push(database, args.answered)
        answering, _, answers = meter.measure(lambda: _answer(database, args.answered))
        settle_down(database)
        after = _sizes(database)
        with database.reading() as session:
            rows = {name: session.scalar(text(f"SELECT count(*) FROM {name}")) for name in TABLES}  # noqa: S608
    each = {name: (after[name] - before[name]) / args.people for name in TABLES}
    total = sum(each.values())
    report(
        "cost",
        [
            Figure(name="rows a participant and day", ours=sum(rows.values()) / args.people, unit="rows"),
            Figure(name="bytes a participant and day, with indexes", ours=total, unit="bytes"),
            Figure(name="planning a participant's day", ours=planning / args.people * 1000, unit="ms CPU"),
            Figure(name="keeping an answer (no HTTP)", ours=answering / answers * 1000, unit="ms CPU"),
        ],
        people=args.people,
        rows_each={name: round(count / args.people, 2) for name, count in rows.items()},
        bytes_each={name: round(size) for name, size in each.items()},
    )


def _sizes(database: Database) -> dict[str, int]:
    """Bytes of each table with its indexes, and of its partitions where it has any."""
    query = text(
        "SELECT coalesce(sum(pg_total_relation_size(relid)), 0) FROM pg_partition_tree(CAST(:name AS regclass))"
    )
    plain = text("SELECT pg_total_relation_size(CAST(:name AS regclass))")
    with database.reading() as session:
        found = {name: int(session.scalar(query, {"name": name}) or 0) for name in TABLES}
        return {name: size or int(session.scalar(plain, {"name": name})) for name, size in found.items()}


def _settle_people(database: Database, count: int) -> None:
    study = uuid.UUID(int=1)
    with database.transaction() as session:
        session.add(
            Study(id=study, name="bench", title={"nl": "x", "en": "x"}, protocol="grow-it.1", zone="Europe/Amsterdam",
                  seed=b"b" * 32, created_at=NOW)
        )  # fmt: skip
        session.flush()
        publish_default(session, session.get_one(Study, study), institution="Bench", contact={"name": "B"}, now=NOW)
        sync_starter(session, load_starter(), now=NOW)
        ids = [uuid.UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128) for number in range(1, count + 1)]
        people: list[dict[str, Any]] = [
            {"id": one, "study_id": study, "code": f"B{number:07}", "language": "nl", "zone": "Europe/Amsterdam",
             "birth_year": 2010, "joined_at": NOW, "cleared_at": NOW, "starts_on": DAY - timedelta(days=5),
             "ends_on": DAY + timedelta(days=15), "planned_through": DAY - timedelta(days=1)}
            for number, one in enumerate(ids)
        ]  # fmt: skip
        session.execute(insert(Participant), people)
        session.execute(
            insert(DeviceToken),
            [{"token_hash": one.bytes * 2, "participant_id": one, "created_at": NOW, "expires_at": NOW} for one in ids],
        )
        session.execute(
            insert(Device),
            [
                {"id": uuid.UUID(int=one.int ^ 1), "participant_id": one, "endpoint": f"https://push.example/{one}",
                 "endpoint_hash": one.bytes * 2, "p256dh": "x" * 87, "auth": "x" * 22, "vapid_key_id": "k",
                 "platform": "android", "standalone": True, "created_at": NOW, "seen_at": NOW}
                for one in ids
            ],
        )  # fmt: skip


def _push(database: Database, answered: float) -> None:
    """A first push for every beep, a reminder for those who will not answer, and what phones say of them."""
    rng = random.Random(1)
    with database.transaction() as session:
        attempts, receipts = [], []
        for beep in session.scalars(select(Beep)):
            key = {"participant_id": beep.participant_id, "local_date": beep.local_date, "slot": beep.slot}
            device = uuid.UUID(int=beep.participant_id.int ^ 1)
            stages = 1 if beep.slot == 0 or rng.random() < answered else 2
            for stage in range(stages):
                attempts.append(
                    key | {"at": beep.due_at + timedelta(minutes=15 * stage), "device_id": device, "stage": stage,
                           "outcome": "accepted", "http_status": 201, "took_ms": 80}
                )  # fmt: skip
            kinds = ("shown", "opened", "started") if rng.random() < answered else ("shown",)
            receipts += [key | {"kind": kind, "device_at": beep.due_at, "received_at": beep.due_at} for kind in kinds]
        session.execute(insert(Attempt), attempts)
        session.execute(insert(Receipt), receipts)


def _answer(database: Database, answered: float) -> int:
    """Every beep with this probability, each in a look and a statement of its own; how many."""
    rng, schema, count = random.Random(2), ResponseIn(), 0
    with database.reading() as session:
        people = {one.id: one for one in session.scalars(select(Participant))}
        beeps = [beep for beep in session.scalars(select(Beep).where(Beep.slot > 0)) if rng.random() < answered]
        session.expunge_all()
    for beep in beeps:
        entry: Entry = schema.load(make_body(beep, slider=rng.randrange(101)))
        with database.transaction() as session:
            record_response(
                session, people[beep.participant_id], beep.id, entry, now=beep.due_at + timedelta(minutes=6)
            )
        count += 1
    return count


if __name__ == "__main__":
    main()
