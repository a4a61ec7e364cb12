"""Throws generated requests at the whole program as everybody who may call it: ``./run fuzz --requests 20000 --seed 1``

The API is tried against its own OpenAPI document, the pages of desk and parents against one that `describe_pages` reads
from the routes and the names of the fields in their sources. What counts as a failure: `tests.security.fuzz_checks`.

Everything runs in this process on SQLite, with a clock that stands still; the same seed throws the same requests.
"""

import dataclasses
import random
import re
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from server.context import Context, bind
from server.crypto import hash_with_key
from server.db import Database
from server.desk.api.auth import HEADER
from tests.security.fuzz_checks import WHAT_FAILS, find_failures
from tests.security.fuzz_likely import stray
from tests.security.fuzz_world import CALLERS, STAFF, YOUNG, World, make_world
from tests.security.pages import describe_pages
from tests.server.desk.desk import SECRET

KNOWN_SHARE = 0.6  # how often something that is there is sent, instead of something generated
KNOWN_IN_PATH = 0.9  # more often: past an address that leads nowhere nothing else is looked at
ROUNDS = 20  # a strategy that has only a few requests to offer is asked again
AT_THE_DOOR = 2  # tries in a round for who meets nothing but the door of an API
# After these a caller is nobody any more, and would find every door shut.
LEAVING = re.compile(r"/sign-out|/me/stop|/team/leave|/sessions|/recover|/account|/devices|/invitations|/staff/")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One failure, with what is needed to see it again."""

    caller: str
    request: str
    what: str


@dataclass(kw_only=True, slots=True)
class Report:
    """What was thrown and what came of it."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    callers: Counter[str] = field(default_factory=Counter)
    inside: Counter[str] = field(default_factory=Counter)  # answers to who was not turned away at the door
    succeeded: Counter[str] = field(default_factory=Counter)  # answers of 2xx and 3xx, but not to the door
    tried: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # operations by caller
    reached: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # those that succeeded once
    operations: int = 0
    found: list[Found] = field(default_factory=list)


def throw(
    app: Flask,
    context: Context,
    world: World,
    *,
    requests: int,
    seed: int,
    say: Callable[[str], None] = lambda _: None,
    only: str = "",
) -> Report:
    """Throw at least ``requests`` requests, spread over every operation and every caller who could have use for it."""
    report = Report()
    documents = [app.test_client().get("/api/v1/openapi.json").get_json(), describe_pages(app)]
    operations = [
        (operation, number) for number, document in enumerate(documents) for operation in _load(app, document)
    ]
    operations = [one for one in operations if one[0].path == only or not only]
    report.operations = len(operations)
    quota = -(-requests // len(CALLERS))  # everybody throws as much, however few addresses are for her
    rounds = told = 0
    while report.requests < requests and rounds < ROUNDS:
        chance = random.Random(f"{seed} {rounds}")
        batches = [one for caller in CALLERS for one in _share(caller, operations, quota, report, chance)]
        chance.shuffle(batches)
        for number, (caller, operation, kind, most) in enumerate(batches):
            batch = _Batch(app, context, world, caller, report, random.Random(f"{seed} {rounds} {number}"))
            batch.run(operation, most=most, seed=seed * 1000 + rounds, page=kind == 1)
            for one in report.found[told:]:
                say(f"{one.caller}: {one.request}\n    {one.what}")
            told = len(report.found)
            if number % 20 == 0:
                say(f"{report.requests:>7} of {requests}  {caller:13} {operation.method.upper()} {operation.path}")
        rounds += 1
    return report


class _Batch:
    """One caller, one operation, in a world made anew."""

    def __init__(
        self, app: Flask, context: Context, world: World, caller: str, report: Report, rng: random.Random
    ) -> None:
        self.app, self.context, self.world, self.caller = app, context, world, caller
        self.report, self.rng = report, rng
        self.database: Database | None = None

    def run(self, operation: Any, *, most: int, seed: int, page: bool) -> None:
        strategy = operation.as_strategy()

        @seeded(seed)
        @settings(
            max_examples=most,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),
        )
        @given(case=strategy)
        def one(case: schemathesis.Case) -> None:
            self._throw(case, page=page)

        self._begin()
        try:
            one()
        finally:
            self._end()

    def _begin(self) -> None:
        self._end()
        self.database = self.world.open_copy()
        bind(self.app, dataclasses.replace(self.context, database=self.database))

    def _end(self) -> None:
        if self.database is not None:
            self.database.dispose()
            self.database = None

    def _throw(self, case: schemathesis.Case, *, page: bool) -> None:
        self._make_likely(case, page=page)
        request = f"{case.method} {case.formatted_path} {case.query} {str(case.body)[:300]}"
        try:
            headers = {"Accept-Language": "en", HEADER: self._form_token()}
            answer = case.call(headers=headers, cookies=self.world.cookies(self.caller))
        except Exception as error:  # the program is in this process: what it raises, it would have died of
            self._note(request, f"raised {type(error).__name__}: {str(error)[:200]}")
            return
        status = answer.status_code
        self.report.requests += 1
        self.report.statuses[status] += 1
        self.report.callers[self.caller] += 1
        sent_away = status in (401, 403) or "/sign-in" in str(answer.headers.get("location"))
        succeeded = status < 400 and not sent_away
        operation = f"{case.method} {case.path}"
        self.report.inside[self.caller] += not sent_away
        self.report.succeeded[self.caller] += succeeded
        self.report.tried[self.caller].add(operation)
        if succeeded:
            self.report.reached[self.caller].add(operation)
        for what in find_failures(case, answer, page=page):
            self._note(request, what)
        if status < 400 and case.method != "GET" and LEAVING.search(case.path):
            self._begin()

    def _note(self, request: str, what: str) -> None:
        self.report.found.append(Found(caller=self.caller, request=request, what=what))

    def _make_likely(self, case: schemathesis.Case, *, page: bool) -> None:
        """Put what is there in place of some of what was generated, and the token that every form carries."""
        known, rng = self.world.known, self.rng
        likely = self.world.likely.get(f"{case.method} {case.path}")
        if likely and rng.random() < KNOWN_SHARE:
            case.body = stray(rng.choice(likely), case.body, rng)
        for place in (case.path_parameters, case.query, case.body):
            if isinstance(place, dict):
                for name in list(place):
                    there = known.get(f"{name} {case.path}", known.get(name, ()))
                    meant = likely is not None and place is case.body and f"{name} {case.path}" not in known
                    share = KNOWN_IN_PATH if place is case.path_parameters else KNOWN_SHARE
                    if there and not meant and rng.random() < share:
                        place[name] = rng.choice(there)
        if page and case.method == "POST" and isinstance(case.body, dict):
            case.body["csrf"] = self._form_token()

    def _form_token(self) -> str:
        """What this caller's own pages would carry: forgeries are tried elsewhere (`tests.security.test_forms`)."""
        return hash_with_key(SECRET, "form", self.world.form_key(self.caller)).hex()


