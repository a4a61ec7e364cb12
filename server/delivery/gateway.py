"""The port through which pushes leave: plain frozen messages in, one outcome a message out; no database in sight.

Three implementations ship: `server.delivery.webpush.WebPushGateway` (the real one), `ConsoleGateway` (prints a line)
and `RecordingGateway` (keeps what it was given). `server.delivery.transports` chooses by setting.
"""

import asyncio
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol, TextIO, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

LONGEST_TTL_S = 7 * 24 * 3600
# Bytes before encryption. A push service must take 3,993 (RFC 8291 section 4), but Mozilla's bridge to Firefox on
# Android only 2,744 of the encrypted body: under 2 KB reaches every phone.
LARGEST_PAYLOAD = 2000


class Urgency(StrEnum):
    """RFC 8030 section 5.3. Anything below `HIGH` is held back while an Android phone sleeps."""

    VERY_LOW = "very-low"
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Kind(StrEnum):
    """What became of a message. Only `GONE` retires a device at once."""

    ACCEPTED = "accepted"  # the push service took it
    GONE = "gone"  # 404 or 410: the subscription no longer exists
    REFUSED = "refused"  # the push service says no (400, 401, 403, 413 ...): may well be our own mistake
    BUSY = "busy"  # 429, 5xx, or not tried at all for now: certainly not taken, try again later
    UNREACHABLE = "unreachable"  # the connection failed: unsure, it may have been taken
    TOO_LATE = "too_late"  # the window closed before it could be sent; nothing was sent
    TOO_LARGE = "too_large"  # the payload is over the limit that every push service takes; nothing was sent
    INVALID = "invalid"  # the endpoint, keys or headers cannot be used; nothing was sent


@dataclass(frozen=True, kw_only=True, slots=True)
class PushMessage:
    """One push to one device.

    ``p256dh`` and ``auth`` are base64url as the browser gave them; ``vapid_key_id`` is the key the device subscribed
    with. The time to live is what is left until ``expires_at`` (aware UTC) at the moment of sending, and at most
    ``ttl_s``. ``ref`` is the caller's own name for the message and comes back in its `Outcome`.
    """

    ref: str
    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)
    vapid_key_id: str
    payload: bytes
    topic: str
    expires_at: datetime
    ttl_s: int = LONGEST_TTL_S
    urgency: Urgency = Urgency.HIGH

    def __post_init__(self) -> None:
        if self.expires_at.tzinfo is None:
            raise ValueError("expires_at must be an aware datetime.")

    def ttl_at(self, now: datetime) -> int:
        """Whole seconds that the push service may keep the message; zero or less when it is too late to send."""
        return min(self.ttl_s, int((self.expires_at - now).total_seconds()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one message.

    ``status`` is the HTTP status, where there was one; ``retry_after_s`` the push service's own wish, already capped;
    ``ms`` the time it took; ``reason`` one stable word for logs and rows, never an endpoint or any content.
    """

    ref: str
    kind: Kind
    status: int | None = None
    retry_after_s: float | None = None
    ms: float = 0.0
    reason: str = ""


class PushGateway(Protocol):
    """Sends messages. Never raises for one message: every message gets exactly one outcome, in the given order."""

    async def send_all(self, messages: Sequence[PushMessage], *, now: datetime) -> list[Outcome]: ...

    async def close(self) -> None: ...


class BlockingGateway:
    """A gateway for a caller without an event loop: one thread keeps one loop, so connections live between batches."""

    def __init__(self, gateway: PushGateway) -> None:
        self._gateway = gateway
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="push", daemon=True)
        self._thread.start()

    def send_all(self, messages: Sequence[PushMessage], *, now: datetime) -> list[Outcome]:
        """Send and wait; safe to call from several threads."""
        return self._run(self._gateway.send_all(messages, now=now))

    def close(self) -> None:
        """Close the gateway's connections and end the thread; a second call does nothing."""
        if self._loop.is_closed():
            return
        self._run(self._gateway.close())
        self._run(self._loop.shutdown_default_executor())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


class ConsoleGateway:
    """Prints one readable line a message and accepts it; for trying the service without any push service."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out

    async def send_all(self, messages: Sequence[PushMessage], *, now: datetime) -> list[Outcome]:
        return [self._print(message, now) for message in messages]

    async def close(self) -> None:
        return None

    def _print(self, message: PushMessage, now: datetime) -> Outcome:
        ttl = message.ttl_at(now)
        if ttl <= 0:
            return Outcome(ref=message.ref, kind=Kind.TOO_LATE)
        host = urlsplit(message.endpoint).hostname or "?"
        text = message.payload.decode("utf-8", errors="replace").rstrip()
        # The standard stream is looked up at each line because it may have been exchanged since (pytest, a daemon).
        (self._out or sys.stderr).write(f"push {message.ref} -> {host} ttl={ttl}s topic={message.topic} {text}\n")
        return Outcome(ref=message.ref, kind=Kind.ACCEPTED, status=201)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """A message as the recording gateway got it, with the ``now`` (aware UTC) and the time to live it got."""

    message: PushMessage
    at: datetime
    ttl_s: int
    outcome: Outcome


Answer = Callable[[PushMessage, datetime], Outcome]


class RecordingGateway:
    """Keeps every message and says ``accepted``, or whatever it was told to say; safe to share between threads.

    ``answers`` maps an endpoint to the outcome kind its messages get. What was too late is answered so and not kept,
    as the real gateway would never have sent it.
    """

    def __init__(self, answers: Mapping[str, Kind] = MappingProxyType({})) -> None:
        self._lock = threading.Lock()
        self._answers: dict[str, Answer] = {}
        self._sent: list[Sent] = []
        for endpoint, kind in answers.items():
            self.answer(endpoint, kind)

    @property
    def sent(self) -> tuple[Sent, ...]:
        """Everything handed over so far, in order."""
        with self._lock:
            return tuple(self._sent)

    def answer(
        self,
        endpoint: str,
        kind: Kind,
        *,
        status: int | None = None,
        retry_after_s: float | None = None,
        times: int | None = None,
    ) -> None:
        """Answer messages to ``endpoint`` like this from now on, or only the next ``times`` of them."""
        left = [times]

        def reply(message: PushMessage, now: datetime) -> Outcome:
            if left[0] is not None:
                left[0] -= 1
                if left[0] <= 0:
                    del self._answers[endpoint]
            return Outcome(ref=message.ref, kind=kind, status=status, retry_after_s=retry_after_s)

        with self._lock:
            self._answers[endpoint] = reply

    def clear(self) -> None:
        """Forget what was sent; what was told to `answer` stays."""
        with self._lock:
            self._sent.clear()

    async def send_all(self, messages: Sequence[PushMessage], *, now: datetime) -> list[Outcome]:
        with self._lock:
            return [self._keep(message, now) for message in messages]

    async def close(self) -> None:
        return None

    def _keep(self, message: PushMessage, now: datetime) -> Outcome:
        ttl = message.ttl_at(now)
        if ttl <= 0:
            return Outcome(ref=message.ref, kind=Kind.TOO_LATE)
        reply = self._answers.get(message.endpoint)
        outcome = reply(message, now) if reply else Outcome(ref=message.ref, kind=Kind.ACCEPTED, status=201)
        self._sent.append(Sent(message=message, at=now, ttl_s=ttl, outcome=outcome))
        return outcome


def seconds_later(now: datetime, elapsed_s: float) -> datetime:
    """The caller's ``now`` moved on by what a monotonic clock measured since: time stays an argument while we wait."""
    return now + timedelta(seconds=elapsed_s)
