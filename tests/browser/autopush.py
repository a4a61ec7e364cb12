"""A push service for one Firefox, as small as it can be and as strict as the real ones.

The browser's side speaks autopush over a websocket (hello, register, unregister, notification, ack); the sender's side
is RFC 8030 over TLS with VAPID (RFC 8292), TTL, Topic and the size limit. Endpoints carry Mozilla's real host name, so
that the sender needs nothing but a route to this machine.
"""

import asyncio
import base64
import json
import secrets
import ssl
import threading
import time
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import WSMsgType, web

from bench.certificate import make_certificate, serving, trusting
from server.delivery.addresses import Loopback
from tests.browser.rules import Posted, Refusal, check_post

T = TypeVar("T")

HOST = "updates.push.services.mozilla.com"


@dataclass(kw_only=True, slots=True)
class Channel:
    """One subscription of one browser."""

    id: str
    uaid: str
    token: str
    key: str | None
    alive: bool = True
    waiting: list[Posted] = field(default_factory=list)


class Autopush:
    """Runs in a thread of its own. Everything public may be called from the test's thread."""

    def __init__(self, folder: Path) -> None:
        self.posts: list[tuple[int, Posted | None]] = []  # status given, and the message if it was well-formed
        self.acks: list[dict[str, Any]] = []  # code 100 delivered, 101 could not be decrypted, 102 not delivered
        self.unregistered: list[int] = []  # the browser's reason codes
        self._channels: dict[str, Channel] = {}
        self._sockets: dict[str, web.WebSocketResponse] = {}
        self._faults: list[tuple[int, dict[str, str]]] = []
        self._offline = False
        self._cert, self._key = make_certificate(folder, [HOST])
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="autopush", daemon=True)
        self._thread.start()
        self._runners: list[web.ServerRunner] = []
        self.push_port = self._run(self._serve(self._browser_side))
        self._post_port = self._run(self._serve(self._sender_side, serving(self._cert, self._key)))

    @property
    def loopback(self) -> Loopback:
        """Where the sender finds this service."""
        return Loopback(ports={HOST: self._post_port})

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

    def forget_browsers(self) -> None:
        """Lose every client, as push services sometimes do: the browser gets a new name and its channels are dead."""
        for channel in self._channels.values():
            channel.alive = False
        self._run(self._cut())
        self._offline = False

    def waiting(self) -> int:
        """How many messages wait for a browser."""
        return sum(len(channel.waiting) for channel in self._channels.values())

    def connected(self) -> bool:
        """Whether a browser is connected now."""
        return bool(self._sockets)

    def close(self) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _serve(self, handler: Any, tls: ssl.SSLContext | None = None) -> int:
        runner = web.ServerRunner(web.Server(handler, access_log=None), shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        self._runners.append(runner)
        return int(runner.addresses[0][1])

    async def _stop(self) -> None:
        await self._cut()
        for runner in self._runners:
            await runner.cleanup()

    async def _cut(self) -> None:
        self._offline = True
        for socket in list(self._sockets.values()):
            await socket.close()
        self._sockets.clear()

    # The browser's side -------------------------------------------------------------------------------------------

    async def _browser_side(self, request: web.BaseRequest) -> web.StreamResponse:
        if self._offline:
            return web.Response(status=503)
        socket = web.WebSocketResponse(protocols=["push-notification"])
        await socket.prepare(request)
        uaid = ""
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            message = json.loads(frame.data)
            match message.get("messageType"):
                case "hello":
                    uaid = await self._hello(socket, message)
                case "register":
                    await self._register(socket, uaid, message)
                case "unregister":
                    await self._unregister(socket, message)
                case "ack":
                    self.acks += message["updates"]
                case "nack":
                    self.acks.append(message)
                case None:
                    await socket.send_str("{}")  # a ping
        if self._sockets.get(uaid) is socket:
            del self._sockets[uaid]
        return socket

    async def _hello(self, socket: web.WebSocketResponse, message: dict[str, Any]) -> str:
        uaid = str(message.get("uaid") or "")
        if not any(channel.uaid == uaid and channel.alive for channel in self._channels.values()):
            uaid = uuid.uuid4().hex
        self._sockets[uaid] = socket
        await socket.send_json(
            {"messageType": "hello", "uaid": uaid, "status": 200, "use_webpush": True, "broadcasts": {}}
        )
        for channel in list(self._channels.values()):
            if channel.uaid == uaid:
                await self._deliver(channel)
        return uaid

    async def _register(self, socket: web.WebSocketResponse, uaid: str, message: dict[str, Any]) -> None:
        channel = Channel(id=message["channelID"], uaid=uaid, token=secrets.token_urlsafe(24), key=message.get("key"))
        self._channels[channel.token] = channel
        endpoint = f"https://{HOST}/wpush/v2/{channel.token}"
        await socket.send_json(
            {"messageType": "register", "channelID": channel.id, "status": 200, "pushEndpoint": endpoint}
        )

    async def _unregister(self, socket: web.WebSocketResponse, message: dict[str, Any]) -> None:
        self.unregistered.append(int(message.get("code", 0)))
        for channel in self._channels.values():
            if channel.id == message["channelID"]:
                channel.alive = False
        await socket.send_json({"messageType": "unregister", "channelID": message["channelID"], "status": 200})

    async def _deliver(self, channel: Channel) -> None:
        socket = self._sockets.get(channel.uaid)
        if socket is None:
            return
        fresh = [posted for posted in channel.waiting if posted.keep_until > time.time()]
        channel.waiting.clear()
        for posted in fresh:
            await socket.send_json(
                {
                    "messageType": "notification",
                    "channelID": channel.id,
                    "version": uuid.uuid4().hex,
                    "data": base64.urlsafe_b64encode(posted.body).rstrip(b"=").decode(),
                    "headers": {"encoding": "aes128gcm"},
                }
            )

    # The sender's side --------------------------------------------------------------------------------------------

    async def _sender_side(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        if self._faults:
            status, headers = self._faults.pop(0)
            self.posts.append((status, None))
            return web.Response(status=status, headers=headers)
        channel = self._channels.get(request.path.rpartition("/")[2])
        try:
            if channel is None:
                raise Refusal(404, "no such subscription")
            if not channel.alive:
                raise Refusal(410, "the subscription has ended")
            posted = check_post(request.headers, body, origin=f"https://{HOST}", key=channel.key, wrong_key=401)
        except Refusal as refusal:
            self.posts.append((refusal.status, None))
            return web.Response(status=refusal.status, text=str(refusal))
        self.posts.append((201, posted))
        posted.put_into(channel.waiting)
        await self._deliver(channel)
        return web.Response(status=201, headers={"TTL": str(posted.ttl), "Location": f"https://{HOST}/m/1"})

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=20)
