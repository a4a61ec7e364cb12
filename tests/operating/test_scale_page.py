"""What docs/scale.md says of keys is said of the tables that there are, and its sums are sums."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Table, UniqueConstraint

from server.models import Base

PAGE = (Path(__file__).resolve().parents[2] / "docs/scale.md").read_text()
DAY_S = 16 * 3600  # of which the page takes the mean
EXPORTS = {"export_member"}  # written once an export, and read by it


def section(begin: str) -> set[str]:
    """The names in code of the list's point that begins so."""
    point = PAGE.partition(f"**{begin}")[2].partition("\n- **")[0]
    return set(re.findall(r"`(\w+)(?:\.\w+)?`", point))


def of_participants() -> list[Table]:
    return [table for table in Base.metadata.tables.values() if "participant_id" in table.columns]


@pytest.mark.parametrize("table", of_participants(), ids=lambda table: table.name)
def test_every_table_about_participants_has_its_place_on_the_page(table: Table) -> None:
    together, apart, unique = section("Lying together"), section("Told apart"), section("Unique without")
    assert table.name in together | apart | unique | EXPORTS


@pytest.mark.parametrize("name", sorted(section("Lying together") & set(Base.metadata.tables) - {"participant"}))
def test_what_lies_together_can_be_spread_by_the_participant(name: str) -> None:
    table = Base.metadata.tables[name]
    keys = [set(table.primary_key.columns.keys())]
    keys += [set(each.columns.keys()) for each in table.constraints if isinstance(each, UniqueConstraint)]
    keys += [set(index.columns.keys()) for index in table.indexes if index.unique]
    assert all("participant_id" in key for key in keys), keys


def test_the_projections_follow_from_the_figures() -> None:
    costs = re.findall(r"^\| (?:\*\*)?(\w+)(?:\*\*)? \| (?:\*\*)?([\d.]+)(?:\*\*)? \| (?:\*\*)?([\d,]+)", PAGE, re.M)
    rows = {name: float(count) for name, count, _ in costs}
    size = {name: int(each.replace(",", "")) for name, _, each in costs}
    all_rows, all_bytes = rows.pop("together"), size.pop("together")
    assert sum(rows.values()) == pytest.approx(all_rows)
    assert sum(size.values()) == pytest.approx(all_bytes, rel=0.01)
    cpu_s = (0.5 + 7.5 * 1.3 + 3.5 * 1.5 + 10 * 4) / 1000  # the four parts of the page's sentence on CPU
    about = re.search(r"About \*\*(\d+) ms\*\*", PAGE)
    assert about
    assert cpu_s * 1000 == pytest.approx(int(about[1]), rel=0.02)
    for people, gigabytes, cores in ((100_000, 23, 0.1), (1_000_000, 230, 1), (10_000_000, 2_300, 10)):
        assert people * all_bytes * 21 / 1e9 == pytest.approx(gigabytes, rel=0.02)
        assert people * cpu_s / DAY_S == pytest.approx(cores, rel=0.06)
