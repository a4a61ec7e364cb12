"""Before exporting: what survives at each k, and what it costs. Pure; for the form and the command line."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.export.classes import Node, find_suppressed, lay_grid
from server.export.generalise import Demographic, Person
from server.export.kanonymity import (
    Loss,
    anonymise,
    best_nodes,
    explain,
    floors_of,
    in_order,
    most_suppressed,
)

MOST_EXPLAINED = 1_000
"""People up to whom it is worked out because of whom something is coarser; with more a few cost nobody anything."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One way of reaching k: the level of each demographic, in the order of the ranking, and who pays for it."""

    levels: Mapping[str, str]
    suppressed: int
    lost: Mapping[str, Loss]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """Few people whose values hardly anybody has, and because of whom a demographic is told more coarsely of everybody.

    values: what they have, as the finest level tells it. level: what would be told without them.
    """

    name: str
    people: int
    values: tuple[str, ...]
    level: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What would come out.

    people: how many. alone: how many are the only one with their demographics as they are known. chosen: what the
    ranking leads to, None if nothing can reach k. others: the other ways of which none is finer in everything, dearest
    first, at most ``most_others``. at: what the ranking leads to at other k. costs: because of whom it is coarser.
    """

    k: int
    people: int
    alone: int
    chosen: Choice | None
    others: tuple[Choice, ...]
    at: Mapping[int, Mapping[str, str]]
    nodes_tried: int
    costs: tuple[Cost, ...] = ()


def preview(
    people: Sequence[Person],
    *,
    ranking: Sequence[str],
    demographics: Mapping[str, Demographic],
    k: int,
    l: int | None = None,  # noqa: E741  the letter that the literature uses
    suppression_share: float = 0.05,
    most_demographics: int | None = None,
    at_least: Mapping[str, str] | None = None,
    other_k: Sequence[int] = (3, 5, 10, 20),
    most_others: int = 6,
    nodes: int = 400,
) -> Preview:
    """What survives and what it costs; arguments as for `server.export.kanonymity.anonymise`.

    Of the lattice at most ``nodes`` are tried for the other ways, so that a form stays quick with thousands of people.
    """
    order, over_limit = in_order(ranking, demographics, most_demographics)
    grid = lay_grid(people, [demographics[name] for name in order])
    floors = floors_of(grid, at_least or {}, over_limit)
    most = most_suppressed(len(people), share=suppression_share, k=k)

    def choice(node: Node) -> Choice | None:
        gone = find_suppressed(grid, node, k=k, least=l, most=most)
        if gone is None:
            return None
        told = list(zip(grid.demographics, node, strict=True))
        return Choice(
            levels={d.name: d.level_names()[level] for d, level in told},
            suppressed=len(gone),
            lost={d.name: explain(d, level, k=k, limited=d.name in over_limit) for d, level in told},
        )

    def along(wanted: int, among: Sequence[Person] = people) -> tuple[Mapping[str, str], bool]:
        found = anonymise(
            among,
            ranking=ranking,
            demographics=demographics,
            k=wanted,
            l=l,
            suppression_share=suppression_share,
            most_demographics=most_demographics,
            at_least=at_least,
        )
        return found.levels, found.met

    levels, met = along(k)
    numbers = tuple(d.level_names().index(levels[d.name]) for d in grid.demographics)
    ways, tried = best_nodes(grid, floors, k=k, least=l, most=most, limit=nodes)
    others = [found for node in ways if node != numbers and (found := choice(node))]
    costs = []
    for number, demographic in enumerate(grid.demographics if len(people) <= MOST_EXPLAINED else ()):
        fine = demographic.tell
        if numbers[number] <= floors[number] or demographic.pinned or demographic.name in over_limit:
            continue
        value_of = {one.key: fine(one.facts.get(demographic.name), floors[number]) for one in people}
        rare = {value for value, count in Counter(value_of.values()).items() if count < k}
        rest = [one for one in people if value_of[one.key] not in rare]
        if not rare or len(rest) < k:
            continue
        told, reached = along(k, rest)
        if reached and demographic.level_names().index(told[demographic.name]) < numbers[number]:
            few = len(people) - len(rest)
            costs.append(
                Cost(name=demographic.name, people=few, values=tuple(sorted(rare)), level=told[demographic.name])
            )
    finest = tuple(0 for _ in grid.demographics)
    return Preview(
        k=k,
        people=len(people),
        alone=sum(len(rows) == 1 for rows in grid.classes(finest)),
        chosen=choice(numbers) if met else None,
        others=tuple(others[:most_others]),
        at={wanted: found for wanted in other_k for found, reached in [along(wanted)] if reached},
        nodes_tried=tried,
        costs=tuple(costs),
    )
