"""Every line of a file is a row or a refusal with a code; a file that cannot be meant is refused as a whole."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.exchange.recorded import Refusal, Row, UnusableFile, read_rows
from tests.recordings import COLUMNS, fried, make_line, make_silent_line, write_csv


def read(path: Path) -> list[Row | Refusal]:
    return list(read_rows(path, fried()))


def read_one(tmp_path: Path, line: dict[str, str]) -> Row | Refusal:
    (found,) = read(write_csv(tmp_path / "one.csv", [line]))
    return found


def test_a_row_keeps_its_moments_in_utc_and_its_answers_by_item(tmp_path: Path) -> None:
    row = read_one(tmp_path, make_line(Q1="1", Q18="5", Q2="NA", Q3=""))
    assert isinstance(row, Row)
    assert (row.line, row.participant, row.zone, row.word) == (2, "P1", "Europe/Amsterdam", "")
    assert row.issued == datetime(2020, 3, 16, 11, 0, tzinfo=UTC)
    assert row.finished == datetime(2020, 3, 16, 11, 5, tzinfo=UTC)
    assert (row.answers["relax"], row.answers["home"]) == ("not_at_all", "over_2_hours")
    assert {"irritable", "worry"}.isdisjoint(row.answers)
    assert len(row.answers) == 16


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ID": ""}, "participant"),
        ({"ID": "NA"}, "participant"),
        ({"Scheduled": "16 March, noon"}, "scheduled"),
        ({"Scheduled": ""}, "scheduled"),
        ({"Scheduled": "0001-01-01 00:00:00"}, "scheduled"),
        ({"Scheduled": "9999-12-31 23:59:59"}, "scheduled"),
        ({"Issued": "2020-03-16 12:00:00 PST"}, "zone"),
        ({"Response": "2020-03-16 25:00:00 CET"}, "time"),
        ({"Response": "0001-01-01 00:00:00 CET"}, "time"),
        ({"Duration": "ages"}, "duration"),
        ({"Q4": "6"}, "value"),
        ({"Q4": "2.5"}, "value"),
        ({"Q4": "nan"}, "value"),
        ({"Q4": "very much"}, "value"),
    ],
)
def test_a_row_that_cannot_be_meant_is_refused_with_its_line_and_a_code(
    tmp_path: Path, changes: dict[str, str], code: str
) -> None:
    found = read_one(tmp_path, make_line(**changes))
    assert isinstance(found, Refusal)
    assert (found.line, found.code) == (2, code)
    assert found.message


def test_everything_that_is_wrong_with_a_row_is_named(tmp_path: Path) -> None:
    line = make_line(ID="", Scheduled="noon", Issued="2020-03-16 12:00:00 PST", Duration="ages", Q4="6", Q7="often")
    found = read_one(tmp_path, line)
    assert isinstance(found, Refusal)
    assert found.code == "participant"
    for said in ("no participant", "'noon'", "'PST'", "'ages'", "column Q4: '6'", "column Q7: 'often'"):
        assert said in found.message


def test_ragged_rows_are_refused_one_by_one_and_the_others_read(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "ragged.csv", [make_line(), make_line(ID="P2")])
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], "P9,too,short", lines[1], lines[2] + ",one,more", lines[2]]), encoding="utf-8")
    found = read(path)
    assert [getattr(row, "code", "read") for row in found] == ["cells", "read", "cells", "read"]
    assert [row.line for row in found] == [2, 3, 4, 5]


def test_a_line_break_inside_quotes_does_not_shift_the_count(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "quoted.csv", [make_line(ID="P\n1"), make_line(ID="P2")])
    assert [row.line for row in read(path)] == [3, 4]


def test_wrong_columns_are_named_all_together(tmp_path: Path) -> None:
    columns = [*(name for name in COLUMNS if name not in ("Scheduled", "Q7")), "Q1"]
    with pytest.raises(UnusableFile) as caught:
        read(write_csv(tmp_path / "columns.csv", [make_line()], columns=columns))
    message = str(caught.value)
    assert "missing: Scheduled, Q7" in message
    assert "twice: Q1" in message


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", "ID;Scheduled\n1;2".encode("utf-16"), b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_csv_in_utf8_is_refused_as_a_whole(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "thing.csv"
    path.write_bytes(content)
    with pytest.raises(UnusableFile, match=r"thing\.csv|columns are missing"):
        read(path)


def test_latin_1_in_the_middle_of_a_file_is_refused_as_a_whole(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "latin.csv", [make_line(), make_line(ID="Zoë")])
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    with pytest.raises(UnusableFile, match=r"latin\.csv:3: is not UTF-8"):
        read(path)


@pytest.mark.parametrize(("sign", "name"), [(";", "semicolons"), ("\t", "tabs")])
@pytest.mark.parametrize("quote", ['"', ""])
def test_another_separator_than_a_comma_is_recognised(tmp_path: Path, sign: str, name: str, quote: str) -> None:
    path = tmp_path / "other.csv"
    path.write_text(sign.join(f"{quote}{column}{quote}" for column in COLUMNS) + "\n", encoding="utf-8")
    with pytest.raises(UnusableFile, match=f"separated by {name}: save the file with commas"):
        read(path)


def test_a_quote_that_is_never_closed_is_told_with_its_line(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "open.csv", [make_line(), make_line()])
    path.write_text(path.read_text(encoding="utf-8") + '"open,', encoding="utf-8")
    with pytest.raises(UnusableFile, match=r"open\.csv:\d+: is not CSV"):
        read(path)


def test_a_byte_order_mark_belongs_to_no_column(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "bom.csv", [make_line()])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert isinstance(read(path)[0], Row)


def test_an_unusable_time_of_issue_is_left_out_and_said(tmp_path: Path) -> None:
    row = read_one(tmp_path, make_line(Issued="1970-01-01 01:00:00 CET"))
    assert isinstance(row, Row)
    assert row.issued is None
    assert row.zone == "Europe/Amsterdam"
    assert "issued is unusable" in row.notes[0]


@pytest.mark.parametrize("response", ["1970-01-01 01:00:00 CET", "2021-03-16 12:05:00 CET"])
def test_an_unusable_time_of_answering_is_left_out_and_the_answers_kept(tmp_path: Path, response: str) -> None:
    row = read_one(tmp_path, make_line(Response=response))
    assert isinstance(row, Row)
    assert row.finished is None
    assert len(row.answers) == 18
    assert "answered is unusable" in row.notes[0]


def test_answers_count_more_than_the_word_that_says_there_are_none(tmp_path: Path) -> None:
    row = read_one(tmp_path, make_silent_line(Q1="3"))
    assert isinstance(row, Row)
    assert row.answers == {"relax": "moderately"}
    assert "answers are kept" in row.notes[0]
