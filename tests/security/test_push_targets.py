"""What a stranger's browser calls its push service never makes our server talk to anything else (SSRF).

Checked when a subscription is kept and at every send; here with the machine's own look-up of names, turned round
between the two, and something that listens where it would lead.
"""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask.testing import FlaskClient

from server.db import Database
from server.delivery.addresses import EndpointPolicy, Loopback
from server.delivery.gateway import BlockingGateway, Kind, Outcome
from server.delivery.vapid import Keyring, VapidKey
from server.delivery.webpush import SendLimits, WebPushGateway
from tests.cast import Cast
from tests.security.town import read_everything
from tests.server.delivery.push_service import GOOGLE, Phone, make_message

NOW = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
KEY = VapidKey.from_private(ec.generate_private_key(ec.SECP256R1()))


class Listener:
    """Counts who connects; answers nothing."""

    def __init__(self) -> None:
        self.came = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self.port = int(self._socket.getsockname()[1])
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            self.came += 1
            connection.close()

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


def send(policy: EndpointPolicy) -> Outcome:
    gateway = BlockingGateway(
        WebPushGateway(
            keyring=Keyring(KEY, subject="mailto:cleo@example.org"), policy=policy, limits=SendLimits(total_s=3)
        )
    )
    try:
        (outcome,) = gateway.send_all(
            [make_message(Phone(), KEY.id, expires_at=NOW + timedelta(hours=1), host=GOOGLE, path="/fcm/send/x")],
            now=NOW,
        )
        return outcome
    finally:
        gateway.close()


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["127.0.0.1", "127.0.0.2"],
        ["0.0.0.0"],
        ["169.254.169.254"],
        ["10.1.2.3"],
        ["192.168.0.1"],
        ["100.64.0.1"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["fd00::1"],
        ["fe80::1"],
    ],
)
def test_a_name_that_turned_round_since_it_was_kept_leads_nowhere(
    monkeypatch: pytest.MonkeyPatch, listener: Listener, addresses: list[str]
) -> None:
    """DNS rebinding, with the look-up that the real sender uses."""
    asked: list[str] = []

    def look_up(host: Any, port: Any, *_: Any, **__: Any) -> list[Any]:
        asked.append(str(host))
        return [_entry(address, listener.port) for address in addresses]

    EndpointPolicy().check(f"https://{GOOGLE}/fcm/send/x")
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    outcome = send(EndpointPolicy())
    assert asked == [GOOGLE], "the name was looked up anew, once, and nothing looks it up after the check"
    assert (outcome.kind, outcome.reason) == (Kind.UNREACHABLE, "address-not-public")
    assert listener.came == 0


def test_this_listener_would_notice(listener: Listener) -> None:
    outcome = send(EndpointPolicy(allow_loopback=Loopback(ports={GOOGLE: listener.port})))
    assert outcome.kind is Kind.UNREACHABLE
    assert listener.came > 0


def test_no_proxy_of_the_machine_is_taken_for_the_way_out(monkeypatch: pytest.MonkeyPatch, listener: Listener) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{listener.port}")

    def look_up(host: Any, port: Any, *_: Any, **__: Any) -> list[Any]:
        return [_entry("10.0.0.1", 443)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert send(EndpointPolicy()).reason == "address-not-public"
    assert listener.came == 0


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://localhost/x",
        "https://metadata.google.internal/computeMetadata/v1/",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://fcm.googleapis.com.evil.example/x",
        "https://fcm.googleapis.com\\@127.0.0.1/x",
        "https://fcm.googleapis.com#@evil.example/",
        "https://xn--fcm-googleapis-com/x",
        "https://ｆcm.googleapis.com/x",
        "https://fcm.googleapis.com\r\nHost: evil.example/x",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_",
        "ftp://fcm.googleapis.com/x",
        "javascript:alert(1)",
        "//fcm.googleapis.com/x",
        "https://evil.push.apple.com.evil.example/x",
        "https://.push.apple.com/x",
    ],
)
def test_such_a_subscription_is_not_kept(client: FlaskClient, database: Database, cast: Cast, endpoint: str) -> None:
    before = read_everything(database)
    phone = Phone()
    body = {"endpoint": endpoint, "keys": {"p256dh": phone.p256dh, "auth": phone.auth}}
    answer = client.put("/api/v1/devices", json=body, headers=cast.noor.headers)
    assert (answer.status_code, answer.json["code"]) == (422, "subscription-refused")
    assert "evil" not in answer.text, "a refusal does not repeat what was sent"
    assert read_everything(database) == before


def _entry(address: str, port: int) -> Any:
    if ":" in address:
        return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
