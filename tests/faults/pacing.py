"""How fast the study's time may pass: as fast as was asked for, and slower where our processes wait for a processor.

What is checked after a run compares times of the study. On a machine that has other things to do everything takes
longer, and a clock that runs on regardless would call that late: so it waits for the machine.
"""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.faults.board import Board

EVERY_S = 0.1
# A run on a quiet machine of two cores has its own processes waiting for each other this much: time waited and worked
# together, in units of the time worked.
USUAL = 2.5
SLOWEST = 1 / 12


class Pacer:
    """Sets the pace of a board ten times a second; ``find_processes`` tells which processes must keep up."""

    def __init__(self, board: Board, pace: int, find_processes: Callable[[], Iterable[int]]) -> None:
        self._board = board
        self._pace = pace
        self._find_processes = find_processes
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._before: dict[str, tuple[int, int]] = {}

    def start(self) -> None:
        """Let the clock run."""
        self._measure()
        self._board.set_pace(self._pace)
        self._thread.start()

    def stop(self) -> None:
        """Let the clock stand."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
            self._board.set_pace(0)

    def _run(self) -> None:
        share = 1.0
        while not self._ended.wait(EVERY_S):
            share = (share + find_share(*self._measure())) / 2  # a tenth of a second alone says little
            self._board.set_pace(max(round(self._pace * share), 1))

    def _measure(self) -> tuple[int, int]:
        """Nanoseconds that our processes have worked, and have waited for a processor, since it was asked last."""
        now: dict[str, tuple[int, int]] = {}
        for pid in self._find_processes():
            for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                try:
                    now[str(task)] = _read(task)
                except OSError:  # it has ended
                    continue
        worked = waited = 0
        for name, times in now.items():
            before = self._before.get(name, (0, 0))
            worked += max(times[0] - before[0], 0)
            waited += max(times[1] - before[1], 0)
        self._before = now
        return worked, waited


def find_share(worked: int, waited: int) -> float:
    """The part of the usual pace that is left to processes that worked and waited so long; any two equal units."""
    if worked <= 0:
        return 1.0 if waited <= 0 else SLOWEST
    return min(max(USUAL * worked / (worked + waited), SLOWEST), 1.0)


def _read(task: Path) -> tuple[int, int]:
    worked, waited, _ = task.read_text().split()
    return int(worked), int(waited)
