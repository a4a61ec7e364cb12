"""Google's side of push for one Chromium, on loopback: checkin, register, and the connection that messages come down.

Three things the browser wants, all over TLS with a certificate nobody signed (``--ignore-certificate-errors``):
checkin gives it an identity, register a token for a subscription, and MCS (a persistent connection with protocol
buffers behind one tag byte) the messages. The sender's side is RFC 8030, as in `tests.browser.autopush`.
"""

import asyncio
import secrets
import ssl
import threading
import time
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs

from aiohttp import web

from bench.certificate import make_certificate, serving, trusting
from server.delivery.addresses import Loopback
from tests.browser.protobuf import Fields, Fixed64, encode, encode_varint
from tests.browser.rules import Posted, Refusal, check_post

T = TypeVar("T")

HOST = "jmt17.google.com"  # where a Chromium without Google's branding says its endpoints are
OTHER_HOST = "fcm.googleapis.com"
MCS_VERSION = 41
HEARTBEAT_PING, HEARTBEAT_ACK, LOGIN_REQUEST, LOGIN_RESPONSE, IQ, DATA_MESSAGE = 0, 1, 2, 3, 7, 8


@dataclass(kw_only=True, slots=True)
class Registration:
    """One subscription: ``app`` and ``subtype`` are the browser's names for it, ``sender`` the key it was made with."""

    app: str
    subtype: str
    sender: str
    alive: bool = True
    waiting: list[Posted] = field(default_factory=list)


