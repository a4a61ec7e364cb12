"""When the next backup is due, and what an earlier one that was killed has left behind.

A backup under way holds a lock on its unfinished folder. The lock ends with the process, however that ended: so what
lies there without one is half a backup that nobody will finish, and in the way on a disk that is full.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

MANIFEST = "manifest.json"
STAMP = "kiem-%Y%m%dT%H%M%SZ"
UNFINISHED = ".part"


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Say that this unfinished folder has somebody at work in it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def begin(folder: Path, *, now: datetime) -> Iterator[Path]:
    """An unfinished folder of one's own in ``folder``, held until the block ends; what it will be called is free.

    Halves that nobody is at work on are cleared away first. Two who begin in the same second do so one after the other,
    or one might clear away what the other has made and not yet held.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        with hold(folder):
            clear_unfinished(folder)
            part = _free_name(folder, now)
            part.mkdir(mode=0o700)
            stack.enter_context(hold(part))
        yield part


def _free_name(folder: Path, now: datetime) -> Path:
    while True:
        name = now.strftime(STAMP)
        if not (folder / name).exists() and not (folder / f"{name}{UNFINISHED}").exists():
            return folder / f"{name}{UNFINISHED}"
        now += timedelta(seconds=1)


def clear_unfinished(folder: Path) -> list[Path]:
    """Delete the halves in ``folder`` that nobody is at work on; those that went."""
    gone = []
    for path in sorted(folder.glob(f"kiem-*Z{UNFINISHED}")):
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        finally:
            os.close(handle)
        shutil.rmtree(path)
        gone.append(path)
    return gone


def find_finished(folder: Path) -> list[Path]:
    """The whole backups in ``folder``, the oldest first."""
    return sorted(path for path in folder.glob("kiem-*Z") if (path / MANIFEST).is_file())


def forget_old(folder: Path, *, keep: int) -> list[Path]:
    """Delete all but the newest ``keep`` backups in ``folder``; those that went."""
    old = find_finished(folder)[:-keep]
    for path in old:
        shutil.rmtree(path)
    return old


def until_next(folder: Path, *, every: timedelta, now: datetime) -> timedelta:
    """How long until the newest backup in ``folder`` is ``every`` old; nothing where there is none yet.

    A process that is started again ten times a day must not push two weeks of backups out by ten of one day. Never
    longer than ``every``, also where the newest seems to be of the future (a clock that was put back).
    """
    finished = find_finished(folder)
    if not finished:
        return timedelta()
    made = datetime.strptime(finished[-1].name, STAMP).replace(tzinfo=UTC)
    return min(max(made + every - now, timedelta()), every)
