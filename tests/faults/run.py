"""One run: a crowd lives through six minutes of a study in three seconds, while everything breaks."""

import asyncio
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
from sqlalchemy import func, select

from server.crypto_fields import give_keys, load_field_keys
from server.db import Database
from server.delivery.vapid import load_or_create_key
from server.planning.models import Beep
from tests.faults.brisk import ENDS, Member, seat
from tests.faults.checks import check
from tests.faults.ledger import Ledger, close_books
from tests.faults.mishaps import Happened, Planned, draw, inflict, tend
from tests.faults.phones import Phone
from tests.faults.stage import PACE, House, Stage

PEOPLE = 24
SETTLED_WITHIN = timedelta(minutes=75)
"""Of the study, after the last window and the last mishap. What was claimed while the clock stood an hour ahead is held
until that hour has come, and two minutes of lease and of looking round; most runs need seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What came of a run. ``problems`` is empty when everything held."""

    seed: int
    backend: str
    problems: list[str]
    met: list[str]  # the kinds of mishaps that happened, one for each time
    happened: list[str]
    seconds: float
    counts: dict[str, int]
    logs: str = ""  # their ends, when there are problems


def live_through(
    house: House, *, seed: int, backend: str | None = None, keep: Path | None = None, pace: int = PACE
) -> Report:
    """Draw what goes wrong from ``seed``, live through it, check the ledger; ``keep`` is for the logs of a run with
    problems."""
    began = time.monotonic()
    rng = random.Random(seed)
    possible = ["sqlite"] if house.cluster is None else ["postgres", "postgres", "sqlite"]
    drawn = rng.choice(possible)
    backend = backend or drawn
    planned = draw(rng, backend)
    folder = Path(tempfile.mkdtemp(prefix=f"run-{seed}-", dir=house.sqlite.parent))
    stage = Stage(house, backend, folder, pace=pace)
    database = Database(stage.database_url)
    try:
        give_keys(database.engine, load_field_keys((folder / "contact.key",)))
        key = load_or_create_key(folder / "vapid.pem")
        members = seat(database, people=PEOPLE, push_key_id=key.id, rng=rng)
        phones, happened = asyncio.run(_live(stage, members, planned, rng))
        if any(phone.outbox for phone in phones):
            stage.ask_where()  # who does not take it, and why
        database.dispose()  # its connections may be cut
        finished = _wait_until_done(stage, database)
        for name in ("web", *stage.workers):
            stage.ask_to_stop(name)
        ledger = close_books(
            database,
            members,
            phones,
            happened,
            stage.processes,
            folder / "pushes.jsonl",
            pace=pace,
            left_behind=stage.find_left_behind(),
        )
        problems = check(ledger) + ([] if finished else ["the workers had not finished long after the last window"])
    finally:
        database.dispose()
        stage.end()
    logs = stage.read_logs() if problems else ""
    if problems and keep is not None:
        shutil.copytree(folder, keep / folder.name, dirs_exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    return Report(
        seed=seed,
        backend=backend,
        problems=problems,
        met=[each.kind for each in happened],
        happened=[_tell(each) for each in happened],
        seconds=round(time.monotonic() - began, 2),
        counts=_count(ledger),
        logs=logs,
    )


async def _live(
    stage: Stage, members: list[Member], planned: list[Planned], rng: random.Random
) -> tuple[list[Phone], list[Happened]]:
    base = f"http://127.0.0.1:{stage.web_port}"
    phones = [
        Phone(member=member, board=stage.board, rng=random.Random(rng.getrandbits(64)), base=base) for member in members
    ]
    await asyncio.to_thread(stage.begin)
    ended = asyncio.Event()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        tending = asyncio.create_task(tend(stage))
        living = [asyncio.create_task(phone.live(session, ended)) for phone in phones]
        happened = await inflict(stage, planned)
        await stage.board.wait_until(ENDS)
        ended.set()
        patience = asyncio.create_task(stage.board.wait_until(stage.board.true_now() + SETTLED_WITHIN))
        left: set[asyncio.Task[None]] = set(living)
        while left and not patience.done():
            _, left = await asyncio.wait(left, timeout=0.5)
        for task in (tending, patience, *left):
            task.cancel()
        for task in living:
            if task not in left:
                task.result()
    return phones, happened


def _wait_until_done(stage: Stage, database: Database) -> bool:
    """Until nothing is left to push; the workers work on."""
    until = stage.board.true_now() + SETTLED_WITHIN
    while stage.board.true_now() < until:
        with database.reading() as session:
            if not session.scalar(select(func.count()).select_from(Beep).where(Beep.next_push_at.is_not(None))):
                return True
        time.sleep(0.03)
    return False


def _tell(each: Happened) -> str:
    return f"{each.began:%H:%M:%S} {each.kind} ({each.who}) for {(each.ended - each.began).total_seconds():.0f} s"


def _count(ledger: Ledger) -> dict[str, int]:
    outcomes = Counter(attempt.outcome for attempts in ledger.attempts.values() for attempt in attempts)
    pushes = [push for each in ledger.pushes.values() for push in each]
    entries = [entry for phone in ledger.phones for entry in phone.kept]
    return {
        "beeps": len(ledger.beeps),
        "pushes": len(pushes),
        "answers": len(ledger.responses),
        "answer_tries": sum(entry.tries for entry in entries),
        **{f"attempts_{outcome}": count for outcome, count in sorted(outcomes.items())},
        "killed": sum(code == -signal.SIGKILL for each in ledger.processes.values() for code in each.ends),
    }
