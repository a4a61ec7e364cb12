"""Where an export is made, and what of it is kept when its process dies: parts are made once.

A folder for each job, readable by the installation only. The first pass keeps each group of diaries as soon as it is
de-identified, the second each large file; what is whole is noted with its SHA-256, and the note is written last. Who
takes the job up goes on after what is noted and still whole. What makes the bytes what they are (parameters, people
with their ids, this program) is the folder's fingerprint: with another one, everything begins anew. A group whose
people have sent something since is read again as well (`server.export.ledger.count_entries`).

Parts have no internal id. Only the notes say at which hour how many notifications were not accepted; nobody but the
installation sees them, and they go with the folder.
"""

import fcntl
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from server.export.bundle import hash_file

PREFIX = ".work-"
_NOTES = "notes"


def place_of(data_dir: Path, job_id: uuid.UUID) -> Path:
    """The folder in which a job is made."""
    return data_dir / "exports" / f"{PREFIX}{job_id}"


class Busy(Exception):
    """A living process works in this folder."""


@contextmanager
def occupied(folder: Path) -> Iterator[None]:
    """Be the only process that works in ``folder`` (made if need be). Raises `Busy`. A process that dies is out."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("wb") as file:
        _lock(file)
        if not (folder / "lock").exists():  # whoever was here has just cleared up
            raise Busy
        yield


def _lock(file: BinaryIO) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise Busy from None


def is_abandoned(folder: Path) -> bool:
    """Whether somebody worked in ``folder`` who is dead now. False where nobody ever did."""
    if not folder.is_dir():
        return False
    try:
        with occupied(folder):
            return True
    except Busy:
        return False


def count_parts(folder: Path) -> int:
    """How many parts are noted there."""
    return len(list((folder / _NOTES).glob("*.json")))


class Workplace:
    """One folder with its ``parts`` and the ``files`` of the bundle."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files, self.parts = folder / "files", folder / "parts"

    def open(self, fingerprint: str) -> None:
        """Begin, or go on when what lies here was made for the same bundle."""
        note = self.folder / "fingerprint"
        if not note.exists() or note.read_text() != fingerprint:
            for path in (self.files, self.parts, self.folder / _NOTES):
                shutil.rmtree(path, ignore_errors=True)
        for path in (self.files, self.parts, self.folder / _NOTES):
            path.mkdir(exist_ok=True, mode=0o700)
        _write_whole(note, fingerprint.encode())

    def find(self, name: str) -> Any | None:
        """What was noted with a part whose files are all here as they were written; None otherwise."""
        try:
            noted = json.loads((self.folder / _NOTES / f"{name}.json").read_bytes())
            whole = all(hash_file(self.folder / path) == digest for path, digest in noted["files"].items())
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return noted["facts"] if whole else None

    def note(self, name: str, paths: Sequence[Path], facts: Any = None) -> None:
        """These files are whole. The note is the last thing written, so a file without one is not trusted."""
        digests = {path.relative_to(self.folder).as_posix(): hash_file(path) for path in paths}
        content = json.dumps({"files": digests, "facts": facts if facts is not None else {}})
        _write_whole(self.folder / _NOTES / f"{name}.json", content.encode())

    def forget(self, *names: str) -> None:
        """These notes do not hold any more: what they rest on is made again."""
        for name in names:
            (self.folder / _NOTES / f"{name}.json").unlink(missing_ok=True)

    def make(self, name: str, paths: Sequence[Path], write: Callable[[], object]) -> bool:
        """Have files written unless they are here; whether they were."""
        if self.find(name) is not None:
            return True
        write()
        self.note(name, paths)
        return False


def fingerprint_of(facts: Mapping[str, Any]) -> str:
    """SHA-256 of what makes a bundle what it is: these facts, and the program (a newer one may lay rows otherwise)."""
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _write_whole(path: Path, content: bytes) -> None:
    partial = path.with_name(f"{path.name}.new")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
