"""CPU per web push through the real gateway, over TLS to a sink in another process, beside raw encryption.

``python -m bench.send_gateway [--count 3000] [--rounds 5]`` prints one JSON object. CPU is that of this process
alone (all threads); the best of several rounds, because a shared machine only ever adds. ``raw`` is the cryptography
of RFC 8291 with nothing around it; ``encrypt`` the library's own encryption; ``push`` everything: policy, keys,
encryption, header, HTTP and the outcome.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pywebpush import WebPusher

from bench.certificate import trusting
from bench.figures import Figure, report
from bench.push_sink import NAME
from server.delivery.addresses import EndpointPolicy, Loopback
from server.delivery.gateway import BlockingGateway, Kind, PushMessage
from server.delivery.keys import check_keys, encode_base64url
from server.delivery.vapid import Keyring, VapidKey
from server.delivery.webpush import WebPushGateway

_POINT = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--distance-ms", type=float, default=60, help="the far sink's answer time")
    arguments = parser.parse_args()
    key = VapidKey.from_private(ec.generate_private_key(ec.SECP256R1()))
    messages = make_messages(arguments.count, key.id)
    raw = best_cpu(arguments.rounds, lambda: [encrypt_raw(message) for message in messages]) / arguments.count
    encrypt = best_cpu(arguments.rounds, lambda: [encrypt_library(m) for m in messages]) / arguments.count
    near = measure(messages, key, rounds=arguments.rounds, delay_ms=0)
    far = measure(messages, key, rounds=2, delay_ms=arguments.distance_ms)
    report(
        "send_gateway",
        [
            Figure(
                name="a push through the gateway, TLS", ours=near["cpu"] * 1000, unit="ms CPU", limit=raw * 1000,
                against="RFC 8291's cryptography alone", most=0.9, absolute=True,
            ),
            Figure(
                name="the same, against the library's encryption", ours=near["cpu"] * 1000, unit="ms CPU",
                limit=encrypt * 1000, against="pywebpush encode alone",
            ),
        ],
        count=arguments.count, push_per_s=round(1 / near["wall"]), far_ms=arguments.distance_ms,
        far_push_per_s=round(1 / far["wall"]),
    )  # fmt: skip


def make_messages(count: int, key_id: str) -> list[PushMessage]:
    """Messages to as many different phones."""
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    return [
        PushMessage(
            ref=str(number),
            endpoint=f"https://{NAME}/wpush/v2/{number:0180d}",
            p256dh=encode_base64url(ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(*_POINT)),
            auth=encode_base64url(os.urandom(16)),
            vapid_key_id=key_id,
            payload=b"x" * 640,
            topic=f"{number:032d}",
            expires_at=expires_at,
        )
        for number in range(count)
    ]


def measure(messages: list[PushMessage], key: VapidKey, *, rounds: int, delay_ms: float) -> dict[str, float]:
    """Best CPU and wall seconds a push, every one of them accepted."""
    with tempfile.TemporaryDirectory() as folder, running_sink(Path(folder), delay_ms) as (port, cafile):
        gateway = BlockingGateway(
            WebPushGateway(
                keyring=Keyring(key, subject="mailto:bench@example.org"),
                policy=EndpointPolicy(allow_loopback=Loopback(ports={NAME: port})),
                tls=trusting(cafile),
            )
        )
        try:
            gateway.send_all(messages[:200], now=datetime.now(UTC))
            best = {"cpu": float("inf"), "wall": float("inf")}
            for _ in range(rounds):
                cpu, wall = time.process_time(), time.perf_counter()
                for start in range(0, len(messages), 500):
                    outcomes = gateway.send_all(messages[start : start + 500], now=datetime.now(UTC))
                    if any(outcome.kind is not Kind.ACCEPTED for outcome in outcomes):
                        raise SystemExit(f"not every push was accepted: {outcomes[0]}")
                best["cpu"] = min(best["cpu"], (time.process_time() - cpu) / len(messages))
                best["wall"] = min(best["wall"], (time.perf_counter() - wall) / len(messages))
            return best
        finally:
            gateway.close()


@contextmanager
def running_sink(folder: Path, delay_ms: float) -> Iterator[tuple[int, Path]]:
    """A sink in its own process: its port and the certificate to trust."""
    command = [sys.executable, "-m", "bench.push_sink", str(folder), "--delay-ms", str(delay_ms)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        yield told["port"], Path(told["cafile"])
    finally:
        process.terminate()
        process.wait()


def best_cpu(rounds: int, work: Callable[[], object]) -> float:
    """The least CPU seconds that ``work`` took."""
    times = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def encrypt_library(message: PushMessage) -> bytes:
    """The library's encryption alone."""
    keys = {"p256dh": message.p256dh, "auth": message.auth}
    return bytes(WebPusher({"endpoint": message.endpoint, "keys": keys}).encode(message.payload)["body"])


def encrypt_raw(message: PushMessage) -> bytes:
    """RFC 8291 by the cryptographic primitives alone: the least that any sender must do."""
    point, secret = check_keys(message.p256dh, message.auth)
    own = ec.generate_private_key(ec.SECP256R1())
    own_point = own.public_key().public_bytes(*_POINT)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
    ikm = _derive(shared, secret, b"WebPush: info\0" + point + own_point, 32)
    salt = os.urandom(16)
    content_key = _derive(ikm, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(ikm, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(content_key).encrypt(nonce, message.payload + b"\2", None)
    return salt + (4096).to_bytes(4, "big") + bytes([len(own_point)]) + own_point + sealed


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


if __name__ == "__main__":
    main()
