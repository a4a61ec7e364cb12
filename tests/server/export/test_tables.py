"""What a reader of published tables can work out, tried by brute force over small ones."""

import random
from collections.abc import Iterator
from itertools import product

import pytest

from server.export.tables import Counts, Protected, as_rows, cross, protect, protect_together


def table(*rows: tuple[int, ...]) -> Counts:
    names = tuple(f"r{n}" for n in range(len(rows)))
    columns = tuple(f"c{n}" for n in range(len(rows[0])))
    return Counts(by=("row", "column"), rows=names, columns=columns, cells=rows)


def divide(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way of giving ``total`` things to so many."""
    if parts < 2:
        yield (total,) * parts
        return
    for first in range(total + 1):
        for rest in divide(total - first, parts - 1):
            yield (first, *rest)


def possible_values(counts: Counts, shown: Protected) -> dict[tuple[str, str], set[int]]:
    """Every value that each cell and total has in some table which agrees with all that is shown."""
    assert shown.total is not None
    hidden = [place for place, count in shown.cells.items() if count is None]
    known = {place: count for place, count in shown.cells.items() if count is not None}
    found: dict[tuple[str, str], set[int]] = {}
    for values in divide(shown.total - sum(known.values()), len(hidden)):
        cells = known | dict(zip(hidden, values, strict=True))
        sums = {(row, "total"): sum(cells[row, column] for column in counts.columns) for row in counts.rows}
        sums |= {("total", column): sum(cells[row, column] for row in counts.rows) for column in counts.columns}
        totals = {(row, "total"): n for row, n in shown.row_totals.items()}
        totals |= {("total", column): n for column, n in shown.column_totals.items()}
        if any(n is not None and sums[place] != n for place, n in totals.items()):
            continue
        for place, value in (cells | sums).items():
            found.setdefault(place, set()).add(value)
    return found


def assert_nothing_leaks(counts: Counts, least: int) -> None:
    shown = protect(counts, least=least)
    if shown.total is None:
        assert not any(n is not None for n in (*shown.cells.values(), *shown.row_totals.values()))
        return
    true = {
        (r, c): n
        for r, row in zip(counts.rows, counts.cells, strict=True)
        for c, n in zip(counts.columns, row, strict=True)
    }
    totals = {(r, "total"): sum(true[r, c] for c in counts.columns) for r in counts.rows}
    totals |= {("total", c): sum(true[r, c] for r in counts.rows) for c in counts.columns}
    published = dict(shown.cells)
    published |= {(r, "total"): n for r, n in shown.row_totals.items()}
    published |= {("total", c): n for c, n in shown.column_totals.items()}
    can_be = possible_values(counts, shown)
    for place, count in (true | totals).items():
        if published[place] is None:
            assert len(can_be[place]) > 1, (counts, shown, place)
            assert count >= least or max(can_be[place]) >= least, (counts, shown, place)
        else:
            assert published[place] == count >= least


@pytest.mark.parametrize(("shape", "tables"), [((2, 2), 250), ((2, 3), 25)])
def test_no_hidden_cell_of_any_small_table_can_be_worked_out(shape: tuple[int, int], tables: int) -> None:
    rows, columns = shape
    rng = random.Random(5)
    for cells in rng.sample(list(product(range(5), repeat=rows * columns)), tables):
        lines = tuple(tuple(cells[row * columns : (row + 1) * columns]) for row in range(rows))
        assert_nothing_leaks(table(*lines), least=3)


def test_three_by_three_tables_keep_their_secrets_too() -> None:
    rng = random.Random(7)
    for _ in range(60):
        lines = tuple(tuple(rng.choice((0, 1, 3, 4)) for _ in range(3)) for _ in range(3))
        if sum(map(sum, lines)) <= 18 and protect(table(*lines), least=3).hidden <= 4:
            assert_nothing_leaks(table(*lines), least=3)


def test_a_margin_does_not_undo_the_hiding_of_one_cell() -> None:
    # Alone, the 3 would be 23 - 20 and 15 - 12.
    shown = protect(table((3, 20), (12, 30)))
    assert shown.cells == {("r0", "c0"): None, ("r0", "c1"): None, ("r1", "c0"): None, ("r1", "c1"): None}
    assert shown.row_totals == {"r0": 23, "r1": 42}


def test_zero_counts_are_hidden_and_two_zeros_do_not_hide_each_other() -> None:
    # The two zeros of the first row alone would add up to a shown 0.
    shown = protect(table((0, 0, 40), (30, 40, 20)))
    assert shown.cells["r0", "c0"] is None
    assert shown.cells["r0", "c2"] is None


def test_two_small_counts_do_not_show_that_both_are_small() -> None:
    # Hidden alone, they would add up to a shown 3: neither could be ten.
    counts = Counts(by=("gender", ""), rows=("f", "m", "x", "y"), columns=("",), cells=((40,), (30,), (1,), (2,)))
    assert protect(counts).row_totals == {"f": 40, "m": None, "x": None, "y": None}


def test_a_small_total_is_hidden_with_its_row() -> None:
    shown = protect(table((4, 3), (40, 30)))
    assert shown.row_totals == {"r0": None, "r1": None}
    assert shown.total == 77


def test_counts_of_one_thing_hide_a_second_where_one_is_small() -> None:
    people = [{"gender": "f"}] * 40 + [{"gender": "m"}] * 25 + [{"gender": "x"}] * 3
    shown = protect(cross(people, ("gender", None)))
    assert shown.row_totals == {"f": 40, "m": None, "x": None}
    assert as_rows(shown) == [("f", "", "40"), ("m", "", ""), ("x", "", ""), ("total", "", "68")]


def test_a_table_without_small_cells_is_published_as_it_is() -> None:
    shown = protect(table((10, 20), (30, 40)))
    assert shown.hidden == 0
    assert as_rows(shown)[-1] == ("total", "total", "100")


def test_fewer_than_ten_people_make_no_table_at_all() -> None:
    shown = protect(table((4, 2), (2, 1)))
    assert shown.total is None
    assert {count for _, _, count in as_rows(shown)} == {""}


def test_a_total_hidden_in_one_table_is_hidden_in_every_other() -> None:
    people = [{"g": "f", "age": "young", "edu": "low"}] * 40 + [{"g": "m", "age": "old", "edu": "low"}] * 30
    people += [{"g": "x", "age": "old", "edu": "high"}] * 4 + [{"g": "f", "age": "old", "edu": "high"}] * 20
    by_age, by_edu, alone = protect_together(
        [cross(people, ("g", "age")), cross(people, ("g", "edu")), cross(people, ("g", None))]
    )
    assert by_age.row_totals["x"] is None
    hidden = {label for label, count in by_age.row_totals.items() if count is None}
    assert hidden == {label for label, count in by_edu.row_totals.items() if count is None}
    assert hidden == {label for label, count in alone.row_totals.items() if count is None}


def test_a_total_hidden_for_the_sake_of_others_is_hidden_in_every_table() -> None:
    many = {("f", "a"): 20, ("f", "b"): 1, ("m", "a"): 8, ("x", "a"): 3}
    people = [{"g": g, "edu": edu} for (g, edu), count in many.items() for _ in range(count)]
    tables = [cross(people, ("g", "edu")), cross(people, ("g", None))]
    by_edu, alone = map(protect, tables)
    # By itself the table of one thing shows what the other had to hide.
    assert (by_edu.row_totals["f"], alone.row_totals["f"]) == (None, 21)
    assert [table.row_totals["f"] for table in protect_together(tables)] == [None, None]
