"""What must hold of an export before anybody works on it; asked by the form, the API and the command line alike.

Apart from making exports, whose libraries a web process or a worker may lack.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.consent.settling import has_not_said_no
from server.export.generalise import Demographic, ordinary
from server.export.models import Export, ExportMember
from server.export.people import withdrew_sharing
from server.export.profiles import PROFILES, Profile, ProfileProblem, choose
from server.export.register import Recorded, levels_to_keep
from server.export.request import (
    ALIASES,
    DemographicUnknown,
    ExportRefused,
    ReasonNeeded,
    Request,
    Responsible,
    SecondPersonNeeded,
)
from server.people.models import Participant
from server.studies.models import Study

LICENCE = r"[A-Za-z0-9][A-Za-z0-9.+-]{0,39}"
"""What names of licences look like (https://spdx.org/licenses): they are written into files of other formats."""
_WHEN = "%Y-%m-%d %H:%M UTC"
MADE_HERE = ("research", "open", "aggregate", "linked")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """What an export starts from. ranking: names without aliases. keep: levels not to go below."""

    profile: Profile
    demographics: Mapping[str, Demographic]
    ranking: tuple[str, ...]
    earlier: Sequence[Recorded]
    keep: Mapping[str, str]


def read_ground(session: Session, study: Study, request: Request) -> Ground:
    """Profile, demographics and what earlier exports told. Raises `ExportRefused` or one of its kinds."""
    profile = profile_of(request)
    demographics = ordinary(profile.age_bands)
    if profile.rows == "tables":  # without rows nothing shows in them
        demographics = {name: replace(one, in_rows="") for name, one in demographics.items()}
    ranking = tuple(ALIASES.get(name, name) for name in request.ranking)
    unknown = [name for name in ranking if name not in demographics]
    if unknown:
        raise DemographicUnknown(f"{', '.join(unknown)}: there are {', '.join(demographics)}.")
    if len(set(ranking)) != len(ranking):
        raise ExportRefused("A demographic is ranked twice.")
    earlier = list_earlier(session, study)
    keep = request.keep_levels if request.keep_levels is not None else levels_to_keep(earlier, demographics)
    return Ground(profile=profile, demographics=demographics, ranking=ranking, earlier=earlier, keep=keep)


def profile_of(request: Request) -> Profile:
    """The profile with what was chosen within it. Raises `ExportRefused`."""
    try:
        profile = choose(
            request.profile, k=request.k, dummy_calendar=request.dummy_calendar, sliders_step=request.sliders_step
        )
    except ProfileProblem as problem:
        raise ExportRefused(str(problem)) from None
    if profile.name not in MADE_HERE:
        raise ExportRefused(f"The profile {profile.name} is one participant's; it is made elsewhere.")
    if profile.name == "linked" and not request.agreement.strip():
        raise ExportRefused("A linked export needs an agreement.")
    if profile.rows == "tables" and (request.derived or request.sav or request.openesm):
        raise ExportRefused("Tables have no rows: no derived variables, no SPSS file, no openESM layout.")
    if request.days is not None and not 1 <= request.days <= 400:
        raise ExportRefused("Days are a number from 1 to 400.")
    if request.licence and not re.fullmatch(LICENCE, request.licence):
        raise ExportRefused("A licence is an SPDX name such as CC-BY-4.0, or left empty for terms of use.")
    return profile


def require_responsible(profile: Profile, responsible: Responsible) -> None:
    """Raises `ReasonNeeded`, `SecondPersonNeeded`."""
    if not responsible.reason.strip():
        raise ReasonNeeded
    second = (responsible.approved_by or "").strip()
    if profile.needs_second_person and (not second or second == responsible.requested_by):
        raise SecondPersonNeeded(f"The profile {profile.name} needs: {profile.approval['en']}.")


def list_earlier(session: Session, study: Study) -> list[Recorded]:
    """The register of the study's exports, oldest first; of those made again only the last, which replaced others."""
    found = []
    for row in session.scalars(
        select(Export)
        .where(Export.study_id == study.id, Export.replaced_at.is_(None))
        .order_by(Export.created_at, Export.id)
    ):
        members = session.execute(
            select(ExportMember.participant_id, ExportMember.suppressed).where(ExportMember.export_id == row.id)
        )
        people = {str(person): suppressed for person, suppressed in members}
        found.append(
            Recorded(
                name=f"{row.profile} {row.created_at:{_WHEN}}",
                title={
                    said: f"{title} {row.created_at:{_WHEN}}" for said, title in PROFILES[row.profile].title.items()
                },
                profile=row.profile,
                ids=choose(row.profile).ids,
                people=frozenset(people),
                levels=row.levels,
                suppressed=frozenset(person for person, hidden in people.items() if hidden),
            )
        )
    return found


def count_withdrawn(session: Session, export: Export) -> int:
    """How many of the people in a bundle would not be in it any more: left, without consent, or erased."""
    members = select(Participant.id).join(ExportMember, ExportMember.participant_id == Participant.id)
    still = members.where(ExportMember.export_id == export.id, Participant.left_at.is_(None), has_not_said_no())
    there = set(session.scalars(still))
    if export.profile == "open":
        there -= withdrew_sharing(session, session.get_one(Study, export.study_id))
    return export.people - len(there)
