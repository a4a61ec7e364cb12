"""The codebook explains every column of every file."""

import csv

from server.content import instruments
from server.export.codebook import HEADER
from tests.server.export.conftest import Bundle


def lines(bundle: Bundle) -> list[dict[str, str]]:
    with (bundle.folder / "codebook.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_column_of_every_table_has_a_line(bundle: Bundle) -> None:
    told = {(line["file"], line["column"]) for line in lines(bundle)}
    for name in ("participants.csv", "beeps.csv", "events.csv", "challenges.csv"):
        assert {column for file, column in told if file == name} == set(bundle.read(name).columns)


def test_every_line_has_words_in_both_languages(bundle: Bundle) -> None:
    for line in lines(bundle):
        assert list(line) == list(HEADER)
        for pair in ("label", "question", "options", "unit", "note"):
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
        assert line["construct"] == item.construct
        assert line["source"] == item.source
        assert line["missing_codes"].startswith("-97 = not shown")


def test_measures_have_their_formula(bundle: Bundle) -> None:
    formulas = {line["column"]: line["formula"] for line in lines(bundle) if line["role"] == "measure"}
    assert formulas["mood"] == (
        "mean(pa_cheerful, pa_relaxed, 100 - na_down, 100 - na_tense), of at least 3 answers; covers: moment"
    )
    assert all(formulas.values())


def test_derived_variables_have_their_formula_and_source(bundle: Bundle) -> None:
    notes = {line["column"]: line["note_en"] for line in lines(bundle) if line["role"] == "derived"}
    assert "same day" in notes["mood_lag"]
    assert "pairs" in notes["mood_rmssd"]


def test_branches_and_planned_missing_are_told(bundle: Bundle) -> None:
    asked = {line["column"]: line["asked"] for line in lines(bundle) if line["file"] == "beeps.csv"}
    assert asked["event_valence"] == "drawn for 0.5 of beeps"
    assert "ctx_company" in asked["soc_pleasant"]


def test_the_readable_codebook_has_every_column(bundle: Bundle) -> None:
    for language in ("nl", "en"):
        text = (bundle.folder / f"codebook_{language}.md").read_text(encoding="utf-8")
        assert all(f"### `{line['column']}`" in text for line in lines(bundle))
