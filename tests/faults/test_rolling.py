"""The order of an upgrade in docs/operating.md, walked with real processes while people answer and pushes go out: the
schema first, then one worker after the other, then one web process after the other. Nobody notices."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Connection, delete, inspect, select, text

from server.db import Database
from server.delivery.models import Attempt
from server.delivery.vapid import load_or_create_key
from server.diary.models import Response
from server.duties import install_duties, remove_duties
from server.models import Base
from server.people.models import Participant
from server.phone import BASE
from server.planning.models import Beep
from server.schema import change
from tests.answering import make_body
from tests.factories import make_beep
from tests.faults.brisk import BEGINS, ENDS, KEY, Member, seat
from tests.faults.checks import (
    a_lease_is_ones_own,
    every_beep_is_accounted_for,
    every_push_is_for_its_phone,
    no_push_is_late,
    nobody_is_left_behind,
    plan_is_exact,
    repeats_are_few,
)
from tests.faults.ledger import close_books
from tests.faults.phones import Phone
from tests.faults.stage import House, Stage, wait_for_port
from tests.faults.test_stopping import staged

PEOPLE = 24
FIRST_SLOT, ANSWERS_EACH = 10, 20  # beeps beside those that are pushed, open for the whole time
LANES = 4
PACE = 60
PATIENCE_S = 1.0  # of a sender; the lease is twice as long
CHECKS = (
    plan_is_exact,
    every_beep_is_accounted_for,
    no_push_is_late,
    every_push_is_for_its_phone,
    repeats_are_few,
    a_lease_is_ones_own,
    nobody_is_left_behind,
)
Answer = tuple[str, str, dict[str, Any]]  # path, token, body


@pytest.mark.postgres
def test_an_upgrade_in_its_order_fails_nobody_and_pushes_nothing_twice(house: House, folder: Path) -> None:
    with staged(house, "postgres", folder, pace=PACE, webs=2, patience_s=PATIENCE_S) as (stage, database):
        key = load_or_create_key(folder / "vapid.pem")
        members = seat(database, people=PEOPLE, push_key_id=key.id, rng=random.Random(1))
        answers = _open_beeps(database, members)
        replies = asyncio.run(_live(stage, database, answers))
        names = ("web", "web-1", *stage.workers)
        for name in names:
            stage.ask_to_stop(name)
        with database.transaction() as session:  # what was only there to be answered is no part of the plan
            stored = len(session.scalars(select(Response.slot).where(Response.slot >= FIRST_SLOT)).all())
            session.execute(delete(Response).where(Response.slot >= FIRST_SLOT))
            session.execute(delete(Beep).where(Beep.slot >= FIRST_SLOT))
        phones = [Phone(member=each, board=stage.board, rng=random.Random(1), base="") for each in members]
        ledger = close_books(
            database,
            members,
            phones,
            [],
            stage.processes,
            folder / "pushes.jsonl",
            pace=PACE,
            left_behind=stage.find_left_behind(),
        )

    cut = replies.pop(0, 0)  # who knocked in the very moment in which a door was closed, and came again
    assert cut <= 2 * LANES
    assert set(replies) <= {201, 200}
    assert replies[200] <= cut
    assert replies.total() == stored > LANES
    assert [stage.processes[name].ends for name in names] == [[0, 0]] * 4
    for check in CHECKS:
        assert list(check(ledger)) == []  # what was pushed is what was written down, for one, and nothing happened
    tried = [attempt for attempts in ledger.attempts.values() for attempt in attempts]
    # The last two where the machine is busy: the study's clock does not wait for a process that is slow to start.
    assert {attempt.outcome for attempt in tried} <= {"accepted", "unreachable", "too_late"}
    taken = Counter(
        (attempt.participant_id, attempt.slot, attempt.stage) for attempt in tried if attempt.outcome == "accepted"
    )
    assert set(taken.values()) == {1}
    assert taken


async def _live(stage: Stage, database: Database, answers: Iterator[Answer]) -> Counter[int]:
    """Let people answer through one door while everything behind it is replaced; how often which status came."""
    replies: Counter[int] = Counter()
    done = asyncio.Event()
    await asyncio.to_thread(stage.begin)
    door = await asyncio.start_server(lambda *ends: _lead_in(stage.web_ports, *ends), "127.0.0.1", 0)
    base = f"http://127.0.0.1:{door.sockets[0].getsockname()[1]}"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:

        async def lane() -> None:
            while not done.is_set():
                path, token, body = next(answers)
                while not (status := await _put(session, base + path, token, body)):
                    replies[0] += 1
                replies[status] += 1
                await asyncio.sleep(0.04)

        lanes = [asyncio.create_task(lane()) for _ in range(LANES)]
        while not await asyncio.to_thread(_has_pushed, database):
            await asyncio.sleep(0.05)
        await asyncio.to_thread(change, database.engine, _bring_schema_of_tomorrow)
        for name in stage.workers:
            assert await asyncio.to_thread(stage.ask_to_stop, name) == 0
            await asyncio.to_thread(stage.start, name)
        for name, port in zip(("web", "web-1"), stage.web_ports, strict=True):
            assert await asyncio.to_thread(stage.ask_to_stop, name) == 0
            await asyncio.to_thread(stage.start, name)
            await asyncio.to_thread(wait_for_port, port)
        done.set()
        await asyncio.gather(*lanes)
        await stage.board.wait_until(ENDS)
    door.close()
    while await asyncio.to_thread(_has_something_to_push, database):
        await asyncio.sleep(0.05)
    return replies


async def _put(session: aiohttp.ClientSession, url: str, token: str, body: dict[str, Any]) -> int:
    """The status; 0 where the connection was taken and cut before anything was answered."""
    try:
        async with session.put(url, json=body, headers={"Authorization": f"Bearer {token}"}) as reply:
            return reply.status
    except aiohttp.ClientConnectionError:
        return 0


async def _lead_in(ports: list[int], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """What the proxy of compose.yaml does: whoever does not take the connection is passed over, for five seconds."""
    for attempt in range(100):
        with suppress(ConnectionRefusedError):
            there = await asyncio.open_connection("127.0.0.1", ports[(id(writer) // 64 + attempt) % len(ports)])
            break
        await asyncio.sleep(0.05)
    else:
        writer.close()
        return
    await asyncio.gather(_carry(reader, there[1]), _carry(there[0], writer))


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while part := await reader.read(65_536):
            writer.write(part)
            await writer.drain()
    writer.close()


def _open_beeps(database: Database, members: list[Member]) -> Iterator[Answer]:
    answers: list[Answer] = []
    with database.transaction() as session:
        for number in range(ANSWERS_EACH):
            for member in members:
                beep = make_beep(
                    session,
                    participant=session.get_one(Participant, member.id),
                    slot=FIRST_SLOT + number,
                    protocol=KEY,
                    kind="questionnaire",
                    due_at=BEGINS,
                    expires_at=ENDS,
                )
                body = make_body(beep, finished_at=BEGINS)
                answers.append((f"{BASE}/beeps/{beep.id}/response", member.token, body))
    return iter(answers)


def _bring_schema_of_tomorrow(connection: Connection) -> None:
    """What `./run migrate` of a release within the line may do."""
    remove_duties(connection)
    there = set(inspect(connection).get_table_names())
    for table in sorted(there.intersection(Base.metadata.tables)):
        connection.execute(text(f"ALTER TABLE {table} ADD COLUMN of_tomorrow VARCHAR(20)"))
    connection.execute(text("CREATE TABLE tomorrow (id INTEGER PRIMARY KEY)"))
    install_duties(connection)


def _has_pushed(database: Database) -> bool:
    with database.reading() as session:
        return session.scalar(select(Attempt.slot).limit(1)) is not None


def _has_something_to_push(database: Database) -> bool:
    with database.reading() as session:
        return session.scalar(select(Beep.slot).where(Beep.next_push_at.is_not(None)).limit(1)) is not None
