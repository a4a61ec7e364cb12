import random
from math import atanh, sqrt, tanh

import pytest
from scipy import stats

from server.trends.association import shared_ranks, spearman


@pytest.mark.parametrize("levels", [0, 5, 21])
@pytest.mark.parametrize("n", [4, 14, 50, 200])
def test_rho_is_that_of_scipy_with_ties_too(n: int, levels: int) -> None:
    rng = random.Random(n * 100 + levels)
    x = [rng.gauss(0, 1) for _ in range(n)]
    y = [value + rng.gauss(0, 1) for value in x]
    if levels:
        x = [float(round(value * levels / 6)) for value in x]
        y = [float(round(value * levels / 6)) for value in y]
    if len(set(x)) == 1 or len(set(y)) == 1:
        pytest.skip("constant")
    found = spearman(x, y)
    assert found is not None
    assert found.rho == pytest.approx(stats.spearmanr(x, y).statistic)


def test_equal_values_share_their_ranks() -> None:
    assert shared_ranks([30.0, 10.0, 30.0, 20.0, 30.0]) == [4.0, 1.0, 4.0, 2.0, 4.0]


def test_the_interval_of_a_hand_worked_case() -> None:
    # Four neighbours swapped out of ten: sum of d^2 = 2 * 4 = 8, rho = 1 - 6*8/990.
    x = [float(i) for i in range(1, 11)]
    y = [2.0, 1.0, 4.0, 3.0, 6.0, 5.0, 8.0, 7.0, 9.0, 10.0]
    rho = 1 - 48 / 990
    error = sqrt((1 + rho**2 / 2) / 7)
    found = spearman(x, y)
    assert found is not None
    assert found.rho == pytest.approx(rho)
    assert found.low == pytest.approx(tanh(atanh(rho) - 1.959963984540054 * error))
    assert found.high == pytest.approx(tanh(atanh(rho) + 1.959963984540054 * error))


def test_perfect_order_and_no_order_at_all() -> None:
    line = [float(i) for i in range(8)]
    up, down = spearman(line, line), spearman(line, line[::-1])
    assert up is not None
    assert (up.rho, up.low, up.high, up.p) == (1, 1, 1, 0)
    assert down is not None
    assert down.rho == -1
    assert spearman(line, [3.0] * 8) is None


def test_three_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="four pairs"):
        spearman([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
