"""A phone as the API meets it: joins, subscribes, asks and answers over a real connection. For replays and rehearsals.

It keeps its cookies as a simple HTTP client does and holds no rules of its own.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from server.delivery.keys import encode_base64url

BASE = "/api/v1"
LONGEST_WAIT_S = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What the server said: the HTTP status and the JSON body, None where there was none."""

    status: int
    body: Any

    @property
    def ok(self) -> bool:
        return self.status < 400

    @property
    def code(self) -> str:
        """The problem's stable code; "" for a success."""
        return "" if self.ok else str(self.body["code"])

    @property
    def reason(self) -> str:
        """The problem in words, with every error that came along."""
        lines = [str(self.body.get("detail", ""))]
        lines += [f"{error['where']}: {error['message']}" for error in self.body.get("errors", ())]
        return " ".join(line for line in lines if line)


class Line:
    """One kept-alive connection to 127.0.0.1, shared by the phones of one thread."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=LONGEST_WAIT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._connection.close()

    def request(
        self, method: str, path: str, content: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[Reply, SimpleCookie]:
        """One request; the reply and the cookies that it set. Raises OSError when there is no server."""
        self._connection.request(method, path, body=content, headers=dict(headers or {}))
        response = self._connection.getresponse()
        raw = response.read()
        cookies = SimpleCookie()
        for line in response.headers.get_all("Set-Cookie") or ():
            cookies.load(line)
        return Reply(status=response.status, body=json.loads(raw) if raw else None), cookies


class Phone:
    """One person's phone on a line. ``name`` makes its push subscription, the same every time."""

    def __init__(self, line: Line, name: str) -> None:
        self._line = line
        self._name = name
        self._cookies: dict[str, str] = {}

    @property
    def endpoint(self) -> str:
        """Where pushes to this phone would go; only a recording gateway ever sees it."""
        digest = hashlib.sha256(self._name.encode()).hexdigest()
        return f"https://updates.push.services.mozilla.com/wpush/v2/imagined-{digest[:32]}"

    def join(self, code: str, *, language: str, zone: str, birth_year: int) -> Reply:
        """Read what the study tells, say yes to all of it, and join."""
        intro = self.send("GET", f"/intro/{code}?language={language}")
        if not intro.ok:
            return intro
        text = intro.body["consent"]
        said = {name: text[name] for name in ("version", "sha256", "language")}
        consent = {**said, "scopes": {"use": True, "research": True, "sharing": True, "recontact": True}}
        who = {"code": code, "language": language, "zone": zone, "birth_year": birth_year}
        return self.send("POST", "/join", {**who, "consent": consent})

    def subscribe(self) -> Reply:
        subscription = {"endpoint": self.endpoint, "keys": self._keys(), "platform": "android", "standalone": True}
        return self.send("PUT", "/devices", subscription)

    def see_today(self) -> Reply:
        return self.send("GET", "/today")

    def see_trends(self) -> Reply:
        return self.send("GET", "/trends")

    def answer(self, beep: str, entry: Mapping[str, Any]) -> Reply:
        return self.send("PUT", f"/beeps/{beep}/response", entry)

    def keep_entry(self, event: uuid.UUID, entry: Mapping[str, Any]) -> Reply:
        """A self-started entry."""
        return self.send("PUT", f"/events/{event}/response", entry)

    def send(self, method: str, path: str, body: object = None) -> Reply:
        """Any request below /api/v1; ``body`` goes as JSON, bytes as they are."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        if content is not None:
            headers["Content-Type"] = "application/json"
        reply, cookies = self._line.request(method, BASE + path, content, headers)
        # A Secure cookie never goes over plain HTTP; the server sends a twin without it to this very machine.
        self._cookies |= {name: morsel.value for name, morsel in cookies.items() if not morsel["secure"]}
        return reply

    def _keys(self) -> dict[str, str]:
        """Keys as a browser makes them (RFC 8291): a point on P-256 and sixteen bytes, both derived from the name."""
        secret = hashlib.sha256(b"phone" + self._name.encode()).digest()
        point = ec.derive_private_key(int.from_bytes(secret[:24]) + 1, ec.SECP256R1()).public_key()
        raw = point.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        return {"p256dh": encode_base64url(raw), "auth": encode_base64url(secret[:16])}


def make_entry(
    instrument: str,
    *,
    answers: Mapping[str, Any],
    shown: list[str],
    started_at: datetime,
    finished_at: datetime,
    zone: str,
    app: str,
    skipped: list[str] | None = None,
    item_ms: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """The body of an answer; times aware, ``zone`` IANA: where the phone was."""
    offset = finished_at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return {
        "instrument": instrument,
        "started_at": started_at.isoformat(),
        "finished_at": finished_at.isoformat(),
        "answers": dict(answers),
        "skipped": skipped or [],
        "shown": shown,
        "item_ms": dict(item_ms or {}),
        "zone": zone,
        "utc_offset_min": offset // timedelta(minutes=1),
        "app": app,
    }