def _load(app: Flask, document: Mapping[str, Any]) -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(dict(document))
    schema.app = app
    for operation in schema.get_all_operations():
        yield operation.ok()


def _share(
    caller: str, operations: list[tuple[Any, int]], quota: int, report: Report, chance: random.Random
) -> Iterator[tuple[str, Any, int, int]]:
    """(caller, operation, kind, how many at most) of a round: what she may reach often, what she may not a few times.

    A small quota asks at some addresses; another seed asks at others.
    """
    left = quota - report.callers[caller]
    for_her = [one for one in operations if _is_for(caller, one[0].path)]
    chance.shuffle(for_her)
    inside = [one for one in for_her if one[1] == 1 or _is_let_in(caller, one[0].path)]
    outside = [one for one in for_her if one not in inside]
    for operation, kind in outside[: left // 8]:
        at_most = min(AT_THE_DOOR, 1 + left // 400)
        left -= at_most
        yield caller, operation, kind, at_most
    each = max(1, -(-left // max(1, len(inside))))
    for operation, kind in inside[: max(0, left)]:
        yield caller, operation, kind, each


def _is_for(caller: str, path: str) -> bool:
    """The desk for staff, parents' pages for parents, the API for all: nobody else gets past a door of theirs."""
    if path.startswith("/desk"):
        return caller not in (*YOUNG, "parent")
    if path.startswith("/parent"):
        return caller in ("anonymous", "parent")
    return True


def _is_let_in(caller: str, path: str) -> bool:
    """Into the staff's API come staff, into the rest the young people; nobody in particular into what is open."""
    return caller in STAFF if path.startswith("/api/v1/desk") else caller in ("anonymous", *YOUNG)


@click.command()
@click.option("--requests", type=click.IntRange(1), default=20_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def main(requests: int, seed: int) -> None:
    """Throw generated requests at every address as every caller; ends with 1 when anything failed, else with 0."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="kiem-fuzz-", dir=memory if memory.is_dir() else None) as folder:
        app, context, world = make_world(Path(folder))
        width = shutil.get_terminal_size().columns

        def say(line: str) -> None:
            if sys.stderr.isatty():
                click.echo(f"\r{line[: width - 1]:{width - 1}}", err=True, nl=False)
            else:
                click.echo(line, err=True)

        report = throw(app, context, world, requests=requests, seed=seed, say=say)
        world.close()
    click.echo("")
    click.echo(f"{report.requests} requests to {report.operations} operations, seed {seed}")
    click.echo(f"{'caller':15}{'requests':>9}{'let in':>9}{'2xx/3xx':>9}   operations that succeeded")
    for who in CALLERS:
        reached = f"{len(report.reached[who])} of {len(report.tried[who])}"
        figures = (report.callers[who], report.inside[who], report.succeeded[who])
        click.echo(f"{who:15}" + "".join(f"{figure:>9}" for figure in figures) + f"   {reached}")
    click.echo(f"{'together':15}{report.requests:>9}")
    click.echo("  ".join(f"{status}: {count}" for status, count in sorted(report.statuses.items())))
    for one in dict.fromkeys((found.what, found.caller, found.request) for found in report.found):
        click.echo(f"{one[1]}: {one[2]}\n    {one[0]}")
    click.echo(f"{len(report.found)} failures; a failure is {WHAT_FAILS}")
    sys.exit(1 if report.found else 0)


if __name__ == "__main__":
    main(prog_name="./run fuzz")
