"""Time zones and dates: what is a zone, which date is it there, when does somebody start and end."""

from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from prompts.protocols import Protocol
from prompts.wallclock import instant, minutes
from server.errors import DomainError

MONDAY = 1
_NO_PLACE = frozenset({"Factory", "localtime", "posixrules"})


class ZoneUnknown(DomainError):
    """This is not the name of a time zone, such as Europe/Amsterdam."""

    status = 422
    code = "zone-unknown"


def is_zone(name: str) -> bool:
    """Whether ``name`` is an IANA zone."""
    return name in _zones()


def require_zone(name: str) -> None:
    """Raise `ZoneUnknown` unless ``name`` is an IANA zone."""
    if not is_zone(name):
        raise ZoneUnknown


def local_date(at: datetime, zone: str) -> date:
    """The date on the wall at an instant."""
    return at.astimezone(ZoneInfo(zone)).date()


def first_day(protocol: Protocol, start_rule: str, zone: str, *, now: datetime, opens_on: date | None = None) -> date:
    """The first local date with beeps of somebody who joins now.

    ``next_day``: today while the protocol's day has not begun in her zone, else tomorrow. ``monday``: the first Monday
    from that date on. Never before the study opens.
    """
    first = local_date(now, zone)
    if now >= instant(first, minutes(protocol.day.start), ZoneInfo(zone)):
        first += timedelta(days=1)
    if opens_on is not None:
        first = max(first, opens_on)
    if start_rule == "monday":
        first += timedelta(days=(MONDAY - first.isoweekday()) % 7)
    return first


def last_day(protocol: Protocol, starts_on: date) -> date:
    """The last local date with beeps."""
    return starts_on + timedelta(days=protocol.days - 1)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - _NO_PLACE
