"""Whatever is thrown at any address by anybody, no 5xx and no answer that is not declared (a share of ./run fuzz)."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from server.context import Context
from tests.security.fuzz import throw
from tests.security.fuzz_world import CALLERS, STAFF, World, make_world
from tests.security.pages import describe_pages

Made = tuple[Flask, Context, World]


@pytest.fixture(scope="module")
def made() -> Iterator[Made]:
    memory = Path("/dev/shm")
    with TemporaryDirectory(prefix="kiem-fuzz-", dir=memory if memory.is_dir() else None) as folder:
        yield make_world(Path(folder))


@pytest.fixture
def world(made: Made) -> Iterator[World]:
    yield made[2]
    made[2].close()


# schemathesis reads files that are served and leaves them open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_everybody_can_throw_anything_at_every_address(made: Made, world: World) -> None:
    report = throw(made[0], made[1], world, requests=150, seed=20261123)
    assert report.found == []
    assert report.operations > 100
    assert report.requests >= 150
    assert set(report.callers) == set(CALLERS)
    assert all(report.inside[caller] > 0 for caller in (*STAFF, "participant")), "nobody is tried at the door only"


def test_a_break_and_an_undeclared_answer_would_be_found(made: Made, world: World) -> None:
    app, context, _ = made
    usual = app.view_functions["people.get_me"]

    def breaks(**_: object) -> ResponseReturnValue:
        return jsonify(surprise=True), 202

    def raises(**_: object) -> ResponseReturnValue:
        raise LookupError("a planted fault")

    try:
        for planted, sign in ((breaks, "not declared"), (raises, "500")):
            app.view_functions["people.get_me"] = planted
            report = throw(app, context, world, requests=40, seed=3, only="/api/v1/me")
            assert any(sign in found.what for found in report.found), report.found[:3]
    finally:
        app.view_functions["people.get_me"] = usual


def test_the_pages_are_described_with_their_fields(made: Made) -> None:
    paths = describe_pages(made[0])["paths"]
    fields = paths["/desk/sign-in"]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    assert {"mail", "password", "code", "csrf"} <= set(fields["properties"])
    assert "/parent/{secret}" in paths
    assert {"expires_on", "count"} <= set(
        paths["/desk/studies/{study_name}/codes"]["post"]["requestBody"]["content"][
            "application/x-www-form-urlencoded"
        ]["schema"]["properties"]
    )
