"""Challenges whose name dates a row: given to everybody on one date, or only in a season, on weekdays, between dates.

Whoever knows that everybody was given "bragging is allowed" on 14 October finds that day in every diary. So such names
are told as "other", and "other" holds enough else of the same strategy not to be one name under another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.coordination.content import challenge_from_json
from server.coordination.models import ChallengeVersion, Scheduled
from server.studies.models import Study


@dataclass(frozen=True, kw_only=True, slots=True)
class Dated:
    """fixed: what everybody was given on one date. bound: what only some dates allow, in any version. days: how many
    dates had one for everybody."""

    fixed: frozenset[str] = frozenset()
    bound: frozenset[str] = frozenset()
    days: int = 0

    @property
    def slugs(self) -> frozenset[str]:
        return self.fixed | self.bound


def find_dated(session: Session, study: Study, *, first: date, last: date) -> Dated:
    """The dated challenges of a study whose exported days lie from ``first`` to ``last``, both included."""
    scheduled = session.scalars(
        select(Scheduled.slug).where(Scheduled.study_id == study.id, Scheduled.local_date.between(first, last))
    ).all()
    bound = set()
    for slug, status, content in session.execute(
        select(ChallengeVersion.slug, ChallengeVersion.status, ChallengeVersion.content)
    ):
        one = challenge_from_json(content, status=status)
        if one.season or one.not_before or one.not_after or len(one.weekdays) < 7:
            bound.add(slug)
    return Dated(fixed=frozenset(scheduled), bound=frozenset(bound), days=len(scheduled))


def cover_dated(dated: Dated, rows: Mapping[str, int], strategies: Mapping[str, str]) -> frozenset[str]:
    """What is told as "other" besides what is rare: the dated ones that were given, and of their strategies others.

    Of a strategy with a fixed one all, for its strategy alone says as much as the name then may; of one with a bound
    one the rarest others, until they are as many rows as the dated. rows: by slug. strategies: strategy by slug.
    """
    given = {slug for slug in rows if slug in dated.slugs}
    told = set(given)
    for strategy in {strategies.get(slug) for slug in given}:
        others = [slug for slug in rows if slug not in given and strategies.get(slug) == strategy]
        wanted = sum(rows[slug] for slug in given if strategies.get(slug) == strategy)
        if any(strategies.get(slug) == strategy for slug in given & dated.fixed):
            told.update(others)
            continue
        for slug in sorted(others, key=lambda slug: (rows[slug], slug)):
            if wanted <= 0:
                break
            told.add(slug)
            wanted -= rows[slug]
    return frozenset(told)
