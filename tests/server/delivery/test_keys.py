import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from server.delivery.keys import KeysRefused, check_keys, encode_base64url
from tests.server.delivery.push_service import Phone

# Always the same keys: test names are made from them, and every process must collect the same names.
NOOR = Phone(private=ec.derive_private_key(15, ec.SECP256R1()), secret=b"noor's own secret"[:16])


def test_a_browsers_keys_pass_with_and_without_padding() -> None:
    point, secret = check_keys(NOOR.p256dh, NOOR.auth)
    assert (len(point), point[0], secret) == (65, 4, NOOR.secret)
    assert check_keys(NOOR.p256dh + "=", NOOR.auth + "==") == (point, secret)


@pytest.mark.parametrize(
    ("p256dh", "code"),
    [
        ("", "p256dh-malformed"),
        ("not base64!", "p256dh-malformed"),
        (NOOR.p256dh[:-4], "p256dh-malformed"),  # the library would take it until it trips
        (encode_base64url(b"\2" + bytes(64)), "p256dh-malformed"),
        (encode_base64url(b"\4" + bytes(64)), "p256dh-off-curve"),
        (encode_base64url(b"\4" + b"\xff" * 64), "p256dh-off-curve"),
        (NOOR.p256dh + "\n", "p256dh-malformed"),
        (NOOR.p256dh + "===", "p256dh-malformed"),
        ("A" * 10_000, "p256dh-malformed"),
        ("é" * 87, "p256dh-malformed"),
    ],
)
def test_a_public_key_that_cannot_encrypt_is_refused(p256dh: str, code: str) -> None:
    with pytest.raises(KeysRefused) as caught:
        check_keys(p256dh, NOOR.auth)
    assert caught.value.code == code
    assert not p256dh or p256dh not in str(caught.value)


@pytest.mark.parametrize("auth", ["", "AAAAAAA", encode_base64url(bytes(15)), encode_base64url(bytes(17)), "+" * 22])
def test_a_secret_that_is_not_sixteen_bytes_is_refused(auth: str) -> None:
    with pytest.raises(KeysRefused) as caught:
        check_keys(NOOR.p256dh, auth)
    assert caught.value.code == "auth-malformed"
