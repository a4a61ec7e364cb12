"""Where a phone says it was. Pure.

The answer counts and the place is a circumstance, so no entry is refused for it; but what cannot be true is not kept
either. The offset is what the phone's clock showed and stays. The zone's name stays only where it is known and had that
offset at that moment: a phone with old clock rules is told from one that travelled by the offset alone.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from server.studies.calendar import is_zone

_MINUTE = timedelta(minutes=1)


def keep_zone(zone: str | None, utc_offset_min: int | None, at: datetime) -> str | None:
    """The zone as it may be kept; None where it is unknown, or never had this offset at ``at`` (aware)."""
    if zone is None or not is_zone(zone):
        return None
    offset = at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return zone if utc_offset_min is None or offset == utc_offset_min * _MINUTE else None
