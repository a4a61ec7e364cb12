"""Generalises demographics until nobody stands alone: k-anonymity along the researcher's own ranking. Pure.

    anonymise(people, ranking=["age", "gender"], demographics=known, k=5, l=2, suppression_share=0.05)

k is counted among the people in the file, not in the country: a class mate knows who took part. A *node* is one level
for each demographic. Going up from a node that will do, every node will do (see `find_suppressed`), so the ranking can
be followed exactly: the demographic ranked first gets the finest level with which any node will do, then the second,
and so on. The same people, ranking and limits give the same result, whatever their order.

Samarati & Sweeney 1998; lattice of full-domain generalisation: LeFevre, DeWitt & Ramakrishnan 2005 (Incognito);
suppression of few people instead of one level more for all: Samarati 2001, IEEE TKDE 13:1010.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from server.export.classes import Grid, Node, find_suppressed, lay_grid
from server.export.diversity import closeness, least_diversity
from server.export.generalise import SUPPRESSED, Demographic, Person, Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Loss:
    """What became of one demographic, in words. ``code``: kept | coarser | withheld | pinned | limit."""

    code: str
    text: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Anonymised:
    """What may be told of whom.

    levels: by name, the level told ("withheld" if none). rows: by person, what is told; withheld demographics are not
    in it, suppressed people have ``SUPPRESSED`` in every one but those that the rows show anyway. k_reached: the
    smallest class, the suppressed being one; with nobody at all 0. met: whether k (and l) hold: false only where what
    the rows show whatever is done, or too few people, makes it impossible. l_reached, t: over the sensitive ones that
    are told; None if there are none.
    """

    levels: Mapping[str, str]
    rows: Mapping[str, Mapping[str, str]]
    suppressed: frozenset[str]
    k_reached: int
    l_reached: int | None
    t: float | None
    met: bool
    lost: Mapping[str, Loss]
    nodes_tried: int

    def hidden_in_rows(self, name: str) -> frozenset[str] | None:
        """Of whom the diary rows must not show this demographic; None: of nobody, for it is told of nobody."""
        return None if self.levels.get(name, "withheld") == "withheld" else self.suppressed


def anonymise(
    people: Sequence[Person],
    *,
    ranking: Sequence[str],
    demographics: Mapping[str, Demographic],
    k: int,
    l: int | None = None,  # noqa: E741  the letter that the literature uses
    suppression_share: float = 0.05,
    most_demographics: int | None = None,
    at_least: Mapping[str, str] | None = None,
) -> Anonymised:
    """The finest demographics that leave everybody among k.

    ranking: what is wanted, dearest first; what is not in it is withheld, except that demographics which show in the
    rows always count (unranked: last). most_demographics: of the ranked ones that do not show in the rows only so many.
    at_least: levels (by name) that must not be gone below, e.g. those of an earlier export of the study, so that the
    two cannot be put together to something finer.

    Raises KeyError for an unknown name, ValueError for a name ranked twice or k under 1, `NotNested`.
    """
    if k < 1:
        raise ValueError("k is at least 1.")
    order, over_limit = in_order(ranking, demographics, most_demographics)
    grid = lay_grid(people, [demographics[name] for name in order])
    floors = floors_of(grid, at_least or {}, over_limit)
    most = most_suppressed(len(people), share=suppression_share, k=k)
    node, gone, tried = _descend(grid, floors, k=k, least=l, most=most)
    return _result(grid, node, gone, tried, k=k, least=l, over_limit=over_limit)


def most_suppressed(people: int, *, share: float, k: int) -> int:
    """How many may lose their demographics: the share of everybody, or k if that is more, for they must be k or nobody
    themselves, and in a study of fewer than k / share nobody ever could. With no share nobody."""
    return max(k, int(share * people + 1e-9)) if share else 0


def floors_of(grid: Grid, at_least: Mapping[str, str], out: Sequence[str] = ()) -> Node:
    """The finest level that each demographic may have."""
    floors = []
    for number, demographic in enumerate(grid.demographics):
        names = demographic.level_names()
        floor = names.index(at_least[demographic.name]) if demographic.name in at_least else 0
        floors.append(grid.top(number) if demographic.name in out else min(floor, grid.top(number)))
    return tuple(floors)


def best_nodes(
    grid: Grid, floors: Node, *, k: int, least: int | None, most: int, limit: int = 2_000
) -> tuple[list[Node], int]:
    """Every node that will do and of which no finer one would, in the order of the ranking; and how many were tried.

    These are all the choices that a researcher has. Nodes above one that will do are not tried; after ``limit`` tries,
    from the finest up, the search ends with what it has.
    """
    spans = [_levels(grid, number, floor) for number, floor in enumerate(floors)]
    waiting: list[tuple[int, Node]] = [(0, (0,) * len(spans))]  # places in the spans, lowest sum first
    met = {waiting[0][1]}
    found: list[Node] = []
    tried = 0
    while waiting and tried < limit:
        height, places = heappop(waiting)
        node = tuple(span[place] for span, place in zip(spans, places, strict=True))
        if any(all(a <= b for a, b in zip(good, node, strict=True)) for good in found):
            continue
        tried += 1
        if find_suppressed(grid, node, k=k, least=least, most=most) is not None:
            found.append(node)
            continue
        for number, span in enumerate(spans):
            above = (*places[:number], places[number] + 1, *places[number + 1 :])
            if above[number] < len(span) and above not in met:
                met.add(above)
                heappush(waiting, (height + 1, above))
    return sorted(found), tried


def in_order(
    ranking: Sequence[str], demographics: Mapping[str, Demographic], most: int | None
) -> tuple[list[str], list[str]]:
    if len(set(ranking)) != len(ranking):
        raise ValueError("A demographic is ranked twice.")
    unknown = [name for name in ranking if name not in demographics]
    if unknown:
        raise KeyError(unknown[0])
    shown = [name for name, demographic in demographics.items() if demographic.in_rows and name not in ranking]
    counted = [name for name in ranking if not demographics[name].in_rows]
    return [*ranking, *shown], counted[most:] if most is not None else []


def _levels(grid: Grid, number: int, floor: int) -> Sequence[int]:
    """The levels worth trying. Coarser sensitive values would differ less, so those are told as they are or not."""
    top = grid.top(number)
    if grid.demographics[number].sensitive and floor < top:
        return (floor, top)
    return range(floor, top + 1)


def _descend(grid: Grid, floors: Node, *, k: int, least: int | None, most: int) -> tuple[Node, list[int], int]:
    node = [grid.top(number) for number in range(len(floors))]
    gone = find_suppressed(grid, tuple(node), k=k, least=least, most=most)
    tried = 1
    if gone is None:
        return tuple(node), [], tried
    for number, floor in enumerate(floors):
        for level in _levels(grid, number, floor):
            if level == node[number]:
                break
            tried += 1
            candidate = (*node[:number], level, *node[number + 1 :])
            found = find_suppressed(grid, candidate, k=k, least=least, most=most)
            if found is not None:
                node[number], gone = level, found
                break
    return tuple(node), gone, tried


def _result(
    grid: Grid, node: Node, gone: Sequence[int], tried: int, *, k: int, least: int | None, over_limit: Sequence[str]
) -> Anonymised:
    suppressed = set(gone)
    hidden = {grid.keys[row] for row in suppressed}
    told = [number for number, level in enumerate(node) if level < grid.demographics[number].withheld]
    names = [grid.demographics[number].name for number in told]
    rows: dict[str, dict[str, str]] = {}
    for row, key in enumerate(grid.keys):
        rows[key] = {
            name: SUPPRESSED
            if row in suppressed and not grid.demographics[number].pinned
            else grid.columns[number][node[number]][row]
            for name, number in zip(names, told, strict=True)
        }
    open_names = [name for name, number in zip(names, told, strict=True) if not grid.demographics[number].sensitive]
    classes: dict[tuple[str, ...], list[str]] = {}
    for key, labels in rows.items():
        classes.setdefault(tuple(labels[name] for name in open_names), []).append(key)
    k_reached = min((len(keys) for keys in classes.values()), default=0)
    reached = k_reached >= k
    kept = [keys for keys in classes.values() if keys[0] not in hidden]
    columns = [
        [[rows[key][name] for key in keys] for keys in kept]
        for name, number in zip(names, told, strict=True)
        if grid.demographics[number].sensitive
    ]
    diversities = [found for found in map(least_diversity, columns) if found is not None]
    l_reached = min(diversities, default=None)
    return Anonymised(
        levels={d.name: d.level_names()[level] for d, level in zip(grid.demographics, node, strict=True)},
        rows=rows,
        suppressed=frozenset(hidden),
        k_reached=k_reached,
        l_reached=l_reached,
        t=max(map(closeness, columns), default=None),
        met=reached and (least is None or l_reached is None or l_reached >= least),
        lost={
            d.name: explain(d, level, k=k, limited=d.name in over_limit, reached=reached)
            for d, level in zip(grid.demographics, node, strict=True)
        },
        nodes_tried=tried,
    )


def explain(demographic: Demographic, level: int, *, k: int, limited: bool = False, reached: bool = True) -> Loss:
    """What became of a demographic at a level, for the form and the report. ``reached``: whether k is."""
    nl, en = demographic.title["nl"], demographic.title["en"]
    if limited:
        return Loss(
            code="limit",
            text={
                "nl": f"{nl}: weggelaten, want het profiel staat niet meer kenmerken toe.",
                "en": f"{en}: left out, because the profile allows no more demographics.",
            },
        )
    if demographic.pinned:
        return Loss(
            code="pinned",
            text={
                "nl": f"{nl}: aan de dagboekrijen te zien; niet te verbergen.",
                "en": f"{en}: visible in the diary rows; cannot be hidden.",
            },
        )
    if level >= demographic.withheld:
        rows = demographic.in_rows == "removable"
        return Loss(
            code="withheld",
            text={
                "nl": (f"{nl}: weggelaten om k = {k} te halen" if reached else f"{nl}: weggelaten")
                + (", en met deze ook wat het in de rijen verraadt (weekend)." if rows else "."),
                "en": (f"{en}: withheld to reach k = {k}" if reached else f"{en}: withheld")
                + (", and with it what gives it away in the rows (weekend)." if rows else "."),
            },
        )
    title = demographic.levels[level].title
    if level:
        return Loss(
            code="coarser",
            text={"nl": f"{nl}: grover, {title['nl']}.", "en": f"{en}: more coarsely, {title['en']}."},
        )
    return Loss(code="kept", text={"nl": f"{nl}: {title['nl']}.", "en": f"{en}: {title['en']}."})
