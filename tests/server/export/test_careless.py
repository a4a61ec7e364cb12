"""Careless answers are flagged by thresholds with a source."""

import random
from collections import Counter

import polars as pl
import pytest

from server.export.careless import CODEBOOK, LEAST_ITEMS, flag
from server.export.flags import add_flags


@pytest.mark.parametrize(
    ("duration", "answered", "fast"),
    [(12.0, 12, True), (12.1, 12, False), (None, 12, None), (3.0, 0, None)],
)
def test_a_second_an_item_is_fast(duration: float | None, answered: int, fast: bool | None) -> None:
    assert flag(duration_s=duration, answered=answered, ratings=[]).fast is fast


def test_a_spread_of_five_points_is_flat() -> None:
    # sd of 45, 50, 55 is 5.
    assert flag(duration_s=None, answered=3, ratings=[45, 50, 55]).flat is True
    assert flag(duration_s=None, answered=3, ratings=[44, 50, 56]).flat is False


def test_three_of_five_alike_are_a_long_string_wherever_they_stand() -> None:
    flags = flag(duration_s=None, answered=5, ratings=[50, 20, 50, 80, 50])
    assert flags.longstring is True
    assert flags.longest_run == 1
    assert flag(duration_s=None, answered=5, ratings=[50, 50, 10, 20, 80]).longstring is False


def test_the_longest_run_is_counted_in_the_order_shown() -> None:
    assert flag(duration_s=None, answered=6, ratings=[1, 7, 7, 7, 2, 7]).longest_run == 3
    assert flag(duration_s=None, answered=0, ratings=[]).longest_run == 0


def test_with_two_ratings_nothing_is_said_of_flat_or_same() -> None:
    flags = flag(duration_s=30, answered=2, ratings=[50] * (LEAST_ITEMS - 1))
    assert flags.flat is None
    assert flags.longstring is None


def test_every_flag_names_its_source_in_the_codebook() -> None:
    for text in CODEBOOK.values():
        assert "Jaso" in text["nl"] + text["en"] or "Johnson" in text["en"]
        assert set(text) == {"nl", "en"}


def test_whole_columns_are_flagged_as_one_entry_is() -> None:
    rng = random.Random(11)
    sliders = [f"s{number}" for number in range(7)]
    made = []
    for _ in range(3_000):
        pool = rng.sample(range(101), rng.choice([1, 2, 3, 30]))
        middle, width = rng.randint(10, 90), rng.choice([3, 5, 6, 9])
        near = [rng.choice([middle - width, middle, middle + width]) for _ in sliders]
        drawn = rng.choice([near, rng.choices(pool, k=len(sliders))])
        made.append([None if rng.random() < 0.3 else float(value) for value in drawn])
    frame = pl.DataFrame(made, schema=dict.fromkeys(sliders, pl.Float64()), orient="row").with_columns(
        lasted=pl.Series([rng.choice([None, 2.0, 7.0, 30.0]) for _ in made]),
        n_answered=pl.Series([rng.randint(0, 8) for _ in made], dtype=pl.Int32),
    )
    found = add_flags(frame, sliders)
    seen: Counter[tuple[int, int | None]] = Counter()
    for row, entry in zip(found.iter_rows(named=True), made, strict=True):
        ratings = [value for value in entry if value is not None]
        one = flag(duration_s=row["lasted"], answered=row["n_answered"], ratings=ratings)
        wanted = [None if told is None else int(told) for told in (one.fast, one.flat, one.longstring)]
        assert [row["flag_fast"], row["flag_flat"], row["flag_longstring"]] == wanted
        seen.update(enumerate(wanted))
    assert len(seen) == 9
    assert min(seen.values()) > 20
