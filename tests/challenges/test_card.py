"""What authors see in the terminal."""

from __future__ import annotations

import subprocess
import sys

import pytest

from challenges.card import WIDTH, render
from challenges.library import load_starter, show
from tests.challenges.making import make_challenge


def test_a_card_shows_what_the_phone_shows_in_that_language():
    card = show("cool-the-soup.1", "nl")
    assert "Even rustig" in card
    assert "BLAAS DE SOEP KOUD" in card
    assert "3 min" in card
    assert "Let op: Duizelig?" in card
    assert "Take care: Dizzy?" in show("cool-the-soup", "en")


def test_every_card_fits_its_frame():
    for challenge in load_starter().values():
        for language in ("nl", "en"):
            *frame, desk = render(challenge, language).splitlines()
            assert {len(line) for line in frame} == {WIDTH + 4}
            assert challenge.key in desk


def test_a_card_names_ages_and_season_for_the_desk():
    desk = render(make_challenge(min_age=14, max_age=18, season="winter"), "en").splitlines()[-1]
    assert desk == "  wave.1 · kindness · live · 14-18 · winter"


@pytest.mark.parametrize("key", ["complimet", "compliment.2"])
def test_a_key_nobody_knows_is_answered_with_near_ones(key):
    with pytest.raises(LookupError, match=r"Did you mean compliment"):
        show(key, "nl")


def test_a_language_nobody_speaks_here_is_refused():
    with pytest.raises(ValueError, match="nl or en"):
        show("compliment.1", "de")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["check"], 0, "challenges, 0 mistakes"),
        (["show", "worst-joke.1", "en"], 0, "WORST JOKE OF THE DAY"),
        (["show", "nothing-like-it"], 1, "There is no challenge 'nothing-like-it'."),
        (["show", "worst-joke", "de"], 2, "python -m challenges check"),
        ([], 2, "python -m challenges check"),
    ],
)
def test_authors_can_check_and_look_from_the_terminal(arguments, code, said):
    done = subprocess.run(
        [sys.executable, "-m", "challenges", *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert (done.returncode, said in done.stdout + done.stderr) == (code, True)
