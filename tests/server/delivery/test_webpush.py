import asyncio
import json
import socket
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from server.delivery.addresses import EndpointPolicy
from server.delivery.gateway import BlockingGateway, Kind, Outcome, PushMessage
from server.delivery.vapid import Keyring, VapidKey
from server.delivery.webpush import SendLimits, WebPushGateway
from tests.server.delivery.push_service import GOOGLE, MOZILLA, WINDOWS, LocalPushService, Phone, make_message

NOW = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=60)
KEY = VapidKey.from_private(ec.generate_private_key(ec.SECP256R1()))
NOOR = Phone()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPushService]:
    running = LocalPushService(tmp_path_factory.mktemp("push"))
    yield running
    running.close()


@pytest.fixture(autouse=True)
def _forget(service: LocalPushService) -> None:
    service.got.clear()
    service.answers.clear()
    service.connections.clear()


def message(**changes: object) -> PushMessage:
    return make_message(NOOR, KEY.id, **{"expires_at": SOON, **changes})  # type: ignore[arg-type]


def send(service: LocalPushService, *messages: PushMessage, now: datetime = NOW, **limits: float) -> list[Outcome]:
    gateway = BlockingGateway(
        WebPushGateway(
            keyring=Keyring(KEY, subject="mailto:cleo@example.org"),
            policy=service.policy,
            tls=service.tls,
            limits=SendLimits(**limits),  # type: ignore[arg-type]
        )
    )
    try:
        return gateway.send_all(messages, now=now)
    finally:
        gateway.close()


def test_the_phone_reads_what_was_sent_and_the_push_service_learns_how_to_keep_it(service: LocalPushService) -> None:
    (outcome,) = send(service, message(payload="Hoi Noor, ë en 🌱".encode(), topic="a" * 32))

    assert (outcome.kind, outcome.status, outcome.ref) == (Kind.ACCEPTED, 201, "/wpush/v2/noor")
    assert outcome.ms > 0
    (got,) = service.got
    assert NOOR.decrypt(got.body).decode() == "Hoi Noor, ë en 🌱"
    assert got.host == MOZILLA
    assert got.headers["Content-Encoding"] == "aes128gcm"
    assert 3595 <= int(got.headers["TTL"]) <= 3600
    assert (got.headers["Topic"], got.headers["Urgency"]) == ("a" * 32, "high")
    assert "X-WNS-Cache-Policy" not in got.headers


def test_the_vapid_header_is_signed_for_that_push_service_and_half_a_day(service: LocalPushService) -> None:
    send(service, message(), message(host=GOOGLE, path="/fcm/send/a:b"))

    by_host = {got.host: got.headers["Authorization"] for got in service.got}
    assert Vapid02.verify(by_host[MOZILLA])
    claims = {host: json.loads(urlsafe_b64decode(header.split(".")[1] + "==")) for host, header in by_host.items()}
    assert claims[MOZILLA]["aud"] == f"https://{MOZILLA}"
    assert claims[GOOGLE]["aud"] == f"https://{GOOGLE}"
    assert claims[MOZILLA]["sub"] == "mailto:cleo@example.org"
    assert 0 < claims[MOZILLA]["exp"] - NOW.timestamp() <= 12 * 3600 + 60
    # The path is posted as the browser gave it: Google's tokens hold a colon.
    assert {got.path for got in service.got} == {"/wpush/v2/noor", "/fcm/send/a:b"}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, Kind.ACCEPTED),
        (202, Kind.ACCEPTED),
        (204, Kind.ACCEPTED),  # the library's own sender calls this a failure
        (302, Kind.REFUSED),
        (400, Kind.REFUSED),
        (401, Kind.REFUSED),
        (403, Kind.REFUSED),
        (413, Kind.REFUSED),
        (404, Kind.GONE),
        (410, Kind.GONE),
        (429, Kind.BUSY),
        (500, Kind.BUSY),
        (503, Kind.BUSY),
    ],
)
def test_only_not_found_and_gone_mean_gone(service: LocalPushService, status: int, kind: Kind) -> None:
    service.answer("/wpush/v2/noor", status)
    (outcome,) = send(service, message())
    assert (outcome.kind, outcome.status) == (kind, status)


def test_a_wish_to_wait_is_passed_on(service: LocalPushService) -> None:
    service.answer("/wpush/v2/noor", 429, Retry_After="120")
    (outcome,) = send(service, message())
    assert outcome.retry_after_s == 120


@pytest.mark.parametrize("status", [302, 307, 308])
def test_a_redirect_is_not_followed(service: LocalPushService, status: int) -> None:
    service.answer("/wpush/v2/noor", status, Location=f"https://{MOZILLA}/elsewhere")
    (outcome,) = send(service, message())
    assert outcome.kind is Kind.REFUSED
    assert [got.path for got in service.got] == ["/wpush/v2/noor"]


