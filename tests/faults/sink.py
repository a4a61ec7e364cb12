"""A push service that can stall, refuse, lie and count: TLS on loopback, a process of its own.

It writes a line for every request that it has read to its end, before it answers. What it answers is on the board.
"""

import asyncio
import json
import os
import socket
from base64 import b64encode
from enum import IntEnum
from pathlib import Path

from aiohttp.abc import AbstractResolver, ResolveResult

from bench.certificate import serving
from tests.faults.board import Board


class Mode(IntEnum):
    """How the push service behaves."""

    TAKES = 0
    BUSY = 1  # 429 with Retry-After
    BROKEN = 2  # 500
    SLOW = 3  # takes it, and says so long after the sender has given up
    SILENT = 4  # takes it and never answers
    HALF_CLOSED = 5  # takes it and ends its own half of the connection without a word
    LIES = 6  # takes it and says 500
    BABBLES = 7  # takes it and answers what is not HTTP
    HANGS_UP = 8  # ends every connection at once
    DAWDLES = 9  # takes its time, but less than a sender has


REFUSING = frozenset({Mode.BUSY, Mode.BROKEN})
RETRY_AFTER_S = 20
DAWDLE_S = 0.15
SLOW_S = 1.0  # four times as long as a sender waits, as 30 s are more than the usual 10


async def serve(*, folder: Path, ports: list[int], ledger: Path, board: Board) -> None:
    """Serve every port until cancelled; the port says which worker it was."""
    out = os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    tls = serving(folder / "certificate.pem", folder / "key.pem")

    async def talk(slot: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while board.read("mode") != Mode.HANGS_UP:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                mode = Mode(board.read("mode"))
                at_us = board.true_us()
                line = {
                    "true_us": at_us,
                    "server_us": at_us + board.read("step_us"),
                    "slot": slot,
                    "path": head[0].split(" ")[1],
                    "topic": headers.get("topic"),
                    "ttl": int(headers.get("ttl", "-1")),
                    "mode": mode.name,
                    "body": b64encode(body).decode(),
                }
                os.write(out, json.dumps(line).encode() + b"\n")
                if not await _answer(writer, mode):
                    return
        except (asyncio.IncompleteReadError, ConnectionError, OSError):
            return
        finally:
            writer.close()

    servers = [
        await asyncio.start_server(
            lambda reader, writer, slot=slot: talk(slot, reader, writer),  # type: ignore[misc]  # bound at once
            "127.0.0.1",
            port,
            ssl=tls,
            reuse_address=True,
            backlog=256,
        )
        for slot, port in enumerate(ports)
    ]
    await asyncio.gather(*(server.serve_forever() for server in servers))


class NoSuchName(AbstractResolver):
    """A name server that knows nothing."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        raise socket.gaierror(socket.EAI_NONAME, "there is no such name")

    async def close(self) -> None:
        return None


async def _answer(writer: asyncio.StreamWriter, mode: Mode) -> bool:
    """Whether the connection can be used again."""
    if mode is Mode.SILENT:
        await asyncio.sleep(SLOW_S * 2)
        return False
    if mode is Mode.HALF_CLOSED:
        writer.get_extra_info("socket").shutdown(socket.SHUT_WR)
        await asyncio.sleep(SLOW_S)
        return False
    if mode is Mode.BABBLES:
        writer.write(b"220 this is no web server\r\n")
        await writer.drain()
        return False
    if mode is Mode.DAWDLES:
        await asyncio.sleep(DAWDLE_S)
    if mode is Mode.SLOW:
        await asyncio.sleep(SLOW_S)
    status = {Mode.BUSY: "429 Too Many Requests", Mode.BROKEN: "500 Oops", Mode.LIES: "500 Oops"}.get(
        mode, "201 Created"
    )
    wait = f"Retry-After: {RETRY_AFTER_S}\r\n" if mode is Mode.BUSY else ""
    writer.write(f"HTTP/1.1 {status}\r\n{wait}Content-Length: 0\r\n\r\n".encode())
    await writer.drain()
    return True
