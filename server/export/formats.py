"""The same rows as CSV, Parquet and SPSS. Values are equal in all three, missing codes included.

CSV: UTF-8, LF, comma, empty for no value, whole numbers without a decimal point. Parquet: zstd, the codebook as the
only metadata of its own. SPSS: labels of variables and values, -99 thru -97 user-missing, format F8 (with F2 some
programs show a code as stars). Neither file says when or where it was made.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl
import pyreadstat
from polars.io.plugins import register_io_source

from server.export.codebook import Table, as_json
from server.export.columns import MISSED, NOT_SHOWN, Column

ROW_GROUP = 100_000
DATETIME = "%Y-%m-%d %H:%M:%S"
CODEBOOK_KEY = "kiem.codebook"
_MOST_LABEL, _MOST_VALUE_LABEL = 255, 119  # bytes; SPSS has 256 and 120


class CsvFile:
    """A CSV file written part by part."""

    def __init__(self, file: BinaryIO, columns: Sequence[Column]) -> None:
        self._file = file
        self._numbers = [column.name for column in columns if column.type == "number"]
        self._header = True

    def write(self, frame: pl.DataFrame) -> None:
        shown = frame.with_columns(pl.col(self._numbers).cast(pl.String).str.strip_suffix(".0"))
        shown.write_csv(self._file, include_header=self._header, line_terminator="\n", datetime_format=DATETIME)
        self._header = False


def write_csv_and_parquet(
    parts: Iterable[pl.DataFrame], columns: Sequence[Column], csv: Path, parquet: Path | None, table: Table
) -> None:
    """Write the parts, in order, to both files while each is read once. An empty study gives files with a header."""
    schema = schema_of(columns)
    with csv.open("wb") as out:
        sink = CsvFile(out, columns)

        def passing(*_: Any) -> Iterator[pl.DataFrame]:
            some = False
            for part in parts:
                sink.write(part)
                some = True
                yield part
            if not some:
                sink.write(pl.DataFrame(schema=schema))

        if parquet is None:
            for _ in passing():
                pass
            return
        lazy = register_io_source(lambda *_: passing(), schema=schema, is_pure=False)
        lazy.sink_parquet(
            parquet,
            compression="zstd",
            row_group_size=ROW_GROUP,
            maintain_order=True,
            metadata={CODEBOOK_KEY: json.dumps(as_json([table]), ensure_ascii=False)},
        )


def schema_of(columns: Sequence[Column]) -> dict[str, pl.DataType]:
    """The polars types of columns."""
    kinds: dict[str, pl.DataType] = {
        "text": pl.String(),
        "integer": pl.Int32(),
        "number": pl.Float64(),
        "datetime": pl.Datetime("ms"),
    }
    return {column.name: kinds[column.type] for column in columns}


def write_sav(parquet: Path, columns: Sequence[Column], path: Path, *, language: str, title: str) -> None:
    """The rows of a Parquet file as .sav. Holds the whole file in memory."""
    frame = pl.read_parquet(parquet)
    pyreadstat.write_sav(
        frame,
        path,
        file_label=_cut(title, 60),
        row_compress=True,
        column_labels={column.name: _cut(column.label[language], _MOST_LABEL) for column in columns},
        variable_value_labels={column.name: labels for column in columns if (labels := _labels(column, language))},
        missing_ranges={column.name: [{"lo": MISSED, "hi": NOT_SHOWN}] for column in columns if column.missing},
        variable_format={column.name: _format(column) for column in columns if column.type in ("integer", "number")},
        variable_measure={column.name: column.level for column in columns},
    )
    _forget_when(path)


def _labels(column: Column, language: str) -> dict[int | float, str]:
    return {code: _cut(text[language], _MOST_VALUE_LABEL) for code, text in column.all_codes().items()}


def _format(column: Column) -> str:
    return "F8.0" if column.type == "integer" else "F8.2"


def _cut(text: str, most: int) -> str:
    """At most so many bytes of UTF-8, never half a letter."""
    return text.encode()[:most].decode(errors="ignore")


def _forget_when(path: Path) -> None:
    """Overwrite the date and time of making in the header (bytes 92-108), so that the same rows are the same file."""
    with path.open("r+b") as file:
        file.seek(92)
        file.write(b"01 Jan 01" + b"00:00:00")
