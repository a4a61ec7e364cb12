"""The questionnaires that ship. A new file is tested by being there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prompts.catalogue import PROTOCOLS, QUESTIONNAIRES, check_content, load_instruments, load_protocols, show
from prompts.conditions import holds
from prompts.fingerprints import check_released, read_released
from prompts.instruments import Instrument
from prompts.presentation import present
from prompts.yaml_reader import LANGUAGES

INSTRUMENTS = load_instruments()
EVERY = pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=INSTRUMENTS)
OURS = [INSTRUMENTS[key] for key in ("momentary.1", "morning.1", "evening.1")]


def test_all_content_is_in_order() -> None:
    assert [str(error) for error in check_content()] == []


def test_every_questionnaire_is_released_and_unchanged_since() -> None:
    assert set(read_released(QUESTIONNAIRES)) == {f"{key}.yaml" for key in INSTRUMENTS}
    assert check_released(QUESTIONNAIRES) == []


def test_every_protocol_is_released_and_unchanged_since() -> None:
    assert set(read_released(PROTOCOLS)) == {f"{key}.yaml" for key in load_protocols()}
    assert check_released(PROTOCOLS) == []


@pytest.mark.parametrize("key", load_protocols())
def test_a_released_protocol_cannot_change_silently(tmp_path: Path, key: str) -> None:
    """Its beeps refer to it by key for as long as their diaries are kept."""
    folder = Path(shutil.copytree(PROTOCOLS, tmp_path / "protocols"))
    file = folder / f"{key}.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count("answer_window: ") == 1
    file.write_text(text.replace("answer_window: ", "answer_window: 1"), encoding="utf-8")
    assert [(error.file, "must not change" in error.message) for error in check_released(folder)] == [
        (f"{key}.yaml", True)
    ]
    assert any("must not change" in error.message for error in check_content(protocols=folder)), "./run content check"


def texts_of(value: Any) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if set(value) == set(LANGUAGES):
            yield value
        else:
            for inner in value.values():
                yield from texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)


@EVERY
def test_every_text_is_there_in_both_languages_and_clean(instrument: Instrument) -> None:
    for text in texts_of(instrument.as_json()):
        for words in text.values():
            assert words == words.strip()
            assert "  " not in words
        assert text["nl"] != text["en"] or text["nl"] in {"gaming"}, text


@EVERY
def test_every_item_says_what_it_measures_and_where_it_is_from(instrument: Instrument) -> None:
    assert [item.id for item in instrument.items if item.asks and not (item.construct and item.source)] == []


@pytest.mark.parametrize("instrument", OURS, ids=lambda instrument: instrument.key)
def test_young_people_are_addressed_with_je_and_in_short_sentences(instrument: Instrument) -> None:
    for text in texts_of(instrument.as_json()):
        words = text["nl"].split()
        assert not {"u", "uw", "U", "Uw"} & set(words)
        assert len(words) <= 22


@pytest.mark.parametrize("instrument", OURS, ids=lambda instrument: instrument.key)
def test_feelings_come_first_in_random_order(instrument: Instrument) -> None:
    first = instrument.blocks[0]
    assert (first.id, first.order) == ("affect", "random")
    assert all(item.id.startswith(("pa_", "na_")) for item in first.items)


def test_the_four_feelings_of_mood_are_asked_in_the_same_words_all_day() -> None:
    for item_id in ("pa_cheerful", "pa_relaxed", "na_down", "na_tense"):
        momentary, *others = (instrument.item(item_id) for instrument in OURS)
        assert all(other == momentary for other in others)


def test_every_instrument_gives_mood() -> None:
    assert all("mood" in {rule.name for rule in instrument.measures} for instrument in INSTRUMENTS.values())


def asked(instrument: Instrument, **answers: Any) -> int:
    """How many items somebody sees who gives these answers."""
    return sum(item.asks and (item.show_if is None or holds(item.show_if, answers)) for item in instrument.items)


def test_being_alone_is_not_the_quick_way_out() -> None:
    momentary = INSTRUMENTS["momentary.1"]
    alone, together = asked(momentary, ctx_company=["alone"]), asked(momentary, ctx_company=["friends", "online"])
    assert alone == together
    assert alone <= 16


def test_an_easy_day_is_not_the_quick_way_out() -> None:
    evening = INSTRUMENTS["evening.1"]
    assert len({asked(evening, day_hard=answer) for answer in ("no", "little", "yes")}) == 1


def test_the_morning_stays_short() -> None:
    morning = INSTRUMENTS["morning.1"]
    assert asked(morning, sl_latency="upto_15", sl_awak_n="none") <= 13
    assert asked(morning, sl_latency="over_60", sl_awak_n="once") <= 15


def test_the_published_study_is_asked_as_published() -> None:
    fried = INSTRUMENTS["fried.1"]
    names = (
        "relax irritable worry nervous future anhedonia tired hunger alone angry social_offline social_online music "
        "procrastinate outdoors c19_occupied c19_worry home"
    )
    assert [item.id for item in fried.items] == names.split()
    assert all(item.type == "single" and not item.required for item in fried.items)
    assert all([option.value for option in item.options] == [1, 2, 3, 4, 5] for item in fried.items)
    assert present(fried, 1) == present(fried, 2) == tuple(names.split())
    assert "10.1177/21677026211017839" in fried.source
    assert "CC BY 4.0" in fried.source
    for number, item in enumerate(fried.items, 1):
        assert f"Q{number};" in item.source


@EVERY
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_author_can_look_at_every_questionnaire(instrument: Instrument, language: str) -> None:
    picture = show(instrument.key, language)
    for item in instrument.items:
        assert item.prompt[language] in picture
        assert all(option.label[language] in picture for option in item.options)
        assert f"{item.id} ({item.type})" in picture
    assert all(f"{rule.name}: " in picture for rule in instrument.measures)


def test_the_picture_of_an_item_is_what_an_author_expects() -> None:
    picture = show("evening.1", "en")
    assert (
        "   Was anything difficult today?\n"
        "      ( ) no\n"
        "      ( ) a little\n"
        "      ( ) yes\n"
        "      day_hard (single)\n" in picture
    )
    assert "[ ] nothing (on its own)" in picture
    assert "at most 500 characters\n      day_best (text) · optional · private" in picture
    assert "in 50% of the beeps" in show("momentary.1", "en")
    assert "[____] minutes, 60 to 600 in steps of 1" in show("morning.1", "en")


def test_an_unknown_questionnaire_or_language_is_an_error() -> None:
    with pytest.raises(KeyError):
        show("momentary.99")
    with pytest.raises(ValueError, match="nl, en"):
        show("momentary.1", "fr")
