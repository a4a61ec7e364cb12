"""Claims about being asked to stop: the request is heard whenever it comes, and whichever thread the signal reaches."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import os, signal, threading, time
from server.ending import hear_the_end

def send():
    time.sleep(0.2)  # until the main thread sleeps
    {send}

with hear_the_end() as wait:
    {before}
    threading.Thread(target=send, daemon=True).start()
    print(wait().name)
"""


@pytest.mark.parametrize(
    ("before", "send"),
    [
        ("os.kill(os.getpid(), signal.SIGTERM)", "pass"),
        ("pass", "os.kill(os.getpid(), signal.SIGTERM)"),
        # The main thread sleeps on, as it does when the signal comes between its last step and its sleep.
        ("pass", "signal.pthread_kill(threading.get_ident(), signal.SIGTERM)"),
    ],
    ids=["before it listens", "while it sleeps", "to another thread"],
)
def test_the_request_to_stop_is_always_heard(before: str, send: str) -> None:
    program = PROGRAM.format(before=before, send=send)
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert (ran.stdout, ran.stderr) == ("SIGTERM\n", "")


def test_afterwards_the_signals_are_what_they_were() -> None:
    program = "from server.ending import hear_the_end\nwith hear_the_end(): pass\nprint(flush=True)\nwhile True: pass"
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == -signal.SIGTERM
    process.stdout.close()
