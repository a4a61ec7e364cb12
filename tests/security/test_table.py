"""docs/security.md and docs/threat-model.md name tests; every one of them is there."""

import ast
import re
from functools import cache

import pytest

from tests.security.test_comparisons import ROOT

PAGES = ("docs/security.md", "docs/threat-model.md")
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of a file's tests; none for a file that is not there."""
    file = ROOT / "tests" / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds) and node.name.startswith("test_"))


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_a_page_names_is_there(page: str) -> None:
    named = NAMED.findall((ROOT / page).read_text())
    assert len(named) > 10
    assert [f"{path}::{name}" for path, name in named if name not in names_in(path)] == []


def test_every_line_of_the_security_table_names_a_test() -> None:
    tables = (ROOT / "docs/security.md").read_text().split("## Keys")[0]
    rows = [line for line in tables.splitlines() if line.startswith("| ") and not line.endswith("shown by |")]
    assert len(rows) > 60
    assert [row for row in rows if not NAMED.search(row.rpartition(" | ")[2])] == []


def test_the_short_list_is_whole() -> None:
    """What was chosen of ASVS 5.0 level 2, and all ten risks of the API list; a line that goes is noticed."""
    text = (ROOT / "docs/security.md").read_text()
    chosen = (
        "1.3.11 2.3.4 6.5.4 6.6.3 10.5.2 10.5.3 10.5.4 11.3.3 13.2.2 14.3.1 16.3.1 16.3.2 16.4.1 "
        "2.4.1 3.3.1 3.3.2 3.3.3 3.3.4 3.4.1 3.4.2 3.4.3 3.4.4 3.4.5 3.4.6 6.2.1 6.2.4 6.4.1 6.5.1 6.5.2 6.5.3 6.5.5 "
        "6.6.2 7.2.3 7.3.1 7.3.2 7.4.1 7.4.2 7.5.1 8.1.2 8.2.1 8.2.2 8.2.3 8.3.1 8.4.1 10.2.1 10.5.1 11.1.1 11.1.2 "
        "11.2.2 11.3.2 11.4.2 11.5.1 14.1.1 14.2.1 14.2.3 14.3.2 16.2.5 16.4.2 16.5.1 16.5.3"
    )
    assert [number for number in chosen.split() if f"\n| {number} | " not in text] == []
    assert [number for number in range(1, 11) if f"\n| API{number} " not in text] == []


def test_a_name_that_is_not_there_would_be_found() -> None:
    assert "test_no_such_thing" not in names_in("security/test_table.py")
    assert names_in("security/nowhere.py") == frozenset()
    assert "test_the_short_list_is_whole" in names_in("security/test_table.py")
