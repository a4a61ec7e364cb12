"""Secrets: making them, hashing them, comparing them. The only module that draws unpredictable bits.

Codes that people type use Crockford's alphabet (https://www.crockford.com/base32.html): 32 signs, five bits each, no I,
L, O or U; whoever reads 0 for O or 1 for L is understood all the same.
"""

import hashlib
import hmac
import re
import secrets

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


def hash_with_key(key: bytes, *parts: str) -> bytes:
    """HMAC-SHA256 (RFC 2104) of the parts, kept apart by zero bytes: for what a plain hash would not hide."""
    return hmac.digest(key, "\0".join(parts).encode(), "sha256")


def same(one: bytes, other: bytes) -> bool:
    """Equal? In a time that does not depend on where they differ."""
    return hmac.compare_digest(one, other)
