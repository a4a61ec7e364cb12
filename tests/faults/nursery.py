"""Gives birth to the processes of runs: everything is imported once, and a new process is a fork away.

``python -m tests.faults.nursery PROTOCOLS`` reads orders as JSON lines: ``{"do": "start", "role", "log", ...}`` answers
``{"pid"}``; ``{"do": "end", "pid"}`` answers ``{"code"}`` (negative: the signal; null: it is still there). Starting
Python and reading our modules takes longer than a whole answer window of a run. When nobody is left to give orders,
whatever it started goes with it.
"""

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.faults.orphans import end_family


def main(protocols: str) -> None:
    from prompts import catalogue

    # The only content besides our own: a protocol squeezed into minutes (see tests.faults.brisk).
    catalogue.PROTOCOLS = Path(protocols)
    from tests.faults import roles

    roles.prepare()
    print(json.dumps({"ready": True}), flush=True)
    alive: set[int] = set()
    sessions: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "start":
            pid = _start(order)
            alive.add(pid)
            sessions.add(pid)
            answer: dict[str, int | None] = {"pid": pid}
        else:
            answer = {"code": _end(order["pid"])}
            if answer["code"] is not None:
                alive.discard(order["pid"])
        try:
            print(json.dumps(answer), flush=True)
        except BrokenPipeError:
            break
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
    end_family(sessions)
    with suppress(ChildProcessError):
        while True:
            os.wait()
    os._exit(0)  # taking all its modules apart takes seconds


def _start(order: dict[str, Any]) -> int:
    # Python forgets in a new process which signals have come: one that comes first thing waits until it is itself.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    pid = os.fork()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    if pid:
        return pid
    code = 1
    try:
        os.setsid()
        log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for here, there in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(here, there)
        from tests.faults import roles

        roles.play(order)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)
    return 0


def _end(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts the runs lets this one end by closing its input
    # A process that is asked to stop before it has a way of its own to do so has nothing in hand.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    main(*sys.argv[1:])
