"""Two stand-ins for a mail server: one prints, for trying things out; one remembers, for tests."""

import sys
import threading
from typing import TextIO

from server.mail.port import Message


class ConsoleMailer:
    """Prints every message, address and link included: for one's own machine only."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr

    def send(self, message: Message) -> None:
        self._out.write(f"\n--- mail to {message.to}: {message.subject}\n{message.text}\n---\n")
        self._out.flush()


class RecordingMailer:
    """Keeps what it was given, in ``sent``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.sent: list[Message] = []

    def send(self, message: Message) -> None:
        with self._lock:
            self.sent.append(message)
