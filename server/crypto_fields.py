"""Columns that the database holds but cannot read: AES-256-GCM with a ring of keys, and an index for looking up.

What is stored: one byte that names the key, twelve of nonce, the ciphertext with its tag. The column's own name
(``table.column``) is authenticated along with it, so that a value copied into another column does not open. Keys live
in files outside the database and its backups; whoever has only one of the two reads nothing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.engine import Engine
from sqlalchemy.types import TypeDecorator

from server.crypto import KeyBroken, SealBroken, hash_with_key, load_or_create_secret, seal, unseal

_ON_DIALECT = "kiem_field_keys"


class NoFieldKeys(Exception):
    """A sealed column was touched through an engine that was not given its keys."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldKey:
    """One key of 32 bytes. Its name is a byte of its own hash: a file needs no number, and a ring no order but age."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> int:
        """0..255"""
        return hashlib.sha256(b"kiem field key" + self.secret).digest()[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldKeys:
    """The newest key seals, every key opens. Raises ValueError when two keys would have one name."""

    keys: tuple[FieldKey, ...]

    def __post_init__(self) -> None:
        if not self.keys or len({key.id for key in self.keys}) != len(self.keys):
            raise ValueError("A ring needs keys with different names; make the newest one anew.")

    @property
    def newest(self) -> FieldKey:
        return self.keys[0]

    def seal(self, plain: str, *, place: str) -> bytes:
        """Key name, nonce, ciphertext and tag; ``place`` is ``table.column``."""
        return bytes([self.newest.id]) + seal(self.newest.secret, plain.encode(), place=place)

    def unseal(self, sealed: bytes, *, place: str) -> str:
        """What `seal` was given. Raises `SealBroken`, also for a key that is not in the ring any more."""
        for key in self.keys:
            if sealed[:1] == bytes([key.id]):
                return unseal(key.secret, sealed[1:], place=place).decode()
        raise SealBroken

    def index(self, plain: str, *, place: str) -> bytes:
        """The value's name in a look-up column: HMAC-SHA256 under the newest key. Equal values, equal names."""
        return _index(self.newest, plain, place)

    def indexes(self, plain: str, *, place: str) -> list[bytes]:
        """The names under every key: what a look-up asks for while rows of an older key are left."""
        return [_index(key, plain, place) for key in self.keys]

    def is_current(self, sealed: bytes) -> bool:
        """Whether the newest key sealed this."""
        return sealed[:1] == bytes([self.newest.id])


class SealedText(TypeDecorator[str]):
    """Text in Python, sealed in the database. ``place`` is ``table.column``."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else keys_of(dialect).seal(value, place=self.place)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else keys_of(dialect).unseal(bytes(value), place=self.place)


def give_keys(engine: Engine, keys: FieldKeys) -> None:
    """Let what goes through this engine open and seal; an engine without keys cannot touch a sealed column."""
    setattr(engine.dialect, _ON_DIALECT, keys)


def keys_of(dialect: Dialect) -> FieldKeys:
    """The keys this engine was given. Raises `NoFieldKeys`."""
    keys = getattr(dialect, _ON_DIALECT, None)
    if keys is None:
        raise NoFieldKeys
    return keys  # type: ignore[no-any-return]  # put there by `give_keys`


def load_field_keys(paths: Sequence[Path]) -> FieldKeys:
    """The ring of these files (32 bytes in hexadecimal each), newest first; only the first is made when missing.

    Raises `KeyBroken` for an older one that is missing, and for another content.
    """
    newest, *older = paths
    missing = [str(path) for path in older if not path.exists()]
    if missing:
        raise KeyBroken(f"Older keys are missing: {', '.join(missing)}. Put them back from your copy of the keys.")
    return FieldKeys(keys=tuple(FieldKey(secret=load_or_create_secret(path)) for path in (newest, *older)))


def _index(key: FieldKey, plain: str, place: str) -> bytes:
    return hash_with_key(hash_with_key(key.secret, "index"), place, plain)
