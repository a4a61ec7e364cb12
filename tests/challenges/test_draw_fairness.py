"""Fairness with numbers: 1,000 participants, 21 days each, the starter collection and uneven pools.

The draws are seeded, so every number here is the same on every machine; the bounds say what a reader may rely on.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter

import pytest

from challenges.library import load_starter
from challenges.rules import STRATEGIES, draw, eligible
from tests.challenges.making import MONDAY, live_days, make_challenge, make_pool

PARTICIPANTS, DAYS = 400, 21


@pytest.fixture(scope="module")
def diaries():
    """1,000 participants of 12 to 25 live through 21 days with the starter collection."""
    pool = list(load_starter().values())
    return [
        live_days(pool, DAYS, seed=f"participant {number}".encode(), age=12 + number % 14)
        for number in range(PARTICIPANTS)
    ]


def test_everybody_meets_every_strategy_two_or_three_times(diaries):
    counts = {count for diary in diaries for count in Counter(day.chosen.strategy for day in diary).values()}
    assert counts == {2, 3}  # 21 days over ten strategies: 2.1 each
    assert all(len({day.chosen.strategy for day in diary}) == len(STRATEGIES) for diary in diaries)


def test_no_strategy_is_favoured_over_all_participants(diaries):
    totals = Counter(day.chosen.strategy for diary in diaries for day in diary)
    expected = PARTICIPANTS * DAYS / len(STRATEGIES)
    assert max(abs(total - expected) for total in totals.values()) < 0.02 * expected
    alternatives = Counter(card.strategy for diary in diaries for day in diary for card in day.alternatives)
    assert max(alternatives.values()) < 1.1 * min(alternatives.values())


def test_any_strategy_may_open_a_diary(diaries):
    first = Counter(diary[0].chosen.strategy for diary in diaries)
    expected = PARTICIPANTS / len(STRATEGIES)
    chi_square = sum((first[name] - expected) ** 2 / expected for name in STRATEGIES)
    assert chi_square < 27.9  # 99.9 % of chance with nine degrees of freedom


def test_nobody_gets_the_same_challenge_twice_or_the_same_strategy_two_days_running(diaries):
    for diary in diaries:
        chosen = [day.chosen for day in diary]
        assert len({challenge.slug for challenge in chosen}) == DAYS
        assert all(today.strategy != tomorrow.strategy for today, tomorrow in itertools.pairwise(chosen))
        assert all(day.relaxed == () for day in diary)


def test_a_card_seen_returns_seldom_and_never_within_a_week(diaries):
    twice = 0
    for diary in diaries:
        last: dict[str, int] = {}
        for number, day in enumerate(diary):
            for card in (day.chosen, *day.alternatives):
                if card.slug in last:
                    twice += 1
                    assert number - last[card.slug] > 7
                last[card.slug] = number
    assert twice < 0.01 * PARTICIPANTS * DAYS * 3  # of 63,000 cards


def test_every_day_has_three_cards_of_three_strategies_one_of_them_light(diaries):
    for diary in diaries:
        for day in diary:
            cards = [day.chosen, *day.alternatives]
            assert len({card.strategy for card in cards}) == 3
            assert any(card.light for card in cards)


def test_age_is_respected_on_every_card(diaries):
    for number, diary in enumerate(diaries):
        age = 12 + number % 14
        for day in diary:
            for card in (day.chosen, *day.alternatives):
                assert card.min_age <= age <= (card.max_age or 25)


def test_a_strategy_with_thirty_challenges_comes_up_as_often_as_one_with_three():
    totals: Counter[str] = Counter()
    for number in range(200):
        days = live_days(make_pool(kindness=30, humour=6, movement=8, acceptance=7), 20, seed=bytes([number]))
        totals.update(day.chosen.strategy for day in days)
    assert all(950 <= total <= 1050 for total in totals.values())  # 200 x 20 / 4 = 1,000 each


def test_a_strategy_that_is_spent_waits_and_the_others_fill_in():
    days = live_days(make_pool(kindness=30, humour=30, acceptance=2), 21)
    totals = Counter(day.chosen.strategy for day in days)
    assert totals["acceptance"] == 2
    assert abs(totals["kindness"] - totals["humour"]) <= 1


def test_within_a_strategy_every_challenge_has_its_turn_as_the_first():
    first = Counter(draw(make_pool(humour=5), age=15, date=MONDAY, seed=bytes([n, 7])).chosen.slug for n in range(250))
    assert len(first) == 5
    assert min(first.values()) > 30  # 50 expected


def test_a_weekend_strategy_comes_up_at_weekends_only():
    pool = [*make_pool(humour=30, movement=30)]
    pool += [make_challenge(f"w-{n}", strategy="support", weekdays=frozenset({6, 7})) for n in range(9)]
    days = live_days(pool, 21)
    weekends = {number for number in range(21) if (MONDAY + dt.timedelta(days=number)).isoweekday() > 5}
    assert {number for number, day in enumerate(days) if day.chosen.strategy == "support"} <= weekends
    assert Counter(day.chosen.strategy for day in days)["support"] >= 3


def test_the_starter_collection_is_never_exhausted_in_three_weeks():
    pool = list(load_starter().values())
    history = [
        (MONDAY + dt.timedelta(days=n), card.slug, role)
        for n, day in enumerate(live_days(pool, DAYS, age=12))
        for role, cards in (("chosen", [day.chosen]), ("alternative", day.alternatives))
        for card in cards
    ]
    left = eligible(pool, age=12, date=MONDAY + dt.timedelta(days=DAYS), history=history)
    assert {challenge.strategy for challenge in left} == set(STRATEGIES)
