"""A participant's own trends."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from prompts.instruments import Instrument
from server.people.models import Participant
from server.trends.contexts import asked_once_a_day
from server.trends.queries import load_diary
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
) -> dict[str, Any]:
    """The picture (see `summary`) of the last ``weeks`` times seven local dates up to today.

    When her study is over it stays the picture of its last weeks; it does not empty as time goes on. instruments: the
    released ones by key; they say which measures are asked once a day.
    """
    until = min(now.astimezone(ZoneInfo(participant.zone)).date(), participant.ends_on)
    diary = load_diary(
        session, participant.id, since=until - timedelta(days=7 * weeks - 1), now=now, sealed_at=participant.sealed_at
    )
    return summarise(
        diary.observations,
        until=until,
        planned=diary.planned,
        self_started=diary.self_started,
        once_a_day=asked_once_a_day(instruments[key] for key in diary.instruments if key in instruments),
    )
