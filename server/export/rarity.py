"""Answers that hardly anybody gives: choices of few *persons* are told as "other". Pure.

Persons are counted, not answers: who chose "the mosque" at forty beeps is still one person. The choices of a scale of
degrees are measurements and stay; this is for kinds of things (places, company, activities).
"""

from collections.abc import Collection, Hashable, Iterable, Mapping

OTHER = "other"


def choosers(choices: Iterable[tuple[Hashable, str]]) -> dict[str, set[Hashable]]:
    """Who chose each option, from (person, option) pairs of all answers."""
    found: dict[str, set[Hashable]] = {}
    for person, option in choices:
        found.setdefault(option, set()).add(person)
    return found


def collapse_rare(
    by_option: Mapping[str, Collection[Hashable]], *, below: int, besides: Collection[str] = ()
) -> dict[str, str]:
    """What to write for each option: itself, or ``OTHER`` for ``besides`` and what fewer than ``below`` persons chose.

    "Other" must not be rare itself, or it would be one option under another name: while fewer than ``below`` persons
    are in it, the option with the fewest persons joins them. An option of the questionnaire that is called "other"
    takes the rare ones in. Options that nobody chose keep their names; they tell nothing.
    """
    people = {option: set(persons) for option, persons in by_option.items()}
    rare = {option for option, persons in people.items() if persons and len(persons) < below}
    gone = (rare | {option for option in besides if people.get(option)}) - {OTHER}
    staying = sorted(
        (option for option, persons in people.items() if persons and option not in gone and option != OTHER),
        key=lambda option: (len(people[option]), option),
    )
    inside = set(people.get(OTHER, set())).union(*(people[option] for option in gone))
    while inside and len(inside) < below and staying:
        joining = staying.pop(0)
        gone.add(joining)
        inside |= people[joining]
    return {option: OTHER if option in gone else option for option in people}


def rewrite(chosen: Iterable[str], told: Mapping[str, str]) -> list[str]:
    """One answer of several options, in the order of choosing, "other" once. An unknown option becomes "other"."""
    return list(dict.fromkeys(told.get(option, OTHER) for option in chosen))
