from pathlib import Path

import pytest

from prompts.yaml_reader import ContentErrors
from server.safety.card import load_card
from server.safety.lines import HelpLine, in_order, load_lines, read_lines

ALL = {"112", "113", "kindertelefoon", "allesoke", "jongerenhulponline", "mindkorrelatie"}


def order(*ages: int) -> list[str]:
    return [line.id for line, _ in in_order(load_lines("nl"), ages)]


def fitting(*ages: int) -> set[str]:
    return {line.id for line, fits in in_order(load_lines("nl"), ages) if fits}


def test_every_line_can_be_reached_and_says_where_its_facts_are_from() -> None:
    lines = load_lines("nl")
    assert {line.id for line in lines} == ALL
    for line in lines:
        assert line.phone or line.chat or line.url
        assert line.source
        assert line.as_of[:4].isdigit()
        assert set(line.about) == {"nl", "en"}
        assert line.checked_on is None, "nobody has called yet; put the day in when somebody has"


@pytest.mark.parametrize(
    ("age", "first"),
    [(12, "kindertelefoon"), (15, "kindertelefoon"), (18, "allesoke"), (21, "allesoke"), (24, "allesoke")],
)
def test_danger_comes_first_and_then_the_line_for_ones_age_and_then_113(age: int, first: str) -> None:
    shown = order(age)
    assert shown[:2] == ["112", first]
    assert shown.index("113") < shown.index("jongerenhulponline"), "a voice before a website"
    assert age == 18 or shown[2] == "113", "at eighteen two lines are for her"
    assert set(order(age)) == ALL, "nothing is left out"


def test_what_is_not_for_this_age_comes_last() -> None:
    assert order(14)[-1] in ("allesoke", "mindkorrelatie")
    assert "allesoke" not in fitting(14)
    assert "kindertelefoon" not in fitting(20)


def test_who_may_be_of_two_ages_sees_what_is_for_either() -> None:
    assert {"kindertelefoon", "allesoke"} <= fitting(17, 18)


def test_without_an_age_the_file_has_its_order() -> None:
    assert order() == [line.id for line in load_lines("nl")]
    assert fitting() == {"112", "113"}


@pytest.mark.parametrize("country", ["xx", "NLD", "..", "n/", ""])
def test_there_are_no_lines_for_other_countries(country: str) -> None:
    with pytest.raises(KeyError):
        load_lines(country)


def test_a_file_is_refused_with_every_mistake_in_it(tmp_path: Path) -> None:
    path = tmp_path / "xx.yaml"
    path.write_text(
        """country: xx
lines:
  - id: a
    name: A
    about: {nl: a, en: a}
    ages: {from: 0, to: 200}
    url: http://a.example
    source: s
    as_of: "2020"
    checked_on: yesterday
    colour: red
"""
    )
    with pytest.raises(ContentErrors) as caught:
        read_lines(path)
    assert {error.field.rpartition(".")[2] for error in caught.value.errors} == {
        "to",
        "url",
        "checked_on",
        "colour",
        "lines",
    }


def test_the_card_diagnoses_nothing_and_says_that_nobody_watches() -> None:
    card = load_card()
    assert "Niemand kijkt mee" in card.text["nl"]
    assert "Nobody is watching" in card.text["en"]
    agreed = load_card(staff_told=True)
    assert (agreed.title, agreed.message) == (card.title, card.message)
    for text in (*card.text.values(), *agreed.text.values(), *card.title.values(), *card.message.values()):
        assert text == text.strip()
        assert not any(word in text.lower() for word in ("depress", "diagnos", "score", "stoornis", "disorder"))


def test_a_line_is_for_an_age_from_its_first_to_its_last_year() -> None:
    line = HelpLine(id="a", name="A", about={}, ages=(8, 18), source="s", as_of="2020")
    assert [line.is_for((age,)) for age in (7, 8, 18, 19)] == [False, True, True, False]
