"""Passwords: argon2id with OWASP's parameters, and the rules for a new one.

No list of breached passwords is shipped: rules catch what such lists begin with, and an installation may name a file.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

LEAST, MOST = 12, 200
# 19 MiB, two passes, one lane: the OWASP Password Storage Cheat Sheet's first choice for argon2id.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_KEY_ROWS = ("1234567890", "qwertyuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
_RUN = 4  # signs in a row on the keyboard or in the alphabet
# Words that passwords are built around, in Dutch and English: our own choice, not a published list.
_COMMON = frozenset(
    re.findall(
        r"\w+",
        """
        password passwoord wachtwoord welkom welcome login admin beheer beheerder letmein iloveyou ikhouvanjou
        geheim secret master hallo hello onderzoek research student universiteit university kiem coordinator
        voetbal football ajax feyenoord amsterdam rotterdam nederland holland zomer winter lente herfst summer
        spring autumn dragon monkey sunshine princess superman batman changeme verander default test testing
        januari februari maart april juni juli augustus september oktober november december maandag dinsdag
        woensdag donderdag vrijdag zaterdag zondag
        """,
    )
)
_LEET = str.maketrans("013457@$!", "oleastasi")


def hash_password(password: str) -> str:
    """The argon2id hash in PHC form, with its own random salt."""
    return _HASHER.hash(password)


def verify_password(stored: str, password: str) -> bool:
    """Is it this one? Takes as long for a wrong password as for a right one."""
    try:
        return _HASHER.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Was it hashed with other parameters than today's?"""
    return _HASHER.check_needs_rehash(stored)


@lru_cache(maxsize=1)
def nobodys_hash() -> str:
    """A hash to compare with when there is no account, so that both answers take the same time."""
    return _HASHER.hash("nobody has this password")


def weaknesses(password: str, *, about: Iterable[str] = (), common: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Why it is refused, as stable words: short, long, own, repeated, run, common. Empty: it is fine.

    ``about`` holds what others know of its owner (name, mail address, titles of her studies); ``common`` are passwords
    of the installation's own list, in lower case.
    """
    plain = password.casefold()
    letters = plain.translate(_LEET)
    found = []
    if len(password) < LEAST:
        found.append("short")
    if len(password) > MOST:
        found.append("long")
    words = {word for text in about for word in re.findall(r"[^\W_]{4,}", text.casefold())}
    if any(word in plain or word in letters for word in words):
        found.append("own")
    if len(set(plain)) < 6 or re.fullmatch(r"(.{1,6}?)\1+.{0,5}", plain):
        found.append("repeated")
    if _share_in_runs(plain) > 0.5:
        found.append("run")
    if plain in common or _without_common(letters) < LEAST // 2:
        found.append("common")
    return tuple(found)


def read_common(path: Path | None) -> frozenset[str]:
    """The installation's own list, one password a line; empty without one. Raises OSError when it cannot be read."""
    return frozenset() if path is None else _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> frozenset[str]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        return frozenset(line.strip().casefold() for line in lines if line.strip())


def _share_in_runs(plain: str) -> float:
    """How much of it lies in runs of neighbours, forwards or backwards: ``1234``, ``poiu``, ``abcd``."""
    rows = [row for straight in _KEY_ROWS for row in (straight, straight[::-1])]
    inside: set[int] = set()
    for start in range(len(plain) - _RUN + 1):
        if any(plain[start : start + _RUN] in row for row in rows):
            inside |= set(range(start, start + _RUN))
    return len(inside) / max(len(plain), 1)


def _without_common(letters: str) -> int:
    """How many letters and digits are left when the commonest words and runs of digits are taken out."""
    left = letters
    for word in sorted(_COMMON, key=len, reverse=True):
        left = left.replace(word, "")
    return len(re.sub(r"[\W_]+|(19|20)\d\d", "", left))
