"""Ten runs in which everything breaks; ``./run faults`` lives through as many as wanted."""

import pytest

from tests.faults.run import live_through
from tests.faults.stage import House

SEEDS = range(101, 111)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_dies_nothing_is_lost_late_or_twice(house: House, seed: int) -> None:
    report = live_through(house, seed=seed)
    print(f"Again: ./run faults --runs 1 --seed {seed}", *report.happened, report.counts, report.logs, sep="\n")
    assert report.problems == []
    assert report.counts["beeps"] == 96
    assert report.counts["answers"] > 40
