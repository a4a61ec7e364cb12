"""Secrets: making them, hashing them, comparing them. The only module that draws unpredictable bits.

Codes that people type use Crockford's alphabet (https://www.crockford.com/base32.html): 32 signs, five bits each, no I,
L, O or U; whoever reads 0 for O or 1 for L is understood all the same.
"""

import hashlib
import hmac
import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SIGNS = frozenset(ALPHABET)
_LOOK_ALIKES = str.maketrans("OIL", "011")
_SEPARATORS = re.compile(r"[\s\-‐-―−_.]+")


def new_code(length: int) -> str:
    """A code of ``length`` signs, five bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def group_code(code: str) -> str:
    """The code as it is shown, in groups of four: ``7K3M-9QXT``."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_code(typed: str) -> str:
    """What was meant: without spaces and dashes, in capitals, look-alikes put right. Empty when it can be no code."""
    code = _SEPARATORS.sub("", typed).upper().translate(_LOOK_ALIKES)
    return code if set(code) <= _SIGNS else ""


def new_token() -> str:
    """A secret of 256 bits for a machine to keep, in URL-safe letters."""
    return secrets.token_urlsafe(32)


def new_seed() -> bytes:
    """256 unpredictable bits for a study."""
    return secrets.token_bytes(32)


def hash_secret(secret: str) -> bytes:
    """SHA-256, enough for secrets that are random themselves; a thief of the database cannot use what it holds."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()


def hash_code(code: str) -> bytes:
    """scrypt (RFC 7914; 4 MiB, some 10 ms), for a code of sixty bits that people write down: a thief of the database
    would try all of them against SHA-256 in days. The salt is the same for all, because a code is looked up by it."""
    return hashlib.scrypt(code.encode(), salt=b"kiem recovery code", n=2**12, r=8, p=1, dklen=32)


def hash_with_key(key: bytes, *parts: str) -> bytes:
    """HMAC-SHA256 (RFC 2104) of the parts, kept apart by zero bytes: for what a plain hash would not hide."""
    return hmac.digest(key, "\0".join(parts).encode(), "sha256")


def same(one: bytes, other: bytes) -> bool:
    """Equal? In a time that does not depend on where they differ."""
    return hmac.compare_digest(one, other)


class SealBroken(Exception):
    """What was sealed was changed, belongs to another place, or was sealed with another key."""


def seal(key: bytes, plain: bytes, *, place: str) -> bytes:
    """AES-256-GCM (NIST SP 800-38D) with a random nonce in front; opens only with the same key and ``place``."""
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def unseal(key: bytes, sealed: bytes, *, place: str) -> bytes:
    """What `seal` was given. Raises `SealBroken`."""
    try:
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], place.encode())
    except (InvalidTag, ValueError):
        raise SealBroken from None


class KeyBroken(ValueError):
    """A file with a key cannot be used; the message says which, and what to do."""


def load_or_create_secret(path: Path) -> bytes:
    """The 32 bytes in ``path`` (hexadecimal), made when it is not there, readable by its owner only.

    Several processes may start at once: one makes the file, all read it. Raises `KeyBroken` for another content, and
    where others than the owner may read the file.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32) + "\n")
        with suppress(FileExistsError):
            os.link(fresh, path)  # unlike a rename it never replaces what another process has just made
        fresh.unlink()
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyBroken(f"{path} can be read by others; chmod 600 it.")
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        secret = b""
    if len(secret) != 32:
        raise KeyBroken(f"{path} must hold 32 bytes in hexadecimal. Put it back from your copy of the keys.")
    return secret
