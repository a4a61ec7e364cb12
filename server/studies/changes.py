"""What may be changed of a study that runs: its names, its dates for joining, its start rule.

Nothing here moves a planned beep: ``opens_on``, ``closes_on`` and the start rule hold for who joins from now on.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from server.errors import DomainError
from server.studies.models import Study


class DatesTurned(DomainError):
    """A study cannot close before it opens."""

    status = 422
    code = "dates-turned"


def change_study(
    session: Session,
    study: Study,
    *,
    title: Mapping[str, str],
    start_rule: str,
    opens_on: date | None,
    closes_on: date | None,
) -> list[str]:
    """Set these; returns the names of the fields that changed. Raises `DatesTurned`."""
    if opens_on is not None and closes_on is not None and closes_on < opens_on:
        raise DatesTurned
    wanted = {"title": dict(title), "start_rule": start_rule, "opens_on": opens_on, "closes_on": closes_on}
    changed = [name for name, value in wanted.items() if getattr(study, name) != value]
    for name in changed:
        setattr(study, name, wanted[name])
    session.flush()
    return changed
