"""Phones that call a web server on this machine over kept HTTP/1.1 connections: as fast as they are answered, or at a
set rate."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import uvloop

BUSY, AGAIN_S = 503, 0.05  # far sooner than a phone, which waits for Retry-After


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What came back: how many of which status, each call's milliseconds from the moment it was due, wall seconds, and
    how often a call was refused as too much (503) and made again, which its milliseconds include."""

    statuses: dict[int, int]
    ms: list[float]
    wall_s: float
    refused: int

    @property
    def per_s(self) -> float:
        return len(self.ms) / self.wall_s


def call(port: int, requests: Sequence[bytes], *, clients: int, rate: float | None = None) -> Answered:
    """Send every request once over ``clients`` connections, at ``rate`` a second or as fast as they are answered."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_call(port, requests, clients, rate))


async def _call(port: int, requests: Sequence[bytes], clients: int, rate: float | None) -> Answered:
    loop = asyncio.get_running_loop()
    crowd = _Crowd(len(requests))
    for _ in range(clients):
        _transport, phone = await loop.create_connection(lambda: _Phone(crowd), "127.0.0.1", port)
        crowd.free.append(phone)
    began = time.perf_counter()
    if rate is None:
        crowd.waiting.extend((0.0, request) for request in requests)
        crowd.feed()
    else:
        for place, request in enumerate(requests):
            due = began + place / rate
            if (pause := due - time.perf_counter()) > 0:
                await asyncio.sleep(pause)
            crowd.waiting.append((due, request))
            crowd.feed()
    await crowd.done
    wall = time.perf_counter() - began
    for phone in crowd.free:
        phone.hang_up()
    return Answered(statuses=crowd.statuses, ms=crowd.ms, wall_s=wall, refused=crowd.refused)


class _Crowd:
    def __init__(self, expected: int) -> None:
        self.waiting: deque[tuple[float, bytes]] = deque()
        self.free: list[_Phone] = []
        self.ms: list[float] = []
        self.statuses: dict[int, int] = {}
        self.refused = 0
        self.done = asyncio.get_running_loop().create_future()
        self._expected = expected

    def feed(self) -> None:
        """Give what waits to whoever is free. What has no moment of its own is due when it is sent."""
        while self.waiting and self.free:
            due, request = self.waiting.popleft()
            self.free.pop().ask(due or time.perf_counter(), request)

    def heard(self, phone: "_Phone", due: float, request: bytes, status: int) -> None:
        if status == BUSY:
            self.refused += 1
            self.free.append(phone)
            asyncio.get_running_loop().call_later(AGAIN_S, self._again, due, request)
            self.feed()
            return
        self.ms.append((time.perf_counter() - due) * 1000)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.free.append(phone)
        if len(self.ms) == self._expected:
            with suppress(asyncio.InvalidStateError):
                self.done.set_result(None)
        self.feed()

    def _again(self, due: float, request: bytes) -> None:
        self.waiting.append((due, request))
        self.feed()


class _Phone(asyncio.Protocol):
    def __init__(self, crowd: _Crowd) -> None:
        self._crowd = crowd
        self._heard = b""
        self._due, self._request = 0.0, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own kind

    def ask(self, due: float, request: bytes) -> None:
        self._due, self._request = due, request
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, found, body = self._heard.partition(b"\r\n\r\n")
        if not found:
            return
        length = 0
        for line in head.split(b"\r\n"):
            if line[:15].lower() == b"content-length:":
                length = int(line[15:])
        if len(body) >= length:
            status = int(head[9:12])
            self._heard = b""
            self._crowd.heard(self, self._due, self._request, status)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._crowd.done.done():
            self._crowd.done.set_exception(ConnectionError("the server hung up"))

    def hang_up(self) -> None:
        self._transport.abort()
