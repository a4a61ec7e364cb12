"""Careless answers are flagged by thresholds with a source."""

import pytest

from server.export.careless import CODEBOOK, LEAST_ITEMS, flag


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
