"""How a long-lived program hears that it shall end."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def hear_the_end() -> Iterator[Callable[[], signal.Signals]]:
    """From here on SIGTERM and SIGINT end nothing by themselves; the function yielded waits for the first of them and
    returns it, at once when it came before. For the main thread.

    They are read from a pipe. A handler that sets an event is not enough: Python runs it in the main thread between two
    steps, and a signal that comes just before that thread goes to sleep, or to another thread, is heard when the main
    thread wakes, which is then never.
    """
    here, there = socket.socketpair()
    there.setblocking(False)
    wanted = (signal.SIGTERM, signal.SIGINT)
    before = signal.set_wakeup_fd(there.fileno(), warn_on_full_buffer=False)
    handlers = [signal.signal(number, _do_nothing) for number in wanted]

    def wait() -> signal.Signals:
        while True:
            if (number := here.recv(1)[0]) in wanted:
                return signal.Signals(number)

    try:
        yield wait
    finally:
        signal.set_wakeup_fd(before)
        for number, handler in zip(wanted, handlers, strict=True):
            signal.signal(number, handler or signal.SIG_DFL)
        here.close()
        there.close()


def _do_nothing(_number: int, _frame: FrameType | None) -> None:
    """The byte in the pipe is what is read."""
