"""Keys of exports: drawn fresh, kept wrapped outside of their meaning, destroyed in time.

What wraps them is a file beside the installation's other secrets, not in the database: a copy of the database alone
leads from no bundle back to anybody. AES-256-GCM (NIST SP 800-38D) with a random nonce, bound to the export's id.
"""

import hmac
import os
import uuid
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.crypto import new_seed

NAME = "export.key"
_NONCE = 12


class KeyFileUnusable(Exception):
    """The file that wraps the keys of exports is not 32 bytes."""


def load_wrapping_key(data_dir: Path) -> bytes:
    """The 32 bytes that wrap the keys of exports here; made, readable by their owner only, when there are none yet."""
    path = data_dir / NAME
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_bytes()
        if len(key) != 32:
            raise KeyFileUnusable(f"{path} is not a key.") from None
        return key
    with os.fdopen(descriptor, "wb") as file:
        key = new_seed()
        file.write(key)
    return key


def linking_secret(wrapping: bytes) -> bytes:
    """What the ids of linked exports hang on (see `pseudonyms.agreement_key`): a key of its own from the same file."""
    return hmac.digest(wrapping, b"linked exports", "sha256")


def wrap(key: bytes, export: uuid.UUID, *, wrapping: bytes) -> bytes:
    nonce = new_seed()[:_NONCE]
    return nonce + AESGCM(wrapping).encrypt(nonce, key, export.bytes)


def unwrap(wrapped: bytes, export: uuid.UUID, *, wrapping: bytes) -> bytes:
    """Raises `cryptography.exceptions.InvalidTag` for another export's key or another file."""
    return AESGCM(wrapping).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], export.bytes)
