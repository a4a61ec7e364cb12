"""The zip: the same bytes for the same files, and able to show that it is whole. Pure but for the files it reads.

Entries in the order of their names, with one fixed time and plain permissions; no extra fields, so no user and no
host. SHA256SUMS names every other file; manifest.json says how many rows each has, so that a file cut short shows.
"""

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from server.export.handing import open_private

FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_BLOCK = 1 << 20
_READY = (".parquet", ".png")  # compressed already
_LEVEL = 6
_LARGE, _LARGE_LEVEL = 64 << 20, 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Packed:
    """The finished zip."""

    bytes: int
    sha256: str


def hash_file(path: Path) -> str:
    """SHA-256 as 64 hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def write_sums(files: Mapping[str, str]) -> bytes:
    """SHA256SUMS as ``sha256sum -c`` reads it; ``files``: digest by name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(files.items())).encode()


def pack(folder: Path, target: Path, *, inside: str) -> Packed:
    """Zip everything in ``folder`` under the folder name ``inside``; its owner's only from the first byte on.

    Raises OSError; ``target`` may then be half.
    """
    with open_private(target) as file, zipfile.ZipFile(file, "w", allowZip64=True) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            _add(archive, path, f"{inside}/{path.relative_to(folder).as_posix()}")
    return Packed(bytes=target.stat().st_size, sha256=hash_file(target))


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    info = zipfile.ZipInfo(name, FIXED_TIME)
    info.create_system = 3
    info.external_attr = 0o644 << 16
    info.compress_type = zipfile.ZIP_STORED if path.suffix in _READY else zipfile.ZIP_DEFLATED
    info.file_size = path.stat().st_size  # decides on zip64 before the first byte
    # The level is an attribute without a public way to set it for a streamed entry.
    info._compresslevel = _LARGE_LEVEL if info.file_size > _LARGE else _LEVEL  # type: ignore[attr-defined]
    with path.open("rb") as source, archive.open(info, "w") as entry:
        while block := source.read(_BLOCK):
            entry.write(block)
