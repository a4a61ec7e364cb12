"""People in classes of those who look alike, and what must be suppressed so that none is small. Pure.

`Grid` holds everybody's labels at every level as columns, so that a node of the lattice (one level for each
demographic) costs one pass over the people.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.export.diversity import is_diverse
from server.export.generalise import Demographic, Person, check_nested

Node = tuple[int, ...]
Rows = list[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """``columns[d][level][row]`` is a label; rows are people in the order of their keys."""

    keys: tuple[str, ...]
    demographics: tuple[Demographic, ...]
    columns: tuple[tuple[tuple[str, ...], ...], ...]

    def top(self, number: int) -> int:
        """The coarsest level of a demographic: withheld, or 0 where the rows show it whatever is done."""
        return 0 if self.demographics[number].pinned else self.demographics[number].withheld

    def classes(self, node: Node) -> list[Rows]:
        """Who is alike at this node in all that makes people recognisable."""
        columns = [
            self.columns[number][level]
            for number, level in enumerate(node)
            if not self.demographics[number].sensitive and level < self.demographics[number].withheld
        ]
        return _grouped(columns, len(self.keys))

    def sensitive_columns(self, node: Node) -> list[tuple[str, ...]]:
        """The sensitive values that are told at this node."""
        return [
            self.columns[number][level]
            for number, level in enumerate(node)
            if self.demographics[number].sensitive and level < self.demographics[number].withheld
        ]

    def strata(self) -> list[Rows]:
        """Who is alike in what the rows show whatever is done: nobody can be hidden among others than these."""
        columns = [self.columns[n][0] for n, demographic in enumerate(self.demographics) if demographic.pinned]
        return _grouped(columns, len(self.keys))


def lay_grid(people: Sequence[Person], demographics: Sequence[Demographic]) -> Grid:
    """Everybody's labels. Raises ValueError for two people with one key, `NotNested` for levels that do not nest."""
    ordered = sorted(people, key=lambda person: person.key)
    keys = tuple(person.key for person in ordered)
    if len(set(keys)) != len(keys):
        raise ValueError("Two people have the same key.")
    columns = []
    for demographic in demographics:
        values = [person.facts.get(demographic.name) for person in ordered]
        known = set(values)
        check_nested(demographic, known)
        levels = []
        for level in range(demographic.withheld):
            labels = {value: demographic.tell(value, level) for value in known}
            levels.append(tuple(labels[value] for value in values))
        columns.append(tuple(levels))
    return Grid(keys=keys, demographics=tuple(demographics), columns=tuple(columns))


def find_suppressed(grid: Grid, node: Node, *, k: int, least: int | None, most: int) -> Rows | None:
    """Whose demographics must go at this node, so that every class is k and diverse; None if that are more than most.

    1. Everybody in a class under k, or one whose sensitive values do not differ enough, must go.
    2. Those who go are alike themselves, "suppressed", and among the rows' own strata; they too must be k or nobody. If
       they are fewer, others of their stratum join them: first people out of classes that stay k and diverse without
       them, in the order of the keys, else the smallest class as a whole.

    If a node can be had so, every coarser one can: suppressing the same people leaves unions of its classes.
    """
    classes = grid.classes(node)
    sensitive = grid.sensitive_columns(node)
    sound: list[Rows] = []
    gone: Rows = []
    for rows in classes:
        if len(rows) >= k and _is_diverse(rows, sensitive, least):
            sound.append(rows)
        else:
            gone += rows
    if len(gone) > most:
        return None
    if not gone:
        return []
    for stratum in grid.strata():
        inside = set(stratum)
        lost = [row for row in gone if row in inside]
        if lost and len(lost) < k:
            joining = _find_company(k - len(lost), [c for c in sound if c[0] in inside], k, sensitive, least)
            if joining is None:
                return None
            gone += joining
    return sorted(gone) if len(gone) <= most else None


def _find_company(
    wanted: int, classes: Sequence[Rows], k: int, sensitive: Sequence[Sequence[str]], least: int | None
) -> Rows | None:
    found: Rows = []
    for rows in sorted(classes, key=lambda rows: (-len(rows), rows[0])):
        staying = list(rows)
        for row in rows:
            if len(found) == wanted or len(staying) == k:
                break
            without = [other for other in staying if other != row]
            if _is_diverse(without, sensitive, least):
                staying = without
                found.append(row)
        if len(found) == wanted:
            return found
    return min(classes, key=lambda rows: (len(rows), rows[0]), default=None)


def _is_diverse(rows: Rows, sensitive: Sequence[Sequence[str]], least: int | None) -> bool:
    return least is None or all(is_diverse([column[row] for row in rows], least) for column in sensitive)


def _grouped(columns: Sequence[Sequence[str]], people: int) -> list[Rows]:
    if not columns:
        return [list(range(people))] if people else []
    groups: Mapping[object, Rows] = defaultdict(list)
    for row, labels in enumerate(zip(*columns, strict=True)):
        groups[labels].append(row)
    return list(groups.values())
