"""Tables of counts that can be published: small cells hidden, and others with them so that margins betray none. Pure.

1. A cell of fewer than ``least`` persons is hidden, a zero too (that nobody did something is told of everybody), and so
   is a row or column total of fewer.
2. With totals shown, a hidden cell may still be worked out. So more are hidden until for every hidden one two things
   hold, whatever a reader works out from all that is shown and from counts being no less than zero: it can have more
   than one value, and a small one can have ``least`` or more.

A table with its totals is a network: rows and columns are nodes, cells are edges. A hidden cell can be one more exactly
if one person can be sent round a loop of hidden cells, more in one and less in the next (Castro 2012, Stat. Sci. 27,
for a survey of cell suppression; the loops are the augmenting paths of Ford & Fulkerson 1956). Totals take part as a
row and a column of their own.
"""

from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

LEAST = 10
"""Persons a cell: the "rule of 10" of output checks (ABS DataLab; ONS Longitudinal Study)."""

TOTAL = "total"

Place = tuple[int, int]
"""Row and column number; the last row and the last column are the totals."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Persons by one or two things. A table of one thing has one column, named "". ``cells[row][column]``."""

    by: tuple[str, str]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Protected:
    """What may be published: None is hidden. ``total`` None: there are too few people for any table."""

    by: tuple[str, str]
    cells: Mapping[tuple[str, str], int | None]
    row_totals: Mapping[str, int | None]
    column_totals: Mapping[str, int | None]
    total: int | None

    @property
    def hidden(self) -> int:
        """How many cells are hidden, totals aside."""
        return sum(count is None for count in self.cells.values())


