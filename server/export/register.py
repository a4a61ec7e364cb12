"""The register of exports: which earlier ones could be put together with a new one. Pure.

Fresh ids do not keep two exports apart: the answers in them are the same, and answers recognise each other. So whoever
holds both knows of each person what either tells. Each may keep everybody among k while both together do not: one with
years of age, the other with education. And if the second lacks one person of the first, it tells who left.

The way out is to coarsen all exports of a study alike: `levels_to_keep` gives the levels to hand to `anonymise`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from server.export.generalise import SUPPRESSED, Demographic, Person, Text

Code = Literal["demographics-combine", "few-people-differ", "same-ids"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """An export as the register knows it: internal ids of the people in it, levels told (`Anonymised.levels`), whose
    demographics were suppressed, and the profile's name and way of making ids."""

    name: str
    profile: str
    ids: str
    people: frozenset[str]
    levels: Mapping[str, str]
    suppressed: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlap:
    """An earlier export that could be put together with the new one.

    shared: people in both. only_new, only_earlier: in one of them. k_joint: the smallest class of those in both when
    the demographics of both are put together; 0 when none is shared.
    """

    earlier: str
    shared: int
    only_new: int
    only_earlier: int
    k_joint: int
    codes: tuple[Code, ...]
    text: Text


def find_overlaps(
    new: Recorded,
    earlier: Sequence[Recorded],
    *,
    people: Sequence[Person],
    demographics: Mapping[str, Demographic],
    k: int,
) -> tuple[Overlap, ...]:
    """The earlier exports that, with the new one, tell more than either may; in the order given.

    people: everybody in the new export with her facts as they are now (who has been erased since is in no new one).
    """
    facts = {person.key: person for person in people}
    found = []
    for old in earlier:
        shared = new.people & old.people
        if not shared:
            continue
        known = [facts[key] for key in sorted(shared) if key in facts]
        together = Counter(tuple(_tell(person, export, demographics) for export in (new, old)) for person in known)
        joint = min(together.values(), default=0)
        codes: list[Code] = []
        if joint < k and (new.levels != old.levels or new.suppressed & shared != old.suppressed & shared):
            codes.append("demographics-combine")
        if any(0 < len(rest) < k for rest in (new.people - old.people, old.people - new.people)):
            codes.append("few-people-differ")
        if new.ids == old.ids == "per_agreement":
            codes.append("same-ids")
        if codes:
            found.append(_overlap(new, old, joint, tuple(codes), k))
    return tuple(found)


def levels_to_keep(earlier: Sequence[Recorded], demographics: Mapping[str, Demographic]) -> dict[str, str]:
    """The coarsest level at which each demographic has been told so far, for `anonymise(at_least=...)`.

    An export at these levels or coarser adds nothing to the finest of the earlier ones. A demographic that no earlier
    export told is not in it: leave it out of the ranking, or be warned.
    """
    keep: dict[str, str] = {}
    for export in earlier:
        for name, level in export.levels.items():
            names = demographics[name].level_names() if name in demographics else ()
            if level in names and level != "withheld" and names.index(level) >= names.index(keep.get(name, names[0])):
                keep[name] = level
    return keep


def _tell(person: Person, export: Recorded, demographics: Mapping[str, Demographic]) -> tuple[str, ...]:
    labels = []
    for name, level in sorted(export.levels.items()):
        demographic = demographics.get(name)
        if demographic is None or demographic.sensitive or level == "withheld":
            continue
        hidden = person.key in export.suppressed and not demographic.pinned
        if hidden:
            labels.append(SUPPRESSED)
        elif level in (names := demographic.level_names()):
            labels.append(demographic.tell(person.facts.get(name), names.index(level)))
        else:  # a level of another time, that is no longer known: think it as fine as can be
            labels.append(repr(person.facts.get(name)))
    return tuple(labels)


def _overlap(new: Recorded, old: Recorded, joint: int, codes: tuple[Code, ...], k: int) -> Overlap:
    only_new, only_old = len(new.people - old.people), len(old.people - new.people)
    nl, en = [], []
    if "demographics-combine" in codes:
        nl.append(f"Wie deze export en {old.name} heeft, vindt groepen van {joint} in plaats van {k}.")
        en.append(f"Whoever holds this export and {old.name} finds groups of {joint} instead of {k}.")
    if "few-people-differ" in codes:
        nl.append(
            f"Van {old.name} verschillen weinig mensen ({only_new} erbij, {only_old} eraf); wie dat zijn valt op."
        )
        en.append(f"Few people differ from {old.name} ({only_new} more, {only_old} less); they stand out.")
    if "same-ids" in codes:
        nl.append(f"De codes kunnen dezelfde zijn als in {old.name}, als de overeenkomst dezelfde is.")
        en.append(f"Ids may be the same as in {old.name}, if the agreement is the same.")
    return Overlap(
        earlier=old.name,
        shared=len(new.people & old.people),
        only_new=only_new,
        only_earlier=only_old,
        k_joint=joint,
        codes=codes,
        text={"nl": " ".join(nl), "en": " ".join(en)},
    )
