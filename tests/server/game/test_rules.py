import itertools
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.game.rules import (
    GAME,
    STAGES,
    Day,
    PlayedDay,
    choose_team,
    find_seats,
    judge,
    next_spurt,
    share_of_day,
    share_of_study,
    stage_of,
    streak_of,
)

MONDAY = date(2026, 3, 2)
fixed = settings(max_examples=200, derandomize=True, deadline=None)


def day(answered: int = 0, *, came: int = 5, dare: bool = False, on: date = MONDAY, **facts: bool) -> PlayedDay:
    return PlayedDay(on=on, came=came, answered=answered, dare_came=True, dare_done=dare, **facts)


days = st.builds(
    lambda came, answered, dare_came, dare_done, excused, reached: PlayedDay(
        on=MONDAY,
        came=came,
        answered=min(answered, came),
        dare_came=dare_came,
        dare_done=dare_came and dare_done,
        excused=excused,
        reached=reached,
    ),
    st.integers(0, 8),
    st.integers(0, 8),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@pytest.mark.parametrize(
    ("answered", "dare", "points"),
    [(0, False, 0), (1, False, 10), (0, True, 20), (3, True, 50), (5, False, 50), (5, True, 50)],
)
def test_points_are_for_taking_part_and_a_day_has_a_cap(answered: int, dare: bool, points: int) -> None:
    assert day(answered, dare=dare).points == points


def test_what_is_possible_follows_the_plan_and_never_passes_the_cap() -> None:
    assert day(came=5).possible == 50
    assert PlayedDay(on=MONDAY, came=2).possible == 20
    assert PlayedDay(on=MONDAY, dare_came=True).possible == 20
    assert PlayedDay(on=MONDAY).possible == 0


@fixed
@given(days)
def test_nobody_gets_more_than_was_possible(one: PlayedDay) -> None:
    assert 0 <= one.points <= one.possible <= GAME.most_a_day


@pytest.mark.parametrize("size", [3, 4, 5, 6])
def test_one_absent_member_costs_the_others_nothing(size: int) -> None:
    full = [day(5) for _ in range(size)]
    assert share_of_day([*full[:-1], day(0)]) == share_of_day(full) == 1


def test_in_a_team_of_six_two_may_be_absent_and_three_not() -> None:
    assert share_of_day([day(5)] * 4 + [day(0)] * 2) == 1
    assert share_of_day([day(5)] * 3 + [day(0)] * 3) == 0.75


@pytest.mark.parametrize(
    ("team", "share"),
    [
        ([], 0),
        ([day(0)], 0),
        ([day(5), day(0)], 0.5),  # of two nobody may be missed
        ([day(5), day(0, excused=True)], 1),  # but a pause is nobody's lack
        ([PlayedDay(on=MONDAY), day(5)], 1),  # and nothing came for her, so nothing was asked of her
    ],
)
def test_shares_of_small_teams(team: Sequence[PlayedDay], share: float) -> None:
    assert share_of_day(team) == share


@fixed
@given(st.lists(days, min_size=1, max_size=6), st.data())
def test_no_answer_ever_makes_the_tree_smaller(team: list[PlayedDay], data: st.DataObject) -> None:
    who = data.draw(st.integers(0, len(team) - 1))
    one = team[who]
    more = PlayedDay(
        on=one.on,
        came=one.came,
        answered=min(one.answered + 1, one.came),
        dare_came=one.dare_came,
        dare_done=one.dare_came,
        excused=one.excused,
        reached=one.reached,
    )
    assert share_of_day([*team[:who], more, *team[who + 1 :]]) >= share_of_day(team) - 1e-12


@fixed
@given(st.lists(days, min_size=1, max_size=6), st.data())
def test_no_pause_ever_makes_the_tree_smaller(team: list[PlayedDay], data: st.DataObject) -> None:
    who = data.draw(st.integers(0, len(team) - 1))
    one = team[who]
    paused = PlayedDay(
        on=one.on,
        came=one.came,
        answered=one.answered,
        dare_came=one.dare_came,
        dare_done=one.dare_done,
        excused=True,
        reached=one.reached,
    )
    assert share_of_day([*team[:who], paused, *team[who + 1 :]]) >= share_of_day(team) - 1e-12


@fixed
@given(st.lists(st.lists(days, max_size=3), max_size=6), days)
def test_every_date_adds_and_none_takes_away(team: list[list[PlayedDay]], more: PlayedDay) -> None:
    later = PlayedDay(on=MONDAY + timedelta(days=1), came=more.came, answered=more.answered)
    before = share_of_study(team, days=21)
    assert before <= share_of_study([*team, [later]], days=21) <= 1


def test_the_tree_grows_at_set_points_up_to_twelve() -> None:
    assert stage_of(0) == 0
    assert [stage_of(spurt) for spurt in GAME.spurts] == list(range(1, STAGES + 1)) == list(range(1, 13))
    assert [stage_of(spurt - 1e-9) for spurt in GAME.spurts] == list(range(12))
    assert next_spurt(0) == GAME.spurts[0]
    assert next_spurt(GAME.spurts[0]) == GAME.spurts[1]
    assert next_spurt(GAME.spurts[-1]) is None


def test_spurts_come_further_and_further_apart() -> None:
    steps = [later - sooner for sooner, later in zip(GAME.spurts, GAME.spurts[1:], strict=False)]
    assert all(later >= sooner - 1e-9 for sooner, later in itertools.pairwise(steps))


def test_a_team_as_is_usual_gets_past_the_middle_of_the_tree() -> None:
    """Three weeks in which five people answer a third of their beeps and do a third of their challenges."""
    team = [
        [
            day(answered, dare=(number + who) % 3 == 0, on=MONDAY + timedelta(days=number))
            for number in range(21)
            for answered in ((number + who) % 4,)
        ]
        for who in range(5)
    ]
    assert STAGES / 2 < stage_of(share_of_study(team, days=21)) < STAGES


@pytest.mark.parametrize(
    ("one", "verdict"),
    [
        (day(1), Day.TAKEN_PART),
        (day(0, dare=True), Day.TAKEN_PART),
        (day(0), Day.MISSED),
        (day(0, excused=True), Day.FREE),  # paused
        (day(1, excused=True), Day.TAKEN_PART),
        (day(0, reached=False), Day.FREE),  # no push got through: not her doing
        (PlayedDay(on=MONDAY), Day.FREE),  # nothing was asked
    ],
)
def test_what_a_day_does_to_a_streak(one: PlayedDay, verdict: Day) -> None:
    assert judge(one) is verdict


ON, OFF, FREE = day(1), day(0), day(0, excused=True)


@pytest.mark.parametrize(
    ("past", "streak"),
    [
        ([], (0, 2)),
        ([ON, ON], (2, 2)),
        ([ON, OFF, ON], (2, 1)),
        ([ON, OFF, OFF, ON], (2, 0)),
        ([ON, OFF, OFF, OFF, ON], (1, 2)),  # one day off too many: it begins anew, with a full store
        ([ON, *[FREE] * 30, ON], (2, 2)),  # a holiday costs nothing
        ([ON, OFF, OFF, *[ON] * 5, OFF, ON], (7, 0)),  # five days earn a day off
        ([ON] * 12, (12, 2)),  # never more than two in store
        ([OFF, OFF, ON], (1, 2)),  # nothing to keep, nothing to pay
    ],
)
def test_a_streak_survives_a_few_days_off(past: Sequence[PlayedDay], streak: tuple[int, int]) -> None:
    found = streak_of(past)
    assert (found.days, found.rest_days_left) == streak


def test_today_can_only_lengthen_a_streak() -> None:
    assert streak_of([ON], OFF) == streak_of([ON])
    assert streak_of([ON], ON).days == 2


@fixed
@given(st.lists(st.sampled_from([ON, OFF, FREE]), max_size=40), st.integers(0, 40))
def test_pauses_and_failed_pushes_never_break_a_streak(past: list[PlayedDay], where: int) -> None:
    with_more = [*past[:where], FREE, day(0, reached=False), *past[where:]]
    assert streak_of(with_more) == streak_of(past)


@pytest.mark.parametrize(
    ("sizes", "team"),
    [
        ({}, None),
        ({"a": 1}, "a"),
        ({"a": 1, "b": 3}, "b"),  # b is nearly a team
        ({"a": 4, "b": 3}, "b"),
        ({"a": 5, "b": 4}, "b"),
        ({"a": 4, "b": 4}, "a"),
        ({"a": 5, "b": 5}, None),  # the sixth seats are kept
        ({"a": 6}, None),
    ],
)
def test_newcomers_complete_a_team_before_another_begins(sizes: dict[str, int], team: str | None) -> None:
    assert choose_team(sizes) == team


@fixed
@given(st.integers(1, 60))
def test_however_many_join_at_most_one_team_is_small_and_none_too_big(people: int) -> None:
    sizes: dict[str, int] = {}
    for number in range(people):
        team = choose_team(sizes) or f"team {number:03}"
        sizes[team] = sizes.get(team, 0) + 1
    assert sum(size < GAME.smallest_team for size in sizes.values()) <= 1
    assert max(sizes.values()) <= GAME.usual_team


@pytest.mark.parametrize(
    ("size", "others", "seats"),
    [
        (2, {"a": 5, "b": 4}, ["b", "a"]),
        (3, {"a": 5, "b": 4}, ["b", "a", "b"]),
        (4, {"a": 5, "b": 4}, None),
        (1, {"a": 2, "b": 4}, ["a"]),  # two small teams become one
        (1, {}, None),
    ],
)
def test_a_team_that_stays_small_finds_seats_or_stays(
    size: int, others: dict[str, int], seats: list[str] | None
) -> None:
    assert find_seats(size, others) == seats
