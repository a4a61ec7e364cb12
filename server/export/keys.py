"""Keys of exports: drawn fresh, kept wrapped outside of their meaning, destroyed in time.

What wraps them is a file beside the installation's other secrets, not in the database: a copy of the database alone
leads from no bundle back to anybody. AES-256-GCM (NIST SP 800-38D) with a random nonce, bound to the export's id.
"""

import hmac
import os
import stat
import uuid
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.crypto import new_seed, new_token

NAME = "export.key"
_NONCE = 12


class KeyFileUnusable(Exception):
    """The file that wraps the keys of exports is not 32 bytes, or others can read it."""


def load_wrapping_key(data_dir: Path) -> bytes:
    """The 32 bytes that wrap the keys of exports here; made, readable by their owner only, when there are none yet.

    Several processes may ask at once: one makes the file, all read it whole. Raises `KeyFileUnusable`.
    """
    path = data_dir / NAME
    if not path.exists():
        fresh = path.with_name(f".{NAME}.{new_token()[:8]}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(new_seed())
        with suppress(FileExistsError):
            os.link(fresh, path)  # unlike a rename it never replaces what another process has just made
        fresh.unlink()
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyFileUnusable(f"{path} can be read by others; chmod 600 it.")
    key = path.read_bytes()
    if len(key) != 32:
        raise KeyFileUnusable(f"{path} is not a key.")
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
