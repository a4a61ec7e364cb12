"""What a push service demands of a post, as both stand-ins check it: RFC 8030, RFC 8188 and RFC 8292."""

import base64
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from py_vapid import Vapid02

LARGEST_BODY = 4096


class Refusal(Exception):
    """A post that gets ``status`` instead of 201."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """A message that was accepted; ``keep_until`` is in seconds since 1970."""

    body: bytes
    ttl: int
    topic: str | None
    urgency: str
    keep_until: float

    def put_into(self, waiting: list["Posted"]) -> None:
        """Queue it; it replaces what waits with the same topic."""
        if self.topic is not None:
            waiting[:] = [other for other in waiting if other.topic != self.topic]
        waiting.append(self)


def check_post(headers: Mapping[str, str], body: bytes, *, origin: str, key: str | None, wrong_key: int) -> Posted:
    """Check a post to one subscription; raise `Refusal` with the status that the real service gives.

    ``key`` is the public key (base64url) the browser subscribed with; ``wrong_key`` is what another one gets.
    """
    _check_vapid(headers.get("Authorization", ""), origin=origin, key=key, wrong_key=wrong_key)
    if headers.get("Content-Encoding") != "aes128gcm":
        raise Refusal(400, "not aes128gcm")
    ttl = headers.get("TTL", "")
    if not ttl.isdigit():
        raise Refusal(400, "no TTL")
    topic = headers.get("Topic")
    if topic is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", topic):
        raise Refusal(400, "a topic has 1 to 32 characters of base64url")
    if len(body) > LARGEST_BODY:
        raise Refusal(413, "too large")
    return Posted(
        body=body,
        ttl=int(ttl),
        topic=topic,
        urgency=headers.get("Urgency", "normal"),
        keep_until=time.time() + int(ttl),
    )


def _check_vapid(header: str, *, origin: str, key: str | None, wrong_key: int) -> None:
    match = re.fullmatch(r"vapid t=([\w-]+)\.([\w-]+)\.([\w-]+),k=([\w-]+)", header)
    if match is None or not Vapid02.verify(header):
        raise Refusal(401, "no valid signature")
    claims = json.loads(_decode(match[2]))
    if claims.get("aud") != origin:
        raise Refusal(401, "signed for another push service")
    if not time.time() < claims.get("exp", 0) <= time.time() + 24 * 3600 + 60:
        raise Refusal(401, "expired, or valid for more than a day")
    if not str(claims.get("sub", "")).startswith(("mailto:", "https://")):
        raise Refusal(401, "nobody to write to")
    if key is not None and _decode(key) != _decode(match[4]):
        raise Refusal(wrong_key, "signed with another key than the subscription was made with")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