def test_a_push_service_that_does_not_answer_leaves_us_unsure_and_on_time(service: LocalPushService) -> None:
    async def stall(_request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.Response(status=201)

    service.answers["/wpush/v2/noor"] = stall
    began = time.monotonic()
    (outcome,) = send(service, message(), total_s=0.3)
    assert (outcome.kind, outcome.status, outcome.reason) == (Kind.UNREACHABLE, None, "timeout")
    assert time.monotonic() - began < 2


def test_a_cut_connection_leaves_us_unsure(service: LocalPushService) -> None:
    async def cut(request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    service.answers["/wpush/v2/noor"] = cut
    (outcome,) = send(service, message())
    assert (outcome.kind, outcome.reason) == (Kind.UNREACHABLE, "broken-off")


def test_what_was_accepted_stays_accepted_when_the_rest_of_the_answer_is_cut(service: LocalPushService) -> None:
    async def cut_after_headers(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(status=201, headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"partly")
        assert request.transport is not None
        request.transport.close()
        return response

    service.answers["/wpush/v2/noor"] = cut_after_headers
    (outcome,) = send(service, message())
    assert outcome.kind is Kind.ACCEPTED


def test_an_answer_without_end_is_not_read_to_its_end(service: LocalPushService) -> None:
    async def babble(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(status=400)
        await response.prepare(request)
        while True:
            await response.write(b"x" * 4096)
            await asyncio.sleep(0.01)

    service.answers["/wpush/v2/noor"] = babble
    began = time.monotonic()
    (outcome,) = send(service, message())
    assert outcome.kind is Kind.REFUSED
    assert time.monotonic() - began < 2


def test_a_push_service_that_cannot_prove_its_name_gets_nothing(service: LocalPushService) -> None:
    gateway = BlockingGateway(
        WebPushGateway(keyring=Keyring(KEY, subject="mailto:cleo@example.org"), policy=service.policy)
    )
    try:
        (outcome,) = gateway.send_all([message()], now=NOW)
    finally:
        gateway.close()
    assert (outcome.kind, outcome.reason) == (Kind.UNREACHABLE, "tls")
    assert service.got == []


def test_nothing_leaves_once_the_window_has_closed(service: LocalPushService) -> None:
    outcomes = send(service, message(expires_at=NOW), message(expires_at=NOW - timedelta(days=1)))
    assert [outcome.kind for outcome in outcomes] == [Kind.TOO_LATE, Kind.TOO_LATE]
    assert service.got == []


def test_the_window_is_measured_when_the_message_leaves_not_when_the_batch_began(service: LocalPushService) -> None:
    async def slowly(_request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.sleep(0.7)
        return web.Response(status=201)

    service.answers["/wpush/v2/slow"] = slowly
    closing = NOW + timedelta(seconds=1.5)
    outcomes = send(service, message(path="/wpush/v2/slow"), message(expires_at=closing), at_once=1)
    assert [outcome.kind for outcome in outcomes] == [Kind.ACCEPTED, Kind.TOO_LATE]


def test_time_to_live_has_the_callers_cap(service: LocalPushService) -> None:
    send(service, message(ttl_s=90))
    assert service.got[0].headers["TTL"] == "90"


BAD: dict[str, tuple[dict[str, object], Kind, str]] = {
    "not a push service": ({"endpoint": "https://example.org/x"}, Kind.INVALID, "endpoint-not-allowed"),
    "not https": ({"endpoint": f"http://{MOZILLA}/x"}, Kind.INVALID, "endpoint-malformed"),
    "key is not base64": ({"p256dh": "!!"}, Kind.INVALID, "p256dh-malformed"),
    "key off the curve": ({"p256dh": "B" + "A" * 86}, Kind.INVALID, "p256dh-off-curve"),
    "short secret": ({"auth": "AAAAAAA"}, Kind.INVALID, "auth-malformed"),
    "forgotten key": ({"vapid_key_id": "gone"}, Kind.INVALID, "vapid-key-unknown"),
    "topic with a new line": ({"topic": "t" * 31 + "\n"}, Kind.INVALID, "topic-malformed"),
    "no payload": ({"payload": b""}, Kind.INVALID, "payload-empty"),
    "payload too large for some phones": ({"payload": b"x" * 2001}, Kind.TOO_LARGE, "payload-too-large"),
}


def test_one_bad_message_never_stops_the_rest(service: LocalPushService) -> None:
    bad = [message(ref=name, **changes) for name, (changes, _, _) in BAD.items()]
    good = [message(ref=f"good {n}", path=f"/wpush/v2/{n}") for n in range(len(bad))]
    mixed = [entry for pair in zip(bad, good, strict=True) for entry in pair]

    outcomes = send(service, *mixed)

    assert [outcome.ref for outcome in outcomes] == [entry.ref for entry in mixed]
    assert {outcome.ref: (outcome.kind, outcome.reason) for outcome in outcomes[::2]} == {
        name: (kind, reason) for name, (_, kind, reason) in BAD.items()
    }
    assert {outcome.kind for outcome in outcomes[1::2]} == {Kind.ACCEPTED}
    assert len(service.got) == len(good)


def test_microsoft_gets_the_header_it_wants(service: LocalPushService) -> None:
    send(service, message(host=WINDOWS, path="/w/?token=BQYAAA%3d%3d"))
    (got,) = service.got
    assert got.headers["X-WNS-Cache-Policy"] == "cache"
    assert got.headers["Authorization"].startswith("vapid t=")


def test_connections_are_kept_between_batches(service: LocalPushService) -> None:
    gateway = BlockingGateway(
        WebPushGateway(
            keyring=Keyring(KEY, subject="mailto:cleo@example.org"),
            policy=service.policy,
            tls=service.tls,
            limits=SendLimits(at_once=4),
        )
    )
    try:
        for _ in range(3):
            outcomes = gateway.send_all([message(path=f"/wpush/v2/{n}") for n in range(20)], now=NOW)
            assert {outcome.kind for outcome in outcomes} == {Kind.ACCEPTED}
    finally:
        gateway.close()
        gateway.close()
    assert len(service.got) == 60
    assert len(service.connections) <= 4


def test_no_more_are_in_flight_than_allowed(service: LocalPushService) -> None:
    flying, most = 0, 0

    async def watch(_request: web.BaseRequest) -> web.StreamResponse:
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        await asyncio.sleep(0.02)
        flying -= 1
        return web.Response(status=201)

    service.answers["/wpush/v2/noor"] = watch
    send(service, *[message(ref=str(n)) for n in range(30)], at_once=6)
    assert most == 6


def test_a_proxy_in_the_environment_sees_nothing(service: LocalPushService, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (outcome,) = send(service, message())
    assert outcome.kind is Kind.ACCEPTED


def test_a_push_service_that_fails_all_the_time_is_left_alone_and_does_not_hold_up_another(
    service: LocalPushService,
) -> None:
    async def stall(_request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.Response(status=201)

    service.answers["/wpush/v2/stalled"] = stall
    stalled = [message(ref=f"m{n}", path="/wpush/v2/stalled") for n in range(40)]
    fine = [message(ref=f"g{n}", host=GOOGLE, path="/fcm/send/fine") for n in range(20)]
    began = time.monotonic()
    outcomes = send(service, *stalled, *fine, at_once=8, per_host=4, failures_in_a_row=4, total_s=0.3)
    assert time.monotonic() - began < 2
    assert {outcome.kind for outcome in outcomes[40:]} == {Kind.ACCEPTED}
    put_off = [outcome for outcome in outcomes[:40] if outcome.reason == "host-failing"]
    # Put off means certainly not sent, so it may be tried again without any risk of a repeat.
    assert {outcome.kind for outcome in put_off} == {Kind.BUSY}
    assert len(put_off) >= 32


def test_what_cannot_be_begun_in_time_is_put_off(service: LocalPushService) -> None:
    async def slowly(_request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.sleep(0.2)
        return web.Response(status=201)

    service.answers["/wpush/v2/noor"] = slowly
    outcomes = send(service, *[message(ref=str(n)) for n in range(10)], at_once=1, budget_s=0.3)
    kinds = [outcome.kind for outcome in outcomes]
    assert kinds[:2] == [Kind.ACCEPTED, Kind.ACCEPTED]
    assert kinds[-1] is Kind.BUSY
    assert len(service.got) == kinds.count(Kind.ACCEPTED)


class PoisonedNames(AbstractResolver):
    """A name server that says a push service lives on this machine."""

    def __init__(self, addresses: list[str], port: int) -> None:
        self._addresses = addresses
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=self._port, family=socket.AF_INET, proto=0, flags=0)
            for address in self._addresses
        ]

    async def close(self) -> None:
        return None


def test_a_name_that_leads_to_this_machine_is_not_connected_to(service: LocalPushService) -> None:
    gateway = BlockingGateway(
        WebPushGateway(
            keyring=Keyring(KEY, subject="mailto:cleo@example.org"),
            policy=EndpointPolicy(),
            tls=service.tls,
            resolver=PoisonedNames(["127.0.0.1", "10.0.0.8"], service.port),
        )
    )
    try:
        (outcome,) = gateway.send_all([message()], now=NOW)
    finally:
        gateway.close()
    assert (outcome.kind, outcome.reason) == (Kind.UNREACHABLE, "address-not-public")
    assert service.connections == set()


def test_names_that_cannot_be_looked_up_leave_the_device_alone(service: LocalPushService) -> None:
    class NoNames(PoisonedNames):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[ResolveResult]:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    gateway = BlockingGateway(
        WebPushGateway(
            keyring=Keyring(KEY, subject="mailto:cleo@example.org"),
            policy=EndpointPolicy(),
            resolver=NoNames([], 0),
        )
    )
    try:
        (outcome,) = gateway.send_all([message()], now=NOW)
    finally:
        gateway.close()
    assert (outcome.kind, outcome.reason) == (Kind.UNREACHABLE, "name-not-found")


def test_nothing_to_send_touches_nothing(tmp_path: Path) -> None:
    gateway = BlockingGateway(
        WebPushGateway(keyring=Keyring(KEY, subject="mailto:cleo@example.org"), policy=EndpointPolicy())
    )
    try:
        assert gateway.send_all([], now=NOW) == []
    finally:
        gateway.close()
