"""Import scripts that go into the bundle: base R, SPSS syntax, Python with polars. Pure text.

They read the CSV files, so that whoever distrusts a binary file can do without; each turns the missing codes of items
into the program's own missing values and attaches labels.
"""

import json
from collections.abc import Sequence

from server.export.codebook import Table
from server.export.columns import MISSED, MISSING, NOT_SHOWN, Column

_SPSS_TYPES = {"text": "A", "integer": "F8.0", "number": "F8.2", "datetime": "YMDHMS20"}


def write_r(tables: Sequence[Table], language: str) -> bytes:
    """import.R: one data frame per file. ``codes = TRUE`` keeps the missing codes as numbers."""
    lines = [
        "# source('import.R') in the folder of the bundle; base R is enough.",
        "# Missing codes become NA unless you set codes <- TRUE first; attr(x$item, 'label') is the wording.",
        "if (!exists('codes')) codes <- FALSE",
        ".missing <- c(" + ", ".join(map(str, MISSING)) + ")",
        ".read <- function(file, classes, times, coded, labels, values) {",
        "  x <- read.csv(file, colClasses = classes, encoding = 'UTF-8', na.strings = '')",
        "  for (n in times) x[[n]] <- as.POSIXct(x[[n]], format = '%Y-%m-%d %H:%M:%S', tz = 'UTC')",
        "  for (n in coded) if (!codes) x[[n]][x[[n]] %in% .missing] <- NA",
        "  for (n in names(labels)) attr(x[[n]], 'label') <- labels[[n]]",
        "  for (n in names(values)) attr(x[[n]], 'labels') <- values[[n]]",
        "  x",
        "}",
    ]
    for table in tables:
        classes = ", ".join(f"{column.name} = '{_r_class(column)}'" for column in table.columns)
        times = ", ".join(f"'{column.name}'" for column in table.columns if column.type == "datetime")
        coded = ", ".join(f"'{column.name}'" for column in table.columns if column.missing)
        labels = ",\n    ".join(f"{column.name} = {_r_text(column.label[language])}" for column in table.columns)
        values = ",\n    ".join(
            f"{column.name} = c({_r_values(column, language)})" for column in table.columns if column.codes
        )
        lines += [
            f"{table.name} <- .read('{table.path}',",
            f"  c({classes}),",
            f"  c({times}),",
            f"  c({coded}),",
            f"  list({labels}),",
            f"  list({values}))",
        ]
    return ("\n".join(lines) + "\n").encode()


def write_sps(table: Table, language: str) -> bytes:
    """import.sps: reads the diary rows with labels and user-missing codes. Also runs in PSPP."""
    width = {"text": "A32"}
    names = "\n  ".join(f"{c.name} {width.get(c.type, _SPSS_TYPES[c.type])}" for c in table.columns)
    labels = "\n  /".join(f"{c.name} {_spss_text(c.label[language], 255)}" for c in table.columns)
    times = [c.name for c in table.columns if c.type == "datetime"]
    lines = [
        "* Run in the folder of the bundle.",
        "SET DECIMAL=DOT.",
        f"GET DATA /TYPE=TXT /FILE='{table.path}' /ENCODING='UTF8' /ARRANGEMENT=DELIMITED",
        "  /DELIMITERS=',' /QUALIFIER='\"' /FIRSTCASE=2 /VARIABLES=",
        f"  {names}.",
        *([f"FORMATS {' '.join(times)} (DATETIME20)."] if times else []),
        f"VARIABLE LABELS\n  {labels}.",
    ]
    coded = [c for c in table.columns if c.codes or c.missing]
    for column in coded:
        values = "\n  ".join(
            f"{code} {_spss_text(text[language], 119)}" for code, text in sorted(column.all_codes().items())
        )
        lines.append(f"VALUE LABELS {column.name}\n  {values}.")
    missing = [c.name for c in table.columns if c.missing]
    if missing:
        lines.append("MISSING VALUES " + "\n  ".join(missing) + f" ({MISSED} THRU {NOT_SHOWN}).")
    for level in ("nominal", "ordinal", "scale"):
        some = [c.name for c in table.columns if c.level == level and c.type != "text"]
        if some:
            lines.append("VARIABLE LEVEL " + "\n  ".join(some) + f" ({level.upper()}).")
    lines.append("EXECUTE.")
    return ("\n".join(lines) + "\n").encode()


def write_python(tables: Sequence[Table], language: str) -> bytes:
    """import.py: ``read("beeps")`` gives a polars frame, ``LABELS`` and ``VALUES`` what its columns mean."""
    coded = {table.name: [c.name for c in table.columns if c.missing] for table in tables}
    labels = {table.name: {c.name: c.label[language] for c in table.columns} for table in tables}
    values = {
        table.name: {c.name: {code: text[language] for code, text in c.codes.items()} for c in table.columns if c.codes}
        for table in tables
    }
    text_columns = {table.name: [c.name for c in table.columns if c.type == "text"] for table in tables}
    return f'''"""Reads the bundle with polars (pip install polars): python -i import.py, then read("beeps")."""

from pathlib import Path

import polars as pl

HERE = Path(__file__).parent
MISSING = {list(MISSING)}
CODED = {_python(coded)}
TEXT = {_python(text_columns)}
LABELS = {_python(labels)}
VALUES = {_python(values)}


def read(name, codes=False):
    """The rows of a file; missing codes become null unless codes=True."""
    kinds = {{column: pl.String for column in TEXT[name]}}
    frame = pl.read_csv(HERE / f"{{name}}.csv", schema_overrides=kinds, infer_schema_length=None)
    if codes:
        return frame
    return frame.with_columns(
        pl.when(pl.col(column).is_in(MISSING)).then(None).otherwise(pl.col(column)).alias(column)
        for column in CODED[name]
    )
'''.encode()


def _python(value: object) -> str:
    return repr(value)


def _r_class(column: Column) -> str:
    return {"text": "character", "datetime": "character", "integer": "integer"}.get(column.type, "numeric")


def _r_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _r_values(column: Column, language: str) -> str:
    return ", ".join(f"{_r_text(text[language])} = {code}" for code, text in column.codes.items())


def _spss_text(text: str, most: int) -> str:
    cut = text.encode()[:most].decode(errors="ignore")
    return "'" + cut.replace("'", "''").replace("\n", " ") + "'"
