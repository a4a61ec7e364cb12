"""Where files that live as long as a test lie in memory: every commit of the product waits for the disk, as it should,
and a new PostgreSQL database is six hundred files."""

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 2**30  # bytes that must be free


def in_memory() -> Path | None:
    """A folder in memory that may be written to and has room; None where there is none."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return None
    return MEMORY
