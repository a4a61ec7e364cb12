"""Doubts about well-formed challenges: each one raised where it should be, and silent where it should be."""

from __future__ import annotations

import pytest

from challenges.authoring import check
from challenges.nudges import guess_language
from tests.challenges.making import form

NOTE = {"nl": "Vraag het eerst even aan iemand.", "en": "Ask somebody first, please."}
WAY = {"nl": "Zwaai vanuit je stoel.", "en": "Wave from your chair."}


def codes(nl, en, **said):
    checked = check(form(body={"nl": nl, "en": en}, **said))
    assert checked.problems == ()
    return [nudge.code for nudge in checked.nudges]


QUIET_NL, QUIET_EN = "Zwaai vandaag naar een boom en wacht.", "Wave at a tree today and wait there."


def test_an_ordinary_challenge_raises_no_doubt():
    assert codes(QUIET_NL, QUIET_EN) == []


@pytest.mark.parametrize(
    ("nl", "en", "code"),
    [
        ("Groet een onbekende op straat vandaag.", "Say hello to a stranger in the street.", "strangers"),
        ("Groet vandaag iemand die je niet kent.", "Greet someone you don't know today.", "strangers"),
        ("Breng iets lekkers naar de buren toe.", "Bring something nice to the neighbours.", "strangers"),
        ("Bak een taart voor wie er thuis is.", "Bake a cake for who is at home.", "heat"),
        ("Zet de waterkoker aan voor thee nu.", "Put the kettle on for some tea now.", "heat"),
        ("Ga zwemmen met iemand die dat kan.", "Go swimming with someone who can.", "water"),
        ("Klim ergens in en kijk om je heen.", "Climb something and look around you.", "height"),
        ("Ga in het donker even naar de tuin.", "Go into the garden in the dark.", "darkness"),
    ],
)
def test_a_hazard_without_a_safety_note_is_doubted_and_with_one_it_is_not(nl, en, code):
    assert codes(nl, en) == [code]
    assert codes(nl, en, safety=NOTE) == []


def test_a_hazard_in_one_language_only_is_seen_too():
    assert codes(QUIET_NL, "Wave at a stranger today and wait there.") == ["strangers"]


@pytest.mark.parametrize(
    "nl", ["Bakkie doen met iemand vandaag, of twee.", "Doe meer dan anders met je stoel, langzaam."]
)
def test_words_that_only_resemble_a_hazard_are_let_be(nl):
    assert codes(nl, QUIET_EN) == []


def test_people_in_a_photograph_need_a_word_of_permission():
    nl, en = "Maak een foto van je vriend met hoed.", "Take a photo of your friend with a hat."
    assert codes(nl, en) == ["permission", "permission"]
    assert codes(nl, en, safety=NOTE) == []
    assert codes("Maak een foto van een oude deurklink.", "Take a photo of an old door handle.") == []


def test_one_exclamation_mark_is_cheerful_and_two_are_not():
    assert codes("Zwaai vandaag naar een boom en wacht!", QUIET_EN) == []
    assert codes("Zwaai vandaag naar een boom! En wacht!", QUIET_EN) == ["exclamations"]
    assert codes("Zwaai vandaag naar een boom!", QUIET_EN, safety={"nl": "Pas op!", "en": "Mind out."}) == [
        "exclamations"
    ]


def test_a_body_that_cannot_be_read_at_a_glance_is_doubted():
    assert codes("Zwaai naar een boom, " * 9 + "klaar.", QUIET_EN) == ["long"]
    assert codes("Zwaai. Wacht. Kijk. Zwaai weer. Klaar.", QUIET_EN) == ["long"]
    assert codes("Zwaai. Wacht. Kijk om je heen ... Klaar.", QUIET_EN) == []


def test_swapped_languages_are_doubted_on_both_sides():
    checked = check(form(body={"nl": QUIET_EN + " It is what you do.", "en": QUIET_NL + " Het is wat je doet."}))
    assert [(n.field, n.code) for n in checked.nudges] == [("body.nl", "language"), ("body.en", "language")]


@pytest.mark.parametrize(
    ("nl", "en", "said", "code"),
    [
        ("ZWAAI vandaag naar een boom en wacht.", QUIET_EN, {}, "capitals"),
        (QUIET_NL + " \U0001f333", QUIET_EN, {}, "emoji"),
        ("Zwaai, en hierdoor voel je je beter.", QUIET_EN, {}, "promise"),
        (QUIET_NL, "Wave at a tree and it will make you glad.", {}, "promise"),
        (QUIET_NL, "Buy a tree today and wave at it.", {}, "money"),
        (QUIET_NL, QUIET_EN, {"title": {"nl": "Tree time", "en": "Tree Time"}}, "untranslated"),
        (QUIET_NL, QUIET_EN, {"place": "out"}, "alternative"),
        (QUIET_NL, QUIET_EN, {"strategy": "movement"}, "alternative"),
    ],
)
def test_wording_and_access_are_doubted(nl, en, said, code):
    assert codes(nl, en, **said) == [code]


def test_another_way_to_join_in_settles_the_doubt():
    assert codes(QUIET_NL, QUIET_EN, place="out", alternative=WAY) == []


def test_nudges_never_stop_a_challenge_and_speak_both_languages():
    checked = check(form(body={"nl": "BAK een taart! Nu! Voor een vreemde!", "en": QUIET_EN}))
    assert checked.challenge is not None
    assert {n.code for n in checked.nudges} == {"strangers", "heat", "exclamations"}
    assert all(set(n.message) == {"nl", "en"} and n.message["nl"] != n.message["en"] for n in checked.nudges)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wat doe je als het niet lukt en er niemand is?", "nl"),
        ("What do you do when it does not work out for you?", "en"),
        ("Slow motion", None),
    ],
)
def test_the_language_is_guessed_from_the_commonest_words(text, language):
    assert guess_language(text) == language
