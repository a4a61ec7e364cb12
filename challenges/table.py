"""Challenges as spreadsheet rows, out and in: one row per challenge and version, one column per field and language.

Row numbers are those a spreadsheet shows: the names of the columns are row 1, the first challenge is row 2. CSV comes
with commas, semicolons (Dutch spreadsheets) or tabs, and goes out as UTF-8 with a byte order mark so that Excel
reads the accents.
"""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterable, Mapping, Sequence

from challenges.authoring import DEFAULTS, FIELDS, LENGTHS, check
from challenges.challenge import Challenge
from challenges.problems import Problem, make_problem
from challenges.strategies import LANGUAGES

COLUMNS = tuple(
    column
    for name in FIELDS
    for column in ([f"{name}_{language}" for language in LANGUAGES] if name in LENGTHS else [name])
)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class RowProblem:
    """A problem, or a nudge, with its row; the field is the name of the column."""

    row: int
    problem: Problem

    def __str__(self) -> str:
        return f"row {self.row}: {self.problem}"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """What was read: the good rows, everything wrong with the others, and doubts about the good ones."""

    challenges: Mapping[int, Challenge]  # by row
    problems: tuple[RowProblem, ...] = ()
    nudges: tuple[RowProblem, ...] = ()


def to_rows(challenges: Iterable[Challenge]) -> list[dict[str, str]]:
    """One mapping per challenge, every column present, an empty text for what is not there."""
    return [_to_row(challenge) for challenge in challenges]


def from_rows(rows: Iterable[Mapping[str, str]]) -> Table:
    """Read rows as ``csv.DictReader`` gives them; a row without any text is passed over."""
    good: dict[int, Challenge] = {}
    keys: dict[str, int] = {}
    problems: list[RowProblem] = []
    nudges: list[RowProblem] = []
    for number, row in enumerate(rows, start=2):
        if not any(_is_filled(value) for value in row.values()):
            continue
        given, strange = _nest(row)
        checked = check(given)
        found = [*strange, *(_in_columns(problem) for problem in checked.problems)]
        if checked.challenge is not None and not found:
            first = keys.setdefault(checked.challenge.key, number)
            if first != number:
                found.append(make_problem("slug", "duplicate-slug", where=f"row {first}"))
        if checked.challenge is None or found:
            problems += [RowProblem(row=number, problem=problem) for problem in found]
            continue
        good[number] = checked.challenge
        nudges += [RowProblem(row=number, problem=_in_columns(problem)) for problem in checked.nudges]
    return Table(challenges=good, problems=tuple(problems), nudges=tuple(nudges))


def write_csv(challenges: Iterable[Challenge]) -> str:
    """CSV text with commas and a byte order mark.

    No cell starts like a formula: ``authoring`` refuses such texts, and the names of who wrote and reviewed them, which
    come from accounts, get an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _plain(cell) for name, cell in row.items()} for row in to_rows(challenges))
    return "\ufeff" + out.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def read_csv(text: str) -> Table:
    """Read CSV text. A column that is missing or unknown is a problem of row 1, said once, and nothing else is read."""
    text = text.removeprefix("\ufeff")
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [str(name).strip() for name in reader.fieldnames or ()]
        reader.fieldnames = header
        wrong = _header_problems(header)
        if wrong:
            return Table(challenges={}, problems=tuple(RowProblem(row=1, problem=problem) for problem in wrong))
        return from_rows(reader)
    except csv.Error:  # a cell that never ends, of more than 131,072 characters
        problem = RowProblem(row=max(reader.line_num, 1), problem=make_problem("csv", "endless-cell"))
        return Table(challenges={}, problems=(problem,))


def _header_problems(header: Sequence[str]) -> list[Problem]:
    unknown = [make_problem(name, "unknown", hint_nl="", hint_en="") for name in header if name not in COLUMNS]
    needed = [column for column in COLUMNS if _field_of(column) not in DEFAULTS]
    return unknown + [make_problem(column, "required") for column in needed if column not in header]


def _to_row(challenge: Challenge) -> dict[str, str]:
    row: dict[str, str] = {}
    for name in FIELDS:
        value = getattr(challenge, name)
        if name in LENGTHS:
            row |= {f"{name}_{language}": value[language] if value else "" for language in LANGUAGES}
        elif isinstance(value, frozenset):
            row[name] = " ".join(str(day) for day in sorted(value))
        else:
            row[name] = "" if value is None else str(value)
    return row


def _nest(row: Mapping[str, object]) -> tuple[dict[str, object], list[Problem]]:
    given: dict[str, object] = {}
    strange: list[Problem] = []
    for column, value in row.items():
        if column is None:  # what DictReader calls the cells beyond the last column
            strange.append(make_problem("row", "cells"))
            continue
        name = _field_of(column)
        if name == column:
            given[name] = value
            continue
        texts = given.setdefault(name, {})
        if isinstance(texts, dict):
            texts[column.removeprefix(f"{name}_")] = value
    return given, strange


def _field_of(column: str) -> str:
    name, _, language = column.rpartition("_")
    return name if name in LENGTHS and language in LANGUAGES else column


def _in_columns(problem: Problem) -> Problem:
    name, _, language = problem.field.partition(".")
    return dataclasses.replace(problem, field=f"{name}_{language}") if language else problem


def _is_filled(value: object) -> bool:
    return bool(value) and (not isinstance(value, str) or bool(value.strip()))
