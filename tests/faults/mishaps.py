"""What goes wrong, and when: drawn from a seed before the run begins."""

import asyncio
import os
import random
import resource
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import make_url

from tests.faults.brisk import BEGINS, ENDS
from tests.faults.sink import Mode
from tests.faults.stage import Stage

LAST = 0.85  # of a run; then it heals
SHORTEST_S, LONGEST_S = 12, 72  # of the study
HOUR_US = 3_600_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """One thing that will go wrong: when, and for how long, in the study's time; ``which`` picks a process."""

    kind: str
    at: datetime
    lasts_s: float
    which: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Happened:
    """One thing that went wrong, from ``began`` to ``ended`` by the right clock of the study."""

    kind: str
    who: str
    began: datetime
    ended: datetime


def draw(rng: random.Random, backend: str) -> list[Planned]:
    """Five to nine mishaps, at least two of them of a process or the database itself."""
    hard = [kind for kind in HARD if kind not in (ONLY_POSTGRES if backend == "sqlite" else ONLY_SQLITE)]
    kinds = rng.choices(hard, k=rng.randint(2, 4)) + rng.choices(SOFT, k=rng.randint(3, 5))
    planned = [
        Planned(
            kind=kind,
            at=BEGINS + rng.uniform(0, LAST) * (ENDS - BEGINS),
            lasts_s=rng.uniform(SHORTEST_S, LONGEST_S),
            which=rng.randrange(1000),
        )
        for kind in kinds
    ]
    return sorted(planned, key=lambda each: each.at)


async def inflict(stage: Stage, planned: list[Planned]) -> list[Happened]:
    """Let it all go wrong at its time, and heal it."""
    happened: list[Happened] = []

    async def one(each: Planned) -> None:
        await stage.board.wait_until(each.at)
        began = stage.board.true_now()
        who = await KINDS[each.kind](stage, each)
        happened.append(Happened(kind=each.kind, who=who, began=began, ended=stage.board.true_now()))

    await asyncio.gather(*(one(each) for each in planned))
    return sorted(happened, key=lambda each: each.began)


async def tend(stage: Stage) -> None:
    """Start again what ended by itself, unless somebody is about to do so."""
    while True:
        await asyncio.sleep(0.1)
        for name in ("web", *stage.workers):
            if not stage.locks[name].locked():
                async with stage.locks[name]:
                    await asyncio.to_thread(stage.tend, name)


async def _pass(stage: Stage, seconds: float) -> None:
    """Let so much of the study's time pass."""
    await stage.board.wait_until(stage.board.true_now() + timedelta(seconds=seconds))


async def _kill(stage: Stage, name: str, lasts_s: float) -> str:
    async with stage.locks[name]:
        await asyncio.to_thread(stage.kill, name)
        await _pass(stage, lasts_s / 2)
        await asyncio.to_thread(stage.start, name)
    return name


async def kill_worker(stage: Stage, each: Planned) -> str:
    return await _kill(stage, stage.workers[each.which % len(stage.workers)], each.lasts_s)


async def kill_web(stage: Stage, each: Planned) -> str:
    return await _kill(stage, "web", each.lasts_s)


async def kill_sink(stage: Stage, each: Planned) -> str:
    return await _kill(stage, "sink", each.lasts_s)


async def kill_web_child(stage: Stage, each: Planned) -> str:
    """Only the process that works on requests dies; the one above it starts another."""
    for pid in stage.children("web"):
        os.kill(pid, signal.SIGKILL)
    return "web"


async def stop_worker(stage: Stage, each: Planned) -> str:
    """As an upgrade does: SIGTERM, and a new one after it."""
    name = stage.workers[each.which % len(stage.workers)]
    async with stage.locks[name]:
        await asyncio.to_thread(stage.ask_to_stop, name)
        await asyncio.to_thread(stage.start, name)
    return name


async def stop_web(stage: Stage, each: Planned) -> str:
    async with stage.locks["web"]:
        await asyncio.to_thread(stage.ask_to_stop, "web")
        await asyncio.to_thread(stage.start, "web")
    return "web"


async def freeze_worker(stage: Stage, each: Planned) -> str:
    """It stands still, longer than a lease at times, and then goes on as if nothing had been."""
    name = stage.workers[each.which % len(stage.workers)]
    async with stage.locks[name]:
        stage.signal(name, signal.SIGSTOP)
        await _pass(stage, each.lasts_s * 2.5)
        stage.signal(name, signal.SIGCONT)
    return name


