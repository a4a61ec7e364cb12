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


@contextmanager
def running_postgres(programs: Path) -> Iterator[str]:
    """A server for the length of the block; yields the URL of its maintenance database."""
    home = Path(tempfile.mkdtemp(prefix="kiem-pg-"))
    user = _ordinary_user()
    if user is not None:
        os.chown(home, user, -1)
    options = ["-c", "listen_addresses=", "-k", str(home)]
    for setting in ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60"):
        options += ["-c", setting]
    try:
        new = [programs / "initdb", "-D", home / "data", "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        subprocess.run(new, check=True, user=user, cwd=home, capture_output=True)
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", home / "data", *options], user=user, cwd=home, stdout=log, stderr=log
            )
        try:
            _wait_until_ready(home / "log", server)
            yield f"postgresql://{OWNER}@/postgres?host={home}"
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait(START_S)
    finally:
        shutil.rmtree(home, ignore_errors=True)


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
