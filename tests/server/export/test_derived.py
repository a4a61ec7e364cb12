"""Derived variables: never over a night, never over a missed beep."""

from math import sqrt

import pytest

from server.export.derived import FORMULAS, Point, centred, lagged, person_statistics

WEEK: list[Point] = [
    (1, 1, 40.0),
    (1, 2, 50.0),  # +10
    (1, 3, 47.0),  # -3
    (1, 4, None),
    (1, 5, 90.0),  # no pair over a missed beep
    (2, 1, 10.0),  # nor over a night
    (2, 2, 16.0),  # +6
    (2, 3, None),
]


def test_statistics_of_a_hand_worked_person() -> None:
    found = person_statistics(WEEK)
    values = [40, 50, 47, 90, 10, 16]
    mean = sum(values) / 6
    assert found.n == 6
    assert found.mean == pytest.approx(mean)
    assert found.isd == pytest.approx(sqrt(sum((value - mean) ** 2 for value in values) / 5))
    assert found.pairs == 3
    assert found.rmssd == pytest.approx(sqrt((100 + 9 + 36) / 3))


def test_a_lag_is_the_beep_before_on_the_same_day_or_nothing() -> None:
    assert lagged(WEEK) == [None, 40.0, 50.0, 47.0, None, None, 10.0, 16.0]


def test_a_lag_never_goes_over_a_night_even_where_beep_numbers_run_on() -> None:
    assert lagged([(1, 1, 10.0), (2, 2, 20.0)]) == [None, None]
    assert person_statistics([(1, 1, 10.0), (2, 2, 20.0)]).rmssd is None


def test_values_are_centred_on_the_persons_own_mean() -> None:
    assert centred([(1, 1, 10.0), (1, 2, None), (1, 3, 30.0)]) == [-10.0, None, 10.0]
    assert centred([(1, 1, None)]) == [None]


def test_too_few_answers_give_no_statistic_rather_than_a_zero() -> None:
    nothing, one = person_statistics([(1, 1, None)]), person_statistics([(1, 1, 5.0)])
    assert (nothing.n, nothing.mean, nothing.isd, nothing.rmssd) == (0, None, None, None)
    assert (one.n, one.mean, one.isd, one.rmssd) == (1, 5.0, None, None)


def test_every_derived_variable_has_a_formula_for_the_codebook() -> None:
    assert len({formula.suffix for formula in FORMULAS.values()}) == len(FORMULAS)
    assert all(formula.formula and set(formula.text) == {"nl", "en"} for formula in FORMULAS.values())
    assert FORMULAS["rmssd"].source
