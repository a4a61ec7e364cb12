from math import sqrt

import pytest

from server.trends.variability import individual_sd, mean_of, rmssd, successive_differences
from tests.server.trends.diaries import series


def test_isd_of_a_hand_worked_table() -> None:
    # mean 50; squares 100 + 0 + 100 + 400 + 400 = 1000; 1000 / 4 = 250
    values = [40.0, 50.0, 60.0, 30.0, 70.0]
    assert mean_of(values) == 50.0
    assert individual_sd(values) == pytest.approx(sqrt(250))


def test_rmssd_of_a_hand_worked_table_leaves_out_nights_and_gaps() -> None:
    rows = [
        (0, 1, 40.0),
        (0, 2, 50.0),  # +10
        (0, 3, 47.0),  # -3
        (0, 5, 90.0),  # slot 4 was missed: no pair
        (1, 1, 10.0),  # a night lies between: no pair
        (1, 2, 16.0),  # +6
        (3, 4, 20.0),
        (3, 5, 20.0),  # 0
    ]
    differences = successive_differences(series(rows))
    assert sorted(differences) == [-3.0, 0.0, 6.0, 10.0]
    assert rmssd(differences) == pytest.approx(sqrt((9 + 0 + 36 + 100) / 4))


def test_the_last_beep_of_a_day_and_the_first_of_the_next_are_never_a_pair() -> None:
    # Slots that follow each other in number, on two days.
    assert successive_differences(series([(0, 1, 10.0), (1, 2, 90.0)])) == []


def test_a_self_started_entry_makes_no_pair() -> None:
    assert successive_differences(series([(0, 2, 10.0), (0, 1_734_811, 60.0), (0, 3, 20.0)])) == [10.0]


def test_too_few_values_have_no_spread() -> None:
    with pytest.raises(ValueError, match="two values"):
        individual_sd([4.0])
    with pytest.raises(ValueError, match="No pairs"):
        rmssd([])
    with pytest.raises(ValueError, match="No values"):
        mean_of([])
