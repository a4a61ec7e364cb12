from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.stage import House, open_house


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """What all runs of a session share."""
    with open_house() as opened:
        yield opened


@pytest.fixture
def folder(house: House, tmp_path: Path) -> Path:
    """A run's own folder, in memory where there is room for one."""
    made = house.sqlite.parent / tmp_path.name
    made.mkdir()
    return made
