"""What all processes of a run share: a clock whose time runs faster, and switches for what goes wrong outside them.

One small file that every process maps into its memory, so that a step of the clock is there for all at once.
"""

import mmap
import os
import struct
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from server.db import EPOCH

_MICROSECOND = timedelta(microseconds=1)
_PLACES = {"began_us": 0, "began_ns": 8, "pace": 16, "step_us": 24, "mode": 32, "names_fail": 40, "disk_full": 48}
_SIZE = 64


class Board:
    """The shared switches. ``pace``: how many seconds pass in one; ``step_us``: how far the servers' clock is off."""

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR)
        self._memory = mmap.mmap(descriptor, _SIZE)
        os.close(descriptor)

    @classmethod
    def make(cls, path: Path, *, at: datetime, pace: int, in_s: float) -> Self:
        """A new board whose clock stands at ``at`` (aware) and begins to run ``in_s`` seconds from now."""
        path.write_bytes(bytes(_SIZE))
        board = cls(path)
        board.write("began_us", (at - EPOCH) // _MICROSECOND)
        board.write("pace", pace)
        board.write("began_ns", time.monotonic_ns() + int(in_s * 1e9))
        return board

    def read(self, name: str) -> int:
        return int(struct.unpack_from("<q", self._memory, _PLACES[name])[0])

    def write(self, name: str, value: int) -> None:
        struct.pack_into("<q", self._memory, _PLACES[name], value)

    def true_us(self, at_ns: int | None = None) -> int:
        """The right time, microseconds since 1970: what a phone's clock says."""
        passed = max((time.monotonic_ns() if at_ns is None else at_ns) - self.read("began_ns"), 0)
        return self.read("began_us") + passed * self.read("pace") // 1000

    def true_now(self) -> datetime:
        return EPOCH + timedelta(microseconds=self.true_us())

    def until(self, at: datetime) -> float:
        """Real seconds until the clock gets to ``at``; negative afterwards."""
        return ((at - EPOCH) // _MICROSECOND - self.true_us()) / 1e6 / self.read("pace")


class ServerClock:
    """The clock of the service's machines, which may be wrong."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def now(self) -> datetime:
        return EPOCH + timedelta(microseconds=self._board.true_us() + self._board.read("step_us"))

    def ticks(self) -> float:
        """Seconds of this clock's pace since whenever; no step changes them."""
        return time.monotonic_ns() * self._board.read("pace") / 1e9


class Names(Mapping[str, int]):
    """The push service's names and their port, as `server.delivery.addresses.Loopback` wants it; none while DNS
    fails. Iterating gives the names in any case: they stay allowed."""

    def __init__(self, board: Board, names: Sequence[str], port: int) -> None:
        self._board = board
        self._names = names
        self._port = port

    def __getitem__(self, name: str) -> int:
        if name not in self._names or self._board.read("names_fail"):
            raise KeyError(name)
        return self._port

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
