"""Which processes of a session are still there, whoever their parent is now (Linux's /proc)."""

import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_AFTER_NAME = slice(0, 4)  # state, parent, process group, session


def find_family(sessions: Iterable[int]) -> list[int]:
    """The pids of living processes whose session is one of these: a process that called setsid, and all it begot."""
    wanted = set(sessions)
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, session = (folder / "stat").read_text().rpartition(")")[2].split()[_AFTER_NAME]
        except OSError:  # it has just ended
            continue
        if int(session) in wanted and state not in "ZX":
            found.append(int(folder.name))
    return sorted(found)


def end_family(sessions: Iterable[int]) -> None:
    """SIGKILL to what is still there and comes from the nursery: a number may be somebody else's by now."""
    for pid in find_family(sessions):
        with suppress(OSError):
            if b"tests.faults.nursery" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)


def tell_of(pid: int) -> str:
    """A process by its number, and the name that the system has for it."""
    try:
        return f"{pid} ({Path(f'/proc/{pid}/comm').read_text().strip()})"
    except OSError:
        return str(pid)
