"""Throws generated requests at the whole program as everybody who may call it: ``./run fuzz --requests 20000 --seed 1``

The API is tried against its own OpenAPI document, the pages of desk and parents against one that `describe_pages` reads
from the routes and the names of the fields in their sources. What counts as a failure: an answer of 500 and more; a
success that the document does not declare; a body of another shape or kind than declared; an unknown status of a page.

Everything runs in this process on SQLite, with a clock that stands still; the same seed throws the same requests.
"""

import dataclasses
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from server.context import Context, bind
from server.crypto import hash_with_key
from server.db import Database
from tests.security.fuzz_world import CALLERS, STAFF, World, make_world
from tests.security.pages import describe_pages
from tests.server.desk.desk import SECRET

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
PAGE_STATUSES = {200, 303, 304, 308, 400, 403, 404, 405, 409, 410, 413, 415, 422, 429, 503}
KNOWN_SHARE = 0.6  # how often something that is there is asked for, instead of something generated
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
    rounds = told = 0
    while report.requests < requests and rounds < 20:
        left = requests - report.requests
        pairs = [(caller, *one) for one in operations for caller in CALLERS if _is_for(caller, one[0].path)]
        random.Random(f"{seed} {rounds}").shuffle(pairs)
        pairs = pairs[:left]  # a small share asks some callers at some addresses, another seed asks others
        each = max(1, -(-left // len(pairs)))
        for number, (caller, operation, kind) in enumerate(pairs):
            batch = _Batch(app, context, world, caller, report, random.Random(f"{seed} {rounds} {number}"))
            most = each if kind == 1 or _is_let_in(caller, operation.path) else min(each, AT_THE_DOOR)
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
            answer = case.call(headers={"Accept-Language": "en"}, cookies=self.world.cookies(self.caller))
        except Exception as error:  # the program is in this process: what it raises, it would have died of
            self._note(request, f"raised {type(error).__name__}: {str(error)[:200]}")
            return
        status = answer.status_code
        self.report.requests += 1
        self.report.statuses[status] += 1
        self.report.callers[self.caller] += 1
        sent_away = status in (401, 403) or "/sign-in" in str(answer.headers.get("location"))
        self.report.inside[self.caller] += not sent_away
        if page:
            if status not in PAGE_STATUSES:
                self._note(request, f"answers {status}")
        else:
            declared = case.operation.definition.raw.get("responses", {})
            if status < 400 and str(status) not in declared:
                self._note(request, f"answers {status}, which is not declared")
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as group:
                for failure in group.exceptions:
                    self._note(request, f"{status}: {_first_line(failure)}")
            except Failure as failure:
                self._note(request, f"{status}: {_first_line(failure)}")
        if status < 400 and case.method != "GET" and LEAVING.search(case.path):
            self._begin()

    def _note(self, request: str, what: str) -> None:
        self.report.found.append(Found(caller=self.caller, request=request, what=what))

    def _make_likely(self, case: schemathesis.Case, *, page: bool) -> None:
        """Put what is there in place of some of what was generated, and the token that every form carries."""
        known = self.world.known
        for place in (case.path_parameters, case.query, case.body):
            if isinstance(place, dict):
                for name in list(place):
                    if name in known and self.rng.random() < KNOWN_SHARE:
                        place[name] = self.rng.choice(known[name])
        if page and case.method == "POST" and isinstance(case.body, dict):
            case.body["csrf"] = hash_with_key(SECRET, "form", self.world.form_key(self.caller)).hex()


def _load(app: Flask, document: Mapping[str, Any]) -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(dict(document))
    schema.app = app
    for operation in schema.get_all_operations():
        yield operation.ok()


def _is_for(caller: str, path: str) -> bool:
    """The desk for staff, parents' pages for parents, the API for all: nobody else gets past a door of theirs."""
    if path.startswith("/desk"):
        return caller not in ("participant", "parent")
    if path.startswith("/parent"):
        return caller in ("anonymous", "parent")
    return True


def _is_let_in(caller: str, path: str) -> bool:
    """Into the staff's API come staff, into the rest the young people; nobody in particular into what is open."""
    return caller in STAFF if path.startswith("/api/v1/desk") else caller in ("anonymous", "participant")


def _first_line(failure: Failure) -> str:
    return f"{failure.title}: {' '.join(str(failure.message).split())[:200]}"


@click.command()
@click.option("--requests", type=click.IntRange(1), default=20_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def main(requests: int, seed: int) -> None:
    """Throw generated requests at every address as every caller."""
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
    click.echo(
        "  ".join(f"{who} {count} ({report.inside[who]} let in)" for who, count in sorted(report.callers.items()))
    )
    click.echo("  ".join(f"{status}: {count}" for status, count in sorted(report.statuses.items())))
    for one in dict.fromkeys((found.what, found.caller, found.request) for found in report.found):
        click.echo(f"{one[1]}: {one[2]}\n    {one[0]}")
    click.echo(f"{len(report.found)} failures")
    sys.exit(1 if report.found else 0)


if __name__ == "__main__":
    main(prog_name="./run fuzz")
