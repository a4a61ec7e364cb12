"""Files with somebody's data in them, handed over on the command line: their owner's only, and whole or not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def open_private(path: Path) -> IO[bytes]:
    """A new file to write that nobody but its owner can read from its first byte on, whatever the umask says.

    What lay there under that name goes first: it might be somebody else's to read. Raises OSError.
    """
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


@contextmanager
def handed_over(out: Path) -> Iterator[IO[bytes]]:
    """A file that appears as ``out`` (mode 0600) when the block ends well, and leaves nothing when it does not."""
    partial = out.with_name(f".{out.name}.part")
    try:
        with open_private(partial) as file:
            yield file
        os.replace(partial, out)
    finally:
        partial.unlink(missing_ok=True)
