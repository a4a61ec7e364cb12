"""Released content is never edited: a change is a new version in a new file.

A folder's FINGERPRINTS file lists every released file with the SHA-256 of its content (fields and values; comments and
layout may still be mended). Files that are not listed yet are drafts.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from prompts.yaml_reader import ContentError, ContentErrors, plain, read_file

FILE_NAME = "FINGERPRINTS"


def fingerprint(path: Path) -> str:
    """SHA-256 (hex) of the file's content as JSON with sorted keys; ContentErrors if it cannot be read."""
    errors: list[ContentError] = []
    root = read_file(path, errors)
    if root is None:
        raise ContentErrors(errors)
    canonical = json.dumps(plain(root.tree), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_released(folder: Path) -> dict[str, str]:
    """The released files of a folder: file name to fingerprint; empty where nothing was released."""
    listing = folder / FILE_NAME
    if not listing.exists():
        return {}
    lines = listing.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines if line and not line.startswith("#"))}


def check_released(folder: Path) -> list[ContentError]:
    """A mistake for each released file that has changed or gone; unreadable files are named by whoever reads them."""
    errors: list[ContentError] = []
    for name, digest in read_released(folder).items():
        path = folder / name
        if not path.exists():
            message = "was released and is gone; diaries still refer to it"
        elif not _is_readable(path) or fingerprint(path) == digest:
            continue
        else:
            message = "was released and must not change; undo the change and make a new version in a new file"
        errors.append(ContentError(file=name, line=1, field="version", message=message))
    return errors


def release(folder: Path) -> tuple[str, ...]:
    """Add every file that is not listed yet to FINGERPRINTS; the names added. A changed file raises ContentErrors."""
    if errors := check_released(folder):
        raise ContentErrors(errors)
    released = read_released(folder)
    added = tuple(path.name for path in sorted(folder.glob("*.yaml")) if path.name not in released)
    for name in added:
        released[name] = fingerprint(folder / name)
    lines = [f"{released[name]}  {name}" for name in sorted(released)]
    header = "# Released files and their content; written by prompts.fingerprints.release, never by hand.\n"
    (folder / FILE_NAME).write_text(header + "\n".join(lines) + "\n", encoding="utf-8")
    return added


def _is_readable(path: Path) -> bool:
    return read_file(path, []) is not None
