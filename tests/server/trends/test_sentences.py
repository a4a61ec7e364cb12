import re
from typing import Any

import pytest

from server.trends.contexts import SETTINGS, SHOWN
from server.trends.sentences import tell
from server.trends.series import PARTS, Observation
from server.trends.summary import summarise
from server.trends.sureness import how_sure, how_well_known
from server.trends.wording import (
    COUNT_WORDS,
    MEASURE_WORDS,
    PART_WORDS,
    SENTENCES,
    SIDE_WORDS,
    SURENESS_WORDS,
)
from tests.server.trends.diaries import MONDAY, diary, seen

ALL_WORDS = [
    *SENTENCES.items(),
    *SURENESS_WORDS.items(),
    *SIDE_WORDS.items(),
    *PART_WORDS.items(),
    *MEASURE_WORDS.items(),
    *((f"{what} {form}", text) for what, forms in COUNT_WORDS.items() for form, text in zip("1n", forms, strict=True)),
]
FORBIDDEN = {
    "nl": r"\b(omdat|doordat|door|dankzij|vanwege|zorgt|zorgde|maakt|maakte|komt van|oorzaak|gevolg|daarom|dus|moet|"
    r"depress\w*|angst\w*|stoornis|symptoom|diagnose|gezond|ongezond|normaal|abnormaal|slecht|fout|zeker|bewezen|"
    r"dan anderen|leeftijdsgenoten|gemiddelde jongere)\b",
    "en": r"\b(because|due to|thanks to|makes?|made|causes?|caused|leads? to|result\w*|therefore|so that|should|must|"
    r"depress\w*|anxi\w*|disorder|symptom|diagnos\w*|healthy|unhealthy|normal|abnormal|bad|wrong|certain\w*|proven|"
    r"than others|other people|your age|average (person|teen\w*))\b",
}


def told(observations: list[Observation], *, day: int | None = None) -> list[dict[str, Any]]:
    last = max((o.local_date for o in observations), default=MONDAY)
    picture = summarise(observations, until=last if day is None else seen(day).local_date, planned=105)
    found: list[dict[str, Any]] = picture["sentences"]
    return found


def codes(observations: list[Observation]) -> list[str]:
    return [sentence["code"] for sentence in told(observations)]


@pytest.mark.parametrize(("code", "text"), ALL_WORDS, ids=[code for code, _ in ALL_WORDS])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_text_is_there_in_both_languages_and_breaks_no_language_rule(
    code: str, text: dict[str, str], language: str
) -> None:
    assert set(text) == {"nl", "en"}
    assert text[language].strip()
    assert not re.search(FORBIDDEN[language], text[language], re.IGNORECASE)


@pytest.mark.parametrize(("code", "text"), SENTENCES.items(), ids=SENTENCES)
def test_both_languages_fill_the_same_gaps(code: str, text: dict[str, str]) -> None:
    assert re.findall(r"{(\w+)}", text["nl"]) == re.findall(r"{(\w+)}", text["en"])


def test_every_side_part_and_measure_has_its_words() -> None:
    assert set(SIDE_WORDS) == {side for setting in SETTINGS for side in (setting.a, setting.b)}
    assert set(PART_WORDS) == set(PARTS)
    assert set(MEASURE_WORDS) == {shown.key for shown in SHOWN}


@pytest.mark.parametrize(
    ("p", "n", "word"),
    [
        (0.0009, 60, "clear"),
        (0.0009, 59, "likely"),
        (0.0011, 60, "likely"),
        (0.0099, 30, "likely"),
        (0.0001, 29, "maybe"),
        (0.0101, 500, "maybe"),
        (0.0499, 14, "maybe"),
        (0.05, 500, "unclear"),
    ],
)
def test_sureness_follows_chance_and_number(p: float, n: int, word: str) -> None:
    assert how_sure(p=p, n=n) == word


@pytest.mark.parametrize(("n", "word"), [(7, "rough"), (13, "rough"), (14, "fair"), (34, "fair"), (35, "good")])
def test_an_average_is_as_good_as_its_number(n: int, word: str) -> None:
    assert how_well_known(n=n) == word


def test_before_the_first_answer_there_is_an_invitation_only() -> None:
    assert codes([]) == ["start"]


