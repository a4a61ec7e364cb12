import asyncio
import io
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from server.delivery.gateway import BlockingGateway, ConsoleGateway, Kind, PushMessage, RecordingGateway
from server.delivery.transports import open_gateway
from server.delivery.vapid import Keyring, VapidKey
from server.delivery.webpush import WebPushGateway
from tests.server.delivery.push_service import Phone, make_message

NOW = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
NOOR = Phone()


def message(path: str = "/noor", **changes: object) -> PushMessage:
    return make_message(NOOR, "key", **{"expires_at": NOW + timedelta(hours=1), "path": path, **changes})  # type: ignore[arg-type]


def test_the_console_shows_one_readable_line_a_message() -> None:
    out = io.StringIO()
    late = message("/late", expires_at=NOW)
    outcomes = asyncio.run(ConsoleGateway(out).send_all([message(), late], now=NOW))
    assert [outcome.kind for outcome in outcomes] == [Kind.ACCEPTED, Kind.TOO_LATE]
    (line,) = out.getvalue().splitlines()
    assert "ttl=3600s" in line
    assert '{"web_push":8030}' in line
    assert NOOR.auth not in line


def test_the_recording_gateway_keeps_what_it_was_given_and_when() -> None:
    gateway = RecordingGateway()
    asyncio.run(gateway.send_all([message("/a"), message("/b"), message("/late", expires_at=NOW)], now=NOW))
    assert [(sent.message.ref, sent.at, sent.ttl_s) for sent in gateway.sent] == [("/a", NOW, 3600), ("/b", NOW, 3600)]
    gateway.clear()
    assert gateway.sent == ()


def test_the_recording_gateway_answers_as_it_was_told() -> None:
    gone, busy, fine = message("/gone"), message("/busy"), message("/fine")
    gateway = RecordingGateway({gone.endpoint: Kind.GONE})
    gateway.answer(busy.endpoint, Kind.BUSY, status=429, retry_after_s=30, times=2)

    def kinds() -> list[Kind]:
        return [outcome.kind for outcome in asyncio.run(gateway.send_all([gone, busy, fine], now=NOW))]

    assert kinds() == kinds() == [Kind.GONE, Kind.BUSY, Kind.ACCEPTED]
    assert kinds() == [Kind.GONE, Kind.ACCEPTED, Kind.ACCEPTED]
    assert gateway.sent[1].outcome.retry_after_s == 30


def test_several_threads_may_send_at_once_and_nothing_is_lost() -> None:
    recording = RecordingGateway()
    gateway = BlockingGateway(recording)
    threads = [
        threading.Thread(target=lambda: [gateway.send_all([message()], now=NOW) for _ in range(50)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gateway.close()
    assert len(recording.sent) == 200


def test_a_message_with_a_naive_expiry_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="aware"):
        message(expires_at=datetime(2026, 3, 27, 9, 0))


def test_the_gateway_is_chosen_by_its_name() -> None:
    key = VapidKey.from_private(ec.generate_private_key(ec.SECP256R1()))
    ring = Keyring(key, subject="mailto:cleo@example.org")
    assert isinstance(open_gateway("console", keyring=ring), ConsoleGateway)
    assert isinstance(open_gateway("recording", keyring=ring), RecordingGateway)
    assert isinstance(open_gateway("webpush", keyring=ring, extra_hosts=["up.example.nl"], budget_s=5), WebPushGateway)
    with pytest.raises(ValueError, match="carrier-pigeon"):
        open_gateway("carrier-pigeon", keyring=ring)
