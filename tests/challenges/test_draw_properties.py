"""What holds for any pool, any history and any day."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from challenges.challenge import SEASONS, STATUSES
from challenges.library import load_starter
from challenges.rules import RELAXATIONS, STRATEGIES, Deck, draw, eligible, suitable
from tests.challenges.making import MONDAY, make_challenge
from tests.challenges.plain_draw import draw_plainly

SLUGS = [f"slug-{letter}" for letter in "abcdefghijkl"]
ages = st.one_of(st.none(), st.integers(12, 25))
dates = st.dates(MONDAY - dt.timedelta(days=40), MONDAY + dt.timedelta(days=400))
modest = settings(max_examples=150, derandomize=True, deadline=None)


@st.composite
def challenges(draw_, slug):
    min_age = draw_(st.integers(12, 18))
    return make_challenge(
        slug,
        version=draw_(st.integers(1, 3)),
        strategy=draw_(st.sampled_from(list(STRATEGIES)[:4])),
        status=draw_(st.sampled_from(("live", "live", "live", *STATUSES))),
        min_age=min_age,
        max_age=draw_(st.one_of(st.none(), st.integers(min_age, 25))),
        weekdays=draw_(st.sampled_from((frozenset(range(1, 8)), frozenset({6, 7}), frozenset({1, 3, 5})))),
        season=draw_(st.sampled_from((None, None, *SEASONS))),
        cool_down_days=draw_(st.integers(0, 30)),
        minutes=draw_(st.integers(1, 60)),
    )


pools = st.lists(st.sampled_from(SLUGS), max_size=12).flatmap(lambda slugs: st.tuples(*map(challenges, slugs)))
histories = st.lists(
    st.tuples(dates, st.sampled_from([*SLUGS, "unknown"]), st.sampled_from(("chosen", "alternative", "done"))),
    max_size=30,
)


@modest
@given(pool=pools, history=histories, age=ages, date=dates, seed=st.binary(max_size=40), wanted=st.integers(0, 4))
def test_every_draw_keeps_its_promises(pool, history, age, date, seed, wanted):
    cards = draw(pool, age=age, date=date, history=history, seed=seed, alternatives=wanted)
    may = suitable(pool, age=age, date=date)
    rested = eligible(pool, age=age, date=date, history=history)
    assert set(rested) <= set(may)
    assert bool(cards) is bool(may)  # never nothing when anything suits, never anything that does not
    if not cards:
        assert cards.alternatives == ()
        return
    shown = [cards.chosen, *cards.alternatives]
    assert all(card in may for card in shown)
    assert len({card.slug for card in shown}) == len(shown) <= wanted + 1
    assert cards.relaxed == RELAXATIONS[: len(cards.relaxed)]
    if rested and "cool-down" not in cards.relaxed and "shown-before" not in cards.relaxed:
        assert cards.chosen in rested


@modest
@given(pool=pools, history=histories, age=ages, date=dates, seed=st.binary(max_size=40))
def test_no_strategy_two_days_running_when_another_is_eligible(pool, history, age, date, seed):
    yesterday = date - dt.timedelta(days=1)
    strategy_of = {challenge.slug: challenge.strategy for challenge in pool}
    before = {strategy_of.get(slug) for day, slug, role in history if day == yesterday and role == "chosen"}
    others = [c for c in eligible(pool, age=age, date=date, history=history) if c.strategy not in before]
    if others:
        assert draw(pool, age=age, date=date, history=history, seed=seed).chosen.strategy not in before


@modest
@given(pool=pools, history=histories, age=ages, date=dates, seed=st.binary(max_size=40), data=st.data())
def test_the_same_seed_gives_the_same_cards_in_any_order(pool, history, age, date, seed, data):
    # of a slug given twice in one version the first one counts, so only distinct keys may change places
    pool = list({challenge.key: challenge for challenge in pool}.values())
    latest = {c.slug: c for c in sorted(pool, key=lambda c: c.version)}
    pool = list(latest.values())
    shuffled = data.draw(st.permutations(pool))
    past = data.draw(st.permutations(history))
    first = draw(pool, age=age, date=date, history=history, seed=seed)
    assert draw(shuffled, age=age, date=date, history=past, seed=seed) == first


@modest
@given(pool=pools, history=histories, age=ages, date=dates, seed=st.binary(max_size=40), wanted=st.integers(0, 4))
def test_a_prepared_deck_deals_the_very_cards_of_the_plain_draw(pool, history, age, date, seed, wanted):
    deck = Deck.prepare(pool, age=age, date=date)
    plain = draw_plainly(pool, age=age, date=date, history=history, seed=seed, alternatives=wanted)
    assert deck.draw(history=history, seed=seed, alternatives=wanted) == plain
    assert deck.draw(history=(), seed=seed, alternatives=wanted) == draw_plainly(
        pool, age=age, date=date, seed=seed, alternatives=wanted
    ), "a deck forgets whom it was dealt to"


def test_three_weeks_from_the_starters_are_those_of_the_plain_draw():
    pool = tuple(load_starter().values())
    for person in range(12):
        seed, age, history = bytes([person]) * 32, 12 + person, []
        for day in range(21):
            date = MONDAY + dt.timedelta(days=day)
            cards = Deck.prepare(pool, age=age, date=date).draw(history=history, seed=seed)
            assert cards == draw_plainly(pool, age=age, date=date, history=history, seed=seed)
            history.append((date, cards.chosen.slug, "chosen"))
            history += [(date, other.slug, "alternative") for other in cards.alternatives]
            history += [(date, cards.chosen.slug, "done")] * (day % 3 == 0)