async def restart_database(stage: Stage, each: Planned) -> str:
    cluster = stage.house.cluster
    assert cluster is not None
    async with stage.locks["database"]:
        await asyncio.to_thread(cluster.stop)
        await _pass(stage, each.lasts_s / 3)
        await asyncio.to_thread(cluster.start)
    return "database"


async def cut_connections(stage: Stage, each: Planned) -> str:
    name = make_url(stage.database_url).database
    async with stage.locks["database"]:
        await asyncio.to_thread(
            stage.house.on_server,
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",  # noqa: S608
        )
    return "database"


async def kill_backend(stage: Stage, each: Planned) -> str:
    """SIGKILL to a process of PostgreSQL: the others must drop what they have in hand, and it puts itself in order."""
    name = make_url(stage.database_url).database
    async with stage.locks["database"]:
        found = await asyncio.to_thread(
            stage.house.on_server,
            f"SELECT pid FROM pg_stat_activity WHERE datname = '{name}' ORDER BY backend_start",  # noqa: S608
        )
        if found:
            os.kill(found[each.which % len(found)], signal.SIGKILL)
            await asyncio.to_thread(stage.house.wait_for_server)
    return "database"


async def fill_disk(stage: Stage, each: Planned) -> str:
    """The database may have no page more."""
    stage.board.write("disk_full", 1)
    await _pass(stage, each.lasts_s)
    stage.board.write("disk_full", 0)
    return "database"


async def limit_files(stage: Stage, each: Planned) -> str:
    """No process may write beyond where its files end now: writes fail midway, in the log of the database too."""
    log = Path(f"{make_url(stage.database_url).database}-wal")
    most = log.stat().st_size if log.exists() else 4096
    _limit_files(stage, most)
    await _pass(stage, each.lasts_s)
    _limit_files(stage, resource.RLIM_INFINITY)  # also of those that were born since, and have it from their parents
    return "database"


def _limit_files(stage: Stage, most: int) -> None:
    for name in ("web", *stage.workers):
        for pid in (stage.processes[name].pid, *stage.children(name)):
            with suppress(ProcessLookupError):
                if pid is not None:
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


async def step_clock(stage: Stage, each: Planned) -> str:
    """The servers' clock is an hour ahead or behind for a while."""
    async with stage.locks["clock"]:
        stage.board.write("step_us", HOUR_US if each.which % 2 else -HOUR_US)
        await _pass(stage, each.lasts_s)
        stage.board.write("step_us", 0)
    return "ahead" if each.which % 2 else "behind"


async def lose_names(stage: Stage, each: Planned) -> str:
    async with stage.locks["names"]:
        stage.board.write("names_fail", 1)
        await _pass(stage, each.lasts_s)
        stage.board.write("names_fail", 0)
    return "names"


def _behave(mode: Mode) -> Callable[[Stage, Planned], Awaitable[str]]:
    async def behave(stage: Stage, each: Planned) -> str:
        async with stage.locks["push service"]:
            stage.board.write("mode", mode)
            await _pass(stage, each.lasts_s)
            stage.board.write("mode", Mode.TAKES)
        return mode.name

    return behave


HARD: dict[str, Callable[[Stage, Planned], Awaitable[str]]] = {
    "kill_worker": kill_worker,
    "kill_web": kill_web,
    "kill_web_child": kill_web_child,
    "stop_worker": stop_worker,
    "stop_web": stop_web,
    "freeze_worker": freeze_worker,
    "restart_database": restart_database,
    "cut_connections": cut_connections,
    "kill_backend": kill_backend,
    "fill_disk": fill_disk,
    "limit_files": limit_files,
}
SOFT_KINDS: dict[str, Callable[[Stage, Planned], Awaitable[str]]] = {
    "kill_sink": kill_sink,
    "step_clock": step_clock,
    "lose_names": lose_names,
    **{f"push_{mode.name.lower()}": _behave(mode) for mode in Mode if mode is not Mode.TAKES},
}
SOFT = list(SOFT_KINDS)
KINDS = {**HARD, **SOFT_KINDS}
ONLY_POSTGRES = frozenset({"restart_database", "cut_connections", "kill_backend"})
ONLY_SQLITE = frozenset({"fill_disk", "limit_files"})
