from datetime import date

import pytest

from server.consent.ages import is_too_young, parents_until

FAR = date(2100, 1, 1)


@pytest.mark.parametrize(
    ("year", "month", "on", "young"),
    [
        (2014, 3, date(2026, 2, 28), True),  # cannot be twelve before March
        (2014, 3, date(2026, 3, 1), False),  # may be, this month: the doubt is hers
        (2014, None, date(2026, 1, 1), False),  # only the year is told
        (2015, None, date(2026, 12, 31), True),
        (2015, 1, date(2026, 12, 31), True),
    ],
)
def test_twelve_is_twelve_as_soon_as_it_may_be(year: int, month: int | None, on: date, young: bool) -> None:
    assert is_too_young(year, month, on) is young


@pytest.mark.parametrize(
    ("year", "month", "on", "until"),
    [
        (2010, 3, date(2026, 3, 31), date(2026, 4, 1)),  # her birthday may be today or was, but that is not sure
        (2010, 3, date(2026, 4, 1), None),
        (2010, 12, date(2026, 12, 31), date(2027, 1, 1)),
        (2010, None, date(2026, 12, 31), date(2027, 1, 1)),
        (2010, None, date(2027, 1, 1), None),
        (2009, None, date(2026, 1, 1), None),
    ],
)
def test_sixteen_is_sixteen_only_when_it_is_sure(year: int, month: int | None, on: date, until: date | None) -> None:
    assert parents_until(year, month, on, kept_until=FAR) == until


def test_no_month_is_kept_that_will_never_be_needed() -> None:
    until = parents_until(2013, 5, date(2026, 3, 4), kept_until=date(2026, 6, 1))
    assert until == date(2030, 1, 1), "the same for every month"
