"""What may be given at all to somebody of an age on a local date, whatever she saw before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from challenges.challenge import OLDEST, SEASONS, YOUNGEST, Challenge


def season_of(date: dt.date) -> str:
    """Meteorological season of the northern half of the world: winter is December to February."""
    return SEASONS[date.month % 12 // 3]


def suitable(pool: Iterable[Challenge], *, age: int | None, date: dt.date) -> tuple[Challenge, ...]:
    """What may be given at all on this local date: live, age, dates, weekday, season; the newest version of a slug.

    An unknown age counts as every age at once: only what is meant for all of 12 to 25 suits.
    """
    newest: dict[str, Challenge] = {}
    for challenge in pool:
        if challenge.status != "live":
            continue
        known = newest.get(challenge.slug)
        if known is None or known.version < challenge.version:
            newest[challenge.slug] = challenge
    fitting = (c for c in newest.values() if _fits_age(c, age) and _fits_date(c, date))
    return tuple(sorted(fitting, key=lambda c: c.slug))


def _fits_age(challenge: Challenge, age: int | None) -> bool:
    if age is None:
        return challenge.min_age <= YOUNGEST and (challenge.max_age is None or challenge.max_age >= OLDEST)
    return challenge.min_age <= age and (challenge.max_age is None or age <= challenge.max_age)


def _fits_date(challenge: Challenge, date: dt.date) -> bool:
    return (
        (challenge.not_before is None or challenge.not_before <= date)
        and (challenge.not_after is None or date <= challenge.not_after)
        and date.isoweekday() in challenge.weekdays
        and (challenge.season is None or challenge.season == season_of(date))
    )
