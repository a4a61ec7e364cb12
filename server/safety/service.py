"""Help for one person: the lines of a country in the order for her age, and her study's own person."""

from datetime import datetime
from typing import Any

from server.errors import NotFound
from server.people.models import Participant
from server.safety.lines import in_order, load_lines
from server.studies.calendar import local_date


class CountryUnknown(NotFound):
    """There are no help lines for that country here."""

    code = "country-unknown"


def describe_help(country: str, participant: Participant | None, *, now: datetime) -> dict[str, Any]:
    """The shape of `schemas.HelpOut`. Raises `CountryUnknown`.

    Only the year of birth is known, so somebody may have two ages; what is for either of them is for her.
    """
    try:
        lines = load_lines(country)
    except KeyError:
        raise CountryUnknown from None
    ages: tuple[int, ...] = ()
    if participant is not None and participant.birth_year is not None:
        turns = local_date(now, participant.zone).year - participant.birth_year
        ages = (turns - 1, turns)
    return {
        "country": country,
        "age_known": bool(ages),
        "lines": [
            {
                **{name: getattr(line, name) for name in _PLAIN},
                "ages": {"first": line.ages[0], "last": line.ages[1]},
                "for_you": fits,
            }
            for line, fits in in_order(lines, ages)
        ],
        "contact": participant.study.contact if participant is not None else None,
    }


_PLAIN = (
    "id",
    "name",
    "about",
    "hours",
    "phone",
    "text",
    "chat",
    "url",
    "emergency",
    "free",
    "as_of",
    "checked_on",
)