def test_after_the_first_answer_only_what_comes_next_is_told() -> None:
    sentences = told([seen(0, 1, mood=10.0)])
    assert [sentence["code"] for sentence in sentences] == ["more.week"]
    assert sentences[0]["figures"] == {"what": "answers", "missing": 6}
    assert sentences[0]["text"] == {
        "nl": "Je week zie je na: nog 6 antwoorden.",
        "en": "You will see your week after: 6 more answers.",
    }


def test_one_more_is_singular() -> None:
    answers = [seen(i % 3, 1 + i // 3, mood=50.0) for i in range(6)]
    assert told(answers)[-1]["text"]["nl"] == "Je week zie je na: nog 1 antwoord."


def test_a_clear_difference_is_told_with_its_figures_and_how_sure() -> None:
    sentence = told(diary(days=42, friends_add=25.0))[0]
    assert (sentence["code"], sentence["sureness"]) == ("contrast.friends", "clear")
    assert sentence["figures"]["low"] > 10
    assert sentence["text"] == {
        "nl": "Als je met vrienden was, voelde je je vaker vrolijk. Dit zie je duidelijk terug in je antwoorden.",
        "en": "When you were with friends, you more often felt cheerful. This shows clearly in your answers.",
    }


def test_the_nicer_side_is_told_when_it_is_the_other_one() -> None:
    sentence = told(diary(days=42, friends_add=-25.0))[0]
    assert sentence["figures"]["side"] == "alone"
    assert sentence["text"]["en"].startswith("When you were alone, you more often felt cheerful.")


def test_company_is_not_told_beside_friends() -> None:
    found = codes(diary(days=60, friends_add=30.0))
    assert "contrast.friends" in found
    assert "contrast.company" not in found


def test_a_rise_in_mood_comes_first_and_a_fall_comes_late() -> None:
    up, down = codes(diary(days=30, a_day_adds=1.0)), codes(diary(days=30, a_day_adds=-1.0))
    assert up[0] == "trend.up"
    assert down[-1] == "trend.down"


def test_a_direction_names_its_dates_in_both_languages() -> None:
    text = told(diary(days=30, a_day_adds=1.0))[0]["text"]
    assert text["nl"].startswith("Tussen 2 maart en 31 maart ging je stemming langzaam omhoog.")
    assert text["en"].startswith("Between 2 March and 31 March your mood slowly went up.")


def test_a_dutch_sentence_that_begins_with_an_apostrophe_is_capitalised_after_it() -> None:
    answers = [
        seen(day, slot, mood=40.0 + (40 if slot == 5 else 0) + day % 5) for day in range(20) for slot in (1, 3, 5)
    ]
    found = next(s for s in told(answers) if s["code"] == "profile.higher")
    assert found["text"]["nl"].startswith("'s Avonds kwam je stemming hoger uit")
    assert found["text"]["en"].startswith("In the evening your mood came out higher")


def test_time_asleep_is_told_in_hours() -> None:
    nights = [seen(day, 1, time_asleep_min=485.0) for day in range(5)]
    found = next(s for s in told(nights) if s["code"] == "week.minutes")
    assert found["text"] == {
        "nl": "Van 28 februari tot en met 6 maart sliep je gemiddeld 8 uur en 5 minuten. "
        "Dat is een ruwe schatting (5 antwoorden).",
        "en": "From 28 February to 6 March you slept 8 hours and 5 minutes on average. "
        "That is a rough estimate (5 answers).",
    }


@pytest.mark.parametrize("share", [0.1, 0.34, 0.9])
@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_diary_every_sentence_is_whole_sure_and_within_the_rules(seed: int, share: float) -> None:
    observations = diary(days=42, share=share, seed=seed, friends_add=seed * 6 - 12, a_day_adds=(seed - 3) / 3)
    for sentence in told(observations):
        for language in ("nl", "en"):
            text = sentence["text"][language]
            assert not re.search(r"[{}]|None|nan", text)
            assert not re.search(FORBIDDEN[language], text, re.IGNORECASE)
            assert text.endswith(".")
            assert text[0].isupper() or text.startswith("'s ")
        assert sentence["code"] in SENTENCES
        if sentence["code"].split(".")[0] not in ("start", "more"):
            assert sentence["sureness"]


def test_a_sentence_tells_nothing_about_a_closed_piece() -> None:
    picture = summarise(diary(days=6, share=0.5), until=seen(5).local_date, planned=30)
    for measure in picture["measures"].values():
        for gate in ("week", "profile", "trend", "variability"):
            measure[gate] = {"ready": False, "needs": []}
    assert [sentence["code"] for sentence in tell(picture)] == ["more.sleep_mood"]
