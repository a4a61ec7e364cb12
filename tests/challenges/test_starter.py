"""The starter collection itself: every challenge that is there is tested by being there."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest

from challenges.library import STARTER, check_library, load_starter, read_library
from challenges.nudges import guess_language
from challenges.release import fingerprint, read_released
from challenges.rules import STRATEGIES
from challenges.strategies import LANGUAGES

CHALLENGES = list(load_starter().values())
TEXTS = ("title", "body", "safety", "alternative", "needs")
each_challenge = pytest.mark.parametrize("challenge", CHALLENGES, ids=lambda challenge: challenge.key)


def test_the_collection_has_no_mistakes():
    assert [str(error) for error in check_library()] == []


def test_a_careful_colleague_would_have_no_doubts():
    assert [f"{placed}: {nudge}" for placed in read_library().placed for nudge in placed.nudges] == []


def test_every_strategy_has_its_file_and_at_least_seven_live_challenges():
    assert {path.stem for path in STARTER.glob("*.yaml")} == set(STRATEGIES)
    live = Counter(challenge.strategy for challenge in CHALLENGES if challenge.status == "live")
    assert len(STRATEGIES) == 10
    assert min(live[name] for name in STRATEGIES) >= 7
    assert sum(live.values()) >= 60


def test_most_challenges_are_for_everybody_and_some_are_for_sixteen_and_older():
    for_all = [challenge for challenge in CHALLENGES if challenge.min_age == 12]
    assert len(for_all) > 0.9 * len(CHALLENGES)
    assert sum(challenge.min_age >= 16 for challenge in CHALLENGES) >= 3


def test_every_strategy_has_something_for_a_bad_day_with_rain_alone_in_a_flat():
    light = Counter(challenge.strategy for challenge in CHALLENGES if challenge.light and challenge.season is None)
    assert min(light[name] for name in STRATEGIES) >= 1
    assert sum(light.values()) > 0.6 * len(CHALLENGES)


def test_no_title_or_body_is_used_twice():
    for field in ("title", "body"):
        for language in LANGUAGES:
            texts = Counter(getattr(challenge, field)[language].casefold() for challenge in CHALLENGES)
            assert [text for text, count in texts.items() if count > 1] == []


def test_what_was_released_is_what_is_there():
    """A changed text needs a new version; the record says what participants may have been shown."""
    now = {challenge.key: fingerprint(challenge) for challenge in CHALLENGES}
    assert {key: read_released(STARTER).get(key) for key in now} == now


@each_challenge
def test_both_languages_are_there_and_short_enough_to_read_at_a_glance(challenge):
    for name in TEXTS:
        texts = getattr(challenge, name)
        assert texts is None or set(texts) == set(LANGUAGES)
    for language in LANGUAGES:
        assert len(challenge.title[language]) <= 40
        assert len(challenge.body[language]) <= 180
        assert challenge.body[language][-1] in ".?'"


@each_challenge
def test_no_forbidden_characters_no_shouting_and_straight_quotes(challenge):
    for name in TEXTS:
        for text in (getattr(challenge, name) or {}).values():
            assert not [char for char in text if unicodedata.category(char)[0] == "C" or char in '<>{}[]*_#|\\"‘’“”–—']
            assert "!" not in text
            assert "  " not in text


@each_challenge
def test_the_languages_are_not_swapped(challenge):
    for language in LANGUAGES:
        together = " ".join(texts[language] for name in TEXTS if (texts := getattr(challenge, name)))
        assert guess_language(together) == language


@each_challenge
def test_dutch_speaks_to_one_young_person_and_not_to_you_sir(challenge):
    words = challenge.body["nl"].lower().replace(".", " ").replace(",", " ").split()
    assert not {"u", "uw", "jullie", "men", "wij"} & set(words)


@each_challenge
def test_it_costs_nothing_and_takes_half_an_hour_at_most(challenge):
    assert challenge.cost == 0
    assert 1 <= challenge.minutes <= 30


def test_every_strategy_has_its_words_and_a_look_of_its_own():
    assert len({strategy.accent for strategy in STRATEGIES.values()}) == 10
    assert len({strategy.icon for strategy in STRATEGIES.values()}) == 10
    for name, strategy in STRATEGIES.items():
        assert strategy.id == name
        for text in (strategy.name, strategy.why):
            assert set(text) == set(LANGUAGES)
        assert all(len(strategy.name[language]) <= 26 for language in LANGUAGES)
        assert all(
            strategy.name[language].isprintable() and len(strategy.why[language]) <= 90 for language in LANGUAGES
        )
