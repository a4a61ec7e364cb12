"""The codebook: every column of every file, with wording, scale, options, source, construct and scoring formula. Pure.

One line for a column in one version of one questionnaire, so that a changed wording can be seen. In Dutch and English.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.export.columns import MISSING, Column, Source
from server.sheets import make_plain

LANGUAGES = ("nl", "en")
HEADER = (
    *("file", "column", "type", "role", "measurement", "label_nl", "label_en", "instrument"),
    *("question_nl", "question_en", "low_nl", "low_en", "high_nl", "high_en", "options_nl", "options_en"),
    *("minimum", "maximum", "unit_nl", "unit_en", "missing_codes_nl", "missing_codes_en", "asked_nl", "asked_en"),
    *("formula_nl", "formula_en", "construct_nl", "construct_en", "source", "note_nl", "note_en"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A CSV file of the bundle. ``key``: the columns that name a row."""

    path: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: int

    @property
    def name(self) -> str:
        return self.path.removesuffix(".csv")


_NUMBERS = (
    "minimum",
    "maximum",
    "missing_codes_nl",
    "missing_codes_en",
)  # may begin with a minus, and hold no words of an author


def write_csv(tables: Sequence[Table]) -> bytes:
    """codebook.csv (UTF-8, LF)."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, lineterminator="\n", restval="")
    writer.writeheader()
    for table in tables:
        for column in _explained(table, tables):
            for source in column.sources or (None,):
                line = _line(table, column, source)
                writer.writerow({key: value if key in _NUMBERS else make_plain(value) for key, value in line.items()})
    return out.getvalue().encode()


def write_markdown(tables: Sequence[Table], language: str) -> bytes:
    """The same for reading, in one language."""
    return "\n".join(_sections(tables, language)).encode()


def as_json(tables: Sequence[Table]) -> list[dict[str, object]]:
    """The lines of codebook.csv without their empty fields, for the metadata of a Parquet file."""
    return [
        {key: value for key, value in _line(table, column, source).items() if value != ""}
        for table in tables
        for column in table.columns
        for source in column.sources or (None,)
    ]


def _explained(table: Table, tables: Sequence[Table]) -> tuple[Column, ...]:
    """The columns to explain at this table: of one without a row not those that another with rows has just so."""
    if table.rows:
        return table.columns
    others = [column for other in tables if other.rows for column in other.columns]
    return tuple(column for column in table.columns if column not in others)


def _line(table: Table, column: Column, source: Source | None) -> dict[str, object]:
    line: dict[str, object] = {
        "file": table.path,
        "column": column.name,
        "type": column.type,
        "role": column.role,
        "measurement": column.level,
        "minimum": _number(column.low),
        "maximum": _number(column.high),
        "instrument": source.instrument if source else "",
        "source": source.source if source else "",
    }
    for language in LANGUAGES:
        line[f"label_{language}"] = column.label[language]
        line[f"options_{language}"] = "; ".join(f"{code} = {text[language]}" for code, text in column.codes.items())
        line[f"unit_{language}"] = column.unit[language] if column.unit else ""
        line[f"note_{language}"] = column.note[language] if column.note else ""
        missing = "; ".join(f"{code} = {text[language]}" for code, text in MISSING.items())
        line[f"missing_codes_{language}"] = missing if column.missing else ""
        if source:
            told = {"asked": source.shown, "formula": source.formula, "construct": source.construct}
            line |= {f"{name}_{language}": text[language] if text else "" for name, text in told.items()}
            line[f"question_{language}"] = source.question.get(language, "")
            line[f"low_{language}"] = source.low[language] if source.low else ""
            line[f"high_{language}"] = source.high[language] if source.high else ""
    return line


_WORDS: Mapping[str, Mapping[str, str]] = {
    "title": {"nl": "Codeboek", "en": "Codebook"},
    "missing": {"nl": "Codes voor ontbrekende antwoorden", "en": "Codes for missing answers"},
    "columns": {"nl": "kolommen", "en": "columns"},
    "rows": {"nl": "rijen", "en": "rows"},
    "asked": {"nl": "Gevraagd", "en": "Asked"},
    "formula": {"nl": "Formule", "en": "Formula"},
    "construct": {"nl": "Begrip", "en": "Construct"},
    "source": {"nl": "Bron", "en": "Source"},
    "values": {"nl": "Waarden", "en": "Values"},
    "elsewhere": {
        "nl": "Er zijn geen rijen. Wat hier niet staat is als in de bestanden hierboven.",
        "en": "There are no rows. What is not here is as in the files above.",
    },
    "codes": {"nl": "ook de ontbrekend-codes", "en": "the missing codes too"},
}


def _sections(tables: Sequence[Table], language: str) -> Iterator[str]:
    yield f"# {_WORDS['title'][language]}\n"
    yield f"## {_WORDS['missing'][language]}\n"
    for code, text in MISSING.items():
        yield f"* `{code}` {text[language]}"
    for table in tables:
        rows, columns = _WORDS["rows"][language], _WORDS["columns"][language]
        yield f"\n## {table.path}: {table.rows} {rows}, {len(table.columns)} {columns}\n"
        explained = _explained(table, tables)
        if len(explained) < len(table.columns):
            yield f"{_WORDS['elsewhere'][language]}\n"
        for column in explained:
            yield from _entry(column, language)


def _entry(column: Column, language: str) -> Iterator[str]:
    yield f"### `{column.name}`\n"
    yield column.label[language] + (f" ({column.unit[language]})" if column.unit else "") + "  "
    if column.codes:
        words = "; ".join(f"{code} = {text[language]}" for code, text in column.codes.items())
        yield f"{_WORDS['values'][language]}: {words}  "
    elif column.values:
        yield f"{_WORDS['values'][language]}: {', '.join(column.values)}  "
    elif column.low is not None or column.high is not None:
        yield f"{_WORDS['values'][language]}: {_number(column.low)} – {_number(column.high)}  "
    if column.missing:
        yield f"({_WORDS['codes'][language]})  "
    if column.note:
        yield f"{column.note[language]}  "
    for source in column.sources:
        yield from _source(source, language)
    yield ""


def _source(source: Source, language: str) -> Iterator[str]:
    ends = f" [{source.low[language]} … {source.high[language]}]" if source.low and source.high else ""
    question = source.question.get(language, "")
    yield f"* {source.instrument}" + (f": “{question}”{ends}" if question else "")
    for name, text in (("asked", source.shown), ("formula", source.formula), ("construct", source.construct)):
        if text:
            yield f"  * {_WORDS[name][language]}: {text[language]}"
    if source.source:
        yield f"  * {_WORDS['source'][language]}: {source.source}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