def cross(
    people: Iterable[Mapping[str, str]],
    by: tuple[str, str | None],
    possible: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Counts:
    """Count people, one mapping each, by one or two of their labels. Labels are in alphabetical order.

    possible: by thing, labels that are in the table also where nobody has them: a line that lacks tells the zero.
    """
    row_name, column_name = by
    found = Counter((who[row_name], who[column_name] if column_name else "") for who in people)
    rows = tuple(sorted({row for row, _ in found}.union(possible.get(row_name, ()))))
    columns = tuple(sorted({column for _, column in found}.union(possible.get(column_name or "", ()))))
    cells = tuple(tuple(found[row, column] for column in columns) for row in rows)
    return Counts(by=(row_name, column_name or ""), rows=rows, columns=columns, cells=cells)


def protect(counts: Counts, *, least: int = LEAST, hide: frozenset[tuple[str, str]] = frozenset()) -> Protected:
    """The table that may be published. ``hide``: totals that must be hidden too, as (thing, label)."""
    whole = _with_totals(counts)
    total = whole[-1][-1]
    if total < least:
        return _publish(counts, whole, None)
    corner = (len(whole) - 1, len(whole[0]) - 1)
    places = [(r, c) for r in range(corner[0] + 1) for c in range(corner[1] + 1) if (r, c) != corner]
    if not counts.by[1]:  # one column: its cells are the row totals
        places = [(r, c) for r, c in places if c == 0 and r < corner[0]]
    small = {place for place in places if whole[place[0]][place[1]] < least}
    hidden = small | {place for place in places if _is_named(counts, place, corner, hide)}
    while exposed := next(
        (place for place in sorted(hidden) if not _is_safe(whole, hidden, place, place in small, least, counts.by[1])),
        None,
    ):
        near = [place for place in places if place not in hidden]
        if not near:
            return _publish(counts, whole, None)
        hidden.add(min(near, key=lambda place: _cost(place, exposed, hidden, corner, whole)))
    return _publish(counts, whole, hidden)


def protect_together(tables: Sequence[Counts], *, least: int = LEAST) -> list[Protected]:
    """Several tables of the same people: a total that one of them hides is hidden in all, until all agree.

    Each table by itself is then as safe as `protect` makes it; what several say together about cells that no two of
    them share is not worked out.
    """
    hide: frozenset[tuple[str, str]] = frozenset()
    while True:
        done = [protect(table, least=least, hide=hide) for table in tables]
        found = frozenset(
            (table.by[side], label)
            for table in done
            for side, totals in ((0, table.row_totals), (1, table.column_totals))
            for label, count in totals.items()
            if count is None and table.by[side]
        )
        if found <= hide:
            return done
        hide |= found


def as_rows(table: Protected) -> list[tuple[str, str, str]]:
    """(row, column, count) lines for a file; a hidden count is empty, totals are called "total"."""
    lines = [(row, column, _write(count)) for (row, column), count in table.cells.items()]
    if table.by[1]:
        lines += [(row, TOTAL, _write(count)) for row, count in table.row_totals.items()]
        lines += [(TOTAL, column, _write(count)) for column, count in table.column_totals.items()]
    return [*lines, (TOTAL, TOTAL if table.by[1] else "", _write(table.total))]


def _publish(counts: Counts, whole: list[list[int]], hidden: set[Place] | None) -> Protected:
    """What is not hidden; nothing at all for None."""

    def show(row: int, column: int) -> int | None:
        return None if hidden is None or (row, column) in hidden else whole[row][column]

    last_row, last_column = len(counts.rows), len(counts.columns)
    totals_at = last_column if counts.by[1] else 0
    return Protected(
        by=counts.by,
        cells={
            (row, column): show(r, c) for r, row in enumerate(counts.rows) for c, column in enumerate(counts.columns)
        },
        row_totals={row: show(r, totals_at) for r, row in enumerate(counts.rows)},
        column_totals={column: show(last_row, c) for c, column in enumerate(counts.columns)},
        total=show(last_row, last_column),
    )


def _write(count: int | None) -> str:
    return "" if count is None else str(count)


def _with_totals(counts: Counts) -> list[list[int]]:
    whole = [[*row, sum(row)] for row in counts.cells]
    return [*whole, [sum(row[column] for row in whole) for column in range(len(counts.columns) + 1)]]


def _is_margin(place: Place, corner: Place) -> bool:
    return place[0] == corner[0] or place[1] == corner[1]


def _is_named(counts: Counts, place: Place, corner: Place, hide: frozenset[tuple[str, str]]) -> bool:
    if place[1] == corner[1] or not counts.by[1]:
        return (counts.by[0], counts.rows[place[0]]) in hide
    return place[0] == corner[0] and (counts.by[1], counts.columns[place[1]]) in hide


def _cost(
    place: Place, exposed: Place, hidden: set[Place], corner: Place, whole: list[list[int]]
) -> tuple[int, int, Place]:
    """Which to hide next: cells beside the exposed one, then those that close a loop, then totals; small first."""
    beside = place[0] == exposed[0] or place[1] == exposed[1]
    closes = (place[0], exposed[1]) in hidden and (exposed[0], place[1]) in hidden
    if _is_margin(place, corner):
        order = 2 if beside else 4
    else:
        order = 0 if beside else 1 if closes else 3
    return order, whole[place[0]][place[1]], place


def _is_safe(whole: list[list[int]], hidden: set[Place], place: Place, small: bool, least: int, two: str) -> bool:
    count = whole[place[0]][place[1]]
    net = _Net(whole, hidden, two)
    more = least - count if small else 1
    if net.push(place, up=True, wanted=more) >= more:
        return True
    return not small and net.push(place, up=False, wanted=1) >= 1


class _Net:
    """How far one hidden cell can be moved without changing anything that is shown."""

    def __init__(self, whole: list[list[int]], hidden: set[Place], two: str) -> None:
        rows, columns = len(whole), len(whole[0])
        self.last = (rows - 1, columns - 1)
        taking_part = hidden if two else hidden | {(r, columns - 1) for r, _ in hidden}  # one column: cells are totals
        self.counts = {place: whole[place[0]][place[1]] for place in taking_part}

    def push(self, place: Place, *, up: bool, wanted: int) -> int:
        """Move a cell up or down by at most ``wanted``; returns by how much it can be."""
        counts = dict(self.counts)
        moved = 0
        while moved < wanted:
            if not up and counts[place] == 0:
                break
            loop = self._loop(counts, place, up)
            if loop is None:
                break
            for where, step in loop:
                counts[where] += step
            moved += 1
        return moved

    def _sign(self, place: Place) -> int:
        """A total counts against its row and column: where a cell goes up, its total may go up with it."""
        return -1 if _is_margin(place, self.last) else 1

    def _loop(self, counts: Mapping[Place, int], start: Place, up: bool) -> list[tuple[Place, int]] | None:
        """One loop of hidden cells through ``start`` that leaves every sum as it is, as (cell, +1 or -1)."""
        first = 1 if up else -1
        # A node is a row (0, r) or a column (1, c), with the imbalance that must be made good there.
        begin, goal = (0, start[0]), (1, start[1])
        imbalance = first * self._sign(start)
        came: dict[tuple[int, int], tuple[tuple[int, int], Place, int]] = {}
        queue = deque([(begin, imbalance)])
        seen = {begin}
        while queue:
            node, owed = queue.popleft()
            for place in sorted(counts):
                if place == start or place[node[0]] != node[1]:
                    continue
                step = -owed * self._sign(place)
                if step < 0 and counts[place] == 0:
                    continue
                other = (1, place[1]) if node[0] == 0 else (0, place[0])
                if other in seen:
                    continue
                seen.add(other)
                came[other] = (node, place, step)
                if other == goal:
                    return [(start, first), *_walk(came, goal, begin)]
                queue.append((other, -owed))
        return None


def _walk(
    came: Mapping[tuple[int, int], tuple[tuple[int, int], Place, int]], goal: tuple[int, int], begin: tuple[int, int]
) -> list[tuple[Place, int]]:
    steps = []
    node = goal
    while node != begin:
        node, place, step = came[node]
        steps.append((place, step))
    return steps
