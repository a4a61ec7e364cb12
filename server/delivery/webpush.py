"""The real gateway: encrypts with pywebpush (RFC 8291), signs with VAPID and posts with aiohttp.

It never raises for a message, never follows a redirect, reads no proxy from the environment, waits no longer than its
limits say, and connects to no address that `server.delivery.addresses` did not pass.
"""

import asyncio
import re
import ssl
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver
from aiohttp.resolver import ThreadedResolver
from pywebpush import WebPusher
from yarl import URL

from server.delivery.addresses import (
    AddressRefused,
    Endpoint,
    EndpointPolicy,
    EndpointRefused,
    PublicResolver,
    is_windows,
)
from server.delivery.gateway import LARGEST_PAYLOAD, Kind, Outcome, PushMessage, seconds_later
from server.delivery.keys import KeysRefused, check_keys
from server.delivery.statuses import parse_retry_after, sort_status
from server.delivery.vapid import Keyring

log = structlog.get_logger()

_TOPIC = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)
_DRAIN_BYTES = 16_384
_GOODBYE_S = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class SendLimits:
    """How much at once and how long. A call ends within ``budget_s + total_s``, which must be less than the lease.

    ``per_host`` is below ``at_once`` so that one push service that hangs cannot hold up the others; after
    ``failures_in_a_row`` at one host the rest of its messages in that call are put off instead of tried.
    """

    at_once: int = 128
    per_host: int = 96
    connect_s: float = 5.0
    total_s: float = 10.0
    budget_s: float = 40.0
    failures_in_a_row: int = 32
    idle_s: float = 55.0
    names_s: int = 60  # how long an address that was looked up is used


