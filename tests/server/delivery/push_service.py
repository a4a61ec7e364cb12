"""A push service on loopback over TLS that answers as told and remembers what came; and a phone that can decrypt."""

import asyncio
import os
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import http_ece
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bench.certificate import make_certificate, serving, trusting
from server.delivery.addresses import EndpointPolicy, Loopback
from server.delivery.gateway import PushMessage
from server.delivery.keys import encode_base64url

MOZILLA = "updates.push.services.mozilla.com"
GOOGLE = "fcm.googleapis.com"
WINDOWS = "wns2-par02p.notify.windows.com"
APPLE = "web.push.apple.com"
NAMES = (MOZILLA, GOOGLE, WINDOWS, APPLE)

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Got:
    """One request as it came in."""

    host: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(kw_only=True, slots=True)
class Phone:
    """A browser's half of a subscription."""

    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def p256dh(self) -> str:
        return encode_base64url(
            self.private.public_key().public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            )
        )

    @property
    def auth(self) -> str:
        return encode_base64url(self.secret)

    def decrypt(self, body: bytes) -> bytes:
        return bytes(http_ece.decrypt(body, private_key=self.private, auth_secret=self.secret, version="aes128gcm"))


class LocalPushService:
    """Serves from a thread of its own; `answers` maps a path to what it gets, everything else gets 201."""

    def __init__(self, folder: Path, names: Iterable[str] = NAMES) -> None:
        self.got: list[Got] = []
        self.connections: set[object] = set()
        self.answers: dict[str, Answer] = {}
        self._names = tuple(names)
        self._cert, self._key = make_certificate(folder, self._names)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.port = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()

    @property
    def tls(self) -> ssl.SSLContext:
        return trusting(self._cert)

    @property
    def policy(self) -> EndpointPolicy:
        return EndpointPolicy(allow_loopback=Loopback(ports=dict.fromkeys(self._names, self.port)))

    def answer(self, path: str, status: int, **headers: str) -> None:
        """Answer posts to ``path`` with this; underscores in header names stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def reply(_request: web.BaseRequest) -> web.StreamResponse:
            return web.Response(status=status, headers=named)

        self.answers[path] = reply

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self) -> int:
        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=serving(self._cert, self._key))
        await site.start()
        return int(self._runner.addresses[0][1])

    async def _stop(self) -> None:
        await self._runner.cleanup()
        stalled = asyncio.all_tasks() - {asyncio.current_task()}
        for task in stalled:
            task.cancel()
        await asyncio.gather(*stalled, return_exceptions=True)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        self.connections.add(request.transport)
        self.got.append(Got(host=request.host, path=request.path, headers=dict(request.headers), body=body))
        reply = self.answers.get(request.path)
        return await reply(request) if reply else web.Response(status=201)


def make_message(
    phone: Phone,
    key_id: str,
    *,
    expires_at: datetime,
    host: str = MOZILLA,
    path: str = "/wpush/v2/noor",
    **changes: object,
) -> PushMessage:
    """A message that would be accepted, with ``changes``."""
    fields: dict[str, object] = {
        "ref": path,
        "endpoint": f"https://{host}{path}",
        "p256dh": phone.p256dh,
        "auth": phone.auth,
        "vapid_key_id": key_id,
        "payload": b'{"web_push":8030}',
        "topic": "t" * 32,
        "expires_at": expires_at,
    }
    return PushMessage(**{**fields, **changes})  # type: ignore[arg-type]
