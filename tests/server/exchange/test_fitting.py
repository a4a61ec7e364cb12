"""Which row is which beep; and whatever the rows are, each has one place and no answer is refused."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from server.content import protocols
from server.exchange.fitting import Fitted, fit_rows
from server.exchange.recorded import Row

HOME = "Europe/Amsterdam"
MONDAY = date(2020, 3, 16)
FRIED = protocols()["fried.1"]


def make_row(
    line: int = 2,
    *,
    day: int = 0,
    hour: int = 12,
    minute: int = 0,
    zone: str | None = HOME,
    answered: bool = True,
    after_min: int | None = 5,
) -> Row:
    """Row ``line``, scheduled on the phone's wall clock, finished ``after_min`` minutes later (None: the file does not
    say when)."""
    scheduled = datetime.combine(MONDAY + timedelta(days=day), time(hour, minute))
    at = scheduled.replace(tzinfo=ZoneInfo(zone or HOME)).astimezone(UTC)
    return Row(
        line=line,
        participant="P1",
        scheduled=scheduled,
        issued=at,
        finished=None if after_min is None else at + timedelta(minutes=after_min),
        zone=zone,
        word="" if answered else "expired",
        answers={"relax": "slightly"} if answered else {},
    )


def fit(*rows: Row) -> Fitted:
    return fit_rows("P1", rows, FRIED, HOME)


def test_rows_at_the_protocols_times_are_its_beeps() -> None:
    fitted = fit(*(make_row(line, hour=hour) for line, hour in enumerate((12, 15, 18, 21))))
    assert [(beep.local_date, beep.slot, beep.answered) for beep in fitted.planned] == [
        (MONDAY, slot, True) for slot in (1, 2, 3, 4)
    ]
    assert (fitted.unplanned, fitted.refused) == ((), ())


def test_a_row_within_the_window_is_that_beep_and_expires_with_it() -> None:
    (beep,) = fit(make_row(minute=40)).planned
    assert (beep.slot, beep.due_at, beep.expires_at) == (
        1,
        datetime(2020, 3, 16, 11, 40, tzinfo=UTC),
        datetime(2020, 3, 16, 12, 0, tzinfo=UTC),
    )


def test_an_answer_counts_to_the_last_second_of_the_window_and_no_further() -> None:
    in_time, late = fit(make_row(after_min=60)), fit(make_row(after_min=61))
    assert (in_time.planned[0].answered, in_time.unplanned) == (True, ())
    assert late.planned[0].answered is False
    assert [entry.why for entry in late.unplanned] == ["late"]
    assert late.unplanned[0].started_at == datetime(2020, 3, 16, 12, 1, tzinfo=UTC)


def test_an_answer_without_a_time_is_taken_to_be_in_time() -> None:
    fitted = fit(make_row(after_min=None))
    assert fitted.planned[0].answered is True
    assert fitted.unplanned == ()


def test_of_two_rows_for_a_moment_the_answered_one_has_it_wherever_it_stands() -> None:
    for rows in (
        (make_row(2, answered=False), make_row(3)),
        (make_row(2), make_row(3, answered=False)),
    ):
        fitted = fit(*rows)
        assert [beep.answered for beep in fitted.planned] == [True]
        assert [refusal.code for refusal in fitted.refused] == ["repeated"]


def test_a_second_answer_for_a_moment_is_kept_as_an_entry() -> None:
    fitted = fit(make_row(2), make_row(3, after_min=8))
    assert [beep.row.line for beep in fitted.planned] == [2]
    assert [(entry.row.line, entry.why) for entry in fitted.unplanned] == [(3, "repeated")]


def test_an_answer_at_no_time_of_the_protocol_is_kept_and_silence_there_is_refused() -> None:
    fitted = fit(make_row(2, hour=9), make_row(3, hour=10, answered=False))
    assert [(entry.row.line, entry.why) for entry in fitted.unplanned] == [(2, "off-plan")]
    assert [(refusal.line, refusal.code) for refusal in fitted.refused] == [(3, "off-plan")]


def test_a_phone_that_changes_its_zone_is_asked_by_its_own_clock() -> None:
    fitted = fit(
        *(make_row(day, day=day) for day in range(5)),
        *(make_row(10 + day, day=day, zone="Europe/Moscow") for day in (5, 6)),
    )
    assert fitted.zone == HOME
    assert [beep.zone for beep in fitted.planned] == [HOME] * 5 + ["Europe/Moscow"] * 2
    assert fitted.planned[-1].due_at == datetime(2020, 3, 22, 9, 0, tzinfo=UTC)
    assert fitted.planned[-1].slot == 1


def test_the_clock_change_moves_the_moments_with_the_wall() -> None:
    before, after = fit(make_row(2, day=12), make_row(3, day=13)).planned
    assert (before.due_at.hour, after.due_at.hour) == (11, 10)


rows = st.lists(
    st.builds(
        make_row,
        day=st.integers(0, 3) | st.just(13),
        hour=st.sampled_from((0, 9, 10, 12, 13, 15, 18, 21, 23)),
        minute=st.sampled_from((0, 0, 0, 1, 59)),
        zone=st.sampled_from((HOME, HOME, None, "Europe/Helsinki", "Europe/Moscow")),
        answered=st.booleans(),
        after_min=st.sampled_from((0, 5, 60, 61, 400, None)),
    ),
    max_size=30,
)


@given(rows)
@settings(max_examples=150, derandomize=True, deadline=None)
def test_every_row_has_one_place_and_no_answer_is_refused(made: list[Row]) -> None:
    numbered = [
        Row(**{name: getattr(row, name) for name in Row.__slots__} | {"line": line})
        for line, row in enumerate(made, start=2)
    ]
    fitted = fit(*numbered)
    late = [entry.row.line for entry in fitted.unplanned if entry.why == "late"]
    places = [beep.row.line for beep in fitted.planned if beep.row.line not in late]
    places += [entry.row.line for entry in fitted.unplanned] + [refusal.line for refusal in fitted.refused]
    assert sorted(places) == [row.line for row in numbered]

    answered = {row.line for row in numbered if row.answers}
    kept = {beep.row.line for beep in fitted.planned if beep.answered} | {entry.row.line for entry in fitted.unplanned}
    assert kept == answered
    assert {beep.row.line for beep in fitted.planned if not beep.row.answers}.isdisjoint(answered)

    keys = [(beep.local_date, beep.slot) for beep in fitted.planned]
    assert len(keys) == len(set(keys))
    for moment in chain(fitted.planned):
        assert moment.due_at < moment.expires_at <= moment.due_at + timedelta(minutes=60)
