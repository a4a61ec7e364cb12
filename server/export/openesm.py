"""The same data in the layout of openESM (https://openesmdata.org): _ts.tsv, _static.tsv, _metadata.json.

Names are its own (id, day, beep, counter), in snake_case with single underscores; missing codes become empty, as its
check refuses them. What every scheduled beep is, answered or not, is a row: ``implicit_missingness`` is "no".
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from server.export.codebook import Table
from server.export.columns import MISSING, Column

NAMES: Mapping[str, str] = {"dayno": "day", "beepno": "beep", "obsno": "counter"}
_KINDS = {"text": "character", "integer": "numeric", "number": "numeric", "datetime": "PosixCt"}


def rename(name: str) -> str:
    return NAMES.get(name, name).replace("__", "_")


def write_rows(source: Path, table: Table, target: Path) -> None:
    """A CSV file of the bundle as the TSV of openESM, streamed."""
    texts = {column.name: pl.String() for column in table.columns if column.type in ("text", "datetime")}
    frame = pl.scan_csv(source, schema_overrides=texts, infer_schema_length=None)
    codes = list(MISSING)
    empty = [
        pl.when(pl.col(column.name).is_in(codes)).then(None).otherwise(pl.col(column.name)).alias(column.name)
        for column in table.columns
        if column.missing
    ]
    names = {column.name: rename(column.name) for column in table.columns}
    frame.with_columns(empty).rename(names).sink_csv(target, separator="\t", line_terminator="\n", maintain_order=True)


def write_metadata(
    tables: Sequence[Table], *, title: str, people: int, facts: Mapping[str, Any], licence: str
) -> bytes:
    """_metadata.json by openESM's schema of 2026; ``facts``: n_time_points, n_days, n_beeps_per_day, sampling_scheme.

    What only a publication can know (first author, year, DOI) stands empty, with number 0000 and year 0.
    """
    whole = {
        "first_author": "",
        "dataset_id": "0000",
        "year": 0,
        "paper_doi": None,
        "license": licence,
        "link_to_codebook": "codebook.csv",
        "n_participants": people,
        **facts,
        "passive_data_available": "no",
        "cross_sectional_available": "yes",
        "implicit_missingness": "no",
        "raw_time_stamp": "no",
        "additional_comments": f"{title}. De-identified export; number, author, year and DOI are to be filled in.",
        "features": [
            _feature(column, "ESM" if table.name == "beeps" else "baseline")
            for table in tables
            for column in table.columns
        ],
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _feature(column: Column, assessed: str) -> dict[str, Any]:
    item = column.role == "item"
    kind = "rating_scale" if item and column.low == 0 and column.high == 100 else _KINDS[column.type]
    if column.codes and column.level != "scale":
        kind = "categorical"
    first = column.sources[0] if column.sources else None
    ends = f"0 = {first.low['en']}; 100 = {first.high['en']}" if first and first.low and first.high else ""
    return {
        "name": rename(column.name),
        "description": column.label["en"],
        "variable_type": kind,
        "coding": first.question.get("en", "") if first else "",
        "answer_categories": str(len(column.codes)) if column.codes else _range(column),
        "labels": "; ".join(f"{code} = {text['en']}" for code, text in column.codes.items()) or ends,
        "transformation": first.formula["en"] if first and first.formula else "",
        "source": first.source if first else "",
        "assessment_type": assessed,
        "construct": first.construct["en"] if first and first.construct else "",
        "comments": column.note["en"] if column.note else "",
    }


def _range(column: Column) -> str:
    return "" if column.low is None or column.high is None else f"{column.low:g}-{column.high:g}"
