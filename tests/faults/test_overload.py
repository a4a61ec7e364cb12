"""Five times what the service can do: it refuses in time, does as much as before, and in the end has everything."""

import asyncio
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select, text

from server.admission import PATIENCE_S, RETRY_AFTER_S
from server.crypto_fields import give_keys, load_field_keys
from server.db import Database
from server.diary.models import Response
from server.phone import BASE
from tests.answering import make_body
from tests.factories import make_beep, make_participant, make_study, make_token
from tests.faults.brisk import BEGINS, TODAY
from tests.faults.stage import House, Stage
from tests.faults.test_stopping import staged

AT_ONCE = 2
TAKES_S = 1 / 30  # what storing one answer takes at least, so that the limit is known on any machine
SUSTAINABLE = AT_ONCE / TAKES_S  # answers a second, at best
PEOPLE = 300  # all within a second: five times as many
FASTER = 10  # the phones of this test come back after a tenth of the time they were asked to wait

Answer = tuple[str, str, dict[str, Any]]  # path, token, body


@pytest.mark.postgres
def test_a_crowd_that_is_too_large_is_refused_in_time_and_all_of_it_arrives(house: House, folder: Path) -> None:
    with staged(house, "postgres", folder, at_once=AT_ONCE) as (stage, database):
        answers = _prepare(database, folder)
        stage.start("web")
        stage.pacer.start()
        seen = asyncio.run(_come(stage, answers))
        with database.reading() as session:
            stored = session.scalar(select(func.count()).select_from(Response))

    assert stored == PEOPLE  # whatever was refused came again
    statuses = Counter(status for status, *_ in seen)
    assert set(statuses) == {201, 503}  # no time-out, no broken connection, no error
    assert statuses[201] == PEOPLE
    assert statuses[503] > PEOPLE / 2  # it was too much, and most heard so
    assert all(wait == str(RETRY_AFTER_S) for status, wait, *_ in seen if status == 503)
    slowest = max(took for *_, took, _ in seen)
    assert slowest < PATIENCE_S + 1.5  # nobody was left hanging
    taken = sorted(at for status, *_, at in seen if status == 201)
    most = taken[: PEOPLE * 3 // 4]
    assert len(most) / (most[-1] - most[0]) > SUSTAINABLE * 0.4  # and refusing did not keep it from working


def _prepare(database: Database, folder: Path) -> list[Answer]:
    """Give everybody a beep that is open, and make storing an answer slow."""
    give_keys(database.engine, load_field_keys((folder / "contact.key",)))
    answers = []
    with database.transaction() as session:
        study = make_study(session)
        for _ in range(PEOPLE):
            person = make_participant(session, study=study, starts_on=TODAY)
            beep = make_beep(session, participant=person, due_at=BEGINS)
            body = make_body(beep, finished_at=BEGINS)
            answers.append((f"{BASE}/beeps/{beep.id}/response", make_token(session, person), body))
        session.execute(
            text(
                "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN PERFORM pg_sleep({TAKES_S}); RETURN NEW; END $$"
            )
        )
        session.execute(text("CREATE TRIGGER dawdle BEFORE INSERT ON response FOR EACH ROW EXECUTE FUNCTION dawdle()"))
    return answers


async def _come(stage: Stage, answers: list[Answer]) -> list[tuple[int, str | None, float, float]]:
    """Everybody within one second; status, Retry-After, seconds it took and when it was answered, of every try."""
    rng = random.Random(1)
    seen: list[tuple[int, str | None, float, float]] = []
    base = f"http://127.0.0.1:{stage.web_port}"
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=20)
    ) as session:
        while True:
            try:
                async with session.get(f"{base}/readyz"):
                    break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
        began = time.monotonic()

        async def one(number: int, answer: Answer) -> None:
            path, token, body = answer
            await asyncio.sleep(number / len(answers))
            while True:
                at = time.monotonic()
                headers = {"Authorization": f"Bearer {token}"}
                async with session.put(base + path, json=body, headers=headers) as response:
                    await response.read()
                    now, wait = time.monotonic(), response.headers.get("Retry-After")
                    seen.append((response.status, wait, now - at, now - began))
                if response.status != 503 or wait is None:
                    return
                await asyncio.sleep(int(wait) / FASTER * rng.uniform(1, 2))

        await asyncio.gather(*(one(number, answer) for number, answer in enumerate(answers)))
    return seen
