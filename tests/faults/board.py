"""What all processes of a run share: a clock whose time runs faster, and switches for what goes wrong outside them.

One small file that every process maps into its memory, so that a step of the clock is there for all at once.
"""

import asyncio
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
# The clock: where it stood (study_us) at a moment of the machine's own (machine_ns), how many seconds pass in one since
# then (pace), and whether somebody is just writing these three (odd) or has since (another number).
_PLACES = {"study_us": 0, "machine_ns": 8, "pace": 16, "edition": 24, "step_us": 32, "mode": 40, "names_fail": 48}
_PLACES |= {"disk_full": 56}
_SIZE = 64
AHEAD_NS = 300_000_000  # the clock stands when nobody has looked after it for so long: the machine has no time for us
_MOST_LOOKS = 10_000


class Board:
    """The shared switches. ``step_us``: how far the servers' clock is off."""

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR)
        self._memory = mmap.mmap(descriptor, _SIZE)
        os.close(descriptor)

    @classmethod
    def make(cls, path: Path, *, at: datetime) -> Self:
        """A new board whose clock stands at ``at`` (aware) until somebody sets its pace."""
        path.write_bytes(bytes(_SIZE))
        board = cls(path)
        board.write("study_us", (at - EPOCH) // _MICROSECOND)
        return board

    def read(self, name: str) -> int:
        return int(struct.unpack_from("<q", self._memory, _PLACES[name])[0])

    def write(self, name: str, value: int) -> None:
        struct.pack_into("<q", self._memory, _PLACES[name], value)

    def set_pace(self, pace: int) -> None:
        """Let ``pace`` seconds pass in one from now on. One process at a time may do so; the clock never goes back."""
        self.write("edition", self.read("edition") + 1)
        now_ns = time.monotonic_ns()
        self.write("study_us", self._read_clock(now_ns))
        self.write("machine_ns", now_ns)
        self.write("pace", pace)
        self.write("edition", self.read("edition") + 1)

    def true_us(self) -> int:
        """The right time, microseconds since 1970: what a phone's clock says."""
        for _ in range(_MOST_LOOKS):
            edition = self.read("edition")
            found = self._read_clock(time.monotonic_ns())
            if edition % 2 == 0 and edition == self.read("edition"):
                return found
            time.sleep(0.0001)
        raise RuntimeError("Somebody has died while setting the clock.")

    def true_now(self) -> datetime:
        return EPOCH + timedelta(microseconds=self.true_us())

    def left_s(self, at: datetime) -> float:
        """Seconds of the study until ``at``; negative afterwards."""
        return ((at - EPOCH) // _MICROSECOND - self.true_us()) / 1e6

    async def wait_until(self, at: datetime) -> None:
        """Until the clock gets to ``at``, however fast it runs meanwhile."""
        while (left := self.left_s(at)) > 0:
            await asyncio.sleep(min(left / max(self.read("pace"), 1), 0.1))

    def _read_clock(self, now_ns: int) -> int:
        passed = min(max(now_ns - self.read("machine_ns"), 0), AHEAD_NS)
        return self.read("study_us") + passed * self.read("pace") // 1000


class ServerClock:
    """The clock of the service's machines, which may be wrong."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def now(self) -> datetime:
        return EPOCH + timedelta(microseconds=self._board.true_us() + self._board.read("step_us"))

    def ticks(self) -> float:
        """Seconds of the study since whenever; no step changes them."""
        return self._board.true_us() / 1e6


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
