"""The two keys of a subscription, as the browser made them (RFC 8291): checked when saved and again when used."""

import base64
import binascii

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec

POINT_BYTES = 65
AUTH_BYTES = 16


class KeysRefused(ValueError):
    """The subscription's keys cannot encrypt anything. ``code`` is stable; the message never repeats a key."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def check_keys(p256dh: str, auth: str) -> tuple[bytes, bytes]:
    """Return the public key (65 bytes, an uncompressed point on P-256) and the secret (16 bytes) of base64url text.

    Raises `KeysRefused`. The encryption library itself takes a five-byte secret and trips over a point that is not on
    the curve, so nothing is left to it.
    """
    point = _decode(p256dh)
    if point is None or len(point) != POINT_BYTES or point[0] != 4:
        raise KeysRefused("p256dh-malformed", "p256dh must be 65 bytes that begin with 4, in base64url.")
    secret = _decode(auth)
    if secret is None or len(secret) != AUTH_BYTES:
        raise KeysRefused("auth-malformed", "auth must be 16 bytes in base64url.")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (ValueError, UnsupportedAlgorithm):
        raise KeysRefused("p256dh-off-curve", "p256dh is not a point of the P-256 curve.") from None
    return point, secret


def encode_base64url(data: bytes) -> str:
    """Base64url without padding, as browsers and JSON web tokens write it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes | None:
    """Strict base64url, with or without padding; None for anything else."""
    body = text.rstrip("=")
    if len(text) > 256 or len(text) - len(body) > 2 or "+" in body or "/" in body:
        return None
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
