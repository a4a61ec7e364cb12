"""A crowd of phones with the app's outbox discipline: an answer is kept until the server says it has it.

They write down what they answered, when it was acknowledged and what was refused; nothing of that is in the database.
"""

import asyncio
import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from server.content import instruments
from server.imagined import Character, Mind
from server.phone import BASE, make_entry
from tests.faults.board import Board
from tests.faults.brisk import TODAY, Member

PATIENCE_S = 1.5
SHORTEST_S, LONGEST_S = 0.05, 0.6  # between two tries
WAITING_CODES = frozenset({"clock-ahead"})  # the clock here or there is wrong: later it will not be
CHARACTER = Character(name="anyone", language="nl", birth_year=2011, mood=60, spread=12, answers=1.0)


@dataclass(kw_only=True, slots=True)
class Kept:
    """One thing that must reach the server, and what came of it."""

    beep: uuid.UUID
    path: str
    body: dict[str, Any]
    tries: int = 0
    acked_at: datetime | None = None  # by the right clock
    refused: tuple[int, str] | None = None


@dataclass(kw_only=True, slots=True)
class Phone:
    """One phone. ``outbox`` is what was not acknowledged; ``kept`` everything that was ever written."""

    member: Member
    board: Board
    rng: random.Random
    base: str
    share: float = 0.85
    beeps: list[dict[str, Any]] = field(default_factory=list)
    outbox: list[Kept] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    busy: int = 0  # how often it was refused for now, with a time to come back
    wait_s: float = SHORTEST_S
    looks: int = 0

    async def live(self, session: aiohttp.ClientSession, ended: asyncio.Event) -> None:
        """Look at today until it is there, answer each beep at a moment of its window, and send until all is taken."""
        answering = asyncio.create_task(self._answer_all(session))
        try:
            while not (ended.is_set() and answering.done() and not self.outbox):
                if self.outbox:
                    await self._flush(session)
                else:
                    await asyncio.sleep(0.02)
        finally:
            answering.cancel()

    async def _answer_all(self, session: aiohttp.ClientSession) -> None:
        while len(self.beeps) < 4:
            self.looks += 1
            status, body, _ = await self._send(session, "GET", "/today", None)
            if status == 200:
                self.beeps = [beep for beep in body["beeps"] if beep["local_date"] == TODAY.isoformat()]
            if len(self.beeps) < 4:
                await asyncio.sleep(self.rng.uniform(0.1, 0.3))
        moments = []
        for beep in self.beeps:
            due, expires = (datetime.fromisoformat(beep[name]) for name in ("due_at", "expires_at"))
            # Many have the phone in their hand; their answer comes while the push is still being written down.
            latest = 0.08 if self.rng.random() < 0.5 else 0.97
            at = due + (expires - due) * self.rng.uniform(0, latest)
            if beep["kind"] == "questionnaire" and self.rng.random() < self.share:
                moments.append((at, beep))
        for at, beep in sorted(moments, key=lambda moment: moment[0]):
            await self.board.wait_until(at)
            self._write(beep, at)

    def _write(self, beep: dict[str, Any], at: datetime) -> None:
        instrument = instruments()[beep["instrument"]]
        mind = Mind(character=CHARACTER, rng=self.rng)
        told = mind.answer(instrument, tuple(beep["items"]), TODAY)
        body = make_entry(
            instrument.key,
            answers=told["answers"],
            skipped=told["skipped"],
            shown=told["shown"],
            item_ms=told["item_ms"],
            started_at=at - timedelta(seconds=1),
            finished_at=at,
            zone="Europe/Amsterdam",
            app="faults",
        )
        entry = Kept(beep=uuid.UUID(beep["id"]), path=f"/beeps/{beep['id']}/response", body=body)
        self.outbox.append(entry)
        self.kept.append(entry)

    async def _flush(self, session: aiohttp.ClientSession) -> None:
        """In order; 2xx forgets, a refusal of ours puts aside, anything else waits and keeps everything."""
        entry = self.outbox[0]
        entry.tries += 1
        if self.rng.random() < 0.05:  # seen in real browsers: the same entry sent twice at once
            answers = await asyncio.gather(*(self._send(session, "PUT", entry.path, entry.body) for _ in range(2)))
            status, body, wait = min(answers, key=lambda answer: answer[0] or 999)
        else:
            status, body, wait = await self._send(session, "PUT", entry.path, entry.body)
        code = str(body.get("code", "unknown")) if isinstance(body, dict) else "unknown"
        if status in (200, 201):
            entry.acked_at = self.board.true_now()
            self.outbox.remove(entry)
            self.wait_s = SHORTEST_S
            return
        if status and 400 <= status < 500 and status not in (401, 408, 429) and code not in {"unknown", *WAITING_CODES}:
            entry.refused = (status, code)
            self.outbox.remove(entry)
            return
        self.busy += status == 503 and wait is not None
        self.wait_s = min(self.wait_s * 2, LONGEST_S)
        asked = 0.0 if wait is None else wait / max(self.board.read("pace"), 1)
        await asyncio.sleep(max(asked, self.wait_s) * self.rng.uniform(1, 2))

    async def _send(
        self, session: aiohttp.ClientSession, method: str, path: str, body: object
    ) -> tuple[int, Any, float | None]:
        """Status (0: not reached), JSON body and the seconds to wait that the server asked for."""
        # Now and then the signal is lost on the way: the server may have it, the phone does not know.
        patience = self.rng.uniform(0.001, 0.03) if self.rng.random() < 0.05 else PATIENCE_S
        try:
            async with session.request(
                method,
                self.base + BASE + path,
                json=body,
                headers={"Authorization": f"Bearer {self.member.token}"},
                timeout=aiohttp.ClientTimeout(total=patience),
            ) as response:
                retry_after = response.headers.get("Retry-After")
                told = await response.json(content_type=None)
                return response.status, told, float(retry_after) if retry_after else None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return 0, {}, None
