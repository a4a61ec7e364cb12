"""Which items one beep asks, and in which order, from a seed; the same seed gives the same questionnaire again.

The order is drawn on the server and sent to the phone, which only evaluates `show_if`. Left-out items (planned missing)
are not in the order at all, so that "not asked by design" and "not answered" stay apart in the data.
"""

from __future__ import annotations

import random

from prompts.instruments import Instrument, Item

ALGORITHM = 1
"""Goes up when the same seed would give another order."""


def present(instrument: Instrument, seed: int) -> tuple[str, ...]:
    """The item ids of one beep, in shown order.

    1. Walk the items in file order; each item with `shown_share` below 1 draws one number and stays with that chance.
    2. Walk the blocks in file order; a `random` block draws one number for each item but the first (Fisher-Yates from
       the end).

    Only `Random.random()` is used, the one generator method whose sequence Python promises to keep.
    `seed` must not be negative (ValueError): Python's generator takes -5 and 5 for the same seed.
    """
    if seed < 0:
        raise ValueError("the seed of an order must not be negative")
    rng = random.Random(seed)  # noqa: S311 - a reproducible order, not a secret
    kept = {item.id for item in instrument.items if item.shown_share >= 1 or rng.random() < item.shown_share}
    shown: list[str] = []
    for block in instrument.blocks:
        items = [item for item in block.items if item.id in kept]
        if block.order == "random":
            _shuffle(items, rng)
        shown += [item.id for item in items]
    return tuple(shown)


def _shuffle(items: list[Item], rng: random.Random) -> None:
    for last in range(len(items) - 1, 0, -1):
        chosen = int(rng.random() * (last + 1))
        items[last], items[chosen] = items[chosen], items[last]
