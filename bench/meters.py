"""CPU seconds of processes, read from /proc: of this one, and of servers with all their children."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_TICKS = os.sysconf("SC_CLK_TCK")


class Meter:
    """CPU seconds of this process and of a server (its process number) with its children, if one is given."""

    def __init__(self, root: int | None) -> None:
        self._root = root

    def read(self) -> float:
        return time.process_time() + (tree_cpu(self._root) if self._root else 0.0)

    def measure(self, work: Callable[[], Any]) -> tuple[float, float, Any]:
        """CPU seconds, wall seconds and the result of ``work``."""
        cpu, wall = self.read(), time.perf_counter()
        result = work()
        return self.read() - cpu, time.perf_counter() - wall, result


def tree_cpu(root: int) -> float:
    """User and system seconds of a process, its children and grandchildren, and those of its children that ended."""
    parents: dict[int, int] = {}
    ticks: dict[int, tuple[int, int]] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        number = int(folder.name)
        parents[number] = int(fields[1])
        ticks[number] = (sum(map(int, fields[11:13])), sum(map(int, fields[13:15])))
    total = sum(ticks.get(root, (0, 0)))
    for number in _below(root, parents):
        total += ticks[number][0]
    return total / _TICKS


def _below(root: int, parents: dict[int, int]) -> Iterable[int]:
    for number in parents:
        above = number
        while above in parents and above != root:
            above = parents[above]
        if above == root and number != root:
            yield number


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
