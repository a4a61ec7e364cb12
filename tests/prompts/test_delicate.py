"""Questions about suicide are known by their words, in both languages; ordinary ones are not."""

from dataclasses import replace
from typing import Any

import pytest

from prompts.catalogue import load_instruments
from prompts.delicate import asks_about_suicide, gives_sign
from prompts.instruments import Block, Instrument, Item, Option


def instrument_with(nl: str, en: str, **facts: Any) -> Instrument:
    item = Item(**{"id": "asked", "type": "slider", "prompt": {"nl": nl, "en": en}, **facts})
    usual = load_instruments()["momentary.1"]
    return replace(usual, blocks=(*usual.blocks, Block(id="more", order="fixed", items=(item,))))


@pytest.mark.parametrize(
    ("nl", "en"),
    [
        ("Heb je vandaag aan zelfmoord gedacht?", "x"),
        ("Dacht je aan zelfdoding?", "x"),
        ("Had je suïcidale gedachten?", "x"),
        ("Wilde je dat je dood was?", "x"),
        ("Ik zou liever dood zijn", "x"),
        ("Wilde je een einde aan je leven maken?", "x"),
        ("Ik wil niet meer leven", "x"),
        ("Heb je jezelf pijn gedaan?", "x"),
        ("x", "Did you think about suicide?"),
        ("x", "I wished I were dead"),
        ("x", "I want to die"),
        ("x", "Did you think of ending your life?"),
        ("x", "Did you hurt yourself on purpose?"),
        ("x", "I would be better off dead"),
        ("x", "self-harm"),
    ],
)
def test_such_a_question_is_found(nl: str, en: str) -> None:
    assert asks_about_suicide(instrument_with(nl, en)) == ("asked",)


@pytest.mark.parametrize(
    ("nl", "en"),
    [
        ("Ik was doodmoe", "I was dead tired"),
        ("Heb je pijn?", "Are you in pain?"),
        ("Hoe leuk is je leven?", "How much do you enjoy life?"),
        ("Ik heb geen zin meer", "I do not feel like it any more"),
        ("Ben je trots op jezelf?", "Are you proud of yourself?"),
    ],
)
def test_an_ordinary_question_is_not(nl: str, en: str) -> None:
    assert asks_about_suicide(instrument_with(nl, en)) == ()


def test_nothing_that_ships_asks_it() -> None:
    assert {key: asks_about_suicide(one) for key, one in load_instruments().items() if asks_about_suicide(one)} == {}


def test_the_words_of_options_count() -> None:
    never = Option(id="never", label={"nl": "nooit", "en": "never"})
    often = Option(id="often", label={"nl": "ik dacht aan zelfmoord", "en": "x"})
    assert asks_about_suicide(instrument_with("x", "x", type="single", options=(never, often))) == ("asked",)


@pytest.mark.parametrize(
    ("facts", "answer", "sign"),
    [
        ({"type": "slider"}, 0, False),
        ({"type": "slider"}, 0.1, True),
        ({"type": "number", "minimum": 1, "maximum": 5}, 1, False),
        ({"type": "number", "minimum": 1, "maximum": 5}, 2, True),
        ({"type": "text"}, "  ", False),
        ({"type": "text"}, "ja", True),
        ({"type": "slider"}, None, False),
        ({"type": "single", "options": ("no", "yes")}, "no", False),
        ({"type": "single", "options": ("no", "yes")}, "yes", True),
        ({"type": "multiple", "options": ("!none", "a")}, ["none"], False),
        ({"type": "multiple", "options": ("!none", "a")}, ["a"], True),
    ],
)
def test_any_answer_but_the_lowest_is_a_sign(facts: dict[str, Any], answer: Any, sign: bool) -> None:
    words = facts.pop("options", ())
    label = {"nl": "x", "en": "x"}
    options = tuple(Option(id=one.lstrip("!"), label=label, exclusive=one.startswith("!")) for one in words)
    item = Item(id="asked", prompt={"nl": "x", "en": "x"}, options=options, **facts)
    assert gives_sign(item, answer) is sign


def test_where_options_have_values_the_lowest_value_is_the_no() -> None:
    label = {"nl": "x", "en": "x"}
    high, low = Option(id="often", label=label, value=3), Option(id="never", label=label, value=0)
    item = Item(id="asked", type="single", prompt=label, options=(high, low))
    assert (gives_sign(item, "often"), gives_sign(item, "never")) == (True, False)
