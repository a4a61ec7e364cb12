"""Recorded diaries for tests: the excerpt that ships, the whole file where it is, and small files made on the spot.

The whole file is looked for at KIEM_FRIED_CSV, else in ``shared/data/fried2021`` beside the checkout.
"""

import csv
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from server.content import instruments, protocols
from server.exchange.commands import load_fitted
from server.exchange.fitting import Fitted
from server.exchange.mapping import Mapping as FileMapping
from server.exchange.mapping import read_mapping
from server.exchange.service import Totals

ROOT = Path(__file__).resolve().parents[1]
MAPPING = ROOT / "server/exchange/mappings/fried2021.yaml"
EXCERPT = ROOT / "tests/data/fried2021_excerpt.csv"
WHOLE = Path(os.environ.get("KIEM_FRIED_CSV") or ROOT.parent / "shared/data/fried2021/clean_ema.csv")

ITEMS = tuple(f"Q{number}" for number in range(1, 19))
COLUMNS = ("ID", "Scheduled", "Issued", "Response", "Duration", *ITEMS)

needs_whole_file = pytest.mark.skipif(
    not WHOLE.exists(), reason="clean_ema.csv of https://osf.io/mvdpe/ is not here; say where with KIEM_FRIED_CSV."
)


def fried() -> FileMapping:
    return read_mapping(MAPPING, instruments=instruments(), protocols=protocols())


def make_line(**changes: str) -> dict[str, str]:
    """A row answered in time, everywhere 2, unless told otherwise."""
    usual = {
        "ID": "P1",
        "Scheduled": "2020-03-16 12:00:00",
        "Issued": "2020-03-16 12:00:00 CET",
        "Response": "2020-03-16 12:05:00 CET",
        "Duration": "300",
    }
    return {**usual, **dict.fromkeys(ITEMS, "2"), **changes}


def make_silent_line(**changes: str) -> dict[str, str]:
    """A row that expired."""
    silent = {"Response": "2020-03-16 13:00:00 CET", "Duration": "Expired", **dict.fromkeys(ITEMS, "NA")}
    return make_line(**silent | changes)


def write_csv(path: Path, lines: Iterable[Mapping[str, str]], *, columns: Iterable[str] = COLUMNS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    return path


def fit(path: Path) -> tuple[list[Fitted], Totals]:
    """The file laid on the protocol of Fried's study, and what was counted on the way."""
    totals = Totals()
    _, fitted = load_fitted(path, MAPPING, totals)
    return fitted, totals
