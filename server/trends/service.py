"""A participant's own trends."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from prompts.instruments import Instrument
from server.people.models import Participant
from server.trends.contexts import asked_once_a_day
from server.trends.queries import Version, find_version, load_diary
from server.trends.summary import summarise

# The longest of the usual schemes lasts six weeks, and that is what a phone can still draw as days. What lies further
# back says little about how somebody is doing now, and the work stays the same however long a diary grows. Who asks
# for more weeks gets them.
WEEKS = 6
MOST_WEEKS = 520


def see_trends(
    session: Session,
    participant: Participant,
    *,
    instruments: Mapping[str, Instrument],
    now: datetime,
    weeks: int = WEEKS,
) -> tuple[dict[str, Any], str]:
    """The picture (see `summary`) of the last ``weeks`` times seven local dates up to today, and the name of its
    version (see `name_trends`).

    When her study is over it stays the picture of its last weeks; it does not empty as time goes on. instruments: the
    released ones by key; they say which measures are asked once a day.
    """
    since, until = _span(participant, now, weeks)
    diary = load_diary(session, participant.id, since=since, now=now, sealed_at=participant.sealed_at)
    picture = summarise(
        diary.observations,
        until=until,
        planned=diary.planned,
        self_started=diary.self_started,
        once_a_day=asked_once_a_day(instruments[key] for key in diary.instruments if key in instruments),
    )
    return picture, _name(participant, since, until, diary.version)


def name_trends(session: Session, participant: Participant, *, now: datetime, weeks: int = WEEKS) -> str:
    """The name of the version that `see_trends` would show now: the same for as long as its picture is the same."""
    since, until = _span(participant, now, weeks)
    version = find_version(session, participant.id, since=since, now=now, sealed_at=participant.sealed_at)
    return _name(participant, since, until, version)


def _span(participant: Participant, now: datetime, weeks: int) -> tuple[date, date]:
    until = min(now.astimezone(ZoneInfo(participant.zone)).date(), participant.ends_on)
    return until - timedelta(days=7 * weeks - 1), until


def _name(participant: Participant, since: date, until: date, version: Version) -> str:
    told = (participant.id, participant.sealed_at, since, until, *version, _drawn_by())
    return hashlib.sha256("|".join(map(str, told)).encode()).hexdigest()[:32]


@cache
def _drawn_by() -> str:
    """A name for the program that makes the picture: a new release may say something else of the same answers."""
    whole = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        whole.update(path.read_bytes())
    return whole.hexdigest()
