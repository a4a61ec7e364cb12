"""What can be inferred of people who are alike."""

import pytest

from server.export.diversity import closeness, distinct_known, is_diverse, least_diversity


def test_missing_is_no_value_that_protects_anybody() -> None:
    assert distinct_known(["low mood", "missing", "low mood", ""]) == 1
    assert not is_diverse(["low mood", "missing"], 2)
    assert is_diverse(["low mood", "none"], 2)


def test_a_class_of_whom_nothing_is_known_gives_nothing_away() -> None:
    assert is_diverse(["missing", "missing"], 2)
    assert least_diversity([["missing"], ["a", "b"]]) == 2
    assert least_diversity([["missing"]]) is None


def test_l_is_that_of_the_least_diverse_class() -> None:
    assert least_diversity([["a", "b", "c"], ["a", "a"]]) == 1


def test_closeness_of_a_hand_worked_table() -> None:
    # Everybody: 3 a, 3 b. First class 2/3 a: distance (1/6 + 1/6) / 2 = 1/6; the second mirrors it.
    assert closeness([["a", "a", "b"], ["a", "b", "b"]]) == pytest.approx(1 / 6)
    assert closeness([["a", "b"], ["a", "b"]]) == 0
    assert closeness([["a"], ["b"]]) == pytest.approx(0.5)
    assert closeness([]) == 0
