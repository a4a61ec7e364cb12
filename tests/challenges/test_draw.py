"""The draw of the day's cards, rule by rule."""

from __future__ import annotations

import datetime as dt

import pytest

from challenges.rules import DRAW_ALGORITHM, draw, eligible, season_of, suitable
from tests.challenges.making import MONDAY, live_days, make_challenge, make_pool

DAY = dt.timedelta(days=1)


def slugs(challenges):
    return {challenge.slug for challenge in challenges}


@pytest.mark.parametrize(
    ("said", "age", "date", "suits"),
    [
        ({}, 15, MONDAY, True),
        ({"status": "draft"}, 15, MONDAY, False),
        ({"status": "review"}, 15, MONDAY, False),
        ({"status": "retired"}, 15, MONDAY, False),
        ({"min_age": 16}, 15, MONDAY, False),  # Noor is 15
        ({"min_age": 16}, 16, MONDAY, True),  # the sixteenth birthday counts
        ({"max_age": 15}, 15, MONDAY, True),
        ({"max_age": 15}, 16, MONDAY, False),
        ({}, None, MONDAY, True),  # an unknown age gets what is for everybody
        ({"min_age": 13}, None, MONDAY, False),
        ({"max_age": 24}, None, MONDAY, False),
        ({"max_age": 25}, None, MONDAY, True),
        ({"not_before": MONDAY}, 15, MONDAY, True),
        ({"not_before": MONDAY}, 15, MONDAY - DAY, False),
        ({"not_after": MONDAY}, 15, MONDAY, True),
        ({"not_after": MONDAY}, 15, MONDAY + DAY, False),
        ({"weekdays": frozenset({6, 7})}, 15, MONDAY, False),
        ({"weekdays": frozenset({1})}, 15, MONDAY, True),
        ({"season": "spring"}, 15, dt.date(2026, 2, 28), False),
        ({"season": "spring"}, 15, dt.date(2026, 3, 1), True),
        ({"season": "winter"}, 15, dt.date(2026, 12, 1), True),
    ],
)
def test_status_age_dates_weekdays_and_season_decide_who_may_get_a_challenge(said, age, date, suits):
    assert bool(suitable([make_challenge(**said)], age=age, date=date)) is suits


def test_the_seasons_are_meteorological():
    months = [season_of(dt.date(2026, month, 15)) for month in range(1, 13)]
    assert months == [*["winter"] * 2, *["spring"] * 3, *["summer"] * 3, *["autumn"] * 3, "winter"]


def test_only_the_newest_live_version_of_a_slug_is_drawn():
    pool = [
        make_challenge(version=2),
        make_challenge(version=10),
        make_challenge(version=11, status="draft"),
        make_challenge(version=1),
    ]
    assert draw(pool, age=15, date=MONDAY, seed=b"noor").chosen == pool[1]


@pytest.mark.parametrize(
    ("role", "days_ago", "is_eligible"),
    [
        ("chosen", 21, False),
        ("chosen", 22, True),  # 21 whole days of rest lie between
        ("done", 21, False),
        ("done", 22, True),
        ("alternative", 7, False),  # only shown: a third of the rest
        ("alternative", 8, True),
    ],
)
def test_a_challenge_rests_its_cool_down_and_a_third_of_it_when_only_shown(role, days_ago, is_eligible):
    pool = [make_challenge(cool_down_days=21)]
    history = [(MONDAY - days_ago * DAY, "wave", role)]
    assert bool(eligible(pool, age=15, date=MONDAY, history=history)) is is_eligible


def test_a_challenge_without_cool_down_may_return_tomorrow_but_one_day_means_a_day_between():
    history = [(MONDAY, "wave", "chosen")]
    without, one_day = make_challenge(cool_down_days=0), make_challenge(cool_down_days=1)
    assert eligible([without], age=15, date=MONDAY + DAY, history=history) == (without,)
    assert eligible([one_day], age=15, date=MONDAY + DAY, history=history) == ()
    assert eligible([one_day], age=15, date=MONDAY + 2 * DAY, history=history) == (one_day,)


def test_a_new_version_rests_for_its_predecessor():
    history = [(MONDAY - DAY, "wave", "chosen")]
    assert eligible([make_challenge(version=2)], age=15, date=MONDAY, history=history) == ()


