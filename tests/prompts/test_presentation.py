"""The order of one beep: reproducible, fair, and honest about what was left out."""

from __future__ import annotations

from collections import Counter

import pytest

from prompts.catalogue import load_instruments
from prompts.presentation import ALGORITHM, present

INSTRUMENTS = load_instruments()
MOMENTARY = INSTRUMENTS["momentary.1"]
AFFECT = [item.id for item in MOMENTARY.blocks[0].items]
SITUATION = [item.id for item in MOMENTARY.blocks[1].items]


def test_the_same_seed_gives_the_same_questionnaire_for_as_long_as_the_algorithm_stands() -> None:
    assert ALGORITHM == 1
    assert present(MOMENTARY, 20260321)[:8] == (
        "na_irritated",
        "na_down",
        "pa_cheerful",
        "pa_energetic",
        "pa_content",
        "na_lonely",
        "na_tense",
        "pa_relaxed",
    )


@pytest.mark.parametrize("key", sorted(INSTRUMENTS))
def test_blocks_keep_their_place_and_fixed_blocks_their_order(key: str) -> None:
    instrument = INSTRUMENTS[key]
    for seed in range(50):
        shown = list(present(instrument, seed))
        for block in instrument.blocks:
            ids = [item.id for item in block.items]
            part, shown = [item for item in shown if item in ids], shown[len([i for i in shown if i in ids]) :]
            assert set(part) <= set(ids)
            if block.order == "fixed":
                assert part == [item for item in ids if item in part]
        assert shown == []


def test_every_place_in_a_random_block_is_equally_likely_for_every_item() -> None:
    seeds = 4000
    places = Counter((item, place) for seed in range(seeds) for place, item in enumerate(present(MOMENTARY, seed)[:8]))
    expected = seeds / 8
    chi_square = sum((places[item, place] - expected) ** 2 / expected for item in AFFECT for place in range(8))
    assert chi_square < 85.4  # the 0.1 % point for (8 - 1)^2 = 49 degrees of freedom


def test_a_planned_missing_item_is_in_its_share_of_the_beeps() -> None:
    seeds = 4000
    share = sum("event_valence" in present(MOMENTARY, seed) for seed in range(seeds)) / seeds
    assert abs(share - 0.5) < 0.026  # 3.3 standard errors


def test_items_that_are_always_asked_are_always_in_the_order() -> None:
    assert all(set(AFFECT + SITUATION) <= set(present(MOMENTARY, seed)) for seed in range(200))


def test_a_negative_seed_is_refused_because_its_order_would_not_be_its_own() -> None:
    with pytest.raises(ValueError, match="negative"):
        present(MOMENTARY, -1)
