"""One Firefox, one local push service and one world of imagined people for all browser tests of a run."""

from collections.abc import Iterator

import pytest

from tests.browser.autopush import Autopush
from tests.browser.firefox import Firefox
from tests.browser.lived import World, make_world


@pytest.fixture(scope="session")
def autopush(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Autopush]:
    running = Autopush(tmp_path_factory.mktemp("autopush"))
    yield running
    running.close()


@pytest.fixture(scope="session")
def firefox(tmp_path_factory: pytest.TempPathFactory, autopush: Autopush) -> Iterator[Firefox]:
    running = Firefox(tmp_path_factory.mktemp("firefox") / "profile", push_port=autopush.push_port)
    yield running
    running.close()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two weeks of diaries; each test lives on in a copy."""
    return make_world(tmp_path_factory.mktemp("lived") / "world")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser test that fails is tried once more, and the report names it (RERUN, with what failed).

    Two processes share two cores with two browsers here: now and then one of them loses a race that no hand would run.
    Whatever is broken fails twice. No test without a browser is ever tried again.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
