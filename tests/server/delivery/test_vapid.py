import json
import stat
from base64 import urlsafe_b64decode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from server.delivery.vapid import Keyring, VapidKey, VapidProblem, load_key, load_or_create_key

NOW = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
MOZILLA = "https://updates.push.services.mozilla.com"
GOOGLE = "https://fcm.googleapis.com"
SUBJECT = "mailto:cleo@example.org"


def make_key() -> VapidKey:
    return VapidKey.from_private(ec.generate_private_key(ec.SECP256R1()))


def claims_of(header: str) -> dict[str, Any]:
    assert Vapid02.verify(header)
    body = header.split(".")[1]
    return dict(json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4))))


def test_a_new_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "vapid.pem"
    made = load_or_create_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    again = load_or_create_key(path)
    assert (again.id, again.public) == (made.id, made.public)
    assert len(urlsafe_b64decode(made.public + "=")) == 65
    assert len(made.id) == 16


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    path = tmp_path / "vapid.pem"
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: load_or_create_key(path), range(16)))
    assert len({key.id for key in keys}) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "vapid.pem"
    load_or_create_key(path)
    path.chmod(0o640)
    with pytest.raises(VapidProblem, match="chmod 600"):
        load_key(path)


@pytest.mark.parametrize(
    "content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_broken_key_file_is_never_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "vapid.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(VapidProblem):
        load_or_create_key(path)
    assert path.read_bytes() == content


def test_a_key_of_another_curve_is_refused() -> None:
    pem = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(VapidProblem, match="P-256"):
        VapidKey.from_pem(pem)


def test_a_missing_key_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(VapidProblem, match="No such file"):
        load_key(tmp_path / "none.pem")


def test_a_key_keeps_its_name_through_its_file() -> None:
    key = make_key()
    assert VapidKey.from_pem(key.pem()).id == key.id
    assert "private" not in repr(key)


def test_the_header_is_signed_for_its_push_service_for_at_most_a_day() -> None:
    key = make_key()
    claims = claims_of(Keyring(key, subject=SUBJECT).authorization(key.id, MOZILLA, now=NOW))
    assert (claims["aud"], claims["sub"]) == (MOZILLA, SUBJECT)
    assert timedelta(hours=1) < datetime.fromtimestamp(claims["exp"], UTC) - NOW <= timedelta(hours=24)


def test_a_header_is_reused_within_the_hour_and_never_for_another_push_service() -> None:
    key = make_key()
    ring = Keyring(key, subject=SUBJECT)
    first = ring.authorization(key.id, MOZILLA, now=NOW)
    assert ring.authorization(key.id, MOZILLA, now=NOW + timedelta(minutes=59)) == first
    assert claims_of(ring.authorization(key.id, GOOGLE, now=NOW))["aud"] == GOOGLE
    later = ring.authorization(key.id, MOZILLA, now=NOW + timedelta(minutes=61))
    assert claims_of(later)["exp"] == claims_of(first)["exp"] + 61 * 60


def test_a_clock_that_is_set_back_gets_a_new_header() -> None:
    key = make_key()
    ring = Keyring(key, subject=SUBJECT)
    ring.authorization(key.id, MOZILLA, now=NOW)
    early = ring.authorization(key.id, MOZILLA, now=NOW - timedelta(hours=20))
    assert datetime.fromtimestamp(claims_of(early)["exp"], UTC) <= NOW - timedelta(hours=20) + timedelta(hours=24)


def test_old_devices_keep_the_key_they_subscribed_with() -> None:
    old, new = make_key(), make_key()
    ring = Keyring(new, older=[old], subject=SUBJECT)
    assert ring.current.id == new.id
    assert ring.authorization(old.id, MOZILLA, now=NOW).endswith(f"k={old.public}")
    assert ring.authorization(new.id, MOZILLA, now=NOW).endswith(f"k={new.public}")
    assert ring.knows(old.id)
    assert not ring.knows("another")
    with pytest.raises(KeyError):
        ring.authorization("another", MOZILLA, now=NOW)


def test_headers_of_many_push_services_do_not_pile_up() -> None:
    key = make_key()
    ring = Keyring(key, subject=SUBJECT)
    for number in range(600):
        ring.authorization(key.id, f"https://wns{number}.notify.windows.com", now=NOW)
    assert len(ring._headers) == 512


@pytest.mark.parametrize("subject", ["", "cleo@example.org", "http://example.org", "mailto:cleo", "javascript:x"])
def test_a_subject_that_push_services_refuse_is_refused_at_once(subject: str) -> None:
    with pytest.raises(VapidProblem, match="mailto"):
        Keyring(make_key(), subject=subject)