def test_a_day_drawn_again_gives_the_same_cards_whatever_came_later():
    pool = make_pool(kindness=4, humour=4, movement=4)
    history = [(MONDAY - DAY, "kindness-1", "chosen")]
    first = draw(pool, age=15, date=MONDAY, history=history, seed=b"noor")
    later = [(MONDAY, first.chosen.slug, "chosen"), (MONDAY + DAY, "humour-2", "chosen")]
    assert draw(pool, age=15, date=MONDAY, history=history + later, seed=b"noor") == first


def test_neither_the_order_of_the_pool_nor_of_the_history_matters():
    pool = make_pool(kindness=4, humour=4, movement=4)
    history = [(MONDAY - n * DAY, f"kindness-{n}", "chosen") for n in (1, 2, 3)]
    forwards = draw(pool, age=15, date=MONDAY, history=history, seed=b"noor")
    assert draw(pool[::-1], age=15, date=MONDAY, history=history[::-1], seed=b"noor") == forwards


def test_another_seed_or_another_day_gives_other_cards():
    pool = make_pool(kindness=9, humour=9, movement=9, support=9)
    by_seed = {draw(pool, age=15, date=MONDAY, seed=bytes([n])).chosen.slug for n in range(60)}
    by_day = {draw(pool, age=15, date=MONDAY + n * DAY, seed=b"noor").chosen.slug for n in range(60)}
    assert len(by_seed) > 20
    assert len(by_day) > 20


def test_these_cards_never_change_under_this_algorithm():
    """The lots are part of a study's record: a change here needs a new DRAW_ALGORITHM."""
    pool = make_pool(kindness=4, humour=4, movement=4, support=4)
    cards = [[d.chosen.slug, *(a.slug for a in d.alternatives)] for d in live_days(pool, 4, seed=b"a recorded seed")]
    assert DRAW_ALGORITHM == 1
    assert cards == [
        ["humour-3", "kindness-0", "support-3"],
        ["movement-2", "support-2", "kindness-1"],
        ["support-0", "humour-1", "movement-3"],
        ["kindness-3", "movement-1", "humour-2"],
    ]


def test_a_new_challenge_in_one_strategy_leaves_the_other_strategies_alone():
    pool = make_pool(kindness=4, humour=4, movement=4)
    for number in range(40):
        seed = bytes([number])
        before = draw(pool, age=15, date=MONDAY, seed=seed).chosen
        after = draw([*pool, make_challenge("extra", strategy="humour")], age=15, date=MONDAY, seed=seed).chosen
        assert after.strategy == before.strategy
        if before.strategy != "humour":
            assert after == before


def test_a_retired_challenge_still_tells_which_strategy_yesterday_had():
    pool = [make_challenge("gone", strategy="humour", status="retired"), *make_pool(humour=5, movement=1)]
    history = [(MONDAY - DAY, "gone", "chosen")]
    assert draw(pool, age=15, date=MONDAY, history=history, seed=b"noor").chosen.strategy == "movement"


def test_history_of_a_challenge_nobody_knows_any_more_is_passed_over():
    history = [(MONDAY - DAY, "long-forgotten", "chosen")]
    assert draw(make_pool(humour=1), age=15, date=MONDAY, history=history, seed=b"noor").relaxed == ()


def test_an_unknown_role_is_refused_rather_than_guessed():
    with pytest.raises(ValueError, match="not 'skipped'"):
        draw(make_pool(humour=1), age=15, date=MONDAY, history=[(MONDAY, "humour-0", "skipped")], seed=b"noor")


def test_what_was_never_shown_comes_before_what_was_only_shown():
    pool = make_pool(humour=3)
    history = [(MONDAY - 30 * DAY, "humour-0", "alternative"), (MONDAY - 60 * DAY, "humour-1", "chosen")]
    order = []
    for number in range(3):
        date = MONDAY + number * 2 * DAY
        order.append(draw(pool, age=15, date=date, history=history, seed=b"noor").chosen.slug)
        history.append((date, order[-1], "chosen"))
    assert order == ["humour-2", "humour-0", "humour-1"]


def test_the_alternatives_come_from_other_strategies_each_from_another():
    for number in range(50):
        cards = draw(make_pool(kindness=9, humour=3, movement=3), age=15, date=MONDAY, seed=bytes([number]))
        assert len({cards.chosen.strategy, *(a.strategy for a in cards.alternatives)}) == 3


