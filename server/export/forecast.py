"""What an export would be, before it is asked for: who is in it, what survives at k, what it costs, what it joins with.

Apart from making exports, whose libraries a web process may lack.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from server.export.checks import read_ground
from server.export.generalise import Demographic, Text
from server.export.kanonymity import anonymise
from server.export.lengths import first_days, lengths_of
from server.export.people import select_members
from server.export.preview import Preview, preview
from server.export.profiles import PROFILES, Profile
from server.export.register import Overlap, Recorded, find_overlaps
from server.export.request import Request
from server.export.same_base import find_difference
from server.studies.models import Study

OTHER_K = (5, 10, 20)


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """people: how many would be in it; enough: whether the profile lets out so few. left_out: people by reason.

    survives: None where nobody can be told anything (no people), or where the profile has no rows. levels: what would
    be told of each demographic. lengths: people by number of study days. starts: different first days. too_near: why
    tables are refused beside earlier ones; None: they are not.
    """

    profile: Profile
    people: int
    enough: bool
    left_out: Mapping[str, int]
    demographics: Mapping[str, Demographic]
    ranking: tuple[str, ...]
    survives: Preview | None
    levels: Mapping[str, str]
    lengths: Mapping[int, int]
    starts: int
    kept: Mapping[str, str]
    overlaps: tuple[Overlap, ...]
    too_near: Text | None = None

    @property
    def common_days(self) -> int | None:
        """The number of first days to ask for where how long people took part would tell some apart."""
        return first_days(self.lengths, self.profile)


def forecast(session: Session, study: Study, request: Request, *, now: datetime) -> Forecast:
    """What would come out now. Raises `server.export.request.ExportRefused` or one of its kinds."""
    ground = read_ground(session, study, request)
    profile = ground.profile
    selection = select_members(session, study, profile, now=now, days=request.days)
    people = [member.as_person() for member in selection.members]
    survives, levels, overlaps = None, dict[str, str](), tuple[Overlap, ...]()
    if people:
        limits = {
            "ranking": ground.ranking,
            "demographics": ground.demographics,
            "k": profile.k or 1,
            "l": profile.l,
            "suppression_share": profile.suppression_share,
            "most_demographics": profile.most_demographics,
            "at_least": ground.keep,
        }
        told = anonymise(people, **limits)  # type: ignore[arg-type]  # the limits are its arguments by name
        levels = dict(told.levels)
        if profile.k is not None:
            survives = preview(people, other_k=_other_k(request), **limits)  # type: ignore[arg-type]
        new = Recorded(
            name="",
            profile=profile.name,
            ids=profile.ids,
            people=frozenset(person.key for person in people),
            levels=told.levels,
            suppressed=told.suppressed,
        )
        overlaps = find_overlaps(
            new, ground.earlier, people=people, demographics=ground.demographics, k=profile.k or profile.cell_below or 1
        )
    return Forecast(
        profile=profile,
        people=len(people),
        enough=len(people) >= profile.minimum_people,
        left_out={code: count for code, count in selection.left_out.items() if count},
        demographics=ground.demographics,
        ranking=ground.ranking,
        survives=survives,
        levels=levels,
        lengths=lengths_of(selection.members),
        starts=len({one.starts_on for one in selection.members}),
        kept=ground.keep,
        overlaps=overlaps,
        too_near=find_difference(session, study, ground, selection.members, now),
    )


def _other_k(request: Request) -> tuple[int, ...]:
    """Those that may be asked for: more than the profile asks for, never less."""
    least = PROFILES[request.profile].k or 1
    return tuple(k for k in OTHER_K if k >= least)


def word_levels(demographics: Mapping[str, Demographic], levels: Mapping[str, str], language: str) -> dict[str, str]:
    """How finely each demographic would be told, in words; "" where it is withheld."""
    found = {}
    for name, level in levels.items():
        names = demographics[name].level_names()
        number = names.index(level) if level in names else len(names) - 1
        told = demographics[name].levels
        found[name] = told[number].title[language] if number < len(told) else ""
    return found
