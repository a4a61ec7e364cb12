"""Our side of the process that forks the others; see `tests.faults.nursery`."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Nursery:
    """Starts processes and learns how they ended. Whatever it started ends with it, and it ends with its owner."""

    def __init__(self, protocols: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery", str(protocols)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._read()
        self._lock = threading.Lock()

    def start(self, **order: object) -> int:
        """Start a process; its pid."""
        return int(self._ask(do="start", **order)["pid"])

    def end(self, pid: int, within: float = 10.0) -> int | None:
        """Wait for the end of a process: its exit code, negative for a signal, None when it does not end."""
        until = time.monotonic() + within
        while (code := self._ask(do="end", pid=pid)["code"]) is None and time.monotonic() < until:
            time.sleep(0.01)
        return None if code is None else int(code)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _ask(self, **order: object) -> dict[str, Any]:
        assert self._process.stdin is not None
        with self._lock:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("The process that starts the others is gone.")
        return dict(json.loads(line))