@pytest.mark.parametrize("wanted", [0, 1, 2, 3, 5])
def test_as_many_alternatives_as_asked_for_where_the_pool_has_them(wanted):
    cards = draw(make_pool(kindness=2, humour=2, movement=2), age=15, date=MONDAY, seed=b"noor", alternatives=wanted)
    assert len(cards.alternatives) == wanted
    assert len(slugs(cards.alternatives) | {cards.chosen.slug}) == wanted + 1


def test_one_of_the_cards_can_be_done_indoors_alone_and_shortly_when_there_is_one():
    hard = [
        make_challenge(f"{strategy}-{number}", strategy=strategy, place="out", company="together", minutes=30)
        for strategy in ("kindness", "movement", "support", "distraction")
        for number in range(5)
    ]
    light = make_challenge("light", strategy="acceptance", minutes=10, place="in")
    for number in range(50):
        cards = draw([*hard, light], age=15, date=MONDAY, seed=bytes([number]))
        assert "light" in {cards.chosen.slug, *slugs(cards.alternatives)}


def test_a_draw_from_nothing_is_false_and_empty():
    cards = draw([make_challenge(min_age=16)], age=15, date=MONDAY, seed=b"noor")
    assert not cards
    assert (cards.chosen, cards.alternatives, cards.relaxed, cards.algorithm) == (None, (), (), DRAW_ALGORITHM)


class TestRelaxations:
    """A small pool: each rule gives way in its turn, and the draw says so."""

    def draw(self, pool, *history):
        past = [(MONDAY - days_ago * DAY, slug, role) for days_ago, slug, role in history]
        return draw(pool, age=15, date=MONDAY, history=past, seed=b"noor")

    def test_nothing_gives_way_while_another_strategy_is_fresh(self):
        cards = self.draw(make_pool(humour=2, movement=2), (1, "humour-0", "chosen"))
        assert (cards.chosen.strategy, cards.relaxed) == ("movement", ())

    def test_first_the_strategy_done_yesterday_in_exchange_may_come_back(self):
        pool = make_pool(humour=2, movement=2)
        cards = self.draw(pool, (1, "humour-0", "chosen"), (1, "movement-0", "done"))
        assert (cards.chosen.slug, cards.relaxed) == ("movement-1", ("done-yesterday",))

    def test_then_what_was_only_shown_may_come_back(self):
        pool = make_pool(humour=2, movement=1)
        cards = self.draw(pool, (1, "humour-0", "chosen"), (1, "movement-0", "alternative"))
        assert (cards.chosen.slug, cards.relaxed) == ("movement-0", ("done-yesterday", "shown-before"))

    def test_then_the_strategy_of_yesterday_may_come_back_with_another_challenge(self):
        cards = self.draw(make_pool(humour=2), (1, "humour-0", "chosen"))
        assert cards.chosen.slug == "humour-1"
        assert cards.relaxed == ("done-yesterday", "shown-before", "strategy-yesterday")

    def test_last_the_cool_down_gives_way_for_what_rested_longest(self):
        history = [(3, "humour-0", "chosen"), (1, "humour-1", "chosen"), (2, "humour-2", "chosen")]
        cards = self.draw(make_pool(humour=3), *history)
        assert cards.chosen.slug == "humour-0"
        assert cards.relaxed[-1] == "cool-down"

    def test_even_then_another_strategy_than_yesterday_is_preferred(self):
        cards = self.draw(make_pool(humour=1, movement=1), (2, "humour-0", "chosen"), (1, "movement-0", "chosen"))
        assert cards.chosen.slug == "humour-0"

    def test_a_pool_of_one_gives_that_one_every_day_and_no_alternatives(self):
        days = live_days(make_pool(humour=1), 5)
        assert [d.chosen.slug for d in days] == ["humour-0"] * 5
        assert [d.alternatives for d in days] == [()] * 5

    def test_rather_fewer_alternatives_than_one_that_is_cooling_down(self):
        cards = self.draw(make_pool(humour=1, movement=2), (2, "humour-0", "chosen"), (1, "movement-0", "chosen"))
        assert (cards.chosen.slug, cards.alternatives) == ("movement-1", ())

    def test_alternatives_fall_back_on_the_same_strategy_before_there_are_none(self):
        cards = draw(make_pool(humour=3), age=15, date=MONDAY, seed=b"noor")
        assert len(cards.alternatives) == 2
