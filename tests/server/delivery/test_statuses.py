from datetime import UTC, datetime

import pytest

from server.delivery.gateway import Kind
from server.delivery.statuses import parse_retry_after, sort_status

NOW = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120),
        (" 7 ", 7),
        ("0", 0),
        ("999999999999999999999", 3600),  # capped
        ("Fri, 27 Mar 2026 09:02:00 GMT", 120),
        ("Fri, 27 Mar 2026 08:00:00 GMT", 0),  # already past
        ("Sat, 28 Mar 2026 09:00:00 GMT", 3600),
        ("Fri, 27 Mar 2026 09:02:00 -0000", 120),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_never_more_than_an_hour(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, now=NOW) == seconds


def test_of_all_statuses_only_two_mean_gone() -> None:
    assert [status for status in range(200, 600) if sort_status(status) is Kind.GONE] == [404, 410]
    assert {sort_status(status) for status in range(500, 600)} == {Kind.BUSY}
