"""A PostgreSQL of the tests' own: made with ``initdb`` in a temporary folder, gone afterwards.

Nothing is installed and nothing that runs already is touched: no port, only a socket in that folder, and no fsync.
PostgreSQL refuses to run as root, so root starts it as an ordinary user.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.memory import in_memory

OWNER = "kiem"
START_S = 30.0


def find_programs() -> Path | None:
    """The folder that holds ``initdb`` and ``postgres``: PG_BIN, else on PATH, else Debian's newest; None without."""
    on_path = shutil.which("postgres")
    folders = [
        *([Path(os.environ["PG_BIN"])] if "PG_BIN" in os.environ else []),
        *([Path(on_path).resolve().parent] if on_path else []),
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_release, reverse=True),
    ]
    return next((f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()), None)


def _release(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


class Cluster:
    """A server of one's own. ``sure`` keeps every acknowledged transaction through an immediate stop, at some cost;
    ``large`` is for millions of rows: on the disk, with the log that PostgreSQL keeps by itself."""

    def __init__(self, programs: Path, *, sure: bool = False, large: bool = False) -> None:
        self._programs = programs
        self._user = _ordinary_user()
        self._server: subprocess.Popen[bytes] | None = None
        self.home = Path(tempfile.mkdtemp(prefix="kiem-pg-", dir=None if large else in_memory()))
        if self._user is not None:
            os.chown(self.home, self._user, -1)
        self._options = ["-c", "listen_addresses=", "-k", str(self.home)]
        # What is written is in the machine's memory at once: enough for a server that dies, not for a power cut.
        settings = ["fsync=off", "full_page_writes=off", "max_connections=60"]
        if not large:
            settings.append("max_wal_size=128MB")
        if not sure:
            settings.append("synchronous_commit=off")
        for setting in settings:
            self._options += ["-c", setting]
        new = [str(programs / "initdb"), "-D", str(self.home / "data"), "-U", OWNER, "-A", "trust", "-E", "UTF8", "-N"]
        subprocess.run([*new, "--locale=C"], check=True, user=self._user, cwd=self.home, capture_output=True)

    @property
    def url(self) -> str:
        """The maintenance database."""
        return f"postgresql://{OWNER}@/postgres?host={self.home}"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        path = self.home / "log"
        with path.open("wb") as log:
            self._server = subprocess.Popen(
                [self._programs / "postgres", "-D", self.home / "data", *self._options],
                user=self._user,
                cwd=self.home,
                stdout=log,
                stderr=log,
                process_group=0,  # Ctrl-C is for whoever started it, who then ends it in order
            )
        _wait_until_ready(path, self._server)

    def stop(self) -> None:
        """Stop at once, as a crash does: no goodbye, nothing written that was not."""
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(START_S)
            self._server = None

    def remove(self) -> None:
        """Stop it and leave nothing behind."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)


@contextmanager
def running_postgres(programs: Path, *, large: bool = False) -> Iterator[str]:
    """A server for the length of the block; yields the URL of its maintenance database."""
    cluster = Cluster(programs, large=large)
    try:
        cluster.start()
        yield cluster.url
    finally:
        cluster.remove()


def _ordinary_user() -> int | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return names.get("postgres", names.get("nobody"))


def _wait_until_ready(log: Path, server: subprocess.Popen[bytes]) -> None:
    for _ in range(int(START_S / 0.02)):
        text = log.read_text(errors="replace")
        if "ready to accept connections" in text:
            return
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start:\n{text}")
        time.sleep(0.02)
    raise RuntimeError("PostgreSQL did not get ready in time.")
