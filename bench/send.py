"""Sending as the worker does it: claim, encrypt, post over TLS, sort every outcome, settle; near and 60 ms away.

    python -m bench.send [--phones 4000] [--distance-ms 60]

As many due beeps as phones on PostgreSQL, one round of the real dispatcher over the real gateway to a sink in a process
of its own. CPU is that of this process (claim and settle included, PostgreSQL told apart); the limit is RFC 8291's
cryptography with nothing around it. ``statements`` counts what goes to the database for a hundred pushes.
"""

import argparse
import os
import random
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import event, func, insert, select

from bench.certificate import trusting
from bench.databases import open_database, postmaster_of, settle_down
from bench.figures import Figure, report
from bench.meters import tree_cpu
from bench.push_sink import NAME
from bench.send_gateway import best_cpu, encrypt_raw, make_messages, running_sink
from server.clock import SystemClock
from server.db import Database
from server.delivery.addresses import EndpointPolicy, Loopback
from server.delivery.dispatch import Dispatcher
from server.delivery.gateway import BlockingGateway
from server.delivery.models import Attempt, Device
from server.delivery.vapid import Keyring, VapidKey
from server.delivery.webpush import WebPushGateway
from server.people.models import Participant
from server.planning.models import Beep, beep_id
from server.studies.models import Study

BATCH = 500  # KIEM_BATCH


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=4_000)
    parser.add_argument("--distance-ms", type=float, default=60, help="the far sink's answer time")
    args = parser.parse_args()
    key = VapidKey.from_private(ec.generate_private_key(ec.SECP256R1()))
    sample = make_messages(1_000, key.id)
    raw = best_cpu(3, lambda: [encrypt_raw(message) for message in sample]) / len(sample)
    with open_database("postgres") as database:
        study = _make_study(database)
        _send(database, study, key, 500, 0)  # imports, statements, connections
        near = _send(database, study, key, args.phones, 0)
        far = _send(database, study, key, args.phones, args.distance_ms)
    report(
        "send",
        [
            Figure(
                name="a push, claimed, sent over TLS, settled", ours=near["cpu"] * 1000, unit="ms CPU",
                limit=raw * 1000, against="RFC 8291's cryptography alone", most=0.9, absolute=True,
            ),
            Figure(
                name="SQL statements for 100 pushes", ours=near["statements"] * 100, unit="statements", most=3,
                absolute=True,
            ),
            Figure(
                name=f"10,000 phones {args.distance_ms:g} ms away, one process", ours=far["wall"] * 10_000, unit="s",
                most=15, absolute=True,
            ),
        ],
        phones=args.phones, near_per_s=round(1 / near["wall"]), far_per_s=round(1 / far["wall"]),
        postgres_cpu_ms=round(near["postgres"] * 1000, 3),
    )  # fmt: skip


def _send(database: Database, study: uuid.UUID, key: VapidKey, phones: int, delay_ms: float) -> dict[str, float]:
    """Seconds, CPU seconds and statements for each push of one round; every one of them must be accepted."""
    _make_due(database, study, key, phones)
    postmaster = postmaster_of(database)
    assert postmaster is not None
    statements = [0]

    def count(*_: object) -> None:
        statements[0] += 1

    with tempfile.TemporaryDirectory() as folder, running_sink(Path(folder), delay_ms) as (port, cafile):
        gateway = BlockingGateway(
            WebPushGateway(
                keyring=Keyring(key, subject="mailto:bench@example.org"),
                policy=EndpointPolicy(allow_loopback=Loopback(ports={NAME: port})),
                tls=trusting(cafile),
            )
        )
        dispatcher = Dispatcher(
            database=database,
            gateway=gateway,
            clock=SystemClock(),
            public_url="https://kiem.example.org",
            lease=timedelta(seconds=60),
            batch=BATCH,
            rng=random.Random(1),
        )
        event.listen(database.engine, "before_cursor_execute", count)
        cpu, wall, base = time.process_time(), time.perf_counter(), tree_cpu(postmaster)
        tally = dispatcher.run()
        spent = time.process_time() - cpu, time.perf_counter() - wall, tree_cpu(postmaster) - base
        event.remove(database.engine, "before_cursor_execute", count)
        gateway.close()
    if tally.accepted != phones:
        raise SystemExit(f"{tally.accepted} of {phones} were accepted: {tally.by_kind}")
    with database.reading() as session:
        if session.scalar(select(func.count()).select_from(Attempt)) != phones:
            raise SystemExit("Not every push is in the ledger.")
    return {
        "cpu": spent[0] / phones,
        "wall": spent[1] / phones,
        "postgres": spent[2] / phones,
        "statements": statements[0] / phones,
    }


def _make_study(database: Database) -> uuid.UUID:
    study = uuid.uuid4()
    with database.transaction() as session:
        session.add(
            Study(id=study, name="bench", title={"nl": "x", "en": "x"}, protocol="grow-it.1", zone="Europe/Amsterdam",
                  seed=b"b" * 32, created_at=datetime.now(UTC))
        )  # fmt: skip
    return study


def _make_due(database: Database, study: uuid.UUID, key: VapidKey, phones: int) -> None:
    """So many people with a phone each and one beep that is due; everybody before them is gone."""
    now = datetime.now(UTC).replace(microsecond=0)
    on = now.date()
    ids = [uuid.uuid4() for _ in range(phones)]
    messages = make_messages(phones, key.id)
    with database.transaction() as session:
        session.execute(Participant.__table__.delete())
        session.execute(
            insert(Participant),
            [
                {"id": one, "study_id": study, "code": one.hex[:20], "language": "nl", "zone": "Europe/Amsterdam",
                 "joined_at": now, "cleared_at": now, "starts_on": on - timedelta(days=5),
                 "ends_on": on + timedelta(days=15), "planned_through": on + timedelta(days=15)}
                for one in ids
            ],
        )  # fmt: skip
        session.execute(
            insert(Device),
            [
                {"participant_id": one, "endpoint": message.endpoint, "endpoint_hash": os.urandom(32),
                 "p256dh": message.p256dh, "auth": message.auth, "vapid_key_id": key.id, "platform": "android",
                 "standalone": True, "created_at": now, "seen_at": now}
                for one, message in zip(ids, messages, strict=True)
            ],
        )  # fmt: skip
        session.execute(
            insert(Beep),
            [
                {"participant_id": one, "local_date": on, "slot": 1, "id": beep_id(one, on, 1), "kind": "questionnaire",
                 "due_at": now, "expires_at": now + timedelta(hours=1), "zone": "Europe/Amsterdam",
                 "utc_offset_min": 60, "instrument": "momentary.1", "protocol": "grow-it.1", "algorithm": 1,
                 "order_seed": 7, "planned_at": now, "next_push_at": now}
                for one in ids
            ],
        )  # fmt: skip
    settle_down(database)


if __name__ == "__main__":
    main()