class Gcm:
    """Runs in a thread of its own. Everything public may be called from the test's thread."""

    def __init__(self, folder: Path) -> None:
        self.posts: list[tuple[int, Posted | None]] = []
        self.ended = 0  # how many subscriptions the browser has ended
        self._registrations: dict[str, Registration] = {}
        self._writers: set[asyncio.StreamWriter] = set()
        self._faults: list[tuple[int, dict[str, str]]] = []
        self._offline = False
        self._cert, self._key = make_certificate(folder, [HOST, OTHER_HOST])
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gcm", daemon=True)
        self._thread.start()
        self._web_port, self._mcs_port = self._run(self._start())

    @property
    def flags(self) -> list[str]:
        """What Chromium must be started with to come here."""
        here = f"https://127.0.0.1:{self._web_port}"
        return [
            f"--gcm-checkin-url={here}/checkin",
            f"--gcm-registration-url={here}/register3",
            f"--gcm-mcs-endpoint=https://127.0.0.1:{self._mcs_port}",
            "--ignore-certificate-errors",
        ]

    @property
    def loopback(self) -> Loopback:
        """Where the sender finds this service."""
        return Loopback(ports={HOST: self._web_port, OTHER_HOST: self._web_port})

    @property
    def tls(self) -> ssl.SSLContext:
        """TLS that trusts this service and nobody else."""
        return trusting(self._cert)

    def fail_next(self, status: int, **headers: str) -> None:
        """Answer the next post with this instead; underscores in header names stand for hyphens."""
        self._faults.append((status, {name.replace("_", "-"): value for name, value in headers.items()}))

    def take_offline(self) -> None:
        """Cut the browser off and let nobody back until `bring_back`; posts are taken and kept."""
        self._run(self._cut())

    def bring_back(self) -> None:
        """Let the browser connect again, which it does by itself."""
        self._offline = False

    def waiting(self) -> int:
        """How many messages wait for the browser."""
        return sum(len(registration.waiting) for registration in self._registrations.values())

    def connected(self) -> bool:
        """Whether the browser is logged in now."""
        return bool(self._writers)

    def close(self) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self) -> tuple[int, int]:
        tls = serving(self._cert, self._key)
        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=tls).start()
        self._mcs = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=tls)
        return int(self._runner.addresses[0][1]), int(self._mcs.sockets[0].getsockname()[1])

    async def _stop(self) -> None:
        await self._cut()
        self._mcs.close()
        await self._runner.cleanup()
        talking = asyncio.all_tasks() - {asyncio.current_task()}
        for task in talking:
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)

    async def _cut(self) -> None:
        self._offline = True
        for writer in list(self._writers):
            writer.transport.abort()
        self._writers.clear()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        if request.path == "/checkin":
            identity = [(7, Fixed64(secrets.randbits(62) | 1)), (8, Fixed64(secrets.randbits(62) | 1))]
            answer = encode([(1, 1), (3, int(time.time() * 1000)), *identity, (11, "local")])
            return web.Response(body=answer, content_type="application/x-protobuf")
        if request.path == "/register3":
            return web.Response(
                text=self._register({key: values[0] for key, values in parse_qs(body.decode()).items()})
            )
        return await self._take(request, body)

    def _register(self, form: dict[str, str]) -> str:
        app, subtype = form["app"], form.get("X-subtype", "")
        if form.get("delete") == "true":
            for registration in self._registrations.values():
                if (registration.app, registration.subtype) == (app, subtype):
                    registration.alive = False
                    self.ended += 1
            return f"token={app}\ndeleted={app}"
        token = f"{secrets.token_urlsafe(8)}:{secrets.token_urlsafe(100)}"
        self._registrations[token] = Registration(app=app, subtype=subtype, sender=form.get("sender", ""))
        return f"token={token}"

    # The sender's side --------------------------------------------------------------------------------------------

    async def _take(self, request: web.BaseRequest, body: bytes) -> web.StreamResponse:
        if self._faults:
            status, headers = self._faults.pop(0)
            self.posts.append((status, None))
            return web.Response(status=status, headers=headers)
        registration = self._registrations.get(request.path.rpartition("/")[2])
        try:
            if registration is None:
                raise Refusal(404, "no such subscription")
            if not registration.alive:
                raise Refusal(410, "the subscription has ended")
            origin = f"https://{request.host}"
            posted = check_post(request.headers, body, origin=origin, key=registration.sender, wrong_key=403)
        except Refusal as refusal:
            self.posts.append((refusal.status, None))
            return web.Response(status=refusal.status, text=str(refusal))
        self.posts.append((201, posted))
        posted.put_into(registration.waiting)
        await self._deliver()
        return web.Response(status=201)

    # The browser's connection -------------------------------------------------------------------------------------

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self._offline:
                return
            await reader.readexactly(1)  # the protocol's version
            while True:
                tag, _body = await _read_message(reader)
                if tag == LOGIN_REQUEST:
                    login: Fields = [(1, "login"), (8, int(time.time() * 1000))]
                    writer.write(bytes([MCS_VERSION]) + _message(LOGIN_RESPONSE, encode(login)))
                    self._writers.add(writer)
                    await self._deliver()
                elif tag == HEARTBEAT_PING:
                    writer.write(_message(HEARTBEAT_ACK, b""))
        except (OSError, EOFError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _deliver(self) -> None:
        for writer in list(self._writers)[:1]:
            for registration in self._registrations.values():
                fresh = [posted for posted in registration.waiting if posted.keep_until > time.time()]
                registration.waiting.clear()
                for posted in fresh:
                    writer.write(_message(DATA_MESSAGE, _stanza(registration, posted)))
            await writer.drain()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=20)


async def _read_message(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    tag = (await reader.readexactly(1))[0]
    size = shift = 0
    while True:
        byte = (await reader.readexactly(1))[0]
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return tag, await reader.readexactly(size)


def _message(tag: int, body: bytes) -> bytes:
    return bytes([tag]) + encode_varint(len(body)) + body


def _stanza(registration: Registration, posted: Posted) -> bytes:
    def pair(key: str, value: str) -> tuple[int, bytes]:
        return 7, encode([(1, key), (2, value)])

    return encode(
        [
            (2, uuid.uuid4().hex),
            (3, registration.sender),
            (5, registration.app),
            pair("subtype", registration.subtype),
            pair("content-encoding", "aes128gcm"),
            (9, uuid.uuid4().hex),
            (17, posted.ttl),
            (18, int(time.time() * 1000)),
            (21, posted.body),
        ]
    )
