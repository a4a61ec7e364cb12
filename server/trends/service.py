"""A participant's own trends."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from prompts.instruments import Instrument
from server.trends.contexts import asked_once_a_day
from server.trends.queries import load_diary
from server.trends.summary import summarise

# The longest of the usual schemes lasts six weeks. What lies further back says little about how somebody is doing now,
# and the work stays the same however long a diary grows. Who asks for more weeks gets them.
WEEKS = 12
MOST_WEEKS = 520


def see_trends(
    session: Session,
    participant_id: uuid.UUID,
    *,
    zone: str,
    instruments: Mapping[str, Instrument],
    now: datetime,
    weeks: int = WEEKS,
) -> dict[str, Any]:
    """The picture (see `summary`) of the last ``weeks`` times seven local dates up to today in the IANA ``zone``.

    instruments: the released ones by key; they say which measures are asked once a day.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    diary = load_diary(session, participant_id, since=today - timedelta(days=7 * weeks - 1), now=now)
    return summarise(
        diary.observations,
        until=today,
        planned=diary.planned,
        self_started=diary.self_started,
        once_a_day=asked_once_a_day(instruments[key] for key in diary.instruments if key in instruments),
    )
