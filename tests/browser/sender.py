"""The real sender, on its way to a local push service."""

import json
import ssl
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from server.delivery.addresses import EndpointPolicy, Loopback
from server.delivery.gateway import BlockingGateway, Outcome, PushMessage
from server.delivery.payload import BeepFacts, PushKind, render, topic_of
from server.delivery.vapid import Keyring, VapidKey, load_or_create_key
from server.delivery.webpush import WebPushGateway


class LocalService(Protocol):
    """What the sender must know of a local push service."""

    @property
    def loopback(self) -> Loopback: ...

    @property
    def tls(self) -> ssl.SSLContext: ...


class Sender:
    """Sends beeps as the worker does: rendered, encrypted, signed, posted."""

    def __init__(self, folder: Path, service: LocalService, *, public_url: str) -> None:
        self.key: VapidKey = load_or_create_key(folder / "vapid.pem")
        self.other_key: VapidKey = load_or_create_key(folder / "other.pem")
        self._public_url = public_url
        self.gateway = BlockingGateway(
            WebPushGateway(
                keyring=Keyring(self.key, older=[self.other_key], subject="mailto:cleo@example.org"),
                policy=EndpointPolicy(allow_loopback=service.loopback),
                tls=service.tls,
            )
        )

    def send(
        self,
        subscription: str,
        *,
        beep: uuid.UUID,
        kind: PushKind = PushKind.QUESTIONNAIRE,
        lasts: timedelta = timedelta(hours=1),
        key: VapidKey | None = None,
        seed: int = 0,
    ) -> Outcome:
        """Send one push now to a subscription as the browser's JSON gives it."""
        now = datetime.now(UTC)
        made: dict[str, Any] = json.loads(subscription)
        facts = BeepFacts(id=beep, kind=kind, due_at=now, expires_at=now + lasts, language="en")
        message = PushMessage(
            ref=str(beep),
            endpoint=made["endpoint"],
            p256dh=made["keys"]["p256dh"],
            auth=made["keys"]["auth"],
            vapid_key_id=(key or self.key).id,
            payload=render(facts, public_url=self._public_url, seed=seed),
            topic=topic_of(beep),
            expires_at=facts.expires_at,
        )
        (outcome,) = self.gateway.send_all([message], now=now)
        return outcome

    def close(self) -> None:
        self.gateway.close()
