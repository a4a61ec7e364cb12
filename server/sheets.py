"""Cells of CSV files that people open in spreadsheets."""

from typing import TypeVar

# What Excel, LibreOffice and Google Sheets take for the beginning of a formula (OWASP, CSV Injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")

Cell = TypeVar("Cell")


def make_plain(value: Cell) -> Cell | str:
    """Text that a spreadsheet would run as a formula, with an apostrophe in front; anything else as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
