"""Subscriptions and receipts over HTTP: what is mine is mine."""

from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask.testing import FlaskClient
from sqlalchemy import select

from server.db import Database
from server.delivery.models import Device, Receipt
from tests.cast import NOW, Cast
from tests.databases import both_databases
from tests.factories import make_beep

ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/abc"


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def keys(auth: bytes = b"a" * 16) -> dict[str, str]:
    point = ec.derive_private_key(7, ec.SECP256R1()).public_key()
    raw = point.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return {"p256dh": b64(raw), "auth": b64(auth)}


def body(**changes: object) -> dict[str, object]:
    return {"endpoint": ENDPOINT, "keys": keys(), "platform": "android", "standalone": True, **changes}


def rows(database: Database) -> list[Device]:
    with database.reading() as session:
        return list(session.scalars(select(Device)))


@both_databases
def test_a_subscription_sent_at_every_start_stays_one_row(client: FlaskClient, cast: Cast, database: Database) -> None:
    answers = [client.put("/api/v1/devices", json=body(), headers=cast.noor.headers).status_code for _ in range(3)]
    assert answers == [201, 200, 200]
    (device,) = rows(database)
    assert device.participant_id == cast.noor.participant.id
    assert device.vapid_key_id == "test-key"


@both_databases
def test_sam_cannot_take_noors_subscription(client: FlaskClient, cast: Cast, database: Database) -> None:
    client.put("/api/v1/devices", json=body(), headers=cast.noor.headers)
    stolen = client.put("/api/v1/devices", json=body(keys=keys(b"b" * 16)), headers=cast.sam.headers)
    assert (stolen.status_code, stolen.json["code"]) == (409, "device-taken")
    assert client.delete("/api/v1/devices", json={"endpoint": ENDPOINT}, headers=cast.sam.headers).status_code == 404
    (device,) = rows(database)
    assert (device.participant_id, device.retired_at) == (cast.noor.participant.id, None)


def test_the_same_browser_moves_to_who_joined_on_it_last(client: FlaskClient, cast: Cast, database: Database) -> None:
    client.put("/api/v1/devices", json=body(), headers=cast.noor.headers)
    assert client.put("/api/v1/devices", json=body(), headers=cast.sam.headers).status_code == 200
    assert [device.participant_id for device in rows(database)] == [cast.sam.participant.id]


def test_a_retired_subscription_comes_back_when_the_phone_sends_it(
    client: FlaskClient, cast: Cast, database: Database
) -> None:
    client.put("/api/v1/devices", json=body(), headers=cast.noor.headers)
    assert client.delete("/api/v1/devices", json={"endpoint": ENDPOINT}, headers=cast.noor.headers).status_code == 204
    assert rows(database)[0].retired_why == "unsubscribed"
    client.put("/api/v1/devices", json=body(), headers=cast.noor.headers)
    assert rows(database)[0].retired_at is None


def test_the_sixth_phone_retires_the_first(client: FlaskClient, cast: Cast, database: Database, clock) -> None:
    for number in range(6):
        clock.move(timedelta(minutes=1))
        client.put("/api/v1/devices", json=body(endpoint=f"{ENDPOINT}{number}"), headers=cast.noor.headers)
    gone = [device.endpoint[-1] for device in rows(database) if device.retired_why == "surplus"]
    assert gone == ["0"]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"endpoint": "https://evil.example/x"}, 1),
        ({"endpoint": "http://updates.push.services.mozilla.com/x"}, 1),
        ({"endpoint": "https://127.0.0.1/x"}, 1),
        ({"endpoint": "https://evil.example/x", "keys": {"p256dh": "AAAA", "auth": "AAAA"}}, 2),
    ],
)
def test_a_subscription_that_cannot_be_used_is_refused_with_every_reason(
    client: FlaskClient, cast: Cast, database: Database, changes: dict[str, object], codes: int
) -> None:
    answer = client.put("/api/v1/devices", json=body(**changes), headers=cast.noor.headers)
    assert (answer.status_code, answer.json["code"]) == (422, "subscription-refused")
    assert len(answer.json["errors"]) == codes
    assert rows(database) == []


@pytest.mark.parametrize(("method", "path"), [("put", "/devices"), ("delete", "/devices"), ("post", "/receipts")])
def test_nobody_in_particular_may_do_nothing(client: FlaskClient, method: str, path: str) -> None:
    sent = body() if path == "/devices" else {"receipts": []}
    assert getattr(client, method)(f"/api/v1{path}", json=sent).status_code == 401
    assert client.get("/api/v1/push-key").status_code == 200


@both_databases
def test_the_first_receipt_of_a_kind_counts_and_somebody_elses_is_ignored(
    client: FlaskClient, cast: Cast, database: Database
) -> None:
    with database.transaction() as session:
        mine = make_beep(session, participant=cast.noor.participant)
        sams = make_beep(session, participant=cast.sam.participant)
    lines = [
        {"beep": str(mine.id), "kind": "shown", "at": NOW.isoformat()},
        {"beep": str(mine.id), "kind": "opened", "at": (NOW + timedelta(seconds=9)).isoformat()},
        {"beep": str(sams.id), "kind": "opened", "at": NOW.isoformat()},
        {"beep": str(mine.id), "kind": "started", "at": (NOW + timedelta(hours=9)).isoformat()},
    ]
    first = client.post("/api/v1/receipts", json={"receipts": lines}, headers=cast.noor.headers)
    assert (first.json["kept"], first.json["ignored"]) == (2, 2)
    later = [{"beep": str(mine.id), "kind": "shown", "at": (NOW + timedelta(minutes=1)).isoformat()}]
    assert client.post("/api/v1/receipts", json={"receipts": later}, headers=cast.noor.headers).status_code == 200
    with database.reading() as session:
        kept = {row.kind: row.device_at for row in session.scalars(select(Receipt))}
    assert kept == {"shown": NOW, "opened": NOW + timedelta(seconds=9)}
