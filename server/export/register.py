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
    demographics were suppressed, and the profile's name and way of making ids. ``title``: its name for people."""

    name: str
    profile: str
    ids: str
    people: frozenset[str]
    levels: Mapping[str, str]
    suppressed: frozenset[str]
    title: Text | None = None

    def called(self, language: str) -> str:
        return self.title[language] if self.title else self.name


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlap:
    """Earlier exports that could be put together with the new one, all in the same way; ``earlier`` names them.

    shared: people in both, the fewest. only_new, only_earlier: in one of them. k_joint: the smallest class of those in
    both when the demographics of both are put together; 0 when none is shared.
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
    """The earlier exports that, with the new one, tell more than either may; in the order given, alike ones together.

    Tables tell nobody's own demographics, and a new export whose own groups are as small is not blamed on an earlier.
    people: everybody in the new export with her facts as they are now (who has been erased since is in no new one).
    """
    facts = {person.key: person for person in people}
    found: dict[tuple[tuple[Code, ...], int, int, int], list[Recorded]] = {}
    for old in earlier:
        shared = new.people & old.people
        if not shared:
            continue
        known = [facts[key] for key in sorted(shared) if key in facts]
        together = Counter(tuple(_tell(person, export, demographics) for export in (new, old)) for person in known)
        joint = min(together.values(), default=0)
        alone = min(Counter(_tell(person, new, demographics) for person in known).values(), default=0)
        codes: list[Code] = []
        rows = "none" not in (new.ids, old.ids)
        if (
            rows
            and joint < min(k, alone)
            and (new.levels != old.levels or new.suppressed & shared != old.suppressed & shared)
        ):
            codes.append("demographics-combine")
        if any(0 < len(rest) < k for rest in (new.people - old.people, old.people - new.people)):
            codes.append("few-people-differ")
        if new.ids == old.ids == "per_agreement":
            codes.append("same-ids")
        if codes:
            differing = len(new.people - old.people), len(old.people - new.people)
            found.setdefault((tuple(codes), joint, *differing), []).append(old)
    return tuple(_overlap(new, alike, joint, codes, k) for (codes, joint, *_), alike in found.items())


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


MOST_NAMED = 3
"""Of so many alike exports the names are told; of more the first, and how many others there are."""


def _names(exports: Sequence[Recorded], language: str) -> str:
    named = [export.called(language) for export in exports]
    word, others = ("en", "andere") if language == "nl" else ("and", "others")
    if len(named) > MOST_NAMED:
        return f"{named[0]} {word} {len(named) - 1} {others}"
    return f" {word} ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


def _overlap(new: Recorded, alike: Sequence[Recorded], joint: int, codes: tuple[Code, ...], k: int) -> Overlap:
    old = alike[0]
    only_new, only_old = len(new.people - old.people), len(old.people - new.people)
    called, named = _names(alike, "nl"), _names(alike, "en")
    nl, en = [], []
    if "demographics-combine" in codes:
        nl.append(f"Wie deze export en {called} heeft, vindt groepen van {joint} in plaats van {k}.")
        en.append(f"Whoever holds this export and {named} finds groups of {joint} instead of {k}.")
    if "few-people-differ" in codes:
        nl.append(f"Van {called} verschillen weinig mensen ({only_new} erbij, {only_old} eraf); wie dat zijn valt op.")
        en.append(f"Few people differ from {named} ({only_new} more, {only_old} less); they stand out.")
    if "same-ids" in codes:
        nl.append(f"De codes kunnen dezelfde zijn als in {called}, als de overeenkomst dezelfde is.")
        en.append(f"Ids may be the same as in {named}, if the agreement is the same.")
    return Overlap(
        earlier=named,
        shared=min(len(new.people & one.people) for one in alike),
        only_new=only_new,
        only_earlier=only_old,
        k_joint=joint,
        codes=codes,
        text={"nl": " ".join(nl), "en": " ".join(en)},
    )
