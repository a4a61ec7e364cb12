"""Who we are to the push services (VAPID, RFC 8292): P-256 keys in files, and the Authorization header, kept for reuse.

A browser ties a subscription to the public key it was made with, so a new key reaches only those who subscribe anew:
the old key stays in the keyring for the rows that remember its id.
"""

import contextlib
import os
import secrets
import stat
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02, VapidException

from server.delivery.keys import encode_base64url

VALID_FOR = timedelta(hours=12)  # push services refuse more than 24 hours ahead (RFC 8292 section 2)
RENEW_AFTER = timedelta(hours=1)
ORIGINS_KEPT = 512
PUT_BACK = "Put it back from your copy of the keys."


class VapidProblem(Exception):
    """The VAPID key or subject cannot be used; the message says what to do about it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VapidKey:
    """One key pair. ``id`` names it in device rows; ``public`` is what a browser subscribes with (base64url)."""

    id: str
    public: str
    private: ec.EllipticCurvePrivateKey = field(repr=False)

    @classmethod
    def from_private(cls, private: ec.EllipticCurvePrivateKey) -> "VapidKey":
        """Name a key by its own public half, so that the same file has the same id everywhere (16 hex digits)."""
        point = private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return cls(id=sha256(point).hexdigest()[:16], public=encode_base64url(point), private=private)

    @classmethod
    def from_pem(cls, pem: bytes) -> "VapidKey":
        """Read a PEM private key; raise `VapidProblem` if it is no P-256 key."""
        try:
            private = serialization.load_pem_private_key(pem, password=None)
        except (ValueError, TypeError):
            raise VapidProblem("The VAPID key is not an unencrypted PEM private key.") from None
        if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
            raise VapidProblem("The VAPID key is not a P-256 key.")
        return cls.from_private(private)

    def pem(self) -> bytes:
        """The private key as it is stored."""
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def load_key(path: Path) -> VapidKey:
    """Read the key file; raise `VapidProblem` if it is missing, broken, or readable by others."""
    try:
        mode = path.stat().st_mode
        pem = path.read_bytes()
    except OSError as error:
        raise VapidProblem(f"The VAPID key file {path} cannot be read: {error.strerror}.") from None
    if stat.S_IMODE(mode) & 0o077:
        raise VapidProblem(f"The VAPID key file {path} can be read by others; chmod 600 it.")
    try:
        return VapidKey.from_pem(pem)
    except VapidProblem as problem:
        raise VapidProblem(f"{path}: {problem} {PUT_BACK}") from None


def load_or_create_key(path: Path) -> VapidKey:
    """Read the key file, or make a new key there with mode 0600.

    Any number of processes may start at once: each writes a file of its own and links it to the one name, so exactly
    one key wins, whole, and the others read that one.
    """
    if path.exists():
        return load_key(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(VapidKey.from_private(ec.generate_private_key(ec.SECP256R1())).pem())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(own, path)
    finally:
        own.unlink()
    return load_key(path)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Header:
    text: str
    signed_at: datetime


class Keyring:
    """The key new devices subscribe with, the older ones that old rows remember, and their signed headers.

    ``subject`` is where a push service finds us: ``mailto:`` or ``https:``. Raises `VapidProblem` if it is neither.
    """

    def __init__(self, current: VapidKey, *, older: Iterable[VapidKey] = (), subject: str) -> None:
        self.current = current
        self._keys: Mapping[str, VapidKey] = {key.id: key for key in (*older, current)}
        self._signers = {key.id: Vapid02(key.private) for key in self._keys.values()}
        self._subject = subject
        self._headers: OrderedDict[tuple[str, str], _Header] = OrderedDict()
        if not subject.startswith(("mailto:", "https://")):
            raise VapidProblem("The VAPID subject must be mailto:you@example.org or an https address.")
        try:
            self._signers[current.id].sign({"sub": subject, "aud": "https://example.org", "exp": 1})
        except VapidException:
            raise VapidProblem("The VAPID subject must be mailto:you@example.org or an https address.") from None

    def knows(self, key_id: str) -> bool:
        """Whether the key a device subscribed with is still here."""
        return key_id in self._keys

    def authorization(self, key_id: str, origin: str, *, now: datetime) -> str:
        """The Authorization header for one push service (``https://host``), signed at most once an hour.

        Raises KeyError for a key that is not in the ring. Not for several threads at once: one event loop owns it.
        """
        place = (key_id, origin)
        header = self._headers.get(place)
        # A clock that was set back must not keep a header from its future, hence the lower bound.
        if header is None or not timedelta(0) <= now - header.signed_at < RENEW_AFTER:
            header = _Header(text=self._sign(key_id, origin, now), signed_at=now)
            self._headers[place] = header
            if len(self._headers) > ORIGINS_KEPT:
                self._headers.popitem(last=False)
        return header.text

    def _sign(self, key_id: str, origin: str, now: datetime) -> str:
        claims = {"sub": self._subject, "aud": origin, "exp": int((now + VALID_FOR).timestamp())}
        return str(self._signers[key_id].sign(claims)["Authorization"])