class WebPushGateway:
    """Sends real web pushes. Belongs to the event loop of its first `send_all`; use `BlockingGateway` without a loop.

    ``policy`` says which endpoints are allowed, ``keyring`` signs. ``tls`` and ``resolver`` replace the machine's own
    trust store and name look-up (tests, benchmarks); resolved addresses are checked in any case. ``ticks`` measures
    what passes during a call, in seconds of the caller's clock.
    """

    def __init__(
        self,
        *,
        keyring: Keyring,
        policy: EndpointPolicy,
        limits: SendLimits | None = None,
        tls: ssl.SSLContext | None = None,
        resolver: AbstractResolver | None = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keyring = keyring
        self._policy = policy
        self._limits = limits or SendLimits()
        self._tls = tls
        self._resolver = resolver
        self._ticks = ticks
        self._session: aiohttp.ClientSession | None = None

    async def send_all(self, messages: Sequence[PushMessage], *, now: datetime) -> list[Outcome]:
        """Send all, `SendLimits.at_once` at a time, each host in its own lane; outcomes in the order of ``messages``.

        ``now`` (aware UTC) is the moment of the call; what passes while waiting is added to it.
        """
        if not messages:
            return []
        batch = _Batch(messages=messages, now=now, session=self._open(), limits=self._limits, ticks=self._ticks)
        lanes: dict[str, list[int]] = defaultdict(list)
        for place, message in enumerate(messages):
            try:
                target = self._check(message)
            except (EndpointRefused, KeysRefused, _Unsendable) as error:
                kind = Kind.TOO_LARGE if error.code == "payload-too-large" else Kind.INVALID
                batch.outcomes[place] = Outcome(ref=message.ref, kind=kind, reason=error.code)
            else:
                batch.targets[place] = target
                lanes[target.endpoint.host].append(place)
        async with asyncio.TaskGroup() as group:
            for host, places in lanes.items():
                lane = _Lane(host=host, left=places[::-1])
                for _ in range(min(self._limits.per_host, len(places))):
                    group.create_task(self._work(batch, lane))
        return [batch.outcomes[place] for place in range(len(messages))]

    async def close(self) -> None:
        """Close the connections; a later `send_all` opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None
            # The session does not wait until its last TLS connections have said goodbye; its makers advise a moment.
            await asyncio.sleep(_GOODBYE_S)

    def _check(self, message: PushMessage) -> "_Target":
        endpoint = self._policy.check(message.endpoint)
        point, secret = check_keys(message.p256dh, message.auth)
        if not self._keyring.knows(message.vapid_key_id):
            raise _Unsendable("vapid-key-unknown")
        if not _TOPIC.fullmatch(message.topic):
            raise _Unsendable("topic-malformed")
        if not message.payload:
            raise _Unsendable("payload-empty")
        if len(message.payload) > LARGEST_PAYLOAD:
            raise _Unsendable("payload-too-large")
        return _Target(endpoint, _Encryption(point, secret))

    async def _work(self, batch: "_Batch", lane: "_Lane") -> None:
        """Take messages from a lane until it is empty."""
        while lane.left:
            async with batch.room:
                if not lane.left:
                    return
                place = lane.left.pop()
                message = batch.messages[place]
                if lane.failures >= self._limits.failures_in_a_row:
                    outcome = Outcome(ref=message.ref, kind=Kind.BUSY, reason="host-failing")
                elif batch.elapsed_s() > self._limits.budget_s:
                    outcome = Outcome(ref=message.ref, kind=Kind.BUSY, reason="out-of-time")
                else:
                    outcome = await self._send(batch, message, batch.targets[place])
                    lane.failures = lane.failures + 1 if outcome.kind is Kind.UNREACHABLE else 0
                batch.outcomes[place] = outcome

    async def _send(self, batch: "_Batch", message: PushMessage, target: "_Target") -> Outcome:
        """Encrypt and post one message whose parts were checked."""
        began = time.monotonic()
        endpoint = target.endpoint
        now = batch.time()
        ttl = message.ttl_at(now)
        if ttl <= 0:
            return Outcome(ref=message.ref, kind=Kind.TOO_LATE)
        try:
            # As a payload: aiohttp would try every other kind first.
            body = aiohttp.BytesPayload(target.encryption.encode(message.payload)["body"])
            headers = self._headers(message, endpoint, ttl, now)
            async with batch.session.post(
                URL(endpoint.url, encoded=True), data=body, headers=headers, allow_redirects=False
            ) as response:
                # The status line is the verdict, whatever happens to the rest of the answer.
                status = response.status
                retry_after = parse_retry_after(response.headers.get("Retry-After"), now=now)
                await _drain(response)
        except TimeoutError:
            return _unreachable(message, began, "timeout")
        except aiohttp.ClientConnectorDNSError as error:
            refused = isinstance(error.os_error, AddressRefused)
            return _unreachable(message, began, "address-not-public" if refused else "name-not-found")
        except aiohttp.ClientSSLError:
            return _unreachable(message, began, "tls")
        except aiohttp.ClientConnectorError:
            return _unreachable(message, began, "no-connection")
        except (aiohttp.ClientError, OSError):
            return _unreachable(message, began, "broken-off")
        except Exception as error:
            # Whatever it was, the other messages of the batch are worth sending. Its text may quote the endpoint.
            log.error("a push broke", action="push.broke", error=type(error).__name__)
            return _unreachable(message, began, "unforeseen")
        kind = sort_status(status)
        return Outcome(
            ref=message.ref,
            kind=kind,
            status=status,
            retry_after_s=retry_after if kind is Kind.BUSY else None,
            ms=_ms_since(began),
        )

    def _headers(self, message: PushMessage, endpoint: Endpoint, ttl: int, now: datetime) -> dict[str, str]:
        headers = {
            "Authorization": self._keyring.authorization(message.vapid_key_id, endpoint.origin, now=now),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(ttl),
            "Topic": message.topic,
            "Urgency": message.urgency.value,
        }
        if is_windows(endpoint.host):
            # Without it Microsoft answers 400 to a message with a TTL above zero.
            headers["X-WNS-Cache-Policy"] = "cache"
        return headers

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            limits = self._limits
            resolver = PublicResolver(self._resolver or ThreadedResolver(), allow_loopback=self._policy.loopback)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=limits.at_once,
                    limit_per_host=limits.per_host,
                    keepalive_timeout=limits.idle_s,
                    ttl_dns_cache=limits.names_s,
                    resolver=resolver,
                    # One context for the life of the session: loading the trust store takes 40 ms.
                    ssl=self._tls or ssl.create_default_context(),
                ),
                timeout=aiohttp.ClientTimeout(total=limits.total_s, sock_connect=limits.connect_s),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": "Kiem"},
                auto_decompress=False,
                trust_env=False,
            )
        return self._session


class _Unsendable(Exception):
    """A message that no push service should see; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Encryption(WebPusher):  # type: ignore[misc]  # pywebpush ships types that its own marker does not announce
    """The library's encryption for keys that are decoded already: it would copy and decode the subscription again."""

    def __init__(self, point: bytes, secret: bytes) -> None:
        self.verbose = False
        self.receiver_key, self.auth_key = point, secret


class _Target(NamedTuple):
    """Where one message goes, checked, and how it is encrypted."""

    endpoint: Endpoint
    encryption: _Encryption


class _Lane:
    """What is left for one host, last first, and how often in a row it failed."""

    __slots__ = ("failures", "host", "left")

    def __init__(self, *, host: str, left: list[int]) -> None:
        self.host = host
        self.left = left
        self.failures = 0


class _Batch:
    """One call of `send_all`: its messages, what became of them, and its own clock."""

    def __init__(
        self,
        *,
        messages: Sequence[PushMessage],
        now: datetime,
        session: aiohttp.ClientSession,
        limits: SendLimits,
        ticks: Callable[[], float],
    ) -> None:
        self.messages = messages
        self.session = session
        self.outcomes: dict[int, Outcome] = {}
        self.targets: dict[int, _Target] = {}
        self.room = asyncio.Semaphore(limits.at_once)
        self._now = now
        self._ticks = ticks
        self._began = ticks()

    def elapsed_s(self) -> float:
        return self._ticks() - self._began

    def time(self) -> datetime:
        return seconds_later(self._now, self.elapsed_s())


async def _drain(response: aiohttp.ClientResponse) -> None:
    """Read a small answer to its end so that the connection can be used again; give up on a large or broken one."""
    read = 0
    try:
        while read <= _DRAIN_BYTES and (chunk := await response.content.readany()):
            read += len(chunk)
    except (aiohttp.ClientError, TimeoutError, OSError):
        response.close()
    if read > _DRAIN_BYTES:
        response.close()


def _unreachable(message: PushMessage, began: float, reason: str) -> Outcome:
    return Outcome(ref=message.ref, kind=Kind.UNREACHABLE, ms=_ms_since(began), reason=reason)


def _ms_since(began: float) -> float:
    return round((time.monotonic() - began) * 1000, 3)
