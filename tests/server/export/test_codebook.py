"""The codebook explains every column of every file."""

import csv
import re

import pytest

from server.content import instruments
from server.export.codebook import HEADER
from server.export.columns import STATUS
from server.export.condition_words import word_condition
from server.export.construct_words import DUTCH, word_construct
from server.export.items import lay_out
from tests.server.export.conftest import Bundle


def lines(bundle: Bundle) -> list[dict[str, str]]:
    with (bundle.folder / "codebook.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_column_of_every_table_has_a_line(bundle: Bundle) -> None:
    told = {(line["file"], line["column"]) for line in lines(bundle)}
    for name in ("participants.csv", "beeps.csv", "events.csv", "challenges.csv"):
        rows = bundle.read(name)
        assert rows.is_empty() or {column for file, column in told if file == name} == set(rows.columns)


def test_a_file_without_rows_repeats_no_column_of_another(little: Bundle) -> None:
    told = {"beeps.csv": set[str](), "events.csv": set[str]()}
    for line in lines(little):
        told.setdefault(line["file"], set()).add(line["column"])
    assert little.read("events.csv").is_empty()
    assert told["events.csv"] == {"entryno", "status"}
    assert set(little.read("events.csv").columns) - told["events.csv"] <= told["beeps.csv"]
    assert "There are no rows" in (little.folder / "codebook_en.md").read_text(encoding="utf-8")


def test_what_is_asked_once_a_day_has_no_lag(bundle: Bundle) -> None:
    beeps, people = bundle.read("beeps.csv").columns, bundle.read("participants.csv").columns
    assert {"mood_lag", "stress_lag", "restedness_pc"} <= set(beeps)
    assert {"mood_rmssd", "restedness_isd"} <= set(people)
    assert not {"restedness_lag", "time_asleep_min_lag"} & set(beeps)
    assert not {"restedness_rmssd", "restedness_pairs"} & set(people)


def test_every_line_has_words_in_both_languages(bundle: Bundle) -> None:
    for line in lines(bundle):
        assert list(line) == list(HEADER)
        pairs = ("label", "question", "options", "unit", "note", "missing_codes", "asked", "formula", "construct")
        for pair in pairs:
            assert bool(line[f"{pair}_nl"]) == bool(line[f"{pair}_en"]), line["column"]
        assert line["label_nl"]


def test_items_have_wording_scale_construct_and_source_in_each_version(bundle: Bundle) -> None:
    cheerful = [line for line in lines(bundle) if (line["file"], line["column"]) == ("beeps.csv", "pa_cheerful")]
    assert [line["instrument"] for line in cheerful] == ["evening.1", "momentary.1", "morning.1"]
    item = instruments()["momentary.1"].item("pa_cheerful")
    for line in cheerful:
        assert line["question_nl"] == item.prompt["nl"]
        assert (line["low_en"], line["high_en"]) == ("not at all", "very much")
        assert (line["minimum"], line["maximum"]) == ("0", "100")
        assert (line["construct_en"], line["construct_nl"]) == (item.construct, "positief affect, hoge activatie")
        assert line["source"] == item.source
        assert line["missing_codes_en"].startswith("-97 = not shown")
        assert line["missing_codes_nl"].startswith("-97 = niet getoond")


def test_measures_have_their_formula(bundle: Bundle) -> None:
    formulas = {line["column"]: line["formula_en"] for line in lines(bundle) if line["role"] == "measure"}
    assert formulas["mood"] == (
        "mean(pa_cheerful, pa_relaxed, 100 - na_down, 100 - na_tense), of what is answered; empty with fewer than 3 "
        "answers; rounded to 4 decimals; covers: moment"
    )
    assert formulas["with_friends"].startswith("1 if ctx_company_friends = 1 or ctx_company_partner = 1, else 0; ")
    assert all(formulas.values())


def test_the_night_can_be_computed_again_from_the_columns_and_what_the_codebook_says(bundle: Bundle) -> None:
    told = {line["column"]: line for line in lines(bundle) if line["role"] == "measure"}
    assert (told["sleep_efficiency"]["unit_en"], told["sleep_efficiency"]["unit_nl"]) == (
        "share from 0 to 1",
        "aandeel van 0 tot 1",
    )
    efficiency = told["sleep_efficiency"]["formula_en"]
    for part in (
        "(S - L - A) / T, where S = ((sl_wake - sl_try) mod 1440)",
        "L = sl_latency_min if answered, else sl_latency as [1 = 2.5, 2 = 10.5, 3 = 23, 4 = 45.5]",
        "A = 0 if sl_awak_n = 0, else sl_waso",
        "T = ((sl_try - sl_bed) mod 1440) + S + ((sl_up - sl_wake) mod 1440)",
        "S = 0, S > 960",
        "T < 120, T > 960",
        "rounded to 4 decimals",
    ):
        assert part in efficiency
    assert told["sleep_midpoint_min"]["formula_en"].startswith("sl_wake - (S - L) / 2, where")
    nights = 0
    for row in bundle.read("beeps.csv").filter(questionnaire="morning", valid=1).iter_rows(named=True):
        found = night_of(row)
        for name, value in found.items():
            assert row[name] == (None if value is None else pytest.approx(value, abs=1e-4)), (name, row)
        nights += found["sleep_efficiency"] is not None
    assert nights > 1_000


def night_of(row: dict[str, float]) -> dict[str, float | None]:
    """What a reader computes who has nothing but the codebook and one row."""
    bed, tried, woke, up = (row[name] for name in ("sl_bed", "sl_try", "sl_wake", "sl_up"))
    late = {1: 2.5, 2: 10.5, 3: 23.0, 4: 45.5}.get(int(row["sl_latency"]))
    until = row["sl_latency_min"] if row["sl_latency_min"] >= 0 else late
    awake = 0.0 if row["sl_awak_n"] == 0 else row["sl_waso"] if row["sl_waso"] >= 0 else None
    nothing = dict.fromkeys(("time_asleep_min", "sleep_efficiency", "sleep_midpoint_min"))
    if min(tried, woke) < 0:
        return nothing
    slept, resting = (woke - tried) % 1440, None
    to_try = (tried - bed) % 1440 if bed >= 0 else 0
    to_rise = (up - woke) % 1440 if up >= 0 else 0
    if bed >= 0 and up >= 0:
        resting = to_try + slept + to_rise
    if to_try > 720 or to_rise > 720 or slept == 0 or slept > 960 or (until or 0) + (awake or 0) >= slept:
        return nothing
    if resting is not None and not 120 <= resting <= 960:
        return nothing
    asleep = None if until is None or awake is None else slept - until - awake
    return {
        "time_asleep_min": asleep,
        "sleep_efficiency": None if asleep is None or resting is None else asleep / resting,
        "sleep_midpoint_min": None if until is None else woke - (slept - until) / 2,
    }


def test_derived_variables_have_their_formula_and_source(bundle: Bundle) -> None:
    notes = {line["column"]: line["note_en"] for line in lines(bundle) if line["role"] == "derived"}
    assert "same day" in notes["mood_lag"]
    assert "pairs" in notes["mood_rmssd"]


def test_branches_and_planned_missing_are_told(bundle: Bundle) -> None:
    asked = {line["column"]: line for line in lines(bundle) if line["file"] == "beeps.csv"}
    assert asked["event_valence"]["asked_en"] == "drawn for 0.5 of beeps"
    assert asked["event_valence"]["asked_nl"] == "geloot, in 0.5 van de beeps"
    assert asked["soc_pleasant"]["asked_en"] == "if ctx_company is answered and not (ctx_company_alone = 1)"
    assert asked["cope_help"]["asked_nl"] == "als day_hard is 2 (een beetje) of 3 (ja)"


def test_every_status_is_explained(bundle: Bundle) -> None:
    notes = {line["file"]: line for line in lines(bundle) if line["column"] == "status"}
    for language in ("nl", "en"):
        said = notes["beeps.csv"][f"note_{language}"]
        assert all(re.search(rf"\b{code} ", said) for code in STATUS), said


def test_every_construct_of_ours_has_a_word_in_dutch() -> None:
    known = {item.construct for one in instruments().values() for item in one.items if item.construct}
    assert known <= DUTCH.keys()
    assert word_construct("a construct of somebody else") == {
        language: "a construct of somebody else" for language in ("nl", "en")
    }
    assert word_construct("") is None


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"var": "stress_now"}, "stress_now is answered"),
        ({">=": [{"var": "stress_now"}, 70]}, "stress_now is at least 70"),
        ({">=": [70, {"var": "stress_now"}]}, "stress_now is at most 70"),
        ({"<": [{"var": "sl_bed"}, "21:30"]}, "sl_bed is less than 21:30"),
        ({"!=": [{"var": "elsewhere"}, "yes"]}, "elsewhere is answered and not yes"),
        (
            {"or": [{"var": "a"}, {"and": [{"var": "b"}, {"var": "c"}]}]},
            "a is answered or (b is answered and c is answered)",
        ),
    ],
)
def test_a_condition_is_told_in_words(rule: dict[str, object], words: str) -> None:
    assert word_condition(rule, {})["en"] == words


def test_no_formula_speaks_of_a_step_that_was_not_asked_for(bundle: Bundle) -> None:
    columns = {one.name: one for one in lay_out(bundle.plan.instruments, reserved=(), sliders_step=5).columns}
    mood, asleep = (columns[name].sources[0].formula for name in ("mood", "time_asleep_min"))
    assert mood is not None
    assert asleep is not None
    assert "multiples of 5" in mood["en"]
    assert "multiples of 5" not in asleep["en"]


def test_the_readable_codebook_has_every_column(bundle: Bundle) -> None:
    for language in ("nl", "en"):
        text = (bundle.folder / f"codebook_{language}.md").read_text(encoding="utf-8")
        assert all(f"### `{line['column']}`" in text for line in lines(bundle))
