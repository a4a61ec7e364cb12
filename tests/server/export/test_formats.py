"""CSV, Parquet and SPSS hold the same values, and say nothing of when and where they were made."""

import io
import json
from pathlib import Path

import polars as pl
import pyreadstat

from server.export.codebook import Table
from server.export.columns import Column
from server.export.formats import CODEBOOK_KEY, CsvFile, schema_of, write_csv_and_parquet, write_sav
from tests.server.export.conftest import Bundle

LABEL = {"nl": "Hoe gáát het?", "en": "How are you?"}
COLUMNS = (
    Column(name="id", type="text", role="id", label=LABEL),
    Column(name="day", type="integer", role="time", label=LABEL),
    Column(name="mood", type="number", role="item", label=LABEL, missing=True, low=0, high=100),
)
ROWS = pl.DataFrame(
    {"id": ["B2", "C,3", None], "day": [1, 2, None], "mood": [61.5, -99.0, 40.0]}, schema=schema_of(COLUMNS)
)
TABLE = Table(path="t.csv", columns=COLUMNS, key=("id",), rows=3)


def test_csv_has_whole_numbers_without_a_point_and_empty_fields() -> None:
    out = io.BytesIO()
    CsvFile(out, COLUMNS).write(ROWS)
    assert out.getvalue() == b'id,day,mood\nB2,1,61.5\n"C,3",2,-99\n,,40\n'


def test_parts_come_out_in_order_under_one_header(tmp_path: Path) -> None:
    parts = (ROWS.with_columns(day=pl.lit(number, pl.Int32)) for number in range(50))
    write_csv_and_parquet(parts, COLUMNS, tmp_path / "t.csv", tmp_path / "t.parquet", TABLE)
    csv, parquet = pl.read_csv(tmp_path / "t.csv"), pl.read_parquet(tmp_path / "t.parquet")
    assert csv["day"].to_list() == parquet["day"].to_list() == [number for number in range(50) for _ in range(3)]


def test_nothing_at_all_is_a_header(tmp_path: Path) -> None:
    write_csv_and_parquet(iter(()), COLUMNS, tmp_path / "t.csv", tmp_path / "t.parquet", TABLE)
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == "id,day,mood\n"
    assert pl.read_parquet(tmp_path / "t.parquet").shape == (0, 3)


def test_parquet_metadata_hold_the_codebook_and_nothing_else_of_ours(bundle: Bundle) -> None:
    metadata = pl.read_parquet_metadata(bundle.folder / "beeps.parquet")
    assert set(metadata) <= {CODEBOOK_KEY, "ARROW:schema"}
    columns = {line["column"] for line in json.loads(metadata[CODEBOOK_KEY])}
    assert columns == set(bundle.read("beeps.csv").columns)


def test_parquet_has_the_values_of_the_csv(bundle: Bundle) -> None:
    csv, parquet = bundle.read("beeps.csv"), pl.read_parquet(bundle.folder / "beeps.parquet")
    times = ("scheduled", "sent", "start", "end")
    csv = csv.with_columns(pl.col(times).str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="ms"))
    for name, kind in parquet.schema.items():
        assert csv[name].cast(kind).equals(parquet[name]), name


def test_spss_has_labels_and_user_missing_codes(bundle: Bundle) -> None:
    frame, meta = pyreadstat.read_sav(bundle.folder / "beeps.sav", user_missing=True, output_format="polars")
    assert frame.height == 12_600
    assert meta.missing_ranges["pa_cheerful"] == [{"lo": -99.0, "hi": -97.0}]
    assert "mood" not in meta.missing_ranges
    assert meta.column_names_to_labels["pa_cheerful"] == "Hoe vrolijk voel je je nu?"
    assert meta.variable_value_labels["status"][3.0] == "gemist"
    assert meta.variable_value_labels["day_sat"][-98.0] == "getoond, geen antwoord"
    assert meta.original_variable_types["pa_cheerful"] == "F8.0", "two digits would show a code as stars"
    assert (meta.variable_measure["status"], meta.variable_measure["mood"]) == ("nominal", "scale")


def test_spss_forgets_when_it_was_written(tmp_path: Path) -> None:
    ROWS.drop_nulls().write_parquet(tmp_path / "t.parquet")
    write_sav(tmp_path / "t.parquet", COLUMNS, tmp_path / "t.sav", language="nl", title="Één proef")
    head = (tmp_path / "t.sav").read_bytes()[:176]
    assert head[92:109] == b"01 Jan 0100:00:00"
    bias = head[84:92]
    assert bias in (bytes(6) + b"\x59\x40", b"\x40\x59" + bytes(6)), "the bytes before are the compression bias, 100.0"
    frame, meta = pyreadstat.read_sav(tmp_path / "t.sav", output_format="polars")
    assert frame["mood"].to_list() == [61.5, None]
    assert meta.file_label == "Één proef"


def test_a_long_label_is_cut_between_letters(tmp_path: Path) -> None:
    long = Column(
        name="x",
        type="integer",
        role="item",
        label={"nl": "é" * 300, "en": "e"},
        codes={1: {"nl": "ü" * 200, "en": "u"}},
    )
    pl.DataFrame({"x": [1]}, schema=schema_of([long])).write_parquet(tmp_path / "t.parquet")
    write_sav(tmp_path / "t.parquet", [long], tmp_path / "t.sav", language="nl", title="t")
    _, meta = pyreadstat.read_sav(tmp_path / "t.sav", output_format="polars")
    assert set(meta.column_names_to_labels["x"]) == {"é"}
    assert set(meta.variable_value_labels["x"][1.0]) == {"ü"}
