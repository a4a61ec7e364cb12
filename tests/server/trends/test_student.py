import pytest
from scipy import stats

from server.trends.student import normal_quantile, quantile, t_quantile, two_sided_p


@pytest.mark.parametrize("df", [1.0, 1.7, 2.0, 4.4, 10.0, 37.25, 120.0, 5000.0])
@pytest.mark.parametrize("p", [0.0005, 0.025, 0.3, 0.5, 0.9, 0.975, 0.995, 0.9995])
def test_quantiles_are_those_of_scipy(df: float, p: float) -> None:
    assert quantile(p, df) == pytest.approx(stats.t.ppf(p, df), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("df", [1.0, 2.5, 9.0, 60.0, 900.0])
@pytest.mark.parametrize("t", [0.0, 0.01, 0.8, 2.0, 5.5, 40.0, -2.0])
def test_chances_are_those_of_scipy(df: float, t: float) -> None:
    assert two_sided_p(t, df) == pytest.approx(2 * stats.t.sf(abs(t), df), rel=1e-9)


def test_known_bounds() -> None:
    assert normal_quantile(0.95) == pytest.approx(1.959963984540054)
    assert t_quantile(0.95, 10) == pytest.approx(2.2281388519649385)


def test_impossible_questions_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile(1.0, 5)
    with pytest.raises(ValueError, match="positive"):
        two_sided_p(1.0, 0)
