"""Challenges as a spreadsheet: out, in, and every bad row by its number."""

from __future__ import annotations

import csv
import io

import pytest

from challenges.library import load_starter
from challenges.table import COLUMNS, from_rows, read_csv, to_rows, write_csv

HEAD = "slug,strategy,title_nl,title_en,body_nl,body_en,minutes\n"
ROW = "wave,kindness,Zwaai,Wave,Zwaai vandaag naar een boom.,Wave at a tree today please.,2\n"


def said(text):
    return [str(problem) for problem in read_csv(text).problems]


def test_the_starter_survives_rows_and_csv_unchanged():
    challenges = list(load_starter().values())
    assert list(from_rows(to_rows(challenges)).challenges.values()) == challenges
    assert list(read_csv(write_csv(challenges)).challenges.values()) == challenges


def test_every_row_has_every_column_and_only_text():
    for row in to_rows(load_starter().values()):
        assert tuple(row) == COLUMNS
        assert all(isinstance(cell, str) for cell in row.values())


def test_no_cell_starts_like_a_formula():
    assert not [cell for row in to_rows(load_starter().values()) for cell in row.values() if cell[:1] in set("=+-@\t")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_three_usual_separators_are_understood_with_or_without_a_mark(delimiter):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows(csv.reader(io.StringIO(HEAD + ROW)))
    for mark in ("", "\ufeff"):
        assert read_csv(mark + out.getvalue()).challenges[2].key == "wave.1"


def test_a_few_columns_are_enough_and_empty_rows_are_passed_over():
    table = read_csv(HEAD + ROW + ",,,,,,\n\n" + ROW.replace("wave", "nod"))
    assert {row: challenge.slug for row, challenge in table.challenges.items()}[2] == "wave"
    assert [challenge.slug for challenge in table.challenges.values()] == ["wave", "nod"]
    assert table.problems == ()


def test_two_bad_rows_are_named_and_the_good_ones_are_read():
    table = read_csv(
        HEAD
        + ROW
        + ROW.replace("wave", "nod").replace(",2\n", ",two\n")
        + ROW.replace("wave", "bow").replace("Zwaai,", ",")
    )
    assert [str(problem) for problem in table.problems] == [
        "row 3: minutes: this must be a whole number",
        "row 4: title_nl: the Dutch text is missing",
    ]
    assert list(table.challenges) == [2]


def test_rows_are_counted_as_a_spreadsheet_counts_them_even_with_line_breaks_in_a_cell():
    long_row = ROW.replace("Zwaai vandaag naar een boom.", '"Zwaai vandaag\nnaar een boom."')
    assert said(HEAD + long_row + ROW.replace("wave", "Nod")) == [
        "row 3: slug: only small letters, digits and hyphens, starting with a letter, at most 40 characters"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD.replace("minutes", "minuten") + ROW, [
            "row 1: minuten: there is no such field", "row 1: minutes: this field is needed"
        ]),
        (HEAD.replace("body_en,", "") + ROW, ["row 1: body_en: this field is needed"]),
        ("", [f"row 1: {name}: this field is needed" for name in HEAD.strip().split(",")]),
        (HEAD + ROW + ROW, ["row 3: slug: this slug is already used in row 2"]),
        (HEAD + ROW.replace(",2\n", ",2,extra\n"), ["row 2: row: more cells than columns"]),
        (HEAD + "wave\n", [
            "row 2: strategy: this field is needed",
            "row 2: title_nl: the Dutch text is missing",
            "row 2: title_en: the English text is missing",
            "row 2: body_nl: the Dutch text is missing",
            "row 2: body_en: the English text is missing",
            "row 2: minutes: this field is needed",
        ]),
    ],
)  # fmt: skip
def test_every_mistake_in_a_table_names_its_row_and_column(text, expected):
    assert said(text) == expected


def test_two_versions_of_one_challenge_are_two_rows():
    head = HEAD.replace("minutes", "minutes,version")
    text = head + ROW.replace(",2\n", ",2,1\n") + ROW.replace(",2\n", ",2,2\n")
    assert [challenge.key for challenge in read_csv(text).challenges.values()] == ["wave.1", "wave.2"]


def test_doubts_come_with_their_row_and_column():
    (nudge,) = read_csv(HEAD + ROW.replace("naar een boom.", "naar een boom! Nu!")).nudges
    assert (nudge.row, nudge.problem.field, nudge.problem.code) == (2, "body_nl", "exclamations")


def test_a_cell_that_is_not_csv_at_all_is_answered():
    assert said("\x00\x01 nonsense") != []
