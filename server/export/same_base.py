"""Tables of nearly the same people: one taken from the other leaves the few in whom they differ, so they are refused.

A mean of 90 people and one of 89 give the mean of the ninetieth. So tables are made anew only where, against each
earlier one that somebody has or may still fetch, either nobody differs or so many as a cell has at least; and so within
each group of a demographic that is told.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.export.checks import Ground, count_withdrawn
from server.export.generalise import Demographic, Text
from server.export.kanonymity import anonymise
from server.export.models import Export, ExportDownload, ExportJob, ExportMember
from server.export.people import Member
from server.export.request import TablesDiffer
from server.people.models import Participant
from server.studies.models import Study


def require_same_base(session: Session, study: Study, ground: Ground, members: Sequence[Member], now: datetime) -> None:
    """Raises `TablesDiffer` for tables that `find_difference` finds too near to earlier ones."""
    if found := find_difference(session, study, ground, members, now):
        raise TablesDiffer(found["en"])


def find_difference(
    session: Session, study: Study, ground: Ground, members: Sequence[Member], now: datetime
) -> Text | None:
    """Why tables of these people, with earlier ones of this study, would tell of fewer than a cell's; None: they do
    not, or it is no export of tables.

    Of who was in earlier tables and has been erased since only the number is known, and that is enough to refuse.
    """
    least = ground.profile.cell_below
    if ground.profile.rows != "tables" or least is None:
        return None
    new = {member.id: member for member in members}
    levels = _levels(ground, members)
    earlier = select(Export).where(Export.study_id == study.id, Export.profile == ground.profile.name)
    for old in session.scalars(earlier.order_by(Export.created_at, Export.id)):
        before = set(session.scalars(select(ExportMember.participant_id).where(ExportMember.export_id == old.id)))
        differing = len(new.keys() - before) + old.people - len(new.keys() & before)
        if not differing or not _is_out(session, old, now):
            continue
        day = f"{old.created_at:%Y-%m-%d}"
        if differing < least:
            withdrawn = count_withdrawn(session, old) > 0  # then nobody should use the earlier ones any more
            use = {"nl": "Wacht", "en": "Wait"}
            if not withdrawn:
                use = {"nl": f"Gebruik de tabellen van {day}, of wacht", "en": f"Use the tables of {day}, or wait"}
            return {
                "nl": f"Aantal mensen in wie deze tabellen en die van {day} verschillen: {differing}; minstens "
                f"{least}, of niemand. Wie de ene van de andere aftrekt, leest af wat die enkelen antwoordden. "
                f"{use['nl']} tot er {least} of meer verschillen.",
                "en": f"Number of people in whom these tables and those of {day} differ: {differing}; at least "
                f"{least}, or nobody. Whoever takes one from the other reads what those few answered. "
                f"{use['en']} until {least} or more differ.",
            }
        gone = session.scalars(select(Participant).where(Participant.id.in_(before - new.keys()))).all()
        apart = [*map(_as_member, gone), *(new[one] for one in new.keys() - before)]
        for name, level in levels.items():
            small = _smallest_group(apart, ground.demographics[name], level)
            if small < least and old.levels.get(name, "withheld") != "withheld":
                title = ground.demographics[name].title
                return {
                    "nl": f"In een groep van {title['nl']} is het aantal mensen in wie deze tabellen en die van {day} "
                    f"verschillen {small}; minstens {least}, of niemand. Laat dit kenmerk weg.",
                    "en": f"In a group of {title['en']} the number of people in whom these tables and those of {day} "
                    f"differ is {small}; at least {least}, or nobody. Leave this demographic out.",
                }
    return None


def _levels(ground: Ground, members: Sequence[Member]) -> dict[str, str]:
    told = anonymise(
        [member.as_person() for member in members],
        ranking=ground.ranking,
        demographics=ground.demographics,
        k=1,
        at_least=ground.keep,
    ).levels
    return {name: told[name] for name in ground.ranking}


def _is_out(session: Session, old: Export, now: datetime) -> bool:
    """Whether somebody has these tables, or may still fetch them. Withdrawn or not: who has them may have kept them."""
    job = session.scalar(select(ExportJob).where(ExportJob.export_id == old.id))
    if job is None or job.by_hand:
        return True
    if session.scalar(select(ExportDownload.id).where(ExportDownload.job_id == job.id).limit(1)) is not None:
        return True
    return job.file_until is not None and job.file_until > now and count_withdrawn(session, old) == 0


def _as_member(row: Participant) -> Member:
    return Member(
        id=row.id,
        birth_year=row.birth_year,
        language=row.language,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        planned={},
    )


def _smallest_group(people: Sequence[Member], demographic: Demographic, level: str) -> int:
    names = demographic.level_names()
    if level not in names or level == "withheld":
        return len(people)
    number = names.index(level)
    groups = Counter(demographic.tell(one.as_person().facts.get(demographic.name), number) for one in people)
    return min(groups.values(), default=0)
